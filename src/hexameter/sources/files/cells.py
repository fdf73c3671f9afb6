"""What a parsed column is: values, roundings and the reason of each cell that was refused. It parses nothing itself."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

ROW = "row"
REJECTS: dict[str, pl.DataType] = {"row": pl.Int64(), "field": pl.String(), "value": pl.String(), "why": pl.String()}
REJECT_SCHEMA = pa.schema([("row", pa.int64()), ("field", pa.string()), ("value", pa.string()), ("why", pa.string())])
_SHOWN = 120  # characters of a refused value that are kept


@dataclass(frozen=True)
class Parsed:
    """A column after parsing, as long as the column it came from.

    values    what each cell means; null where the cell is blank or refused
    rounding  half-width of the interval of a rounded counter (541.2K: 50), null where exact; None when no cell is rounded
    why       reason of each refused cell, null elsewhere; None when none was refused
    decimal   the sign that marks decimals, where cells of the column showed it
    """

    values: pl.Series
    rounding: pl.Series | None = None
    why: pl.Series | None = None
    decimal: str | None = None


@functools.cache  # asked for with every piece; making it takes half a millisecond
def no_rejects() -> pl.DataFrame:
    """An empty table of rejects: row, field, value, why."""
    return pl.DataFrame(schema=REJECTS)


def rejects_of(rows: pl.Series, cells: pl.Series, field: str, why: pl.Series | None) -> pl.DataFrame:
    """The refused cells of one column as rejects.

    In      rows   row numbers, 1 = first data row
            cells  the column as it was in the file
            why    reasons, null where the cell is fine
    Out     row, field, value, why: one row a refused cell
    """
    if why is None:
        return no_rejects()
    bad = why.is_not_null()
    if not bad.any():
        return no_rejects()
    shown = as_text(cells.filter(bad)).str.slice(0, _SHOWN)
    frame = pl.DataFrame({"row": rows.filter(bad).cast(pl.Int64), "value": shown, "why": why.filter(bad)})
    return frame.with_columns(field=pl.lit(field)).select(*REJECTS)


def named(field: str, cell: pl.Expr) -> pl.Expr:
    """How every reason begins: views is "12x". Of an overlong cell only the beginning is shown."""
    return pl.format('{} is "{}"', pl.lit(field), cell.cast(pl.String).str.slice(0, _SHOWN))


def as_text(cells: pl.Series) -> pl.Series:
    """A column as text, whatever its type; lists and structs as JSON-like text.

    Example as_text(pl.Series([1, None])) -> ["1", None]
    """
    if cells.dtype == pl.String:
        return cells
    if cells.dtype.is_nested() or cells.dtype in (pl.Object, pl.Binary):
        return pl.Series(cells.name, [None if v is None else str(v) for v in cells.to_list()], dtype=pl.String)
    return cells.cast(pl.String)
