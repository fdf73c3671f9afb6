"""The very same request again, answered at the door: no routing, no other thread, no page made. It knows no page and renders nothing.

Remembered is only how a page was called when it was last asked for. It is used for a request that is the same in every word the page
depends on, by a session that still shows the same (role, workspace, shared campaigns; the door has just asked), and while lake, desk and
clock stand as they stood. Whatever else a page may depend on, its own route has to look at: such a page is not noted.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from fastapi import Request
from fastapi.responses import Response

from hexameter.services.people import Session
from hexameter.views.web import answers
from hexameter.views.web.measured import Look
from hexameter.views.web.places import Place

_MOST = 2048
_HEADERS = (b"host", b"cookie", b"accept-language", b"accept-encoding")


class Names:
    """Of one workspace: the names its pages had, by request, with the session and the look they were made of."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[object, ...], tuple[Session, Look, str]] = OrderedDict()
        self._door = threading.Lock()

    def get(self, asked: tuple[object, ...]) -> tuple[Session, Look, str] | None:
        """What was noted."""
        with self._door:
            return self._known.get(asked)

    def put(self, asked: tuple[object, ...], found: tuple[Session, Look, str]) -> None:
        """Note it; the oldest makes room."""
        with self._door:
            self._known.pop(asked, None)
            self._known[asked] = found
            while len(self._known) > _MOST:
                self._known.popitem(last=False)


def note(request: Request, tag: str, look: Look) -> None:
    """Remember how a page is called that depends on its request and a look alone."""
    session = request.state.session
    if session is not None:
        _names(request).put(_asked(request), (session, look, tag))


def recalled(request: Request) -> Response | None:
    """The kept answer to a request whose session was just found, or 304; None: let the page's route decide."""
    found = _names(request).get(_asked(request)) if request.method == "GET" else None
    if found is None or found[0] != request.state.session or not found[1].stands_at_once():
        return None
    return answers.known(request, found[2])


def _asked(request: Request) -> tuple[object, ...]:
    """Every word of a request that a page's name depends on, as it came."""
    scope = request.scope
    said = tuple((name, value) for name, value in scope["headers"] if name in _HEADERS)
    return scope["method"], scope["scheme"], scope.get("root_path", ""), scope["path"], scope.get("raw_path"), scope["query_string"], said


def _names(request: Request) -> Names:
    place: Place = request.state.place
    return place.part("recalled", Names)
