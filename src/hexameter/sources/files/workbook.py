"""Excel workbooks as frames: the first sheet with rows, its columns typed where all cells agree, text otherwise. It interprets no cell.

A whole sheet is held in memory: Excel allows 1,048,576 rows.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import polars.exceptions as polars_errors

from hexameter.errors import BadFile

if TYPE_CHECKING:
    import fastexcel

_PEEK = 200
_LONG_ID = r"^\d{16,20}$"  # beyond what a spreadsheet's number can hold


def columns(path: Path, name: str) -> tuple[str, ...]:
    """The header of the sheet.

    Raises  BadFile
    """
    return tuple(_read(path, name, _PEEK).columns)


def sheet(path: Path, name: str) -> pl.DataFrame:
    """The sheet without its blank rows.

    Raises  BadFile  damaged, protected by a password, or without rows
    """
    frame = _read(path, name, None)
    return frame.filter(~pl.all_horizontal(pl.all().is_null()))


def _read(path: Path, name: str, rows: int | None) -> pl.DataFrame:
    import fastexcel  # slow to load, and rarely needed

    logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it reports every blank column
    logging.getLogger("_fastexcel").setLevel(logging.ERROR)
    try:
        book = fastexcel.read_excel(path)
        for title in book.sheet_names:
            frame = book.load_sheet(title, n_rows=rows, schema_sample_rows=None, dtype_coercion="coerce").to_polars()
            if frame.width and frame.height:
                return _named(frame if rows else _with_lost_ids(frame, book, title))
    except (fastexcel.FastExcelError, polars_errors.PolarsError, OSError, ValueError) as problem:
        why = (str(problem).splitlines() or [""])[0].rstrip(".")[:200]
        raise BadFile(f"'{name}' cannot be read as an Excel workbook: {why}. Save it again as .xlsx or CSV.") from problem
    raise BadFile(f"'{name}' holds no sheet with rows.")


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.rename({c: " ".join(c.split()) for c in frame.columns if c != " ".join(c.split())})


def _with_lost_ids(frame: pl.DataFrame, book: fastexcel.ExcelReader, title: str) -> pl.DataFrame:
    """Long ids that a cell holds as a number have lost their last digits: in a column of mixed cells they are shown as numbers again."""
    for column in frame.columns:
        if frame[column].dtype == pl.String and frame[column].str.contains(_LONG_ID).any() and _is_mixed(book, title, column):
            whole = pl.col(column).cast(pl.Int64, strict=False)
            lost = pl.col(column).str.contains(_LONG_ID) & (whole.cast(pl.Float64).cast(pl.Int64, strict=False) == whole)
            frame = frame.with_columns(pl.when(lost).then(whole.cast(pl.Float64).cast(pl.String)).otherwise(column).alias(column))
    return frame


def _is_mixed(book: fastexcel.ExcelReader, title: str, column: str) -> bool:
    import fastexcel

    try:
        book.load_sheet(title, use_columns=[column], schema_sample_rows=None, dtype_coercion="strict")
    except fastexcel.FastExcelError:
        return True
    return False
