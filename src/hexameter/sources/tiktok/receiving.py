"""One exchange over HTTP, bounded in bytes and time. It judges nothing and never repeats what it sent."""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx


@dataclass(frozen=True)
class Bounds:
    """What one exchange may cost: seconds to connect, between two pieces and altogether, and bytes of the answer, unpacked."""

    connect_seconds: float = 10.0
    pause_seconds: float = 30.0
    whole_seconds: float = 90.0
    bytes: int = 16 * 2**20


@dataclass(frozen=True)
class Reply:
    """What came back: `retry_after` in seconds where the platform names one, `broken` says why there is no whole answer."""

    status: int = 0
    body: bytes = b""
    retry_after: float | None = None
    broken: str = ""


class _Unfit(Exception):
    """The answer is not one to go on reading."""


def open_client(bounds: Bounds) -> httpx.Client:
    """A client that follows no redirect, keeps connections, and goes through the proxies that the environment names."""
    pause = bounds.pause_seconds
    timeout = httpx.Timeout(pause, connect=bounds.connect_seconds, pool=bounds.whole_seconds)
    agent = {"User-Agent": "hexameter", "Accept": "application/json", "Accept-Encoding": "gzip"}
    return httpx.Client(timeout=timeout, follow_redirects=False, headers=agent)


def exchange(client: httpx.Client, request: httpx.Request, bounds: Bounds) -> Reply:
    """Send a request and read the answer to its end; a failure is told in `broken`, never raised."""
    started = time.monotonic()
    response: httpx.Response | None = None
    try:
        response = client.send(request, stream=True)
        body = b"".join(_pieces(response, bounds, started))
        return Reply(response.status_code, body, _patience(response.headers.get("retry-after")))
    except (httpx.TransportError, httpx.StreamError, httpx.DecodingError) as problem:
        return Reply(broken=_named(problem))
    except _Unfit as problem:
        return Reply(broken=str(problem))
    finally:
        if response is not None:
            response.close()


def _pieces(response: httpx.Response, bounds: Bounds, started: float) -> Iterator[bytes]:
    """The body unpacked, piece by piece: bounded before it is held, so that a bomb cannot grow."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("gzip", "identity", ""):
        raise _Unfit("the answer is packed in a way that was not asked for")
    inflate = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    left = bounds.bytes
    for raw in response.iter_raw():
        if time.monotonic() - started > bounds.whole_seconds:
            raise _Unfit(f"the answer was not whole after {bounds.whole_seconds:g} seconds")
        piece = _inflated(inflate, raw, left + 1) if inflate else raw
        left -= len(piece)
        if left < 0:
            raise _Unfit(f"the answer is larger than {bounds.bytes:,} bytes")
        yield piece
    if inflate and not inflate.eof:
        raise _Unfit("the answer is cut")


def _inflated(inflate: zlib._Decompress, raw: bytes, most: int) -> bytes:
    try:
        return inflate.decompress(raw, most)
    except zlib.error:
        raise _Unfit("the answer cannot be unpacked") from None


def _patience(header: str | None) -> float | None:
    """Retry-After: seconds, or a date."""
    if not header:
        return None
    try:
        return max(0.0, float(header)) if float(header) < 10**7 else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _named(problem: Exception) -> str:
    """What failed, without the library's text: it may repeat a header."""
    if isinstance(problem, httpx.ConnectTimeout | httpx.ConnectError):
        return "no connection could be made"
    if isinstance(problem, httpx.TimeoutException):
        return "no answer came in time"
    if isinstance(problem, httpx.ProxyError):
        return "the proxy refused"
    return "the connection broke off"


class _Addresses(logging.Filter):
    """httpx logs each address with its query, where one of the APIs wants a secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(a.copy_with(query=None) if isinstance(a, httpx.URL) else a for a in record.args)
        return True


logging.getLogger("httpx").addFilter(_Addresses())
