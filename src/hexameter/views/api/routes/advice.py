"""What to do about the numbers: best time, forecast, posts to boost, missed posts, creators for a brief."""

from __future__ import annotations

from typing import Any

from hexameter.views.api.caller import Caller
from hexameter.views.api.route import Route

_WHEN = {"as_of": "2025-08-01T00:00:00Z"}
_HERE = "/campaigns/{slug}"


def forecast(caller: Caller, slug: str, as_of: str | None = None) -> dict[str, Any]:
    """Views on day 30 of each of a campaign's posts, with the middle 80 percent."""
    return _told(caller, "forecast", slug, as_of)


def ad_reuse(caller: Caller, slug: str, as_of: str | None = None) -> dict[str, Any]:
    """A campaign's posts worth boosting, best first, by the lower bound of their lift."""
    return _told(caller, "reuse", slug, as_of)


def audit(caller: Caller, slug: str, as_of: str | None = None) -> dict[str, Any]:
    """What a campaign probably missed: near hashtags, posts beside its window, and how many no route has seen."""
    return _told(caller, "audit", slug, as_of)


def _told(caller: Caller, verb: str, slug: str, as_of: str | None) -> dict[str, Any]:
    found: dict[str, Any] = caller.measured.alone(lambda: getattr(caller.house.insights, verb)(slug, as_of))
    return found


ROUTES = (
    Route("GET", "/advice/best-time", "insights.best_time", "analyst", "advice", {"campaign": "glowday", "tz": "Europe/Paris", **_WHEN}),
    Route("GET", "/advice/affinity", "insights.affinity", "analyst", "advice", {"text": "serum glow", "limit": 5}),
    Route("GET", f"{_HERE}/forecast", forecast, "analyst", "advice", _WHEN),
    Route("GET", f"{_HERE}/ad-reuse", ad_reuse, "analyst", "advice", _WHEN),
    Route("GET", f"{_HERE}/capture-audit", audit, "analyst", "advice", _WHEN),
)
