"""What links that work once lead to: joining a workspace, and a new password. Whoever has the link may use it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hexameter.errors import NotFound, UserError
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, let_in, word
from hexameter.views.web.frame import page

router = APIRouter()


@router.get("/invitations/{token}")
@least("anyone")
def invitation(request: Request, token: str) -> Response:
    """The form of an invitation."""
    return _invited(request, token, None, 200)


@router.post("/invitations/{token}")
@least("anyone")
async def accept(request: Request, token: str) -> Response:
    """Join, with the account at hand or a new one."""
    form = await form_of(request)
    people, session = request.app.state.places.people, request.state.session
    try:
        if session is not None:
            await run_in_threadpool(people.invitations.join, token, session.login)
            return RedirectResponse("/", 303)
        given = (word(form, "login"), word(form, "name"), word(form, "password"))
        login = await run_in_threadpool(people.invitations.accept, token, *given)
    except NotFound:
        raise
    except UserError as problem:
        return await run_in_threadpool(_invited, request, token, problem, 400, word(form, "login"), word(form, "name"))
    return await _in(request, login)


@router.get("/passwords/{token}")
@least("anyone")
def new_password(request: Request, token: str) -> Response:
    """The form of a new password."""
    login = request.app.state.places.people.invitations.resetting(token)
    return page(request, "new_password.html", problem=None, login=login)


@router.post("/passwords/{token}")
@least("anyone")
async def set_password(request: Request, token: str) -> Response:
    """Set it, and begin a session; every other one has ended."""
    form = await form_of(request)
    invitations = request.app.state.places.people.invitations
    login = await run_in_threadpool(invitations.resetting, token)
    try:
        login = await run_in_threadpool(invitations.set_password, token, word(form, "password"))
    except NotFound:
        raise
    except UserError as problem:
        return page(request, "new_password.html", status=400, problem=problem, login=login)
    return await _in(request, login)


async def _in(request: Request, login: str) -> Response:
    token = await run_in_threadpool(request.app.state.places.people.begin, login, request.headers.get("user-agent", ""), "by link")
    answer = RedirectResponse("/", 303)
    let_in(request, answer, token)
    return answer


def _invited(request: Request, token: str, problem: UserError | None, status: int, login: str = "", name: str = "") -> Response:
    people = request.app.state.places.people
    found = people.invitations.open(token)
    space = people.spaces.one(found.workspace)
    return page(
        request,
        "invitation.html",
        status=status,
        invitation=found,
        space=space,
        problem=problem,
        login=login or found.login or "",
        name=name,
    )
