"""Runners that are killed at random instants, and two at once: the lake is that of an undisturbed run.

HEXAMETER_TEST_KILLS says how many are killed.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hexameter.main import App
from tests.tracking.processes import Far, standin

KILLS = int(os.environ.get("HEXAMETER_TEST_KILLS", "4"))
STEPS = max(2, KILLS // 10)
BEGIN = datetime(2025, 7, 2, 12, tzinfo=UTC)
STEP = timedelta(hours=7)
WORLD = ("--seed", "9", "--days", "6", "--creators", "10", "--booked", "4", "--now", BEGIN.isoformat())
TABLES = ("post", "post_snapshot", "creator_snapshot", "creator")
OWN = {"batch_id", "seq", "ingested_at"}  # of a batch, not of a reading


@pytest.fixture
def far() -> Iterator[Far]:
    with standin(*WORLD) as running:
        yield running


def opened(far: Far, home: Path) -> Path:
    """A home whose campaign's creators have consented."""
    with far.app(home, BEGIN) as app:
        booked = [a["handle"] for a in far.asked("accounts")["accounts"] if a["booked"]]
        app.campaigns.create(
            "Glowday", from_day=date(2025, 7, 1), to_day=date(2025, 7, 6), hashtags=["glowday"], creators=booked, tz="Europe/Paris"
        )
        for handle in booked[:-1]:
            link = app.connections.begin(handle, campaign="glowday")["url"]
            app.connections.answer(httpx.post(link, data={"handle": handle, "decision": "allow"}).headers["location"])
    return home


def stored(far: Far, home: Path) -> dict[str, Any]:
    """The lake's rows without what a batch adds, and the posts found."""
    with far.app(home, BEGIN) as app:
        found = {name: [{k: v for k, v in row.items() if k not in OWN} for row in rows_of(app, name)] for name in TABLES}
        inbox = [(p["post_id"], p["state"], p["found_at"]) for p in app.inbox.list("glowday")["posts"]]
    return {name: sorted(rows, key=repr) for name, rows in found.items()} | {"inbox": sorted(inbox)}


def rows_of(app: App, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = app.sql(f"select * from {name}", limit=10**6).to_pylist()
    return rows


def undisturbed(far: Far, home: Path) -> tuple[dict[str, Any], float]:
    """What a home holds after every step, and the seconds a pass takes as a process."""
    for step in range(STEPS):
        far.asked("clock", to=(BEGIN + step * STEP).isoformat())
        began = time.monotonic()
        assert ended(far.track(home, BEGIN + step * STEP)) == 0
        took = time.monotonic() - began
    return stored(far, home), took


def ended(process: subprocess.Popen[bytes]) -> int:
    said = process.communicate(timeout=120)[1]
    assert process.returncode in (0, -9), said.decode()
    return process.returncode


def test_runners_killed_at_random_instants_leave_the_lake_of_an_undisturbed_run(far: Far, tmp_path: Path) -> None:
    with standin(*WORLD) as other:
        whole, seconds = undisturbed(other, opened(other, tmp_path / "whole"))
    home, chance, killed = opened(far, tmp_path / "killed"), random.Random(17), 0
    for step in range(STEPS):
        now = BEGIN + step * STEP
        far.asked("clock", to=now.isoformat())
        goal = round(KILLS * (step + 1) / STEPS)
        for _ in range(20 * KILLS + 1):
            runners = [far.track(home, now) for _ in range(chance.choice((1, 2)))]
            if killed < goal:
                time.sleep(chance.uniform(0.2, 1.1) * seconds)  # the instant is what is tried out
                runners[0].kill()
                killed += runners[0].wait() == -9
            if all([ended(runner) == 0 for runner in runners]) and killed >= goal:
                break
    assert killed >= KILLS
    assert stored(far, home) == whole
    assert far.asked("ledger")["exceeded"] == {}
