"""The first account, logging in and out, language and theme."""

from __future__ import annotations

import hmac
import secrets

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import UserError
from hexameter.services.people import LOCK, Locked
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, inside, let_in, let_out, remember, word
from hexameter.views.web.frame import THEMES, page
from hexameter.views.web.texts import LANGUAGES

router = APIRouter()


def new_token() -> str:
    """What the terminal shows and only its reader knows."""
    return secrets.token_urlsafe(24)


@router.get("/first-run")
@least("anyone")
def first_run(request: Request, token: str = "") -> Response:
    """Where the owner's account is made, once, by whoever started the program."""
    if not request.app.state.places.people.nobody():
        return RedirectResponse("/login", 303)
    return page(request, "first_run.html", known=_known(request, token), token=token, problem=None, login="", name="")


@router.post("/first-run")
@least("anyone")
async def make_owner(request: Request) -> Response:
    """The owner's account."""
    form = await form_of(request)
    token, login, name, password = (word(form, field) for field in ("token", "login", "name", "password"))
    if not _known(request, token):
        return page(request, "first_run.html", status=403, known=False, token="", problem=None, login="", name="")
    people = request.app.state.places.people
    try:
        await run_in_threadpool(people.add_owner, login, name, password)
    except UserError as problem:
        return page(request, "first_run.html", status=400, known=True, token=token, problem=problem, login=login, name=name)
    request.app.state.first_run = None
    return await _in(request, login, password, "/")


@router.get("/login")
@least("anyone")
def login_page(request: Request, next: str = "/") -> Response:
    """The login form."""
    if request.state.session is not None:
        return RedirectResponse(inside(next), 303)
    if request.app.state.places.people.nobody():
        return RedirectResponse("/first-run", 303)
    return page(request, "login.html", next=inside(next), problem=None, login="", sign_on=_provider(request))


@router.post("/login")
@least("anyone")
async def login(request: Request) -> Response:
    """A session for the right password."""
    form = await form_of(request)
    wanted, login = inside(word(form, "next")), word(form, "login")
    try:
        return await _in(request, login, word(form, "password"), wanted)
    except UserError as problem:
        status = 429 if isinstance(problem, Locked) else 401
        answer = page(request, "login.html", status=status, next=wanted, problem=problem, login=login, sign_on=_provider(request))
        if isinstance(problem, Locked):
            answer.headers["retry-after"] = str(int(LOCK.total_seconds()))
        return answer


@router.post("/logout")
@least("somebody")
async def logout(request: Request) -> Response:
    """The end of the session, at once."""
    await form_of(request)
    await run_in_threadpool(request.app.state.places.people.log_out, request.state.token)
    answer = RedirectResponse("/login", 303)
    let_out(request, answer)
    return answer


@router.post("/preferences")
@least("anyone")
async def preferences(request: Request) -> Response:
    """Language and theme of this browser, and of the person who uses it."""
    form = await form_of(request)
    answer = RedirectResponse(inside(word(form, "back")), 303)
    for name, known in (("lang", LANGUAGES), ("theme", THEMES)):
        if word(form, name) in known:
            remember(request, answer, f"hx_{name}", word(form, name))
    session = request.state.session
    if session is not None:
        language = word(form, "lang") if word(form, "lang") in LANGUAGES else session.language or ""
        theme = word(form, "theme") if word(form, "theme") in THEMES else session.theme or ""
        change = request.app.state.places.people.change_profile
        await run_in_threadpool(change, session.person_id, session.name, language, session.tz or "", theme)
    return answer


async def _in(request: Request, login: str, password: str, wanted: str) -> Response:
    people = request.app.state.places.people
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    token = await run_in_threadpool(people.log_in, login, password, address, agent)
    answer = RedirectResponse(wanted, 303)
    let_in(request, answer, token)
    return answer


def _provider(request: Request) -> str | None:
    """The name of the single sign-on provider, when there is one."""
    settings = request.app.state.places.root.settings
    return (settings["oidc_name"] or "single sign-on") if settings["oidc_issuer"] else None


def _known(request: Request, token: str) -> bool:
    wanted = request.app.state.first_run
    return wanted is not None and hmac.compare_digest(token.encode(), wanted.encode())
