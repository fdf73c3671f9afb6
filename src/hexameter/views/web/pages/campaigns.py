"""All campaigns at a glance: the six numbers in small, pace against goals, freshness, what needs somebody."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hexameter.errors import HexameterError
from hexameter.services.goals import most_urgent, paces
from hexameter.views.web import attention
from hexameter.views.web.access import least
from hexameter.views.web.frame import house_of, language, measured_of, page
from hexameter.views.web.goals import goals_shown, pace_word, tone_of
from hexameter.views.web.measured import Measured
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import Texts
from hexameter.views.web.tiles import freshness

router = APIRouter()
PATIENCE_SECONDS = 1.0  # spent on measuring before the page goes out; the rows that are left are fetched one by one
_ASKED = {"posts": True, "creators": True}
_SIX = (
    ("videos", ("videos", "videos")),
    ("views", ("views", "total")),
    ("engagement_rate", ("engagement_rate", "by_views_pct", "mean")),
    ("interactions", ("interactions", "interactions")),
    ("followers", ("followers", "net")),
    ("hashtag", ("hashtag", "roi_pct")),
)


@router.get("/")
@least("client")
def campaigns(request: Request) -> Response:
    """Every campaign; one whose numbers fail says so and the others stand. What takes too long to measure now comes after the page."""
    archived = request.query_params.get("archived") == "yes"
    until = time.monotonic() + PATIENCE_SECONDS
    listed = sorted(house_of(request).campaigns.list(archived), key=lambda shown: shown["from"], reverse=True)
    rows = [_row(request, shown, time.monotonic() > until) for shown in listed]
    return page(request, "campaigns.html", rows=rows, archived=archived, put_away=request.query_params.get("put_away", ""))


@router.get("/campaigns/{slug}/row")
@least("client")
def row(request: Request, slug: str) -> Response:
    """One campaign of the list, for a page that went out before it was measured."""
    return page(request, "campaign_row.html", row=_row(request, house_of(request).campaigns.show(slug), False))


def _row(request: Request, shown: Mapping[str, Any], later: bool) -> dict[str, Any]:
    """In  later  only what is known already: the row is fetched when it is not"""
    t, num = Texts(language(request)), Numbers(language(request))
    measured = measured_of(request)
    try:
        small = _small(measured, shown, measured.now(), later)
    except HexameterError as problem:
        return {"campaign": shown, "small": None, "problem": problem, "later": False, "fresh": ("bad", t("Its numbers could not be made"))}
    if small is None:
        return {"campaign": shown, "small": None, "problem": None, "later": True, "fresh": ("none", t("Being measured…"))}
    goals = goals_shown(small["goals"], shown["currency"], t, num)
    needs = attention.items(small["document"], shown, house_of(request).gaps(campaign=shown["slug"]), t, num, goals)
    urgent = most_urgent(small["goals"])
    return {
        "campaign": shown,
        "small": small,
        "problem": None,
        "later": False,
        "fresh": freshness(small["document"], t, num),
        "goals": goals,
        "pace": (tone_of(urgent), pace_word(urgent, t)) if urgent else None,
        "needs": [item for item in needs if item.tone != "info"],
    }


def _small(measured: Measured, shown: Mapping[str, Any], now: datetime, later: bool) -> dict[str, Any] | None:
    """What a row is made of, much smaller than the document it was taken from: kept for a quarter of an hour while the window is open,
    and as long as nothing new comes in once it is over. None: not known yet, and later is early enough.
    """
    slug = shown["slug"]
    look = measured.look(slug)
    over = date.fromisoformat(shown["to"]) + timedelta(days=2) < now.date()
    key = (look.version, "row", slug, None if over else int(now.timestamp() // 900))
    if later and not measured.knows(key):
        return None
    small: dict[str, Any] = measured.remembered(key, lambda: _cut(shown, look.house.kpis(campaign=slug, **_ASKED)), look.stands)
    return small


def _cut(shown: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    newest = max((post["captured_at"] for post in document["posts"] if post.get("captured_at")), default=None)
    kept = {
        "as_of": document["as_of"],
        "posts": [] if newest is None else [{"captured_at": newest}],
        "creators": [{"creator": c["creator"], "videos": {"videos": c["videos"]["videos"]}} for c in document["creators"]],
        "followers": {"anomalies": document["followers"].get("anomalies") or ()},
        "engagement_rate": {"by_views_pct": {"n_excluded": document["engagement_rate"]["by_views_pct"]["n_excluded"]}},
        "warnings": document.get("warnings", ()),
    }
    return {"document": kept, "goals": paces(shown, document), "six": {kpi: _at(document, path) for kpi, path in _SIX}}


def _at(document: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = document
    for part in path:
        found = found[part]
    return found
