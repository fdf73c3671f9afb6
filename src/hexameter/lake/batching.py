"""One batch from its first chunk to its commit over all tables. How a table tells new rows from repeats is `intake.py`."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyarrow as pa

from hexameter.contracts.protocols import Clock
from hexameter.contracts.records import BatchInfo, Chunk, Outcome
from hexameter.contracts.tables import BATCH, BY_NAME, CREATOR
from hexameter.errors import OurError
from hexameter.lake.commit import commit_lock, publish
from hexameter.lake.echoes import Echoes
from hexameter.lake.intake import Batch, TableIntake
from hexameter.lake.layout import COMMIT_ORDER, frame_schema
from hexameter.lake.log import TableLog
from hexameter.lake.reading import files_in_range, pieces
from hexameter.lake.sieve import copied
from hexameter.lake.staging import write_partitions

_SEEN = ("first_seen_at", "captured_at", "day")  # what says when a pair of id and handle was seen
_OWN = frozenset({"batch", "creator"})  # tables the lake fills in itself
_PIECES_OF_PAIRS = 64  # kept before they are put together


class BatchIntake:
    """Takes a batch's chunks and commits them. Until `commit`, no reader sees anything.

    In      beside  where the tables of one chunk, which know nothing of each other, are worked on at once
    """

    def __init__(self, lake: Path, logs: Mapping[str, TableLog], info: BatchInfo, folder: Path, clock: Clock, beside: ThreadPoolExecutor):
        self._lake, self._logs, self._info, self._folder, self._clock, self._beside = lake, logs, info, folder, clock, beside
        self._started_at = clock.now()
        self._batch = Batch(info.batch_id, self._started_at)
        self._tables: dict[str, TableIntake] = {}
        self._pairs: list[pl.DataFrame] = []
        self._read = self._rejected = 0

    def take(self, chunk: Chunk) -> None:
        """One more piece of the file."""
        self._read += chunk.read
        self._rejected += chunk.rejected
        for name in (*chunk.readings, *chunk.beside):
            if name in _OWN or name not in BY_NAME or BY_NAME[name].derived:
                raise OurError(f"a source may not fill table '{name}'.")
        parts: dict[str, list[tuple[pa.Table, bool]]] = {}
        for reading, tables in ((True, chunk.readings), (False, chunk.beside)):
            for name, rows in tables.items():
                parts.setdefault(name, []).append((rows, reading))
        taken = [self._beside.submit(_take_each, self._intake(name), of) for name, of in parts.items()]
        named = [self._beside.submit(_creators_in, rows) for of in parts.values() for rows, _ in of]
        for done in taken:
            done.result()
        self._note_creators([done.result() for done in named])

    def commit(self) -> Outcome:
        """Decide the last repeats and make the batch visible."""
        self._intake("creator").take(_distinct_pairs(self._pairs), reading=False)
        list(self._beside.map(self._settled, self._in_order()))
        with commit_lock(self._lake):
            for intake in self._in_order():
                self._rechecked(intake)
            return self._commit_all(self._outcome())

    def _settled(self, intake: TableIntake) -> None:
        intake.settle_suspects()
        self._rechecked(intake)

    def _rechecked(self, intake: TableIntake) -> None:
        intake.recheck(self._logs[intake.table.name].current())
        intake.staged.flush()

    def _intake(self, name: str) -> TableIntake:
        if name not in self._tables:
            self._tables[name] = TableIntake(BY_NAME[name], self._logs[name].current(), self._batch, self._folder)
        return self._tables[name]

    def _in_order(self) -> list[TableIntake]:
        return [self._tables[name] for name in COMMIT_ORDER if name in self._tables]

    def _note_creators(self, found: Sequence[pl.DataFrame | None]) -> None:
        self._pairs += [pairs for pairs in found if pairs is not None]
        if len(self._pairs) >= _PIECES_OF_PAIRS:
            self._pairs = [pl.concat(self._pairs).group_by("creator_id", "handle").agg(pl.col("first_seen_at").min())]

    def _outcome(self) -> Outcome:
        """The counts of the whole batch; what an attempt that was killed had committed already counts as stored, not as repeated."""
        stored = {name: t.staged.rows for name, t in self._tables.items()}
        readings = sum(t.readings for t in self._tables.values())
        repeats = sum(t.repeats for t in self._tables.values())
        conflicts = sum(t.conflicts for t in self._tables.values())
        if not self._known_batch():
            for name, rows in self._committed_before().items():
                stored[name] += rows.height
                repeats -= int(self._tables[name].is_reading(rows["seq"]).sum())
        if readings + self._rejected > self._read:
            raise OurError(f"the format handed over {readings + self._rejected:,} rows of {self._read:,} it read.")
        return Outcome(self._info.batch_id, self._read, stored, repeats, conflicts, self._rejected)

    def _commit_all(self, outcome: Outcome) -> Outcome:
        done: list[tuple[str, list[str]]] = []
        try:
            for intake in self._in_order():
                if intake.staged.files:
                    name, files = intake.table.name, intake.staged.files
                    done.append((name, publish(self._lake, intake.table, self._logs[name], files, batch_id=self._info.batch_id)))
            if not self._known_batch():
                for intake in self._in_order() if self._info.keeps_repeats else ():
                    Echoes(self._lake).keep(intake.echoes, self._info.batch_id)
                row = write_partitions(BATCH, self._receipt(outcome), self._folder / BATCH.name, self._info.batch_id[:16])
                publish(self._lake, BATCH, self._logs[BATCH.name], row, batch_id=self._info.batch_id)
        except BaseException:
            self._withdraw(done)
            raise
        return outcome

    def _withdraw(self, done: list[tuple[str, list[str]]]) -> None:
        """A disk that fills up between two tables must not leave half a batch; after a kill, the next import of the file completes it."""
        for name, paths in reversed(done):
            with contextlib.suppress(Exception):
                publish(self._lake, BY_NAME[name], self._logs[name], [], removes=paths)

    def _receipt(self, outcome: Outcome) -> pl.DataFrame:
        readings = sum(t.readings for t in self._tables.values())
        row = {
            "batch_id": self._info.batch_id,
            "source": self._info.source,
            "origin": self._info.origin,
            "sha256": self._info.sha256,
            "read": outcome.read,
            "stored": readings - outcome.duplicates,
            "duplicates": outcome.duplicates,
            "conflicts": outcome.conflicts,
            "rejected": outcome.rejected,
            "started_at": self._started_at,
            "ended_at": self._clock.now(),
            "ingested_at": self._batch.ingested_at,
        }
        return pl.DataFrame([row], schema=frame_schema(BATCH))

    def _known_batch(self) -> bool:
        """Whether this batch was completed before."""
        asked = pl.DataFrame({"batch_id": [self._info.batch_id]})
        index = self._logs[BATCH.name].current()
        return any(
            (piece["batch_id"] == self._info.batch_id).any()
            for path in files_in_range(BATCH, index, asked)
            for piece in pieces(BATCH, path, ["batch_id"], {})
        )

    def _committed_before(self) -> dict[str, pl.DataFrame]:
        """Rows an earlier attempt at this batch committed, for tables whose log carries its transaction."""
        found = {}
        for name, intake in self._tables.items():
            delta = self._logs[name].delta()
            if delta is None or delta.transaction_version(self._info.batch_id) is None:
                continue
            mine = [
                piece.filter(pl.col("batch_id") == self._info.batch_id)
                for file in self._logs[name].files()
                for piece in pieces(intake.table, file.path, ["batch_id", "seq"], {"batch_id": (self._info.batch_id, self._info.batch_id)})
            ]
            if mine:
                found[name] = pl.concat(mine)
        return found


def _take_each(intake: TableIntake, parts: Sequence[tuple[pa.Table, bool]]) -> None:
    """One after the other: a chunk may bring readings of a table and more of it beside others."""
    for rows, reading in parts:
        intake.take(rows, reading)


def _creators_in(rows: pa.Table) -> pl.DataFrame | None:
    """Every (creator_id, handle) of the rows once, with when it was first seen."""
    if not {"creator_id", "handle"} <= set(rows.column_names) or rows.num_rows == 0:
        return None
    seen = next(c for c in _SEEN if c in rows.column_names)
    frame = pl.from_arrow(rows.select(["creator_id", "handle", seen]))
    assert isinstance(frame, pl.DataFrame)
    when = pl.col(seen).cast(pl.Datetime("us")).dt.replace_time_zone("UTC") if seen == "day" else pl.col(seen)
    named = frame.lazy().drop_nulls(["creator_id", "handle"])
    return copied(named.group_by("creator_id", "handle").agg(when.min().alias("first_seen_at")).collect())


def _distinct_pairs(pairs: list[pl.DataFrame]) -> pa.Table:
    """Every (creator_id, handle) of the batch once, in an order that does not depend on chunks."""
    if not pairs:
        return CREATOR.source_schema.empty_table()
    every = pl.concat(pairs).group_by("creator_id", "handle").agg(pl.col("first_seen_at").min())
    return every.sort("creator_id", "handle").to_arrow().cast(CREATOR.source_schema)
