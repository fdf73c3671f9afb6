"""What an answer means, by API family: TIKTOK.md A1, A7 and the table in C. It sends nothing and raises nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hexameter.sources.tiktok.asks import Ask
from hexameter.sources.tiktok.bodies import number_of, object_at, read_json, word_of

# ok · again: may pass later · token: refused · scope · rate: patience · day: the day's quota is spent · search: A3's refused search_id
# · refused: asking again does not help
Kind = Literal["ok", "again", "token", "scope", "rate", "day", "search", "refused"]

_OPEN: dict[str, Kind] = {
    "access_token_invalid": "token",
    "scope_not_authorized": "scope",
    "scope_permission_missed": "scope",
    "rate_limit_exceeded": "rate",
    "daily_quota_limit_exceeded": "day",
    "invalid_params": "refused",
    "invalid_param": "refused",
    "invalid_request": "refused",
    "internal_error": "again",
    "timeout": "again",
}
_OAUTH_AGAIN = ("server_error", "temporarily_unavailable", "internal_error", "timeout")
_SEARCH = re.compile(r"search.?id\b.*\b(?:invalid|expired)|invalid count or cursor", re.IGNORECASE | re.DOTALL)
_RETRIED = frozenset({40101, 40102, 40016, 40200, 40201, 40202, 40700, 50000, 50002, 51305, 60001})
_BUSINESS: dict[int, Kind] = {
    0: "ok",
    40000: "scope",
    40001: "scope",
    40100: "rate",
    51021: "rate",
    40104: "token",
    40105: "token",
    **dict.fromkeys(_RETRIED, "again"),
}
_PER_DAY = re.compile(r"\bQPD\b|\bdaily\b|per day|a day", re.IGNORECASE)
_KEPT = 4_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class Verdict:
    """The meaning of an answer.

    code     the platform's word or number for it, "" where it gave none
    message  the platform's own words, on one line
    data     what a good answer carries
    """

    kind: Kind
    code: str = ""
    message: str = ""
    data: Mapping[str, Any] | None = None


def judge(ask: Ask, status: int, body: bytes) -> Verdict:
    """The verdict on an answer.

    Example judge(ask, 200, b"") -> Verdict("again", ...): an empty answer may be a full one next time
    """
    if ask.bare and status < 300 and not body.strip():
        return Verdict("ok", data={})
    try:
        found = read_json(body)
    except ValueError:
        return _by_status(status, "the answer is not readable JSON" if body.strip() else "the answer is empty")
    verdict = {"open": _open, "business": _business, "oauth": _oauth}[ask.family](status, found)
    if verdict.kind == "ok" and ask.listed and not isinstance((verdict.data or {}).get(ask.listed, []), list | None):
        return Verdict("again", message=f"'{ask.listed}' is no list")
    return verdict


def plain(text: object) -> str:
    """The platform's words as a sentence may repeat them: one line, at most 4,000 characters.

    Example plain("Bad" + chr(10) + "field") -> "Bad field"
    """
    return _CONTROL.sub(" ", text).strip()[:_KEPT] if isinstance(text, str) else ""


def _open(status: int, found: Mapping[str, Any]) -> Verdict:
    """`error.code` decides; a flat {"code": ...} is understood too, and an answer without any word counts by its status."""
    error = object_at(found, "error") or found
    code, message = word_of(error.get("code")), plain(error.get("message"))
    data = found.get("data")
    if status < 300 and (code == "ok" or (not code and "data" in found)):
        return Verdict("ok", data=data) if isinstance(data, Mapping) else Verdict("again", code, "the answer holds no data")
    if not code or code == "ok":
        return _by_status(status, message)
    kind = _OPEN.get(code)
    if kind == "refused" and _SEARCH.search(message):
        kind = "search"
    return Verdict(kind or _by_status(status, message).kind, code, message)


def _business(status: int, found: Mapping[str, Any]) -> Verdict:
    """`code` decides, whatever the HTTP status."""
    code, message = number_of(found.get("code")), plain(found.get("message"))
    if code is None:
        return _by_status(status, message or "the answer has no code")
    if code == 0:
        if status >= 300:
            return _by_status(status, message)
        data = found.get("data")
        if data is not None and not isinstance(data, Mapping):
            return Verdict("again", "0", "the answer holds no data")
        return Verdict("ok", data=data or {})
    if 50000 <= code < 60000 and code not in _BUSINESS:
        return Verdict("again", str(code), message)
    kind = _BUSINESS.get(code, "refused")
    if kind == "rate" and _PER_DAY.search(message):
        kind = "day"
    return Verdict(kind, str(code), message)


def _oauth(status: int, found: Mapping[str, Any]) -> Verdict:
    """A flat error is an error with any status; so is anything without one that is not a success by status."""
    error = found.get("error")
    if isinstance(error, Mapping):
        return _open(status, found)
    if error:
        code, message = word_of(error), plain(found.get("error_description"))
        limited: Kind = "rate" if status == 429 else "again" if status >= 500 or code in _OAUTH_AGAIN else "refused"
        return Verdict(limited, code, message)
    return Verdict("ok", data=found) if status < 300 else _by_status(status, "")


def _by_status(status: int, message: str) -> Verdict:
    """An answer that no word of the platform explains."""
    known: dict[int, Kind] = {401: "token", 408: "again", 429: "rate"}
    kind = known.get(status, "again" if status < 300 or status >= 500 else "refused")
    told = f"HTTP {status}" if status >= 300 else ""
    return Verdict(kind, told, plain(message))
