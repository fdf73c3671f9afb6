"""Frames become a chunk of lake tables. It checks nothing: types are cast to the lake's, missing columns are null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import pyarrow as pa

from hexameter.contracts.records import Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.sources.files.cells import REJECT_SCHEMA, REJECTS, no_rejects


def lake_table(frame: pl.DataFrame, name: str) -> pa.Table:
    """A frame as the lake's table `name`: columns by name, absent ones null, others dropped. Text comes as string_view, uncopied."""
    return lake_tables(frame, (name,))[name]


def lake_tables(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, pa.Table]:
    """The same rows as several of the lake's tables; a column they share is converted once."""
    fields = {f.name: f.type for name in names for f in BY_NAME[name].source_schema}
    there = set(frame.columns)
    present = frame[[c for c in fields if c in there]].rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    columns = {c: _typed(present[c], fields[c]) for c in present.column_names}
    nothing = {t: pa.nulls(frame.height, t) for c, t in fields.items() if c not in columns}
    tables = {}
    for name in names:
        schema = BY_NAME[name].source_schema
        tables[name] = pa.table({f.name: columns[f.name] if f.name in columns else nothing[f.type] for f in schema})
    return tables


def _typed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    as_it_is = column.type == kind or (pa.types.is_string(kind) and pa.types.is_string_view(column.type))
    return column if as_it_is else column.cast(kind)


def _tables(frames: Mapping[str, pl.DataFrame | pa.Table]) -> dict[str, pa.Table]:
    tables = {name: f if isinstance(f, pa.Table) else lake_table(f, name) for name, f in frames.items() if len(f)}
    return {name: t for name, t in tables.items() if t.num_rows}


def chunk_of(
    read: int,
    readings: Mapping[str, pl.DataFrame | pa.Table],
    beside: Mapping[str, pl.DataFrame | pa.Table] | None = None,
    rejects: Sequence[pl.DataFrame] = (),
) -> Chunk:
    """A chunk from frames (or finished tables) by table name; `rejected` counts the distinct rows refused. Empty frames are left out."""
    refused = pl.concat([r.select(pl.col(c).cast(t) for c, t in REJECTS.items()) for r in rejects if r.height] or [no_rejects()])
    refused = refused.sort("row", maintain_order=True)
    return Chunk(
        read=read,
        readings=_tables(readings),
        beside=_tables(beside or {}),
        rejects=refused.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(REJECT_SCHEMA),
        rejected=refused["row"].n_unique(),
    )
