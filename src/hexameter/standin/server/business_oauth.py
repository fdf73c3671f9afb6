"""Tokens of the API for Business: a creator's account (Accounts) and the brand's advertisers. All answers come with status 200."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hexameter.standin.server.answers import HTML, Refusal, as_json, business, spoilt
from hexameter.standin.server.faults import AFTER, BEFORE
from hexameter.standin.server.gate import BUSINESS
from hexameter.standin.server.platform import Platform
from hexameter.standin.server.tokens import ADVERTISER_SCOPES, Consent

ADVERTISER_IDS = ("7100000000000000001", "7100000000000000002")
_REVOKED = (40105, "Access token is incorrect or has been revoked.")
Body = Mapping[str, Any]


def routes(platform: Platform) -> list[Route]:
    """The five token addresses."""
    answers = {
        "/tt_user/oauth2/token/": _token,
        "/tt_user/oauth2/refresh_token/": _refresh,
        "/tt_user/oauth2/revoke/": _revoke,
        "/tt_user/token_info/get/": _info,
        "/oauth2/access_token/": _advertiser,
    }
    return [_route(platform, path, answer) for path, answer in answers.items()]


def _route(platform: Platform, path: str, answer: Callable[[Platform, Body], dict[str, Any]]) -> Route:
    async def handle(request: Request) -> Response:
        number, raw = platform.number(), await request.body()
        log_id = f"202611{number:026d}"
        fault = platform.faults.drawn((*BEFORE[1:5], *AFTER), number)
        if fault:
            platform.ledger.note(path, fault)
            return _fault(platform, fault, log_id)
        try:
            reply = as_json(business(0, "OK", answer(platform, _json(raw)), log_id))
        except Refusal as no:
            platform.ledger.note(path, str(no.code))
            return as_json(business(int(no.code), no.message, {}, log_id))
        platform.ledger.note(path, "ok")
        lost = "refresh" in path and platform.faults.hits("lost_rotation", number)
        return spoilt("cut_body", reply, 0) if lost else reply

    return Route(BUSINESS + path, handle, methods=["POST"])


def _fault(platform: Platform, fault: str, log_id: str) -> Response:
    # Before anything is done, as in oauth.py.
    if fault in ("rate_limited", "rate_limited_retry_after"):
        headers = {"Retry-After": str(platform.faults.retry_after_seconds)} if fault.endswith("after") else {}
        return as_json(business(40100, "Due to too many requests, your request was rejected.", {}, log_id), headers=headers)
    if fault == "gateway_timeout":
        return Response(HTML, 504, media_type="text/html")
    failed = as_json(business(50000, "Internal error. Please try again later.", {}, log_id))
    return failed if fault in ("storm", "error_in_200", "slow_body") else spoilt(fault, failed, 0)


def _json(raw: bytes) -> Body:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(40002, "The request body is not a JSON object.")
    return body


def _check_app(platform: Platform, body: Body, key: str, secret: str) -> None:
    apps = platform.credentials
    if str(body.get(key)) != apps.business_id or not hmac.compare_digest(str(body.get(secret)).encode(), apps.business_secret.encode()):
        raise Refusal(40001, f"{key} or {secret} is incorrect.")


def _token(platform: Platform, body: Body) -> dict[str, Any]:
    _check_app(platform, body, "client_id", "client_secret")
    if body.get("grant_type") != "authorization_code":
        raise Refusal(40002, "grant_type: Must be authorization_code.")
    code = platform.tokens.redeem(str(body.get("auth_code")), str(body.get("redirect_uri")), platform.now())
    if code is None or code.consent.app != "accounts":
        raise Refusal(40110, "auth_code is expired or has been used.")
    return _pair(platform, code.consent, *platform.tokens.pair(code.consent, platform.now()))


def _refresh(platform: Platform, body: Body) -> dict[str, Any]:
    _check_app(platform, body, "client_id", "client_secret")
    if body.get("grant_type") != "refresh_token":
        raise Refusal(40002, "grant_type: Must be refresh_token.")
    renewed = platform.tokens.rotate(str(body.get("refresh_token")), "accounts", platform.now())
    if renewed is None:
        raise Refusal(40105, "Refresh token is incorrect or has been revoked.")
    return _pair(platform, *renewed)


def _pair(platform: Platform, consent: Consent, access: str, refresh: str) -> dict[str, Any]:
    lasts = platform.tokens.lifetimes
    return {
        "access_token": access,
        "token_type": "Bearer",
        "scope": ",".join(sorted(consent.scopes)),
        "expires_in": lasts.access,
        "refresh_token": refresh,
        "refresh_token_expires_in": lasts.refresh,
        "open_id": consent.open_id,
    }


def _revoke(platform: Platform, body: Body) -> dict[str, Any]:
    _check_app(platform, body, "client_id", "client_secret")
    access = platform.tokens.accesses.get(str(body.get("access_token")))
    if access is None or access.consent is None or access.app != "accounts":
        raise Refusal(*_REVOKED)
    access.consent.revoked = True
    return {}


def _info(platform: Platform, body: Body) -> dict[str, Any]:
    access = platform.tokens.accesses.get(str(body.get("access_token")))
    if access is None or access.consent is None or not access.good(platform.now()):
        raise Refusal(*_REVOKED)
    return {"app_id": str(body.get("app_id")), "scope": ",".join(sorted(access.scopes)), "creator_id": access.consent.open_id}


def _advertiser(platform: Platform, body: Body) -> dict[str, Any]:
    _check_app(platform, body, "app_id", "secret")
    code = platform.tokens.redeem(str(body.get("auth_code")), None, platform.now())
    if code is None or code.consent.app != "advertiser":
        raise Refusal(40110, "auth_code is expired or has been used.")
    return {
        "access_token": platform.tokens.endless(code.consent),
        "advertiser_ids": list(ADVERTISER_IDS),
        "scope": list(ADVERTISER_SCOPES),
    }
