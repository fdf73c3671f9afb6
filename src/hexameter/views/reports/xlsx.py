"""A table as an Excel workbook, row by row in little memory. Formulas are written by nobody: every text cell is text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.errors import BadValue

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_ROWS = 1_048_575  # Excel's own limit, less the header
_EXACT = 10**15  # Excel keeps 15 digits of a number


def write_xlsx(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> int:
    """One sheet with a header row; instants are UTC.

    Out     rows written
    Raises  BadValue  more rows than Excel can hold
    """
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    try:
        sheet = book.add_worksheet("hexameter")
        formats = {datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}), date: book.add_format({"num_format": "yyyy-mm-dd"})}
        sheet.write_row(0, 0, list(schema.names), book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        row = 0
        for batch in batches:
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                row += 1
                if row > _MOST_ROWS:
                    raise BadValue(
                        f"Excel holds {_MOST_ROWS:,} rows; this table has more.", field="kind", value="xlsx", hint="Export csv or parquet."
                    )
                for column, value in enumerate(values):
                    _cell(sheet, row, column, value, formats)
        return row
    finally:
        book.close()


def _cell(sheet: Any, row: int, column: int, value: Any, formats: dict[type[date], Any]) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats[date])
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) < _EXACT):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value)[:32_767])
