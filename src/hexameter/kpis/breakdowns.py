"""The figures under the figures: one object a post, a creator, a hashtag. Each number is defined in its KPI's module, not here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from hexameter.contracts.frames import INSTANT
from hexameter.contracts.records import Money, RateCard
from hexameter.kpis.answers import plain, ratio, row
from hexameter.kpis.arrays import total
from hexameter.kpis.engagement_rate import one_rate
from hexameter.kpis.followers import by_day, daily, growth, start_and_end
from hexameter.kpis.hashtag import latest_followers, people
from hexameter.kpis.interactions import with_interactions
from hexameter.kpis.reading import COUNTERS, FORMULAS
from hexameter.kpis.reasons import reasons
from hexameter.kpis.returns import returns
from hexameter.kpis.statistics import mean, median
from hexameter.kpis.videos import rhythm
from hexameter.kpis.views import per_hour, qualified, spread

_SHOWN = ("source", "precision", "basis", "views_7d", "gained", "qualified_views", "qualified_basis")
_OF_HASHTAG = ["post_id", "creator_id", "published_at", "views", "interactions", "by_views_up", "by_views_down"]


def post_table(frames: Mapping[str, pa.Table]) -> pa.Table:
    """One row a post in the period, in order of publication, with everything its object shows."""
    posts = with_interactions(qualified(frames))
    pace = per_hour(posts)
    return posts.append_column("per_hour", pa.array(pace, mask=np.isnan(pace)))


def post_objects(posts: pa.Table, hashtags: pa.Table, curves: pa.Table | None) -> list[dict[str, Any]]:
    """One object a post.

    In      posts   post_table
            curves  newest.curves
    """
    tags = _grouped(hashtags, "post_id", "hashtag")
    points = _curves(curves) if curves is not None else None
    return [_post(p, tags.get(p["post_id"], []), points) for p in posts.to_pylist()]


def _post(p: Mapping[str, Any], tags: list[str], points: Mapping[str, list[Any]] | None) -> dict[str, Any]:
    out = {
        "post_id": p["post_id"],
        "creator": p["handle"],
        "creator_id": p["creator_id"],
        "published_at": plain(p["published_at"]),
        "captured_at": plain(p["captured_at"]),
        "in_scope": "by hand" if p["by_hand"] else "rule",
        "hashtags": sorted(tags),
        **{name: p[name] for name in COUNTERS},
        "interactions": p["interactions"],
        **{f"{rate}_pct": ratio(p[f"{rate}_up"], p[f"{rate}_down"], 100) for rate in FORMULAS},
        "followers": p["by_followers_down"],
        "followers_at": plain(p["followers_at"]),
        **{name: p[name] for name in _SHOWN},
        "per_hour": p["per_hour"],
        "rounding": {name: p[f"{name}_rounding"] for name in ("views", "likes", "comments", "shares", "saves") if p[f"{name}_rounding"]},
        "reasons": reasons(p),
    }
    if points is not None:
        out["curve"] = [[_hours(p["published_at"], at), views] for at, views in points.get(p["post_id"], [])]
    return out


def _hours(published: Any, at: Any) -> float | None:
    return None if published is None else (at - published).total_seconds() / 3600


def _curves(rows: pa.Table) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for post, at, views in zip(
        rows["post_id"].to_pylist(), rows["captured_at"].cast(INSTANT).to_pylist(), rows["views"].to_pylist(), strict=True
    ):
        out.setdefault(post, []).append((at, views))
    return out


def _grouped(rows: pa.Table, key: str, value: str) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for k, v in zip(rows[key].to_pylist(), rows[value].to_pylist(), strict=True):
        out.setdefault(k, []).append(v)
    return out


def creator_objects(posts: pa.Table, frames: Mapping[str, pa.Table], money: Money, card: RateCard | None) -> list[dict[str, Any]]:
    """One object a creator of the scope, or of its posts: the six KPIs' figures over that creator's posts.

    In      posts  post_table
    """
    calendar, days = (row(frames["period"]), frames["days"]), by_day(frames)
    audience = {c["creator_id"]: growth(c) for c in start_and_end(frames).to_pylist()}
    names = {i: h for i, h in zip(posts["creator_id"].to_pylist(), posts["handle"].to_pylist(), strict=True) if i is not None}
    entered = money_by_creator(frames)
    rows = _places(posts["creator_id"].to_pylist())
    out = []
    for who in sorted({*names, *audience}, key=lambda i: (names.get(i) or i, i)):
        own = posts.take(pa.array(rows.get(who, []), pa.int64()))
        grown = audience.get(who)
        counted = _counted(own)
        paid = entered.get(who, {"cost_minor": None, "revenue_minor": None})
        out.append(
            {
                "creator": (grown or {}).get("creator") or names.get(who),
                "creator_id": who,
                "videos": rhythm(own, *calendar),
                "views": _spread(own),
                "engagement_rate": {f"{rate}_pct": one_rate(own, rate, interval=False) for rate in FORMULAS},
                "interactions": {name: counted[name] for name in ("likes", "comments", "shares", "saves", "interactions")}
                | {"n": counted["n"], "n_excluded": own.num_rows - counted["n"]},
                "followers": None if grown is None else {**grown, "daily": daily(days, who)},
                "return": returns(counted, paid, money, card),
            }
        )
    return out


def _places(ids: list[str | None]) -> dict[str, list[int]]:
    out: dict[str, list[int]] = {}
    for place, who in enumerate(ids):
        if who is not None:
            out.setdefault(who, []).append(place)
    return out


def _counted(own: pa.Table) -> dict[str, Any]:
    sums = {name: total(own[name]) for name in (*COUNTERS, "interactions")}
    read = {f"{name}_read": sums[name] for name in ("likes", "comments", "shares")}
    return {**sums, **read, "videos": own.num_rows, "n": own.num_rows - own["interactions"].null_count}


def _spread(own: pa.Table) -> dict[str, Any]:
    pace = own["per_hour"].drop_null().to_numpy()
    return {**spread(own), "gained": total(own["gained"]), "per_hour": math.fsum(pace) if len(pace) else None}


def money_by_creator(frames: Mapping[str, pa.Table]) -> dict[str, dict[str, float | None]]:
    """Money entered for one creator, by creator: cost_minor, revenue_minor."""
    out: dict[str, dict[str, float | None]] = {}
    for frame, name in (("costs", "cost_minor"), ("revenues", "revenue_minor")):
        for who, amount in zip(frames[frame]["creator_id"].to_pylist(), frames[frame]["amount_minor"].to_pylist(), strict=True):
            if who is not None:
                entered = out.setdefault(who, {"cost_minor": None, "revenue_minor": None})
                entered[name] = (entered[name] or 0.0) + amount
    return out


def hashtag_objects(frames: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    """One object a hashtag seen on the scope's posts, most viewed first; equal views share a rank."""
    reach, posts = latest_followers(frames["followers"]), with_interactions(frames["posts"]).select(_OF_HASHTAG)
    columns = {name: posts[name].to_pylist() for name in posts.column_names}
    carried = _carried(columns["post_id"], frames["post_hashtags"])
    found = [_hashtag(tag, {name: [c[p] for p in places] for name, c in columns.items()}, reach) for tag, places in carried.items()]
    found.sort(key=lambda h: (1 if h["views"] is None else -h["views"], -h["videos"], h["hashtag"]))
    better: dict[int | None, int] = {}
    return [{**h, "rank": better.setdefault(h["views"], place) + 1} for place, h in enumerate(found)]


