"""The ledger of ad rights: asked, granted, Spark code, from when until when, in use. Codes are sealed; it asks no platform."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.rows import hold, key_of
from hexameter.campaigns.tables import CAMPAIGN, METADATA, Instant
from hexameter.campaigns.tracking.vault import Vault
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import handle_of, post_id_of
from hexameter.errors import BadValue, NotFound

Answer = Literal["asked", "granted", "refused", "ended"]
ANSWERS: tuple[Answer, ...] = ("asked", "granted", "refused", "ended")
_LONGEST_CODE = 500

RIGHT = sa.Table(
    "ad_right",
    METADATA,
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False),
    sa.Column("post_id", sa.Text, nullable=False),
    sa.Column("handle", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("asked_at", Instant),
    sa.Column("granted_at", Instant),
    sa.Column("sealed_code", sa.Text),
    sa.Column("valid_from", Instant),
    sa.Column("valid_until", Instant),
    sa.Column("in_use", sa.Boolean, nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "post_id"),
    sa.CheckConstraint("state IN ('asked', 'granted', 'refused', 'ended')", name="state"),
)


@dataclass(frozen=True)
class Right:
    """The right to use one post as an ad; the code itself is given out by `Rights.code` only."""

    campaign: str
    post_id: str
    handle: str | None
    state: Answer
    asked_at: datetime | None
    granted_at: datetime | None
    has_code: bool
    valid_from: datetime | None
    valid_until: datetime | None
    in_use: bool
    note: str | None
    changed_by: str
    changed_at: datetime

    def days_left(self, now: datetime) -> int | None:
        """Whole days until it ends, negative when it has; None: no end is known, or it is not granted."""
        if self.state != "granted" or self.valid_until is None:
            return None
        return (self.valid_until - now) // timedelta(days=1)

    def usable(self, now: datetime) -> bool:
        """Whether an ad may run now."""
        begun = self.valid_from is None or self.valid_from <= now
        return self.state == "granted" and begun and (self.valid_until is None or now < self.valid_until)


class Rights:
    """The rights of this desk."""

    def __init__(self, engine: sa.Engine, clock: Clock, vault: Vault) -> None:
        self._engine = engine
        self._clock = clock
        self._vault = vault

    def ask(self, slug: str, post: str, by: str, creator: str | None = None, note: str | None = None) -> Right:
        """Note that a creator was asked; a right that was granted stays as it is.

        Raises  BadValue, NotFound
        """
        with writing(self._engine) as connection:
            key, post_id = hold(connection, slug), post_id_of(post)
            there = _find(connection, key, post_id)
            if there is None or there.state != "granted":
                values = {"state": "asked", "asked_at": self._clock.now(), "note": note, "in_use": False}
                self._set(connection, key, post_id, by, values | _handle(creator))
            return _one(connection, slug, key, post_id)

    def grant(
        self,
        slug: str,
        post: str,
        by: str,
        *,
        code: str | None = None,
        valid_from: datetime | None = None,
        valid_until: datetime | None = None,
        days: int | None = None,
        creator: str | None = None,
        note: str | None = None,
    ) -> Right:
        """Note that a creator agreed, with the Spark Ads code and how long it is good for.

        In      days  instead of valid_until: so many days from valid_from (now, when that is left out)
        Raises  BadValue, NotFound
        """
        now, clean = self._clock.now(), None if code is None else _code(code)
        start = valid_from or now
        end = valid_until if days is None else start + timedelta(days=_days(days))
        if end is not None and end <= start:
            raise BadValue("The right would end before it begins.", field="until", hint="Give a later end, or an earlier beginning.")
        with writing(self._engine) as connection:
            key, post_id = hold(connection, slug), post_id_of(post)
            values: dict[str, Any] = {"state": "granted", "granted_at": now, "valid_from": start, "valid_until": end}
            if clean is not None:
                values["sealed_code"] = self._vault.seal(clean, about=f"spark:{slug}:{post_id}")
            if note is not None:
                values["note"] = note
            self._set(connection, key, post_id, by, values | _handle(creator))
            return _one(connection, slug, key, post_id)

    def refuse(self, slug: str, post: str, by: str, *, ended: bool = False) -> Right:
        """Note that a creator said no, or (`ended`) that a right has ended; the code is forgotten.

        Raises  BadValue, NotFound
        """
        with writing(self._engine) as connection:
            key, post_id = hold(connection, slug), post_id_of(post)
            values = {"state": "ended" if ended else "refused", "sealed_code": None, "in_use": False}
            self._set(connection, key, post_id, by, values)
            return _one(connection, slug, key, post_id)

    def use(self, slug: str, post: str, by: str, in_use: bool = True) -> Right:
        """Note whether the post runs as an ad now.

        Raises  NotFound; BadValue  there is no granted right to use
        """
        with writing(self._engine) as connection:
            key, post_id = hold(connection, slug), post_id_of(post)
            there = _one(connection, slug, key, post_id)
            if in_use and not there.usable(self._clock.now()):
                raise BadValue(
                    f"post {post_id} may not run as an ad now: its right is {there.state}.",
                    field="post",
                    value=post_id,
                    hint="Ask for it first.",
                )
            self._set(connection, key, post_id, by, {"state": there.state, "in_use": in_use})
            return _one(connection, slug, key, post_id)

    def code(self, slug: str, post: str) -> str | None:
        """The Spark Ads code, opened.

        Raises  NotFound, Unusable
        """
        with reading(self._engine) as connection:
            key, post_id = key_of(connection, slug), post_id_of(post)
            _one(connection, slug, key, post_id)
            mine = (RIGHT.c.campaign_id == key, RIGHT.c.post_id == post_id)
            sealed = connection.execute(sa.select(RIGHT.c.sealed_code).where(*mine)).scalar()
        return None if sealed is None else self._vault.open(sealed, about=f"spark:{slug}:{post_id}")

    def expiring(self, within: timedelta) -> list[Right]:
        """Granted rights that end within a time, or have ended while the post still runs: alerts are made of these."""
        now = self._clock.now()
        ending = [r for r in self.list() if r.state == "granted" and r.valid_until is not None and r.valid_until < now + within]
        return [r for r in ending if r.in_use or (r.valid_until is not None and r.valid_until > now)]

    def list(self, slug: str | None = None) -> list[Right]:
        """The ledger of a campaign, or of all, what ends first on top.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            conditions = () if slug is None else (RIGHT.c.campaign_id == key_of(connection, slug),)
            found = [_right(row) for row in connection.execute(_joined().where(*conditions))]
        return sorted(found, key=lambda r: (r.valid_until is None, r.valid_until, r.campaign, r.post_id))

    def _set(self, connection: sa.Connection, key: int, post_id: str, by: str, values: dict[str, Any]) -> None:
        common = {"changed_by": by, "changed_at": self._clock.now()}
        insert = upsert(connection, RIGHT).values(**{"campaign_id": key, "post_id": post_id, "in_use": False} | common | values)
        connection.execute(insert.on_conflict_do_update(index_elements=["campaign_id", "post_id"], set_=common | values))


