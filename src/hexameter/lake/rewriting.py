"""Files of a table written anew without some rows, for erasure and for undoing an import. Nothing else ever changes a stored row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from hexameter.contracts.tables import Table
from hexameter.lake.commit import publish
from hexameter.lake.layout import frame_schema
from hexameter.lake.log import FileIndex, TableLog
from hexameter.lake.reading import pieces
from hexameter.lake.staging import StagedTable

Change = Callable[[pl.DataFrame], pl.DataFrame]


def rewrite(lake: Path, table: Table, log: TableLog, folder: Path, change: Change, only: FileIndex | None = None) -> int:
    """Apply `change` to every row (of some files) in one commit; files it leaves alone stay. The caller holds the commit lock.

    Out     rows that went away
    """
    index = only or log.current()
    if index is None:
        return 0
    staged = StagedTable(table, folder / table.name, "r")
    gone, lost = [], 0
    columns = list(frame_schema(table))
    for file, relative in zip(index.files, index.relative, strict=True):
        before = [piece for piece in pieces(table, file.path, columns, {})]
        after = [change(piece) for piece in before]
        if all(a.equals(b) for a, b in zip(after, before, strict=True)):
            continue
        gone.append(relative)
        lost += sum(b.height for b in before) - sum(a.height for a in after)
        for piece in after:
            staged.add(piece)
    if gone:
        staged.flush()
        publish(lake, table, log, staged.files, removes=gone)
    return lost


def without(condition: pl.Expr) -> Change:
    """The change that takes away rows for which the condition holds; null is not a yes."""
    return lambda rows: rows.filter(~condition.fill_null(False))


def rewrite_all(
    lake: Path, logs: Mapping[str, TableLog], tables: list[Table], folder: Path, change: Mapping[str, Change]
) -> dict[str, int]:
    """`rewrite` for several tables, in this order."""
    return {t.name: rewrite(lake, t, logs[t.name], folder, change[t.name]) for t in tables if t.name in change}
