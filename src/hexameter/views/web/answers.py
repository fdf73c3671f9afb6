"""Pages on their way out: their names (ETag), squeezed once, kept for those who ask for the very same again. It renders nothing.

What is kept belongs to one session, so nobody is ever handed another's page. Squeezing a page that repeats words of its address beside a
secret lets an eavesdropper guess the secret by its length; that is why each rendering carries the form's word under a mask of its own
(`door.masked`), and why only answers to GET are squeezed: links that let somebody in are shown in answers to forms.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response

from hexameter.views.web.places import Place

_ROOM = 32 * 2**20  # bytes of squeezed pages a workspace keeps: some thousand
_LEAST = 1024  # smaller ones do not become shorter by enough
_LEVEL = 5


class Answers:
    """Squeezed bodies of one workspace by their names; what was asked for longest ago makes room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._bytes = 0
        self._door = threading.Lock()

    def get(self, tag: str) -> tuple[str, bytes] | None:
        """Kind and squeezed body."""
        with self._door:
            if tag in self._kept:
                self._kept.move_to_end(tag)
            return self._kept.get(tag)

    def put(self, tag: str, kind: str, squeezed: bytes) -> None:
        """Keep one."""
        with self._door:
            if tag not in self._kept:
                self._kept[tag] = (kind, squeezed)
                self._bytes += len(squeezed)
            while self._bytes > _ROOM:
                self._bytes -= len(self._kept.popitem(last=False)[1][1])


def tag_of(request: Request, *parts: object) -> str:
    """The name of one version of an answer: what it is made of, at which address, for whom, in which workspace of which server."""
    session, place = request.state.session, request.state.place
    # The session with everything it shows, and its own word: no two people, and no two roles of one, share a name.
    who = (session, session and session.csrf, place and place.mark, takes_gzip(request))
    return f'"{hashlib.sha256(repr((*parts, str(request.url), who)).encode()).hexdigest()[:32]}"'


def known(request: Request, tag: str) -> Response | None:
    """The answer of this name without making it again: 304 when the browser has it, else the kept one; None: it has to be made."""
    asked = request.headers.get("if-none-match", "")
    if tag in (one.strip().removeprefix("W/") for one in asked.split(",")):
        return Response(status_code=304, headers=_named(tag))
    found = _answers(request).get(tag) if request.state.session else None
    return None if found is None else _sent(request, found[1], found[0], _named(tag))


def finished(request: Request, answer: Response, body: bytes, tag: str | None = None, stands: Callable[[], bool] = lambda: True) -> None:
    """Put the body into an answer: squeezed when that helps and harms nobody; named and kept when it may be asked for again.

    In      stands  whether what the name says still holds now that the answer is made
    """
    if tag is not None and answer.status_code == 200 and stands():
        answer.headers.update(_named(tag))
        squeezed = gzip.compress(body, _LEVEL, mtime=0)
        if request.state.session:
            _answers(request).put(tag, answer.headers["content-type"], squeezed)
    elif len(body) >= _LEAST and request.method == "GET" and takes_gzip(request):
        squeezed = gzip.compress(body, _LEVEL, mtime=0)
        answer.headers.setdefault("vary", "accept-encoding")
    else:
        squeezed = None
    _fill(request, answer, body, squeezed)


def takes_gzip(request: Request) -> bool:
    """Whether the browser understands squeezed answers."""
    return "gzip" in request.headers.get("accept-encoding", "")


def _fill(request: Request, answer: Response, body: bytes | None, squeezed: bytes | None) -> None:
    if squeezed is not None and takes_gzip(request):
        answer.body = squeezed
        answer.headers["content-encoding"] = "gzip"
    else:
        answer.body = body if body is not None else gzip.decompress(squeezed or b"")
    answer.headers["content-length"] = str(len(answer.body))


def _sent(request: Request, squeezed: bytes, kind: str, headers: dict[str, str]) -> Response:
    answer = Response(b"", headers={**headers, "content-type": kind})
    _fill(request, answer, None, squeezed)
    return answer


def _named(tag: str) -> dict[str, str]:
    return {"etag": tag, "cache-control": "private, no-cache", "vary": "cookie, accept-language, accept-encoding"}


def _answers(request: Request) -> Answers:
    place: Place = request.state.place
    return place.part("answers", Answers)
