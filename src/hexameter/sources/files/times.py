"""Instants and durations as files write them, column by column. It knows no table and never asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from hexameter.errors import BadValue
from hexameter.sources.files.cells import Parsed, as_text, named

INSTANT = pl.Datetime("us", "UTC")
_LOCAL = pl.Datetime("us")
_OLDEST, _NEWEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_EXCEL_DAY_ZERO, _EXCEL_DAYS = datetime(1899, 12, 30), (36_526.0, 73_051.0)
_MANY = 1_000
_LENGTH = len("2025-07-01 20:00:00")
_FIRST_POST = datetime(2014, 1, 1, tzinfo=UTC)
_BLANK = ("", "-", "--", "—", "n/a", "na", "null", "none", "undefined", "nat")
_LOCAL_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M")
_EXPECTED = "expected a time like 2025-07-01T18:00:00Z, 2025-07-01 20:00:00 or Unix seconds"


def instants(cells: pl.Series, field: str, tz: str = "UTC") -> Parsed:
    """Instants in UTC: ISO 8601 with T or space, with or without offset and fraction, a date alone (its midnight), Unix seconds or ms,
    and numeric cells that hold Excel's days.

    A time without an offset is local time of `tz`. One that the clocks skipped is refused; one that happened twice is the first.

    Out     values Datetime(us, UTC), why
    Raises  BadValue  `tz` is no time zone
    Example instants(pl.Series(["2025-07-01 02:00:00"]), "captured_at", "Europe/Paris") -> 2025-07-01T00:00Z
    """
    _check_zone(tz)
    if cells.dtype.is_temporal():
        values, gone = _typed(cells, tz)
    elif cells.dtype.is_numeric():
        values, gone = _numbered(cells, tz), None
    else:
        values, gone = _by_runs(as_text(cells), tz)
    return _judged(cells, values, gone, field, tz)


def _check_zone(tz: str) -> None:
    try:
        ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        raise BadValue(f"'{tz}' is not a time zone.", field="tz", value=tz, hint="Expected a name like Europe/Paris.") from None


def _zoned(local: pl.Series, tz: str) -> pl.Series:
    """Local times as instants; null where the clocks skipped them, the first of two where they were set back."""
    if tz == "UTC":
        return local.dt.replace_time_zone("UTC")
    return local.dt.replace_time_zone(tz, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")


def _typed(cells: pl.Series, tz: str) -> tuple[pl.Series, pl.Series | None]:
    if cells.dtype in (pl.Time, pl.Duration):
        return pl.Series(cells.name, [None] * cells.len(), dtype=INSTANT), None
    if isinstance(cells.dtype, pl.Datetime) and cells.dtype.time_zone:
        return cells.dt.convert_time_zone("UTC").cast(INSTANT), None
    local = cells.cast(_LOCAL)
    values = _zoned(local, tz)
    return values, values.is_null() & local.is_not_null()


def _numbered(cells: pl.Series, tz: str) -> pl.Series:
    """Unix times; numbers between Excel's 2000 and 2100, which are no plausible Unix times, are days since 1899-12-30, local time."""
    numbers = cells.cast(pl.Float64)
    days = numbers.set((~numbers.is_between(*_EXCEL_DAYS)).fill_null(True), None)
    local = (days * 86_400_000).round().cast(pl.Int64, strict=False).cast(pl.Duration("ms")) + _EXCEL_DAY_ZERO
    return pl.DataFrame({"u": _unix(numbers, cells), "e": _zoned(local.cast(_LOCAL), tz)}).select(pl.coalesce("u", "e")).to_series()


def _unix(seconds: pl.Series, cells: pl.Series) -> pl.Series:
    """Unix seconds, or milliseconds where the number is too large for seconds."""
    small = pl.col("s").is_between(1e8, 1e11, closed="left")
    large = pl.col("s").is_between(1e11, 1e14, closed="left")
    micros = pl.when(small).then(pl.col("s") * 1e6).when(large).then(pl.col("s") * 1e3)
    frame = pl.DataFrame({"s": seconds}).select(micros.round().cast(pl.Int64, strict=False).cast(_LOCAL).dt.replace_time_zone("UTC"))
    return frame.to_series().alias(cells.name)