def _joined() -> sa.Select[Any]:
    return sa.select(RIGHT, CAMPAIGN.c.slug).join(CAMPAIGN, CAMPAIGN.c.id == RIGHT.c.campaign_id)


def _find(connection: sa.Connection, key: int, post_id: str) -> Right | None:
    row = connection.execute(_joined().where(RIGHT.c.campaign_id == key, RIGHT.c.post_id == post_id)).first()
    return None if row is None else _right(row)


def _one(connection: sa.Connection, slug: str, key: int, post_id: str) -> Right:
    found = _find(connection, key, post_id)
    if found is None:
        hint = f"Ask for it: hexameter rights ask {slug} {post_id}."
        raise NotFound(f"the ledger of campaign '{slug}' has no post {post_id}.", field="post", value=post_id, hint=hint)
    return found


def _right(row: sa.Row[Any]) -> Right:
    return Right(
        campaign=row.slug,
        post_id=row.post_id,
        handle=row.handle,
        state=row.state,
        asked_at=row.asked_at,
        granted_at=row.granted_at,
        has_code=row.sealed_code is not None,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        in_use=row.in_use,
        note=row.note,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )


def _handle(creator: str | None) -> dict[str, str]:
    return {} if creator is None else {"handle": handle_of(creator)}


def _days(days: int) -> int:
    if not 1 <= days <= 3650:
        raise BadValue(f"days is {days}; expected 1 to 3650.", field="days", value=str(days))
    return days


def _code(text: str) -> str:
    clean = text.strip()
    if not 8 <= len(clean) <= _LONGEST_CODE or any(c.isspace() or not c.isprintable() for c in clean):
        raise BadValue(
            "This is not a Spark Ads code.",  # never shown again: it is a secret
            field="code",
            hint="Expected the code as TikTok shows it: one word that begins with #, without blanks.",
        )
    return clean
