"""The page on which a creator consents, for Login Kit and for the Accounts API; and the portal for advertisers. It issues codes only.

A real one asks for the creator's login. Here the form asks for a handle; tests and the demo may post it straight away.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qs, quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from hexameter.standin.server.platform import Platform
from hexameter.standin.server.tokens import ADVERTISER_SCOPES

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_PASSED_ON = ("client_key", "scope", "response_type", "redirect_uri", "state", "code_challenge", "code_challenge_method")


class _Sent(Exception):
    """The request goes back to its sender: an error for the redirect, or (`page`) one that is only shown."""

    def __init__(self, error: str, description: str, *, page: bool = False):
        super().__init__(description)
        self.error, self.description, self.page = error, description, page


def routes(platform: Platform) -> list[Route]:
    """The consent page, with and without the last slash, and the advertisers' portal."""

    async def consent(request: Request) -> Response:
        given = _merged(request.query_params, await request.body())
        return _answered(given, lambda: _consent(platform, given, posted=request.method == "POST"))

    async def portal(request: Request) -> Response:
        given = _merged(request.query_params, await request.body())
        return _answered(given, lambda: _portal(platform, given, posted=request.method == "POST"))

    both = ["GET", "POST"]
    pages = [Route(path, consent, methods=both) for path in ("/v2/auth/authorize/", "/v2/auth/authorize")]
    portals = [Route(path, portal, methods=both) for path in ("/portal/auth", "/open_api/v1.3/portal/auth")]
    return [*pages, *portals]


def _merged(query: Mapping[str, str], raw: bytes) -> dict[str, str]:
    # Ticked boxes of one name are joined by comma, like the API's own lists.
    form = parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True)
    return {**dict(query), **{name: ",".join(values) for name, values in form.items()}}


def _answered(given: Mapping[str, str], answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except _Sent as no:
        if no.page:
            return HTMLResponse(f"<h1>Something went wrong</h1><p>{html.escape(f'{no.error}: {no.description}')}</p>", 400)
        said = {"error": no.error, "error_description": no.description, "state": given.get("state", "")}
        return _back(given["redirect_uri"], said)


def _back(redirect_uri: str, said: Mapping[str, str]) -> Response:
    words = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items() if value)
    return RedirectResponse(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{words}", 302)


def _consent(platform: Platform, given: Mapping[str, str], *, posted: bool) -> Response:
    app, known = _app(platform, given.get("client_key", ""))
    _check_redirect(given.get("redirect_uri", ""), app)
    if given.get("response_type") != "code":
        raise _Sent("unsupported_response_type", "response_type must be code.")
    asked = [s for s in given.get("scope", "").split(",") if s]
    strange = [s for s in asked if s not in known]
    if strange or not asked:
        raise _Sent("invalid_scope", f"The app is not approved for: {', '.join(strange) or 'no scope was asked for'}.")
    _check_challenge(given, app)
    if not posted:
        return HTMLResponse(_page(given, asked))
    if given.get("decision") == "deny":
        raise _Sent("access_denied", "User cancelled the authorization.")
    creator = platform.creator(given.get("handle", "").removeprefix("@"), platform.second)
    if creator is None:
        raise _Sent("access_denied", "No account of that handle.", page=True)
    ticked = {s for s in given.get("ticked", ",".join(asked)).split(",") if s}
    granted = [s for s in asked if s in ticked or s == "user.info.basic"]
    consent = platform.tokens.consent(app, creator, str(platform.world.cast.creator_id[creator]), granted)
    code = platform.tokens.code(consent, given["redirect_uri"], given.get("code_challenge"), platform.now())
    return _back(given["redirect_uri"], {"code": code, "scopes": ",".join(granted), "state": given.get("state", "")})


def _app(platform: Platform, key: str) -> tuple[str, tuple[str, ...]]:
    apps = platform.credentials
    if key == apps.client_key:
        return "display", apps.display_scopes
    if key == apps.business_id:
        return "accounts", apps.account_scopes
    raise _Sent("invalid_client", "client_key is unknown.", page=True)


def _check_redirect(address: str, app: str) -> None:
    parts = urlsplit(address)
    loopback = parts.hostname is not None and parts.netloc.rpartition(":")[0] in _LOOPBACK and parts.port is not None
    if parts.query or parts.fragment or len(address) >= 512 or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise _Sent("invalid_request", f"redirect_uri does not fit what the {app} app has registered.", page=True)


def _check_challenge(given: Mapping[str, str], app: str) -> None:
    # Login Kit for desktop (a loopback address) needs PKCE; the web's and the Accounts API's flow have none.
    if app != "display" or ("code_challenge" not in given and given["redirect_uri"].startswith("https:")):
        return
    if given.get("code_challenge_method") != "S256" or not given.get("code_challenge"):
        raise _Sent("invalid_request", "code_challenge with code_challenge_method S256 is required.")


def _portal(platform: Platform, given: Mapping[str, str], *, posted: bool) -> Response:
    if given.get("app_id") != platform.credentials.business_id:
        raise _Sent("invalid_client", "app_id is unknown.", page=True)
    _check_redirect(given.get("redirect_uri", ""), "business")
    if not posted:
        return HTMLResponse(_page(given, []))
    if given.get("decision") == "deny":
        raise _Sent("access_denied", "User cancelled the authorization.")
    consent = platform.tokens.consent("advertiser", -1, platform.world.brand, [str(s) for s in ADVERTISER_SCOPES])
    code = platform.tokens.code(consent, given["redirect_uri"], None, platform.now())
    return _back(given["redirect_uri"], {"auth_code": code, "code": code, "state": given.get("state", "")})


def _page(given: Mapping[str, str], scopes: Iterable[str]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(given[name])}">' for name in (*_PASSED_ON, "app_id") if name in given
    )
    boxes = "".join(_box(html.escape(scope)) for scope in scopes)
    who = f'<label>Your handle <input name="handle" value="{html.escape(given.get("handle", ""))}"></label>' if boxes else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stand-in TikTok</title></head><body>'
        "<h1>An app wants to read your account</h1><p>This is a stand-in: no login is asked for.</p>"
        f'<form method="post">{hidden}{who}<ul>{boxes}</ul>'
        '<button name="decision" value="allow">Continue</button> <button name="decision" value="deny">Cancel</button></form></body></html>'
    )


def _box(scope: str) -> str:
    # The first scope cannot be unticked: without it there is no login.
    held = ' onclick="return false"' if scope == "user.info.basic" else ""
    return f'<li><label><input type="checkbox" name="ticked" value="{scope}" checked{held}> {scope}</label></li>'
