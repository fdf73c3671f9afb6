"""One table of one batch on its way in: which rows are new, which are repeats. It commits nothing and knows no other table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from hexameter.contracts.tables import Table
from hexameter.errors import OurError
from hexameter.lake.layout import always_there, frame_schema, month_name, months_of, whole
from hexameter.lake.log import FileIndex
from hexameter.lake.reading import files_in_range, key_ranges, pieces
from hexameter.lake.sieve import IN_LAKE, Hashes, KeyFilter, Told, among, key_hashes, picked, settle
from hexameter.lake.staged_keys import StagedKeys
from hexameter.lake.staging import StagedFile, StagedTable
from hexameter.lake.suspects import Suspects

# Readings of posts are the bulk of every file and hardly ever repeat within one; descriptions repeat with every reading: only for these
# it pays to hash all content at once.
_LARGEST = "post_snapshot"
_IN_VAIN = 100_000  # rows of which none was told before: it is not asked any more
_FEW = 0.1  # of rows that are put aside: the others need not be copied


@dataclass(frozen=True)
class Batch:
    """What every row of a batch carries."""

    batch_id: str
    ingested_at: datetime


@dataclass
class TableIntake:
    """Takes rows chunk by chunk; `settle_suspects` ends the intake.

    base      the table's files when the batch began
    readings  rows so far that count as stored or duplicate of the file, `repeats` and `conflicts` of them
    """

    table: Table
    base: FileIndex | None
    batch: Batch
    folder: Path
    readings: int = 0
    repeats: int = 0
    conflicts: int = 0
    _seq: int = 0
    _reading_ranges: list[tuple[int, int]] = field(default_factory=list)
    _asked_in_vain: int = 0
    _lake_read: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.kinds = frame_schema(self.table)
        self._filter = KeyFilter()
        self._told = Told(self.table)
        self._keys = StagedKeys(self.folder / "keys" / self.table.name)
        self._suspects = Suspects(self.table, self.folder / "suspects" / self.table.name)
        stamps = {"batch_id": self.batch.batch_id, "ingested_at": self.batch.ingested_at}
        self.staged = StagedTable(self.table, self.folder / self.table.name, self.batch.batch_id[:16], stamps)
        self.echoes = StagedTable(self.table, self.folder / "echoes" / self.table.name, self.batch.batch_id[:16], stamps)

    def take(self, rows: pa.Table, reading: bool) -> None:
        """Rows as a source hands them over; `reading`: each is one row of the file."""
        if rows.num_rows == 0:
            return
        frame = self._framed(rows)
        if reading:
            self.readings += frame.height
            self._reading_ranges.append((self._seq, self._seq + frame.height))
        self._seq += frame.height
        if self.table.name != _LARGEST:
            frame = self._without_told(frame)
        self._sift(frame)

    def settle_suspects(self) -> None:
        """Compare the rows whose key was seen before, exactly, and stage those that say something new."""
        for rows in self._suspects.parts():
            known = self._known_in_lake(self.base, rows)
            met = self._met(key_hashes(self.table, rows), key_hashes(self.table, known))
            if not met.all():
                self.staged.add(rows.filter(~met))  # the filter erred
                rows = rows.filter(met)
            if rows.height:
                self._settle(rows, pl.concat([known, self._known_in_batch(rows)]))

    def _met(self, hashes: Hashes, known: Hashes) -> npt.NDArray[np.bool_]:
        """Which keys stand in the lake, in what is staged, or more than once among these."""
        order = np.argsort(hashes)
        ascending = hashes[order]  # looked up in their order, they are found three times as fast
        twice = np.r_[False, ascending[1:] == ascending[:-1]]
        found = twice | np.r_[twice[1:], False]
        found |= among(ascending, np.sort(known)) | self._keys.hold(ascending)
        met: npt.NDArray[np.bool_] = np.empty(len(hashes), dtype=np.bool_)
        met[order] = found
        return met

    def recheck(self, now: FileIndex | None) -> None:
        """Compare what is staged with files that came into the lake since the batch began, and move the base forward."""
        fresh = _since(self.base, now)
        self.base = now
        if fresh is None or self.staged.rows == 0:
            return
        replaced: dict[StagedFile | None, pl.DataFrame] = {}
        again = []
        for file, rows in self.staged.pieces():
            hits = self._known_in_lake(fresh, rows)
            if hits.height == 0:
                if file is None:
                    replaced[None] = pl.concat([replaced[None], rows]) if None in replaced else rows
                continue
            met = np.isin(key_hashes(self.table, rows), key_hashes(self.table, hits))
            rest = rows.filter(~met)
            replaced[file] = pl.concat([replaced[file], rest]) if file in replaced else rest
            again.append(rows.filter(met))
        if again:
            self.staged.replace(replaced)
            suspects = pl.concat(again)
            self._settle(suspects, self._known_in_lake(fresh, suspects))

    def is_reading(self, seq: pl.Series) -> npt.NDArray[np.bool_]:
        """Whether the rows of these numbers count as rows of the file."""
        numbers = seq.to_numpy()
        if not self._reading_ranges:
            return np.zeros(len(numbers), dtype=bool)
        starts = np.array([a for a, _ in self._reading_ranges])
        ends = np.array([b for _, b in self._reading_ranges])
        place = np.searchsorted(starts, numbers, side="right") - 1
        return np.asarray((place >= 0) & (numbers < ends[place]))

    def _framed(self, rows: pa.Table) -> pl.DataFrame:
        strange = set(rows.column_names) - set(self.table.content)
        if strange:
            raise OurError(f"table {self.table.name} has no column {sorted(strange)[0]}; the format must hand over its source_schema.")
        needed = always_there(self.table)
        frame = pl.from_arrow(rows.select([c for c in rows.column_names if c in needed or rows[c].null_count < rows.num_rows]))
        assert isinstance(frame, pl.DataFrame)
        absent = [pl.lit(None, dtype=self.kinds[c]).alias(c) for c in needed.difference(frame.columns)]
        number = pl.int_range(self._seq, self._seq + frame.height, dtype=pl.Int64).alias("seq")
        others = [pl.col(c).cast(self.kinds[c]) for c, kind in frame.schema.items() if kind != self.kinds[c]]
        return frame.with_columns(*others, *absent, number)

    def _without_told(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Leave out rows whose key and content stood in this batch before, unless the source is one that hands nothing over twice."""
        if self._asked_in_vain > _IN_VAIN:
            return rows
        new = self._told.new(rows)
        if new.all():
            self._asked_in_vain += rows.height
            return rows
        self._asked_in_vain = 0
        self.repeats += int(self.is_reading(rows["seq"].filter(~new)).sum())
        return picked(rows, new)

    def _sift(self, rows: pl.DataFrame) -> None:
        self._learn_lake_keys(rows)
        hashes = key_hashes(self.table, rows)
        suspect = self._filter.seen(hashes)
        ascending = np.sort(hashes)
        if (ascending[1:] == ascending[:-1]).any():
            suspect |= ~pl.Series(hashes).is_first_distinct().to_numpy()
            ascending = np.sort(hashes[~suspect])
        else:
            ascending = np.delete(ascending, np.searchsorted(ascending, hashes[suspect]))
        self._filter.add(ascending)
        self._keys.add(ascending)
        if not suspect.any():
            self.staged.add(rows)
            return
        self._suspects.add(picked(rows, suspect))
        if np.count_nonzero(suspect) < rows.height * _FEW:
            self.staged.add(rows, ~suspect)
        else:
            self.staged.add(picked(rows, ~suspect))

    def _learn_lake_keys(self, rows: pl.DataFrame) -> None:
        if self.base is None:
            return
        ranges = key_ranges(self.table, rows)
        for path in files_in_range(self.table, self.base, rows):
            for piece in pieces(self.table, path, self.table.key, ranges, self._lake_read):
                self._filter.add(np.sort(key_hashes(self.table, piece)))

    def _known_in_lake(self, index: FileIndex | None, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of the lake that share a key with one of the rows."""
        content = list(self.table.content)
        asked, ranges, found = np.sort(key_hashes(self.table, rows)), key_ranges(self.table, rows), []
        for path in files_in_range(self.table, index, rows):
            for piece in pieces(self.table, path, content, ranges):
                met = among(key_hashes(self.table, piece), asked)
                found.append(piece.filter(met).with_columns(_order=pl.lit(IN_LAKE, dtype=pl.Int64)))
        return pl.concat([self._nothing_known(), *found])

    def _known_in_batch(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Staged rows that share a key with one of the rows."""
        asked = np.sort(key_hashes(self.table, rows))
        months = {month_name(m) for m in np.unique(months_of(self.table, rows)).tolist()} if self.table.by_month else None
        found = []
        for _, piece in self.staged.pieces(months):
            met = among(key_hashes(self.table, piece), asked)
            found.append(piece.filter(met).select(*self.table.content, _order="seq"))
        return pl.concat([self._nothing_known(), *found])

    def _nothing_known(self) -> pl.DataFrame:
        return pl.DataFrame(schema={**{c: self.kinds[c] for c in self.table.content}, "_order": pl.Int64})

    def _settle(self, suspects: pl.DataFrame, known: pl.DataFrame) -> None:
        verdict = settle(self.table, whole(self.table, suspects), known)
        counted = self.is_reading(suspects["seq"])
        repeats = verdict["repeats"].to_numpy()
        self.repeats += int((repeats & counted).sum())
        self.conflicts += int((verdict["contradicts"].to_numpy() & ~repeats & counted).sum())
        self.staged.add(suspects.filter(~repeats))
        self.echoes.add(suspects.filter(repeats))


def _since(base: FileIndex | None, now: FileIndex | None) -> FileIndex | None:
    """The files of `now` that `base` does not have; None when there are none. Compacted files count: they may hold a stranger's rows."""
    if now is None:
        return None
    old = set(base.relative) if base else set()
    places = [i for i, p in enumerate(now.relative) if p not in old]
    return now.only(places) if places else None
