"""Where a lake table lies, how it is partitioned and in which order its rows are kept. It opens no table and decides no duplicate."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from hexameter.contracts.tables import TABLES, Table

LAKE_FORMAT = 1  # of hexameter-lake.json; raised whenever an older Hexameter would misread the lake
MARKER = "hexameter-lake.json"
STAGING = ".staging"
NO_MONTH = "0000-00"

# Rows a post needs before its readings make sense come first, the readings of posts last, the batch's receipt last of all: a reader
# that pins the tables in the opposite order never sees a reading without its post.
COMMIT_ORDER: tuple[str, ...] = (
    "creator",
    "post",
    "creator_snapshot",
    *(t.name for t in TABLES if not t.derived and t.name not in {"creator", "post", "creator_snapshot", "post_snapshot", "batch"}),
    "post_snapshot",
    "batch",
)

_STATS = frozenset({"post_id", "creator_id", "handle", "captured_at", "published_at", "hashtag", "day", "ad_id", "batch_id"})
_NOT_COMPARED = frozenset({"first_seen_at"})
_EARLIEST = 2014 * 12  # months; TikTok's ids begin in 2014
_DAYS = np.arange(1 << 32, step=86_400, dtype=np.int64) // 86_400  # every day that an id can name
_MONTHS = _DAYS.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
_MONTH_OF_DAY = np.where((_MONTHS >= _EARLIEST) & (_MONTHS < 2100 * 12), _MONTHS, 0).astype(np.int32)

Numbers = tuple[npt.NDArray[np.uint64], bool]


def table_folder(lake: Path, table: str) -> Path:
    """The folder of one Delta table."""
    return lake / table


def stats_columns(table: Table) -> list[str]:
    """Columns whose smallest and largest value the log keeps for every file, so that readers can leave files unread."""
    return [c.name for c in table.columns if c.name in _STATS]


def compared_columns(table: Table) -> list[str]:
    """Columns that decide whether a row says anything new, beside the key: not when it was first seen."""
    return [c for c in table.content if c not in table.key and c not in _NOT_COMPARED]


@functools.cache  # asked for with every file, and the conversion takes a millisecond
def frame_schema(table: Table) -> dict[str, pl.DataType]:
    """The table's stored columns as polars types, without the partition column."""
    empty = pl.from_arrow(pa.Table.from_batches([], table.schema))  # schema.empty_table() would import pandas
    assert isinstance(empty, pl.DataFrame)
    return {name: kind for name, kind in empty.schema.items() if name != "month"}


def always_there(table: Table) -> frozenset[str]:
    """The columns that rows on their way into the lake carry even when they are null throughout: what tells and orders rows."""
    return frozenset({*table.key, *table.cluster_by})


def whole(table: Table, rows: pl.DataFrame, stamps: Mapping[str, object] = MappingProxyType({})) -> pl.DataFrame:
    """Rows with every stored column of the table: what they lack has the stamp's value in every row, or none.

    Most tables have more columns than one source fills: rows on their way carry only those with values, which are fewer to copy and sort.
    """
    kinds = frame_schema(table)
    return rows.select(pl.col(c) if c in rows.columns else pl.lit(stamps.get(c), dtype=kind).alias(c) for c, kind in kinds.items())


def month_number(post_ids: pl.Series) -> npt.NDArray[np.int32]:
    """Months since year 0 of the instants in post ids (id >> 32 as UTC seconds), 0 where the id carries none.

    Example month_number(Series(["7527623000473079054", "abc"])) -> [24306, 0], which month_name spells 2025-07 and 0000-00
    """
    return _months(_numbers(post_ids)[0])


def _numbers(ids: pl.Series) -> Numbers:
    """Decimal ids as numbers, 0 where they are none; and whether all of them are decimal."""
    numbers = ids.cast(pl.UInt64, strict=False)
    signed = ids.str.starts_with("+").fill_null(False)  # polars takes "+7" for a number
    if signed.any():
        numbers = numbers.zip_with(~signed, pl.Series([None], dtype=pl.UInt64))
    return numbers.fill_null(0).to_numpy(), numbers.null_count() == 0


