"""The API as one application, and how it stands beside the pages. Its description is at /api/v1/openapi.json."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hexameter.views.api import asked, problems, table
from hexameter.views.api.answering import answer, receive_file
from hexameter.views.api.caller import admit
from hexameter.views.api.describing import describe, told_of
from hexameter.views.api.patience import Patience
from hexameter.views.api.route import Route

ROOT = "/api/v1"
LARGEST_BODY = 1024 * 1024
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


def open_api(places: Any, a_minute: int, version: str) -> FastAPI:
    """The API.

    In      places    the workspaces with their kept answers, and their people: the pages' own
            a_minute  requests of one token in a minute
            version   of Hexameter, for the description
    """
    api = FastAPI(title="Hexameter", version=version, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    table.check_every(table.ROUTES)
    api.state.places = places
    api.state.callers = Patience(a_minute)
    api.state.strangers = Patience(a_minute)
    for route in table.ROUTES:
        endpoint = _uploading(route) if route.upload else _plain(route)
        how: dict[str, Any] = {"methods": [route.method], "status_code": route.status, "route_class_override": _admitted(route)}
        api.router.add_api_route(ROOT + route.path, endpoint, **how, **told_of(route))
    document = describe(api, version)
    api.add_api_route(f"{ROOT}/openapi.json", lambda: JSONResponse(document), methods=["GET"], include_in_schema=False)
    problems.install(api)
    return api


def _admitted(route: Route) -> type[APIRoute]:
    """Who calls is decided before a byte of the body is read."""

    class Admitted(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            inside = super().get_route_handler()

            async def handler(request: Request) -> Response:
                request.state.caller = await run_in_threadpool(admit, request, route)
                return await inside(request)

            return handler

    return Admitted


def _plain(route: Route) -> Any:
    def endpoint(request: Request, **told: Any) -> Response:
        return answer(request, route, told, told.pop("asked", None))

    return _signed(endpoint, route)


def _uploading(route: Route) -> Any:
    async def endpoint(request: Request, **told: Any) -> Response:
        return await receive_file(request, route, told, told.pop("asked", None))

    return _signed(endpoint, route)


def _signed(endpoint: Any, route: Route) -> Any:
    """The signature FastAPI reads: the address's words, then the query or the body."""
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("request", kind, annotation=Request)]
    parameters += [inspect.Parameter(name, kind, annotation=asked.bounded(of)) for name, of in asked.in_path(route).items()]
    model = asked.model_of(route)
    if model is not None:
        query, must = route.method == "GET" or bool(route.upload), asked.needed(route)
        annotation: Any = Annotated[model, Query()] if query else model if must else model | None
        default = inspect.Parameter.empty if query or must else None
        parameters.append(inspect.Parameter("asked", kind, annotation=annotation, default=default))
    endpoint.__signature__ = inspect.Signature(parameters)
    return endpoint


class Beside:
    """Two applications under one address: what begins with /api goes to the one, everything else to the other."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not (scope["path"] == "/api" or scope["path"].startswith("/api/")):
            await self._pages(scope, receive, send)
            return
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            await send(message)

        try:
            await (_too_large(scope) or self._api)(scope, receive, with_headers)
        except Exception as error:
            refusal = problems.defect(Request(scope), error)
            if begun:
                raise
            await refusal(scope, receive, with_headers)


_UPLOADS = tuple((route.path.split("/")[1:], route.upload) for route in table.ROUTES if route.upload)


def _largest(path: str) -> int:
    words = path.removeprefix(ROOT).split("/")[1:]
    for known, most in _UPLOADS:
        if len(known) == len(words) and all(a == b or a.startswith("{") for a, b in zip(known, words, strict=True)):
            return most
    return LARGEST_BODY


def _too_large(scope: Scope) -> Response | None:
    """Every body says how long it is, before a byte of it is read."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return None
    headers = dict(scope["headers"])
    said = headers.get(b"content-length", b"0" if b"transfer-encoding" not in headers else b"").decode("latin-1")
    if not said.isdecimal():
        return problems.problem(411, "The request does not say how long it is.", remedy="Send the header Content-Length.")
    most = _largest(scope["path"])
    if int(said[:20]) > most:
        hint = "Send less at once; import larger files in the terminal: hexameter import FILE"
        return problems.problem(
            413, f"The body has {said[:20]} bytes; at most {most:,} are taken here.", expected=f"at most {most} bytes", remedy=hint
        )
    return None
