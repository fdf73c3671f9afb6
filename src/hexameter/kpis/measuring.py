"""The one door to the numbers: an engine, a pinned lake, a scope and an instant become the six KPIs as one JSON-ready object.

It reads no settings, no clock and no desk: what they say comes in as `Options`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from hexameter.contracts.records import Money, Period, RateCard, Scope
from hexameter.kpis import breakdowns
from hexameter.kpis.hashtag import counted, spent
from hexameter.kpis.newest import curves
from hexameter.kpis.presets import preset_figure, preset_rows, preset_table
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
    explain            add the SQL that reads what each KPI is made of, and the posts left out with the reason
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
            posts, creators, hashtags (lists), explain (sql: {kpi: {what is read: query}}, left_out: {figure: [{post_id, creator, why}]})
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
    frames = found.frames
    out: dict[str, Any] = {"period": _period(found.period), **_provenance(frames["posts"])}
    for kpi in KPIS:
        out[kpi.name] = kpi.summary(frames)
    out["hashtag"] |= returns(counted(frames), spent(frames), options.money, options.rate_card)
    out["n"], out["n_excluded"] = out["views"]["n"], out["views"]["n_excluded"]
    out |= _broken_down(engine, found, question.scope, options)
    if options.definitions:
        out["engagement_rate"]["definitions"] = _of_houses(engine, found, options.definitions)
    if options.explain:
        out["explain"]["sql"] = {kpi.name: {r: engine.sql(found.reads[r]) for r in kpi.reads if r in found.reads} for kpi in KPIS}
    return out


def _of_houses(engine: Engine, found: Scoped, names: tuple[str, ...]) -> list[dict[str, Any]]:
    work = {name: partial(preset_rows, moments=found.moments, name=name) for name in names}
    rows = engine.reduce(found.reads["readings"], "post_id", work)
    return [preset_figure(preset_table(found.frames, rows[name], name), name) for name in names]


def _broken_down(engine: Engine, found: Scoped, scope: Scope, options: Options) -> dict[str, Any]:
    frames = found.frames
    out: dict[str, Any] = {}
    if options.posts or options.creators or options.explain:
        posts = breakdowns.post_table(frames)
    if options.posts or options.explain:
        objects = breakdowns.post_objects(posts, frames["post_hashtags"], _curves(engine, found) if options.curves else None)
    if options.posts:
        out["posts"] = objects
    if options.creators:
        out["creators"] = breakdowns.creator_objects(posts, frames, options.money, options.rate_card)
    if options.hashtags:
        out["hashtags"] = breakdowns.hashtag_objects(frames)
    if options.explain:
        by_hand = not_counted(scope.included, scope.excluded, objects)
        out["explain"] = {"left_out": {"scope": by_hand, **{figure: left_out(objects, figure) for figure in LEFT_OUT_OF}}}
    return out


def _curves(engine: Engine, found: Scoped) -> pa.Table:
    return engine.reduce(found.reads["readings"], "post_id", {"curves": partial(curves, moments=found.moments)})["curves"]


def _period(period: Period) -> dict[str, str]:
    return {"from": period.from_day.isoformat(), "to": period.to_day.isoformat(), "tz": period.tz}


def _provenance(posts: pa.Table) -> dict[str, Any]:
    sources, precisions = (sorted(pc.unique(posts[name]).drop_null().to_pylist()) for name in ("source", "precision"))
    return {"sources": sources, "precision": "mixed" if len(precisions) > 1 else (precisions[0] if precisions else None)}
