"""Erases a creator from the desk so that the file's free pages keep nothing either. The lake has its own erasure."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.database import told_plainly, writing
from hexameter.campaigns.tables import COST, CREATOR, MENTION, ORDER, POST


def forget(engine: sa.Engine, handles: list[str], post_ids: list[str]) -> dict[str, int]:
    """Remove the creators and their posts; costs and orders keep their sums but lose handle, note and code.

    Out  rows changed or removed, by table
    """
    changes: list[tuple[sa.Table, sa.Delete | sa.Update]] = [
        (CREATOR, sa.delete(CREATOR).where(CREATOR.c.handle.in_(handles))),
        (MENTION, sa.delete(MENTION).where(MENTION.c.handle.in_(handles))),
        (COST, sa.update(COST).where(COST.c.handle.in_(handles)).values(handle=None, note=None)),
        (ORDER, sa.update(ORDER).where(ORDER.c.handle.in_(handles)).values(handle=None, code=None)),
    ]
    slices = [post_ids[i : i + 500] for i in range(0, len(post_ids), 500)]
    changes += [(POST, sa.delete(POST).where(POST.c.post_id.in_(some))) for some in slices]
    counts: dict[str, int] = {}
    with writing(engine) as connection:
        for table, change in changes:
            counts[table.name] = counts.get(table.name, 0) + connection.execute(change).rowcount
    if engine.dialect.name == "sqlite":
        _scrub(engine)
    return {name: n for name, n in counts.items() if n}


def _scrub(engine: sa.Engine) -> None:
    """Rewrite the file and empty its log: deleted text stays in both otherwise."""
    with told_plainly(engine):
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM")
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()
