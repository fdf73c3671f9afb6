"""The figures under the figures: one object a post, a creator, a hashtag. Each number is defined in its KPI's module, not here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from hexameter.contracts.records import Money, RateCard
from hexameter.kpis.answers import plain, ratio, reals
from hexameter.kpis.engagement_rate import one_rate
from hexameter.kpis.followers import daily, growth
from hexameter.kpis.hashtag import latest_followers
from hexameter.kpis.reading import COUNTERS, FORMULAS
from hexameter.kpis.reasons import reasons
from hexameter.kpis.returns import returns
from hexameter.kpis.videos import rhythm
from hexameter.kpis.views import per_hour, qualified

_SHOWN = ("source", "precision", "basis", "views_7d", "gained", "qualified_views", "qualified_basis")


def post_table(frames: Mapping[str, ir.Table]) -> ir.Table:
    """One row a post in the period, in order of publication, with everything its object shows."""
    posts = qualified(frames)
    return posts.mutate(interactions=posts.likes + posts.comments + posts.shares).order_by("post_order")


def post_objects(posts: pa.Table, hashtags: pa.Table, curves: pa.Table | None) -> list[dict[str, Any]]:
    """One object a post."""
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
        "per_hour": per_hour(p),
        "rounding": {name: p[f"{name}_rounding"] for name in ("views", "likes", "comments", "shares", "saves") if p[f"{name}_rounding"]},
        "reasons": reasons(p),
    }
    if points is not None:
        out["curve"] = [[_hours(p["published_at"], at), views] for at, views in points.get(p["post_id"], [])]
    return out


def _hours(published: Any, at: Any) -> float | None:
    return None if published is None else (at - published).total_seconds() / 3600


def curve_table(frames: Mapping[str, ir.Table]) -> ir.Table:
    """Growth curves: views of each post at each instant they were read."""
    seen = frames["readings"].filter(frames["readings"].views.notnull())
    seen = seen.group_by("post_id", "captured_at").agg(views=seen.views.argmax(seen.order_key))
    return seen.order_by("post_id", "captured_at")


def _curves(rows: pa.Table) -> dict[str, list[Any]]:
    out: dict[str, list[Any]] = {}
    for r in rows.to_pylist():
        out.setdefault(r["post_id"], []).append((r["captured_at"], r["views"]))
    return out


def _grouped(rows: pa.Table, key: str, value: str) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for k, v in zip(rows[key].to_pylist(), rows[value].to_pylist(), strict=True):
        out.setdefault(k, []).append(v)
    return out


def creator_objects(
    posts: pa.Table,
    followers: Mapping[str, pa.Table],
    frame: tuple[Mapping[str, Any], pa.Table],
    spent: pa.Table,
    money: Money,
    card: RateCard | None,
) -> list[dict[str, Any]]:
    """One object a creator of the scope, or of its posts: the six KPIs' figures over that creator's posts.

    In      posts      post_table's result
            followers  results of the KPI followers: creators, days
            frame      the period's row and the frame `days`
            spent      creator_id, cost_minor, revenue_minor: money entered for one creator
    """
    audience = {c["creator_id"]: growth(c) for c in followers["creators"].to_pylist()}
    names = {i: h for i, h in zip(posts["creator_id"].to_pylist(), posts["handle"].to_pylist(), strict=True) if i is not None}
    entered = {s["creator_id"]: s for s in spent.to_pylist()}
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
                "videos": rhythm(own, *frame),
                "views": _spread(own),
                "engagement_rate": {f"{rate}_pct": one_rate(own, rate, interval=False) for rate in FORMULAS},
                "interactions": {name: counted[name] for name in ("likes", "comments", "shares", "saves", "interactions")}
                | {"n": counted["n"], "n_excluded": own.num_rows - counted["n"]},
                "followers": None if grown is None else {**grown, "daily": daily(followers["days"], who)},
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
    sums = {name: pa.compute.sum(own[name]).as_py() for name in (*COUNTERS, "interactions")}
    read = {f"{name}_read": sums[name] for name in ("likes", "comments", "shares")}
    return {**sums, **read, "videos": own.num_rows, "n": own.num_rows - own["interactions"].null_count}


def _spread(own: pa.Table) -> dict[str, Any]:
    views = own["views"].drop_null()
    pace = [p for p in map(per_hour, own.to_pylist()) if p is not None]
    total = pa.compute.sum(views).as_py()
    values = views.to_numpy()
    n = len(values)
    quarters = np.quantile(values, (0.25, 0.5, 0.75)) if n else (None, None, None)
    return {
        "total": total,
        "mean": ratio(total, n),
        **{name: None if q is None else float(q) for name, q in zip(("p25", "median", "p75"), quarters, strict=True)},
        "max": int(values.max()) if n else None,
        "gained": pa.compute.sum(own["gained"]).as_py(),
        "per_hour": math.fsum(pace) if pace else None,
        "n": n,
        "n_excluded": own.num_rows - n,
    }


def money_by_creator(frames: Mapping[str, ir.Table]) -> ir.Table:
    """Money entered for one creator: creator_id, cost_minor, revenue_minor."""
    costs, revenues = frames["costs"], frames["revenues"]
    spent = costs.select("creator_id", cost_minor=costs.amount_minor, revenue_minor=ibis.null("float64"))
    earned = revenues.select("creator_id", cost_minor=ibis.null("float64"), revenue_minor=revenues.amount_minor)
    both = ibis.union(spent, earned)
    named = both.filter(both.creator_id.notnull())
    return named.group_by("creator_id").agg(cost_minor=named.cost_minor.sum(), revenue_minor=named.revenue_minor.sum())


def hashtag_tables(frames: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """Totals (one row a hashtag) and rates (one row a hashtag and post with a rate by views)."""
    posts = frames["post_readings"]
    posts = posts.filter(posts.in_period)
    carried = frames["post_hashtags"].inner_join(posts, "post_id")
    total = carried.likes + carried.comments + carried.shares
    sums = carried.group_by("hashtag").agg(
        videos=carried.count(),
        views=carried.views.sum(),
        interactions=total.sum(),
        up=carried.by_views_up.sum(where=carried.by_views_down != 0),
        down=carried.by_views_down.sum(where=carried.by_views_up.notnull()),
        first_seen=carried.published_at.min(),
        last_seen=carried.published_at.max(),
    )
    named = carried.filter(carried.creator_id.notnull())
    each = named.group_by("hashtag", "creator_id").agg(views=named.views.sum())
    known = each.left_join(latest_followers(frames["followers"]), "creator_id").drop("creator_id_right")
    people = known.group_by("hashtag").agg(creators=known.count(), top_views=known.views.max(), potential_reach=known.followers.sum())
    usable = carried.filter(carried.by_views_up.notnull(), carried.by_views_down != 0)
    return {
        "totals": sums.left_join(people, "hashtag").drop("hashtag_right"),
        "rates": usable.select("hashtag", "by_views_up", "by_views_down"),
    }


def hashtag_objects(results: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    """One object a hashtag seen on the scope's posts, most viewed first; equal views share a rank."""
    spread = _rates_by_hashtag(results["rates"])
    rows = sorted(results["totals"].to_pylist(), key=lambda h: (-1 if h["views"] is None else h["views"], h["videos"]), reverse=True)
    better: dict[int | None, int] = {}
    for place, h in enumerate(rows):
        better.setdefault(h["views"], place)
    return [_hashtag(h, better[h["views"]] + 1, spread.get(h["hashtag"], {"mean": None, "median": None, "n": 0})) for h in rows]


