"""Old files and old log entries go; what readers may still need stays for a while. It changes no row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from deltalake import DeltaTable

from hexameter.errors import BadValue
from hexameter.lake.commit import commit_lock
from hexameter.lake.layout import table_folder
from hexameter.lake.log import TableLog
from hexameter.lake.staging import sweep

KEPT_HOURS = 24

_ENTRY = re.compile(r"(\d{20})[.\w\-]*\.(?:json|parquet|crc)")


def vacuum(lake: Path, logs: Mapping[str, TableLog], hours: int = KEPT_HOURS) -> dict[str, int]:
    """Remove files no version of the last `hours` hours needs, and what crashes left behind.

    Out     files removed, by table
    """
    if hours < 0:
        raise BadValue(f"vacuum cannot keep {hours} hours.", field="hours", value=str(hours), hint="Expected 0 or more.")
    sweep(lake)
    removed = {}
    for name, log in logs.items():
        with commit_lock(lake):  # an import between moving a file in and committing it holds the lock: its files are safe
            delta = log.delta()
            if delta is None:
                continue
            removed[name] = len(delta.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True))
            delta.update_incremental()
            delta.create_checkpoint()
            delta.cleanup_metadata()
    return removed


def purge(lake: Path, logs: Mapping[str, TableLog]) -> None:
    """Leave nothing but the newest version of every table: older files, log entries and checkpoints go.

    The caller holds the commit lock.
    """
    for name, log in logs.items():
        folder = table_folder(lake, name)
        if log.delta() is None:
            continue
        delta = DeltaTable(str(folder))
        newest = delta.version()
        delta.create_checkpoint()
        needed = {Path(file.path) for file in log.files()}
        for path in folder.rglob("*.parquet"):
            if "_delta_log" not in path.parts and path not in needed:
                path.unlink()
        for entry in (folder / "_delta_log").iterdir():
            found = _ENTRY.fullmatch(entry.name)
            if found and int(found.group(1)) < newest:
                entry.unlink()
    sweep(lake)
