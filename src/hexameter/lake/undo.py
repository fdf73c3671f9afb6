"""An import is taken back: the lake becomes what it would be without it. Only this and erasure ever change the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from hexameter.contracts.tables import BY_NAME, Table
from hexameter.lake.commit import commit_lock, publish
from hexameter.lake.echoes import Echoes
from hexameter.lake.layout import COMMIT_ORDER, frame_schema
from hexameter.lake.log import FileIndex, TableLog
from hexameter.lake.reading import files_in_range, pieces
from hexameter.lake.sieve import IN_LAKE, among, key_hashes, settle
from hexameter.lake.staging import StagedTable, staging


def undo(lake: Path, logs: Mapping[str, TableLog], batch_id: str) -> dict[str, int]:
    """Remove what a batch added. A row that a later file brought again stays, as that file's.

    Imports wait while it runs. After a crash, running it again completes it: each table changes in one commit, and the batch's receipt
    goes last. Roll-ups are left to `maintain`.
    Out     rows removed, by table; {} when there is nothing of the batch
    """
    counts = {}
    with staging(lake, "undo") as folder, commit_lock(lake):
        echoes = Echoes(lake)
        names = [*reversed([n for n in COMMIT_ORDER if n != "batch"]), "batch"]  # no reader meets a reading without its post
        for name in names:
            counts[name] = _withdraw(lake, BY_NAME[name], logs[name], folder, batch_id, echoes)
        for name in COMMIT_ORDER:
            echoes.drop(BY_NAME[name], batch_id)
    return {name: n for name, n in counts.items() if n}


def _withdraw(lake: Path, table: Table, log: TableLog, folder: Path, batch_id: str, echoes: Echoes) -> int:
    """The rows of the batch go out and those that others brought too come in, in one commit."""
    index = log.current()
    if index is None:
        return 0
    mine, columns = pl.col("batch_id") == batch_id, list(frame_schema(table))
    staged, gone, lost = StagedTable(table, folder / table.name, "u"), [], 0
    for i in np.flatnonzero(index.overlaps("batch_id", batch_id, batch_id)):
        before = list(pieces(table, index.files[int(i)].path, columns, {}))
        theirs = sum(int((piece["batch_id"] == batch_id).sum()) for piece in before)
        if theirs:
            gone.append(index.relative[int(i)])
            lost += theirs
            for piece in before:
                staged.add(piece.filter(~mine))
    if gone:
        for rows in _given_back(table, index, batch_id, echoes):
            staged.add(rows)
        staged.flush()
        publish(lake, table, log, staged.files, removes=gone)
    return lost


def _given_back(table: Table, index: FileIndex, batch_id: str, echoes: Echoes) -> Iterator[pl.DataFrame]:
    """Repeats of other batches that say something new once the batch is gone."""
    nothing = pl.DataFrame(schema={**{c: frame_schema(table)[c] for c in table.content}, "_order": pl.Int64})
    back = [nothing]
    for suspects in echoes.rows(table, without=batch_id):
        asked = np.sort(key_hashes(table, suspects))
        known = [*back]
        for path in files_in_range(table, index, suspects):
            for piece in pieces(table, path, [*table.content, "batch_id"], {}):
                others = piece.filter(pl.col("batch_id") != batch_id)
                met = others.filter(among(key_hashes(table, others), asked))
                known.append(met.select(*table.content, _order=pl.lit(IN_LAKE, dtype=pl.Int64)))
        fresh = suspects.filter(~settle(table, suspects, pl.concat(known))["repeats"])
        if fresh.height:
            back.append(fresh.select(*table.content, _order=pl.lit(IN_LAKE, dtype=pl.Int64)))
            yield fresh
