"""The lake: keeps batches whole and once, and shows itself pinned at a version. How each is done lives in the modules beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from hexameter.contracts.protocols import Clock
from hexameter.contracts.records import BatchInfo, Chunk, Outcome
from hexameter.contracts.tables import TABLES
from hexameter.errors import NotFound, Unusable
from hexameter.lake.batching import BatchIntake
from hexameter.lake.faults import newer, plain_faults
from hexameter.lake.layout import COMMIT_ORDER, LAKE_FORMAT, MARKER, STAGING, table_folder
from hexameter.lake.log import FileIndex, TableLog
from hexameter.lake.pinned import PinnedSnapshot
from hexameter.lake.staging import staging


class Lake:
    """Delta tables under one folder.

    In      path   the lake's own folder, made on first use
            clock  where `ingested_at` comes from
    Raises  Unusable     the folder cannot be used: not writable, full, from a newer version
            DamagedLake  a file of the lake is missing or cannot be read
    """

    def __init__(self, path: Path, clock: Clock):
        self.path = path.absolute()
        self.clock = clock
        with plain_faults(self.path):
            _prepare(self.path)
        self._logs = {t.name: TableLog(table_folder(self.path, t.name)) for t in TABLES}

    @classmethod
    def open(cls, path: Path, clock: Clock) -> Lake:
        """The lake in this folder, made when it is not there."""
        return cls(path, clock)

    def store(self, info: BatchInfo, chunks: Iterable[Chunk]) -> Outcome:
        """Keep a batch: all of it or, after any failure, none of it that a retry would not complete.

        Rows the lake has already are left out; the same batch again stores nothing. An error raised by `chunks` passes through and
        nothing is stored.
        """
        with ExitStack() as stack:
            with plain_faults(self.path):
                folder = stack.enter_context(staging(self.path, info.batch_id))
                batch = BatchIntake(self.path, self._logs, info, folder, self.clock)
            for chunk in chunks:  # outside: an unreadable input file is no fault of the lake
                with plain_faults(self.path):
                    batch.take(chunk)
            with plain_faults(self.path):
                return batch.commit()

    def snapshot(self, versions: Mapping[str, int] | None = None) -> PinnedSnapshot:
        """The lake as it is now, or as it was at the given versions (a table without one is absent, as it was then).

        Raises  NotFound  a version that never was or is no longer kept
        """
        if versions is not None:
            return PinnedSnapshot(self._pinned(versions))
        indexes: dict[str, FileIndex] = {}
        # Against the order of commits: what is read later is newer, so no reading is seen without its post.
        for name in (*(t.name for t in TABLES if t.derived), *reversed(COMMIT_ORDER)):
            index = self._logs[name].current()
            if index is not None:
                indexes[name] = index
        return PinnedSnapshot(indexes)

    def _pinned(self, versions: Mapping[str, int]) -> dict[str, FileIndex]:
        strange = set(versions) - set(self._logs)
        if strange:
            raise NotFound(f"the lake has no table '{sorted(strange)[0]}'.", field="lake_version", value=sorted(strange)[0])
        return {name: self._logs[name].at(version) for name, version in versions.items()}


def _prepare(path: Path) -> None:
    (path / STAGING).mkdir(parents=True, exist_ok=True)
    marker = path / MARKER
    if not marker.exists():
        marker.write_text(json.dumps({"format": LAKE_FORMAT}) + "\n", encoding="utf-8")
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))["format"]
    except (ValueError, KeyError, TypeError) as problem:
        raise Unusable(f'{marker} cannot be understood; expected {{"format": {LAKE_FORMAT}}}. Restore it from a backup.') from problem
    if not isinstance(found, int) or found > LAKE_FORMAT:
        raise newer(path, f"format {found}, this version knows {LAKE_FORMAT}")
