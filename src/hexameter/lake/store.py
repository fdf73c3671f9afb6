"""The lake: keeps batches whole and once, and shows itself pinned at a version. How each is done lives in the modules beside it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pyarrow as pa

from hexameter.contracts.protocols import Clock
from hexameter.contracts.records import BatchInfo, Chunk, Outcome
from hexameter.contracts.tables import BATCH, TABLES
from hexameter.errors import NotFound, Unusable, did_you_mean
from hexameter.lake.batching import BatchIntake
from hexameter.lake.compacting import compact_in_child
from hexameter.lake.erase import erase, erase_posts
from hexameter.lake.faults import newer, plain_faults
from hexameter.lake.layout import COMMIT_ORDER, LAKE_FORMAT, MARKER, STAGING, frame_schema, table_folder
from hexameter.lake.log import FileIndex, TableLog
from hexameter.lake.pinned import PinnedSnapshot
from hexameter.lake.raw import RawBodies
from hexameter.lake.reading import pieces
from hexameter.lake.rollups import drop, maintain, reflected
from hexameter.lake.staging import staging
from hexameter.lake.undo import undo
from hexameter.lake.upkeep import KEPT_HOURS, vacuum

# Chunks that may wait while the rows before them are sorted and written: some 60 MB each, and the parser is not held up.
_WAITING_CHUNKS = 1
_TABLES_AT_ONCE = 2


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
        self.raw = RawBodies(self.path / "raw")

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
                beside = stack.enter_context(ThreadPoolExecutor(_TABLES_AT_ONCE, thread_name_prefix="tables"))
                batch = BatchIntake(self.path, self._logs, info, folder, self.clock, beside)
            self._take_all(batch, chunks)
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
            with plain_faults(self.path):
                index = self._logs[name].current()
            if index is not None:
                indexes[name] = index
        return PinnedSnapshot(indexes)

    def at_rest(self) -> dict[str, int] | None:
        """The versions that `snapshot` would find, when it would find them in memory; None: something moved. It reads no file."""
        versions: dict[str, int] = {}
        for name, log in self._logs.items():
            try:
                still, version = log.still()
            except OSError:
                return None
            if not still:
                return None
            if version is not None:
                versions[name] = version
        return versions

    def compact(self, table: str | None = None) -> dict[str, dict[str, int]]:
        """Join small files into few sorted ones, in a child process, beside readers and writers.

        Out     by table: files before and after
        """
        return compact_in_child(self.path, [self._known(table)] if table else [t.name for t in TABLES])

    def maintain(self) -> dict[str, int]:
        """Bring the roll-ups up to date; what commits did not touch is left alone.

        Out     rows computed anew, by roll-up
        """
        with plain_faults(self.path):
            return maintain(self.path, self._logs)

    def rebuild(self) -> dict[str, int]:
        """Drop the roll-ups and build them anew."""
        with plain_faults(self.path):
            drop(self.path)
        return self.maintain()

    def reflected(self, rollup: str) -> dict[str, int]:
        """The version of each source table a roll-up reflects; {} when it was never built."""
        return reflected(self._logs, rollup)

    def vacuum(self, hours: int = KEPT_HOURS) -> dict[str, int]:
        """Remove files that no version of the last hours needs, and what crashes left behind.

        Out     files removed, by table
        """
        with plain_faults(self.path):
            return vacuum(self.path, self._logs, hours)

    def erase_creator(self, creator_ids: Iterable[str] = (), handles: Iterable[str] = ()) -> dict[str, int]:
        """Remove every row of these creators, old versions and files included; roll-ups are built anew.

        Out     rows removed, by table
        Raises  Conflict  a handle that several creators have used: erase by id
        """
        with plain_faults(self.path):
            counts = erase(self.path, self._logs, self.raw, creator_ids, handles)
        self.maintain()
        return counts

    def erase_posts(self, post_ids: Iterable[str], source: str) -> dict[str, int]:
        """Remove what one source said of some posts, old versions included; a post that no other source read goes whole.

        Out     rows removed, by table; {} when there was nothing to remove
        """
        with plain_faults(self.path):
            counts = erase_posts(self.path, self._logs, self.raw, frozenset(post_ids), source)
        if counts:
            self.maintain()
        return counts

    def undo(self, batch_id: str) -> dict[str, int]:
        """Take an import back: what it added goes, except what a later import brought too. Roll-ups are brought up to date.

        Out     rows removed, by table; {} when there is nothing of the batch
        """
        with plain_faults(self.path):
            counts = undo(self.path, self._logs, batch_id)
        self.maintain()
        return counts

    def batches(self) -> pa.Table:
        """Every completed batch, oldest first."""
        with plain_faults(self.path):
            frames = [p for f in self._logs["batch"].files() for p in pieces(BATCH, f.path, BATCH.schema.names, {})]
            empty = pl.DataFrame(schema=frame_schema(BATCH))
            return pl.concat([empty, *frames]).sort("ingested_at", "batch_id").to_arrow().cast(BATCH.schema)

    def history(self, table: str, limit: int = 100) -> list[dict[str, object]]:
        """A table's commits, newest first, as the Delta log tells them."""
        with plain_faults(self.path):
            delta = self._logs[self._known(table)].delta()
            return [] if delta is None else delta.history(limit)

    def _take_all(self, batch: BatchIntake, chunks: Iterable[Chunk]) -> None:
        """Chunks are taken in while the next ones are made. What `chunks` raises is no fault of the lake and passes through as it is."""
        with ThreadPoolExecutor(1, thread_name_prefix="lake") as beside:
            under_way: deque[Future[None]] = deque()
            try:
                for chunk in chunks:
                    if len(under_way) > _WAITING_CHUNKS:
                        self._wait(under_way.popleft())
                    under_way.append(beside.submit(batch.take, chunk))
                while under_way:
                    self._wait(under_way.popleft())
            finally:  # after a failure nobody wants the rest
                for taken in under_way:
                    taken.cancel()

    def _wait(self, taken: Future[None]) -> None:
        with plain_faults(self.path):
            taken.result()

    def _known(self, table: str) -> str:
        if table not in self._logs:
            raise NotFound(f"the lake has no table '{table}'.", field="table", value=table, hint=did_you_mean(table, self._logs))
        return table

    def _pinned(self, versions: Mapping[str, int]) -> dict[str, FileIndex]:
        return {self._known(name): self._logs[self._known(name)].at(version) for name, version in versions.items()}


def _prepare(path: Path) -> None:
    marker = path / MARKER
    try:
        (path / STAGING).mkdir(parents=True, exist_ok=True)
        if not marker.exists():
            marker.write_text(json.dumps({"format": LAKE_FORMAT}) + "\n", encoding="utf-8")
    except OSError as problem:
        raise Unusable(
            f"{path} cannot be used for the lake: {problem.strerror}. Check its permissions, or choose another --home."
        ) from problem
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))["format"]
    except (ValueError, KeyError, TypeError) as problem:
        raise Unusable(f'{marker} cannot be understood; expected {{"format": {LAKE_FORMAT}}}. Restore it from a backup.') from problem
    if not isinstance(found, int) or found > LAKE_FORMAT:
        raise newer(path, f"format {found}, this version knows {LAKE_FORMAT}")
