"""A small TikTok for these tests: answers as the script says, over real HTTP on loopback; and the line of a job. Not the stand-in."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hexameter.contracts.tracking import Account, Limit
from hexameter.sources.tiktok.receiving import Bounds

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
PATIENT = Bounds(connect_seconds=20, pause_seconds=20, whole_seconds=60, bytes=200_000)  # a busy machine is no fault
HASTY = Bounds(connect_seconds=20, pause_seconds=0.5, whole_seconds=1.0, bytes=200_000)
CREATOR = Account(1, "display", "open-1", "lea", "open:open-1", frozenset())
BUSINESS = Account(2, "accounts", "biz-1", "lea", "open:biz-1", frozenset())
BRAND = Account(3, "advertiser", "701", "", "open:701", frozenset(), ("702",))


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass(frozen=True)
class Say:
    """One scripted answer. `how`: whole, cut (fewer bytes than promised), reset (connection reset), silent (nothing), drip."""

    body: bytes | str | dict[str, Any] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "whole"

    @property
    def bytes(self) -> bytes:
        if isinstance(self.body, dict):
            return json.dumps(self.body).encode()
        return self.body.encode() if isinstance(self.body, str) else self.body


Script = Callable[[Asked], Say]


@dataclass
class Server:
    """A running script: where it is, and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        """Settings that lead here, every credential given."""
        keys = ("client_key", "client_secret", "research_key", "research_secret", "business_id", "business_secret")
        return {
            "tiktok_api_url": self.url,
            "tiktok_business_url": f"{self.url}/open_api/v1.3",
            "tiktok_auth_url": self.url,
            **{f"tiktok_{k}": f"the-{k.replace('_', '-')}" for k in keys},
        }


def in_turn(*answers: Say | dict[str, Any]) -> Script:
    """One answer after another, whatever is asked; the last one again and again."""
    left = [a if isinstance(a, Say) else Say(a) for a in answers]
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    """The script over HTTP while the block runs."""
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: two would wait for each other

        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
            asked = Asked(self.command, parts.path, query, {k.lower(): v for k, v in self.headers.items()}, body)
            server.asked.append(asked)
            self._answer(script(asked))

        do_GET = do_POST

        def _answer(self, say: Say) -> None:
            if say.how == "silent":
                self.close_connection = True
                released.wait(10)
                return
            if say.how == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(say.status)
            for name, value in say.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(say.bytes) + {"cut": 10, "drip": 100_000}.get(say.how, 0)))
            self.end_headers()
            self.wfile.write(say.bytes)
            self.wfile.flush()
            if say.how == "cut":
                self.close_connection = True
            while say.how == "drip" and not released.wait(0.05):
                try:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                except OSError:
                    break

        def handle(self) -> None:
            with suppress(OSError):
                super().handle()

        def finish(self) -> None:
            with suppress(OSError):
                super().finish()

        def log_message(self, *args: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server = Server(f"http://127.0.0.1:{listening.server_port}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        released.set()
        listening.shutdown()
        listening.server_close()
        thread.join()


class TestLine:
    """A line with a driven clock: waiting moves it on, and everything asked of the house is written down."""

    __test__ = False

    def __init__(self, now: datetime = NOW, token: str = "act.first"):
        self.at = now
        self.waits: list[float] = []
        self.spent: list[tuple[str, ...]] = []
        self.limits: list[tuple[tuple[str, ...], datetime]] = []
        self.refused: list[str] = []
        self._token = token
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self.at

    def token(self) -> str:
        return self._token

    def renewed(self, refused: str) -> str:
        with self._lock:
            self.refused.append(refused)
            if refused == self._token:
                self._token = f"{refused}+"
            return self._token

    def spend(self, limits: Iterable[Limit]) -> None:
        self.spent.append(tuple(limit.name for limit in limits))

    def limited(self, limits: Iterable[Limit], until: datetime) -> None:
        self.limits.append((tuple(limit.name for limit in limits), until))

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)


def ok(data: Any) -> dict[str, Any]:
    """An answer of open.tiktokapis.com."""
    return {"data": data, "error": {"code": "ok", "message": "", "log_id": "1"}}


def no(code: str, message: str = "", status: int = 400, **headers: str) -> Say:
    """An error of open.tiktokapis.com."""
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return Say({"error": {"code": code, "message": message, "log_id": "1"}}, status, named)


def good(data: Any) -> dict[str, Any]:
    """An answer of the API for Business."""
    return {"code": 0, "message": "OK", "request_id": "1", "data": data}


def bad(code: int, message: str = "") -> Say:
    """An error of the API for Business: HTTP 200."""
    return Say({"code": code, "message": message, "request_id": "1", "data": {}})
