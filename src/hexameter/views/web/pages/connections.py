"""Sources and connected accounts: what each gives, what is left of its limits, consent links, what cannot be read and why."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.contracts.tracking import LOGINS
from hexameter.errors import HexameterError, UserError
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, word
from hexameter.views.web.failing import status_of
from hexameter.views.web.frame import house_of, language, measured_of, page
from hexameter.views.web.gaps import going_on
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import Texts

router = APIRouter()


@router.get("/connections")
@least("manager")
def connections(request: Request) -> Response:
    """All of them."""
    return _page(request, None, None)


@router.post("/connections/links")
@least("manager")
async def link(request: Request) -> Response:
    """A link for a creator to consent by; it is shown once."""
    form = await form_of(request)
    handle, campaign = word(form, "handle").strip(), word(form, "campaign").strip() or None
    login = word(form, "login")
    try:
        made = await run_in_threadpool(house_of(request).connections.begin, handle, login=login, campaign=campaign)
    except HexameterError as problem:
        return await run_in_threadpool(_page, request, None, problem)
    return await run_in_threadpool(_page, request, made, None)


@router.post("/connections/links/{word_of}/withdraw")
@least("manager")
async def withdraw(request: Request, word_of: str) -> Response:
    """A link that shall work no longer."""
    await form_of(request)
    await run_in_threadpool(house_of(request).connections.withdraw, word_of)
    return RedirectResponse("/connections", 303)


@router.post("/connections/end")
@least("manager")
async def end(request: Request) -> Response:
    """A creator's consent ends; what was read stays, unless it is to be erased."""
    form = await form_of(request)
    handle, erase = word(form, "handle"), word(form, "erase") == "yes"
    try:
        await run_in_threadpool(_end, request, handle, erase)
    except UserError as problem:
        return await run_in_threadpool(_page, request, None, problem)
    return RedirectResponse("/connections", 303)


def _end(request: Request, handle: str, erase: bool) -> None:
    house = house_of(request)
    house.connections.end(handle)
    if erase:
        measured_of(request).alone(lambda: house.upkeep.erase(handle))


def _page(request: Request, made: dict[str, Any] | None, problem: HexameterError | None) -> Response:
    house = house_of(request)
    told, t = house.list_sources(), Texts(language(request))
    gaps, gone = list(going_on(told["gaps"], t, Numbers(t.lang))), sum(gap["reason"] == "gone" for gap in told["gaps"])
    return page(
        request, "connections.html", status=200 if problem is None else status_of(problem), made=made, problem=problem, logins=LOGINS,
        sources=told["sources"], accounts=told["accounts"], gaps=gaps, gone=gone, quota=house.quota(), pending=house.connections.pending(),
        campaigns=house.campaigns.list(False),
    )  # fmt: skip
