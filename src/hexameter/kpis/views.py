"""Views per publication (KPIS.md section 2): the public count, its spread, its gain. Qualified views stand beside it, never instead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.kpis.answers import ratio, row
from hexameter.kpis.arrays import Reals, numbers, plus, reals, total
from hexameter.kpis.retention import share_at

WHAT_IS_A_VIEW = "the platform's public count: a play that started"
_MICROS_A_SECOND, _SECONDS_AN_HOUR = 1e6, 3600


class Views:
    """Views of the posts in scope and period."""

    name = "views"
    title = "Views per publication"
    unit = "views"
    formula = "sum, mean and quantiles of the posts' newest public view counts"
    source = "KPIS.md section 2"
    reads: tuple[str, ...] = ("posts", "readings", "retention")

    def summary(self, frames: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 2 for the whole scope."""
        posts = qualified(frames)
        gain = gained(frames["post_readings"])
        seconds = row(frames["period"])["qualified_seconds"]
        return {
            **spread(posts),
            "rounding_low": total(pc.subtract(posts["views"], posts["views_rounding"])),
            "rounding_high": total(plus(posts["views"], posts["views_rounding"])),
            "gained": total(gain),
            "gained_n": len(gain) - gain.null_count,
            "gained_n_excluded": gain.null_count,
            **_pace(posts),
            **_qualified(posts, seconds),
            "views_organic": total(pc.subtract(posts["views"], posts["views_paid"])),
            "views_paid": total(posts["views_paid"]),
            "views_paid_n": posts.num_rows - posts["views_paid"].null_count,
            "meaning": WHAT_IS_A_VIEW,
        }


def spread(posts: pa.Table) -> dict[str, Any]:
    """Total, mean, quartiles, largest; over how many posts.

    In      posts  views
    Example views of 0, 5,000, 8,000 and 20,000 -> total 33,000, median 6,500, p25 3,750
    """
    views = posts["views"].drop_null()
    n, whole = len(views), total(views)
    quarters = np.quantile(views.to_numpy(), (0.25, 0.5, 0.75)).tolist() if n else (None, None, None)
    return {
        "total": whole,
        "mean": ratio(whole, n),
        **dict(zip(("p25", "median", "p75"), quarters, strict=True)),
        "max": pc.max(views).as_py(),
        "n": n,
        "n_excluded": posts.num_rows - n,
    }


def gained(posts: pa.Table) -> pa.ChunkedArray:
    """Views of each post at the period's end less those at its start; null when either is."""
    return pc.subtract(posts["views_end"], posts["views_start"])


def per_hour(posts: pa.Table) -> Reals:
    """Views won an hour between each post's last two readings; NaN when it was read fewer than two times.

    Example 100 views at 10:00 and 150 at 12:00 -> 25.0
    """
    last, before = numbers(posts, "views_last_at"), numbers(posts, "views_before_last_at")
    seconds = np.where(last.there & before.there, last.values - before.values, np.nan) / _MICROS_A_SECOND
    return (reals(posts, "views") - reals(posts, "views_before_last")) / (seconds / _SECONDS_AN_HOUR)


def _pace(posts: pa.Table) -> dict[str, Any]:
    pace = per_hour(posts)
    pace = pace[~np.isnan(pace)]
    return {"per_hour": math.fsum(pace) if len(pace) else None, "per_hour_n": len(pace)}


def qualified(frames: Mapping[str, pa.Table]) -> pa.Table:
    """The posts in the period with gained, qualified_views and its basis: 'retention', '6s' or null.

    Out     the posts' columns, gained int64, qualified_views float64, qualified_basis text
    Source  KPIS.md section 2
    Example 1,000 views, half of the viewers left at second 5 -> 500.0
    """
    posts = frames["posts"]
    shares = share_at(frames["retention"], row(frames["period"])["qualified_seconds"])
    share = pa.array([shares.get(i) for i in posts["post_id"].to_pylist()] if shares else pa.nulls(posts.num_rows), pa.float64())
    by_curve = pc.multiply(posts["views"].cast(pa.float64(), safe=False), share)
    by_advertiser = posts["views_6s"].cast(pa.float64(), safe=False)
    basis = pc.if_else(by_curve.is_valid(), "retention", pc.if_else(by_advertiser.is_valid(), "6s", pa.scalar(None, pa.string())))
    out = posts.append_column("gained", gained(posts)).append_column("qualified_views", pc.coalesce(by_curve, by_advertiser))
    return out.append_column("qualified_basis", basis)


def _qualified(posts: pa.Table, seconds: float) -> dict[str, Any]:
    views, basis = posts["qualified_views"].drop_null(), posts["qualified_basis"].to_pylist()
    return {
        "qualified_views": math.fsum(views.to_numpy()) if len(views) else None,
        "qualified_seconds": seconds,
        "qualified_n": len(views),
        "qualified_n_excluded": posts.num_rows - len(views),
        "qualified_basis": {name: basis.count(name) for name in ("retention", "6s")},
    }
