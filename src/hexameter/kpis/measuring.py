"""The one door to the numbers: an engine, a pinned lake, a scope and an instant become the six KPIs as one JSON-ready object.

It reads no settings, no clock and no desk: what they say comes in as `Options`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pyarrow as pa

from hexameter.contracts.records import Money, Period, RateCard, Scope
from hexameter.kpis import breakdowns
from hexameter.kpis.answers import row
from hexameter.kpis.building import built
from hexameter.kpis.presets import preset_figure, preset_table
from hexameter.kpis.reasons import left_out, not_counted
from hexameter.kpis.registry import KPIS
from hexameter.kpis.returns import returns
from hexameter.kpis.scoping import Question, Scoped, scoped

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine, Snapshot

LEFT_OUT_OF = ("views", "gained", "by_followers_pct", "by_views_pct", "by_reach_pct", "interactions")


@dataclass(frozen=True)
class Options:
    """How to measure, beside what.

    tz                 zone of the default period when the scope has no window and no period is given
    source_order       sources in order of trust
    band               recommended posts a day, lowest and highest
    qualified_seconds  threshold of a qualified view
    money, rate_card   costs, revenues, price list of media value (None: no media value)
    posts, creators, hashtags   add these breakdowns
    curves             with posts: each one's growth curve, [age in hours, views]
    definitions        other houses' engagement rates to show beside ours, by name (kpis.presets)
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
    curves: bool = False
    definitions: tuple[str, ...] = ()
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
            posts, creators, hashtags (lists), explain (sql: {kpi: {query: text}}, left_out: {figure: [{post_id, creator, why}]})
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
    queries = {kpi.name: over(kpi.tables, found.frames) for kpi in KPIS}
    wanted = {f"{name}.{part}": table for name, parts in queries.items() for part, table in parts.items()}
    fetched = engine.fetch_all(wanted | {"sources": built(_sources, found.frames["post_readings"])})
    results = {name: {part: fetched[f"{name}.{part}"] for part in parts} for name, parts in queries.items()}
    out: dict[str, Any] = {"period": _period(found.period), "sources": [], "precision": None}
    out |= _provenance(fetched["sources"])
    for kpi in KPIS:
        out[kpi.name] = kpi.summary(results[kpi.name])
    if options.definitions:
        tables = {name: over(_of_house(name), found.frames) for name in options.definitions}
        out["engagement_rate"]["definitions"] = [preset_figure(engine.fetch(table), name) for name, table in tables.items()]
    of_hashtag = results["hashtag"]
    out["hashtag"] |= returns(row(of_hashtag["totals"]), row(of_hashtag["money"]), options.money, options.rate_card)
    out["n"], out["n_excluded"] = out["views"]["n"], out["views"]["n_excluded"]
    out |= _broken_down(engine, found, results, question.scope, options)
    if options.explain:
        out["explain"]["sql"] = {name: {part: engine.sql(t) for part, t in parts.items()} for name, parts in queries.items()}
    return out


def _broken_down(engine: Engine, found: Scoped, results: Mapping[str, Any], scope: Scope, options: Options) -> dict[str, Any]:
    frames = found.frames
    out: dict[str, Any] = {}
    if options.posts or options.creators or options.explain:
        posts = engine.fetch(over(breakdowns.post_table, frames))
    if options.posts or options.explain:
        curves = engine.fetch(over(breakdowns.curve_table, frames)) if options.curves else None
        objects = breakdowns.post_objects(posts, engine.fetch(frames["post_hashtags"]), curves)
    if options.posts:
        out["posts"] = objects
    if options.creators:
        spent = engine.fetch(over(breakdowns.money_by_creator, frames))
        calendar = row(results["videos"]["period"]), results["videos"]["days"]
        out["creators"] = breakdowns.creator_objects(posts, results["followers"], calendar, spent, options.money, options.rate_card)
    if options.hashtags:
        tables = over(breakdowns.hashtag_tables, frames)
        out["hashtags"] = breakdowns.hashtag_objects(engine.fetch_all(tables))
    if options.explain:
        by_hand = not_counted(scope.included, scope.excluded, objects)
        out["explain"] = {"left_out": {"scope": by_hand, **{figure: left_out(objects, figure) for figure in LEFT_OUT_OF}}}
    return out


@lru_cache(maxsize=32)
def _of_house(name: str) -> Callable[[Mapping[str, ir.Table]], ir.Table]:
    # one object a name, so that `over` finds its query again
    return partial(preset_table, name=name)


def over(function: Callable[[Mapping[str, ir.Table]], Any], frames: Mapping[str, ir.Table]) -> Any:
    """A function of the frames, applied once in a process for frames of the same names and shapes."""
    names = tuple(sorted(frames))
    return built(_applied, function, names, *(frames[n] for n in names))


def _applied(function: Callable[[Mapping[str, ir.Table]], Any], names: tuple[str, ...], *tables: ir.Table) -> Any:
    return function(dict(zip(names, tables, strict=True)))


def _period(period: Period) -> dict[str, str]:
    return {"from": period.from_day.isoformat(), "to": period.to_day.isoformat(), "tz": period.tz}


def _sources(posts: ir.Table) -> ir.Table:
    inside = posts.filter(posts.in_period)
    return inside.group_by("source", "precision").agg(posts=inside.count())


def _provenance(found: pa.Table) -> dict[str, Any]:
    sources = sorted({name for name in found["source"].to_pylist() if name is not None})
    precisions = sorted({name for name in found["precision"].to_pylist() if name is not None})
    return {"sources": sources, "precision": "mixed" if len(precisions) > 1 else (precisions[0] if precisions else None)}
