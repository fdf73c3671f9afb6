"""Rows that an import brought and the lake had already: kept beside the tables, so that undoing the first import can give them back.

No reader sees them; `undo` and erasure alone open these files.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from hexameter.contracts.tables import Table
from hexameter.lake.layout import frame_schema
from hexameter.lake.reading import pieces
from hexameter.lake.rewriting import Change
from hexameter.lake.staging import StagedTable, write_parquet

_FOLDER = ".echoes"


class Echoes:
    """The repeats of every batch, by table, as plain Parquet files."""

    def __init__(self, lake: Path) -> None:
        self._root = lake / _FOLDER

    def keep(self, staged: StagedTable, batch_id: str) -> None:
        """Keep one table's repeats of a batch, in the place of what an earlier attempt at it kept. The caller holds the commit lock."""
        self.drop(staged.table, batch_id)
        staged.flush()
        for n, file in enumerate(staged.files):
            folder = self._root / staged.table.name
            folder.mkdir(parents=True, exist_ok=True)
            os.replace(file.path, folder / f"{_digest(batch_id)}-{n}.parquet")

    def drop(self, table: Table, batch_id: str) -> None:
        """Forget the repeats of a batch."""
        for path in (self._root / table.name).glob(f"{_digest(batch_id)}-*.parquet"):
            path.unlink()

    def rows(self, table: Table, without: str) -> Iterator[pl.DataFrame]:
        """The repeats of all batches but one, those of the oldest batch first, a bounded piece at a time."""
        places = [p for p in (self._root / table.name).glob("*.parquet") if not p.name.startswith(f"{_digest(without)}-")]
        for path in sorted(places, key=lambda p: (_ingested(p), p.name)):
            yield from pieces(table, str(path), list(frame_schema(table)), {})

    def rewrite(self, table: Table, change: Change) -> None:
        """Erasure: what must leave the table must leave its repeats too."""
        for path in list((self._root / table.name).glob("*.parquet")):
            before = pl.concat(pieces(table, str(path), list(frame_schema(table)), {}))
            after = change(before)
            if after.height == 0:
                path.unlink()
            elif not after.equals(before):
                fresh = path.with_suffix(".new")
                write_parquet(fresh, after)
                os.replace(fresh, path)


def _digest(batch_id: str) -> str:
    return hashlib.sha256(batch_id.encode()).hexdigest()[:32]


def _ingested(path: Path) -> str:
    return str(pl.read_parquet(path, columns=["ingested_at"], n_rows=1)["ingested_at"][0])
