"""Follower growth (KPIS.md section 5): start, end, net, the daily series, jumps. It trusts no difference column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hexameter.kpis.answers import plain, ratio
from hexameter.kpis.jumps import jumps

_DAY_SECONDS = 86_400.0
LOOK_BACK_DAYS = 60


class Followers:
    """Follower growth of the scope's creators over the period."""

    name = "followers"
    title = "Follower growth"
    unit = "followers"
    formula = "end - start; growth_pct = net / start × 100"
    source = "KPIS.md section 5"

    def tables(self, frames: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
        """Creators (one row each: the readings that count) and days (one row a creator and local day with a reading)."""
        return {"creators": start_and_end(frames), "days": _by_day(frames)}

    def summary(self, results: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 5 over all creators of the scope."""
        creators = [growth(c) for c in results["creators"].to_pylist()]
        both = [c for c in creators if c["net"] is not None]
        since = [c["measured_since"] for c in both if c["measured_since"] is not None]
        total = {name: sum(c[name] for c in both) if both else None for name in ("start", "end", "net", "per_day")}
        return {
            **total,
            "growth_pct": ratio(total["net"], total["start"], 100),
            "measured_since": max(since) if since else None,
            "n": len(both),
            "n_excluded": len(creators) - len(both),
            "rounding_low": sum(c["net"] - c["net_rounding"] for c in both) if both else None,
            "rounding_high": sum(c["net"] + c["net_rounding"] for c in both) if both else None,
            "daily": _scope_series(results["days"], creators),
            "anomalies": _anomalies(results["days"], creators),
        }


def start_and_end(frames: Mapping[str, ir.Table]) -> ir.Table:
    """One row a creator: the reading at the start, else the first inside the period; and the one at the end.

    Out     the creators' columns; before, inside, end (int64, null = no such reading), each with _at and _rounding; period_start
    """
    f = frames["followers"].cross_join(frames["period"].select("start_at", "elapsed_end_at"))
    before, until = f.captured_at <= f.start_at, f.captured_at <= f.elapsed_end_at
    inside = ~before & until
    width = ibis.coalesce(f.followers_rounding, 0)
    read = f.group_by("creator_id").agg(
        before=f.followers.argmax(f.captured_at, where=before),
        before_at=f.captured_at.max(where=before),
        before_rounding=width.argmax(f.captured_at, where=before),
        inside=f.followers.argmin(f.captured_at, where=inside),
        inside_at=f.captured_at.min(where=inside),
        inside_rounding=width.argmin(f.captured_at, where=inside),
        end=f.followers.argmax(f.captured_at, where=until),
        end_at=f.captured_at.max(where=until),
        end_rounding=width.argmax(f.captured_at, where=until),
    )
    return frames["creators"].left_join(read, "creator_id").drop("creator_id_right")


def growth(creator: Mapping[str, Any]) -> dict[str, Any]:
    """One creator's figures.

    Null    fewer than two distinct readings: net, growth_pct, per_day
    Example 10,000 on 1 July and 11,000 on 31 July -> net 1,000, growth_pct 10.0, per_day 33.33
    """
    early = creator["before_at"] is not None
    start, start_at = (creator["before"], creator["before_at"]) if early else (creator["inside"], creator["inside_at"])
    end, end_at = creator["end"], creator["end_at"]
    two = start_at is not None and end_at is not None and end_at > start_at
    net = end - start if two else None
    days = _days_between(start_at, end_at) if two else None
    width = (creator["before_rounding"] if early else creator["inside_rounding"]) or 0
    return {
        "creator": creator["handle"],
        "creator_id": creator["creator_id"],
        "start": start,
        "start_at": plain(start_at),
        "end": end,
        "end_at": plain(end_at),
        "net": net,
        "net_rounding": width + (creator["end_rounding"] or 0),
        "growth_pct": ratio(net, start, 100),
        "per_day": ratio(net, days),
        "measured_since": None if early else plain(start_at),
    }


def _days_between(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / _DAY_SECONDS


def _by_day(frames: Mapping[str, ir.Table]) -> ir.Table:
    # jumps look back 28 days, so the series begins before the period
    f = frames["followers"].semi_join(frames["creators"], "creator_id")
    f = f.cross_join(frames["period"].select("from_day", "to_day", "elapsed_end_at"))
    known = f.filter(f.captured_at <= f.elapsed_end_at, f.day <= f.to_day, f.day >= f.from_day - ibis.interval(days=LOOK_BACK_DAYS))
    last = known.group_by("creator_id", "day").agg(
        followers=known.followers.argmax(known.captured_at), in_period=(known.day >= known.from_day).any()
    )
    return last.order_by("creator_id", "day")


def _scope_series(days: pa.Table, creators: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Last reading of each local day, summed over the creators; `n` says over how many, for days differ in who was read."""
    totals: dict[Any, list[int]] = {}
    for reading in days.to_pylist():
        if reading["in_period"]:
            totals.setdefault(reading["day"], []).append(reading["followers"])
    return [{"day": plain(day), "followers": sum(read), "n": len(read)} for day, read in sorted(totals.items())]


def _anomalies(days: pa.Table, creators: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    handles = {c["creator_id"]: c["creator"] for c in creators}
    series: dict[str, list[Mapping[str, Any]]] = {}
    for reading in days.to_pylist():
        series.setdefault(reading["creator_id"], []).append(reading)
    return [{"creator": handles.get(who), **jump} for who, read in sorted(series.items()) for jump in jumps(read)]


def daily(days: pa.Table, creator_id: str) -> list[dict[str, Any]]:
    """One creator's daily series; days without a reading are absent, not interpolated."""
    return [
        {"day": plain(r["day"]), "followers": r["followers"]} for r in days.to_pylist() if r["creator_id"] == creator_id and r["in_period"]
    ]
