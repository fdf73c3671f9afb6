"""Hashtag performance and its return (KPIS.md section 6), for any scope's posts. Without costs it says null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.kpis.answers import plain, ratio
from hexameter.kpis.arrays import by_group, numbers, plus, reals, total, whole_numbers
from hexameter.kpis.calendar import day_of
from hexameter.kpis.statistics import mean, median

CO_HASHTAGS = 20
_WEEKDAY_1970 = 3  # 1 January was a Thursday; weeks begin on Monday


class Hashtag:
    """What a hashtag, or any scope's posts, brought in a period. Its return is added by `kpis.returns`."""

    name = "hashtag"
    title = "Hashtag performance and return"
    unit = "several"
    formula = "sums over the posts that carry it; return = cost against views, interactions and revenue"
    source = "KPIS.md section 6"
    reads: tuple[str, ...] = ("posts", "readings", "followers")

    def summary(self, frames: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 6 but for those that need a price list or a currency."""
        posts, before = frames["posts"], frames["posts_before"]
        views, views_end, views_before = total(posts["views"]), total(posts["views_end"]), total(before["views"])
        seen = pc.min_max(posts["published_at"]).as_py()
        crowd = people(posts["creator_id"].to_pylist(), posts["views"].to_pylist(), latest_followers(frames["followers"]))
        return {
            "videos": posts.num_rows,
            "creators": crowd["creators"],
            "views": views,
            "views_label": "global reach: views, not people",
            "potential_reach": crowd["potential_reach"],
            "potential_reach_n": crowd["reach_n"],
            "potential_reach_n_excluded": crowd["creators"] - crowd["reach_n"],
            "interactions": total(_interactions(posts)),
            "by_views_pct": rate_by_views(posts),
            "share_of_top_creator_pct": ratio(crowd["top_views"], views, 100),
            "first_seen": plain(seen["min"]),
            "last_seen": plain(seen["max"]),
            "weekly": weekly(posts),
            "videos_before": before.num_rows,
            "views_before": views_before,
            "growth_videos_pct": ratio(posts.num_rows - before.num_rows, before.num_rows, 100),
            "growth_views_pct": None if views_end is None else ratio(views_end - (views_before or 0), views_before, 100),
            **_rank_and_beside(frames),
        }


def counted(frames: Mapping[str, pa.Table]) -> dict[str, Any]:
    """What a return is measured against: videos, views, interactions, and likes, comments and shares where they were read."""
    posts = frames["posts"]
    read = {f"{name}_read": total(posts[name]) for name in ("likes", "comments", "shares")}
    return {"videos": posts.num_rows, "views": total(posts["views"]), "interactions": total(_interactions(posts)), **read}


def spent(frames: Mapping[str, pa.Table]) -> dict[str, Any]:
    """Everything paid and earned: cost_minor, revenue_minor; null when nothing was entered."""
    costs, revenues = frames["costs"]["amount_minor"], frames["revenues"]["amount_minor"]
    return {"cost_minor": pc.sum(costs).as_py(), "revenue_minor": pc.sum(revenues).as_py()}


def _interactions(posts: pa.Table) -> pa.ChunkedArray:
    return plus(posts["likes"], posts["comments"], posts["shares"])


def latest_followers(followers: pa.Table) -> dict[str, int]:
    """Each creator's newest followers at as_of.

    In      followers  the frame
    """
    return dict(zip(followers["creator_id"].to_pylist(), followers["followers"].to_pylist(), strict=True))


def people(creators: Iterable[str | None], views_of_posts: Iterable[int | None], reach: Mapping[str, int]) -> dict[str, Any]:
    """The creators of some posts, the most viewed one's views, and everyone's followers where known.

    In      reach  latest_followers
    Out     creators, top_views, potential_reach, reach_n
    """
    views: dict[str, int | None] = {}
    for who, seen in zip(creators, views_of_posts, strict=True):
        if who is not None:
            before = views.setdefault(who, None)
            views[who] = before if seen is None else (before or 0) + seen
    known = [reach[who] for who in views if who in reach]
    top = max((v for v in views.values() if v is not None), default=None)
    return {"creators": len(views), "top_views": top, "potential_reach": sum(known) if known else None, "reach_n": len(known)}


def rate_by_views(posts: pa.Table) -> dict[str, Any]:
    """Rates by views of some posts: mean, median, pooled."""
    kept = posts.select(["by_views_up", "by_views_down"]).drop_null()
    kept = kept.filter(pc.not_equal(kept["by_views_down"], 0))
    each = reals(kept, "by_views_up") * 100 / reals(kept, "by_views_down")
    return {
        "mean": mean(each),
        "median": median(each),
        "pooled": ratio(total(kept["by_views_up"]), total(kept["by_views_down"]), 100),
        "n": len(each),
        "n_excluded": posts.num_rows - len(each),
    }


def weekly(posts: pa.Table) -> list[dict[str, Any]]:
    """Posts published in each week (Monday to Sunday, local) and their newest counters; weeks without a post are absent."""
    day = numbers(posts, "day")
    dated = np.flatnonzero(day.there)
    mondays, place = np.unique(day.values[dated] - (day.values[dated] + _WEEKDAY_1970) % 7, return_inverse=True)
    views, interactions = (
        by_group(place, column.at(dated), len(mondays)).plain() for column in (numbers(posts, "views"), whole_numbers(_interactions(posts)))
    )
    videos = np.bincount(place, minlength=len(mondays)).tolist()
    rows = zip(mondays.tolist(), videos, views, interactions, strict=True)
    return [{"week": day_of(monday).isoformat(), "videos": n, "views": seen, "interactions": count} for monday, n, seen, count in rows]


def _rank_and_beside(frames: Mapping[str, pa.Table]) -> dict[str, Any]:
    """The best rank of the scope's own hashtags among those of its posts, and the foremost others."""
    views = dict(zip(frames["posts"]["post_id"].to_pylist(), frames["posts"]["views"].to_pylist(), strict=True))
    seen: dict[str, dict[str, Any]] = {}
    for post, tag in zip(frames["post_hashtags"]["post_id"].to_pylist(), frames["post_hashtags"]["hashtag"].to_pylist(), strict=True):
        if post in views:
            found = seen.setdefault(tag, {"hashtag": tag, "videos": 0, "views": None})
            found["videos"] += 1
            if views[post] is not None:
                found["views"] = (found["views"] or 0) + views[post]
    own = set(frames["own_hashtags"]["hashtag"].to_pylist())
    weights = {tag: -1 if h["views"] is None else h["views"] for tag, h in seen.items()}
    mine = [weights[tag] for tag in own if tag in weights]
    others = sorted((h for tag, h in seen.items() if tag not in own), key=lambda h: (-weights[h["hashtag"]], -h["videos"], h["hashtag"]))
    rank = sum(weight > max(mine) for weight in weights.values()) + 1 if mine else None
    return {"rank": rank, "co_hashtags": others[:CO_HASHTAGS]}
