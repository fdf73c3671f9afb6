"""All campaigns at a glance, and opening a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import HexameterError, UserError
from hexameter.views.web.door import form_of, word
from hexameter.views.web.frame import house_of, language, measured_of, page
from hexameter.views.web.measured import WHOLE, Measured
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import Texts
from hexameter.views.web.tiles import freshness

router = APIRouter()
_FIELDS = ("name", "hashtags", "mentions", "creators", "from", "to", "tz", "cost", "currency")


@router.get("/")
def campaigns(request: Request) -> Response:
    """Every campaign with its six numbers in small; a campaign whose numbers fail says so and the others stand."""
    house = house_of(request)
    lang = language(request)
    t, num = Texts(lang), Numbers(lang)
    archived = request.query_params.get("archived") == "yes"
    rows = [_row(measured_of(request), shown, t, num) for shown in house.campaigns.list(archived)]
    rows.sort(key=lambda row: row["campaign"]["from"], reverse=True)
    return page(request, "campaigns.html", rows=rows, archived=archived)


def _row(measured: Measured, shown: Mapping[str, Any], t: Texts, num: Numbers) -> dict[str, Any]:
    try:
        document = measured.look(shown["slug"]).numbers(campaign=shown["slug"], **WHOLE)
    except HexameterError as problem:
        return {"campaign": shown, "document": None, "problem": problem, "fresh": ("bad", t("Its numbers could not be made"))}
    return {"campaign": shown, "document": document, "problem": None, "fresh": freshness(document, t, num)}


@router.get("/campaigns/new")
def new(request: Request) -> Response:
    """The form of a new campaign."""
    blank = dict.fromkeys(_FIELDS, "") | {"tz": house_of(request).settings["timezone"]}
    return _form(request, blank, None, 200)


@router.post("/campaigns")
async def create(request: Request) -> Response:
    """Open a campaign."""
    form = await form_of(request)
    given = {name: word(form, name).strip() for name in _FIELDS}
    lists: dict[str, Any] = {
        name: [part for part in re.split(r"[\s,;]+", given[name]) if part] for name in ("hashtags", "mentions", "creators")
    }
    money: dict[str, Any] = {name: given[name] or None for name in ("cost", "currency", "tz")}
    try:
        made = await run_in_threadpool(
            house_of(request).campaigns.create, given["name"], from_day=given["from"], to_day=given["to"], **lists, **money
        )
    except UserError as problem:
        return _form(request, given, problem, 400)
    return RedirectResponse(f"/campaigns/{made['slug']}", 303)


def _form(request: Request, given: Mapping[str, str], problem: UserError | None, status: int) -> Response:
    return page(request, "campaign_new.html", status=status, given=given, problem=problem, zones=sorted(available_timezones()))
