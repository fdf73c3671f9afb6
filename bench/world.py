"""A lake of a chosen size with one campaign of 200 posts in it, made by DuckDB and stored by the lake's own door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from hexameter.contracts.records import BatchInfo, Chunk
from hexameter.contracts.tables import BY_NAME

READINGS_PER_POST = 50
POSTS_PER_CREATOR = 25
CAMPAIGN_CREATORS = 20
CAMPAIGN_POSTS = 200
FIRST_SECOND = int(datetime(2024, 7, 1, tzinfo=UTC).timestamp())
YEAR_SECONDS = 365 * 86_400
TAG = "glowday"

CAMPAIGN_FROM, CAMPAIGN_TO = "2025-01-01", "2025-01-28"
CAMPAIGN_SECOND = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())

# A post every `step` seconds over a year; creators take turns, so each posts all year round.
POSTS = """
select (((({first} + p * {step})::bigint) << 32) + p)::varchar as post_id, '70' || (p % {creators}) as creator_id,
       'creator_' || (p % {creators}) as handle, ({first} + p * {step})::bigint as published_second, 'tag' || (p % 5000) as tag, p
from range({low}, {high}) t(p)
"""

# The campaign's own posts: ten of each of its creators in January.
CAMPAIGN = f"""
select ((({CAMPAIGN_SECOND} + p * 12000)::bigint << 32) + 900000000 + p)::varchar as post_id,
       '90' || (p % {CAMPAIGN_CREATORS}) as creator_id,
       'glow_' || (p % {CAMPAIGN_CREATORS}) as handle, {CAMPAIGN_SECOND} + p * 12000 as published_second, '{TAG}' as tag, p
from range({CAMPAIGN_POSTS}) t(p)
"""


def shape(readings: int) -> dict[str, int | float]:
    """How many posts and creators a lake of so many readings has."""
    posts = readings // READINGS_PER_POST
    creators = max(posts // POSTS_PER_CREATOR, CAMPAIGN_CREATORS)
    return {"posts": posts, "creators": creators, "step": YEAR_SECONDS / posts, "first": FIRST_SECOND}


def campaign_handles() -> list[str]:
    """The campaign's creators."""
    return [f"glow_{c}" for c in range(CAMPAIGN_CREATORS)]


def chunks(readings: int, posts_per_chunk: int = 10_000) -> Iterator[Chunk]:
    """The lake's rows in bounded chunks, in the shape a source hands over; the campaign's come first."""
    facts = shape(readings)
    con = duckdb.connect()
    con.execute("set threads = 2; set timezone = 'UTC'")
    con.execute("create temp table p as " + CAMPAIGN)
    yield _chunk(con)
    for low in range(0, int(facts["posts"]), posts_per_chunk):
        high = min(low + posts_per_chunk, int(facts["posts"]))
        con.execute("create or replace temp table p as " + POSTS.format(**facts, low=low, high=high))
        yield _chunk(con)


def _chunk(con: duckdb.DuckDBPyConnection) -> Chunk:
    snapshots = _typed(con, "post_snapshot", SNAPSHOTS)
    beside = {"post": _typed(con, "post", DESCRIPTIONS), "creator_snapshot": _typed(con, "creator_snapshot", FOLLOWERS)}
    rejects = pa.table({"row": pa.array([], pa.int64()), "field": [], "value": [], "why": []})
    return Chunk(read=snapshots.num_rows, readings={"post_snapshot": snapshots}, beside=beside, rejects=rejects, rejected=0)


SNAPSHOTS = f"""
select post_id, creator_id, 'bench' as source, 'exact' as precision,
       to_timestamp(published_second + (k + 1) * 43200) as captured_at,
       ((hash(p) % 100000) * (1 - exp(-(k + 1) / 10.0)))::bigint as views,
       ((hash(p) % 9000) * (1 - exp(-(k + 1) / 10.0)))::bigint as likes,
       ((hash(p) % 400) * (1 - exp(-(k + 1) / 10.0)))::bigint as comments,
       ((hash(p) % 300) * (1 - exp(-(k + 1) / 10.0)))::bigint as shares,
       ((hash(p) % 200) * (1 - exp(-(k + 1) / 10.0)))::bigint as saves
from p, range({READINGS_PER_POST}) r(k)
"""

DESCRIPTIONS = """
select post_id, creator_id, handle, to_timestamp(published_second) as published_at, 'a caption of usual length #' || tag as caption,
       [tag] as hashtags, cast([] as varchar[]) as mentions, 21.0 as duration_seconds, 'video' as media_type,
       to_timestamp(published_second + 43200) as first_seen_at
from p
"""

FOLLOWERS = """
select creator_id, handle, 'bench' as source, 'exact' as precision,
       to_timestamp(published_second - 3600) as captured_at, 10000 + (p % 7919) as followers
from p
"""


def _typed(con: duckdb.DuckDBPyConnection, table: str, sql: str) -> pa.Table:
    """A query's rows in the table's own columns; those it does not name are null."""
    rows = con.sql(sql).to_arrow_table()
    schema = BY_NAME[table].source_schema
    columns = [rows[f.name].cast(f.type) if f.name in rows.column_names else pa.nulls(rows.num_rows, f.type) for f in schema]
    return pa.table(columns, schema=schema)


def batch(readings: int) -> BatchInfo:
    """The one batch a bench lake is made of."""
    return BatchInfo(batch_id=f"bench-{readings}", source="bench", origin=f"{readings} simulated readings", sha256="0" * 64)
