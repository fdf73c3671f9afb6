"""The week as people live it: which weekday and hour an instant is in a zone, and when such an hour comes next. It ranks nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

CELLS = 168
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_QUARTER = 900_000_000  # every change of offset since 1970 falls on a quarter of an hour


def cells_of(instants: NDArray[np.int64], tz: str) -> NDArray[np.int64]:
    """The hour of the local week of each instant, 0 for Monday 00:00 to 168 - 1.

    An hour that the end of summer time repeats is one cell, both times; the one its begin skips has no instant.

    In      instants  microseconds of UTC
    """
    zone = ZoneInfo(tz)
    quarters, where = np.unique(instants // _QUARTER, return_inverse=True)
    local = [datetime.fromtimestamp(int(q) * 900, UTC).astimezone(zone) for q in quarters]
    return np.array([moment.weekday() * 24 + moment.hour for moment in local], np.int64)[where]


def occurrence(day: date, hour: int, tz: str) -> list[datetime]:
    """The instants at which an hour of a local day begins: one; two when clocks are put back over it; none when they skip it.

    Example occurrence(date(2026, 3, 29), 2, "Europe/Paris") -> []
    """
    zone, wanted = ZoneInfo(tz), datetime(day.year, day.month, day.day, hour)
    found = {wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(at for at in found if at.astimezone(zone).replace(tzinfo=None) == wanted)


def hours_in(day: date, tz: str) -> int:
    """How many hours a local day has.

    Example hours_in(date(2026, 10, 25), "Europe/Paris") -> 25
    """
    zone, after = ZoneInfo(tz), day + timedelta(days=1)
    ends = [datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in (day, after)]
    return round((ends[1] - ends[0]) / timedelta(hours=1))


def coming(cell: int, after: datetime, tz: str) -> dict[str, Any]:
    """The next time a weekly hour begins after an instant.

    Out     at (UTC instants: two when the hour is repeated), local_day, skipped (days on which the clocks jump over it)
    """
    local = after.astimezone(ZoneInfo(tz)).date()
    day = local + timedelta(days=(cell // 24 - local.weekday()) % 7)
    skipped: list[date] = []
    while True:
        times = occurrence(day, cell % 24, tz)
        if times and times[0] > after:
            return {"at": times, "local_day": day, "skipped": skipped}
        if not times:
            skipped.append(day)
        day += timedelta(days=7)


def label(cell: int, hours: int = 1) -> str:
    """A weekly window in words.

    Example label(42, 3) -> "Tuesday 18:00 to 21:00"
    """
    return f"{WEEKDAYS[cell // 24 % 7]} {cell % 24:02d}:00 to {(cell + hours) % 24:02d}:00"
