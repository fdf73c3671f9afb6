"""The six KPIs of one question, with the receipt under them. The numbers come from `kpis.measuring`; here is only what surrounds them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hexameter.contracts.records import DEFINITIONS_VERSION, Period
from hexameter.contracts.spelling import day_of, instant_text
from hexameter.kpis import measuring
from hexameter.kpis.presets import PRESETS, preset
from hexameter.services.asking import Ask, Question, period_from, understand
from hexameter.services.known import require_known, unseen_creators
from hexameter.services.settled import band_of, is_preset, qualified_seconds_of, rate_card_of, source_order_of

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine, Snapshot
    from hexameter.contracts.records import RateCard
    from hexameter.services.house import House

_BREAKDOWNS = ("posts", "creators", "hashtags", "explain")
_RECEIPT = ("n", "n_excluded", "precision", "sources")
_HEAD = (*_RECEIPT, "period", *_BREAKDOWNS)


def measure(ask: Ask, house: House, engine: str | None = None) -> dict[str, Any]:
    """The six KPIs, the object of KPIS.md section 8.

    In      engine  another engine than the settings'
    Out     definitions_version, scope, period, as_of, receipt, one object a KPI; with the breakdowns asked for
    Raises  BadValue, NotFound  see services.asking.understand; a creator, hashtag or post the lake has never seen
    """
    question = understand(ask, house)
    options = _options(question, house)
    snapshot = house.lake.snapshot()
    chosen = house.engine(engine)
    result = _numbers(chosen, snapshot, question, options)
    if not result["n"]:
        require_known(question.scope, chosen, snapshot)
    return _document(question, result, snapshot, chosen) | _warnings(question, chosen, snapshot)


def _numbers(engine: Engine, snapshot: Snapshot, question: Question, options: measuring.Options) -> dict[str, Any]:
    def at(period: Period | None, options: measuring.Options) -> dict[str, Any]:
        when = {"period": period, "known_at": question.known_at}
        return measuring.measure(engine, snapshot, question.scope, question.as_of, options=options, **when)  # type: ignore[arg-type]

    first, last = question.first_day, question.last_day
    if last is None:
        return at(None, options)
    if first is None:  # only a last day: the period begins with the first post, which the lake knows
        plain = replace(options, posts=False, creators=False, hashtags=False, explain=False)
        first = min(day_of(at(None, plain)["period"]["from"], "from"), last)
    return at(period_from(first, last, question.tz), options)


def _options(question: Question, house: House) -> measuring.Options:
    ask, settings = question.ask, house.settings
    return measuring.Options(
        tz=question.tz,
        source_order=source_order_of(settings),
        band=band_of(settings),
        qualified_seconds=qualified_seconds_of(settings),
        money=question.money,
        rate_card=_card(ask.rate_card or settings["rate_card"], house),
        posts=ask.posts,
        creators=ask.creators,
        hashtags=ask.hashtags,
        definitions=_definitions(ask.definition),
        curves=ask.curves,
        explain=ask.explain,
    )


def _card(name: str, house: House) -> RateCard | None:
    """A preset, "none", a file, or a price list kept on the desk."""
    kept = None if is_preset(name) else house.desk.cards.find(name)
    return kept or rate_card_of(name)


def _definitions(asked: str | None) -> tuple[str, ...]:
    if asked is None:
        return ()
    names = [p.name for p in PRESETS] if asked.strip().lower() == "all" else asked.split(",")
    return tuple(dict.fromkeys(preset(name).name for name in names))


def _warnings(question: Question, engine: Engine, snapshot: Snapshot) -> dict[str, list[str]]:
    """What a campaign's numbers silently lack: creators of whom nothing was ever imported."""
    handles = question.campaign.creators if question.campaign else ()
    unread = unseen_creators(handles, engine, snapshot) if handles else []
    if not unread:
        return {}
    named = ", ".join(f"@{handle}" for handle in unread[:10]) + (f" and {len(unread) - 10} more" if len(unread) > 10 else "")
    return {"warnings": [f"No imported file mentions {named}: check the spelling, or import their posts."]}


def _document(question: Question, result: dict[str, Any], snapshot: Snapshot, engine: Engine) -> dict[str, Any]:
    scope = {"kind": question.scope.kind, "id": question.scope.id}
    as_of = instant_text(question.as_of)
    receipt = {
        "definitions_version": DEFINITIONS_VERSION,
        "scope": scope,
        "as_of": as_of,
        "known_at": None if question.known_at is None else instant_text(question.known_at),
        "lake_version": dict(snapshot.versions),
        **{name: result.get(name) for name in _RECEIPT},
        "engine": engine.name,
    }
    head = {"definitions_version": DEFINITIONS_VERSION, "scope": scope, "period": result["period"], "as_of": as_of, "receipt": receipt}
    numbers = {name: part for name, part in result.items() if name not in _HEAD}
    asked = {name: result[name] for name in _BREAKDOWNS if name in result}
    return {**head, **numbers, **asked}
