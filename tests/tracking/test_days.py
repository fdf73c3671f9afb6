"""Days of tracking: a limit set by hand, a day offline, and what the terms of the Research API ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.tracking.stage import SLUG, STEP, Stage, small_world, staged

WORLD = small_world(6, booked=3)
CAP = 20


@contextmanager
def broken_disk(stage: Stage) -> Iterator[None]:
    """Nothing can be stored: where answers are kept there is a file."""
    folder = stage.app.home / "lake" / "raw"
    aside = folder.rename(folder.with_name("aside")) if folder.exists() else None
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        if aside is not None:
            aside.rename(folder)


def test_a_limit_of_requests_a_day_holds_through_crashes(tmp_path: Path) -> None:
    with staged(tmp_path, WORLD, early=timedelta(0), daily_requests=str(CAP)) as stage:
        stage.book()
        for handle in stage.booked:
            stage.connect(handle)
        days: Counter[str] = Counter()
        crashes = 0
        before = asked(stage.platform.ledger.counts())
        for number in range(16):
            if number % 3 == 1:  # requests are sent, and the pass dies before anything is stored
                with broken_disk(stage):
                    crashes += died(stage)
            stage.once()
            now = asked(stage.platform.ledger.counts())
            days[f"{stage.clock.now():%Y-%m-%d}"] += now - before
            before = now
            stage.clock.advance(timedelta(hours=3))
        assert crashes > 1 and 0 < max(days.values()) <= CAP
        gaps = stage.app.desk.gaps.list()
        assert stage.platform.ledger.exceeded() == {}
        assert all(g.reason in ("quota", "gone") for g in gaps)


def died(stage: Stage) -> bool:
    try:
        stage.tracker.once()
    except OSError:
        return True
    return False


def asked(counts: dict[str, int]) -> int:
    return sum(n for name, n in counts.items() if name.startswith("display."))


def test_after_a_day_offline_reading_catches_up_within_the_limits_and_the_gap_is_told(tmp_path: Path) -> None:
    with staged(tmp_path, WORLD, early=timedelta(0), research=True) as stage:
        stage.book()
        for number, handle in enumerate(stage.booked):
            stage.connect(handle, "accounts" if number == 0 else "display")
        stage.live(timedelta(days=1))
        last = stage.clock.now() - STEP
        stage.clock.advance(timedelta(days=1))
        found = stage.once()
        (gap,) = [g for g in stage.app.desk.gaps.list() if g.reason == "offline"]
        assert (gap.from_at, gap.to_at) == (last, stage.clock.now())
        assert gap.sentence == "Nobody was reading for 30 hours: no tracker was running."
        assert found["readings_stored"] > 0 and found["gaps"] == []
        assert stage.platform.ledger.exceeded() == {}
        posts = {p["post_id"] for p in stage.app.inbox.list(SLUG)["posts"]}
        read = {r["post_id"] for r in stage.rows(f"select post_id from post_snapshot where captured_at >= '{at(stage.clock.now())}'")}
        assert posts <= read  # everything is read at least once a day


def test_research_data_of_a_deleted_post_leaves_the_lake_and_all_of_it_when_nobody_watches(tmp_path: Path) -> None:
    with staged(tmp_path, WORLD, early=timedelta(0), research=True, retention_days="20") as stage:
        stage.book()
        stage.connect(stage.booked[0])
        stage.clock.advance(timedelta(days=5))
        stage.live(timedelta(days=2), timedelta(hours=12))
        before = research(stage)
        assert len(before) > 1
        gone = sorted(before)[0]
        stage.platform.delete([stage.platform.by_id[int(gone)]])
        stage.live(timedelta(days=4), timedelta(hours=12))
        assert set(before) - set(research(stage)) == {gone}
        own = stage.rows("select count(*) as n from post_snapshot where source = 'display'")
        stage.live(timedelta(days=18), timedelta(days=2))  # watched for 20 days after the end
        assert all(stage.clock.now() - newest <= timedelta(days=15) for newest in research(stage).values())
        stage.live(timedelta(days=22), timedelta(days=2))
        assert research(stage) == {}
        assert stage.rows("select count(*) as n from post_snapshot where source = 'display'")[0]["n"] >= own[0]["n"]


def research(stage: Stage) -> dict[str, Any]:
    """The newest reading of each post by the Research API."""
    rows = stage.rows("select post_id, max(captured_at) as newest from post_snapshot where source = 'research' group by all")
    return {r["post_id"]: r["newest"] for r in rows}


def at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
