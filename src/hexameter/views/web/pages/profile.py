"""One's own account: name, language, time zone, theme, password, sessions; and which workspace one looks at."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import UserError
from hexameter.services.people import Locked
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, let_in, word
from hexameter.views.web.frame import THEMES, page
from hexameter.views.web.texts import LANGUAGES
from hexameter.views.web.zones import zones

router = APIRouter()


@router.get("/profile")
@least("somebody")
def profile(request: Request) -> Response:
    """The page."""
    return _page(request)


@router.post("/profile")
@least("somebody")
async def change(request: Request) -> Response:
    """Name, language, time zone, theme."""
    form = await form_of(request)
    language, theme = word(form, "language"), word(form, "theme")
    known = (language if language in LANGUAGES else "", word(form, "tz").strip(), theme if theme in THEMES else "")
    people = request.app.state.places.people
    try:
        await run_in_threadpool(people.change_profile, request.state.session.person_id, word(form, "name"), *known)
    except UserError as problem:
        return await run_in_threadpool(_page, request, problem, 400)
    return RedirectResponse("/profile", 303)


@router.post("/profile/password")
@least("somebody")
async def change_password(request: Request) -> Response:
    """Another password: every other session ends."""
    form = await form_of(request)
    address, agent = request.client.host if request.client else "", request.headers.get("user-agent", "")
    change = request.app.state.places.people.change_password
    try:
        token = await run_in_threadpool(change, request.state.session, word(form, "old"), word(form, "new"), address, agent)
    except UserError as problem:
        return await run_in_threadpool(_page, request, problem, 429 if isinstance(problem, Locked) else 400)
    answer = RedirectResponse("/profile", 303)
    let_in(request, answer, token)
    return answer


@router.post("/profile/sessions")
@least("somebody")
async def end_session(request: Request) -> Response:
    """End one of one's own sessions."""
    form = await form_of(request)
    await run_in_threadpool(request.app.state.places.people.end_session, request.state.session.person_id, word(form, "mark"))
    return RedirectResponse("/profile", 303)


@router.post("/profile/tokens")
@least("somebody")
async def make_token(request: Request) -> Response:
    """A token for a program of one's own; its secret is on this answer and nowhere else."""
    form = await form_of(request)
    days = word(form, "days")
    name, scope, number = word(form, "name"), word(form, "scope"), int(days) if days.isdecimal() and len(days) < 5 else 0
    session, tokens = request.state.session, request.app.state.places.people.tokens
    try:
        _, secret = await run_in_threadpool(tokens.make, session.login, session.workspace, name, scope, number)
    except UserError as problem:
        return await run_in_threadpool(_page, request, problem, 400)
    return await run_in_threadpool(_page, request, secret=secret)


@router.post("/profile/tokens/{number}/revoke")
@least("somebody")
async def revoke_token(request: Request, number: int) -> Response:
    """End a token of one's own at once."""
    await form_of(request)
    session, tokens = request.state.session, request.app.state.places.people.tokens
    await run_in_threadpool(tokens.revoke, number, session.login, person_id=session.person_id)
    return RedirectResponse("/profile", 303)


@router.post("/workspace")
@least("somebody")
async def go_to(request: Request) -> Response:
    """Look at another workspace, until one is chosen again."""
    form = await form_of(request)
    await run_in_threadpool(request.app.state.places.people.go_to, request.state.token, word(form, "workspace"))
    return RedirectResponse("/", 303)


def _page(request: Request, problem: UserError | None = None, status: int = 200, secret: str | None = None) -> Response:
    people, session = request.app.state.places.people, request.state.session
    sessions = people.sessions(session.person_id)
    parts = {"sessions": sessions, "zones": zones(), "tokens": people.tokens.list(person_id=session.person_id)}
    return page(request, "profile.html", status=status, problem=problem, secret=secret, **parts)
