"""Small lakes for tests: dictionaries become the contract's tables, as Parquet behind the Snapshot protocol. No Delta log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hexameter.contracts.records import DataFile, Keep
from hexameter.contracts.tables import BY_NAME

Row = dict[str, Any]
INGESTED = datetime(2025, 8, 1, tzinfo=UTC)


def at(text: str) -> datetime:
    """at("2025-07-05T18:00") is that instant, UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of a lake table in its stored schema; columns left out are null, provenance is filled in by row order."""
    shape = BY_NAME[name]
    filled = [_filled(name, number, row) for number, row in enumerate(rows)]
    return pa.table({c.name: pa.array([row.get(c.name) for row in filled], c.type) for c in shape.columns}, schema=shape.schema)


def _filled(name: str, number: int, row: Mapping[str, Any]) -> Row:
    defaults: Row = {"batch_id": "b1", "seq": number, "ingested_at": INGESTED, "month": "0000-00", "source": "csv"}
    if name in ("post_snapshot", "creator_snapshot"):
        defaults["precision"] = "exact"
    if name == "post":
        defaults["first_seen_at"] = row.get("published_at")
    filled = {**defaults, **row}
    return {key: at(value) if key.endswith("_at") and isinstance(value, str) else value for key, value in filled.items()}


class FolderSnapshot:
    """Tables written as Parquet, `files` of them each; hints are not followed, which every caller must survive."""

    def __init__(self, folder: Path, tables: Mapping[str, pa.Table], files: int = 1):
        self.versions: dict[str, int] = dict.fromkeys(tables, 0)
        self._files: dict[str, list[DataFile]] = {}
        for name, rows in tables.items():
            self._files[name] = list(_written(folder, name, rows, files))

    def files(self, table: str, keep: Keep | None = None) -> list[DataFile]:
        return self._files.get(table, [])


def _written(folder: Path, name: str, rows: pa.Table, files: int) -> list[DataFile]:
    folder.mkdir(parents=True, exist_ok=True)
    stored = rows.drop_columns(["month"]) if "month" in rows.column_names else rows
    share = -(-max(stored.num_rows, 1) // files)
    out = []
    for number in range(files):
        part = stored.slice(number * share, share)
        # as the lake lays them out: a partition's value is in the path, not in the file
        path = folder / name / ("month=0000-00" if BY_NAME[name].by_month else "") / f"{number}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(part, path)
        out.append(DataFile(path=str(path), rows=part.num_rows, bytes=path.stat().st_size))
    return out
