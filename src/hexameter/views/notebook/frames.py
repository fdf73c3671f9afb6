"""Rows of an answer as an object that turns into Arrow, pandas, polars or plain Python and shows itself. It changes no value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hexameter.views.notebook.markup import rows_html

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

SHOWN = 20


class Rows:
    """A table of an answer.

    In      table  as Arrow
            title  what the rows are
    """

    def __init__(self, table: pa.Table, title: str = "rows") -> None:
        self._table = table
        self.title = title

    def to_arrow(self) -> pa.Table:
        """The rows as an Arrow table."""
        return self._table

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a pandas frame; whole numbers with gaps stay whole (Int64), so that a null is not read as NaN."""
        import pandas as pd
        import pyarrow as pa

        whole = {pa.int64(): pd.Int64Dtype()}
        frame: pd.DataFrame = self._table.to_pandas(types_mapper=whole.get)
        return frame

    def to_polars(self) -> pl.DataFrame:
        """The rows as a polars frame."""
        import polars as pl

        frame = pl.from_arrow(self._table)
        assert isinstance(frame, pl.DataFrame)
        return frame

    def to_dict(self) -> list[dict[str, Any]]:
        """The rows as plain Python, one object a row; null is None."""
        found: list[dict[str, Any]] = self._table.to_pylist()
        return found

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dict())

    def __repr__(self) -> str:
        return f"<{self.title}: {len(self):,} rows, {', '.join(self._table.column_names)}>"

    def _repr_html_(self) -> str:
        return rows_html(self.title, self._table.column_names, self._table.slice(0, SHOWN).to_pylist(), len(self))
