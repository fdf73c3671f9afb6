"""As much of a browser as the bench of pages needs: cookies, one connection, a cache of what may be kept, bytes as they came."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

_LINKED = re.compile(r'(?:href|src|content|data-chart)="(/(?:static/|campaigns/[^"]*/charts/)[^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What came back: `bytes` of head and body as they crossed the line."""

    status: int
    headers: dict[str, str]
    body: bytes
    bytes: int
    seconds: float

    @property
    def text(self) -> str:
        """The body, unsqueezed."""
        squeezed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if squeezed else self.body).decode()


class Browser:
    """One visitor."""

    def __init__(self, address: str):
        self._address = address
        self._connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=120)
        self._cookies: dict[str, str] = {}
        self._kept: dict[str, Answer] = {}

    def another(self) -> Browser:
        """A second window of the same visitor: a connection of its own."""
        found = Browser(self._address)
        found._cookies = dict(self._cookies)
        return found

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """One request, nothing kept."""
        return self._asked("GET", path, headers or {}, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """One form sent."""
        kind = {"content-type": "application/x-www-form-urlencoded", "origin": self._address}
        return self._asked("POST", path, kind, urlencode(fields).encode())

    def visit(self, path: str) -> int:
        """A page and everything it loads, each asked for as a browser with a cache does.

        Out     bytes that crossed the line
        """
        page, total = self._through_cache(path)
        for link in dict.fromkeys(unescape(found) for found in _LINKED.findall(page.text)):
            total += self._through_cache(link)[1]
        return total

    def _through_cache(self, path: str) -> tuple[Answer, int]:
        kept = self._kept.get(path)
        if kept is not None and "immutable" in kept.headers.get("cache-control", ""):
            return kept, 0
        answer = self.get(path, {"if-none-match": kept.headers["etag"]} if kept is not None else {})
        if answer.status == 304 and kept is not None:
            return kept, answer.bytes
        if "etag" in answer.headers:
            self._kept[path] = answer
        return answer, answer.bytes

    def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
        sent = {"accept-encoding": "gzip", "cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items()), **headers}
        started = time.perf_counter()
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        read = response.read()
        seconds = time.perf_counter() - started
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        head = sum(len(name) + len(value) + 4 for name, value in response.getheaders())
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, read, head + len(read), seconds)
