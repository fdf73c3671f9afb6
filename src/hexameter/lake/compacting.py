"""Many small files become few sorted ones; no row changes. It runs in a process of its own (`python -m hexameter.lake.compacting`)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from hexameter.contracts.tables import BY_NAME, TABLES, Table
from hexameter.errors import OurError
from hexameter.lake.commit import commit_lock, publish
from hexameter.lake.faults import plain_faults
from hexameter.lake.layout import clustered_order, frame_schema, statistics, table_folder
from hexameter.lake.log import FileIndex, TableLog
from hexameter.lake.reading import pieces
from hexameter.lake.staging import ROW_GROUP_ROWS, StagedFile, staging

# A file of this size or so many rows is left alone; smaller ones are joined into files of about the targets. Rows count beside bytes
# because a question reads a whole footer: with 8 million narrow readings in one file, that took as long as the campaign's rows.
SMALL_BYTES, SMALL_ROWS = 64 << 20, 1_000_000
TARGET_BYTES, TARGET_ROWS = 192 << 20, 2_000_000
# Rows sorted in memory at once. Files are sorted already, so a range of creators is read from few row groups of each.
SORTED_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Job:
    """Files of one partition to be joined."""

    month: str | None
    files: Sequence[str]
    relative: Sequence[str]
    rows: int


def compact_in_child(lake: Path, tables: Sequence[str]) -> dict[str, dict[str, int]]:
    """Compact in a child process: its memory is given back, and should the system kill it, nothing is lost.

    Out     by table: files before and after
    """
    command = [sys.executable, "-m", "hexameter.lake.compacting", str(lake), *tables]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"it ended with {done.returncode}"
        raise OurError(f"compaction of {lake} stopped: {said}. No row is lost; run it again.")
    result: dict[str, dict[str, int]] = json.loads(done.stdout)
    return result


def compact(lake: Path, logs: Mapping[str, TableLog], tables: Sequence[str]) -> dict[str, dict[str, int]]:
    """Join small files of each partition, one commit a partition; a partition that changed meanwhile is left for the next time."""
    counts = {}
    for name in tables:
        before = len(logs[name].files())
        for job in jobs(logs[name].current()):
            with staging(lake, f"compact_{name}") as folder:
                staged = list(_sorted_files(BY_NAME[name], job, folder))
                if sum(s.rows for s in staged) != job.rows:
                    raise OurError(f"compaction of table {name} would change the number of rows; nothing was replaced.")
                with commit_lock(lake):
                    index = logs[name].current()
                    if index is not None and set(job.relative) <= set(index.relative):
                        publish(lake, BY_NAME[name], logs[name], staged, removes=job.relative, rearranged=True)
        if before:
            counts[name] = {"before": before, "after": len(logs[name].files())}
    return counts


def jobs(index: FileIndex | None) -> list[Job]:
    """Partitions with at least two small files."""
    if index is None:
        return []
    groups: dict[str | None, list[int]] = {}
    for i, file in enumerate(index.files):
        if file.bytes < SMALL_BYTES and file.rows < SMALL_ROWS:
            groups.setdefault(None if index.months is None else str(index.months[i]), []).append(i)
    return [
        Job(month, [index.files[i].path for i in places], [index.relative[i] for i in places], sum(index.files[i].rows for i in places))
        for month, places in sorted(groups.items(), key=lambda g: g[0] or "")
        if len(places) > 1
    ]


def _sorted_files(table: Table, job: Job, folder: Path) -> Iterator[StagedFile]:
    """The job's rows in the table's order, as files of the target size; memory holds one range of them at a time."""
    target = folder / table.name
    target.mkdir(parents=True, exist_ok=True)
    out: _Output | None = None
    for rows in _ranges(table, job):
        out = out or _Output(table, target, job.month)
        out.write(rows)
        if out.full:
            yield out.close()
            out = None
    if out is not None:
        yield out.close()


def _ranges(table: Table, job: Job) -> Iterator[pl.DataFrame]:
    columns = list(frame_schema(table))
    first = table.cluster_by[0]
    for low, high in _bounds(table, job, first):
        ranges: dict[str, tuple[Any, Any]] = {} if low is None or high is None else {first: (low, high)}
        found = []
        for path in job.files:
            for piece in pieces(table, path, columns, ranges):
                inside = pl.lit(True)
                if low is not None:
                    inside = inside & (pl.col(first) >= low)
                if high is not None:
                    inside = inside & (pl.col(first) < high)
                if low is None:
                    inside = inside | pl.col(first).is_null()
                found.append(piece.filter(inside.fill_null(low is None)))
        rows = pl.concat(found, rechunk=True)
        if rows.height:
            yield rows.select(pl.all().gather(clustered_order(table, rows, np.zeros(rows.height, dtype=np.int32))))


def _bounds(table: Table, job: Job, first: str) -> list[tuple[Any, Any]]:
    """Ranges [low, high) of the first column, each of about a million rows; (None, None) is everything. One value is never split."""
    parts = -(-job.rows // SORTED_AT_ONCE)
    if parts <= 1:
        return [(None, None)]
    step = max(1, job.rows // (parts * 1000))
    sample = pl.concat([p.gather_every(step) for path in job.files for p in pieces(table, path, [first], {})])[first].drop_nulls().sort()
    cuts = sorted({sample[len(sample) * i // parts] for i in range(1, parts)}) if len(sample) else []
    return list(zip([None, *cuts], [*cuts, None], strict=True))


class _Output:
    """One file being written, a sorted range after the other."""

    def __init__(self, table: Table, folder: Path, month: str | None):
        import uuid

        self._table, self._month = table, month
        self._schema = table.schema.remove(table.schema.get_field_index("month")) if table.by_month else table.schema
        self._path = folder / f"c-{uuid.uuid4().hex}.parquet"
        self._writer = pq.ParquetWriter(self._path, self._schema, compression="zstd", compression_level=3)
        self._rows = 0
        self._stats: list[dict[str, Any]] = []

    @property
    def bytes(self) -> int:
        return self._path.stat().st_size

    @property
    def full(self) -> bool:
        return self.bytes >= TARGET_BYTES or self._rows >= TARGET_ROWS

    def write(self, rows: pl.DataFrame) -> None:
        self._writer.write_table(rows.to_arrow().cast(self._schema), row_group_size=ROW_GROUP_ROWS)
        self._rows += rows.height
        self._stats.append(statistics(self._table, rows))

    def close(self) -> StagedFile:
        self._writer.close()
        return StagedFile(self._path, self._month, self._rows, self.bytes, _joined(self._stats))


def _joined(stats: list[dict[str, Any]]) -> dict[str, object]:
    """Statistics of a file from those of its parts; instants and days sort as they are spelt."""
    return {
        "numRecords": sum(s["numRecords"] for s in stats),
        "minValues": {c: min(s["minValues"][c] for s in stats if c in s["minValues"]) for c in _keys(stats, "minValues")},
        "maxValues": {c: max(s["maxValues"][c] for s in stats if c in s["maxValues"]) for c in _keys(stats, "maxValues")},
        "nullCount": {c: sum(s["nullCount"][c] for s in stats) for c in _keys(stats, "nullCount")},
    }


def _keys(stats: list[dict[str, Any]], part: str) -> list[str]:
    return sorted({c for s in stats for c in s[part]})


def main(lake: Path, tables: Sequence[str]) -> None:
    """The child process."""
    logs = {t.name: TableLog(table_folder(lake, t.name)) for t in TABLES}
    with plain_faults(lake):
        print(json.dumps(compact(lake, logs, tables)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
