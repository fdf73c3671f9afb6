"""What to do about the numbers: best time, forecast, posts to boost, missed posts, creators for a brief."""

from __future__ import annotations

from collections.abc import Sequence
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


def portfolio(
    caller: Caller,
    slug: str,
    budget: str,
    outcome: str = "views",
    currency: str | None = None,
    fee: Sequence[str] = (),
    least: Sequence[str] = (),
    most: Sequence[str] = (),
    as_of: str | None = None,
) -> dict[str, Any]:
    """Whom to book for a budget. `fee`: HANDLE=AMOUNT beside the fees recorded on the campaign; `least`, `most`: TIER=NUMBER."""
    wishes = {"outcome": outcome, "currency": currency, "fee": fee, "least": least, "most": most}
    return _alone(caller, "portfolio", slug, budget, as_of, **wishes)


def portfolio_test(
    caller: Caller, campaigns: Sequence[str] = (), outcome: str = "views", share_pct: int = 50, as_of: str | None = None
) -> dict[str, Any]:
    """How choosing by portfolio would have done in past campaigns, of all or of these, beside other ways of choosing."""
    return _alone(caller, "portfolio_test", campaigns, as_of, outcome=outcome, share_pct=share_pct)


def clause_effects(caller: Caller, campaign: str | None = None, as_of: str | None = None) -> dict[str, Any]:
    """Which clauses of the briefs went with better or worse views, each creator compared with itself."""
    return _alone(caller, "clause_effects", campaign, as_of)


def _alone(caller: Caller, verb: str, *asked: Any, **wishes: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller.measured.alone(lambda: getattr(caller.house.insights, verb)(*asked, **wishes))
    return found


def _told(caller: Caller, verb: str, slug: str, as_of: str | None) -> dict[str, Any]:
    return _alone(caller, verb, slug, as_of)


ROUTES = (
    Route("GET", "/advice/best-time", "insights.best_time", "analyst", "advice", {"campaign": "glowday", "tz": "Europe/Paris", **_WHEN}),
    Route("GET", "/advice/affinity", "insights.affinity", "analyst", "advice", {"text": "serum glow", "limit": 5}),
    Route("GET", "/advice/portfolio-test", portfolio_test, "analyst", "advice", {"share_pct": 50, **_WHEN}),
    Route("GET", "/advice/clause-effects", clause_effects, "analyst", "advice", {"campaign": "glowday", **_WHEN}),
    Route("GET", f"{_HERE}/portfolio", portfolio, "analyst", "advice", {"budget": "500", "currency": "EUR", "fee": "lea=300", **_WHEN}),
    Route("GET", f"{_HERE}/forecast", forecast, "analyst", "advice", _WHEN),
    Route("GET", f"{_HERE}/ad-reuse", ad_reuse, "analyst", "advice", _WHEN),
    Route("GET", f"{_HERE}/capture-audit", audit, "analyst", "advice", _WHEN),
)
