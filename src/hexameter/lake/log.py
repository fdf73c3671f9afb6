"""What the Delta log says of one table: versions, and which files may hold a row. It reads no Parquet and commits nothing."""

from __future__ import annotations

import os
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from hexameter.contracts.records import DataFile, Keep
from hexameter.errors import DamagedLake, HexameterError, NotFound
from hexameter.lake.faults import newer
from hexameter.lake.layout import months_with

_PINS_KEPT = 8
_NEWER = re.compile(r"[Uu]nsupported.*(?:version|feature)")


@dataclass(frozen=True)
class FileIndex:
    """The files of one version with their smallest and largest values, as arrays.

    relative  path inside the table's folder, as the log spells it · months  partition of each file, None without partitions
    low, high  column -> (value of each file, whether it is known)
    """

    version: int
    files: list[DataFile]
    relative: list[str]
    months: npt.NDArray[Any] | None
    low: dict[str, tuple[npt.NDArray[Any], npt.NDArray[Any]]]
    high: dict[str, tuple[npt.NDArray[Any], npt.NDArray[Any]]]

    def keep(self, keep: Keep | None) -> list[DataFile]:
        """The files that may hold a row matching every hint given."""
        if keep is None or not self.files:
            return list(self.files)
        wanted = np.ones(len(self.files), dtype=bool)
        if keep.creator_ids is not None:
            wanted &= self._holds("creator_id", keep.creator_ids)
        if keep.post_ids is not None:
            wanted &= self._holds("post_id", keep.post_ids)
            if self.months is not None:
                wanted &= np.isin(self.months, months_with(keep.post_ids))
        if keep.published is not None and "published_at" in self.low:
            start, end = (np.datetime64(t.replace(tzinfo=None), "us") for t in keep.published)
            wanted &= self.overlaps("published_at", start, end)
        return [self.files[i] for i in np.flatnonzero(wanted)]

    def only(self, places: list[int]) -> FileIndex:
        """The same version with some of its files."""
        months = None if self.months is None else self.months[places]
        low = {c: (values[places], known[places]) for c, (values, known) in self.low.items()}
        high = {c: (values[places], known[places]) for c, (values, known) in self.high.items()}
        return FileIndex(self.version, [self.files[i] for i in places], [self.relative[i] for i in places], months, low, high)

    def overlaps(self, column: str, least: Any, most: Any) -> npt.NDArray[np.bool_]:
        """Which files may hold a value of the column in [least, most]; all when the log is silent."""
        if column not in self.low:
            return np.ones(len(self.files), dtype=bool)
        (low, known), (high, _) = self.low[column], self.high[column]
        return np.asarray(~known | ((low <= most) & (high >= least)))

    def _holds(self, column: str, values: frozenset[str]) -> npt.NDArray[np.bool_]:
        """Which files may hold one of the values: the nearest value at or above a file's smallest lies at or below its largest."""
        if column not in self.low or not self.files:
            return np.ones(len(self.files), dtype=bool)
        if not values:
            return np.zeros(len(self.files), dtype=bool)
        (low, known), (high, _) = self.low[column], self.high[column]
        wanted = np.array(sorted(values))
        place = np.searchsorted(wanted, low)
        inside = place < len(wanted)
        return np.asarray(~known | (inside & (wanted[np.minimum(place, len(wanted) - 1)] <= high)))


