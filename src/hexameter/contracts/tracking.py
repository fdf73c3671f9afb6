"""What crosses rooms when TikTok is read: logins, grants, accounts, jobs, pages, limits. It sends nothing and keeps nothing.

A *source* turns a job into pages, one a request; `services` decides which jobs there are and keeps what the pages brought;
`campaigns` remembers accounts, jobs and what was spent of each limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from hexameter.contracts.records import Chunk

Api = Literal["display", "accounts", "tiktok_one", "ads", "discovery", "research", "commercial"]
APIS: tuple[Api, ...] = ("display", "accounts", "tiktok_one", "ads", "discovery", "research", "commercial")

COUNTERS_ONLY = "counters"

# How an account is connected: a creator's own login, a brand's login, or the operator's own credentials (nobody logs in).
LoginName = Literal["display", "accounts", "advertiser"]
LOGINS: tuple[LoginName, ...] = ("display", "accounts", "advertiser")


@dataclass(frozen=True)
class Grant:
    """What a login gave: tokens, until when, for what. Tokens are left out of `repr`; they are never logged.

    `open_id` names the account within our app (Accounts: the business_id; advertiser: the first advertiser's id, the others in `also`).
    An instant of None: the platform named no end.
    """

    access_token: str = field(repr=False)
    access_expires_at: datetime | None
    refresh_token: str | None = field(repr=False, default=None)
    refresh_expires_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    open_id: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """A connected account: the desk's number of it, whose it is, and the id under which the lake keeps its owner."""

    id: int
    login: LoginName
    open_id: str
    handle: str
    creator_id: str
    scopes: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """So many requests in a window, shared by everything with the same bucket.

    In      name      of the limit, like "display.video_list.minute"
            requests  allowed in any window
            seconds   length of the sliding window; 86_400 with `daily`
            daily     the window is the UTC day, not a sliding one
            per       what has a bucket of its own: the whole app, or each account
            help      the rule in the platform's words, with its source
    """

    name: str
    requests: int
    seconds: int
    daily: bool = False
    per: Literal["app", "account"] = "app"
    help: str = ""

    def bucket(self, account: Account | None) -> str:
        """Where its spending is counted."""
        return self.name if self.per == "app" or account is None else f"{self.name}:{account.login}:{account.open_id}"


@dataclass(frozen=True)
class Job:
    """One thing to read: one request, or the pages of one list.

    In      api, kind  which source, and which of its `kinds`
            account    whose token; None: the operator's own credentials
            posts      ids, for kinds that read named posts; of a listing those that should be on it
            handle     for kinds that read a profile by handle
            words      hashtags, report or campaign ids, by kind; COUNTERS_ONLY: leave out what takes many rows a post
            since, until  publication (or report) window, for kinds that have one; None: open
            country    for kinds that have one
            resume     what the last stored page said to go on with; None: from the start
    """

    api: Api
    kind: str
    account: Account | None = None
    posts: tuple[str, ...] = ()
    handle: str | None = None
    words: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    country: str = ""
    resume: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Page:
    """One answered request.

    `body` is what came over the wire; with `context` (text only, no secret: api, kind, captured_at, creator_id, handle, ...) it is all
    that `ApiSource.parse` needs to make `chunk` again. `resume` continues after this page; None: it was the last.
    """

    body: bytes
    context: Mapping[str, str]
    chunk: Chunk
    resume: Mapping[str, Any] | None = None


class Line(Protocol):
    """What a source asks of the house while it reads for one account: a token, leave to spend a request, the time, patience."""

    def now(self) -> datetime:
        """The present, UTC: the `captured_at` of what is read."""
        ...

    def token(self) -> str:
        """An access token that is good for the next minutes; renewed under a lock when it is not.

        Raises  Revoked  the account must be connected again
        """
        ...

    def renewed(self, refused: str) -> str:
        """Another token than the one the platform just refused; asked by several at once, it is fetched once.

        Raises  Revoked
        """
        ...

    def spend(self, limits: Iterable[Limit]) -> None:
        """Leave to send one request, written down before it is sent.

        Raises  QuotaSpent  with the instant from which there is leave again; nothing was spent
        """
        ...

    def limited(self, limits: Iterable[Limit], until: datetime) -> None:
        """The platform says a limit is spent although we counted less: nobody sends before `until`."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass before the next try."""
        ...


class ApiSource(Protocol):
    """One API. It describes itself once; `hexameter sources`, `quota`, docs and tests iterate over it.

    `kinds` says what each kind of job reads, `login` whose account it needs (None: the operator's credentials),
    `scopes` what must have been granted, `limits` what it spends. `ready` says why it cannot be used now, or "".
    """

    name: Api
    title: str
    help: str
    limits_text: str
    login: LoginName | None
    kinds: Mapping[str, str]
    scopes: Mapping[str, frozenset[str]]
    limits: tuple[Limit, ...]

    def ready(self) -> str:
        """Why it cannot be used: a setting that is missing; "" when it can."""
        ...

    def read(self, job: Job, line: Line) -> Iterator[Page]:
        """The job's pages, each as soon as it was answered.

        Raises  QuotaSpent, RateLimited, Outage (Retryable) · Revoked, ScopeMissing, Refused
        """
        ...

    def parse(self, body: bytes, context: Mapping[str, str]) -> Chunk:
        """The same chunk again from a kept body (`hexameter reparse`)."""
        ...


class Login(Protocol):
    """One way to connect an account by consent."""

    name: LoginName
    title: str
    scopes: tuple[str, ...]

    def ready(self) -> str:
        """Why it cannot be used: a setting that is missing; "" when it can."""
        ...

    def verifier(self) -> str | None:
        """A fresh PKCE verifier; None where the flow has none."""
        ...

    def link(self, state: str, redirect_uri: str, verifier: str | None) -> str:
        """The page on which the account's owner consents."""
        ...

    def exchange(self, code: str, redirect_uri: str, verifier: str | None, now: datetime) -> Grant:
        """A code from the callback becomes a grant.

        Raises  Refused, Outage
        """
        ...

    def refresh(self, grant: Grant, now: datetime) -> Grant:
        """A grant with fresh tokens; its refresh token may be a new one, and then the old one is dead.

        Raises  Revoked, Outage
        """
        ...

    def revoke(self, grant: Grant) -> None:
        """Tell the platform that the grant is no longer wanted."""
        ...
