"""The campaign page: six tiles with their receipts, charts, creators, posts, hashtags. It puts together; it computes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from markupsafe import Markup
from starlette.exceptions import HTTPException

from hexameter.charts import drawing, heatmap, series
from hexameter.charts.theme import config
from hexameter.services import comparing
from hexameter.services.goals import paces
from hexameter.views.web import attention
from hexameter.views.web.access import least
from hexameter.views.web.address import Address, address_of
from hexameter.views.web.creator_table import creator_table
from hexameter.views.web.frame import finished, house_of, language, measured_of, page, ready
from hexameter.views.web.gaps import happened
from hexameter.views.web.goals import goals_shown
from hexameter.views.web.measured import WHOLE, Look
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.post_table import post_table
from hexameter.views.web.table import Table, file_asked
from hexameter.views.web.texts import Texts
from hexameter.views.web.tiles import Looked, freshness, tiles
from hexameter.views.web.zones import zones

router = APIRouter()
FEWEST = 20  # posts of seven days before hours are compared at all
CHARTS = ("views", "interactions", "ages", "engagement", "followers")
_KPIS = ("videos", "views", "engagement_rate", "interactions", "followers", "hashtag")


@router.get("/campaigns/{slug}")
@least("client")
def campaign(request: Request, slug: str) -> Response:
    """One campaign, as of an instant, over a period."""
    look: Look = measured_of(request).look(slug)
    address = address_of(request)
    key = look.key(campaign=slug, today=look.slot, **WHOLE, **address.when)
    kept = ready(request, key, look)
    if kept is not None:
        return kept
    document = look.numbers(campaign=slug, **WHOLE, **address.when)
    shown = look.other(lambda: look.house.campaigns.show(slug), "shown", slug)
    lang = language(request)
    # Rows for charts and tables are a document's own, whoever looks: in all languages, orders and filters.
    rows = look.other(lambda: _rows(document), "rows", look.key(campaign=slug, **WHOLE, **address.when))
    parts = _parts(look, document, shown, rows, address, Texts(lang), Numbers(lang))
    file = file_asked(address, parts["creators"], parts["posts"], named=slug)
    return file or page(request, "campaign.html", etag=key, stands=look.stands, **parts)


def _parts(look: Look, document: Mapping[str, Any], shown: Any, rows: Any, address: Address, t: Texts, num: Numbers) -> dict[str, Any]:
    house = look.house
    before = look.numbers(campaign=document["scope"]["id"], **comparing.earlier(document, address.chosen))
    since = t("than the period before") if address.chosen else t("in 7 days")
    goals = goals_shown(paces(shown, document), shown["currency"], t, num)
    looked = Looked(document, comparing.changes(document, before), since, address.get("definition"), t, num, goals, rows["views"])
    return {
        "campaign": shown,
        "document": document,
        "address": address,
        "tiles": tiles(looked),
        "kpis": {k["kpi"]: k for k in house.kpi_list()},
        "fresh": freshness(document, t, num),
        "definitions": house.definitions(),
        "slider": _slider(document, house.clock.now()),
        "attention": attention.items(document, shown, _gaps(look, shown["slug"]), t, num, goals),
        "creators": creator_table(document, shown, address, t, num),
        "posts": _posts(look, document, address, t),
        "tables": rows,
        "week": _week(rows["hours"], t),
        "zones": zones(),
    }


def _gaps(look: Look, slug: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = look.other(lambda: look.house.gaps(campaign=slug), "gaps", slug)
    return found


def _posts(look: Look, document: Mapping[str, Any], address: Address, t: Texts) -> Table:
    rows = document["posts"]
    if address.get("creator"):
        rows = [post for post in rows if post.get("creator") == address.get("creator")]
    return post_table(look, rows, address, t, tz=document["period"]["tz"])


def _slider(document: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The days one can look back to: from the period's first day on to today."""
    tz = ZoneInfo(document["period"]["tz"])
    first, today = date.fromisoformat(document["period"]["from"]), now.astimezone(tz).date()
    at = datetime.fromisoformat(document["as_of"]).astimezone(tz).date()
    span = max((today - first).days, 1)
    return {"first": first, "today": today, "span": span, "at": min(max((at - first).days, 0), span), "next": first + timedelta(days=1)}


