"""Every error in the one shape of RFC 9457: what happened, what was expected, what to do. Never a page, never a traceback."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from hexameter.errors import Conflict, HexameterError, NotFound, OurError, PlatformError, Unusable, UserError

if TYPE_CHECKING:
    from fastapi import FastAPI

MEDIA_TYPE = "application/problem+json"
DESCRIPTION = "/api/v1/openapi.json"
# The first class an error belongs to decides.
STATUS: tuple[tuple[type[HexameterError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (Unusable, 503),
    (UserError, 422),
    (PlatformError, 502),
    (OurError, 500),
    (HexameterError, 500),
)
_SAID = {
    400: "The request's body is not JSON that can be read.",
    404: "There is no such address.",
    405: "This address takes no such request.",
}
_SEE = f"See {DESCRIPTION}."
_LONGEST = 200
_LOG = logging.getLogger("hexameter.api")


def status_of(error: HexameterError) -> int:
    """The HTTP status of an error.

    Example status_of(NotFound("no such campaign")) -> 404
    """
    return next(status for kind, status in STATUS if isinstance(error, kind))


def problem(
    status: int,
    what: str,
    *,
    expected: str | None = None,
    remedy: str | None = None,
    kind: str = "Refused",
    field: str | None = None,
    value: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """An error as an answer."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": f"{what} {remedy}" if remedy else what,
        "kind": kind,
        "what": what,
        "expected": expected,
        "remedy": remedy,
        "field": field,
        "value": None if value is None else value[:_LONGEST],
    }
    told = {"cache-control": "no-store", **(headers or {})}
    return Response(json.dumps(body), status, told, MEDIA_TYPE)


def install(api: FastAPI) -> None:
    """Let every error of the API end in the one shape."""
    api.add_exception_handler(HexameterError, _told)
    api.add_exception_handler(HTTPException, _refused)
    api.add_exception_handler(RequestValidationError, _malformed)


def defect(request: Request, error: Exception) -> Response:
    """What should not happen; the details go to the operator's log, never to the caller."""
    _LOG.error("the API failed: %s", request.url.path.replace("\n", " "), exc_info=error)
    return problem(500, "Hexameter failed on this request. This is a defect, not a mistake of yours.", kind="OurError")


def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, HexameterError)
    expected = error.message.partition("; expected ")[2] or None
    how = {"expected": expected, "remedy": error.hint, "field": error.field, "value": error.value}
    return problem(status_of(error), error.message, kind=error.kind, headers=None, **how)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    usual = HTTPStatus(error.status_code).phrase
    said = _SAID.get(error.status_code, usual) if error.status_code == 400 or error.detail == usual else str(error.detail)
    what, remedy = (said.split(". ", 1) + [""])[:2]
    headers = dict(error.headers or {})
    return problem(error.status_code, f"{what.rstrip('.')}.", remedy=remedy or _SEE, headers=headers)


def _malformed(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem(400, _SAID[400], expected="a JSON object", remedy=_SEE, kind="BadValue", field="body")
    field = ".".join(str(part) for part in first["loc"][1:])[:_LONGEST] or "body"
    return problem(
        422,
        f"{field}: {_plain(first['msg'])}.",
        expected=_plain(first["msg"]),
        remedy=_SEE,
        kind="BadValue",
        field=field,
        value=_shown(first),
    )


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")[:_LONGEST]


def _shown(first: Any) -> str | None:
    value = first.get("input")
    return str(value)[:_LONGEST] if isinstance(value, str | int | float | bool) else None
