"""NDJSON at polars' speed, block by block, where polars certainly reads what DuckDB would. It reads no other JSON and interprets no value.

DuckDB takes any mixture of types in one key and gives all of it as text; polars is faster, but it refuses some mixtures and spells a few
tokens its own way (1e5, lists). Such a block is left to `json_rows`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import polars.exceptions as polars_errors

from hexameter.sources.files.numbers import NumberKinds, could_be, is_plain

_BLOCK = 8 * 1024 * 1024
_AT_ONCE = 256 * 1024  # stays in the processor's cache
_BLANK_RUN = 1_000
_LOOKED_AT = 1_000  # doubtful lines of a block that are worth a second look
_FLOAT_DIGITS = 17  # a float of more is spelt with zeros at the end
_VIEW = 16  # bytes of an Arrow string view: length, then the first four bytes
# How a number, a list or an object may begin; infinity and "not a number" too.
_SUSPECT = np.isin(np.arange(256), np.frombuffer(b"0123456789+-.[{iInN \t", dtype=np.uint8))
_NESTED = np.isin(np.arange(256), np.frombuffer(b"[{", dtype=np.uint8))
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]")


def blocks(path: Path, limit: int) -> Iterator[bytes]:
    """The bytes of a file in pieces of whole lines.

    Raises  ValueError  a line longer than `limit` bytes
    """
    held = bytearray(_BLOCK)  # used again and again: fresh memory costs as much as reading the file
    with path.open("rb", buffering=0) as file:
        start = 0
        while True:
            file.seek(start)
            filled = _fill(held, file)
            last = filled < len(held)
            end = held.rfind(b"\n", 0, filled) + 1
            if not end and filled > limit:
                raise ValueError("a line is too long")
            piece = bytes(memoryview(held)[: filled if last else end])
            if piece and (not piece[:_BLANK_RUN].isspace() or piece.strip()):
                yield piece
            if last:
                return
            start, held = start + end, held if end else bytearray(2 * len(held))


def _fill(held: bytearray, file: FileIO) -> int:
    filled, room = 0, memoryview(held)
    while filled < len(held) and (more := file.readinto(room[filled:])):
        filled += more
    return filled


class Lines:
    """Reads the blocks of one file; columns in `numeric` as Int64 or Float64 for as long as their values are plain, all others as text."""

    def __init__(self, wanted: Sequence[str], numeric: NumberKinds) -> None:
        self._wanted = list(wanted)
        self._numeric = {c: kind for c, kind in numeric.items() if c in self._wanted}

    def frame(self, block: bytes) -> pl.DataFrame | None:
        """The block's objects, one row each; None when DuckDB might read another value somewhere."""
        if b"\\" in block and len(_SURROGATE.findall(block)) != 2 * len(_PAIR.findall(block)):
            return None  # half a character: DuckDB refuses the line
        kinds = {c: self._numeric.get(c, pl.String()) for c in self._wanted}
        try:
            frame = pl.read_ndjson(block, schema=kinds)
        except (polars_errors.PolarsError, ValueError):
            return None
        if not all(is_plain(frame[c]) for c in self._numeric):
            return None
        texts = [c for c in self._wanted if c not in self._numeric]
        doubtful = {c: rows for c in texts if len(rows := _doubtful(frame[c]))}
        return frame if not doubtful or _are_texts(block, frame, doubtful) else None

    def learn(self, texts: pl.DataFrame) -> None:
        """Take from a block that was left to DuckDB which columns are no plain numbers."""
        self._numeric = {c: kind for c, kind in self._numeric.items() if could_be(texts[c], kind)}


def _doubtful(cells: pl.Series) -> list[int]:
    """Rows whose text may have been a number with a fraction or exponent, a list or an object, which DuckDB spells otherwise."""
    if not _any_begins(cells, _SUSPECT):
        return []
    if not _any_begins(cells, _NESTED) and cells.str.contains(":", literal=True).all():
        return []  # times: no number has a colon
    if (whole := _long_whole_numbers(cells)) is not None:
        return (whole % 100 == 0).arg_true().to_list()
    numbers = cells.cast(pl.Float64, strict=False)
    nested = (
        (cells.str.starts_with("[") | cells.str.starts_with("{"))
        if _any_begins(cells, _NESTED)
        else pl.repeat(False, len(cells), eager=True)
    )
    if numbers.null_count() == len(cells):
        return nested.fill_null(False).arg_true().to_list()
    # an id like 7527623000473079054 is no float's spelling: it was written as it stands
    digits = cells.cast(pl.UInt64, strict=False).is_not_null()
    written = digits & (cells.str.len_bytes() > _FLOAT_DIGITS + 1) & ~cells.str.ends_with("00")
    return ((numbers.is_not_null() & ~written) | nested).fill_null(False).arg_true().to_list()


def _long_whole_numbers(cells: pl.Series) -> pl.Series | None:
    """The cells as numbers, when all of them are ids of more digits than a float has: of these only round ones may have been floats."""
    lengths = cells.str.len_bytes()
    shortest = lengths.min()
    if cells.null_count() or not isinstance(shortest, int) or shortest <= _FLOAT_DIGITS + 1:
        return None
    numbers = cells.cast(pl.UInt64, strict=False)
    return None if numbers.null_count() else numbers


def _any_begins(cells: pl.Series, signs: npt.NDArray[np.bool_]) -> bool:
    """Whether any text begins with one of these bytes. A string view holds its first four bytes beside its length: no text is looked up."""
    arrays = cells.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    if len(arrays) == 0:
        return False
    views = np.frombuffer(arrays.buffers()[1], dtype=np.uint8).reshape(-1, _VIEW)[arrays.offset : arrays.offset + len(arrays)]
    return bool(signs[views[:, 4]].any())  # of an empty text the byte is 0, which is none of the signs


def _are_texts(block: bytes, frame: pl.DataFrame, doubtful: dict[str, list[int]]) -> bool:
    """Whether the doubtful values are texts in the block itself."""
    if sum(map(len, doubtful.values())) > _LOOKED_AT:
        return False
    ends = _line_ends(block)
    if len(ends) != frame.height:  # blank lines: the rows cannot be told
        return False
    for column, rows in doubtful.items():
        for row, text in zip(rows, frame[column].gather(rows), strict=True):
            line = block[ends[row - 1] if row else 0 : ends[row]]
            if not _is_quoted(line, column, text) and not isinstance(json.loads(line).get(column), str):
                return False
    return True


def _is_quoted(line: bytes, column: str, text: str) -> bool:
    """Whether a flat line certainly gives the column as this text: cheaper than parsing the line, and it may err on the careful side."""
    key = f'"{column}":'.encode()
    at = line.find(key) + len(key)
    quoted = f'"{text}"'.encode()
    return line.count(b"{") == line.count(key) == 1 and (line.startswith(quoted, at) or line.startswith(b" " + quoted, at))


def _line_ends(block: bytes) -> npt.NDArray[np.int64]:
    signs = np.frombuffer(block, dtype=np.uint8)
    parts = [np.flatnonzero(signs[i : i + _AT_ONCE] == ord("\n")) + (i + 1) for i in range(0, len(block), _AT_ONCE)]
    return np.concatenate(parts if block.endswith(b"\n") else [*parts, np.array([len(block)])])
