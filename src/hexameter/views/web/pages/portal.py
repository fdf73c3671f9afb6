"""What opens without an account: a creator's own page, the application form, tracked links, the shop's webhook.

Whoever has a creator's link has that creator's part of one campaign. A link that opens nothing answers the same, whatever it was.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from hexameter.errors import HexameterError, NotFound, PlatformError, Unusable, UserError
from hexameter.services.doors import Closed, TooMany
from hexameter.views.web.access import least
from hexameter.views.web.door import form_of, word
from hexameter.views.web.failing import status_of
from hexameter.views.web.frame import language, page
from hexameter.views.web.pages.imports import safe, shown_name
from hexameter.views.web.places import FIRST, Place
from hexameter.views.web.table import attachment

router = APIRouter()
PORTAL = "/c/"


@router.get("/c/{token}")
@least("anyone")
def portal(request: Request, token: str) -> Response:
    """A creator's own page."""
    return _portal(request, token)


@router.get("/c/{token}/brief.pdf")
@least("anyone")
def brief_pdf(request: Request, token: str) -> Response:
    """The brief of a creator's own page, to keep."""
    try:
        content = _place(request, token).house.doors.brief_pdf(token, _address(request), language(request))
    except (Closed, TooMany) as closed:
        return _closed(request, closed)
    return Response(content, media_type="application/pdf", headers={"content-disposition": attachment("brief", "pdf")})


@router.get("/c/{token}/connect")
@least("anyone")
def connect(request: Request, token: str) -> Response:
    """On to TikTok's own page of consent."""
    try:
        return RedirectResponse(_place(request, token).house.doors.connect(token, _address(request))["url"], 303)
    except (UserError, PlatformError) as problem:
        return _portal(request, token, problem)


@router.post("/c/{token}/{what}")
@least("anyone")
async def hand_in(request: Request, token: str, what: str) -> Response:
    """Something a creator hands in: an answer, a post, a draft, a remark, a code."""
    place, address = await run_in_threadpool(_place, request, token), _address(request)
    doors = place.house.doors
    if what == "draft":
        return await _draft(request, token, place)
    form = await form_of(request)
    verbs: dict[str, Callable[[], Any]] = {
        "answer": lambda: doors.accept(token, address, word(form, "answer") == "yes"),
        "post": lambda: doors.hand_in_post(token, address, word(form, "post")),
        "comment": lambda: doors.comment(token, address, _number(word(form, "number")), word(form, "text")),
        "code": lambda: doors.give_code(token, address, word(form, "post"), word(form, "code"), _number(word(form, "days"))),
    }
    if what not in verbs:
        raise NotFound("There is no such page.")
    try:
        await run_in_threadpool(lambda: place.measured.alone(verbs[what]))
    except UserError as problem:
        return await run_in_threadpool(_portal, request, token, problem)
    return RedirectResponse(f"{PORTAL}{token}?done={what}", 303)


async def _draft(request: Request, token: str, place: Place) -> Response:
    """A draft, as a link or as a file; nothing of a file is read before the link was found to open something."""
    doors, address = place.house.doors, _address(request)
    try:
        await run_in_threadpool(doors.check, token, address)
    except (Closed, TooMany) as closed:
        return _closed(request, closed)
    form = await form_of(request, files=1)
    file, number = form.get("file"), _number(word(form, "number"))
    try:
        if isinstance(file, UploadFile) and file.filename:
            await run_in_threadpool(_keep, doors, (token, address, number), file)
        else:
            await run_in_threadpool(lambda: place.measured.alone(lambda: doors.hand_in_draft(token, address, number, word(form, "link"))))
    except (UserError, Unusable) as problem:
        return await run_in_threadpool(_portal, request, token, problem)
    finally:
        await form.close()
    return RedirectResponse(f"{PORTAL}{token}?done=draft", 303)


def _keep(doors: Any, whose: tuple[str, str, int], file: UploadFile) -> None:
    with tempfile.TemporaryDirectory(prefix="hexameter-") as folder:
        path = Path(folder) / safe(shown_name(file))
        with path.open("wb") as out:
            shutil.copyfileobj(file.file, out, 1 << 20)
        doors.hand_in_draft(*whose, file=path)


