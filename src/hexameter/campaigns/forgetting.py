"""Erases a creator from the desk so that the file's free pages keep nothing either. The lake has its own erasure."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from hexameter.campaigns.database import told_plainly, writing
from hexameter.campaigns.tables import COST, CREATOR, MENTION, ORDER, POST
from hexameter.campaigns.tracking import forgetting
from hexameter.campaigns.working_forgetting import erasing


def forget(engine: sa.Engine, now: datetime, handles: list[str], post_ids: list[str]) -> dict[str, int]:
    """Remove the creators and their posts; costs and orders keep their sums but lose handle, note and code.

    Of a connected account nothing is left but an entry, without a name, that somebody was erased.

    Out  rows changed or removed, by table
    """
    counts: dict[str, int] = {}
    with writing(engine) as connection:
        person = forgetting.person(connection, handles, post_ids)
        for table, change in [*_decided(person), *erasing(person), *forgetting.changes(connection, person)]:
            counts[table.name] = counts.get(table.name, 0) + connection.execute(change).rowcount
        forgetting.note_erasure(connection, person, now)
    if engine.dialect.name == "sqlite":
        _scrub(engine)
    return {name: n for name, n in counts.items() if n}


def _decided(person: forgetting.Person) -> list[tuple[sa.Table, sa.Delete | sa.Update]]:
    handles = person.handles
    return [
        (CREATOR, sa.delete(CREATOR).where(CREATOR.c.handle.in_(handles))),
        (MENTION, sa.delete(MENTION).where(MENTION.c.handle.in_(handles))),
        (COST, sa.update(COST).where(COST.c.handle.in_(handles)).values(handle=None, note=None)),
        (ORDER, sa.update(ORDER).where(ORDER.c.handle.in_(handles)).values(handle=None, code=None)),
        *((POST, sa.delete(POST).where(POST.c.post_id.in_(some))) for some in person.portions()),
    ]


def _scrub(engine: sa.Engine) -> None:
    """Rewrite the file and empty its log: deleted text stays in both otherwise."""
    with told_plainly(engine):
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM")
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()
