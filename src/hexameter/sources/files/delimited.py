"""CSV and its kin cut into blocks of whole records, in flat memory. It interprets no cell.

polars parses a block at a time; one it cannot take (ragged line, stray quote) is cut by Python's csv, and only its bad lines are refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import polars.exceptions as polars_errors

from hexameter.errors import BadFile
from hexameter.sources.files.cells import REJECTS, ROW, no_rejects
from hexameter.sources.files.decoding import LINE_LIMIT
from hexameter.sources.files.numbers import NumberKinds, could_be, is_plain

SEPARATORS = (",", "\t", ";", "|")
BLOCK = 8 * 1024 * 1024  # larger ones are mapped afresh each time, which costs more than parsing gains
_BLANK_RUN = 1_000
_COUNTED_AT_ONCE = 1024 * 1024  # stays in the processor's cache
_BOM = b"\xef\xbb\xbf"
_EXCEL_HINT = re.compile(r'^"?sep=(.)"?\r?\n', re.IGNORECASE)


def separator_of(head: str) -> str:
    """The sign between cells: Excel's `sep=` line, else the one found most often in the header outside quotes.

    Example separator_of("a;b;c\\n1;2,5;3") -> ";"
    """
    hint = _EXCEL_HINT.match(head)
    if hint:
        return hint.group(1)
    header = re.sub(r'"[^"]*"', "", _first_record(head))
    return max(SEPARATORS, key=header.count)


def header_of(head: str) -> tuple[str, ...]:
    """The column names of the first record, made distinct: views, views (2); nameless ones are "column 3"."""
    text = _EXCEL_HINT.sub("", head, count=1)
    cells = next(csv.reader([_first_record(text).replace("\x00", "")], delimiter=separator_of(head)), [])
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"column {number}"
        seen = sum(1 for n in names if n == name or n.startswith(f"{name} ("))
        names.append(f"{name} ({seen + 1})" if seen else name)
    return tuple(names)


def _first_record(text: str) -> str:
    """Up to the first line end that no quote encloses."""
    lines = text.splitlines(keepends=True)
    record = ""
    for line in lines:
        record += line
        if record.count('"') % 2 == 0 and record.strip():
            break
    return record.strip("\r\n")


def blocks(path: Path, size: int = BLOCK) -> Iterator[bytes]:
    """The bytes of a file in pieces that end where a record ends; a BOM is left out.

    Raises  BadFile  a record longer than LINE_LIMIT: a quote that is never closed
    """
    with path.open("rb") as file:
        start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
        length = size
        while True:
            file.seek(start)
            held = file.read(length)
            if len(held) < length:  # the end: what no line end closes belongs to this block too
                if held.strip():
                    yield held
                return
            end = _last_record_end(held)
            if end:
                yield held[:end]
            elif len(held) > LINE_LIMIT + size:
                raise BadFile("a line or a quoted cell is longer than 64 MiB: a quotation mark may be opened and never closed.")
            start, length = start + end, size if end else length + size


def _last_record_end(held: bytes) -> int:
    """The offset after the last line end outside quotes; 0 when there is none."""
    end = held.rfind(b"\n") + 1
    if not end:
        return 0
    quotes = _quotes(held, end)
    while end and quotes % 2:
        earlier = held.rfind(b"\n", 0, end - 1) + 1
        quotes -= held.count(b'"', earlier, end)
        end = earlier
    return end


def _quotes(held: bytes, end: int) -> int:
    """How many quotation marks stand before `end`; five times as fast as bytes.count where there are many."""
    signs = np.frombuffer(held, dtype=np.uint8, count=end)
    return sum(int(np.count_nonzero(signs[i : i + _COUNTED_AT_ONCE] == ord('"'))) for i in range(0, end, _COUNTED_AT_ONCE))


class Cutter:
    """Cuts the blocks of one file into frames, numbering its records; `row` 1 is the first record after the header.

    Columns in `numeric` are read as Int64 or Float64 for as long as their cells are plain, from then on as text.
    """

    def __init__(self, names: Sequence[str], wanted: Sequence[str], separator: str, numeric: NumberKinds | None = None) -> None:
        self.names = list(names)
        self.wanted = list(wanted)
        self.separator = separator
        self.numeric = {c: kind for c, kind in (numeric or {}).items() if c in self.wanted}
        self.rows = 0

    def cut(self, block: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
        """A block's records as a frame with `row`, text where not numeric, and those that do not fit the header as rejects."""
        frame = self._whole(block)
        if frame is None:
            return self._by_record(block)
        first, self.rows = self.rows + 1, self.rows + frame.height
        return frame.with_columns(pl.int_range(first, first + frame.height, dtype=pl.Int64).alias(ROW)), no_rejects()

    def _whole(self, block: bytes) -> pl.DataFrame | None:
        """The block at polars' speed; None when a line has too many or too few cells."""
        if self.numeric:
            frame = self._parsed(block)
            if frame is not None and all(is_plain(frame[c]) for c in self.numeric):
                return frame
            asked, self.numeric = self.numeric, {}
            frame = self._parsed(block)
            self.numeric = {c: kind for c, kind in asked.items() if frame is None or could_be(frame[c], kind)}
            return frame
        return self._parsed(block)

    def _parsed(self, block: bytes) -> pl.DataFrame | None:
        places = sorted({*(self.names.index(n) for n in self.wanted), len(self.names) - 1})
        try:
            frame = pl.read_csv(
                block,
                has_header=False,
                schema={**dict.fromkeys(self.names, pl.String()), **self.numeric},
                columns=places,
                separator=self.separator,
                infer_schema=False,
                truncate_ragged_lines=False,
            )
        except (polars_errors.PolarsError, ValueError):
            return None
        if frame[self.names[-1]].null_count() and self._has_short_line(block, frame.height):
            return None
        return frame.select(self.wanted)

    def _has_short_line(self, block: bytes, height: int) -> bool:
        """A short line ends in an absent cell, which polars reads as a blank one: count the separators."""
        outside = block
        if b'"' in block:
            outside = b"".join(block.split(b'"')[::2])
        return outside.count(self.separator.encode()) != height * (len(self.names) - 1)

    def _by_record(self, block: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The block record by record, slowly and tolerantly: only for blocks with a bad line in them."""
        csv.field_size_limit(LINE_LIMIT + BLOCK)
        text = io.StringIO(block.decode("utf-8", errors="replace"), newline="")
        width, kept, numbers, broken = len(self.names), [], [], []
        for record in csv.reader(text, delimiter=self.separator):
            if not any(cell.strip() for cell in record) and len(record) < width:
                continue
            self.rows += 1
            while len(record) > width and not record[-1].strip():
                record.pop()
            if len(record) == width:
                kept.append(record)
                numbers.append(self.rows)
            else:
                shown = self.separator.join(record)[:120]
                broken.append((self.rows, "", shown, f"the row has {len(record)} cells, the header has {width}; it may be cut short"))
        frame = pl.DataFrame(kept, schema=dict.fromkeys(self.names, pl.String), orient="row").select(self.wanted)
        blank = [pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) for c in self.wanted]
        numbered = (
            frame.select(*blank, pl.Series(ROW, numbers, dtype=pl.Int64))
            if frame.height
            else frame.with_columns(pl.lit(0, pl.Int64).alias(ROW))
        )
        return numbered, pl.DataFrame(broken, schema=REJECTS, orient="row")


def records(
    path: Path, head: str, names: Sequence[str], wanted: Sequence[str], numeric: NumberKinds | None = None
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, int]]:
    """Every record after the header: frame with `row`, rejects, bytes of the block.

    In      numeric  columns that are likely to hold plain numbers: Int64 or Float64 where they do, text like all others where not
    """
    separator = separator_of(head)
    cutter = Cutter(names, wanted, separator, numeric)
    headers = 2 if _EXCEL_HINT.match(head) else 1
    for block in blocks(path):
        size = len(block)
        while headers and block:
            end = _first_record_end(block)
            block, headers = block[end:], headers - 1
        if not block[:_BLANK_RUN].isspace() or block.strip():
            yield *cutter.cut(block), size


def _first_record_end(block: bytes) -> int:
    end = 0
    while True:
        line_end = block.find(b"\n", end) + 1
        if not line_end:
            return len(block)
        end = line_end
        if block.count(b'"', 0, end) % 2 == 0 and block[:end].strip():
            return end
