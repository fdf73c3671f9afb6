"""Any container as bounded frames of cells with row numbers: CSV, TSV, NDJSON, JSON arrays, Parquet, XLSX. It interprets no cell."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import polars.exceptions as polars_errors
import pyarrow as pa
import pyarrow.parquet as pq

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile
from hexameter.sources.files import delimited, json_rows, workbook
from hexameter.sources.files.cells import ROW, no_rejects
from hexameter.sources.files.numbers import NumberKinds

ROWS = 130_000  # of a frame, about; some are under way at once: being read, understood, stored
_AHEAD = 1  # frames that are read before they are asked for
_FEWEST_ROWS, _FEWEST_LINES = 2_048, 64
_BYTES = 96 * 1024 * 1024  # of text behind a frame, about: captions may be long
_LOOKED_AT, _WINDOW = 16, 1024 * 1024  # places of a file of lines, and bytes there, that tell how long they are


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


def read_pieces(sample: FileSample, columns: Sequence[str] | None = None, numeric: NumberKinds | None = None) -> Iterator[Piece]:
    """The file's rows, a bounded piece at a time.

    In      columns  which of sample.columns to read; None: all. For JSON: keys or dotted paths (authorMeta.name); lists come as JSON text
            numeric  columns that may come as Int64 or Float64 where a piece's cells are plain numbers; text where they are not
    Raises  BadFile  damaged, cut short, or not what it claims to be
    """
    with ThreadPoolExecutor(1) as reader:  # the next pieces are parsed while the caller digests this one
        pieces = _pieces(sample, list(dict.fromkeys(sample.columns if columns is None else columns)), numeric or {})
        ahead = deque(reader.submit(next, pieces, None) for _ in range(_AHEAD))
        try:
            while (piece := ahead.popleft().result()) is not None:
                ahead.append(reader.submit(next, pieces, None))
                yield piece
        finally:
            for waiting in ahead:
                waiting.cancel()


def _pieces(sample: FileSample, wanted: list[str], numeric: NumberKinds) -> Iterator[Piece]:
    if sample.kind in ("csv", "tsv"):
        yield from _gathered(delimited.records(sample.path, sample.head, sample.columns, wanted, numeric))
    elif sample.kind in ("json", "ndjson"):
        for piece in _gathered(json_rows.records(sample, wanted, _rows_at_once(sample))):
            yield replace(piece, bytes=0)  # DuckDB does not say how far it is
    elif sample.kind == "parquet":
        yield from _parquet(sample, wanted)
    else:
        yield from _xlsx(sample, wanted)


def _rows_at_once(sample: FileSample) -> int:
    """As many as ROWS, fewer where lines are long: at the beginning, or at one of some places further on."""
    if sample.kind == "json":  # its records need no lines
        return max(_FEWEST_ROWS, min(ROWS, _BYTES // max(_line_length(sample.head.encode()), 1)))
    return max(_FEWEST_LINES, min(ROWS, _BYTES // max(map(_line_length, _windows(sample.path)))))


def _line_length(window: bytes) -> int:
    return len(window) // max(window.count(b"\n"), 1)


def _windows(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        for place in range(_LOOKED_AT):
            file.seek(size * place // _LOOKED_AT)
            yield file.read(_WINDOW)


def _gathered(records: Iterator[tuple[pl.DataFrame, pl.DataFrame, int]]) -> Iterator[Piece]:
    """Small blocks put together to frames of about ROWS rows or _BYTES bytes."""
    held: list[tuple[pl.DataFrame, pl.DataFrame, int]] = []
    for record in records:
        held.append(record)
        if sum(frame.height for frame, _, _ in held) >= ROWS or sum(size for _, _, size in held) >= _BYTES:
            yield _together(held)
            held = []
    if held:
        yield _together(held)


def _together(held: list[tuple[pl.DataFrame, pl.DataFrame, int]]) -> Piece:
    frames = pl.concat([h[0] for h in held], how="vertical_relaxed")  # numbers beside text of the same column become text
    return Piece(frames, pl.concat([h[1] for h in held]), sum(h[2] for h in held))


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
                share = sample.path.stat().st_size * frame.height // max(file.metadata.num_rows, 1)
                yield Piece(_numbered(frame.select(wanted), first), no_rejects(), share)
                first += frame.height
    except (pa.ArrowException, OSError, polars_errors.PolarsError) as problem:
        raise BadFile(f"'{sample.name}' is a damaged Parquet file: {_first_line(problem)}. Export it again.") from problem


def _xlsx(sample: FileSample, wanted: list[str]) -> Iterator[Piece]:
    frame = workbook.sheet(sample.path, sample.name)
    yield Piece(_numbered(frame.select(wanted), 1), no_rejects(), sample.path.stat().st_size)


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    return frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.Int64).alias(ROW))


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0].rstrip(".")[:200]
