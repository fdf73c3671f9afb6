"""What a tracker owes beside reading: kept answers go in time, research data of deleted posts goes, files are joined. Once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hexameter.services.tracking.settled import raw_days

if TYPE_CHECKING:
    from hexameter.services.house import House

_EVERY = timedelta(hours=20)
_MANY_FILES = 120
_NAME = "duties"
_REFRESHED_WITHIN = timedelta(days=15)


def do(house: House) -> list[str]:
    """The day's duties, and joining files whenever there are many.

    Out  what a manager should know, a sentence each
    """
    said: list[str] = []
    now, chores = house.clock.now(), house.desk.chores.all()
    if _NAME not in chores or now - chores[_NAME] >= _EVERY:
        house.lake.raw.drop_before(now - timedelta(days=raw_days(house.settings)))
        said += _forget(house, now)
        house.desk.chores.done([_NAME], now)
    join_files(house)
    return said


def join_files(house: House) -> None:
    """Join the lake's files whenever there are many: a commit leaves some, and every later one has to look into them."""
    if len(house.lake.snapshot().files("post_snapshot")) > _MANY_FILES:
        house.lake.compact()


def _forget(house: House, now: datetime) -> list[str]:
    """Research data goes once TikTok no longer hands a post over, or when it was not read again in time (terms of the Research API)."""
    rows = house.desk.watched.table(gone=True).select(["post_id", "gone_at"]).to_pylist()
    gone = {row["post_id"] for row in rows if row["gone_at"] is not None} | _stale(house, now)
    removed = house.lake.erase_posts(sorted(gone), "research") if gone else {}
    n = removed.get("post_snapshot", 0)
    if not n:
        return []
    return [
        f"{n} reading{'' if n == 1 else 's'} of deleted or no longer watched posts left the lake, as the terms of the Research API ask."
    ]


def _stale(house: House, now: datetime) -> set[str]:
    """Posts with research data of which the newest is older than allowed: nothing watches them any more."""
    snapshot = house.lake.snapshot()
    if "post_snapshot" not in snapshot.versions:
        return set()
    engine = house.engine()
    try:
        readings = engine.table(snapshot, "post_snapshot")
        newest = readings.filter(readings.source == "research").group_by("post_id").aggregate(newest=readings.captured_at.max())
        rows = engine.fetch(newest).to_pylist()
    finally:
        engine.release()
    return {row["post_id"] for row in rows if now - row["newest"].replace(tzinfo=UTC) > _REFRESHED_WITHIN}
