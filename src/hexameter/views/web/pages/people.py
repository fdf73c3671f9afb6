"""The people of a workspace: who they are, what they may, whom to invite, and the log of it. For owners."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from hexameter.errors import UserError
from hexameter.services.people import ROLES
from hexameter.views.web.access import least
from hexameter.views.web.address import address_of
from hexameter.views.web.door import form_of, word
from hexameter.views.web.frame import house_of, page, place_of
from hexameter.views.web.table import PER_PAGE, Asked, turned_to

router = APIRouter()


@router.get("/people")
@least("owner")
def people(request: Request) -> Response:
    """Members and invitations that wait."""
    return _page(request)


@router.post("/people/invitations")
@least("owner")
async def invite(request: Request) -> Response:
    """A link that lets one person in, once. It is shown here and nowhere else: only its digest is kept."""
    form = await form_of(request)
    invitations, by = request.app.state.places.people.invitations, request.state.session.login
    try:
        token = await run_in_threadpool(invitations.invite, place_of(request).slug, word(form, "role"), by, word(form, "login"))
    except UserError as problem:
        return await run_in_threadpool(_page, request, problem=problem, status=400)
    return await run_in_threadpool(_page, request, link=_address(request, f"/invitations/{token}"), for_what="invitation")


@router.post("/people/invitations/{number}/withdraw")
@least("owner")
async def withdraw(request: Request, number: int) -> Response:
    """End an invitation before it is used."""
    await form_of(request)
    invitations = request.app.state.places.people.invitations
    await run_in_threadpool(invitations.withdraw, place_of(request).slug, number, request.state.session.login)
    return RedirectResponse("/people", 303)


@router.post("/people/{person_id}/{act}")
@least("owner")
async def change(request: Request, person_id: int, act: str) -> Response:
    """Do something about a member: role, remove, sessions, share, unshare, password."""
    form = await form_of(request)
    if act not in ("role", "remove", "sessions", "share", "unshare", "password"):
        raise HTTPException(404)
    try:
        link = await run_in_threadpool(_change, request, person_id, act, {name: word(form, name) for name in ("role", "campaign", "costs")})
    except UserError as problem:
        return await run_in_threadpool(_page, request, problem=problem, status=_status(problem))
    if link:
        return await run_in_threadpool(_page, request, link=link, for_what="password")
    return RedirectResponse("/people", 303)


@router.get("/audit")
@least("owner")
def audit(request: Request) -> Response:
    """Who did what to people, roles, shares and exports, the newest first."""
    log, slug, address = request.app.state.places.people.audit, place_of(request).slug, address_of(request)
    at, pages = turned_to(Asked(address, "").page, log.count(slug))
    lines = log.list(slug, PER_PAGE, (at - 1) * PER_PAGE)
    return page(request, "audit.html", lines=lines, at=at, pages=pages, address=address)


def _change(request: Request, person_id: int, act: str, given: dict[str, str]) -> str | None:
    people, slug, by = request.app.state.places.people, place_of(request).slug, request.state.session.login
    members = people.members
    if act == "role":
        members.change_role(slug, person_id, given["role"], by)
    elif act == "remove":
        members.remove(slug, person_id, by)
    elif act == "sessions":
        members.end_sessions(slug, person_id, by)
    elif act == "share":
        campaign = house_of(request).campaigns.show(given["campaign"])["slug"]  # NotFound when there is none
        members.share(slug, person_id, campaign, given["costs"] == "yes", by)
    elif act == "unshare":
        members.unshare(slug, person_id, given["campaign"], by)
    else:
        token = people.invitations.reset(slug, person_id, request.state.session.person_id, by)
        return _address(request, f"/passwords/{token}")
    return None


def _page(request: Request, status: int = 200, **said: Any) -> Response:
    people, slug = request.app.state.places.people, place_of(request).slug
    parts = {
        "members": people.members.list(slug),
        "invitations": people.invitations.list(slug),
        "roles": ROLES[::-1],
        "campaigns": [c["slug"] for c in house_of(request).campaigns.list()],
    }
    return page(request, "people.html", status=status, **{"problem": None, "link": None, "for_what": "", **parts, **said})


def _status(problem: UserError) -> int:
    from hexameter.views.web.failing import status_of

    return status_of(problem)


def _address(request: Request, path: str) -> str:
    """A link as its reader types it: by the name this request came under, which the guard has checked."""
    return f"{'https' if request.state.secure else request.url.scheme}://{request.headers['host']}{path}"
