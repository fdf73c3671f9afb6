"""Opening a campaign, changing one, putting it away: one form, the check of its hashtags, and the way back from every change."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import UserError
from hexameter.services import goals, hashtags
from hexameter.services.amounts import amount_text
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, word
from hexameter.views.web.frame import house_of, measured_of, page
from hexameter.views.web.zones import zones

router = APIRouter()
FIGURES = goals.figures()
_GOALS = tuple(f"goal_{figure['figure']}" for figure in FIGURES)
FIELDS = ("name", "hashtags", "mentions", "creators", "from", "to", "tz", "cost", "currency", *_GOALS)
_LISTS = ("hashtags", "mentions", "creators")


@router.get("/campaigns/new")
@least("manager")
def new(request: Request) -> Response:
    """The form of a new campaign."""
    return _form(request, dict.fromkeys(FIELDS, "") | {"tz": house_of(request).settings["timezone"]})


@router.get("/campaigns/check")
@least("manager")
def check(request: Request) -> Response:
    """The form again with its hashtags checked; only the check when a script asks. A suggestion that was clicked is taken."""
    query = request.query_params
    given = {name: query.get(name, "").strip() for name in FIELDS}
    if query.get("take"):
        given["hashtags"] = " ".join(dict.fromkeys([*_words(given["hashtags"]), query["take"].lstrip("#")]))
    given["tz"] = given["tz"] or house_of(request).settings["timezone"]
    slug = query.get("slug") or None
    if query.get("part") == "yes":
        return page(request, "campaign_check.html", check=_checked(request, given, slug))
    return _form(request, given, slug=slug, checked=True)


@router.post("/campaigns")
@least("manager")
async def create(request: Request) -> Response:
    """Open a campaign."""
    given = await _given(request)
    said = {name: given[name] or None for name in ("cost", "currency", "tz")}
    try:
        made = await run_in_threadpool(
            house_of(request).campaigns.create,
            given["name"], from_day=given["from"], to_day=given["to"], goals=_goals(given), **_lists(given), **said,
        )  # fmt: skip
    except UserError as problem:
        return await run_in_threadpool(_form, request, given, problem=problem)
    return RedirectResponse(f"/campaigns/{made['slug']}", 303)


@router.get("/campaigns/{slug}/edit")
@least("manager")
def edit(request: Request, slug: str) -> Response:
    """The form of a campaign as it is."""
    return _form(request, written(house_of(request).campaigns.show(slug)), slug=slug)


@router.post("/campaigns/{slug}/edit")
@least("manager")
async def change(request: Request, slug: str) -> Response:
    """Change a campaign; the page that follows offers the way back."""
    given = await _given(request)
    house = house_of(request)
    before = written(house.campaigns.show(slug))
    try:
        await run_in_threadpool(
            house.campaigns.change,
            slug, name=given["name"], from_day=given["from"], to_day=given["to"], tz=given["tz"] or house.settings["timezone"],
            currency=given["currency"] or None, goals=_goals(given), **_lists(given),
        )  # fmt: skip
    except UserError as problem:
        return await run_in_threadpool(_form, request, given, slug=slug, problem=problem)
    token = secrets.token_urlsafe(9)
    measured_of(request).remembered(("before", slug, token), lambda: before)
    return RedirectResponse(f"/campaigns/{slug}/changed?before={token}", 303)


@router.get("/campaigns/{slug}/changed")
@least("manager")
def changed(request: Request, slug: str) -> Response:
    """What a campaign is now, and a form that brings back what it was before, as long as that is remembered."""
    key = ("before", slug, request.query_params.get("before", ""))
    if not measured_of(request).knows(key):
        return RedirectResponse(f"/campaigns/{slug}", 303)
    before: dict[str, str] = measured_of(request).remembered(key, dict)
    now = written(house_of(request).campaigns.show(slug))
    moved = [name for name in FIELDS if name != "cost" and before[name] != now[name]]
    shown = house_of(request).campaigns.show(slug)
    return page(request, "campaign_changed.html", campaign=shown, before=before, now=now, moved=moved, titles=_titles())


@router.post("/campaigns/{slug}/archive")
@least("manager")
async def archive(request: Request, slug: str) -> Response:
    """Put a campaign away, or take it out again: the list offers the way back."""
    form = await form_of(request)
    back = word(form, "back") == "yes"
    await run_in_threadpool(house_of(request).campaigns.archive, slug, not back)
    return RedirectResponse(f"/campaigns/{slug}" if back else f"/?{urlencode({'put_away': slug})}", 303)


@router.post("/campaigns/{slug}/costs")
@least("manager")
async def costs(request: Request, slug: str) -> Response:
    """Add a cost, or take one out by its number."""
    form = await form_of(request)
    said = {name: word(form, name).strip() for name in ("amount", "currency", "kind", "creator", "note", "remove")}
    verbs = house_of(request).campaigns
    try:
        if said["remove"]:
            await run_in_threadpool(verbs.remove_cost, slug, said["remove"])
        else:
            rest = {name: said[name] or None for name in ("currency", "creator", "note")}
            await run_in_threadpool(verbs.add_cost, slug, said["amount"], kind=said["kind"] or "fee", **rest)
    except UserError as problem:
        return await run_in_threadpool(_form, request, written(verbs.show(slug)), slug=slug, problem=problem)
    return RedirectResponse(f"/campaigns/{slug}/edit#costs", 303)


def written(shown: Mapping[str, Any]) -> dict[str, str]:
    """A campaign as its form shows it."""
    lists = {name: " ".join(shown[name]) for name in _LISTS}
    targets = {f"goal_{goal['figure']}": f"{goal['target']:f}".rstrip("0").rstrip(".") for goal in shown["goals"]}
    head = {"name": shown["name"], "from": shown["from"], "to": shown["to"], "tz": shown["tz"], "currency": shown["currency"] or ""}
    return dict.fromkeys(FIELDS, "") | lists | targets | head


async def _given(request: Request) -> dict[str, str]:
    form = await form_of(request)
    return {name: word(form, name).strip() for name in FIELDS}


def _words(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _lists(given: Mapping[str, str]) -> dict[str, Any]:
    return {name: _words(given[name]) for name in _LISTS}


def _goals(given: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name.removeprefix("goal_"), given[name]) for name in _GOALS if given[name]]


def _titles() -> dict[str, str]:
    return {f"goal_{figure['figure']}": figure["title"] for figure in FIGURES}


def _checked(request: Request, given: Mapping[str, str], slug: str | None) -> dict[str, Any]:
    """Who uses the hashtags already, and suggestions from the name. A day that is none yet is left out of the check."""
    house = house_of(request)
    good, wrong = hashtags.usable(_words(given["hashtags"])[:10])
    days = {"from_day": given["from"] or None, "to_day": given["to"] or None}

    def ask() -> dict[str, Any]:
        year = int(given["from"][:4]) if re.fullmatch(r"\d{4}-.*", given["from"]) else house.clock.now().year
        try:
            used = hashtags.usage(good, house, **days, besides=slug)
        except UserError as problem:
            return {"used": [], "wrong": [*wrong, problem.message], "suggested": []}
        free = [tag for tag in hashtags.suggestions(given["name"][:200], house, year) if tag not in good]
        return {"used": used, "wrong": wrong, "suggested": free}

    checked: dict[str, Any] = measured_of(request).alone(ask)
    return checked


def _form(
    request: Request, given: Mapping[str, str], *, slug: str | None = None, problem: UserError | None = None, checked: bool = False
) -> Response:
    shown = None if slug is None else house_of(request).campaigns.show(slug)
    return page(
        request,
        "campaign_form.html",
        status=400 if problem else 200,
        given=given,
        campaign=shown,
        problem=problem,
        zones=zones(),
        figures=FIGURES,
        amount=amount_text,
        check=_checked(request, given, slug) if checked or slug else None,
    )
