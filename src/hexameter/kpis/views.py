"""Views per publication (KPIS.md section 2): the public count, its spread, its gain. Qualified views stand beside it, never instead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hexameter.kpis.answers import ratio, row

WHAT_IS_A_VIEW = "the platform's public count: a play that started"


class Views:
    """Views of the posts in scope and period."""

    name = "views"
    title = "Views per publication"
    unit = "views"
    formula = "sum, mean and quantiles of the posts' newest public view counts"
    source = "KPIS.md section 2"

    def tables(self, frames: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
        """Totals (one row: every figure of the scope), pace (one row a post read twice or more)."""
        return {"totals": _totals(frames).cross_join(_gained(frames)), "pace": _pace(frames["post_readings"])}

    def summary(self, results: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 2 for the whole scope."""
        t = row(results["totals"])
        n, posts = t["n"], t["posts"]
        pace = [p for p in map(per_hour, results["pace"].to_pylist()) if p is not None]
        return {
            "total": t["total"],
            "mean": ratio(t["total"], n),
            **{name: t[name] for name in ("median", "p25", "p75", "max")},
            "n": n,
            "n_excluded": posts - n,
            "rounding_low": t["rounding_low"],
            "rounding_high": t["rounding_high"],
            "gained": t["gained"],
            "gained_n": t["gained_n"],
            "gained_n_excluded": t["all_posts"] - t["gained_n"],
            "per_hour": math.fsum(pace) if pace else None,
            "per_hour_n": len(pace),
            "qualified_views": t["qualified_views"],
            "qualified_seconds": t["qualified_seconds"],
            "qualified_n": t["qualified_n"],
            "qualified_n_excluded": posts - t["qualified_n"],
            "qualified_basis": {"retention": t["by_retention"], "6s": t["by_6s"]},
            "views_organic": t["views_organic"],
            "views_paid": t["views_paid"],
            "views_paid_n": t["views_paid_n"],
            "meaning": WHAT_IS_A_VIEW,
        }


def _totals(frames: Mapping[str, ir.Table]) -> ir.Table:
    posts = qualified(frames)
    v = posts.views
    return posts.agg(
        posts=posts.count(),
        n=v.count(),
        total=v.sum(),
        median=v.median(),
        p25=v.quantile(0.25),
        p75=v.quantile(0.75),
        max=v.max(),
        rounding_low=(v - posts.views_rounding).sum(),
        rounding_high=(v + posts.views_rounding).sum(),
        qualified_views=posts.qualified_views.sum(),
        qualified_n=posts.qualified_views.count(),
        by_retention=posts.post_id.count(where=posts.qualified_basis == "retention"),
        by_6s=posts.post_id.count(where=posts.qualified_basis == "6s"),
        views_paid=posts.views_paid.sum(),
        views_paid_n=posts.views_paid.count(),
        views_organic=(v - posts.views_paid).sum(),
        qualified_seconds=frames["period"].qualified_seconds.as_scalar(),
    )


def _gained(frames: Mapping[str, ir.Table]) -> ir.Table:
    posts = frames["post_readings"]
    gain = posts.views_end - posts.views_start
    return posts.agg(gained=gain.sum(), gained_n=gain.count(), all_posts=posts.count())


def _pace(posts: ir.Table) -> ir.Table:
    inside = posts.filter(posts.in_period, posts.views_before_last.notnull())
    return inside.select("views", "views_last_at", "views_before_last", "views_before_last_at")


def per_hour(post: Mapping[str, Any]) -> float | None:
    """Views won an hour between a post's last two readings; null when it was read fewer than two times.

    Example 100 views at 10:00 and 150 at 12:00 -> 25.0
    """
    if post["views_before_last_at"] is None:
        return None
    hours = (post["views_last_at"] - post["views_before_last_at"]).total_seconds() / 3600
    return ratio(post["views"] - post["views_before_last"], hours)


def qualified(frames: Mapping[str, ir.Table]) -> ir.Table:
    """The posts in the period with gained, qualified_views and its basis: 'retention', '6s' or null.

    Out     the posts' columns, qualified_views float64, qualified_basis text, gained int64
    Source  KPIS.md section 2
    Example 1,000 views, half of the viewers left at second 5 -> 500.0
    """
    posts = frames["post_readings"]
    posts = posts.filter(posts.in_period)
    seconds = frames["period"].qualified_seconds.as_scalar()
    curve = _share_at(frames["retention"], seconds)
    p = posts.left_join(curve, "post_id").drop("post_id_right")
    by_curve = p.views.cast("float64") * p.share_at
    known = ibis.cases((by_curve.notnull(), "retention"), (p.views_6s.notnull(), "6s"), else_=ibis.null("string"))
    return p.mutate(
        qualified_views=ibis.coalesce(by_curve, p.views_6s.cast("float64")),
        qualified_basis=known,
        gained=p.views_end - p.views_start,
    ).drop("share_at")


def _share_at(retention: ir.Table, seconds: ir.Value) -> ir.Table:
    r = retention.filter(retention.share.notnull())
    ends = r.group_by("post_id").agg(
        low=r.second.max(where=r.second <= seconds),
        low_share=r.share.argmax(r.second, where=r.second <= seconds),
        high=r.second.min(where=r.second >= seconds),
        high_share=r.share.argmin(r.second, where=r.second >= seconds),
    )
    along = (seconds - ends.low) / (ends.high - ends.low).nullif(0.0)
    between = ends.low_share + (ends.high_share - ends.low_share) * along
    return ends.select("post_id", share_at=ibis.ifelse(ends.low == ends.high, ends.low_share, between))
