"""Requests sent, judged and, by type of error, sent again. It knows no endpoint.

Every attempt asks the line for leave first, so a request that is tried five times is paid five times, as the platform counts it.
No token or secret is in any sentence, and no exception of the HTTP library, which holds headers, is chained to ours.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import tenacity

from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tracking import Limit, Line
from hexameter.errors import BadValue, Outage, PlatformError, RateLimited, Refused, Revoked, ScopeMissing
from hexameter.sources.tiktok.asks import Answer, Ask, Tokens
from hexameter.sources.tiktok.receiving import Bounds, Reply, exchange, open_client
from hexameter.sources.tiktok.verdicts import Verdict, judge

_LONGEST = 60.0  # seconds of Retry-After that are waited for in line; longer ones give the line back
_SHOWN = 200  # characters of TikTok's words that a sentence repeats
_BUSINESS_PAUSE = timedelta(minutes=5)  # TIKTOK.md C: wait 5 minutes for a limit a minute


class SearchIdRefused(Refused):
    """The Research API does not know its own fresh search_id yet (TIKTOK.md A3)."""


class NotGranted(Refused):
    """A login's own refusal: `code` is the platform's word for it."""

    def __init__(self, message: str, code: str = ""):
        super().__init__(message)
        self.code = code


class _Again(Exception):
    """This attempt failed in a way that may pass; `final` is what is raised when none is left."""

    def __init__(self, final: PlatformError, after: float | None = None):
        super().__init__()
        self.final = final
        self.after = after


@dataclass
class _Sending:
    """One request on its way: what it has, and whether its token was renewed already."""

    ask: Ask
    line: Line
    tokens: Tokens | None
    renewed: bool = False


class Alone:
    """The line of a request that no job and no limit stands behind: a login's. Waiting is the caller's."""

    def __init__(self, now: datetime, wait: Callable[[float], None] = time.sleep):
        self._now = now
        self._wait = wait

    def now(self) -> datetime:
        """The instant it was made with."""
        return self._now

    def token(self) -> str:
        """None is needed."""
        return ""

    def renewed(self, refused: str) -> str:
        """None is needed."""
        return refused

    def spend(self, limits: Iterable[Limit]) -> None:
        """Nothing is counted."""

    def limited(self, limits: Iterable[Limit], until: datetime) -> None:
        """Nothing is counted."""

    def wait(self, seconds: float) -> None:
        """As the caller waits."""
        self._wait(seconds)


class Transport:
    """Sends requests to TikTok's two hosts.

    In      open_url      base address of Login Kit, Display, Research and Commercial Content APIs
            business_url  base address of the API for Business
            tries         attempts before a passing failure is an Outage
            bounds        what one exchange may cost
            chance        a number from 0 to 1, for jitter; a rehearsal gives its own
    """

    def __init__(
        self,
        open_url: str,
        business_url: str,
        *,
        tries: int = 5,
        bounds: Bounds | None = None,
        chance: Callable[[], float] = random.random,
    ):
        self._bases = {"open": open_url.rstrip("/"), "oauth": open_url.rstrip("/"), "business": business_url.rstrip("/")}
        self._tries = tries
        self._chance = chance
        self._bounds = bounds or Bounds()
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def close(self) -> None:
        """Give the connections back; the next request opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def send(self, ask: Ask, line: Line, tokens: Tokens | None = None, *, tries: int | None = None) -> Answer:
        """A good answer to a request.

        In      tokens  where the access token comes from; None: the request carries none
                tries   attempts, if not the transport's own number

        Raises  QuotaSpent    the line gives no leave; nothing was sent
                RateLimited   the platform asks for more patience than is worth waiting for in line
                Outage        no readable answer in so many tries
                Revoked, ScopeMissing, Refused
        """
        sending = _Sending(ask, line, tokens)
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Again),
            stop=tenacity.stop_after_attempt(tries or self._tries),
            wait=self._pause,
            sleep=line.wait,
            reraise=True,
        )
        final: PlatformError
        try:
            return attempts(self._attempt, sending)
        except _Again as again:
            final = again.final
        if isinstance(final, RateLimited) and final.until:
            line.limited(_short(ask.limits), final.until)
        raise final

    def _pause(self, state: tenacity.RetryCallState) -> float:
        """Seconds before the next attempt: what the platform said, else 1, 2, 4 ... to 30, and up to one more by chance."""
        problem = state.outcome.exception() if state.outcome else None
        if isinstance(problem, _Again) and problem.after is not None:
            return problem.after
        return float(min(2 ** (state.attempt_number - 1), 30)) + self._chance()

    def _attempt(self, sending: _Sending) -> Answer:
        """One attempt; a refused token is renewed and the request resent once a request, within the attempt."""
        tokens = sending.tokens
        token = tokens.token() if tokens else None
        used = [token or ""]
        reply, verdict = self._judged(sending, token)
        if verdict.kind == "token" and tokens and token is not None and not sending.renewed:
            sending.renewed = True
            token = tokens.renewed(token)
            used.append(token)
            reply, verdict = self._judged(sending, token)
        if verdict.kind == "ok":
            return Answer(reply.body, verdict.data or {})
        raise _error(sending, _masked(verdict, (*sending.ask.hidden, *used)), reply)

    def _judged(self, sending: _Sending, token: str | None) -> tuple[Reply, Verdict]:
        request = self._request(sending.ask, token)
        sending.line.spend(sending.ask.limits)
        reply = exchange(self._open(), request, self._bounds)
        if reply.broken:
            return reply, Verdict("again", message=reply.broken)
        return reply, judge(sending.ask, reply.status, reply.body)

    def _open(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                self._client = open_client(self._bounds)
            return self._client

    def _request(self, ask: Ask, token: str | None) -> httpx.Request:
        headers = dict(ask.headers)
        if token is not None:
            if not (token.isascii() and token.isprintable() and token):
                raise _unusable_token(ask)
            headers |= {"Access-Token": token} if ask.family == "business" else {"Authorization": f"Bearer {token}"}
        if ask.form is not None:
            headers["Cache-Control"] = "no-cache"
        problem = ""
        try:
            return self._open().build_request(
                ask.method, self._bases[ask.family] + ask.path, params=ask.params or None, json=ask.body, data=ask.form, headers=headers
            )
        except (httpx.InvalidURL, UnicodeError, TypeError, ValueError) as unfit:
            problem = type(unfit).__name__
        hint = "Check HEXAMETER_TIKTOK_API_URL and HEXAMETER_TIKTOK_BUSINESS_URL."
        raise BadValue(f"{ask.what} cannot be asked for: the request cannot be written ({problem}).", hint=hint)


def next_day(now: datetime) -> datetime:
    """The next midnight, UTC, when quotas of a day begin again.

    Example next_day(datetime(2025, 7, 1, 12, tzinfo=UTC)) -> 2025-07-02T00:00:00Z
    """
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def _short(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """The limits a plain 429 speaks of: those of seconds and minutes, where there are any."""
    return tuple(limit for limit in limits if not limit.daily) or limits


def _error(sending: _Sending, verdict: Verdict, reply: Reply) -> Exception:
    """What an answer that is not a good one raises."""
    ask = sending.ask
    said = f"{verdict.code}: {verdict.message}" if verdict.code and verdict.message else verdict.code or verdict.message
    if not sending.tokens and verdict.kind in ("scope", "token", "search", "refused"):  # a login's own request
        return NotGranted(f"TikTok refused {ask.what} ({said}).", verdict.code)
    match verdict.kind:
        case "again":
            return _outage(sending, said, reply.retry_after)
        case "rate":
            return _rate(sending, verdict, reply.retry_after)
        case "day":
            return _day(sending)
        case "scope":
            hint = "Connect the account again and leave every permission ticked." if ask.owner else ""
            return ScopeMissing(f"TikTok does not let us read {ask.what} ({said}).", hint=hint)
        case "token":
            return _fresh_refused(ask, said) if ask.owner and sending.renewed else _no_token(ask, said)
        case "search":
            return SearchIdRefused(f"TikTok does not know its own search id yet ({said}).")
    return Refused(f"TikTok refused {ask.what} ({said}). Not asked again.")


def _outage(sending: _Sending, said: str, retry_after: float | None) -> Exception:
    what = sending.ask.what
    if retry_after is None or retry_after <= _LONGEST:
        return _Again(Outage(f"TikTok gave no usable answer for {what} ({said}). The next reading tries again."), retry_after)
    until = sending.line.now() + timedelta(seconds=retry_after)
    return RateLimited(f"TikTok cannot answer for {what} ({said}): nothing is sent before {instant_text(until)}.", until=until)


def _fresh_refused(ask: Ask, said: str) -> Outage:
    """A consent that is gone shows at the renewal itself; a token refused right after it is the platform's slip, not the creator's."""
    return Outage(
        f"TikTok refused the token it had just given {ask.owner}, for {ask.what} ({said}). The next reading tries again.",
        hint="If this goes on for a day, ask the account's owner to connect again.",
    )


def _no_token(ask: Ask, said: str) -> Refused:
    if ask.owner:
        return Revoked(
            f"TikTok refused the token of {ask.owner} for {ask.what} ({said}). Not tried again.",
            hint="Ask the account's owner to connect again.",
        )
    return NotGranted(f"TikTok refused our credentials for {ask.what} ({said}). Check the client key and secret.", "access_token_invalid")


def _unusable_token(ask: Ask) -> Refused:
    return _no_token(ask, "it is empty or holds characters that no token has")


def _rate(sending: _Sending, verdict: Verdict, retry_after: float | None) -> Exception:
    """Patience: waited for in line when it is short, else given back with the instant."""
    ask, line = sending.ask, sending.line
    now = line.now()
    long_business = ask.family == "business" and "QPS" not in verdict.message.upper()
    if retry_after is not None:
        wait = timedelta(seconds=retry_after)
    elif long_business:
        wait = _BUSINESS_PAUSE
    else:
        wait = timedelta(seconds=_LONGEST)
    until = now + wait
    final = RateLimited(f"TikTok asks for patience with {ask.what}: nothing is sent before {instant_text(until)}.", until=until)
    if retry_after is not None and retry_after <= _LONGEST:
        return _Again(final, retry_after)
    if retry_after is None and not long_business:
        return _Again(final)
    line.limited(_short(ask.limits), until)
    return final


def _day(sending: _Sending) -> RateLimited:
    """TikTok's own count of the day is ahead of ours."""
    ask = sending.ask
    until = next_day(sending.line.now())
    sending.line.limited(tuple(limit for limit in ask.limits if limit.daily) or ask.limits, until)
    return RateLimited(f"TikTok says today's quota for {ask.what} is spent; reading goes on at {instant_text(until)}.", until=until)


def _masked(verdict: Verdict, hidden: Iterable[str]) -> Verdict:
    """The platform's words without the secrets that it may repeat, at most 200 characters of them."""
    message, code = verdict.message, verdict.code
    for secret in sorted(hidden, key=len, reverse=True):
        for spelt in {secret, quote(secret, safe="")} if len(secret) > 3 else ():
            message, code = message.replace(spelt, "***"), code.replace(spelt, "***")
    return replace(verdict, message=message[:_SHOWN], code=code[:_SHOWN])
