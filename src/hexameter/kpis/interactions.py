"""Interactions (KPIS.md section 4): likes, comments, shares and their sum, by day and by creator. Saves stand beside, not inside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from hexameter.kpis.answers import ratio
from hexameter.kpis.arrays import plus, total
from hexameter.kpis.statistics import median

PARTS = ("likes", "comments", "shares")


class Interactions:
    """Interactions of the posts in scope and period."""

    name = "interactions"
    title = "Interactions"
    unit = "interactions"
    formula = "likes + comments + shares, each at its newest reading; null if any was never read"
    source = "KPIS.md section 4"
    reads: tuple[str, ...] = ("posts", "readings")

    def summary(self, frames: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 4 for the whole scope."""
        posts = with_interactions(frames["posts"])
        each, width = posts["interactions"], posts["interactions_rounding"]
        n, whole = len(each) - each.null_count, total(each)
        return {
            **{name: total(posts[name]) for name in (*PARTS, "saves")},
            "interactions": whole,
            **{f"{name}_n": posts.num_rows - posts[name].null_count for name in (*PARTS, "saves")},
            "n": n,
            "n_excluded": posts.num_rows - n,
            "mean_per_post": ratio(whole, n),
            "median_per_post": median(each.drop_null().to_numpy()),
            "rounding_low": total(pc.subtract(each, width)),
            "rounding_high": total(plus(each, width)),
            "cumulative": cumulative(frames["changes"], frames["days"]),
            "creators": _shares(_by_creator(posts), whole),
        }


def with_interactions(posts: pa.Table) -> pa.Table:
    """Posts with `interactions` and its rounding.

    Out     the posts' columns, interactions int64, interactions_rounding int64
    Null    any of likes, comments and shares is null
    Example 1500 likes, 100 comments, 60 shares -> 1660
    """
    width = plus(*(posts[f"{name}_rounding"] for name in PARTS))
    return posts.append_column("interactions", plus(*(posts[name] for name in PARTS))).append_column("interactions_rounding", width)


def _by_creator(posts: pa.Table) -> Iterable[dict[str, Any]]:
    out: dict[str | None, dict[str, Any]] = {}
    for who, handle, count in zip(*(posts[name].to_pylist() for name in ("creator_id", "handle", "interactions")), strict=True):
        if count is not None:
            known = out.setdefault(who, {"creator_id": who, "handle": handle, "interactions": 0, "n": 0})
            known["handle"] = max(known["handle"] or "", handle or "") or None
            known["interactions"] += count
            known["n"] += 1
    return out.values()


def _shares(creators: Iterable[dict[str, Any]], whole: int | None) -> list[dict[str, Any]]:
    rows = sorted(creators, key=lambda c: (-c["interactions"], c["creator_id"] or ""))
    return [{"creator": c["handle"], **c, "share_pct": ratio(c["interactions"], whole, 100)} for c in rows]


def cumulative(changes: pa.Table, days: pa.Table) -> list[dict[str, Any]]:
    """Running totals at the end of each day of the period; null before anything was read.

    In      changes  the frame: what each day added
    """
    wanted = days["day"].to_pylist()
    moved: dict[str, dict[Any, int]] = {name: {} for name in (*PARTS, "interactions")}
    # readings before the period (posts added by hand) are in its first day's total
    on = [max(day, wanted[0]) for day in changes["day"].to_pylist()] if wanted else []
    for name, by_day in moved.items() if wanted else ():
        for day, change in zip(on, changes[name].to_pylist(), strict=True):
            if change is not None:
                by_day[day] = by_day.get(day, 0) + change
    so_far: dict[str, int | None] = dict.fromkeys(moved)
    out = []
    for day in wanted:
        for name, by_day in moved.items():
            if day in by_day:
                so_far[name] = (so_far[name] or 0) + by_day[day]
        out.append({"day": day.isoformat(), **so_far})
    return out
