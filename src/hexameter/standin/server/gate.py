"""Every request passes here: token, scope, limits, faults, then the endpoint. It knows no endpoint's data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hexameter.standin.server.answers import HTML, Refusal, as_json, business, opened, refused, spoilt
from hexameter.standin.server.faults import AFTER, BEFORE, chance
from hexameter.standin.server.ledger import Rule
from hexameter.standin.server.platform import Platform
from hexameter.standin.server.tokens import Access

BUSINESS = "/open_api/v1.3"
_TOO_LARGE = 1_000_000
# Codes that pass when asked again (TIKTOK.md C).
_TRANSIENT = (50000, 50002, 51305, 60001, 40700, 40200, 40201, 40202, 40016)


@dataclass(frozen=True)
class Call:
    """One request that may be answered: whose, with what, when (`second`) and which it is (`number`)."""

    platform: Platform
    number: int
    second: int
    query: Mapping[str, str]
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    access: Access

    @property
    def creator(self) -> int:
        """The position of the creator whose token it is; -1 for the brand's and for an app's own."""
        return self.access.consent.creator if self.access.consent else -1


@dataclass(frozen=True)
class Endpoint:
    """One address. `scopes`: any of them is enough. `rules`: its limits, `per_account` those that each account has for itself."""

    name: str
    method: str
    path: str
    answer: Callable[[Call], Any]
    scopes: tuple[str, ...] = ()
    app: str = ""
    rules: tuple[Rule, ...] = ()
    per_account: tuple[Rule, ...] = ()


def open_route(platform: Platform, endpoint: Endpoint) -> Route:
    """An endpoint of open.tiktokapis.com: Bearer token, data and error."""

    async def handle(request: Request) -> Response:
        number, raw = platform.number(), await request.body()
        log_id = _mark(platform, number)
        try:
            before = _open_before(platform, endpoint, request, number)
            if isinstance(before, Response):
                return before
            call = _call(platform, number, request, _object(raw, request.method), before)
            answer = as_json(opened(endpoint.answer(call), log_id))
        except Refusal as no:
            platform.ledger.note(endpoint.name, str(no.code))
            return as_json(refused(no, log_id, with_data=bool(number % 2)), no.status, no.headers)
        return _finish(platform, endpoint.name, number, answer, _error_200(log_id))

    return Route(endpoint.path, handle, methods=[endpoint.method])


def business_route(platform: Platform, endpoint: Endpoint) -> Route:
    """An endpoint of the API for Business: Access-Token, code and message, status 200 whatever happens."""

    async def handle(request: Request) -> Response:
        number, raw = platform.number(), await request.body()
        log_id = _mark(platform, number)
        try:
            before = _business_before(platform, endpoint, request, number)
            if isinstance(before, Response):
                return before
            call = _call(platform, number, request, _object(raw, request.method), before)
            answer = as_json(business(0, "OK", endpoint.answer(call), log_id))
        except Refusal as no:
            platform.ledger.note(endpoint.name, str(no.code))
            code = no.code if isinstance(no.code, int) else 40002
            return as_json(business(code, no.message, {}, log_id), 200, no.headers)
        failed = business(50000, "Internal error. Please try again later.", {}, log_id)
        return _finish(platform, endpoint.name, number, answer, failed)

    return Route(BUSINESS + endpoint.path, handle, methods=[endpoint.method])


def _call(platform: Platform, number: int, request: Request, body: Mapping[str, Any], access: Access) -> Call:
    return Call(platform, number, platform.second, request.query_params, body, request.headers, access)


def _open_before(platform: Platform, endpoint: Endpoint, request: Request, number: int) -> Access | Response:
    words = request.headers.get("authorization", "").split()
    access = platform.tokens.accesses.get(words[1]) if len(words) == 2 and words[0] == "Bearer" else None
    invalid = Refusal("access_token_invalid", "The access token is invalid or not found in the request.", 401)
    if access is None or access.app != endpoint.app:
        raise invalid
    broken = platform.ledger.spend([(rule, "") for rule in endpoint.rules], platform.now())
    daily = [rule for rule in endpoint.rules if not rule.seconds and rule.requests]
    fault = platform.faults.drawn(BEFORE if daily else BEFORE[1:], number)
    if fault == "daily_limited":
        broken = daily[0]
        platform.ledger.exhaust(broken, platform.now())
    if broken is not None and not broken.seconds:
        raise Refusal("daily_quota_limit_exceeded", "The daily quota limit is exceeded.", 429)
    if broken is not None or fault in ("rate_limited", "rate_limited_retry_after"):
        raise Refusal("rate_limit_exceeded", "The API rate limit was exceeded. Please try again later.", 429, _patience(platform, fault))
    if fault == "storm":
        raise Refusal("internal_error", "Something is wrong. Please try again later.", 500)
    if fault == "gateway_timeout":
        return _timeout(platform, endpoint.name)
    _end_token(access, fault)
    if not access.good(platform.now()):
        raise invalid
    if endpoint.scopes and not access.scopes.intersection(endpoint.scopes):
        raise Refusal("scope_not_authorized", f"The user did not authorize the scope required: {endpoint.scopes[0]}.", 401)
    return access


def _business_before(platform: Platform, endpoint: Endpoint, request: Request, number: int) -> Access | Response:
    access = platform.tokens.accesses.get(request.headers.get("access-token", ""))
    if access is None or access.consent is None or access.app != endpoint.app:
        raise Refusal(40105, "Access token is incorrect or has been revoked.")
    own = [(rule, access.consent.open_id) for rule in endpoint.per_account]
    broken = platform.ledger.spend([*((rule, "") for rule in endpoint.rules), *own], platform.now())
    fault = platform.faults.drawn(BEFORE[1:], number)
    if broken is not None or fault in ("rate_limited", "rate_limited_retry_after"):
        raise Refusal(40100, _too_fast(broken), headers=_patience(platform, fault))
    if fault == "storm":
        raise Refusal(_TRANSIENT[number % len(_TRANSIENT)], "Internal service timed out. Please retry.")
    if fault == "gateway_timeout":
        return _timeout(platform, endpoint.name)
    _end_token(access, fault)
    if not access.good(platform.now()):
        raise Refusal(40105, "Access token is incorrect or has been revoked.")
    if endpoint.scopes and not access.scopes.intersection(endpoint.scopes):
        raise Refusal(40001, f"No permission to operate. Required scope: {endpoint.scopes[0]}.")
    return access


def _too_fast(broken: Rule | None) -> str:
    if broken is not None and broken.seconds == 1:
        return "App reaches the QPS limit."
    if broken is not None and not broken.seconds:
        return "App reaches the QPD limit."
    return "Due to too many requests, your request was rejected. Please try again later."


def _patience(platform: Platform, fault: str | None) -> dict[str, str]:
    return {"Retry-After": str(platform.faults.retry_after_seconds)} if fault == "rate_limited_retry_after" else {}


def _timeout(platform: Platform, name: str) -> Response:
    platform.ledger.note(name, "gateway_timeout")
    return Response(HTML, 504, media_type="text/html")


def _end_token(access: Access, fault: str | None) -> None:
    # An advertiser's token has no end: nothing could renew it.
    if fault == "token_expired" and access.expires_at is not None:
        access.killed = True
    if fault == "revoked" and access.consent:
        access.consent.revoked = True


def _finish(platform: Platform, name: str, number: int, answer: Response, failed: Any) -> Response:
    fault = platform.faults.drawn(AFTER, number)
    platform.ledger.note(name, fault or "ok")
    if fault == "error_in_200":
        return as_json(failed)
    return spoilt(fault, answer, platform.faults.slow_seconds) if fault else answer


def _error_200(log_id: str) -> dict[str, Any]:
    return refused(Refusal("internal_error", "Something is wrong. Please try again later."), log_id, with_data=True)


def _mark(platform: Platform, number: int) -> str:
    shade = int(chance(platform.world.seed, "log", number) * 16**8)
    return f"{datetime.fromtimestamp(platform.now(), UTC):%Y%m%d%H%M%S}{number:010d}{shade:08X}"


def _object(raw: bytes, method: str) -> Mapping[str, Any]:
    if method == "GET" or not raw:
        return {}
    try:
        body = json.loads(raw) if len(raw) < _TOO_LARGE else None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal("invalid_params", "The request body is not a JSON object.", 400)
    return body
