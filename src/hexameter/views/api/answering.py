"""One request of the API, from who calls to what is answered. What the verbs do is theirs."""

from __future__ import annotations

import inspect
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from hexameter.views.api import answers, asked
from hexameter.views.api.caller import Caller
from hexameter.views.api.route import Route, Taken

_PAGE = ("limit", "cursor")
_MINE = ("by", "reader", "person")


def answer(request: Request, route: Route, inside: dict[str, Any], said: BaseModel | None) -> Response:
    """Call the verb for who was let in, put the answer."""
    return _put(request, route, request.state.caller, inside | asked.handed(said))


def _put(request: Request, route: Route, caller: Caller, words: dict[str, Any]) -> Response:
    page = {name: words.pop(name) for name in _PAGE if route.listed is not None and name in words}
    tag = None
    if route.version is not None:
        tag = answers.tag_of(route.path, caller.session.shared, page, route.version(caller, words))
        same = answers.unchanged(request, tag)
        if same is not None:
            return same
    found = _called(route, caller, words)
    if isinstance(found, Taken):
        caller.audit.note(caller.session.workspace, caller.login, "export", found.about)
        return answers.file_of(found)
    if route.listed is not None:
        found = answers.paged(route, found, page.get("limit", 100), page.get("cursor"))
    return answers.answered(request, found, route.status, tag)


async def receive_file(request: Request, route: Route, inside: dict[str, Any], said: BaseModel | None) -> Response:
    """The same, with the body kept as a file until the verb is done."""
    with tempfile.TemporaryDirectory(prefix="hexameter-api-") as folder:
        path = Path(folder) / _name(request)
        size = 0
        with path.open("wb") as file:
            async for part in request.stream():
                size += len(part)
                if size > route.upload:
                    raise HTTPException(413, f"The file is larger than {route.upload:,} bytes.")
                file.write(part)
        return await run_in_threadpool(_put, request, route, request.state.caller, inside | asked.handed(said) | {"path": path})


def _name(request: Request) -> str:
    """The sender's own name for a file, as far as it can be one."""
    given = request.headers.get("x-file-name", "")
    return quote(Path(given).name, safe=" ._-()")[-100:].lstrip(".") or "upload"


def _called(route: Route, caller: Caller, words: dict[str, Any]) -> Any:
    verb = asked.verb_of(route)
    words = {name: asked.as_verb(route, name, value) for name, value in words.items()}
    if not isinstance(route.run, str):
        return verb(caller, **words)
    mine = {name: caller.login for name in inspect.signature(verb).parameters if name in _MINE}
    part, _, name = route.run.rpartition(".")
    owner = getattr(caller.house, part) if part else caller.house
    call = getattr(owner, name)
    if part in asked.ON_DESK or route.upload:
        return call(**words, **mine)
    return caller.measured.alone(lambda: call(**words, **mine))