@dataclass
class TableLog:
    """The newest known version of one table, brought up to date only when its log moved, and a few pinned ones."""

    folder: Path
    _delta: DeltaTable | None = None
    _index: FileIndex | None = None
    _moved_at: int = -1
    _pins: dict[int, FileIndex] = field(default_factory=dict)
    _checked: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def current(self) -> FileIndex | None:
        """The newest version, None for a table that does not exist yet."""
        with self._lock:
            moved_at = self._log_changed_at()
            if moved_at is None:
                self._delta = self._index = None
                return None
            if self._index is None or moved_at != self._moved_at or self._has_next(self._index.version):
                self._index = self._load()
                self._moved_at = moved_at
                self._pins.clear()  # a vacuum or an erasure may have taken their files
            return self._index

    def still(self) -> tuple[bool, int | None]:
        """Whether `current` would answer from memory, and with which version: two questions to the file system, no wait for a load."""
        if not self._lock.acquire(blocking=False):
            return False, None
        try:
            moved_at, known = self._log_changed_at(), self._index
            if moved_at is None or known is None:
                return moved_at is None and known is None, None
            return moved_at == self._moved_at and not self._has_next(known.version), known.version
        finally:
            self._lock.release()

    def files(self) -> list[DataFile]:
        """The files of the newest version; [] for a table that does not exist yet."""
        index = self.current()
        return [] if index is None else index.files

    def delta(self) -> DeltaTable | None:
        """The Delta table at its newest version, for a commit; None for a table that does not exist yet."""
        with self._lock:
            self.current()
            return self._delta

    def at(self, version: int) -> FileIndex:
        """A version of the past.

        Raises  NotFound  the table has no such version, or its files were vacuumed
        """
        with self._lock:
            now = self.current()
            if now is None or version > now.version:
                newest = "has no version yet" if now is None else f"goes up to version {now.version}"
                raise NotFound(f"table {self.folder.name} has no version {version}; it {newest}.", field="lake_version", value=str(version))
            if version == now.version:
                return now
            if version not in self._pins:
                while len(self._pins) >= _PINS_KEPT:
                    self._pins.pop(next(iter(self._pins)))
                self._pins[version] = self._load_pinned(version)
            return self._pins[version]

    def __post_init__(self) -> None:
        self._log = os.path.join(self.folder, "_delta_log")  # as text: it is asked about for every page of every reader

    def _log_changed_at(self) -> int | None:
        try:
            return os.stat(self._log).st_mtime_ns
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _has_next(self, version: int) -> bool:
        """The folder's time alone is not enough: it ticks every few milliseconds only."""
        return os.path.exists(f"{self._log}/{version + 1:020}.json")

    def _load(self) -> FileIndex | None:
        for attempt in (1, 2, 3):
            try:
                self._delta = self._opened(reopen=attempt > 1)
                if self._delta is None:
                    return None
                index = _index_of(self._delta, self.folder)
                _check_files(index, self._checked)
                return index
            except (DeltaError, DamagedLake) as problem:  # vacuum or erasure beside us: the next version names other files
                if attempt == 3:
                    raise _damaged(self.folder, problem) from problem
        return None

    def _opened(self, reopen: bool) -> DeltaTable | None:
        if self._delta is not None and not reopen:
            self._delta.update_incremental()
            return self._delta
        try:
            return DeltaTable(str(self.folder))
        except TableNotFoundError:
            if any((self.folder / "_delta_log").glob("*.json")):
                raise
            return None

    def _load_pinned(self, version: int) -> FileIndex:
        try:
            index = _index_of(DeltaTable(str(self.folder), version=version), self.folder)
            _check_files(index, set())
            return index
        except (DeltaError, DamagedLake) as problem:
            raise NotFound(
                f"version {version} of table {self.folder.name} is no longer kept.",
                field="lake_version",
                value=str(version),
                hint="Ask for an as_of instead: readings are never changed, so the same instant gives the same numbers.",
            ) from problem


def _damaged(folder: Path, problem: Exception) -> HexameterError:
    if isinstance(problem, DamagedLake):
        return problem
    if _NEWER.search(str(problem)):
        return newer(folder.parent, str(problem))
    entry = _unreadable_entry(folder / "_delta_log")
    return DamagedLake(
        f"the lake is damaged: {entry or folder / '_delta_log'} cannot be read ({str(problem).strip()[:200]}).",
        value=str(entry or folder),
        hint="Restore it from a backup: hexameter restore.",
    )


def _unreadable_entry(log: Path) -> Path | None:
    import json

    for entry in sorted(log.glob("*.json")):
        try:
            lines = [json.loads(line) for line in entry.read_text(encoding="utf-8").splitlines() if line.strip()]
        except (ValueError, OSError):
            return entry
        if not lines:
            return entry
    return None


def _check_files(index: FileIndex, checked: set[str]) -> None:
    """Every file is there with the size the log gives; files seen before are not asked again."""
    for file in index.files:
        if file.path in checked:
            continue
        try:
            size = os.stat(file.path).st_size
        except FileNotFoundError:
            raise _lost(file.path, "it is missing") from None
        if size != file.bytes:
            raise _lost(file.path, f"it has {size:,} bytes instead of {file.bytes:,}")
        checked.add(file.path)


def _lost(path: str, why: str) -> DamagedLake:
    return DamagedLake(f"the lake is damaged: {path}: {why}.", value=path, hint="Restore it from a backup: hexameter restore.")


def _index_of(delta: DeltaTable, folder: Path) -> FileIndex:
    adds = pa.table(delta.get_add_actions(flatten=True))
    relative = adds["path"].to_pylist()
    rows, sizes = adds["num_records"].to_pylist(), adds["size_bytes"].to_pylist()
    root = str(folder)
    files = [DataFile(f"{root}/{p}", n or 0, s) for p, n, s in zip(relative, rows, sizes, strict=True)]
    months = np.array(adds["partition.month"].to_pylist(), dtype=str) if "partition.month" in adds.column_names else None
    return FileIndex(delta.version(), files, relative, months, _bounds(adds, "min."), _bounds(adds, "max."))


def _bounds(adds: pa.Table, prefix: str) -> dict[str, tuple[npt.NDArray[Any], npt.NDArray[Any]]]:
    bounds = {}
    for name in adds.column_names:
        if not name.startswith(prefix):
            continue
        column = adds[name].combine_chunks()
        known = pc.is_valid(column).to_numpy(zero_copy_only=False)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            values = np.array(pc.fill_null(column, "").to_pylist(), dtype=str) if len(column) else np.array([], dtype=str)
        elif pa.types.is_timestamp(column.type):
            values = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False).view("datetime64[us]")
        elif pa.types.is_date(column.type):
            values = pc.fill_null(column.cast(pa.int32()), 0).to_numpy(zero_copy_only=False).astype("datetime64[D]")
        else:
            continue
        bounds[name.removeprefix(prefix)] = (values, known)
    return bounds
