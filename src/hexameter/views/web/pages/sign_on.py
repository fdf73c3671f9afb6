"""Single sign-on: out to the provider and back. It lets in people and invited e-mail addresses, and nobody else."""

from __future__ import annotations

import hmac
import json

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from hexameter.errors import PlatformError, Refused
from hexameter.views.web.access import least
from hexameter.views.web.door import cookie, inside, let_in, put
from hexameter.views.web.failing import status_of
from hexameter.views.web.frame import page

router = APIRouter()
CALLBACK = "/sign-on/callback"
_UNDER_WAY = "hx_sign_on"
_SECONDS = 600
_NOT_HERE = "Nobody here has this e-mail address, and no invitation names it."


@router.get("/sign-on")
@least("anyone")
def leave(request: Request, next: str = "/") -> Response:
    """Off to the provider; what the return is checked against stays in this browser for ten minutes.

    A link, not a form: the policy lets forms lead nowhere but here, not even by way of a redirect.
    """
    provider = request.app.state.places.root.sign_on
    if provider is None:
        raise HTTPException(404)
    departure = provider.leave(_return_address(request))
    answer = RedirectResponse(departure.address, 303)
    kept = {"state": departure.state, "nonce": departure.nonce, "verifier": departure.verifier, "next": inside(next)}
    put(request, answer, _UNDER_WAY, json.dumps(kept), _SECONDS)
    return answer


@router.get(CALLBACK)
@least("anyone")
def arrive(request: Request) -> Response:
    """Back from the provider."""
    provider, people = request.app.state.places.root.sign_on, request.app.state.places.people
    kept = _kept(request)
    given = {name: request.query_params.get(name, "") for name in ("state", "code", "error")}
    if provider is None or kept is None or not hmac.compare_digest(given["state"].encode(), kept["state"].encode()):
        raise HTTPException(400, "This sign-on was not begun in this browser, or took too long. Log in again.")
    try:
        if given["error"] or not given["code"]:
            raise Refused("The sign-on provider did not let you in.", hint="Log in again, or in another way.")
        who = provider.arrive(given["code"], _return_address(request), kept["nonce"], kept["verifier"])
    except PlatformError as problem:
        return _failed(request, problem.message, problem.hint, status_of(problem) if not isinstance(problem, Refused) else 403)
    if not people.invitations.join_by_mail(who.mail, who.name):
        return _failed(request, _NOT_HERE, "Ask an owner to invite you.", 403)
    token = people.begin(who.mail, request.headers.get("user-agent", ""), "by single sign-on")
    answer = RedirectResponse(inside(kept["next"]), 303)
    let_in(request, answer, token)
    _forget(request, answer)
    return answer


def _failed(request: Request, message: str, hint: str | None, status: int) -> Response:
    answer = page(request, "problem.html", status=status, message=message, hint=hint)
    _forget(request, answer)
    return answer


def _forget(request: Request, answer: Response) -> None:
    answer.delete_cookie(cookie(request.state.secure, _UNDER_WAY), secure=request.state.secure, httponly=True, samesite="lax")


def _kept(request: Request) -> dict[str, str] | None:
    try:
        kept = json.loads(request.cookies.get(cookie(request.state.secure, _UNDER_WAY), ""))
    except ValueError:
        return None
    named = isinstance(kept, dict) and all(isinstance(kept.get(n), str) for n in ("state", "nonce", "verifier", "next"))
    return kept if named else None


def _return_address(request: Request) -> str:
    return str(request.app.state.places.root.settings["public_url"]).rstrip("/") + CALLBACK
