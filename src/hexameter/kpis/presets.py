"""Other houses' engagement rates, over the same posts: who divides what by what. Our own definition stays the headline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from hexameter.errors import BadValue, did_you_mean
from hexameter.kpis.answers import ratio
from hexameter.kpis.arrays import reals
from hexameter.kpis.newest import Moments, Readings, sum_of
from hexameter.kpis.statistics import mean, median


@dataclass(frozen=True)
class Preset:
    """One house's definition.

    statistic   mean or median of the posts' rates, or pooled: sum of numerators / sum of denominators
    last_posts  only each creator's newest posts of the scope (None: all); last_days: only posts so many days before as_of
    confirmed   whether the house's own page was found to say it; `note` says what it leaves open
    """

    name: str
    title: str
    numerator: tuple[str, ...]
    denominator: Literal["followers", "views"]
    statistic: Literal["mean", "median", "pooled"]
    source: str
    url: str
    confirmed: bool
    note: str = ""
    last_posts: int | None = None
    last_days: int | None = None


_LCS = ("likes", "comments", "shares")
PRESETS: tuple[Preset, ...] = (
    Preset("article", "Hexameter, after the 2023 article", ("likes", "comments"), "followers", "mean", "KPIS.md section 3", "", True),
    Preset(
        "hypeauditor",
        "HypeAuditor",
        _LCS,
        "views",
        "pooled",
        "HypeAuditor help centre and blog, 2023",
        "https://help.hypeauditor.com/en/articles/4089895-what-is-tiktok-engagement-rate-and-how-is-it-calculated",
        True,
        "the newest 30 posts; the blog sums the posts before dividing",
        last_posts=30,
    ),
    Preset(
        "modash",
        "Modash",
        ("likes",),
        "views",
        "pooled",
        "Modash help centre, read 2025",
        "https://help.modash.io/en/articles/6542471-how-does-modash-calculate-engagement-rate",
        True,
        "average likes / average views of about two months; its free calculator says medians of the newest 30 posts instead",
        last_days=60,
    ),
    Preset(
        "creatoriq",
        "CreatorIQ",
        _LCS,
        "views",
        "mean",
        "no public page found in 2026",
        "",
        False,
        "engagements / views is what others report of it; numerator, statistic and window could not be confirmed",
    ),
    Preset(
        "sprout",
        "Sprout Social Influencer Marketing",
        _LCS,
        "followers",
        "mean",
        "Sprout Social Influencer Marketing help centre, read 2025",
        "https://help.influencer.sproutsocial.com/en/articles/5535620-tiktok-on-sprout-social-influencer-marketing",
        True,
        "by followers is its default, by views a campaign setting; it does not say how posts are averaged",
    ),
    Preset(
        "rivaliq",
        "Rival IQ",
        _LCS,
        "followers",
        "mean",
        "Rival IQ, TikTok Benchmark Report 2024",
        "https://www.rivaliq.com/blog/tiktok-benchmark-report/",
        True,
        "the report then takes the median over brands; it also shows a rate by views",
    ),
    Preset(
        "socialinsider",
        "Socialinsider",
        (*_LCS, "saves"),
        "views",
        "mean",
        "Socialinsider blog, 2024",
        "https://www.socialinsider.io/blog/tiktok-engagement-rate-calculator/",
        True,
        "counts saves; how posts are averaged could not be confirmed",
    ),
    Preset(
        "tiktok_one",
        "TikTok One (Creator Marketplace)",
        _LCS,
        "views",
        "median",
        "no public formula found in 2026; the API gives `engagement_rate` beside `median_views`",
        "",
        False,
        "numerator, statistic and window could not be confirmed",
        last_days=30,
    ),
)


def preset(name: str) -> Preset:
    """A definition by its house's name.

    Raises  BadValue
    """
    for found in PRESETS:
        if found.name == name.strip().lower():
            return found
    known = [p.name for p in PRESETS]
    raise BadValue(f"unknown definition '{name}'.", field="definition", value=name, hint=did_you_mean(name, known))


def preset_rows(rows: pa.Table, moments: Moments, name: str) -> pa.Table:
    """Numerator and denominator of each post's newest reading that has them all, under a house's definition.

    In      rows  reading.READ, whole posts
    Out     post_id, up, down (null when the house divides by followers)
    """
    house = preset(name)
    if not rows.num_rows:
        return pa.schema([("post_id", pa.string()), ("up", pa.int64()), ("down", pa.int64())]).empty_table()
    needed = [*house.numerator, *([] if house.denominator == "followers" else [house.denominator])]
    r = Readings(rows, moments.sources)
    row = r.last(r.read(*needed))
    up = sum_of([r[counter] for counter in house.numerator]).at(row).arrow()
    down = pa.nulls(len(row), pa.int64()) if house.denominator == "followers" else r[house.denominator].at(row).arrow()
    return pa.table({"post_id": r.words("post_id", r.starts), "up": up, "down": down})


def preset_table(frames: Mapping[str, pa.Table], rows: pa.Table, name: str) -> pa.Table:
    """One row a post in the period: creator_id, published_at, post_order, up, down, as_of.

    In      rows  preset_rows
    """
    posts = frames["posts"]
    found = rows.take(pc.index_in(posts["post_id"], value_set=rows["post_id"].combine_chunks()))
    down = posts["by_followers_down"] if preset(name).denominator == "followers" else found["down"]
    out = posts.select(["creator_id", "published_at", "post_order"]).append_column("up", found["up"]).append_column("down", down)
    return out.append_column("as_of", pa.repeat(frames["period"]["as_of"][0], posts.num_rows))


def preset_figure(rows: pa.Table, name: str) -> dict[str, Any]:
    """A house's rate over the posts it would look at, with its definition's name and source.

    Example likes of 90 and 10 over views of 1,000 and 100 -> modash 100 / 1,100 = 9.0909...
    """
    house = preset(name)
    looked_at = _window(rows, house)
    up, down = reals(looked_at, "up"), reals(looked_at, "down")
    usable = pa.array((up == up) & (down == down) & (down != 0))  # NaN is unequal to itself
    counted = looked_at.filter(usable)
    each = reals(counted, "up") * 100 / reals(counted, "down")
    pooled = ratio(pc.sum(counted["up"]).as_py(), pc.sum(counted["down"]).as_py(), 100)
    value = {"mean": mean(each), "median": median(each), "pooled": pooled}[house.statistic]
    return {
        "definition": house.name,
        "title": house.title,
        "value_pct": value,
        "formula": f"({' + '.join(house.numerator)}) / {house.denominator} × 100",
        "statistic": house.statistic,
        "last_posts": house.last_posts,
        "last_days": house.last_days,
        "n": len(each),
        "n_excluded": looked_at.num_rows - len(each),
        "n_outside_window": rows.num_rows - looked_at.num_rows,
        "source": house.source,
        "url": house.url,
        "confirmed": house.confirmed,
        "note": house.note,
    }


def _window(rows: pa.Table, house: Preset) -> pa.Table:
    if house.last_days is not None and rows.num_rows:
        since = rows["as_of"][0].as_py() - timedelta(days=house.last_days)
        rows = rows.filter(pc.greater_equal(rows["published_at"], since))
    if house.last_posts is None:
        return rows
    newest = rows.sort_by([("creator_id", "ascending"), ("post_order", "descending")])
    seen: dict[Any, int] = {}
    kept = []
    for creator in newest["creator_id"].to_pylist():
        seen[creator] = seen.get(creator, 0) + 1
        kept.append(seen[creator] <= house.last_posts)
    return newest.filter(pa.array(kept, pa.bool_()))
