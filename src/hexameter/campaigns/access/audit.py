"""The log of what people did to people, roles, shares and exports. It is only ever added to; a workspace's end takes its lines along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.access.tables import AUDIT
from hexameter.campaigns.database import reading, writing

_LONGEST = 500


class Audit:
    """The log of one home, by workspace; "" stands for what concerns the whole home, such as logins."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def note(self, workspace: str, who: str, what: str, about: str = "") -> None:
        """Add a line.

        In      who    a login, or the address of somebody unknown
                what   the act in a word or two: "login", "role changed"
                about  whom or what it concerns
        """
        with writing(self._engine, quickly=True) as connection:
            noted(connection, self._now(), workspace, who, what, about)

    def count(self, workspace: str) -> int:
        """How many lines a workspace has."""
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.count()).where(AUDIT.c.workspace == workspace)).scalar_one())

    def list(self, workspace: str, limit: int = 500, skip: int = 0) -> list[dict[str, Any]]:
        """The newest lines of a workspace, after the `skip` newest ones: at, who, what, about."""
        statement = sa.select(AUDIT).where(AUDIT.c.workspace == workspace).order_by(AUDIT.c.id.desc()).limit(limit).offset(skip)
        with reading(self._engine) as connection:
            rows = connection.execute(statement).all()
        return [{"at": row.at, "who": row.who, "what": row.what, "about": row.about} for row in rows]


def noted(connection: sa.Connection, at: datetime, workspace: str, who: str, what: str, about: str = "") -> None:
    """Add a line in the transaction of the act itself, so that neither is there without the other."""
    line = {"at": at, "workspace": workspace, "who": who[:_LONGEST], "what": what, "about": about[:_LONGEST].replace("\0", "")}
    connection.execute(sa.insert(AUDIT).values(line))