def _by_runs(texts: pl.Series, tz: str) -> tuple[pl.Series, pl.Series | None]:
    """Readings of one moment mostly stand together: each run of equal cells is read once."""
    begins = texts.ne_missing(texts.shift(1))
    if texts.len() < _MANY or begins[:_MANY].sum() * 4 > _MANY or begins.sum() * 4 > texts.len():
        return _written(texts, tz)
    begins[0] = True
    values, gone = _written(texts.filter(begins), tz)
    run = begins.cum_sum() - 1
    return values.gather(run), None if gone is None else gone.gather(run)


def _written(texts: pl.Series, tz: str) -> tuple[pl.Series, pl.Series | None]:
    local = _plain(texts)
    if local is None:
        local = texts.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us", cache=False)
    if local.null_count() == texts.null_count():
        values = _zoned(local, tz)
        return values, (values.is_null() & local.is_not_null()) if tz != "UTC" else None
    left = (local.is_null() & texts.is_not_null()).arg_true()
    more_local, more = _variants(texts.gather(left))
    local = local.scatter(left, more_local)
    values = _zoned(local, tz)
    gone = values.is_null() & local.is_not_null()
    return values.scatter(left, pl.DataFrame({"a": values.gather(left), "b": more}).select(pl.coalesce("a", "b")).to_series()), gone


def _plain(texts: pl.Series) -> pl.Series | None:
    """The times, when all are spelt like 2025-07-01 20:00:00 and exist: Arrow reads those twice as fast. Else None."""
    lengths = texts.str.len_bytes()
    if lengths.min() != _LENGTH or lengths.max() != _LENGTH or not texts.str.contains(" ", literal=True).all():
        return None  # other spellings of that length have a T, or an offset instead of minutes
    try:
        found = texts.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    return pl.Series(texts.name, found)


