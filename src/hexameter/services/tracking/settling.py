"""What was read is kept and noted: rows in the lake, posts in the inbox, gaps opened and closed, jobs done. It sends nothing.

Everything before `jobs.done` may happen twice: a crash in between repeats the job, and each step then changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from hexameter.campaigns.tracking.gaps import of_account, of_creator
from hexameter.campaigns.tracking.inbox import Found
from hexameter.campaigns.tracking.watched import Watched
from hexameter.contracts.records import Chunk
from hexameter.contracts.tracking import COUNTERS_ONLY
from hexameter.services.tracking.agenda import breakdowns_name, listing_name, profile_name
from hexameter.services.tracking.errands import errand_name
from hexameter.services.tracking.failing import Failure, judge, told_of
from hexameter.services.tracking.fields import RESEARCH, route_through
from hexameter.services.tracking.finding import Hunt, find
from hexameter.services.tracking.keeping import keep
from hexameter.services.tracking.reading import Reading

if TYPE_CHECKING:
    from hexameter.campaigns.desk import Desk
    from hexameter.contracts.tracking import Api, Job
    from hexameter.lake.store import Lake

MISSES, MISSED_FOR = 3, timedelta(hours=24)  # not handed over so often, for so long: it is taken for gone
LISTED = 20  # posts on a page of a listing


@dataclass
class Tally:
    """What a pass brought so far."""

    requests: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    rejected: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Settler:
    """Settles rounds of readings for one house."""

    desk: Desk
    lake: Lake
    holder: str
    now: Callable[[], datetime]
    raw: bool = True

    def settle(self, readings: Sequence[Reading], hunts: Sequence[Hunt], tally: Tally) -> None:
        """Keep and note what a round of jobs brought."""
        for api, pages in _by_api(readings).items():
            kept = keep(self.lake, api, pages, self.now(), raw=self.raw)
            tally.stored.update(kept.outcome.stored)
            tally.duplicates += kept.outcome.duplicates
            tally.rejected += kept.outcome.rejected
            tally.rejects += [{"api": api, **row} for row in kept.rejects[: 100 - len(tally.rejects)]]
        for reading in readings:
            tally.requests[reading.job.api] += reading.sent
        self._into_inbox(readings, hunts, tally)
        self._renamed(readings, tally)
        self._misses(readings, tally)
        self._gaps(readings)
        self.desk.chores.done([name for r in readings if r.finished for name in names_of(r.job)], self.now())
        self._hand_back(readings, tally)

    def _into_inbox(self, readings: Iterable[Reading], hunts: Sequence[Hunt], tally: Tally) -> None:
        found: dict[str, list[Found]] = defaultdict(list)
        for api, chunk in _chunks(readings):
            posts = _rows(chunk, "post")
            for one in find(hunts, posts) if posts is not None else ():
                found[one.campaign].append(Found(one.post_id, one.handle, api, one.why, one.state))
        for slug, posts_found in found.items():
            tally.found[slug] += self.desk.inbox.found(slug, posts_found, self.now())

    def _renamed(self, readings: Iterable[Reading], tally: Tally) -> None:
        """A profile under another handle: the creator renamed; ids and numbers go on."""
        for reading in readings:
            account = reading.job.account
            if account is None or reading.job.kind != "profile" or account.login == "advertiser":
                continue
            handles = [h for page in reading.pages for h in _column(page.chunk, "creator_snapshot", "handle") if h]
            if handles and handles[-1] != account.handle:
                self.desk.accounts.renamed(account.id, handles[-1])
                tally.notices.append(f"@{account.handle} is now @{handles[-1]}; the numbers go on under both names.")

    def _misses(self, readings: Iterable[Reading], tally: Tally) -> None:
        """Posts that should have been handed over and were not: gone, private, or left out by mistake; and those that are back."""
        gaps = {(g.api, g.kind, g.subject): g for g in self.desk.gaps.list(only_open=True) if g.reason == "gone"}
        for reading in readings:
            job, subject = reading.job, subject_of(reading.job)
            there = {post_id for page in reading.pages for post_id in _column(page.chunk, "post_snapshot", "post_id")}
            for back in [g for g in gaps.values() if (g.api, g.subject) == (job.api, subject) and g.kind.removeprefix("post ") in there]:
                self.desk.gaps.close(job.api, back.kind, subject, self.now(), ["gone"])
            for post_id in _lacking(reading, there):
                kind = f"post {post_id}"
                sentence = f"Post {post_id} of {told_of(job)} is no longer handed over: deleted or private."
                self.desk.gaps.open(job.api, kind, subject, "gone", sentence, self.now())
                before = gaps.get((job.api, kind, subject))
                if before is not None and before.times + 1 >= MISSES and self.now() - before.from_at >= MISSED_FOR:
                    self.desk.watched.gone([post_id], self.now(), "deleted or private")
                    tally.notices.append(sentence)

    def _gaps(self, readings: Iterable[Reading]) -> None:
        open_now = {(g.api, g.kind, g.subject) for g in self.desk.gaps.list(only_open=True)}
        for reading in readings:
            job = reading.job
            place = (job.api, job.kind, subject_of(job))
            if reading.problem is not None:
                failure = self._judged(reading)
                self.desk.gaps.open(*place, failure.reason, failure.sentence, self.now())
            elif place in open_now:
                self.desk.gaps.close(*place, self.now())

    def _judged(self, reading: Reading) -> Failure:
        assert reading.problem is not None
        return judge(reading.problem, reading.job, reading.leased.attempt, self.now())

    def _hand_back(self, readings: Sequence[Reading], tally: Tally) -> None:
        done = [r for r in readings if r.finished]
        self.desk.jobs.done([r.leased.id for r in done], [post for r in done for post in _watched(r, self.now())])
        tally.jobs["done"] += len(done)
        for reading in (r for r in readings if not r.finished):
            if reading.pages:
                self.desk.jobs.progress(reading.leased.id, reading.pages[-1].resume, self.holder, list(_watched(reading, self.now())))
            if reading.problem is None:
                self.desk.jobs.failed(reading.leased.id, "to be continued", self.now(), self.holder)
                continue
            failure = self._judged(reading)
            self.desk.jobs.failed(reading.leased.id, failure.sentence, failure.again_at, self.holder)
            tally.jobs["waiting" if failure.again_at else "failed"] += 1
            if failure.reason in ("revoked", "scope", "refused"):
                tally.notices.append(failure.sentence)


def names_of(job: Job) -> Iterator[str]:
    """Everything of which a finished job is remembered as the latest reading."""
    yield name_of(job)
    if job.account is not None and job.kind in ("newest", "posts") and COUNTERS_ONLY not in job.words:
        yield breakdowns_name(route_through(job.account).key)


def name_of(job: Job) -> str:
    """Under which name the time of a job of this sort is remembered."""
    key = route_through(job.account).key if job.account is not None and job.account.login != "advertiser" else RESEARCH.key
    if job.kind == "newest":
        return listing_name(key)
    if job.kind == "profile" and job.api in ("display", "accounts", "research"):
        return profile_name(key, job.handle or (job.account.handle if job.account else ""))
    return errand_name(job)


def subject_of(job: Job) -> str:
    """Whom a gap of this job concerns: an account, a creator, or what is searched for."""
    if job.account is not None:
        return of_account(job.account.id)
    return of_creator(job.handle) if job.handle else ""


def _lacking(reading: Reading, there: Collection[str]) -> list[str]:
    """The posts that a whole reading should have brought and did not.

    A listing must bring what is newer than its oldest; what is older too, if it ended within a page.
    """
    job = reading.job
    if not reading.finished or job.resume is not None or any(page.chunk.rejected for page in reading.pages):
        return []  # a row that could not be read may be the post
    missing = [post_id for post_id in job.posts if post_id not in there]
    if job.kind == "posts" or len(there) < LISTED:
        return missing
    oldest = min(map(int, there))  # an id begins with its time
    return [post_id for post_id in missing if int(post_id) > oldest]


def _by_api(readings: Iterable[Reading]) -> Mapping[Api, list[Any]]:
    found: dict[Api, list[Any]] = defaultdict(list)
    for reading in readings:
        found[reading.job.api] += reading.pages
    return {api: pages for api, pages in found.items() if pages}


def _chunks(readings: Iterable[Reading]) -> Iterator[tuple[Api, Chunk]]:
    return ((reading.job.api, page.chunk) for reading in readings for page in reading.pages)


def _rows(chunk: Chunk, table: str) -> pa.Table | None:
    """The chunk's rows of a lake table, whether they were readings or stood beside some."""
    there = [part[table] for part in (chunk.readings, chunk.beside) if table in part]
    return pa.concat_tables(there) if there else None


