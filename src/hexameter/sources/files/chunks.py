"""Frames become a chunk of lake tables. It checks nothing: types are cast to the lake's, missing columns are null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import pyarrow as pa

from hexameter.contracts.records import Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.sources.files.cells import REJECT_SCHEMA, REJECTS, no_rejects


def lake_table(frame: pl.DataFrame, name: str) -> pa.Table:
    """A frame as the lake's table `name`, in its source_schema: columns by name, absent ones null, others dropped."""
    schema = BY_NAME[name].source_schema
    present = frame.select([f.name for f in schema if f.name in frame.columns]).to_arrow(compat_level=pl.CompatLevel.oldest())
    columns = [present[f.name].cast(f.type) if f.name in frame.columns else pa.nulls(frame.height, f.type) for f in schema]
    return pa.table(columns, schema=schema)


def chunk_of(
    read: int,
    readings: Mapping[str, pl.DataFrame],
    beside: Mapping[str, pl.DataFrame] | None = None,
    rejects: Sequence[pl.DataFrame] = (),
) -> Chunk:
    """A chunk from frames by table name; `rejected` counts the distinct rows among the rejects. Empty frames are left out."""
    refused = pl.concat([r.select(pl.col(c).cast(t) for c, t in REJECTS.items()) for r in rejects if r.height] or [no_rejects()])
    refused = refused.sort("row", maintain_order=True)
    return Chunk(
        read=read,
        readings={name: lake_table(f, name) for name, f in readings.items() if f.height},
        beside={name: lake_table(f, name) for name, f in (beside or {}).items() if f.height},
        rejects=refused.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(REJECT_SCHEMA),
        rejected=refused["row"].n_unique(),
    )