def _carried(ids: list[str], tags: pa.Table) -> dict[str, list[int]]:
    """The places of the posts that carry each hashtag."""
    places = {post: place for place, post in enumerate(ids)}
    out: dict[str, list[int]] = {}
    for post, tag in zip(tags["post_id"].to_pylist(), tags["hashtag"].to_pylist(), strict=True):
        if post in places:
            out.setdefault(tag, []).append(places[post])
    return out


def _hashtag(tag: str, posts: Mapping[str, list[Any]], reach: Mapping[str, int]) -> dict[str, Any]:
    views, crowd = _sum(posts["views"]), people(posts["creator_id"], posts["views"], reach)
    usable = [(up, down) for up, down in zip(posts["by_views_up"], posts["by_views_down"], strict=True) if up is not None and down]
    rates, dated = np.array([up * 100 / down for up, down in usable]), [at for at in posts["published_at"] if at is not None]
    pooled = ratio(_sum([up for up, _ in usable]), _sum([down for _, down in usable]), 100)
    n = len(usable)
    return {
        "hashtag": tag,
        "rank": None,
        "videos": len(posts["post_id"]),
        "creators": crowd["creators"],
        "views": views,
        "interactions": _sum(posts["interactions"]),
        "potential_reach": crowd["potential_reach"],
        "by_views_pct": {"mean": mean(rates), "median": median(rates), "n": n, "pooled": pooled, "n_excluded": len(posts["post_id"]) - n},
        "share_of_top_creator_pct": ratio(crowd["top_views"], views, 100),
        "first_seen": plain(min(dated, default=None)),
        "last_seen": plain(max(dated, default=None)),
    }


def _sum(counts: list[int | None]) -> int | None:
    read = [count for count in counts if count is not None]
    return sum(read) if read else None
