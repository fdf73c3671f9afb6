"""Who may come in: everything but a few open paths needs a session, and every form carries its session's word."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hexameter.services.people import CSRF_LENGTH, csrf_of
from hexameter.views.web.access import is_open
from hexameter.views.web.callers import Callers
from hexameter.views.web.places import FIRST, Places
from hexameter.views.web.recalling import recalled

_SESSION, _GUEST = "hx_session", "hx_guest"
_YEAR = 31_536_000


class Door:
    """Stands behind the guard: finds session and workspace, or sends to the login page. What a page needs, `access` holds people to."""

    def __init__(self, app: ASGIApp, places: Places, routes: Sequence[BaseRoute], secure: bool) -> None:
        self._app = app
        self._places = places
        self._callers = Callers(places)
        self._routes = routes
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        state = scope.setdefault("state", {})
        state.update(session=None, csrf="", secure=self._secure, token=None)
        state.update(place=None, house=self._places.root, measured=None)
        if scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        token = request.cookies.get(cookie(self._secure, _SESSION))
        caller = (self._callers.at_once(token) or await run_in_threadpool(self._callers.asked, token)) if token else None
        if caller is not None:
            session, place = caller
            house, measured = place.seen_by(session)
            state.update(session=session, csrf=session.csrf, token=token, place=place, house=house, measured=measured)
            kept = recalled(request)
            if kept is not None:
                await kept(scope, receive, send)
                return
        else:
            guest = request.cookies.get(cookie(self._secure, _GUEST))
            state.update(csrf=csrf_of(guest) if guest else "")
            place = await run_in_threadpool(self._places.place, FIRST)
            state.update(place=place, house=place.house, measured=place.measured)
            if not is_open(self._routes, scope):
                answer = await run_in_threadpool(self._sent_away, request)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, self._noting(request, send))

    def _noting(self, request: Request, send: Send) -> Send:
        """Whatever somebody takes away as a file is in the log before its first byte is sent."""
        session = request.state.session

        async def noted(message: Message) -> None:
            if session is not None and message["type"] == "http.response.start":
                kind = dict(message["headers"]).get(b"content-disposition", b"")
                if kind.startswith(b"attachment"):
                    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                    note = self._places.people.audit.note
                    await run_in_threadpool(note, session.workspace, session.login, "export", asked)
            await send(message)

        return noted

    def _sent_away(self, request: Request) -> Response:
        accepted = request.headers.get("accept", "*/*")
        if request.method != "GET" or not ("text/html" in accepted or "*/*" in accepted):
            return JSONResponse({"error": {"kind": "LoggedOut", "message": "Log in first."}}, 401)
        if self._places.people.nobody():
            return RedirectResponse("/first-run", 303)
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login" if wanted == "/" else f"/login?{urlencode({'next': wanted})}", 303)


def cookie(secure: bool, name: str) -> str:
    """A cookie's name; over TLS one that no neighbouring site can set."""
    return f"__Host-{name}" if secure else name


def greet(request: Request, answer: Response) -> str:
    """The word for the forms of somebody without a session; remembered by a cookie of their own."""
    if request.state.csrf:
        return str(request.state.csrf)
    guest = secrets.token_urlsafe(24)
    put(request, answer, _GUEST, guest)
    return csrf_of(guest)


def let_in(request: Request, answer: Response, token: str) -> None:
    """Give a browser its session; what it had before is no longer used."""
    put(request, answer, _SESSION, token)
    answer.delete_cookie(cookie(request.state.secure, _GUEST), secure=request.state.secure, httponly=True, samesite="lax")


def let_out(request: Request, answer: Response) -> None:
    """Take a browser's session."""
    answer.delete_cookie(cookie(request.state.secure, _SESSION), secure=request.state.secure, httponly=True, samesite="lax")


def put(request: Request, answer: Response, name: str, value: str, seconds: int | None = None) -> None:
    """A cookie that scripts cannot read and other sites do not send."""
    secure = bool(request.state.secure)
    answer.set_cookie(cookie(secure, name), value, max_age=seconds, httponly=True, samesite="lax", secure=secure, path="/")


def remember(request: Request, answer: Response, name: str, value: str) -> None:
    """A preference, for a year."""
    answer.set_cookie(name, value, max_age=_YEAR, httponly=True, samesite="lax", secure=bool(request.state.secure), path="/")


async def form_of(request: Request, files: int = 0) -> FormData:
    """The form of a request, after its word was checked: every form is read through here.

    In      files  how many it may carry; who takes files closes the form
    Raises  HTTPException 403  the word is missing or another session's
    """
    form = await request.form(max_files=files, max_fields=200)
    given = form.get("csrf")
    if not (request.state.csrf and isinstance(given, str) and hmac.compare_digest(_unmasked(given), request.state.csrf.encode())):
        await form.close()
        raise HTTPException(403, "This form is too old, or was not ours. Go back, reload the page and try again.")
    return form


def masked(csrf: str) -> str:
    """The word of a session's forms as one rendering carries it, under a mask of its own: no two renderings show the same letters."""
    plain = csrf.encode()
    mask = secrets.token_bytes(len(plain))
    return (mask + _mixed(plain, mask)).hex()


def _unmasked(given: str) -> bytes:
    """The word itself; one that is not masked is taken as it is."""
    try:
        whole = bytes.fromhex(given) if len(given) == 4 * CSRF_LENGTH else b""
    except ValueError:
        whole = b""
    half = len(whole) // 2
    return _mixed(whole[half:], whole[:half]) if len(whole) == 2 * CSRF_LENGTH else given.encode(errors="replace")


def _mixed(text: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(text, mask, strict=True))


def word(form: Mapping[str, Any], name: str) -> str:
    """A text field, "" when it is missing."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def inside(path: str) -> str:
    """A path of ours to go on to; anything else leads home.

    Example inside("//evil.example/x") -> "/", inside("/campaigns/a?b=1") -> "/campaigns/a?b=1"
    """
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and not any(c in path for c in "\r\n\t\\")
    return path if fine else "/"
