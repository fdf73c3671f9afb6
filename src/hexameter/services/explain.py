"""Why a number is what it is: its definition, its query, its receipt, and the posts left out with the reason. It changes no number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hexameter.contracts.sentences import Sentence
from hexameter.errors import BadValue, did_you_mean
from hexameter.services.measure import measure

# The figures of each KPI that may leave posts out.
_FIGURES: dict[str, tuple[str, ...]] = {
    "videos": (),
    "views": ("views", "gained"),
    "engagement_rate": ("by_followers_pct", "by_views_pct", "by_reach_pct"),
    "interactions": ("interactions",),
    "followers": (),
    "hashtag": ("views", "interactions", "by_views_pct"),
}

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Kpi
    from hexameter.services.asking import Ask
    from hexameter.services.house import House


def explain(kpi: str, ask: Ask, house: House, engine: str | None = None) -> dict[str, Any]:
    """One KPI of a question, explained.

    Out     kpi, title, unit, formula, source, value (the KPI's object), scope, period, as_of, receipt, sql {query: text},
            left_out [{post_id, handle, figure, why}]; figure `scope`: left out of all by hand
    Raises  BadValue  an unknown KPI; else see services.measure.measure
    """
    found = _kpi(kpi)
    whole = measure(replace(ask, explain=True), house, engine)
    asked = whole["explain"]
    return {
        **_described(found),
        "scope": whole["scope"],
        "period": whole["period"],
        "as_of": whole["as_of"],
        "value": whole[found.name],
        "receipt": whole["receipt"],
        "sql": asked["sql"][found.name],
        "left_out": list(_left_out(found.name, asked["left_out"], _decisions(ask, house))),
    }


def _left_out(kpi: str, by_figure: Mapping[str, Sequence[Mapping[str, Any]]], decisions: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for figure in ("scope", *_FIGURES[kpi]):
        for post in by_figure.get(figure, ()):
            said = decisions.get(post["post_id"]) if figure == "scope" else None
            why = Sentence("{why}: {said}", why=post["why"], said=said) if said else post["why"]
            yield {"post_id": post["post_id"], "handle": post["creator"], "figure": figure, "why": why}


def _decisions(ask: Ask, house: House) -> dict[str, str]:
    """What was said when posts were put in or left out by hand."""
    if ask.campaign is None:
        return {}
    return {p.post_id: p.why for p in house.desk.campaign(ask.campaign).posts if p.why}


def describe_kpis() -> list[dict[str, str]]:
    """The KPIs there are, each in its own words: kpi, title, unit, formula, source."""
    from hexameter.kpis.registry import KPIS

    return [_described(k) for k in KPIS]


def describe_definitions() -> list[dict[str, Any]]:
    """Other houses' engagement rates: name, title, formula, statistic, last_posts, last_days, source, url, confirmed, note."""
    from hexameter.kpis.presets import PRESETS

    parts = ("name", "title", "statistic", "last_posts", "last_days", "source", "url", "confirmed", "note")
    return [
        {**{part: getattr(p, part) for part in parts}, "formula": f"({' + '.join(p.numerator)}) / {p.denominator} × 100"} for p in PRESETS
    ]


def _described(kpi: Kpi) -> dict[str, str]:
    return {"kpi": kpi.name, **{part: str(getattr(kpi, part)) for part in ("title", "unit", "formula", "source")}}


def _kpi(name: str) -> Kpi:
    from hexameter.kpis.registry import KPIS

    found = next((k for k in KPIS if k.name == name), None)
    if found is None:
        known = [k.name for k in KPIS]
        raise BadValue(f"unknown KPI '{name}'. Known: {', '.join(known)}.", field="kpi", value=name, hint=_near(name, known))
    return found


def _near(name: str, known: list[str]) -> str:
    hint = did_you_mean(name, known)
    return hint if hint.startswith("Did") else ""
