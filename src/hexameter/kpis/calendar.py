"""Local days as small tables: which local day an instant lies in, and the days of a period. Engines never handle zones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow as pa

from hexameter.contracts.frames import FRAMES, INSTANT
from hexameter.contracts.records import Period, local_midnight

FIRST_DAY = date(2013, 1, 1)  # the platform is younger
_DAY = timedelta(days=1)


def naive(moment: datetime) -> datetime:
    """An instant as engines see it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def local_day(moment: datetime, tz: str) -> date:
    """The local day of an instant.

    Example local_day(datetime(2025, 7, 1, 22, 30, tzinfo=UTC), "Europe/Paris") -> date(2025, 7, 2)
    """
    return moment.astimezone(ZoneInfo(tz)).date()


def is_utc(tz: str) -> bool:
    """Whether local days of the zone are UTC days by name alone."""
    return tz in ("UTC", "Etc/UTC", "Zulu", "GMT", "Etc/GMT")


@lru_cache(maxsize=8)
def day_segments(tz: str, last_year: int) -> pa.Table:
    """Stretches of UTC days that lie in one local day, from 2013 to the end of `last_year`.

    One row a stretch: utc_day, starts_at (in), ends_at (out), day. Every instant lies in exactly one.
    """
    rows: list[tuple[date, datetime, datetime, date]] = []
    for day, start, end in _local_days(tz, last_year):
        while start < end:
            next_utc = datetime.combine(start.date() + _DAY, time())
            rows.append((start.date(), start, min(end, next_utc), day))
            start = min(end, next_utc)
    names = {"utc_day": pa.date32(), "starts_at": INSTANT, "ends_at": INSTANT, "day": pa.date32()}
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, names.values(), strict=True)], names=list(names))


def _local_days(tz: str, last_year: int) -> Iterator[tuple[date, datetime, datetime]]:
    day, start = FIRST_DAY, naive(local_midnight(FIRST_DAY, tz))
    while day.year <= last_year:
        end = naive(local_midnight(day + _DAY, tz))
        yield day, start, end
        day, start = day + _DAY, end


def with_day(rows: ir.Table, instant: str, segments: ir.Table | None) -> ir.Table:
    """Rows with the local `day` of one of their instants; null where the instant is null. No segments means UTC."""
    if segments is None:
        return rows.mutate(day=rows[instant].date())
    moment = rows[instant]
    joined = rows.left_join(segments, [moment.date() == segments.utc_day, moment >= segments.starts_at, moment < segments.ends_at])
    return joined.select(*rows.columns, "day")


def elapsed_days(period: Period, as_of: datetime) -> pa.Table:
    """The local days of a period that have begun by as_of, as the frame `days`."""
    last = min(period.to_day, local_day(as_of, period.tz))
    count = max((last - period.from_day).days + 1, 0)
    days = [period.from_day + timedelta(days=n) for n in range(count)]
    edges = [naive(local_midnight(day, period.tz)) for day in [*days, *([days[-1] + _DAY] if days else [])]]
    return pa.table({"day": days, "starts_at": edges[:-1], "ends_at": edges[1:]}, schema=FRAMES["days"])


def before(period: Period, days: int) -> datetime:
    """The first instant of the `days` local days just before a period."""
    return local_midnight(period.from_day - timedelta(days=days), period.tz)
