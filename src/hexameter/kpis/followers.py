"""Follower growth (KPIS.md section 5): start, end, net, the daily series, jumps. It trusts no difference column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from hexameter.contracts.frames import INSTANT
from hexameter.kpis.answers import plain, ratio
from hexameter.kpis.arrays import Numbers, by_group, codes, firsts, flags, numbers, one_of
from hexameter.kpis.audience import Audience
from hexameter.kpis.calendar import day_of
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
    reads: tuple[str, ...] = ("posts", "followers")

    def summary(self, frames: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 5 over all creators of the scope."""
        creators = [growth(c) for c in start_and_end(frames).to_pylist()]
        days = by_day(frames)
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
            "daily": _scope_series(days),
            "anomalies": _anomalies(days, creators),
        }


def start_and_end(frames: Mapping[str, pa.Table]) -> pa.Table:
    """One row a creator: the reading at the start, else the first inside the period; and the one at the end.

    Out     the creators' columns; before, inside, end (int64, null = no such reading), each with _at and _rounding
    """
    creators, audience = frames["creators"], Audience(frames["followers"])
    start, until = (numbers(frames["period"], edge).values[0] for edge in ("start_at", "elapsed_end_at"))
    before, inside = audience.around(creators["creator_id"], _everywhere(start, creators.num_rows))
    end, _ = audience.around(creators["creator_id"], _everywhere(until, creators.num_rows))
    inside = np.where((inside >= 0) & (audience.at.at(inside).values <= until), inside, -1)
    out = creators
    for name, rows in (("before", before), ("inside", inside), ("end", end)):
        out = out.append_column(name, audience.followers.at(rows).arrow())
        out = out.append_column(f"{name}_at", audience.at.at(rows).arrow(INSTANT))
        out = out.append_column(f"{name}_rounding", audience.rounding.at(rows).arrow())
    return out


def _everywhere(instant: int, n: int) -> Numbers:
    return Numbers(np.full(n, instant), np.ones(n, np.bool_))


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


def by_day(frames: Mapping[str, pa.Table]) -> pa.Table:
    """The last reading of each creator and local day.

    Out     creator_id, day, followers, in_period; in that order, from 60 days before the period
    """
    f, period = frames["followers"], frames["period"]
    at, day = numbers(f, "captured_at"), numbers(f, "day")
    (first,), (last,), (until,) = (numbers(period, edge).values for edge in ("from_day", "to_day", "elapsed_end_at"))
    known = day.there & (at.values <= until) & (day.values <= last) & (day.values >= first - LOOK_BACK_DAYS)
    # jumps look back 28 days, so the series begins before the period
    kept = np.flatnonzero(known & one_of(f["creator_id"], frames["creators"]["creator_id"].to_pylist()))
    starts = firsts(codes(f["creator_id"])[kept], day.values[kept])
    rows = kept[np.append(starts[1:], len(kept)) - 1] if len(kept) else kept
    found = f.take(pa.array(rows)).select(["creator_id", "day", "followers"])
    return found.append_column("in_period", pa.array(day.values[rows] >= first)).sort_by(
        [("creator_id", "ascending"), ("day", "ascending")]
    )


def _scope_series(days: pa.Table) -> list[dict[str, Any]]:
    """Last reading of each local day, summed over the creators; `n` says over how many, for days differ in who was read."""
    inside = np.flatnonzero(flags(days["in_period"]))
    dates, place = np.unique(numbers(days, "day").values[inside], return_inverse=True)
    sums = by_group(place, numbers(days, "followers").at(inside), len(dates)).plain()
    read = np.bincount(place, minlength=len(dates)).tolist()
    return [{"day": day_of(d).isoformat(), "followers": s, "n": n} for d, s, n in zip(dates.tolist(), sums, read, strict=True)]


def _anomalies(days: pa.Table, creators: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    handles = {c["creator_id"]: c["creator"] for c in creators}
    series: dict[str, list[Mapping[str, Any]]] = {}
    rows = zip(*(days[name].to_pylist() for name in ("creator_id", "day", "followers", "in_period")), strict=True)
    for who, day, followers, inside in rows:
        series.setdefault(who, []).append({"day": day, "followers": followers, "in_period": inside})
    return [{"creator": handles.get(who), **jump} for who, read in sorted(series.items()) for jump in jumps(read)]


def daily(days: pa.Table, creator_id: str) -> list[dict[str, Any]]:
    """One creator's daily series; days without a reading are absent, not interpolated."""
    return [
        {"day": plain(r["day"]), "followers": r["followers"]} for r in days.to_pylist() if r["creator_id"] == creator_id and r["in_period"]
    ]
