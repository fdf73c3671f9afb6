"""Why a number is what it is: its definition, its query, its receipt, and the posts left out with the reason. It changes no number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hexameter.errors import BadValue, did_you_mean
from hexameter.services.measure import measure

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Kpi
    from hexameter.services.asking import Ask
    from hexameter.services.house import House


def explain(kpi: str, ask: Ask, house: House, engine: str | None = None) -> dict[str, Any]:
    """One KPI of a question, explained.

    Out     kpi, title, unit, formula, source, value (the KPI's object), scope, period, as_of, receipt, sql, left_out
    Raises  BadValue  an unknown KPI; else see services.measure.measure
    """
    found = _kpi(kpi)
    whole = measure(replace(ask, explain=True), house, engine)
    asked = whole["explain"]
    left_out = asked.get("left_out", [])
    return {
        **_described(found),
        "scope": whole["scope"],
        "period": whole["period"],
        "as_of": whole["as_of"],
        "value": whole[found.name],
        "receipt": whole["receipt"],
        "sql": asked["sql"][found.name],
        "left_out": left_out.get(found.name, []) if isinstance(left_out, dict) else left_out,
    }


def describe_kpis() -> list[dict[str, str]]:
    """The KPIs there are, each in its own words: kpi, title, unit, formula, source."""
    from hexameter.kpis.registry import KPIS

    return [_described(k) for k in KPIS]


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
