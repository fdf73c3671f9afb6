"""Rows on their way into the lake: Parquet files in a folder of their own that no reader sees. It commits nothing."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

from hexameter.contracts.tables import Table
from hexameter.lake.layout import STAGING, arranged, month_name, statistics, whole

# Rows of a table kept in memory before they are sorted and written. More would make larger files, but a million rows took 2 GB.
BUFFER_ROWS = 250_000
# Small row groups cost some disk, but let a campaign's query skip more: METHODS.md, "Layout".
ROW_GROUP_ROWS = 20_480

_LOCK = "lock"
_ONE_TABLE = threading.Lock()  # rows that are sorted and written are in memory twice: of one table at a time
_STRAY_SECONDS = 3600


@dataclass(frozen=True, eq=False)  # a file is itself: it is a key, and its statistics cannot be one
class StagedFile:
    """A Parquet file that is ready to be committed."""

    path: Path
    month: str | None
    rows: int
    bytes: int
    stats: dict[str, object]


def write_parquet(path: Path, rows: pl.DataFrame, row_group_rows: int = ROW_GROUP_ROWS) -> None:
    """One file of the lake: zstd, row groups with statistics. Level 1 takes two thirds of level 3's time and here not more space."""
    rows.write_parquet(path, compression="zstd", compression_level=1, row_group_size=row_group_rows, statistics=True)


def write_partitions(
    table: Table,
    rows: pl.DataFrame,
    folder: Path,
    prefix: str,
    stamps: Mapping[str, object] = MappingProxyType({}),
    kept: npt.NDArray[np.bool_] | None = None,
) -> list[StagedFile]:
    """The rows sorted, one Parquet file a month.

    In      rows    the table's stored columns without `month`; of those that are null throughout any may be absent
            stamps  values of absent columns, the same in every row
            kept    which rows are meant; None: all
    """
    order, months = arranged(table, rows)
    if kept is not None:
        meant = kept[order.to_numpy()]
        order, months = order.filter(pl.Series(meant)), months[meant]
    if len(order) == 0:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    rows = rows[order]
    starts = np.flatnonzero(np.r_[True, months[1:] != months[:-1]])
    ends = np.r_[starts[1:], rows.height]
    parts = ((rows[int(a) : int(b)], int(months[a])) for a, b in zip(starts, ends, strict=True))
    return [_write_one(table, whole(table, part, stamps), month, folder, prefix) for part, month in parts]


def _write_one(table: Table, rows: pl.DataFrame, month: int, folder: Path, prefix: str) -> StagedFile:
    path = folder / f"{prefix}-{uuid.uuid4().hex}.parquet"
    write_parquet(path, rows)
    name = month_name(month) if table.by_month else None
    return StagedFile(path, name, rows.height, path.stat().st_size, statistics(table, rows))


@dataclass(frozen=True)
class Waiting:
    """Rows in memory, and which are meant (None: all): leaving a few out when they are sorted is free, copying the others is not."""

    rows: pl.DataFrame
    kept: npt.NDArray[np.bool_] | None = None

    @property
    def count(self) -> int:
        """How many are meant."""
        return self.rows.height if self.kept is None else int(np.count_nonzero(self.kept))

    @property
    def meant(self) -> pl.DataFrame:
        """These alone."""
        return self.rows if self.kept is None else self.rows.filter(self.kept)


@dataclass
class StagedTable:
    """The rows of one table that one batch will add: what fits in memory waits there, the rest is in files.

    stamps  values of columns that the rows lack, the same in every row
    """

    table: Table
    folder: Path
    prefix: str
    stamps: Mapping[str, object] = field(default_factory=dict)
    files: list[StagedFile] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows staged so far."""
        return sum(f.rows for f in self.files) + self._waiting_rows

    @property
    def _waiting_rows(self) -> int:
        return sum(w.count for w in self.waiting)

    def add(self, rows: pl.DataFrame, kept: npt.NDArray[np.bool_] | None = None) -> None:
        """Take rows in the table's stored columns without `month`; of those that are null throughout any may be absent.

        In      kept  which of them are meant; None: all
        """
        if rows.height:
            self.waiting.append(Waiting(rows, kept))
        if self._waiting_rows >= BUFFER_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self.waiting:
            return
        with _ONE_TABLE:
            kept = self._kept()
            # handed over without a name of its own: the rows are gone as soon as their sorted copy is there
            self.files += write_partitions(self.table, self._together(), self.folder, self.prefix, self.stamps, kept)

    def _kept(self) -> npt.NDArray[np.bool_] | None:
        if all(w.kept is None for w in self.waiting):
            return None
        return np.concatenate([np.ones(w.rows.height, dtype=np.bool_) if w.kept is None else w.kept for w in self.waiting])

    def _together(self) -> pl.DataFrame:
        frames, self.waiting = [w.rows for w in self.waiting], []
        return together(frames)

    def pieces(self, months: set[str] | None = None) -> Iterator[tuple[StagedFile | None, pl.DataFrame]]:
        """All staged rows (of files of these months), a bounded piece at a time, with the file they are in (None: still in memory)."""
        for file in list(self.files):
            if months is None or file.month in months:
                yield file, pl.read_parquet(file.path)
        for part in list(self.waiting):
            yield None, whole(self.table, part.meant, self.stamps)

    def replace(self, kept: dict[StagedFile | None, pl.DataFrame]) -> None:
        """Put other rows in the place of some pieces' rows (those of None: everything in memory)."""
        if None in kept:
            self.waiting = [Waiting(kept[None])] if kept[None].height else []
        for file, rows in kept.items():
            if file is not None:
                self.files.remove(file)
                file.path.unlink()
                self.files += write_partitions(self.table, rows, self.folder, self.prefix)


def together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Rows of several frames, which may lack columns, in one chunk: sorting several costs six times as much."""
    return pl.concat(frames, how="diagonal", rechunk=True)


@contextmanager
def staging(lake: Path, batch_id: str) -> Iterator[Path]:
    """A folder of one batch's own, gone afterwards. Its lock, held while the process lives, tells a later run that it is still needed."""
    sweep(lake)
    name = re.sub(r"[^A-Za-z0-9]", "_", batch_id)[:40]
    folder = lake / STAGING / f"{name}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    lock = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(lake: Path) -> None:
    """Remove staging folders that no living process holds: left by a crash, never part of the lake."""
    root = lake / STAGING
    if not root.is_dir():
        return
    for folder in root.iterdir():
        if _abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except OSError:  # between mkdir and lock, or a stray folder
        return folder.exists() and time.time() - folder.stat().st_mtime > _STRAY_SECONDS
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
