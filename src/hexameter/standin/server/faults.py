"""What goes wrong, seeded and switchable: which fault meets which request. It sends nothing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, fields
from typing import Any

_MASK = (1 << 64) - 1

# In the order in which they are drawn; the first that hits is what happens.
BEFORE = ("daily_limited", "rate_limited_retry_after", "rate_limited", "storm", "gateway_timeout", "revoked", "token_expired")
AFTER = ("slow_body", "cut_body", "invalid_json", "html_200", "empty_200", "error_in_200")


@dataclass(frozen=True)
class Faults:
    """Each fault with its probability, 0 (never) to 1; the same seed gives the same faults to the same request numbers.

    In      daily_limited            research and commercial: the day's quota is gone until 00:00 UTC, spent by others of the organisation
            rate_limited(_retry_after)  429 rate_limit_exceeded, business 40100; without and with Retry-After (`retry_after_seconds`)
            storm                    share of phases of `storm_requests` requests in which 19 of 20 end in 500 (business: a transient code)
            gateway_timeout          504 with HTML
            revoked                  the account's owner withdraws the consent
            token_expired            the access token dies early: 401 access_token_invalid, business 40105
            slow_body                the body dribbles for `slow_seconds` of real time
            cut_body                 Content-Length promises more than comes, then the connection closes
            invalid_json, html_200, empty_200, error_in_200   200 with something else
            lost_rotation            a refresh token is rotated and the answer is lost
            short_pages              share of a list's places without a row; has_more stays true
            empty_pages              probability of a page without any row, has_more true
            duplicate_rows           probability that a row comes again on a later page
            reordered_rows           probability that rows are out of order, also across pages
            refused_search_attempts  how often a fresh search_id is refused before it is accepted
            nul_usernames            share of creators whose name is written with NULs in it
            omit_zero                Research: fields that are 0 or empty are left out (as the real one does)
            omitted_fields           Display and Accounts: probability that a page leaves out counters that are 0
            has_more_text            Commercial: has_more is the string "true" (as in the documentation's example)
            fuzzy                    Research: a hashtag matches longer ones that begin with it
            oauth_errors_200         OAuth errors come with status 200
    """

    seed: int = 0
    daily_limited: float = 0.0
    rate_limited: float = 0.0
    rate_limited_retry_after: float = 0.0
    storm: float = 0.0
    gateway_timeout: float = 0.0
    revoked: float = 0.0
    token_expired: float = 0.0
    slow_body: float = 0.0
    cut_body: float = 0.0
    invalid_json: float = 0.0
    html_200: float = 0.0
    empty_200: float = 0.0
    error_in_200: float = 0.0
    lost_rotation: float = 0.0
    short_pages: float = 0.0
    empty_pages: float = 0.0
    duplicate_rows: float = 0.0
    reordered_rows: float = 0.0
    nul_usernames: float = 0.0
    omitted_fields: float = 0.0
    refused_search_attempts: int = 0
    retry_after_seconds: int = 7
    storm_requests: int = 20
    slow_seconds: float = 0.05
    omit_zero: bool = True
    has_more_text: bool = True
    fuzzy: bool = False
    oauth_errors_200: bool = False

    @classmethod
    def every(cls, seed: int = 0, share: float = 0.02) -> Faults:
        """All of them at once, but for what nobody comes back from: a withdrawn consent, a lost rotation, a spent day.

        In      share  probability of each fault of a request; lists are spoilt far more often
        """
        shares: dict[str, Any] = dict.fromkeys((*BEFORE, *AFTER), share)
        shares |= dict.fromkeys(("short_pages", "empty_pages", "duplicate_rows", "reordered_rows", "nul_usernames", "omitted_fields"), 0.3)
        shares |= {"revoked": 0.0, "daily_limited": 0.0}
        own: dict[str, Any] = {"seed": seed, "refused_search_attempts": 2, "fuzzy": True, "oauth_errors_200": True}
        return cls(**own, **shares)

    def hits(self, name: str, number: int) -> bool:
        """Whether a fault meets the request of a number; a share of 1 meets every one."""
        share = float(getattr(self, name))
        return share > 0 and chance(self.seed, name, number) < share

    def storming(self, number: int) -> bool:
        """Whether a request falls into a phase in which nearly all fail, and is not the one in twenty that passes."""
        return self.hits("storm", number // self.storm_requests) and (self.storm >= 1 or chance(self.seed, "lucky", number) < 0.95)

    def drawn(self, names: tuple[str, ...], number: int) -> str | None:
        """The first of some faults that meets a request."""
        return next((n for n in names if (self.storming(number) if n == "storm" else self.hits(n, number))), None)


def chance(seed: int, name: str, number: int) -> float:
    """A number in [0, 1) that is always the same for the same three (splitmix64)."""
    value = (seed * 0x9E3779B97F4A7C15 + (zlib.crc32(name.encode()) << 32) + number * 0xBF58476D1CE4E5B9) & _MASK
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = ((value ^ (value >> shift)) * factor) & _MASK
    return float((value ^ (value >> 31)) >> 11) / float(1 << 53)


def faults_from(values: dict[str, Any]) -> Faults:
    """Faults as the control route takes them.

    Raises  ValueError  an unknown name
    """
    known = {f.name for f in fields(Faults)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"unknown fault {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    return Faults(**values)
