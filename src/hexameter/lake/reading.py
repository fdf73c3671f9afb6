"""Rows of lake files, a bounded piece at a time, leaving out row groups that cannot hold what is asked. It decides nothing about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hexameter.contracts.tables import Table
from hexameter.lake.layout import frame_schema, month_name, months_of, stats_columns
from hexameter.lake.log import FileIndex

PIECE_ROWS = 500_000
Ranges = Mapping[str, tuple[Any, Any]]  # column -> smallest and largest value asked for


def key_ranges(table: Table, rows: pl.DataFrame) -> Ranges:
    """The smallest and largest value of each key column that the log keeps bounds for; a column with nulls rules nothing out."""
    columns = [c for c in table.key if c in stats_columns(table) and rows[c].null_count() == 0]
    return {c: (rows[c].min(), rows[c].max()) for c in columns} if rows.height else {}


def files_in_range(table: Table, index: FileIndex | None, rows: pl.DataFrame) -> list[str]:
    """Paths of the files that may hold a row with the key of one of the rows."""
    if index is None or rows.height == 0 or not index.files:
        return []
    wanted = np.ones(len(index.files), dtype=bool)
    for column, (least, most) in key_ranges(table, rows).items():
        wanted &= index.overlaps(column, _comparable(least), _comparable(most))
    if table.by_month and index.months is not None:
        wanted &= np.isin(index.months, [month_name(int(m)) for m in np.unique(months_of(table, rows))])
    return [index.files[i].path for i in np.flatnonzero(wanted)]


def pieces(
    table: Table, path: str, columns: Sequence[str], ranges: Ranges, skip: set[tuple[str, int]] | None = None
) -> Iterator[pl.DataFrame]:
    """The file's rows whose row group may hold a value in every range.

    In      skip  row groups (path, number) to leave out; those read are added to it
    """
    kinds = frame_schema(table)
    with pq.ParquetFile(path) as file:
        groups = [g for g in range(file.num_row_groups) if _may_hold(file.metadata.row_group(g), ranges)]
        if skip is not None:
            groups = [g for g in groups if (path, g) not in skip]
            skip.update((path, g) for g in groups)
        if not groups:
            return
        there = set(file.schema_arrow.names)
        for batch in file.iter_batches(PIECE_ROWS, row_groups=groups, columns=[c for c in columns if c in there]):
            frame = pl.from_arrow(pa.Table.from_batches([batch]))
            assert isinstance(frame, pl.DataFrame)
            late = [pl.lit(None, dtype=kinds[c]).alias(c) for c in columns if c not in there]
            yield frame.with_columns(late).select(pl.col(c).cast(kinds[c]) for c in columns)


def _may_hold(group: Any, ranges: Ranges) -> bool:
    for i in range(group.num_columns):
        column = group.column(i)
        if column.path_in_schema not in ranges:
            continue
        stats = column.statistics
        if stats is None or not stats.has_min_max:
            continue
        least, most = ranges[column.path_in_schema]
        if _plain(stats.max) < _plain(least) or _plain(stats.min) > _plain(most):
            return False
    return True


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value


def _comparable(value: Any) -> Any:
    """As the log's arrays hold it."""
    if isinstance(value, datetime):
        return np.datetime64(_plain(value), "us")
    return np.datetime64(value, "D") if isinstance(value, date) else value