def _hashtag(h: Mapping[str, Any], rank: int, spread: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "hashtag": h["hashtag"],
        "rank": rank,
        "videos": h["videos"],
        "creators": h["creators"] or 0,
        "views": h["views"],
        "interactions": h["interactions"],
        "potential_reach": h["potential_reach"],
        "by_views_pct": {**spread, "pooled": ratio(h["up"], h["down"], 100), "n_excluded": h["videos"] - spread["n"]},
        "share_of_top_creator_pct": ratio(h["top_views"], h["views"], 100),
        "first_seen": plain(h["first_seen"]),
        "last_seen": plain(h["last_seen"]),
    }


def _rates_by_hashtag(rows: pa.Table) -> dict[str, dict[str, Any]]:
    rate = reals(rows, "by_views_up") * 100 / reals(rows, "by_views_down")
    tags = np.asarray(rows["hashtag"].to_pylist(), dtype=object)
    order = np.lexsort((rate, tags)) if len(tags) else np.zeros(0, dtype=np.int64)
    names, starts = np.unique(tags[order].astype(str), return_index=True)
    groups = np.split(rate[order], starts[1:]) if len(names) else []
    return {str(n): {"mean": float(g.mean()), "median": float(np.median(g)), "n": len(g)} for n, g in zip(names, groups, strict=True)}
