"""Rows whose key may have been seen, kept aside until the whole file was read. It does not judge them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from hexameter.contracts.tables import Table
from hexameter.lake.layout import months_of
from hexameter.lake.sieve import key_hashes
from hexameter.lake.staging import together

_IN_MEMORY = 100_000
_AT_ONCE = 400_000


@dataclass
class Suspects:
    """Takes rows in any number and gives them back in parts of a bounded size; rows with one key always come in one part."""

    table: Table
    folder: Path
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _files: dict[int, list[Path]] = field(default_factory=dict)
    _rows: dict[int, int] = field(default_factory=dict)

    def add(self, rows: pl.DataFrame) -> None:
        """Keep rows aside; what exceeds the memory set apart for them goes to disk."""
        self._waiting.append(rows)
        if sum(w.height for w in self._waiting) > _IN_MEMORY:
            self._spill()

    def parts(self) -> Iterator[pl.DataFrame]:
        """All rows, part by part."""
        if not self._files:
            if self._waiting:
                yield together(self._waiting)
            return
        self._spill()
        for months in self._month_groups():
            rows = together([pl.read_parquet(path) for month in months for path in self._files[month]])
            parts = -(-rows.height // _AT_ONCE)
            if parts == 1:
                yield rows
                continue
            part = key_hashes(self.table, rows) % np.uint64(parts)
            yield from (rows.filter(part == p) for p in range(parts))

    def _month_groups(self) -> Iterator[list[int]]:
        group: list[int] = []
        for month in sorted(self._files):
            if group and sum(self._rows[m] for m in [*group, month]) > _AT_ONCE:
                yield group
                group = []
            group.append(month)
        yield group

    def _spill(self) -> None:
        if not self._waiting:
            return
        rows, self._waiting = together(self._waiting), []
        self.folder.mkdir(parents=True, exist_ok=True)
        months = months_of(self.table, rows)
        for month in np.unique(months).tolist():
            part = rows.filter(months == month)
            paths = self._files.setdefault(month, [])
            path = self.folder / f"{month}-{len(paths)}.parquet"
            part.write_parquet(path, compression="lz4", statistics=False)
            paths.append(path)
            self._rows[month] = self._rows.get(month, 0) + part.height
