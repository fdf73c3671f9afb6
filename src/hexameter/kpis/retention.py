"""Retention curves: which one of a post counts, and the share of viewers it leaves at a second."""

from __future__ import annotations

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from hexameter.contracts.frames import FRAMES
from hexameter.kpis.arrays import firsts, numbers, ranks
from hexameter.kpis.reading import known

_READ = ("post_id", "captured_at", "source", "second", "share", "ingested_at", "seq", "batch_id")


def of_posts(lake: ir.Table, posts: ir.Table, asked: ir.Table) -> ir.Table:
    """Points of the curves of some posts known at as_of."""
    return known(lake.semi_join(posts, "post_id"), asked, "captured_at").select(*_READ)


def newest_curves(rows: pa.Table) -> pa.Table:
    """The frame `retention`: of each post the newest curve, of the source first by name; of two points at a second the later known."""
    if not rows.num_rows:
        return FRAMES["retention"].empty_table()
    post, at, source = ranks(rows["post_id"]), numbers(rows, "captured_at").values, ranks(rows["source"])
    second = rows["second"].to_numpy()
    order = np.lexsort(
        (ranks(rows["batch_id"]), numbers(rows, "seq").values, numbers(rows, "ingested_at").values, second, source, -at, post)
    )
    starts = firsts(post[order])
    first = np.repeat(starts, np.diff(starts, append=len(order)))
    of_curve = (at[order] == at[order][first]) & (source[order] == source[order][first])
    kept = order[of_curve]
    last = np.append(firsts(post[kept], second[kept])[1:], len(kept)) - 1
    return rows.take(pa.array(kept[last])).select(FRAMES["retention"].names)


def share_at(curves: pa.Table, seconds: float) -> dict[str, float]:
    """The share of viewers left at a second, by post; linear between two points, absent outside the curve.

    In      curves  the frame `retention`
    """
    points: dict[str, list[tuple[float, float]]] = {}
    for post, second, share in zip(*(curves[name].to_pylist() for name in ("post_id", "second", "share")), strict=True):
        if share is not None:
            points.setdefault(post, []).append((second, share))
    found = {post: _between(sorted(curve), seconds) for post, curve in points.items()}
    return {post: share for post, share in found.items() if share is not None}


def _between(curve: list[tuple[float, float]], seconds: float) -> float | None:
    low = [point for point in curve if point[0] <= seconds]
    high = [point for point in curve if point[0] >= seconds]
    if not low or not high:
        return None
    (second, share), (later, left) = low[-1], high[0]
    return share if second == later else share + (left - share) * ((seconds - second) / (later - second))
