"""What is on its way to subscribers: queued once, tried again with growing pauses, given up in the end, never forgotten.

A delivery is taken by moving its next try into the future: a runner that dies while sending leaves it to be tried again, under the
same key, which the receiver may use to throw a repetition away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from hexameter.campaigns.alerts.raised import Alert, alert_of
from hexameter.campaigns.alerts.tables import ALERT, DELIVERY
from hexameter.campaigns.database import reading, upsert, writing

PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8), timedelta(hours=24))
_HELD = timedelta(minutes=5)


@dataclass(frozen=True)
class Delivery:
    """One message to one subscriber. `alert` None: a digest, named by its key."""

    id: int
    subscription_id: int
    key: str
    state: Literal["waiting", "sent", "failed"]
    tries: int
    next_at: datetime
    last_error: str | None
    ended_at: datetime | None
    alert: Alert | None


class Outbox:
    """The deliveries of this desk."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def queue(self, subscription_id: int, keys: Iterable[tuple[str, int | None]], at: datetime) -> int:
        """Deliver these (key, alert's number) to a subscriber; what is queued or was sent already stays as it is.

        Out  how many are new
        """
        rows = [
            {"subscription_id": subscription_id, "alert_id": alert, "key": key, "state": "waiting", "tries": 0, "next_at": at}
            for key, alert in keys
        ]
        if not rows:
            return 0
        with writing(self._engine) as connection:
            mine = sa.select(DELIVERY.c.key).where(
                DELIVERY.c.subscription_id == subscription_id, DELIVERY.c.key.in_([r["key"] for r in rows])
            )
            known = set(connection.execute(mine).scalars())
            fresh = [r for r in rows if r["key"] not in known]
            if fresh:
                connection.execute(upsert(connection, DELIVERY).on_conflict_do_nothing(), fresh)
        return len(fresh)

    def take(self, now: datetime) -> Delivery | None:
        """The next delivery that is due, held for a few minutes by who took it; None: nothing is due."""
        with writing(self._engine) as connection:
            due = (DELIVERY.c.state == "waiting", DELIVERY.c.next_at <= now)
            row = connection.execute(_everything().where(*due).order_by(DELIVERY.c.next_at, DELIVERY.c.id).limit(1)).first()
            if row is None:
                return None
            held = {"tries": DELIVERY.c.tries + 1, "next_at": now + _HELD}
            taken = connection.execute(sa.update(DELIVERY).where(DELIVERY.c.id == row.delivery_id, *due).values(**held))
            return _delivery(row) if taken.rowcount else None

    def sent(self, number: int, at: datetime) -> None:
        """It arrived."""
        self._end(number, {"state": "sent", "ended_at": at, "last_error": None})

    def again(self, number: int, error: str, at: datetime) -> None:
        """It did not arrive: later, or never after the last pause."""
        with writing(self._engine) as connection:
            tries = connection.execute(sa.select(DELIVERY.c.tries).where(DELIVERY.c.id == number)).scalar()
        if tries is None or tries > len(PAUSES):
            self.never(number, error, at)
        else:
            self._end(number, {"next_at": at + PAUSES[tries - 1], "last_error": error})

    def never(self, number: int, error: str, at: datetime) -> None:
        """It will not be tried again."""
        self._end(number, {"state": "failed", "ended_at": at, "last_error": error})

    def retry(self, number: int, at: datetime) -> None:
        """Try a given-up delivery once more, by hand."""
        self._end(number, {"state": "waiting", "tries": 0, "next_at": at, "ended_at": None})

    def list(self, state: str | None = None, limit: int = 200) -> list[Delivery]:
        """Deliveries, newest first; in one state, or all."""
        statement = _everything().order_by(DELIVERY.c.id.desc()).limit(limit)
        if state is not None:
            statement = statement.where(DELIVERY.c.state == state)
        with reading(self._engine) as connection:
            return [_delivery(row) for row in connection.execute(statement)]

    def _end(self, number: int, values: dict[str, Any]) -> None:
        with writing(self._engine) as connection:
            connection.execute(sa.update(DELIVERY).where(DELIVERY.c.id == number).values(**values))


def _everything() -> sa.Select[Any]:
    own = [DELIVERY.c[n] for n in ("subscription_id", "state", "tries", "next_at", "last_error", "ended_at")]
    told = (DELIVERY.c.id.label("delivery_id"), DELIVERY.c.key.label("delivery_key"))
    return sa.select(*told, *own, ALERT).select_from(DELIVERY.outerjoin(ALERT, ALERT.c.id == DELIVERY.c.alert_id))


def _delivery(row: sa.Row[Any]) -> Delivery:
    m = row._mapping
    kept = {name: m[name] for name in ("subscription_id", "state", "tries", "next_at", "last_error", "ended_at")}
    return Delivery(id=m["delivery_id"], key=m["delivery_key"], alert=None if m["id"] is None else alert_of(row), **kept)
