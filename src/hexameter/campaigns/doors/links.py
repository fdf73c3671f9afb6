"""Links that open one creator's page, or a campaign's application form, to whoever has them. It shows no page.

128 random bits, kept as their digest; each ends by itself and can be revoked. One that never was, has ended or was revoked is refused
with the same words.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.rows import hold, key_of
from hexameter.campaigns.tables import CAMPAIGN, METADATA, Instant
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import handle_of
from hexameter.errors import BadValue, NotFound, UserError

Purpose = Literal["portal", "apply"]
GOOD_FOR = timedelta(days=90)
FAILURES, LOCK = 20, timedelta(minutes=15)  # wrong links from one address before it has to wait, and for how long

DOOR = sa.Table(
    "door_link",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False),
    sa.Column("handle", sa.Text),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    sa.Column("opened_at", Instant),
    sa.CheckConstraint("purpose IN ('portal', 'apply')", name="purpose"),
    sa.Index(None, "campaign_id"),
)
FAILURE = sa.Table(
    "door_failure",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("first_at", Instant, nullable=False),
)


class Closed(NotFound):
    """The link opens nothing: unknown, ended or revoked, which of them is not said."""

    def __init__(self, message: str = "This link does not open anything.") -> None:
        super().__init__(message, hint="Ask whoever sent it for a new one.")


class TooMany(UserError):
    """Too many wrong links from one address."""

    def __init__(self, message: str = "Too many wrong links.") -> None:
        super().__init__(message, hint="Wait a quarter of an hour, then try again.")


@dataclass(frozen=True)
class Pass:
    """What a link opens: a creator's page of a campaign, or (handle None) its application form."""

    id: int
    purpose: Purpose
    campaign: str
    handle: str | None
    expires_at: datetime


@dataclass(frozen=True)
class DoorLink:
    """A link as its maker sees it; the secret part is nowhere."""

    id: int
    purpose: Purpose
    campaign: str
    handle: str | None
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened_at: datetime | None


class Doors:
    """The links of this desk."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def make(self, slug: str, purpose: Purpose, by: str, creator: str | None = None, good_for: timedelta = GOOD_FOR) -> str:
        """A new link; those made before stay good.

        Out     its secret part, shown only now
        Raises  BadValue  no creator for a portal, or no time; NotFound
        """
        if not timedelta(0) < good_for <= timedelta(days=400):
            raise BadValue(f"The link would be good for {good_for.days} days; expected 1 to 400.", field="days", value=str(good_for.days))
        handle = None if purpose == "apply" else handle_of(creator or "")
        token, now = secrets.token_urlsafe(16), self._clock.now()
        with writing(self._engine) as connection:
            row = {"purpose": purpose, "campaign_id": hold(connection, slug), "handle": handle, "made_by": by, "made_at": now}
            connection.execute(sa.insert(DOOR).values(digest=_digest(token), expires_at=now + good_for, **row))
        return token

    def enter(self, token: str, purpose: Purpose, address: str) -> Pass:
        """What a link opens.

        In      address  where the request comes from: it has patience of its own
        Raises  Closed; TooMany  that address has tried too many wrong ones
        """
        now = self._clock.now()
        subject = f"address:{hashlib.sha256(address.encode()).hexdigest()[:32]}"
        with reading(self._engine) as connection:
            failed = connection.execute(sa.select(FAILURE).where(FAILURE.c.subject == subject)).first()
            row = connection.execute(_joined().where(DOOR.c.digest == _digest(token), DOOR.c.purpose == purpose)).first()
        if failed is not None and failed.n >= FAILURES and failed.first_at + LOCK > now:
            raise TooMany
        if row is None or row.revoked_at is not None or row.expires_at <= now:
            self._note_failure(subject, now)
            raise Closed
        if row.opened_at is None:
            with writing(self._engine) as connection:
                connection.execute(sa.update(DOOR).where(DOOR.c.id == row.id).values(opened_at=now))
        return Pass(row.id, row.purpose, row.slug, row.handle, row.expires_at)

    def knows(self, token: str) -> bool:
        """Whether a link was ever made here, open or not: which workspace a visitor means."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(DOOR.c.id).where(DOOR.c.digest == _digest(token))).first() is not None

    def revoke(self, slug: str, number: int | None = None, creator: str | None = None) -> int:
        """Close one link, or every link of a creator; said again, nothing changes.

        Out     how many were closed
        Raises  NotFound, BadValue
        """
        with writing(self._engine) as connection:
            mine = [DOOR.c.campaign_id == hold(connection, slug), DOOR.c.revoked_at.is_(None)]
            if (number is None) == (creator is None):
                raise BadValue("Nothing says which link to close.", field="link", hint="Give its number, or a creator.")
            mine.append(DOOR.c.id == number if number is not None else DOOR.c.handle == handle_of(creator or ""))
            return connection.execute(sa.update(DOOR).where(*mine).values(revoked_at=self._clock.now())).rowcount

    def list(self, slug: str) -> list[DoorLink]:
        """A campaign's links, newest first.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            rows = connection.execute(_joined().where(DOOR.c.campaign_id == key_of(connection, slug)).order_by(DOOR.c.id.desc()))
            return [_link(row) for row in rows]

    def _note_failure(self, subject: str, now: datetime) -> None:
        with writing(self._engine, quickly=True) as connection:
            connection.execute(sa.delete(FAILURE).where(FAILURE.c.first_at <= now - LOCK))
            insert = upsert(connection, FAILURE).values(subject=subject, n=1, first_at=now)
            connection.execute(insert.on_conflict_do_update(index_elements=["subject"], set_={"n": FAILURE.c.n + 1}))


def _joined() -> sa.Select[Any]:
    return sa.select(DOOR, CAMPAIGN.c.slug).join(CAMPAIGN, CAMPAIGN.c.id == DOOR.c.campaign_id)


def _link(row: sa.Row[Any]) -> DoorLink:
    return DoorLink(
        id=row.id,
        purpose=row.purpose,
        campaign=row.slug,
        handle=row.handle,
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        opened_at=row.opened_at,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(f"door:{token}".encode()).hexdigest()