@router.get("/apply/{token}")
@least("anyone")
def application(request: Request, token: str) -> Response:
    """The application form."""
    return _application(request, token)


@router.post("/apply/{token}")
@least("anyone")
async def apply(request: Request, token: str) -> Response:
    """An application."""
    form = await form_of(request)
    handle, message = word(form, "handle"), word(form, "message")
    try:
        await run_in_threadpool(_place(request, token).house.doors.apply, token, _address(request), handle, message)
    except UserError as problem:
        return await run_in_threadpool(_application, request, token, problem, handle, message)
    return RedirectResponse(f"/apply/{token}?done=1", 303)


@router.get("/go/{code}")
@least("anyone")
def go(request: Request, code: str) -> Response:
    """On to the address stored with a tracked link, and to no other; the click is counted, who clicked is not."""
    found = (place.house.selling.follow(code) for place in request.app.state.places.every())
    destination = next((there for there in found if there is not None), None)
    if destination is None:
        raise NotFound("This link leads nowhere.", hint="Ask whoever shared it.")
    return RedirectResponse(destination, 302)


@router.post("/shop/shopify")
@least("anyone")
async def shopify(request: Request) -> Response:
    """An order or refund for the first workspace, signed with its shop's secret."""
    return await _ordered(request, FIRST)


@router.post("/shop/shopify/{workspace}")
@least("anyone")
async def shopify_of(request: Request, workspace: str) -> Response:
    """An order or refund for a workspace, signed with the secret of that workspace's shop. One that is not there refuses alike."""
    return await _ordered(request, workspace)


async def _ordered(request: Request, workspace: str) -> Response:
    body = await request.body()
    headers = request.headers
    signature, topic = headers.get("x-shopify-hmac-sha256", ""), headers.get("x-shopify-topic", "orders/create")
    try:
        place = await run_in_threadpool(request.app.state.places.place, workspace)
    except NotFound:
        return _unsigned()
    try:
        done = await run_in_threadpool(lambda: place.measured.alone(lambda: place.house.selling.shopify(body, signature, topic)))
    except UserError as problem:
        if problem.field == "signature":
            return _unsigned()
        return JSONResponse({"error": {"kind": problem.kind, "message": problem.message}}, 400)
    return JSONResponse({name: done[name] for name in ("recorded", "known", "nobodys", "rejected")})


def _unsigned() -> JSONResponse:
    """The same for a wrong signature, a workspace without a secret, and one that is not there."""
    return JSONResponse({"error": {"kind": "BadValue", "message": "The order is not signed by the shop."}}, 401)


def _place(request: Request, token: str) -> Place:
    """The workspace in which a link was made; the first one, which counts wrong tries, when none knows it."""
    places: list[Place] = request.app.state.places.every()
    return next((place for place in places if place.house.doors.knows(token)), places[0])


def _portal(request: Request, token: str, problem: HexameterError | None = None) -> Response:
    if isinstance(problem, Closed | TooMany):
        return _closed(request, problem)
    try:
        place = _place(request, token)
        seen = place.measured.alone(lambda: place.house.doors.portal(token, _address(request)))
    except (Closed, TooMany) as closed:
        return _closed(request, closed)
    status = 200 if problem is None else status_of(problem)
    return page(request, "portal.html", status=status, seen=seen, token=token, problem=problem, done=request.query_params.get("done", ""))


def _application(request: Request, token: str, problem: HexameterError | None = None, handle: str = "", message: str = "") -> Response:
    if isinstance(problem, Closed | TooMany):
        return _closed(request, problem)
    try:
        form = _place(request, token).house.doors.application(token, _address(request))
    except (Closed, TooMany) as closed:
        return _closed(request, closed)
    done, status = bool(request.query_params.get("done")), 200 if problem is None else status_of(problem)
    given = {"handle": handle, "message": message}
    return page(request, "apply.html", status=status, form=form, token=token, problem=problem, done=done, given=given)


def _closed(request: Request, problem: HexameterError) -> Response:
    status = 429 if isinstance(problem, TooMany) else 404
    return page(request, "problem.html", status=status, message=problem.message, hint=problem.hint)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
