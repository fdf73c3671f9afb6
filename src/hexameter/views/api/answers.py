"""How an answer is put: JSON that is the same bytes for the same answer, pages of lists, ETags, files. It knows no verb."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from hexameter.contracts.spelling import instant_text
from hexameter.errors import BadValue
from hexameter.views.api.route import Route, Taken

KEPT = "private, no-cache"


def unchanged(request: Request, tag: str) -> Response | None:
    """304, when the caller has this version already."""
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return Response(status_code=304, headers={"etag": tag, "cache-control": KEPT}) if tag in known else None


def tag_of(*parts: Any) -> str:
    """The name of one version of an answer."""
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def answered(request: Request, document: Any, status: int = 200, tag: str | None = None) -> Response:
    """A document as an answer; with its ETag when it was only read."""
    text = json.dumps(document, allow_nan=False, default=_shown)
    if request.method != "GET":
        return Response(text, status, {"cache-control": "no-store"}, "application/json")
    named = tag or tag_of(text)
    headers = {"etag": named, "cache-control": KEPT, "vary": "authorization"}
    return unchanged(request, named) or Response(text, status, headers, "application/json")


def file_of(taken: Taken) -> Response:
    """A file as an answer."""
    headers = {"cache-control": "no-store"}
    return FileResponse(
        taken.path, media_type=taken.media_type, filename=taken.name, headers=headers, background=BackgroundTask(taken.path.unlink)
    )


def paged(route: Route, document: Any, limit: int, cursor: str | None) -> Any:
    """One page of the list in a document: {items, n, next} with whatever stood beside the list.

    Raises  BadValue  a cursor that is none of ours
    """
    beside = {name: part for name, part in document.items() if name != route.listed} if route.listed else {}
    rows: Sequence[Any] = document[route.listed] if route.listed else document
    start = _start(route, rows, cursor)
    items = list(rows[start : start + limit])
    more = start + limit < len(rows)
    return {**beside, "items": items, "n_items": len(rows), "next": _cursor(route, items[-1], start + limit) if more else None}


def _key(route: Route, row: Any) -> list[Any]:
    return [row[name] for name in route.key] if isinstance(row, dict) else [row]


def _cursor(route: Route, last: Any, position: int) -> str:
    told = json.dumps([_key(route, last), position], default=_shown).encode()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def _start(route: Route, rows: Sequence[Any], cursor: str | None) -> int:
    """After the thing the page before ended with; where it stood, when it is gone: what came meanwhile is not shown twice."""
    if cursor is None:
        return 0
    try:
        key, position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(position, int) or position < 0:
            raise ValueError
    except (ValueError, TypeError):
        hint = "Send `next` of the answer before as it is."
        raise BadValue("The cursor is none of this list.", field="cursor", value=cursor[:80], hint=hint) from None
    return next((n + 1 for n, row in enumerate(rows) if _key(route, row) == key), min(position, len(rows)))


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
