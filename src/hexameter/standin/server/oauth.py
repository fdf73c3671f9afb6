"""Login Kit's token endpoints: client credentials, codes with the hex PKCE quirk, rotating refresh tokens, revocation."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hexameter.standin.server.answers import HTML, as_json, spoilt
from hexameter.standin.server.faults import AFTER, BEFORE
from hexameter.standin.server.platform import Platform
from hexameter.standin.server.tokens import Consent

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
Form = Mapping[str, str]


class OAuthError(Exception):
    """The flat error of the token endpoint."""

    def __init__(self, error: str, description: str):
        super().__init__(description)
        self.error, self.description = error, description


def routes(platform: Platform) -> list[Route]:
    """Token and revocation."""

    async def token(request: Request) -> Response:
        return _respond(platform, request, await request.body(), "oauth.token", _token)

    async def revoke(request: Request) -> Response:
        return _respond(platform, request, await request.body(), "oauth.revoke", _revoke)

    return [Route("/v2/oauth/token/", token, methods=["POST"]), Route("/v2/oauth/revoke/", revoke, methods=["POST"])]


def _respond(platform: Platform, request: Request, raw: bytes, name: str, answer: Callable[[Platform, Form], Any]) -> Response:
    number = platform.number()
    fault = platform.faults.drawn((*BEFORE[1:5], *AFTER), number)
    if fault:
        # Before anything is done: what a broken answer would lose forever has a switch of its own.
        platform.ledger.note(name, fault)
        return _fault(platform, fault, number)
    try:
        found = answer(platform, _form(request, raw))
    except OAuthError as no:
        platform.ledger.note(name, no.error)
        return _error(no, 200 if platform.faults.oauth_errors_200 else 400, number)
    platform.ledger.note(name, "ok")
    reply = Response(b"", 200) if found is None else as_json(found, headers={"Cache-Control": "no-store"})
    return spoilt("cut_body", reply, 0) if found and platform.faults.hits("lost_rotation", number) else reply


def _fault(platform: Platform, fault: str, number: int) -> Response:
    if fault in ("rate_limited", "rate_limited_retry_after"):
        headers = {"Retry-After": str(platform.faults.retry_after_seconds)} if fault.endswith("after") else {}
        error = {"error": "rate_limit_exceeded", "error_description": "Too many requests.", "log_id": str(number)}
        return as_json(error, 429, headers)
    if fault == "storm":
        return _error(OAuthError("server_error", "Something is wrong. Please try again later."), 500, number)
    if fault == "gateway_timeout":
        return Response(HTML, 504, media_type="text/html")
    failed = _error(OAuthError("server_error", "Something is wrong. Please try again later."), 200, number)
    return failed if fault in ("error_in_200", "slow_body") else spoilt(fault, failed, 0)


def _error(no: OAuthError, status: int, number: int) -> Response:
    return as_json({"error": no.error, "error_description": no.description, "log_id": f"202206221854365130{number:014d}"}, status)


def _form(request: Request, raw: bytes) -> Form:
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Only `application/x-www-form-urlencoded` is accepted as Content-Type.")
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def _client(platform: Platform, form: Form) -> str:
    apps = platform.credentials
    secrets = {apps.client_key: ("display", apps.client_secret), apps.research_key: ("research", apps.research_secret)}
    app, secret = secrets.get(form.get("client_key", ""), ("", ""))
    if not app or not hmac.compare_digest(secret.encode(), form.get("client_secret", "").encode()):
        raise OAuthError("invalid_client", "Client key or secret is incorrect.")
    return app


def _token(platform: Platform, form: Form) -> dict[str, Any]:
    app, grant = _client(platform, form), form.get("grant_type", "")
    if grant == "client_credentials":
        scopes = platform.credentials.research_scopes if app == "research" else ()
        text = platform.tokens.client(scopes, platform.now())
        return {"access_token": text, "expires_in": platform.tokens.lifetimes.client, "token_type": "Bearer"}
    if app != "display":
        raise OAuthError("unauthorized_client", "The client is not authorized to use this grant type.")
    if grant == "authorization_code":
        return _exchanged(platform, form)
    if grant == "refresh_token":
        renewed = platform.tokens.rotate(form.get("refresh_token", ""), "display", platform.now())
        if renewed is None:
            raise OAuthError("invalid_grant", "Refresh token is invalid or expired.")
        return _pair(platform, *renewed)
    raise OAuthError("unsupported_grant_type", "grant_type is not supported.")


def _exchanged(platform: Platform, form: Form) -> dict[str, Any]:
    code = platform.tokens.redeem(form.get("code", ""), form.get("redirect_uri", ""), platform.now())
    if code is None or code.consent.app != "display":
        raise OAuthError("invalid_grant", "Authorization code is expired, used, or of another redirect_uri.")
    if code.challenge is not None and not _verified(form.get("code_verifier", ""), code.challenge):
        raise OAuthError("invalid_request", "Code verifier or code challenge is invalid.")
    return _pair(platform, code.consent, *platform.tokens.pair(code.consent, platform.now()))


def _verified(verifier: str, challenge: str) -> bool:
    # Hex, not base64url: https://developers.tiktok.com/doc/login-kit-desktop, read 2026-11.
    return _VERIFIER.fullmatch(verifier) is not None and hashlib.sha256(verifier.encode()).hexdigest() == challenge


def _pair(platform: Platform, consent: Consent, access: str, refresh: str) -> dict[str, Any]:
    lasts = platform.tokens.lifetimes
    return {
        "open_id": consent.open_id,
        "scope": ",".join(sorted(consent.scopes)),
        "access_token": access,
        "expires_in": lasts.access,
        "refresh_token": refresh,
        "refresh_expires_in": lasts.refresh,
        "token_type": "Bearer",
    }


def _revoke(platform: Platform, form: Form) -> None:
    _client(platform, form)
    text = form.get("token", "")
    access = platform.tokens.accesses.get(text)
    consent = access.consent if access else platform.tokens.refreshes.get(text, (None, 0.0))[0]
    if consent is None or consent.app != "display":
        raise OAuthError("invalid_request", "token is unknown.")
    consent.revoked = True
