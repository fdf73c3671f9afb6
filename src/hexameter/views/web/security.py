"""What every answer carries and every request must pass: headers, known host, same origin. Who somebody is: see `sessions`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # a token in an address is told to nobody else
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
SAFE = ("GET", "HEAD", "OPTIONS")
LARGEST_FORM = 256 * 1024
LARGEST_UPLOAD = 2 * 10**9 + LARGEST_FORM
UPLOADS = ("/import", "/import/look")
LARGEST_TABLE = 50 * 1024**2 + LARGEST_FORM  # orders and candidates: services read no more
TABLES = re.compile(r"/campaigns/[^/]+/desk/(candidates/import|money/orders)")
LARGEST_DRAFT = 200 * 1024**2 + LARGEST_FORM  # services.drafts
DRAFTS = re.compile(r"/c/[^/]+/draft")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Guard:
    """Stands before every page: refuses foreign hosts and foreign forms, adds the headers."""

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str], any_address: bool, secure: bool, defect: Callable[[Request, Exception], Response]
    ) -> None:
        """Stand before an application.

        In      hosts        names the pages answer to, beside loopback
                any_address  also to any literal IP address (listening everywhere)
                secure       reached by TLS
                defect       the page for an error nobody caught
        """
        self._app = app
        self._defect = defect
        self._hosts = _LOOPBACK | {host.lower() for host in hosts}
        self._any_address = any_address
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
                if self._secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
            await send(message)

        refusal = self._refusal(scope)
        answer = self._app if refusal is None else refusal
        try:
            await answer(scope, receive, with_headers)
        except Exception as problem:
            page = self._defect(Request(scope), problem)
            if begun:
                raise
            await page(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._known(host):
            return PlainTextResponse("Hexameter does not answer under this name. Set public_url to the address it is reached by.\n", 421)
        if scope["method"] not in SAFE and not _same_origin(headers, host):
            return PlainTextResponse("This form was sent from another site. Open Hexameter and try again.\n", 403)
        return _too_large(headers, scope) if scope["method"] not in SAFE else None

    def _known(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").lower()
        except ValueError:
            return False
        return name in self._hosts or (self._any_address and _is_address(name))


def _too_large(headers: Headers, scope: Scope) -> PlainTextResponse | None:
    """Every form says how long it is, before a byte of it is read or written to disk."""
    said = headers.get("content-length", "")
    if not said.isdecimal():
        return PlainTextResponse("The request does not say how long it is.\n", 411)
    if int(said) > _largest(scope["path"]):
        return PlainTextResponse("That is too large. Import files over 2 GB in the terminal: hexameter import FILE\n", 413)
    return None


def _largest(path: str) -> int:
    if path in UPLOADS:
        return LARGEST_UPLOAD
    if DRAFTS.fullmatch(path):
        return LARGEST_DRAFT
    return LARGEST_TABLE if TABLES.fullmatch(path) else LARGEST_FORM


def _is_address(name: str) -> bool:
    """A literal address cannot be pointed elsewhere by a name server."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same_origin(headers: Headers, host: str) -> bool:
    """What a browser says about where a form comes from; one that says neither is caught by the form's own token."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or (origin != "null" and urlsplit(origin).netloc.lower() == host.lower())
