"""Interactions (KPIS.md section 4): likes, comments, shares and their sum, by day and by creator. Saves stand beside, not inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hexameter.kpis.answers import plain, ratio, row

PARTS = ("likes", "comments", "shares")


class Interactions:
    """Interactions of the posts in scope and period."""

    name = "interactions"
    title = "Interactions"
    unit = "interactions"
    formula = "likes + comments + shares, each at its newest reading; null if any was never read"
    source = "KPIS.md section 4"

    def tables(self, frames: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
        """Totals (one row), creators (one row each), changes (one row a counter and day), days."""
        posts = with_interactions(frames["post_readings"])
        return {"totals": _totals(posts), "creators": _by_creator(posts), "changes": _changes(frames, posts), "days": frames["days"]}

    def summary(self, results: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 4 for the whole scope."""
        t = row(results["totals"])
        return {
            **{name: t[name] for name in (*PARTS, "saves", "interactions")},
            **{f"{name}_n": t[f"{name}_n"] for name in (*PARTS, "saves")},
            "n": t["n"],
            "n_excluded": t["posts"] - t["n"],
            "mean_per_post": ratio(t["interactions"], t["n"]),
            "median_per_post": t["median_per_post"],
            "rounding_low": t["rounding_low"],
            "rounding_high": t["rounding_high"],
            "cumulative": cumulative(results["changes"], results["days"]),
            "creators": _shares(results["creators"], t["interactions"]),
        }


def with_interactions(posts: ir.Table) -> ir.Table:
    """Posts in the period with `interactions` and its rounding.

    Out     the posts' columns, interactions int64, interactions_rounding int64
    Null    any of likes, comments and shares is null
    Example 1500 likes, 100 comments, 60 shares -> 1660
    """
    inside = posts.filter(posts.in_period)
    width = inside.likes_rounding + inside.comments_rounding + inside.shares_rounding
    return inside.mutate(interactions=inside.likes + inside.comments + inside.shares, interactions_rounding=width)


def _totals(posts: ir.Table) -> ir.Table:
    total = posts.interactions
    return posts.agg(
        posts=posts.count(),
        **{name: posts[name].sum() for name in (*PARTS, "saves")},
        **{f"{name}_n": posts[name].count() for name in (*PARTS, "saves")},
        interactions=total.sum(),
        n=total.count(),
        median_per_post=total.median(),
        rounding_low=(total - posts.interactions_rounding).sum(),
        rounding_high=(total + posts.interactions_rounding).sum(),
    )


def _by_creator(posts: ir.Table) -> ir.Table:
    counted = posts.filter(posts.interactions.notnull())
    return counted.group_by("creator_id").agg(handle=counted.handle.max(), interactions=counted.interactions.sum(), n=counted.count())


def _shares(creators: pa.Table, total: int | None) -> list[dict[str, Any]]:
    rows = sorted(creators.to_pylist(), key=lambda c: (-c["interactions"], c["creator_id"] or ""))
    return [{"creator": c["handle"], **c, "share_pct": ratio(c["interactions"], total, 100)} for c in rows]


def _changes(frames: Mapping[str, ir.Table], posts: ir.Table) -> ir.Table:
    """How much each running total of the scope moved on each day: differences of every post's last value of a day."""
    read = frames["readings"].semi_join(posts, "post_id")
    read = read.filter(read.day.notnull())
    last = {name: read[name].argmax(read.order_key, where=read[name].notnull()) for name in PARTS}
    daily = read.group_by("post_id", "day").agg(**last)
    by_day = ibis.union(*(_one_counter(daily, name) for name in PARTS))
    earlier = by_day.value.lag().over(group_by=["post_id", "counter"], order_by="day")
    moved = by_day.mutate(change=by_day.value - ibis.coalesce(earlier, 0))
    alone = moved.group_by("counter", "day").agg(change=moved.change.sum())
    # the sum of the three counts a post from the first day on which all three are known
    firsts = by_day.group_by("post_id", "counter").agg(first=by_day.day.min())
    whole = firsts.group_by("post_id").agg(known=firsts.count(), since=firsts["first"].max())
    joined = moved.inner_join(whole.filter(whole.known == len(PARTS)), "post_id")
    later = joined.mutate(counter=ibis.literal("interactions"), day=ibis.ifelse(joined.day < joined.since, joined.since, joined.day))
    together = later.group_by("counter", "day").agg(change=later.change.sum())
    return ibis.union(alone, together)


def _one_counter(daily: ir.Table, name: str) -> ir.Table:
    read = daily.filter(daily[name].notnull())
    return read.select("post_id", "day", value=read[name], counter=ibis.literal(name))


def cumulative(changes: pa.Table, days: pa.Table) -> list[dict[str, Any]]:
    """Running totals at the end of each day of the period; null before anything was read."""
    wanted = days["day"].to_pylist()
    moved: dict[str, dict[Any, int]] = {name: {} for name in (*PARTS, "interactions")}
    for change in changes.to_pylist():
        # readings before the period (posts added by hand) are in its first day's total
        day = max(change["day"], wanted[0]) if wanted else change["day"]
        moved[change["counter"]][day] = moved[change["counter"]].get(day, 0) + change["change"]
    so_far: dict[str, int | None] = dict.fromkeys(moved)
    out = []
    for day in wanted:
        for name, by_day in moved.items():
            if day in by_day:
                so_far[name] = (so_far[name] or 0) + by_day[day]
        out.append({"day": plain(day), **so_far})
    return out