def _column(chunk: Chunk, table: str, name: str) -> list[Any]:
    rows = _rows(chunk, table)
    values: list[Any] = [] if rows is None else rows[name].to_pylist()
    return values


def _watched(reading: Reading, now: datetime) -> Iterator[Watched]:
    """The posts a job saw or read, for the planner's memory."""
    api, account = reading.job.api, reading.job.account
    account_id = account.id if account is not None and account.login != "advertiser" else None
    for page in reading.pages:
        posts = {row["post_id"]: row for row in _listed(_rows(page.chunk, "post"))}
        read = {row["post_id"]: row for row in _listed(_rows(page.chunk, "post_snapshot"))} if api != "ads" else {}
        for post_id in sorted({**posts, **read}):
            row = {**posts.get(post_id, {}), **read.get(post_id, {})}
            yield Watched(
                post_id=post_id,
                creator_id=row["creator_id"],
                api=api,
                seen_at=row.get("captured_at") or now,
                account_id=account_id,
                published_at=posts.get(post_id, {}).get("published_at"),
                read=post_id in read,
                views=row.get("views"),
            )


def _listed(rows: pa.Table | None) -> list[dict[str, Any]]:
    wanted = ("post_id", "creator_id", "published_at", "captured_at", "views")
    if rows is None:
        return []
    found: list[dict[str, Any]] = rows.select([n for n in wanted if n in rows.column_names]).to_pylist()
    return found
