"""Any container as bounded frames of cells with row numbers: CSV, TSV, NDJSON, JSON arrays, Parquet, XLSX. It interprets no cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import polars.exceptions as polars_errors
import pyarrow as pa
import pyarrow.parquet as pq

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile
from hexameter.sources.files import delimited, json_rows
from hexameter.sources.files.cells import REJECTS, ROW, no_rejects

ROWS = 500_000  # of a frame, at most


@dataclass(frozen=True)
class Piece:
    """A bounded piece of a file, in file order.

    frame   `row` (int64, 1 = first data row) and the columns asked for, by the file's names; text, typed only where the container is
    broken  rows that could not be cut into cells: row, field, value, why
    bytes   of the file, for progress; 0 when unknown
    """

    frame: pl.DataFrame
    broken: pl.DataFrame
    bytes: int = 0


def read_pieces(sample: FileSample, columns: Sequence[str] | None = None) -> Iterator[Piece]:
    """The file's rows, a bounded piece at a time.

    In      columns  which of sample.columns to read; None: all. For JSON: keys or dotted paths (authorMeta.name); lists come as JSON text
    Raises  BadFile  damaged, cut short, or not what it claims to be
    """
    with ThreadPoolExecutor(1) as reader:  # the next piece is parsed while the caller digests this one
        pieces = _pieces(sample, list(dict.fromkeys(sample.columns if columns is None else columns)))
        ahead = reader.submit(next, pieces, None)
        while (piece := ahead.result()) is not None:
            ahead = reader.submit(next, pieces, None)
            yield piece


def _pieces(sample: FileSample, wanted: list[str]) -> Iterator[Piece]:
    if sample.kind in ("csv", "tsv"):
        yield from _gathered(delimited.records(sample.path, sample.head, sample.columns, wanted))
    elif sample.kind in ("json", "ndjson"):
        for frame, broken in json_rows.records(sample, wanted, ROWS):
            yield Piece(frame, broken)
    elif sample.kind == "parquet":
        yield from _parquet(sample, wanted)
    else:
        yield from _xlsx(sample, wanted)


def _gathered(records: Iterator[tuple[pl.DataFrame, pl.DataFrame, int]]) -> Iterator[Piece]:
    """Small blocks put together to frames of about ROWS rows."""
    held: list[tuple[pl.DataFrame, pl.DataFrame, int]] = []
    for record in records:
        held.append(record)
        if sum(frame.height for frame, _, _ in held) >= ROWS:
            yield _together(held)
            held = []
    if held:
        yield _together(held)


def _together(held: list[tuple[pl.DataFrame, pl.DataFrame, int]]) -> Piece:
    return Piece(pl.concat([h[0] for h in held]), pl.concat([h[1] for h in held]), sum(h[2] for h in held))


def parquet_columns(path: Path, name: str) -> tuple[str, ...]:
    """The columns of a Parquet file.

    Raises  BadFile  it cannot be read as Parquet
    """
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as problem:
        raise BadFile(f"'{name}' is a damaged Parquet file: {_first_line(problem)}. Export it again.") from problem


def _parquet(sample: FileSample, wanted: list[str]) -> Iterator[Piece]:
    first = 1
    try:
        with pq.ParquetFile(sample.path, memory_map=True) as file:
            for batch in file.iter_batches(batch_size=ROWS, columns=wanted):
                frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches([batch])))
                yield Piece(_numbered(frame.select(wanted), first), no_rejects())
                first += frame.height
    except (pa.ArrowException, OSError, polars_errors.PolarsError) as problem:
        raise BadFile(f"'{sample.name}' is a damaged Parquet file: {_first_line(problem)}. Export it again.") from problem


def sheet(path: Path, name: str) -> pl.DataFrame:
    """The first sheet of a workbook that holds rows, columns typed where all their cells agree, text otherwise.

    Raises  BadFile  damaged, protected by a password, or without rows
    """
    import fastexcel  # slow to load, and rarely needed

    try:
        workbook = fastexcel.read_excel(path)
        for title in workbook.sheet_names:
            frame = workbook.load_sheet(title, schema_sample_rows=None, dtype_coercion="coerce").to_polars()
            if frame.width and frame.height:
                return _distinct_names(frame)
    except (fastexcel.FastExcelError, polars_errors.PolarsError, OSError, ValueError) as problem:
        raise BadFile(f"'{name}' cannot be read as an Excel workbook: {_first_line(problem)}. Save it again as .xlsx or CSV.") from problem
    raise BadFile(f"'{name}' holds no sheet with rows.")


def _distinct_names(frame: pl.DataFrame) -> pl.DataFrame:
    present = frame.filter(~pl.all_horizontal(pl.all().is_null()))
    return present.rename({c: " ".join(c.split()) for c in present.columns if c != " ".join(c.split())})


def _xlsx(sample: FileSample, wanted: list[str]) -> Iterator[Piece]:
    frame = sheet(sample.path, sample.name)
    yield Piece(_numbered(frame.select(wanted), 1), pl.DataFrame(schema=REJECTS))


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    return frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.Int64).alias(ROW))


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0].rstrip(".")[:200]
