"""Alerts as they were raised, and who has read them. Raised twice under one key, it is one alert."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.alerts.tables import ALERT, ALERT_READ
from hexameter.campaigns.database import reading, upsert, writing


@dataclass(frozen=True)
class Raised:
    """Something a person should know.

    key       what makes it the same alert when it is seen again
    kind      one of `services.alerts.rules.KINDS`
    campaign  its slug; None: the whole house
    subject   a handle, post id or source
    facts     JSON-ready, for machines
    """

    key: str
    kind: str
    campaign: str | None
    subject: str
    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Alert(Raised):
    """An alert with its number; `read`: by the reader who asks."""

    id: int = 0
    raised_at: datetime | None = None
    read: bool = False


class Alerts:
    """The alerts of this desk."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, new: Iterable[Raised], at: datetime) -> int:
        """Keep alerts; those whose key is known stay as they were.

        Out  how many are new
        """
        rows = [
            {
                "key": a.key,
                "kind": a.kind,
                "campaign": a.campaign,
                "subject": a.subject,
                "sentence": a.sentence,
                "facts": json.dumps(dict(a.facts), ensure_ascii=False, sort_keys=True),
                "raised_at": at,
            }
            for a in new
        ]
        if not rows:
            return 0
        with writing(self._engine) as connection:
            known = set(connection.execute(sa.select(ALERT.c.key).where(ALERT.c.key.in_([r["key"] for r in rows]))).scalars())
            fresh = list({r["key"]: r for r in rows if r["key"] not in known}.values())
            if fresh:
                connection.execute(upsert(connection, ALERT).on_conflict_do_nothing(), fresh)
        return len(fresh)

    def list(self, reader: str = "", campaign: str | None = None, unread: bool = False, limit: int = 200) -> list[Alert]:
        """Alerts, newest first.

        In      reader  whose reading counts for `read`
        """
        seen = ALERT_READ.c.alert_id.is_not(None)
        join = ALERT.outerjoin(ALERT_READ, sa.and_(ALERT_READ.c.alert_id == ALERT.c.id, ALERT_READ.c.reader == reader))
        statement = sa.select(ALERT, seen.label("read")).select_from(join).order_by(ALERT.c.raised_at.desc(), ALERT.c.id.desc())
        if campaign is not None:
            statement = statement.where(ALERT.c.campaign == campaign)
        if unread:
            statement = statement.where(~seen)
        with reading(self._engine) as connection:
            return [alert_of(row) for row in connection.execute(statement.limit(limit))]

    def unread(self, reader: str) -> int:
        """How many alerts somebody has not read."""
        join = ALERT.outerjoin(ALERT_READ, sa.and_(ALERT_READ.c.alert_id == ALERT.c.id, ALERT_READ.c.reader == reader))
        statement = sa.select(sa.func.count()).select_from(join).where(ALERT_READ.c.alert_id.is_(None))
        with reading(self._engine) as connection:
            return int(connection.execute(statement).scalar_one())

    def mark_read(self, reader: str, alerts: Iterable[int], at: datetime) -> None:
        """Somebody has read these."""
        rows = [{"alert_id": number, "reader": reader, "read_at": at} for number in sorted(set(alerts))]
        if not rows:
            return
        with writing(self._engine) as connection:
            known = set(connection.execute(sa.select(ALERT.c.id).where(ALERT.c.id.in_([r["alert_id"] for r in rows]))).scalars())
            there = [r for r in rows if r["alert_id"] in known]
            if there:
                connection.execute(upsert(connection, ALERT_READ).on_conflict_do_nothing(), there)

    def last(self) -> int:
        """The newest alert's number; 0: there is none."""
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(ALERT.c.id), 0))).scalar_one())


def alert_of(row: sa.Row[Any]) -> Alert:
    """An alert from its row; `read` is False where the row does not say."""
    m = row._mapping
    return Alert(
        key=m["key"],
        kind=m["kind"],
        campaign=m["campaign"],
        subject=m["subject"],
        sentence=m["sentence"],
        facts=json.loads(m["facts"]),
        id=m["id"],
        raised_at=m["raised_at"],
        read=bool(m.get("read", False)),
    )
