"""Errors as pages: one table from class to status, one plain sentence for people, nothing of our insides."""

from __future__ import annotations

import errno
import logging
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from hexameter.errors import Conflict, HexameterError, NotFound, OurError, PlatformError, Unusable, UserError
from hexameter.views.web.frame import page

if TYPE_CHECKING:
    from fastapi import FastAPI

# The first class an error belongs to decides.
STATUS: tuple[tuple[type[HexameterError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (Unusable, 503),
    (UserError, 400),
    (PlatformError, 502),
    (OurError, 500),
    (HexameterError, 500),
)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LOG = logging.getLogger("hexameter.web")


def status_of(error: HexameterError) -> int:
    """The HTTP status of an error.

    Example status_of(NotFound("no such campaign")) -> 404
    """
    return next(status for kind, status in STATUS if isinstance(error, kind))


def install(pages: FastAPI) -> None:
    """Let every error of these pages end as a page."""
    pages.add_exception_handler(HexameterError, _told)
    pages.add_exception_handler(HTTPException, _no_such)
    pages.add_exception_handler(RequestValidationError, _malformed)
    pages.add_exception_handler(OSError, _no_room)


def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, HexameterError)
    return page(request, "problem.html", status=status_of(error), message=error.message, hint=error.hint)


def _no_such(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = {404: "There is no such page.", 405: "This page takes no such request."}.get(error.status_code, str(error.detail))
    return page(request, "problem.html", status=error.status_code, message=said, hint=None)


def _no_room(request: Request, error: Exception) -> Response:
    """An upload meets a full disk before any verb of ours does. Every other fault of the system is a defect."""
    if not isinstance(error, OSError) or error.errno not in _FULL:
        raise error
    said = "The disk is full: the file could not be taken in. Nothing of it was stored."
    hint = "Whoever runs this server has to free some space. Then import the file again."
    return page(request, "problem.html", status=503, message=said, hint=hint)


def _malformed(request: Request, _: Exception) -> Response:
    return page(request, "problem.html", status=400, message="Something in this address or form is not as expected.", hint=None)


def defect(request: Request, error: Exception) -> Response:
    """A page for what should not happen; the details go to the operator's log, never to the browser."""
    _LOG.error("a page failed: %s", request.url.path.replace("\n", " "), exc_info=error)
    return page(
        request, "problem.html", status=500, message="Hexameter failed on this page. This is a defect, not a mistake of yours.", hint=None
    )
