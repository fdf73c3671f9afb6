"""The first account, logging in and out, language and theme."""

from __future__ import annotations

import hmac
import secrets

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import UserError
from hexameter.services.people import Locked
from hexameter.views.web.door import form_of, inside, let_in, let_out, remember, word
from hexameter.views.web.frame import THEMES, house_of, page
from hexameter.views.web.texts import LANGUAGES

router = APIRouter()


def new_token() -> str:
    """What the terminal shows and only its reader knows."""
    return secrets.token_urlsafe(24)


@router.get("/first-run")
def first_run(request: Request, token: str = "") -> Response:
    """Where the owner's account is made, once, by whoever started the program."""
    if not house_of(request).desk.people.nobody():
        return RedirectResponse("/login", 303)
    return page(request, "first_run.html", known=_known(request, token), token=token, problem=None, login="", name="")


@router.post("/first-run")
async def make_owner(request: Request) -> Response:
    """The owner's account."""
    form = await form_of(request)
    token, login, name, password = (word(form, field) for field in ("token", "login", "name", "password"))
    if not _known(request, token):
        return page(request, "first_run.html", status=403, known=False, token="", problem=None, login="", name="")
    people = house_of(request).desk.people
    try:
        await run_in_threadpool(people.add_owner, login, name, password)
    except UserError as problem:
        return page(request, "first_run.html", status=400, known=True, token=token, problem=problem, login=login, name=name)
    request.app.state.first_run = None
    return await _in(request, login, password, "/")


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:
    """The login form."""
    if request.state.session is not None:
        return RedirectResponse(inside(next), 303)
    if house_of(request).desk.people.nobody():
        return RedirectResponse("/first-run", 303)
    return page(request, "login.html", next=inside(next), problem=None, login="")


@router.post("/login")
async def login(request: Request) -> Response:
    """A session for the right password."""
    form = await form_of(request)
    wanted, login = inside(word(form, "next")), word(form, "login")
    try:
        return await _in(request, login, word(form, "password"), wanted)
    except UserError as problem:
        status = 429 if isinstance(problem, Locked) else 401
        return page(request, "login.html", status=status, next=wanted, problem=problem, login=login)


@router.post("/logout")
async def logout(request: Request) -> Response:
    """The end of the session, at once."""
    await form_of(request)
    await run_in_threadpool(house_of(request).desk.people.log_out, request.state.token)
    answer = RedirectResponse("/login", 303)
    let_out(request, answer)
    return answer


@router.post("/preferences")
async def preferences(request: Request) -> Response:
    """Language and theme of this browser."""
    form = await form_of(request)
    answer = RedirectResponse(inside(word(form, "back")), 303)
    for name, known in (("lang", LANGUAGES), ("theme", THEMES)):
        if word(form, name) in known:
            remember(request, answer, f"hx_{name}", word(form, name))
    return answer


async def _in(request: Request, login: str, password: str, wanted: str) -> Response:
    people = house_of(request).desk.people
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    token = await run_in_threadpool(people.log_in, login, password, address, agent)
    answer = RedirectResponse(wanted, 303)
    let_in(request, answer, token)
    return answer


def _known(request: Request, token: str) -> bool:
    wanted = request.app.state.first_run
    return wanted is not None and hmac.compare_digest(token.encode(), wanted.encode())
