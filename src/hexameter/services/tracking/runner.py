"""One pass of the tracker: files taken in, reading planned, jobs done, what remains told. Several may run over one home at once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.tracking.leases import new_holder
from hexameter.campaigns.tracking.payload import key_of
from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tracking import Job
from hexameter.errors import HexameterError
from hexameter.services.advancing import advance_in_time
from hexameter.services.alerts.tending import tend
from hexameter.services.tracking import duties, folder
from hexameter.services.tracking.fields import watches
from hexameter.services.tracking.outlook import Outlook, look
from hexameter.services.tracking.reading import Reader
from hexameter.services.tracking.settled import daily_cap, raw_days, retention
from hexameter.services.tracking.settling import Settler, Tally, name_of
from hexameter.services.tracking.telling import told

if TYPE_CHECKING:
    from hexameter.services.house import House

PASS = timedelta(minutes=15)
_ROUND = 32  # jobs read before what they brought is stored
_HOLD_SECONDS, _HEARTBEAT_SECONDS = 120.0, 30.0
_SHORTEST = timedelta(minutes=1)
_ABSENT = timedelta(hours=6)  # nobody was reading for so long: a gap of its own


class Tracker:
    """A runner over one home.

    In      workers  jobs read at the same time; 1 makes a rehearsal repeatable
            every    the shortest time between two passes: what cannot wait for the next one is read in this one
    """

    def __init__(self, house: House, workers: int = 4, every: timedelta = PASS) -> None:
        self._house = house
        self._workers = workers
        self._every = every
        self._holder = new_holder()

    def once(self) -> dict[str, Any]:
        """One pass: everything that is due is read, stored and noted.

        Out  at, requests, requests_by_api, readings_stored, stored, duplicates, rejected, rejects, found, files, jobs, gaps, unconnected,
             notices, next_due, summary (a sentence)
        """
        tally, files = Tally(), []
        with self._alone("folder") as mine:
            if mine:
                files = folder.take_in(self._house)
        with self._alone("planner") as mine:
            if mine:
                self._plan()
        self._work(tally)
        with self._alone("duties") as mine:
            if mine:
                tally.notices += duties.do(self._house)
        with self._alone("candidates") as mine:
            if mine:
                advance_in_time(self._house)
        with self._alone("alerts") as mine:
            if mine:
                tend(self._house)
        view = self._look()
        return told(self._house, tally, files, view.unconnected, self._next_due(view))

    def keep_on(self, stop: threading.Event, each: Callable[[dict[str, Any]], None] | None = None) -> None:
        """Pass after pass until `stop` is set; between them it sleeps until something is due.

        In      each  called with what `once` gives, after every pass
        """
        begun = False
        while not stop.is_set():
            try:
                found = self.once()
            except HexameterError as problem:
                if not begun:  # a wrong setting is said at once; a full disk at night is tried again
                    raise
                found = {"at": instant_text(self._house.clock.now()), "summary": str(problem), "notices": [], "next_due": None}
            begun = True
            if each is not None:
                each(found)
            stop.wait(self._pause(found["next_due"]))

    def _pause(self, next_due: str | None) -> float:
        """Seconds until the next pass; files may be dropped in at any time, so that it is never long."""
        if next_due is None:
            return self._every.total_seconds()
        left = datetime.fromisoformat(next_due) - self._house.clock.now()
        return min(max(left, _SHORTEST), self._every).total_seconds()

    @cached_property
    def _reader(self) -> Reader:
        return Reader(
            self._house.desk, self._house.clock, self._house.sources, self._house.logins, self._house.sleep, daily_cap(self._house.settings)
        )

    @contextmanager
    def _alone(self, name: str) -> Iterator[bool]:
        """Hold a piece of work that one runner does at a time; False when another is at it."""
        jobs = self._house.desk.jobs
        mine = jobs.hold(f"tracker {name}", self._holder, _HOLD_SECONDS)
        try:
            yield mine
        finally:
            if mine:
                jobs.let_go(f"tracker {name}", self._holder)

    def _plan(self) -> None:
        """Put what is worth reading now into the queue; a pass that was interrupted is finished first, not planned anew."""
        desk, now = self._house.desk, self._house.clock.now()
        last = desk.jobs.last_pass()
        asked = asked_for(self._house, now)
        if desk.jobs.due(now) or (last is not None and last >= now and desk.chores.all().get(asked) == last):
            return
        self._note_absence(last, now)
        wanted = without_waiting(self._look().jobs(), desk.jobs.waiting())
        desk.jobs.plan(now, [(key_of(job), job) for job in wanted])
        desk.chores.done([asked], now)

    def _note_absence(self, last: datetime | None, now: datetime) -> None:
        if last is None or now - last < max(_ABSENT, 2 * self._every):
            return
        gaps = self._house.desk.gaps
        sentence = f"Nobody was reading for {_hours(now - last)}: no tracker was running."
        gaps.open("", "tracker", "", "offline", sentence, last)
        gaps.close("", "tracker", "", now, ["offline"])

    def _work(self, tally: Tally) -> None:
        desk = self._house.desk
        house = self._house
        hunts = [w.hunt for w in watches(desk, house.sources, house.clock.now(), retention(house.settings))]
        settler = Settler(desk, self._house.lake, self._holder, self._house.clock.now, raw=raw_days(self._house.settings) > 0)
        self._house.progress.start("Reading TikTok", desk.jobs.due(self._house.clock.now()) or None)
        try:
            with self._heartbeat(), ThreadPoolExecutor(self._workers) as pool:
                while leased := desk.jobs.lease(self._holder, _ROUND, seconds=_HOLD_SECONDS):
                    settler.settle(list(pool.map(self._reader.read, leased)), hunts, tally)
                    duties.join_files(house)
                    self._house.progress.advance(len(leased))
        finally:
            desk.jobs.release(self._holder)
            self._house.progress.finish()

    @contextmanager
    def _heartbeat(self) -> Iterator[None]:
        """Prolongs this runner's leases while it waits for TikTok."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(_HEARTBEAT_SECONDS):
                self._house.desk.jobs.renew(self._holder, seconds=_HOLD_SECONDS)

        thread = threading.Thread(target=beat, name="lease heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _look(self) -> Outlook:
        return look(self._house, self._house.clock.now(), self._every)

    def _next_due(self, view: Outlook) -> datetime | None:
        moments = [m for m in (view.next_due(), self._house.desk.jobs.next_due()) if m is not None]
        return max(min(moments), view.now + _SHORTEST) if moments else None


def asked_for(house: House, now: datetime) -> str:
    """A name for what the desk asks to be read: planned again at the same instant only after a campaign or a connection was changed."""
    campaigns = [
        (
            w.campaign.slug,
            w.campaign.period,
            w.campaign.creators,
            w.campaign.hashtags,
            w.campaign.mentions,
            w.campaign.posts,
            sorted(w.routes),
        )
        for w in watches(house.desk, house.sources, now, retention(house.settings))
    ]
    accounts = [(c.account.id, c.consented_at) for c in house.desk.accounts.all("active")]
    handed = [h for slug, *_ in campaigns for h in house.desk.inbox.handed_in(slug)]
    ready = sorted(name for name, source in house.sources.items() if not source.ready())
    return f"plan:{hashlib.sha256(repr((campaigns, accounts, handed, ready)).encode()).hexdigest()[:16]}"


def without_waiting(wanted: Sequence[Job], waiting: Iterable[Job]) -> list[Job]:
    """The wanted jobs less what older passes still wait to read, for a limit or after an outage."""
    pending = list(waiting)
    posts = {(job.api, post_id) for job in pending if job.kind == "posts" for post_id in job.posts}
    others = {name_of(job) for job in pending if job.kind != "posts"}
    left = []
    for job in wanted:
        if job.kind != "posts":
            left += [] if name_of(job) in others else [job]
        elif rest := tuple(p for p in job.posts if (job.api, p) not in posts):
            left.append(replace(job, posts=rest))
    return left


def _hours(length: timedelta) -> str:
    hours = round(length.total_seconds() / 3600)
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"
