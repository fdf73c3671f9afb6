"""How the six numbers changed: against the period before, or against themselves a week earlier. It measures nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hexameter.contracts.spelling import instant_of, instant_text

EARLIER_DAYS = 7
# The figure of each KPI that a page shows first; a rate changes by points, a total by percent.
_FIGURES: Mapping[str, tuple[str, ...]] = {
    "videos": ("videos",),
    "views": ("total",),
    "engagement_rate": ("by_views_pct", "mean"),
    "interactions": ("interactions",),
    "followers": ("net",),
    "hashtag": ("roi_pct",),
}


def earlier(document: Mapping[str, Any], chosen: bool) -> dict[str, str]:
    """What to ask to compare with, beside the scope: the fields of services.asking.Ask.

    In      chosen  the period was chosen by hand: the one of the same length before it. Else the same one as it stood a week earlier
    Example of the week from 2025-07-08, chosen by hand: from_day "2025-07-01", to_day "2025-07-07", the same as_of
    """
    if not chosen:
        return {"as_of": instant_text(instant_of(document["as_of"], "as_of") - timedelta(days=EARLIER_DAYS))}
    first, last = (date.fromisoformat(document["period"][end]) for end in ("from", "to"))
    length = (last - first).days + 1
    before = (first - timedelta(days=length), first - timedelta(days=1))
    return {"from_day": before[0].isoformat(), "to_day": before[1].isoformat(), "as_of": document["as_of"]}


def changes(now: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, dict[str, float | None]]:
    """How far each KPI's first figure moved: before, delta, pct.

    Null    delta when either is missing; pct when the earlier one is missing, zero or negative
    Example changes({"videos": {"videos": 6}}, {"videos": {"videos": 4}})["videos"]["pct"] -> 50.0
    """
    return {kpi: _change(_at(now, kpi, path), _at(before, kpi, path)) for kpi, path in _FIGURES.items() if kpi in now}


def _change(now: float | None, before: float | None) -> dict[str, float | None]:
    delta = None if now is None or before is None else now - before
    return {"before": before, "delta": delta, "pct": delta / before * 100 if delta is not None and before and before > 0 else None}


def _at(document: Mapping[str, Any], kpi: str, path: tuple[str, ...]) -> Any:
    found: Any = document.get(kpi)
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
