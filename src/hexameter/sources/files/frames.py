"""Any container as bounded frames of cells with row numbers: CSV, TSV, NDJSON, JSON arrays, Parquet, XLSX. It interprets no cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from hexameter.contracts.records import FileSample

ROWS = 500_000  # of a frame, about


@dataclass(frozen=True)
class Piece:
    """A bounded piece of a file, in file order.

    frame   `row` (int64, 1 = first data row) and the columns asked for, by the file's own names; text, typed only where Parquet or XLSX say so
    broken  rows that could not be cut into cells: row, field, value, why
    bytes   of the file, for progress; 0 when unknown
    """

    frame: pl.DataFrame
    broken: pl.DataFrame
    bytes: int = 0


def read_pieces(sample: FileSample, columns: Sequence[str] | None = None) -> Iterator[Piece]:
    """The file's rows, a bounded piece at a time.

    In      columns  which of sample.columns to read; None: all. For JSON: keys or dotted paths (authorMeta.name); objects and lists come as JSON text
    Raises  BadFile  damaged, cut short, or not what it claims to be
    """
    raise NotImplementedError
