"""The queue of what to read: planned in passes, leased to runners, done or tried again. It reads nothing itself.

When a job is due goes by the desk's clock, which a rehearsal drives; a lease goes by the machine's, since it is about a live process.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.tracking.accounts import account_rows
from hexameter.campaigns.tracking.leases import Leases, is_dead, wall
from hexameter.campaigns.tracking.payload import job_of, job_text
from hexameter.campaigns.tracking.tables import JOB, JOB_PASS
from hexameter.campaigns.tracking.watched import Watched, note
from hexameter.contracts.protocols import Clock
from hexameter.contracts.tracking import Job

LEASE_SECONDS = 120.0
_REMEMBERED = timedelta(days=1)  # a finished pass is known for so long, so that it is not planned again


@dataclass(frozen=True)
class LeasedJob:
    """A job handed to a runner. `attempt` is 1 the first time; `pass_at` is the instant for which it was planned."""

    id: int
    pass_at: datetime
    key: str
    attempt: int
    job: Job


@dataclass(frozen=True)
class Pass:
    """A planning pass with work left: how many jobs were planned, how many are waiting or being read."""

    pass_at: datetime
    planned: int
    left: int


class Jobs:
    """The queue of this desk, shared by every runner."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._leases = Leases(engine)

    def plan(self, pass_at: datetime, jobs: Iterable[tuple[str, Job]]) -> int:
        """Put the jobs of a pass into the queue, in the order in which they are to be handed out; keys already there are left as they are.

        In      jobs  (key, job); a key names a job within its pass, see `payload.key_of`
        Out     how many are new
        """
        wanted = list(dict(jobs).items())
        with writing(self._engine) as connection:
            begun = upsert(connection, JOB_PASS).values(pass_at=pass_at, planned=0)
            connection.execute(begun.on_conflict_do_nothing())
            connection.execute(sa.select(JOB_PASS.c.planned).where(JOB_PASS.c.pass_at == pass_at).with_for_update())
            there = set(connection.execute(sa.select(JOB.c.key).where(JOB.c.pass_at == pass_at)).scalars())
            rows = [_row(pass_at, key, len(there) + i, job) for i, (key, job) in enumerate((k, j) for k, j in wanted if k not in there)]
            if rows:
                connection.execute(sa.insert(JOB), rows)
                more = sa.update(JOB_PASS).where(JOB_PASS.c.pass_at == pass_at).values(planned=JOB_PASS.c.planned + len(rows))
                connection.execute(more)
            _prune(connection, pass_at - _REMEMBERED)
            return len(rows)

    def unfinished(self) -> list[Pass]:
        """Passes with jobs that are neither done nor given up, oldest first."""
        left = sa.func.count(JOB.c.id)
        statement = (
            sa.select(JOB_PASS.c.pass_at, JOB_PASS.c.planned, left)
            .join(JOB, JOB.c.pass_at == JOB_PASS.c.pass_at)
            .where(JOB.c.state.in_(("waiting", "leased")))
            .group_by(JOB_PASS.c.pass_at, JOB_PASS.c.planned)
            .order_by(JOB_PASS.c.pass_at)
        )
        with reading(self._engine) as connection:
            return [Pass(*row) for row in connection.execute(statement)]

    def waiting(self) -> list[Job]:
        """Jobs that are neither done nor given up, oldest pass first."""
        statement = sa.select(JOB).where(JOB.c.state.in_(("waiting", "leased"))).order_by(JOB.c.pass_at, JOB.c.place)
        with reading(self._engine) as connection:
            rows = connection.execute(statement).mappings().all()
            accounts = account_rows(connection, (row["account_id"] for row in rows if row["account_id"] is not None))
        return [job_of(row["payload"], row["resume"], accounts) for row in rows]

    def last_pass(self) -> datetime | None:
        """The instant of the newest pass; None: there was none."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(JOB_PASS.c.pass_at).order_by(JOB_PASS.c.pass_at.desc()).limit(1)).scalar()

    def lease(self, holder: str, n: int, now_wall: datetime | None = None, seconds: float = LEASE_SECONDS) -> list[LeasedJob]:
        """Take up to n due jobs, in their order; those of dead runners are among them.

        In      holder    as `leases.new_holder` names it; a holder of this machine whose process ended is known to be dead at once
                now_wall  the machine's clock
                seconds   after which others may take them, should this runner fall silent; see `renew`
        """
        wall_now = now_wall or wall()
        with writing(self._engine) as connection:
            _release_lost(connection, wall_now)
            statement = (
                sa.select(JOB)
                .where(JOB.c.state == "waiting", JOB.c.not_before <= self._clock.now())
                .order_by(JOB.c.pass_at, JOB.c.place)
                .limit(n)
                .with_for_update(skip_locked=True)
            )
            rows = connection.execute(statement).mappings().all()
            taken = {"state": "leased", "holder": holder, "lease_until": wall_now + timedelta(seconds=seconds)}
            for some in _portions([row["id"] for row in rows]):
                connection.execute(sa.update(JOB).where(JOB.c.id.in_(some)).values(attempts=JOB.c.attempts + 1, **taken))
            accounts = account_rows(connection, (row["account_id"] for row in rows if row["account_id"] is not None))
        return [LeasedJob(r["id"], r["pass_at"], r["key"], r["attempts"] + 1, job_of(r["payload"], r["resume"], accounts)) for r in rows]

    def renew(self, holder: str, now_wall: datetime | None = None, seconds: float = LEASE_SECONDS) -> int:
        """Prolong the leases of a runner that is still at work.

        Out     how many jobs it still has
        """
        until = (now_wall or wall()) + timedelta(seconds=seconds)
        with writing(self._engine) as connection:
            mine = sa.update(JOB).where(JOB.c.state == "leased", JOB.c.holder == holder).values(lease_until=until)
            return connection.execute(mine).rowcount

    def progress(self, job_id: int, resume: Mapping[str, Any] | None, holder: str | None = None, posts: Iterable[Watched] = ()) -> bool:
        """What was stored of a job so far: whoever does it next goes on from there.

        In      holder  only while this runner has the job
                posts   seen or read with those pages, noted in the same transaction
        Out     False when the job is no longer this runner's; `posts` are noted all the same, for they were stored
        """
        text = None if resume is None else json.dumps(resume)
        with writing(self._engine) as connection:
            note(connection, posts)
            return connection.execute(_leased(job_id, holder).values(resume=text)).rowcount == 1

    def done(self, job_ids: Collection[int], posts: Iterable[Watched] = ()) -> int:
        """What these jobs read is in the lake.

        In      posts  that were seen or read with them, noted in the same transaction
        Out     how many were not done yet
        """
        end = {"state": "done", "holder": None, "lease_until": None, "why": None, "finished_at": self._clock.now()}
        with writing(self._engine) as connection:
            note(connection, posts)
            n = 0
            for some in _portions(sorted(job_ids)):
                n += connection.execute(sa.update(JOB).where(JOB.c.id.in_(some), JOB.c.state != "done").values(**end)).rowcount
            return n

    def failed(self, job_id: int, why: str, not_before: datetime | None = None, holder: str | None = None) -> bool:
        """A job that did not pass.

        In      not_before  when to try again, by the house's clock; None: it is given up
                holder      only while this runner has the job
        Out     False when the job is no longer this runner's
        """
        values: dict[str, Any] = {"holder": None, "lease_until": None, "why": why}
        if not_before is None:
            values |= {"state": "failed", "finished_at": self._clock.now()}
        else:
            values |= {"state": "waiting", "not_before": not_before}
        with writing(self._engine) as connection:
            return connection.execute(_leased(job_id, holder).values(**values)).rowcount == 1

    def release(self, holder: str) -> int:
        """Give back what a runner has not begun or will not finish, for others to take at once.

        Out     how many jobs
        """
        with writing(self._engine) as connection:
            mine = sa.update(JOB).where(JOB.c.state == "leased", JOB.c.holder == holder)
            return connection.execute(mine.values(state="waiting", holder=None, lease_until=None)).rowcount

    def due(self, now: datetime) -> int:
        """How many jobs could be handed out at that instant, were no one reading."""
        statement = sa.select(sa.func.count()).where(JOB.c.state == "waiting", JOB.c.not_before <= now)
        with reading(self._engine) as connection:
            return int(connection.execute(statement).scalar_one())

    def next_due(self) -> datetime | None:
        """When the next waiting job may be handed out; None: none is waiting."""
        with reading(self._engine) as connection:
            return connection.execute(
                sa.select(JOB.c.not_before).where(JOB.c.state == "waiting").order_by(JOB.c.not_before).limit(1)
            ).scalar()

    def counts(self) -> dict[str, int]:
        """Jobs by state: waiting, leased, done, failed; those of passes long finished are no longer counted."""
        with reading(self._engine) as connection:
            found = {state: n for state, n in connection.execute(sa.select(JOB.c.state, sa.func.count()).group_by(JOB.c.state))}
        return {state: found.get(state, 0) for state in ("waiting", "leased", "done", "failed")}

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """A lease by name, for work that only one may do at a time, like planning; see `Leases.hold`."""
        return self._leases.hold(name, holder, seconds)

    def let_go(self, name: str, holder: str) -> None:
        """Give a lease by name back."""
        self._leases.release(name, holder)


def _row(pass_at: datetime, key: str, place: int, job: Job) -> dict[str, Any]:
    return {
        "pass_at": pass_at,
        "key": key,
        "place": place,
        "account_id": None if job.account is None else job.account.id,
        "payload": job_text(job),
        "resume": None if job.resume is None else json.dumps(job.resume),
        "state": "waiting",
        "attempts": 0,
        "not_before": pass_at,
    }


def _leased(job_id: int, holder: str | None) -> sa.Update:
    statement = sa.update(JOB).where(JOB.c.id == job_id, JOB.c.state == "leased")
    return statement if holder is None else statement.where(JOB.c.holder == holder)


def _release_lost(connection: sa.Connection, wall_now: datetime) -> None:
    """Jobs whose lease ended, and those of processes of this machine that did, go back into the queue."""
    leased = JOB.c.state == "leased"
    holders = connection.execute(sa.select(JOB.c.holder).where(leased).distinct()).scalars()
    dead = [holder for holder in holders if holder is not None and is_dead(holder)]
    lost = sa.select(JOB.c.id).where(leased, sa.or_(JOB.c.lease_until <= wall_now, JOB.c.holder.in_(dead)))
    free = sa.update(JOB).where(JOB.c.id.in_(lost.with_for_update(skip_locked=True)))  # not those that another is just ending
    connection.execute(free.values(state="waiting", holder=None, lease_until=None))


def _prune(connection: sa.Connection, before: datetime) -> None:
    """Old passes of which nothing is left to do."""
    left = sa.exists().where(JOB.c.pass_at == JOB_PASS.c.pass_at, JOB.c.state.in_(("waiting", "leased")))
    connection.execute(sa.delete(JOB_PASS).where(JOB_PASS.c.pass_at < before, ~left))


def _portions(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + 500] for start in range(0, len(ids), 500))