def _week(rows: list[dict[str, Any]], t: Texts) -> dict[str, Any]:
    """When posts were published and how they fared; the map is drawn from FEWEST posts on."""
    n = sum(row["n"] for row in rows)
    days = (t("Mon"), t("Tue"), t("Wed"), t("Thu"), t("Fri"), t("Sat"), t("Sun"))
    drawing_of = Markup(heatmap.week(rows, days, t("Median views after seven days, by hour of the week"))) if n >= FEWEST else None
    return {"rows": rows, "n": n, "fewest": FEWEST, "days": days, "drawing": drawing_of}


def _rows(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows behind each chart, and behind the hours of the week."""
    return {
        "views": series.views_by_day(document),
        "interactions": list(document["interactions"].get("cumulative") or ()),
        "ages": series.median_by_age(series.views_by_age(document), 1),
        "followers": series.followers_known(document),
        "hours": series.by_hour(document),
    }


@router.get("/campaigns/{slug}/charts/{name}.json")
@least("client")
def chart(request: Request, slug: str, name: str) -> Response:
    """One chart of the page, as a specification with its colours in light and dark."""
    if name not in CHARTS:
        raise HTTPException(404)
    look: Look = measured_of(request).look(slug)
    address = address_of(request)
    key = look.key(campaign=slug, chart=name, **WHOLE, **address.when)
    kept = ready(request, key, look)
    if kept is not None:
        return kept
    document = look.numbers(campaign=slug, **WHOLE, **address.when)
    say = Texts(language(request))
    gaps = gap_days(_gaps(look, slug), document, say)
    if name == "views":
        spec = drawing.cumulative_views(document, gaps, say)
    elif name == "interactions":
        spec = drawing.cumulative_interactions(document, gaps, say)
    elif name == "ages":
        spec = drawing.views_by_age(document, say)
    elif name == "engagement":
        spec = drawing.engagement(document, say)
    else:
        spec = drawing.followers(series.followers_known(document), document["followers"].get("anomalies") or (), say)
    return spec_answer(request, spec, look, key)


def spec_answer(request: Request, spec: dict[str, Any], look: Look, key: str) -> Response:
    """A specification on its way to the browser."""
    answer = JSONResponse(None)
    body = JSONResponse({"spec": spec, "themes": {theme: config(theme) for theme in ("light", "dark")}}).body
    finished(request, answer, bytes(body), key, look.stands)
    return answer


def gap_days(gaps: list[dict[str, Any]], document: Mapping[str, Any], say: Texts) -> list[dict[str, str]]:
    """Gaps as spans of local days within the period, those that meet as one; one that goes on ends with the instant looked at.

    A post that was deleted or made private is no gap of the campaign's: the others were read.
    """
    tz = ZoneInfo(document["period"]["tz"])
    spans: list[dict[str, str]] = []
    for gap in sorted((gap for gap in gaps if gap["reason"] != "gone"), key=lambda gap: str(gap["from_at"])):
        start, end = (datetime.fromisoformat(gap["from_at"]), datetime.fromisoformat(gap["to_at"] or document["as_of"]))
        first, last = (max(moment.astimezone(tz).date().isoformat(), document["period"]["from"]) for moment in (start, end))
        if first > last:
            continue
        if spans and first <= spans[-1]["end"]:
            spans[-1]["end"] = max(spans[-1]["end"], last)
            spans[-1]["more"] = str(int(spans[-1]["more"]) + 1)
        else:
            spans.append({"start": first, "end": last, "why": happened(gap["reason"], say), "more": "0"})
    return [{**span, "why": span["why"] + ("" if span["more"] == "0" else f" (+ {span['more']})")} for span in spans]


@router.get("/campaigns/{slug}/receipts/{kpi}")
@least("client")
def receipt(request: Request, slug: str, kpi: str) -> Response:
    """One number explained: definition, query, and the posts left out with the reason."""
    if kpi not in _KPIS:
        raise HTTPException(404)
    house, address = house_of(request), address_of(request)
    look: Look = measured_of(request).look(slug)
    asked = {"campaign": slug, **address.when}
    explained = look.other(lambda: house.explain(kpi, **asked), "explain", kpi, look.key(**asked))
    return page(request, "receipt.html", campaign=house.campaigns.show(slug), explained=explained, address=address)
