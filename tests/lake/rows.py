"""Chunks and a clock for the lake's tests, in the shapes formats hand over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from hexameter.contracts.records import BatchInfo, Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.lake.store import Lake

NO_REJECTS = pa.schema([("row", pa.int64()), ("field", pa.string()), ("value", pa.string()), ("why", pa.string())]).empty_table()
T0 = datetime(2025, 7, 1, tzinfo=UTC)


class Ticking:
    """A clock that moves a second whenever it is asked."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


def lake_at(path: Path) -> Lake:
    return Lake.open(path, Ticking())


def post_id(when: datetime, n: int = 0) -> str:
    return str((int(when.timestamp()) << 32) + n)


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = BY_NAME[name].source_schema
    return pa.Table.from_pylist([{f.name: row.get(f.name) for f in schema} for row in rows], schema=schema)


def reading(post: int, day: int = 1, **counters: Any) -> dict[str, Any]:
    """Post number `post` (its creator is post % 7), read on a day of August 2025."""
    made = T0 + timedelta(days=post % 90)
    row = {
        "post_id": post_id(made, post),
        "creator_id": f"68{post % 7:017}",
        "captured_at": datetime(2025, 8, day, tzinfo=UTC),
        "source": "csv",
    }
    return row | {"precision": "exact"} | (counters or {"views": post * 100 + day, "likes": post})


def description(post: int, **said: Any) -> dict[str, Any]:
    made = T0 + timedelta(days=post % 90)
    row = {"post_id": post_id(made, post), "creator_id": f"68{post % 7:017}", "handle": f"maker{post % 7}", "published_at": made}
    return row | {"caption": f"post {post} #glowday", "hashtags": ["glowday"], "first_seen_at": datetime(2025, 8, 1, tzinfo=UTC)} | said


def chunk(readings: list[dict[str, Any]], posts: list[dict[str, Any]] | None = None, **beside: list[dict[str, Any]]) -> Chunk:
    others = {"post": posts or [], **beside}
    return Chunk(
        read=len(readings),
        readings={"post_snapshot": table("post_snapshot", readings)},
        beside={name: table(name, rows) for name, rows in others.items() if rows},
        rejects=NO_REJECTS,
        rejected=0,
    )


def info(batch_id: str = "b1", source: str = "csv") -> BatchInfo:
    return BatchInfo(batch_id, source, f"{batch_id}.csv", "00")


def world(posts: int = 60, days: int = 3, chunks: int = 2) -> list[Chunk]:
    """`days` readings of each post, their descriptions and their creators' followers."""
    every = [(p, d) for d in range(1, days + 1) for p in range(posts)]
    size = -(-len(every) // chunks)
    followers = lambda p, d: {  # noqa: E731
        "creator_id": f"68{p % 7:017}",
        "handle": f"maker{p % 7}",
        "captured_at": datetime(2025, 8, d, tzinfo=UTC),
        "source": "csv",
        "followers": 1000 * (p % 7) + d,
        "precision": "exact",
    }
    return [
        chunk(
            [reading(p, d) for p, d in part],
            [description(p) for p, _ in part],
            creator_snapshot=[followers(p, d) for p, d in part],
        )
        for part in (every[i : i + size] for i in range(0, len(every), size))
    ]


def content(lake: Lake, name: str, versions: dict[str, int] | None = None, stamps: bool = False) -> pl.DataFrame:
    """All rows of a table, in an order that does not depend on files; without the instant and batch of their storing."""
    files = lake.snapshot(versions).files(name)
    columns = [
        c.name for c in BY_NAME[name].columns if c.name != "month" and (stamps or c.name not in {"ingested_at", "started_at", "ended_at"})
    ]
    if not files:
        return pl.DataFrame(schema=columns)
    rows = pl.concat([pl.read_parquet(f.path, hive_partitioning=False).select(columns) for f in files])
    return rows.sort([c for c in columns if rows.schema[c] != pl.List(pl.String)])


def everything(lake: Lake) -> dict[str, pl.DataFrame]:
    """All base tables' rows, batches without their times."""
    return {name: content(lake, name) for name, t in BY_NAME.items() if not t.derived and content(lake, name).height}


def same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> bool:
    return one.keys() == other.keys() and all(one[n].equals(other[n]) for n in one)