def _variants(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Every other spelling: local times, and instants (with an offset, or Unix)."""
    t = pl.col("t")
    bare = t.str.replace_all("\x00", "", literal=True).str.strip_chars()
    frame = pl.DataFrame({"t": texts}).with_columns(day=bare.str.extract(r"^(\d{4}-\d\d-\d\d|\d{8})$").str.replace_all("-", ""))
    frame = frame.with_columns(
        bare.str.replace(r"^(\d{4}-\d\d-\d\d)[Tt](\d)", "${1} ${2}")
        .str.replace(r" ?(?:[Zz]|UTC|GMT)$", "+00:00")
        .str.replace(r" ?([+-]\d\d)(?::?(\d\d))?$", "${1}:${2}")
        .str.replace(r"([+-]\d\d):$", "${1}:00")
    )
    frame = frame.with_columns(
        date=t.str.contains(r"^\d{4}-\d\d[-:]\d\d$|^\d{8}$"), offset=t.str.contains(r":\d\d(?:\.\d+)?[+-]\d\d:\d\d$")
    )
    day = pl.col("day").str.to_date("%Y%m%d", strict=False).cast(_LOCAL)
    local = [t.str.to_datetime(f, strict=False, time_unit="us") for f in _LOCAL_FORMATS]
    with_offset = pl.when("offset").then(t)
    aware = [
        with_offset.str.to_datetime(f, strict=False, time_unit="us", time_zone="UTC")
        for f in ("%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%d %H:%M%:z")
    ]
    number = pl.when(t.str.contains(r"^\d{9,14}(?:\.\d+)?$")).then(t).cast(pl.Float64, strict=False)
    out = frame.select(
        local=pl.coalesce(day, *[pl.when(~pl.col("offset")).then(f) for f in local]), aware=pl.coalesce(*aware), number=number
    )
    unix = _unix(out["number"], texts)
    return out["local"], pl.DataFrame({"a": out["aware"], "u": unix}).select(pl.coalesce("a", "u")).to_series()


def _judged(cells: pl.Series, values: pl.Series, gone: pl.Series | None, field: str, tz: str) -> Parsed:
    outside = (values < _OLDEST) | (values >= _NEWEST)
    if values.null_count() == cells.null_count() and not outside.any():
        return Parsed(values)
    skipped = gone if gone is not None else pl.Series([False]).new_from_index(0, cells.len())
    frame = pl.DataFrame({"c": as_text(cells), "v": values, "gone": skipped.fill_null(False), "outside": outside.fill_null(False)})
    blank = pl.col("c").str.strip_chars().str.to_lowercase().is_in(_BLANK)
    field_is = named(field, pl.col("c"))
    why = (
        pl.when(pl.col("c").is_null() | blank)
        .then(None)
        .when("gone")
        .then(pl.format("{}; the clocks of {} skipped that time: give it with its offset", field_is, pl.lit(tz)))
        .when("outside")
        .then(pl.format("{}; it lies outside 2000 to 2100", field_is))
        .when(pl.col("v").is_null())
        .then(pl.format("{}; {}", field_is, pl.lit(_EXPECTED)))
    )
    out = frame.select(v=pl.when(~pl.col("outside")).then("v"), why=why)
    return Parsed(out["v"], why=out["why"] if out["why"].null_count() < out.height else None)


def durations(cells: pl.Series, field: str) -> Parsed:
    """Lengths in seconds: 31, 31.5, 00:31, 1:02:03.

    Out     values float64, why
    Example durations(pl.Series(["01:05"]), "duration_seconds") -> 65.0
    """
    if cells.dtype in (pl.Duration, pl.Time):
        return Parsed(cells.cast(pl.Duration("us")).dt.total_microseconds() / 1e6)
    if cells.dtype == pl.Boolean or cells.dtype.is_nested():
        values = pl.Series(cells.name, [None] * cells.len(), dtype=pl.Float64)
    else:
        values = cells.cast(pl.Float64, strict=False)
        values = values.set(((values < 0) | ~values.is_finite()).fill_null(False), None)
    if values.null_count() == cells.null_count():
        return Parsed(values)
    return _clock_lengths(as_text(cells), values, field)


def _clock_lengths(texts: pl.Series, values: pl.Series, field: str) -> Parsed:
    bare = pl.col("c").str.replace_all("\x00", "", literal=True).str.strip_chars().str.replace(",", ".", literal=True).str.strip_suffix("s")
    frame = pl.DataFrame({"c": texts, "v": values}).with_columns(b=bare.str.strip_chars_end())
    clock = r"^(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)$"
    hours, minutes, seconds = (pl.col("b").str.extract(clock, i).cast(pl.Float64, strict=False) for i in (1, 2, 3))
    plain = pl.when(pl.col("b").str.contains(r"^\d+(?:\.\d+)?$")).then("b").cast(pl.Float64, strict=False)
    length = pl.when(seconds < 60).then(hours.fill_null(0) * 3600 + minutes * 60 + seconds)
    out = frame.with_columns(v=pl.coalesce("v", length, plain))
    blank = pl.col("c").str.strip_chars().str.to_lowercase().is_in(_BLANK)
    reason = pl.format("{}; expected seconds, or like 1:05", named(field, pl.col("c")))
    out = out.select("v", why=pl.when(pl.col("v").is_null() & pl.col("c").is_not_null() & ~blank).then(reason))
    return Parsed(out["v"], why=out["why"] if out["why"].null_count() < out.height else None)


def from_ids(ids: pl.Series) -> pl.Series:
    """The second at which TikTok issued an id (id >> 32), null where the id is not decimal or the time not in 2014..2100.

    Example from_ids(pl.Series(["7527623000473079054"])) -> 2025-07-16T10:21:...Z
    """
    seconds = as_text(ids).cast(pl.Int64, strict=False) // 4_294_967_296
    moments = (seconds.cast(pl.Int64) * 1_000_000).cast(_LOCAL).dt.replace_time_zone("UTC")
    return moments.set((~moments.is_between(_FIRST_POST, _NEWEST, closed="left")).fill_null(False), None)