def _months(ids: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
    return _MONTH_OF_DAY[(ids >> np.uint64(32)).astype(np.int64) // 86_400]


def month_name(number: int) -> str:
    """The partition's value.

    Example month_name(24306) -> "2025-07"
    """
    return NO_MONTH if number == 0 else f"{number // 12:04d}-{number % 12 + 1:02d}"


def month_of(post_id: str) -> str:
    """The partition of one post: the same rule as `month_number`."""
    if not (post_id.isascii() and post_id.isdecimal()) or int(post_id) >= 1 << 64:
        return NO_MONTH
    when = datetime.fromtimestamp(int(post_id) >> 32, UTC)
    return f"{when:%Y-%m}" if datetime(2014, 1, 1, tzinfo=UTC) <= when < datetime(2100, 1, 1, tzinfo=UTC) else NO_MONTH


def months_with(post_ids: Iterable[str]) -> list[str]:
    """The partitions that hold posts with these ids."""
    # by day first, for a question names a few hundred posts of a few days: the same rule as `month_number`
    numbers = {int(p) if p.isascii() and p.isdecimal() else 0 for p in post_ids}
    days = {(n >> 32) // 86_400 if n < 1 << 64 else 0 for n in numbers}
    return sorted({month_name(int(_MONTH_OF_DAY[day])) for day in days})


def months_of(table: Table, rows: pl.DataFrame) -> npt.NDArray[np.int32]:
    """The partition of every row as a number; 0 for tables without partitions."""
    if not table.by_month:
        return np.zeros(rows.height, dtype=np.int32)
    return month_number(rows["post_id"])


def arranged(table: Table, rows: pl.DataFrame) -> tuple[pl.Series, npt.NDArray[np.int32]]:
    """Row positions sorted by month, then `cluster_by`, and the months in that order."""
    ids = _numbers(rows["post_id"]) if table.by_month else None
    months = np.zeros(rows.height, dtype=np.int32) if ids is None else _months(ids[0])
    order = clustered_order(table, rows, months, ids)
    return order, months[order.to_numpy()]


def clustered_order(table: Table, rows: pl.DataFrame, months: npt.NDArray[np.int32], ids: Numbers | None = None) -> pl.Series:
    """Row positions sorted by month, then `cluster_by`.

    In      ids  the post ids as numbers, where the caller has them

    Sorting text costs 0.5 s for 500,000 rows on 2 cores, sorting the same rows by numbers that rank like the text 0.05 s
    (measured), so that sorting at import costs less than it saves in compression.
    """
    keys = [_rank(rows[c], ids if c == "post_id" else None) for c in reversed(table.cluster_by)]
    keys.append(months)
    while len(keys) > 1 and _ascends(keys[0]):  # a file in the order of time needs no sorting by it: sorting keeps what is equal in place
        del keys[0]
    return pl.Series(np.lexsort(keys), dtype=pl.UInt32)


def _ascends(values: npt.NDArray[Any]) -> bool:
    return bool((values[1:] >= values[:-1]).all())


def _rank(values: pl.Series, numbers: Numbers | None = None) -> npt.NDArray[Any]:
    """Integers in the order of the values, null first."""
    if values.dtype != pl.String:
        amounts = values if values.dtype.is_float() else values.to_physical().cast(pl.Int64)
        return (amounts - amounts.min()).fill_null(-1).to_numpy() if values.null_count() < len(values) else np.zeros(len(values))
    lengths = values.str.len_bytes()
    if values.null_count() == 0 and lengths.min() == lengths.max():  # ids of one length sort as numbers
        whole, decimal = numbers or _numbers(values)
        if decimal:
            return whole
    words = values.drop_nulls().unique().sort()
    return values.cast(pl.Enum(words)).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()


def statistics(table: Table, rows: pl.DataFrame) -> dict[str, object]:
    """What the Delta log says of one file: number of rows, smallest and largest values, nulls."""
    names = stats_columns(table)
    found = rows.select(
        *(pl.col(n).min().alias(f"min.{n}") for n in names),
        *(pl.col(n).max().alias(f"max.{n}") for n in names),
        *(pl.col(n).null_count().alias(f"null.{n}") for n in names),
    ).row(0, named=True)
    return {
        "numRecords": rows.height,
        "minValues": {n: _spelt(found[f"min.{n}"]) for n in names if found[f"min.{n}"] is not None},
        "maxValues": {n: _spelt(found[f"max.{n}"]) for n in names if found[f"max.{n}"] is not None},
        "nullCount": {n: found[f"null.{n}"] for n in names},
    }


def _spelt(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.isoformat() if isinstance(value, date) else value
