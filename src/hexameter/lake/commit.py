"""Staged files become part of a Delta table, under a lock between processes. It does not decide which rows."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.transaction import AddAction, RemoveAction

from hexameter.contracts.tables import Table
from hexameter.lake.faults import newer
from hexameter.lake.layout import stats_columns, table_folder
from hexameter.lake.log import TableLog
from hexameter.lake.staging import StagedFile

_LOCK = ".lock"
# 10 writers with 60 commits each lost 5 % with the default of 15 retries and none with 200 (METHODS.md); the lock makes retries rare.
_RETRIES = 200
_WRITER_VERSION = 7  # the newest Delta writer protocol delta-rs 1.6 knows


@contextmanager
def commit_lock(lake: Path) -> Iterator[None]:
    """Only one process at a time looks at the newest versions and commits what it found.

    Delta's own check of conflicts is no substitute: delta-rs 1.6 lets two commits remove the same file, so that two compactions
    would double its rows, and it knows nothing of keys. The system gives the lock back when a process dies.
    """
    handle = os.open(lake / _LOCK, os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def opened_for_commit(lake: Path, table: Table, log: TableLog) -> DeltaTable:
    """The table at its newest version, made now if it did not exist; columns that this version of Hexameter adds are added."""
    delta = log.delta()
    if delta is None:
        delta = DeltaTable.create(
            str(table_folder(lake, table.name)),
            schema=Schema.from_arrow(table.schema),
            mode="ignore",
            partition_by=["month"] if table.by_month else None,
            configuration={
                "delta.dataSkippingStatsColumns": ",".join(stats_columns(table)),
                "delta.checkpointInterval": "50",
            },
        )
    if delta.protocol().min_writer_version > _WRITER_VERSION:
        raise newer(lake, f"table {table.name} wants Delta writer version {delta.protocol().min_writer_version}")
    have = {f.name for f in delta.schema().fields}
    late = [f for f in Schema.from_arrow(table.schema).fields if f.name not in have]
    if late:
        delta.alter.add_columns(late)
        delta.update_incremental()
    if strange := have - {c.name for c in table.columns}:
        raise newer(lake, f"table {table.name} has a column {sorted(strange)[0]}")
    return delta


def publish(
    lake: Path,
    table: Table,
    log: TableLog,
    adds: Sequence[StagedFile],
    *,
    removes: Sequence[str] = (),
    batch_id: str | None = None,
    rearranged: bool = False,
    transactions: Sequence[Transaction] = (),
) -> list[str]:
    """One commit: these files come in, those go out.

    In      removes     paths as the log spells them
            batch_id    recorded as the commit's application transaction
            transactions  further ones
            rearranged  the rows are the same as before (compaction)
    Out     the new files' paths as the log spells them
    """
    delta = opened_for_commit(lake, table, log)
    added = [_moved_in(lake, table, file, changed=not rearranged) for file in adds]
    now = int(time.time() * 1000)
    gone = [RemoveAction(path, not rearranged, now, None, _partition(table, path)) for path in removes]
    delta.create_write_transaction(
        [*added, *gone],
        mode="append",
        schema=Schema.from_arrow(table.schema),
        partition_by=["month"] if table.by_month else None,
        commit_properties=CommitProperties(
            max_commit_retries=_RETRIES,
            app_transactions=[*transactions, *_transaction(delta, batch_id)],
        ),
    )
    return [add.path for add in added]


def _transaction(delta: DeltaTable, batch_id: str | None) -> list[Transaction]:
    """Which batch this commit belongs to. It is a record, no gate: after an erasure or an undo the same batch may come again."""
    return [] if batch_id is None else [Transaction(batch_id, (delta.transaction_version(batch_id) or 0) + 1)]


def _moved_in(lake: Path, table: Table, file: StagedFile, changed: bool) -> AddAction:
    """Into the table's folder, where nobody sees it until the commit; the name is unique, so nothing is overwritten."""
    relative = f"month={file.month}/{file.path.name}" if table.by_month else file.path.name
    target = table_folder(lake, table.name) / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(file.path, target)
    partition = {"month": file.month} if table.by_month else {}
    return AddAction(relative, file.bytes, partition, int(target.stat().st_mtime * 1000), changed, json.dumps(file.stats))


def _partition(table: Table, path: str) -> dict[str, str | None] | None:
    return {"month": path.split("/", 1)[0].removeprefix("month=")} if table.by_month else None
