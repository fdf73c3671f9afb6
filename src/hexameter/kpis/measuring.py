"""The one door to the numbers: an engine, a pinned lake, a scope and an instant become the six KPIs as one JSON-ready object.

It reads no settings, no clock and no desk: what they say comes in as `Options`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pyarrow as pa

from hexameter.contracts.records import Money, Period, RateCard, Scope
from hexameter.kpis.answers import row
from hexameter.kpis.registry import KPIS
from hexameter.kpis.returns import returns
from hexameter.kpis.scoping import Question, built, scoped

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine, Snapshot


@dataclass(frozen=True)
class Options:
    """How to measure, beside what.

    tz                 zone of the default period when the scope has no window and no period is given
    source_order       sources in order of trust
    band               recommended posts a day, lowest and highest
    qualified_seconds  threshold of a qualified view
    money, rate_card   costs, revenues, price list of media value (None: no media value)
    posts, creators, hashtags   add these breakdowns
    explain            add the SQL of each KPI and the posts left out with the reason
    """

    tz: str = "UTC"
    source_order: tuple[str, ...] = ()
    band: tuple[int, int] = (1, 3)
    qualified_seconds: float = 5.0
    money: Money = field(default_factory=Money)
    rate_card: RateCard | None = None
    posts: bool = False
    creators: bool = False
    hashtags: bool = False
    explain: bool = False


def measure(
    engine: Engine,
    snapshot: Snapshot,
    scope: Scope,
    as_of: datetime,
    *,
    period: Period | None = None,
    known_at: datetime | None = None,
    options: Options | None = None,
) -> dict[str, Any]:
    """The six KPIs of a scope, as of an instant.

    In      period    None: the campaign's window, else from the first post's local day to as_of's
            known_at  only rows the lake knew then (None: all)
    Out     period, sources, precision, n, n_excluded, videos, views, engagement_rate, interactions, followers, hashtag; when asked
            posts, creators, hashtags (lists), explain ({kpi: sql} and left_out posts)
    Raises  BadValue  mixed currencies without a dated rate, or a zone that does not exist
    """
    asked = options or Options()
    engine.release()
    try:
        return _measured(engine, snapshot, _question(scope, as_of, period, known_at, asked), asked)
    finally:
        engine.release()


def _question(scope: Scope, as_of: datetime, period: Period | None, known_at: datetime | None, options: Options) -> Question:
    return Question(
        scope=scope,
        as_of=as_of,
        known_at=known_at,
        period=period,
        tz=options.tz,
        source_order=options.source_order,
        band=options.band,
        qualified_seconds=options.qualified_seconds,
        money=options.money,
    )


def _measured(engine: Engine, snapshot: Snapshot, question: Question, options: Options) -> dict[str, Any]:
    found = scoped(engine, snapshot, question)
    queries = {kpi.name: queries_of(kpi.name, found.frames) for kpi in KPIS}
    results = {name: {part: engine.fetch(table) for part, table in parts.items()} for name, parts in queries.items()}
    out: dict[str, Any] = {"period": _period(found.period), "sources": [], "precision": None}
    out |= _provenance(engine.fetch(built(_sources, found.frames["post_readings"])))
    for kpi in KPIS:
        out[kpi.name] = kpi.summary(results[kpi.name])
    of_hashtag = results["hashtag"]
    out["hashtag"] |= returns(row(of_hashtag["totals"]), row(of_hashtag["money"]), options.money, options.rate_card)
    out["n"], out["n_excluded"] = out["views"]["n"], out["views"]["n_excluded"]
    if options.explain:
        out["explain"] = {"sql": {name: {part: engine.sql(t) for part, t in parts.items()} for name, parts in queries.items()}}
    return out


def queries_of(name: str, frames: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """The queries of one KPI over the frames, built once in a process for frames of the same names."""
    names = tuple(sorted(frames))
    return built(_queries, name, names, *(frames[n] for n in names))


def _queries(name: str, names: tuple[str, ...], *tables: ir.Table) -> dict[str, ir.Table]:
    kpi = next(k for k in KPIS if k.name == name)
    return kpi.tables(dict(zip(names, tables, strict=True)))


def _period(period: Period) -> dict[str, str]:
    return {"from": period.from_day.isoformat(), "to": period.to_day.isoformat(), "tz": period.tz}


def _sources(posts: ir.Table) -> ir.Table:
    inside = posts.filter(posts.in_period)
    return inside.group_by("source", "precision").agg(posts=inside.count())


def _provenance(found: pa.Table) -> dict[str, Any]:
    sources = sorted({name for name in found["source"].to_pylist() if name is not None})
    precisions = sorted({name for name in found["precision"].to_pylist() if name is not None})
    return {"sources": sources, "precision": "mixed" if len(precisions) > 1 else (precisions[0] if precisions else None)}
