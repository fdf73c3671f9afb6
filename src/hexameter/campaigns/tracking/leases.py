"""Who is at work: holders of leases, across threads, processes and machines. It knows no job.

Leases go by the machine's clock, since they are about live processes.
"""

from __future__ import annotations

import functools
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.tracking.tables import LEASE
from hexameter.errors import Outage

_FIRST_NAP, _LONGEST_NAP = 0.01, 0.2


def new_holder() -> str:
    """A name for one worker: machine, process, when it started, and a part of its own.

    A holder of this machine whose process is gone, or whose number another process has now, is known to be dead at once.
    """
    return f"{_place()}|{os.getpid()}|{_started(os.getpid())}|{uuid.uuid4().hex[:12]}"


def is_dead(holder: str) -> bool:
    """Whether the holder's process certainly ended: it was of this machine, and is there no more."""
    place, _, rest = holder.partition("|")
    parts = rest.split("|")
    if place != _place() or len(parts) != 3 or not parts[0].isdigit():
        return False
    return _started(int(parts[0])) != parts[1]


@functools.cache
def _place() -> str:
    """The machine; of a container, its own table of processes."""
    try:
        processes = os.readlink("/proc/self/ns/pid")
    except OSError:
        processes = ""
    return f"{socket.gethostname()}/{processes}".replace("|", "/")


def _started(pid: int) -> str:
    """When the process started, by the machine's own count; "" when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return "" if stat[0] in "ZX" else f"{_boot()}/{stat[19]}"
    except OSError:
        return _without_proc(pid)


@functools.cache
def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _without_proc(pid: int) -> str:
    if Path("/proc/self").exists():
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        pass
    return "there"


def wall() -> datetime:
    """The machine's own clock."""
    return datetime.now(UTC)


class Leases:
    """Named leases: one holder at a time."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def hold(self, name: str, holder: str, seconds: float) -> bool:
        """Take a lease, or prolong one's own, without waiting.

        In      holder   as `new_holder` names it
                seconds  after which others may take it, should this process fall silent
        Out     False when another has it
        """
        now = wall()
        with writing(self._engine) as connection:
            present = connection.execute(sa.select(LEASE.c.holder).where(LEASE.c.name == name)).scalar()
            may_go = [holder, *([present] if present and is_dead(present) else [])]
            insert = upsert(connection, LEASE).values(name=name, holder=holder, until=now + timedelta(seconds=seconds))
            taken = insert.on_conflict_do_update(
                index_elements=["name"],
                set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
                where=sa.or_(LEASE.c.until <= now, LEASE.c.holder.in_(may_go)),
            )
            connection.execute(taken)
            return connection.execute(sa.select(LEASE.c.holder).where(LEASE.c.name == name)).scalar() == holder

    def release(self, name: str, holder: str) -> None:
        """Give a lease back; another's is left alone."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(LEASE).where(LEASE.c.name == name, LEASE.c.holder == holder))

    def holder(self, name: str) -> str | None:
        """Who has the lease now; None when it is free."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(LEASE.c.holder, LEASE.c.until).where(LEASE.c.name == name)).first()
        return None if row is None or row.until <= wall() or is_dead(row.holder) else str(row.holder)

    @contextmanager
    def waiting(self, name: str, seconds: float, patience: float) -> Iterator[None]:
        """Hold a lease for a block of work, after whoever has it now.

        Raises  Outage  it was not free within `patience` seconds
        """
        me, nap, until = new_holder(), _FIRST_NAP, time.monotonic() + patience
        while not self.hold(name, me, seconds):
            if time.monotonic() > until:
                raise Outage(f"Another process has been busy with '{name}' for over {patience:.0f} seconds.", hint="Try again later.")
            time.sleep(nap)
            nap = min(nap * 2, _LONGEST_NAP)
        try:
            yield
        finally:
            self.release(name, me)
