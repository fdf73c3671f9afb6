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
from hexameter.lake.layout import frame_schema, month_name, months_of
from hexameter.lake.log import FileIndex
from hexameter.lake.reading import files_in_range, key_ranges, pieces
from hexameter.lake.sieve import IN_LAKE, KeyFilter, digests, key_hashes, settle
from hexameter.lake.staging import StagedFile, StagedTable

_SETTLED_AT_ONCE = 1_000_000  # suspects compared at once, so that memory stays bounded
_WAITING_SUSPECTS = 500_000  # suspects kept in memory before they go to disk
# Readings hardly ever repeat within a file, descriptions do (once a reading): only for these it pays to hash all content at once.
_SELDOM_REPEATED = "post_snapshot"


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
    _filter: KeyFilter = field(default_factory=KeyFilter)
    _lake_read: set[tuple[str, int]] = field(default_factory=set)
    _told: pl.DataFrame | None = None
    _suspects: list[pl.DataFrame] = field(default_factory=list)
    _suspect_files: dict[int, list[Path]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kinds = frame_schema(self.table)
        self.staged = StagedTable(self.table, self.folder / self.table.name, self.batch.batch_id[:16])

    def take(self, rows: pa.Table, reading: bool) -> None:
        """Rows as a source hands them over; `reading`: each is one row of the file."""
        if rows.num_rows == 0:
            return
        frame = self._framed(rows)
        if reading:
            self.readings += frame.height
            self._reading_ranges.append((self._seq, self._seq + frame.height))
        self._seq += frame.height
        if self.table.name != _SELDOM_REPEATED:
            frame = self._without_told(frame)
        self._sift(frame)

    def settle_suspects(self) -> None:
        """Compare the rows whose key was seen before, exactly, and stage those that say something new."""
        self._spill(self._suspects)
        self._suspects = []
        if self._suspect_files and self.staged.files:
            self.staged.flush()
        for month, paths in sorted(self._suspect_files.items()):
            rows = pl.concat([pl.read_parquet(p) for p in paths])
            parts = -(-rows.height // _SETTLED_AT_ONCE)
            part_of = key_hashes(self.table, rows) % np.uint64(parts) if parts > 1 else np.zeros(rows.height)
            for part in range(parts):
                some = rows.filter(part_of == part)
                self._settle(some, pl.concat([self._known_in_lake(self.base, some), self._known_in_batch(month, some)]))

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
        frame = pl.from_arrow(rows)
        assert isinstance(frame, pl.DataFrame)
        stamps = {
            "batch_id": pl.lit(self.batch.batch_id),
            "seq": pl.int_range(self._seq, self._seq + frame.height, dtype=pl.Int64),
            "ingested_at": pl.lit(self.batch.ingested_at).cast(pl.Datetime("us", "UTC")),
        }
        given = {c: pl.col(c) for c in rows.column_names}
        return frame.select((given | stamps).get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in self.kinds.items())

    def _without_told(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Leave out rows whose key and content stood in this batch before."""
        told = digests(self.table, rows)
        new = told.select(pl.struct("d1", "d2").is_first_distinct()).to_series()
        if self._told is not None:
            new &= told.join(self._told.with_columns(old=True), on=["d1", "d2"], how="left", maintain_order="left")["old"].is_null()
        fresh = told.filter(new)
        self._told = fresh if self._told is None else pl.concat([self._told, fresh], rechunk=True)
        self.repeats += int(self.is_reading(rows["seq"].filter(~new)).sum())
        return rows.filter(new)

    def _sift(self, rows: pl.DataFrame) -> None:
        self._learn_lake_keys(rows)
        hashes = key_hashes(self.table, rows)
        suspect = ~pl.Series(hashes).is_first_distinct().to_numpy() | self._filter.seen(hashes)
        self._filter.add(hashes[~suspect])
        if suspect.any():
            self._suspects.append(rows.filter(suspect))
            if sum(s.height for s in self._suspects) > _WAITING_SUSPECTS:
                self._spill(self._suspects)
                self._suspects = []
            rows = rows.filter(~suspect)
        self.staged.add(rows)

    def _learn_lake_keys(self, rows: pl.DataFrame) -> None:
        ranges = key_ranges(self.table, rows)
        for path in files_in_range(self.table, self.base, rows):
            for piece in pieces(self.table, path, self.table.key, ranges, self._lake_read):
                self._filter.add(key_hashes(self.table, piece))

    def _spill(self, suspects: list[pl.DataFrame]) -> None:
        if not suspects:
            return
        rows = pl.concat(suspects)
        folder = self.folder / "suspects" / self.table.name
        folder.mkdir(parents=True, exist_ok=True)
        months = pl.Series("_month", months_of(self.table, rows))
        for (month,), part in rows.with_columns(months).partition_by("_month", as_dict=True, include_key=False).items():
            paths = self._suspect_files.setdefault(int(str(month)), [])
            path = folder / f"{month}-{len(paths)}.parquet"
            part.write_parquet(path, compression="lz4", statistics=False)
            paths.append(path)

    def _known_in_lake(self, index: FileIndex | None, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of the lake that share a key with one of the rows."""
        content = list(self.table.content)
        asked, ranges, found = pl.Series(key_hashes(self.table, rows)), key_ranges(self.table, rows), []
        for path in files_in_range(self.table, index, rows):
            for piece in pieces(self.table, path, content, ranges):
                met = pl.Series(key_hashes(self.table, piece)).is_in(asked.implode())
                found.append(piece.filter(met).with_columns(_order=pl.lit(IN_LAKE, dtype=pl.Int64)))
        nothing = pl.DataFrame(schema={**{c: self.kinds[c] for c in content}, "_order": pl.Int64})
        return pl.concat([nothing, *found])

    def _known_in_batch(self, month: int, rows: pl.DataFrame) -> pl.DataFrame:
        """Staged rows that share a key with one of the rows."""
        content = list(self.table.content)
        asked = pl.Series(key_hashes(self.table, rows)).implode()
        name = month_name(month) if self.table.by_month else None
        found = []
        for _, piece in self.staged.pieces(name):
            met = pl.Series(key_hashes(self.table, piece)).is_in(asked)
            found.append(piece.filter(met).select(*content, _order="seq"))
        nothing = pl.DataFrame(schema={**{c: self.kinds[c] for c in content}, "_order": pl.Int64})
        return pl.concat([nothing, *found])

    def _settle(self, suspects: pl.DataFrame, known: pl.DataFrame) -> None:
        verdict = settle(self.table, suspects, known)
        counted = self.is_reading(suspects["seq"])
        repeats = verdict["repeats"].to_numpy()
        self.repeats += int((repeats & counted).sum())
        self.conflicts += int((verdict["contradicts"].to_numpy() & ~repeats & counted).sum())
        self.staged.add(suspects.filter(~repeats))


def _since(base: FileIndex | None, now: FileIndex | None) -> FileIndex | None:
    """The files of `now` that `base` does not have; None when there are none. Compacted files count: they may hold a stranger's rows."""
    if now is None:
        return None
    old = set(base.relative) if base else set()
    places = [i for i, p in enumerate(now.relative) if p not in old]
    return now.only(places) if places else None
