"""What is read at fixed times whatever the posts do: searches by hashtag, ads, reports, trends, disclosures. It plans no post."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hexameter.contracts.tracking import Account, Job

if TYPE_CHECKING:
    from hexameter.contracts.tracking import Api, ApiSource
    from hexameter.services.tracking.fields import Watch

DAILY, WEEKLY = timedelta(days=1), timedelta(days=7)
_SLACK = timedelta(minutes=30)  # a daily errand must not slip by one pass each day
_LATE = timedelta(days=2)  # the research archive lists a post up to 48 h after it went up


@dataclass(frozen=True)
class Errand:
    """One thing to read every so often."""

    every: timedelta
    job: Job

    @property
    def name(self) -> str:
        """Under which the instant is remembered at which it was last done."""
        return errand_name(self.job)


def errand_name(job: Job) -> str:
    """The name of what a job reads, whatever the day. Its words may be handles, so that only their digest is in it.

    Example errand_name(Job("discovery", "trends", since=datetime(2025, 7, 1))) -> "discovery.trends:2025-07-01"
    """
    parts = [str(job.account.id)] if job.account else []
    parts += [f"{job.since:%Y-%m-%d}"] if job.since else []
    parts += [hashlib.sha256(",".join(job.words).encode()).hexdigest()[:12]] if job.words else []
    return ":".join([f"{job.api}.{job.kind}", *parts])


def errands(
    watched: Iterable[Watch],
    accounts: Iterable[Account],
    links: Mapping[str, tuple[str, ...]],
    sources: Mapping[Api, ApiSource],
    now: datetime,
) -> Iterator[Errand]:
    """Every errand of the moment, due or not.

    In      accounts  connected ones that may be used
            links     ids of a campaign in TikTok One, by our slug
    """
    campaigns = list(watched)
    usable = {api for api, source in sources.items() if not source.ready()}
    for watch in campaigns:
        if watch.hunt.window.start_at <= now:
            yield from _of_campaign(watch, usable, now)
    for account in (a for a in accounts if a.login == "advertiser"):
        if campaigns:
            yield from _of_advertiser(account, campaigns, links, usable, now)


def due(found: Iterable[Errand], done_at: Mapping[str, datetime], now: datetime) -> list[Errand]:
    """The errands whose time has come."""
    return [e for e in found if e.name not in done_at or now - done_at[e.name] >= e.every - _SLACK]


def next_due(found: Iterable[Errand], done_at: Mapping[str, datetime], now: datetime) -> datetime | None:
    """When the next of them is due; None: there are none."""
    return min((max(now, done_at[e.name] + e.every) if e.name in done_at else now for e in found), default=None)


def _of_campaign(watch: Watch, usable: set[Api], now: datetime) -> Iterator[Errand]:
    window, tags = watch.hunt.window, tuple(sorted(watch.hunt.hashtags))
    every = DAILY if now < watch.end + _LATE else WEEKLY
    if "research" in usable and tags:
        yield Errand(every, Job("research", "search", words=tags, since=window.start_at, until=min(window.end_at, now)))
    if "commercial" in usable and watch.campaign.creators:
        job = Job(
            "commercial",
            "partnerships",
            words=tuple(sorted(watch.hunt.handles or ())),
            since=window.start_at,
            until=min(window.end_at, now),
        )
        yield Errand(WEEKLY, job)


def _of_advertiser(
    account: Account, watched: list[Watch], links: Mapping[str, tuple[str, ...]], usable: set[Api], now: datetime
) -> Iterator[Errand]:
    since = min(w.hunt.window.start_at for w in watched)
    if "ads" in usable and since <= now:
        for kind in ("daily", "total"):
            yield Errand(DAILY, Job("ads", kind, account, since=since, until=now))
    if "discovery" in usable:
        yield Errand(DAILY, Job("discovery", "trends", account))
    for watch in watched:
        ids = links.get(watch.campaign.slug, ())
        if "tiktok_one" in usable and ids and watch.hunt.window.start_at <= now:
            job = Job("tiktok_one", "report", account, words=ids, since=watch.hunt.window.start_at, until=now)
            yield Errand(DAILY, job)
