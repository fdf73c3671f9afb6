"""A desk whose clock the test drives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hexameter.campaigns.desk import Desk
from hexameter.contracts.tracking import Grant
from tests.campaigns.conftest import NOW

ROOT = Path(__file__).parents[3]


class DrivenClock:
    """The present, moved by the test."""

    def __init__(self) -> None:
        self.instant = NOW

    def now(self) -> datetime:
        return self.instant

    def move(self, **by: float) -> datetime:
        self.instant += timedelta(**by)
        return self.instant


@pytest.fixture
def clock() -> DrivenClock:
    return DrivenClock()


@pytest.fixture
def open_desk(tmp_path: Path, url: str, clock: DrivenClock) -> Iterator[Callable[[], Desk]]:
    """Opens one and the same desk as often as asked."""
    opened: list[Desk] = []

    def again() -> Desk:
        opened.append(Desk(tmp_path / "home", clock, url))
        return opened[-1]

    yield again
    for desk in opened:
        desk.close()


def grant(open_id: str = "afd97af1", n: int = 1, scopes: tuple[str, ...] = ("user.info.basic", "video.list")) -> Grant:
    """The n-th grant of an account."""
    return Grant(
        access_token=f"act.ACCESS-{open_id}-{n}",
        access_expires_at=NOW + timedelta(days=n),
        refresh_token=f"rft.REFRESH-{open_id}-{n}",
        refresh_expires_at=NOW + timedelta(days=365),
        scopes=frozenset(scopes),
        open_id=open_id,
    )


PREFACE = """
import sys, pathlib
from datetime import datetime, timedelta, UTC
from hexameter.campaigns.desk import Desk
from hexameter.contracts.tracking import Grant, Job, Limit
from hexameter.errors import QuotaSpent
from tests.campaigns.conftest import NOW, FixedClock
desk = Desk(pathlib.Path(sys.argv[1]), FixedClock(), sys.argv[2])
desk.campaigns()
print("ready", flush=True)
sys.stdin.readline()
"""


class Workers:
    """Real processes at one desk: all ready, then let loose at once."""

    def __init__(self, home: Path, url: str, code: str, n: int) -> None:
        command = [sys.executable, "-c", PREFACE + code, str(home), url]
        pipe = subprocess.PIPE
        self.all = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) for _ in range(n)]
        for worker in self.all:
            assert worker.stdout is not None and worker.stdout.readline() == "ready\n", worker.communicate()[1]

    def go(self) -> None:
        for worker in self.all:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()

    def said(self) -> list[list[str]]:
        """What each printed, once all have ended well."""
        told = [worker.communicate(timeout=120) for worker in self.all]
        assert [w.returncode for w in self.all] == [0] * len(self.all), [error for _, error in told]
        return [out.splitlines() for out, _ in told]

    def end(self) -> None:
        for worker in self.all:
            if worker.poll() is None:
                worker.kill()
            worker.communicate()


@pytest.fixture
def workers(tmp_path: Path, url: str) -> Iterator[Callable[[str, int], Workers]]:
    """Starts processes that run a piece of code at this desk; those left are ended with the test."""
    started: list[Workers] = []

    def start(code: str, n: int) -> Workers:
        started.append(Workers(tmp_path / "home", url, code, n))
        return started[-1]

    yield start
    for some in started:
        some.end()
