"""When each thing that is read every so often was last read: listings, profiles, searches, reports. It plans nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.tables import METADATA, Instant

CHORE = sa.Table("chore", METADATA, sa.Column("name", sa.Text, primary_key=True), sa.Column("done_at", Instant, nullable=False))


class Chores:
    """The chores of this desk. A name carries no handle: it outlives the creator."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def done(self, names: Iterable[str], at: datetime) -> None:
        """These were done; an earlier instant said later changes nothing."""
        rows = [{"name": name, "done_at": at} for name in sorted(set(names))]
        if not rows:
            return
        with writing(self._engine) as connection:
            insert = upsert(connection, CHORE)
            newer = insert.on_conflict_do_update(
                index_elements=["name"], set_={"done_at": insert.excluded.done_at}, where=CHORE.c.done_at < insert.excluded.done_at
            )
            connection.execute(newer, rows)

    def all(self) -> dict[str, datetime]:
        """Every chore ever done, with the instant."""
        with reading(self._engine) as connection:
            return {row.name: row.done_at for row in connection.execute(sa.select(CHORE))}
