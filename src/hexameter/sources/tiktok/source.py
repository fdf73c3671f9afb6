"""What every API of TikTok has in common: what it needs, what an account must have granted, how an answer becomes a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hexameter.contracts.records import Chunk
from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tracking import Api, Job, Limit, Line, LoginName, Page
from hexameter.errors import BadValue, OurError, Outage, Refused, ScopeMissing, did_you_mean
from hexameter.sources.tiktok.asks import Answer, Ask
from hexameter.sources.tiktok.bodies import read_json
from hexameter.sources.tiktok.sheet import Sheet
from hexameter.sources.tiktok.transport import Transport


class Source:
    """One API; a subclass names its parts and writes `pages` and `parsed`.

    In      settings   values by name (tiktok_client_key, ...)
            transport  what sends its requests
    """

    name: Api
    title: str
    help: str
    limits_text: str
    login: LoginName | None
    kinds: Mapping[str, str]
    scopes: Mapping[str, frozenset[str]]
    limits: tuple[Limit, ...]
    needs: tuple[str, ...]

    def __init__(self, settings: Mapping[str, str], transport: Transport):
        self.settings = settings
        self.transport = transport

    def ready(self) -> str:
        """Why it cannot be used: a setting that is missing; "" when it can."""
        return missing_settings(self.settings, self.needs)

    def read(self, job: Job, line: Line) -> Iterator[Page]:
        """The job's pages, each as soon as it was answered.

        Raises  QuotaSpent, RateLimited, Outage · Revoked, ScopeMissing, Refused · BadValue for a kind it does not know
        """
        if job.kind not in self.kinds:
            hint = did_you_mean(job.kind, self.kinds)
            raise BadValue(f"source '{self.name}' reads no '{job.kind}'.", field="kind", value=job.kind, hint=hint)
        if why := self.ready():
            raise Refused(f"{self.title} cannot be read: {why}")
        if self.login is not None and (job.account is None or job.account.login != self.login):
            raise OurError(f"a job of source '{self.name}' came without an account connected by the login '{self.login}'.")
        lacking = _lacking(job, self.scopes[job.kind])
        if lacking:
            raise ScopeMissing(
                f"{owner_of(job)} did not grant {', '.join(sorted(lacking))}, which {self.title} needs to read {self.kinds[job.kind]}.",
                hint="Connect the account again and leave these permissions ticked.",
            )
        return self.pages(job, line)

    def pages(self, job: Job, line: Line) -> Iterator[Page]:
        """The job's pages."""
        raise NotImplementedError

    def parse(self, body: bytes, context: Mapping[str, str]) -> Chunk:
        """The same chunk again from a kept body.

        Raises  Outage  the body is not what this API sends
        """
        sheet = Sheet(context)
        try:
            answer = read_json(body)
        except ValueError as problem:
            raise Outage(f"the kept answer of {self.title} cannot be read: {problem}.") from None
        self.parsed(answer, sheet)
        return sheet.chunk()

    def parsed(self, answer: Mapping[str, Any], sheet: Sheet) -> None:
        """Fill the sheet from an answer, its envelope included; `sheet.context` is all else that is known."""
        raise NotImplementedError

    def asked(self, ask: Ask, line: Line) -> Answer:
        """A good answer, with the account's token."""
        return self.transport.send(ask, line, line)

    def page(self, body: bytes, context: Mapping[str, str], resume: Mapping[str, Any] | None) -> Page:
        """An answered request as a page."""
        return Page(body, context, self.parse(body, context), resume)

    def context(self, job: Job, line: Line, **more: str) -> dict[str, str]:
        """What `parse` needs beside the body; text only, no secret. Written when the answer is there: its time is the present."""
        account = job.account
        known = {
            "api": self.name,
            "kind": job.kind,
            "captured_at": instant_text(line.now()),
            "creator_id": account.creator_id if account else "",
            "handle": (account.handle if account else "") or (job.handle or "").removeprefix("@").lower(),
            "country": job.country,
            **more,
        }
        return {name: value for name, value in known.items() if value}


def missing_settings(settings: Mapping[str, str], needs: tuple[str, ...]) -> str:
    """Which settings have to be given, in words; "" when all are.

    Example missing_settings({}, ("tiktok_client_key",)) -> "HEXAMETER_TIKTOK_CLIENT_KEY is not set."
    """
    lacking = [f"HEXAMETER_{name.upper()}" for name in needs if not settings.get(name, "").strip()]
    if not lacking:
        return ""
    return f"{' and '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not set."


def owner_of(job: Job) -> str:
    """Whose account a job reads, as a sentence names it; "" for the operator's own credentials."""
    if job.account is None:
        return ""
    return f"@{job.account.handle}" if job.account.handle else f"account {job.account.id}"


def granted(job: Job, scope: str) -> bool:
    """Whether the account granted a permission; where nobody knows what was granted, it is tried."""
    return job.account is None or not job.account.scopes or scope in job.account.scopes


def _lacking(job: Job, wanted: frozenset[str]) -> frozenset[str]:
    return frozenset(scope for scope in wanted if not granted(job, scope))
