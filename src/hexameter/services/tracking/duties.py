"""What a tracker owes beside reading: kept answers go in time, research data of deleted posts goes, files are joined. Once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hexameter.services.tracking.settled import raw_days

if TYPE_CHECKING:
    from hexameter.services.house import House

_EVERY = timedelta(hours=20)
_MANY_FILES = 120
_NAME = "duties"


def do(house: House) -> list[str]:
    """The day's duties, and joining files whenever there are many.

    Out  what a manager should know, a sentence each
    """
    said: list[str] = []
    now, chores = house.clock.now(), house.desk.chores.all()
    if _NAME not in chores or now - chores[_NAME] >= _EVERY:
        house.lake.raw.drop_before(now - timedelta(days=raw_days(house.settings)))
        said += _forget_deleted(house)
        house.desk.chores.done([_NAME], now)
    if len(house.lake.snapshot().files("post_snapshot")) > _MANY_FILES:
        house.lake.compact()
    return said


def _forget_deleted(house: House) -> list[str]:
    """Research data of a post goes once TikTok no longer hands the post over (terms of the Research API)."""
    rows = house.desk.watched.table(gone=True).select(["post_id", "api", "gone_at"]).to_pylist()
    gone = [row["post_id"] for row in rows if row["api"] == "research" and row["gone_at"] is not None]
    removed = house.lake.erase_posts(gone, "research") if gone else {}
    if not removed:
        return []
    n = len(gone)
    return [f"{n} deleted post{'' if n == 1 else 's'} left the lake, as the terms of the Research API ask."]
