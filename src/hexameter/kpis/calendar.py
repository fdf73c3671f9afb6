"""Local days: which one an instant lies in, and the days of a period. Engines never handle zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from hexameter.contracts.frames import FRAMES
from hexameter.contracts.records import Period, local_midnight
from hexameter.kpis.arrays import Numbers, Whole

FIRST_DAY = date(2013, 1, 1)  # the platform is younger
_DAY = timedelta(days=1)
_DAY_MICROS = 86_400_000_000
_ORDINAL_1970 = date(1970, 1, 1).toordinal()
_1970, _EPOCH = date(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC)


def naive(moment: datetime) -> datetime:
    """An instant as engines see it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def micros(moment: datetime) -> int:
    """An instant in microseconds of UTC.

    Example micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) -> 1000000
    """
    return (moment - _EPOCH) // timedelta(microseconds=1)


def local_day(moment: datetime, tz: str) -> date:
    """The local day of an instant.

    Example local_day(datetime(2025, 7, 1, 22, 30, tzinfo=UTC), "Europe/Paris") -> date(2025, 7, 2)
    """
    return moment.astimezone(ZoneInfo(tz)).date()


def day_of(number: int) -> date:
    """A day by its number since 1970.

    Example day_of(1) -> date(1970, 1, 2)
    """
    return date.fromordinal(_ORDINAL_1970 + number)


def is_utc(tz: str) -> bool:
    """Whether local days of the zone are UTC days by name alone."""
    return tz in ("UTC", "Etc/UTC", "Zulu", "GMT", "Etc/GMT")


def local_days(instants: Numbers, tz: str, last_year: int) -> Numbers:
    """The local days of instants, as days since 1970; in other zones than UTC none before 2013 or after `last_year`."""
    if is_utc(tz):
        return Numbers(instants.values // _DAY_MICROS, instants.there)
    edges = _midnights(tz, last_year)
    place = np.searchsorted(edges, instants.values, side="right") - 1
    inside = (place >= 0) & (place < len(edges) - 1)
    return Numbers(place + (FIRST_DAY - _1970).days, instants.there & inside)


@lru_cache(maxsize=8)
def _midnights(tz: str, last_year: int) -> Whole:
    """When each local day begins, and the end of the last."""
    count = (date(last_year + 1, 1, 1) - FIRST_DAY).days + 1
    return np.array([micros(local_midnight(FIRST_DAY + timedelta(days=n), tz)) for n in range(count)], dtype=np.int64)


def elapsed_days(period: Period, as_of: datetime) -> pa.Table:
    """The local days of a period that have begun by as_of, as the frame `days`."""
    last = min(period.to_day, local_day(as_of, period.tz))
    return _days(period.from_day, max((last - period.from_day).days + 1, 0), period.tz)


@lru_cache(maxsize=64)
def _days(first: date, count: int, tz: str) -> pa.Table:
    days = [first + timedelta(days=n) for n in range(count)]
    edges = [naive(local_midnight(day, tz)) for day in [*days, *([days[-1] + _DAY] if days else [])]]
    return pa.table({"day": days, "starts_at": edges[:-1], "ends_at": edges[1:]}, schema=FRAMES["days"])


def before(period: Period, days: int) -> datetime:
    """The first instant of the `days` local days just before a period."""
    return local_midnight(period.from_day - timedelta(days=days), period.tz)
