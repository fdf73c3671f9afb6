"""Who wants to be told what, where and how often."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from hexameter.campaigns.alerts.tables import ALERT, SUBSCRIPTION
from hexameter.campaigns.database import reading, writing
from hexameter.campaigns.tracking.vault import Vault
from hexameter.errors import Conflict, NotFound

Channel = Literal["email", "webhook"]
Digest = Literal["none", "daily", "weekly"]
CHANNELS: tuple[Channel, ...] = ("email", "webhook")
DIGESTS: tuple[Digest, ...] = ("none", "daily", "weekly")


@dataclass(frozen=True)
class Wanted:
    """What a subscription asks for.

    person    who made it: a login, or "" from the command line
    kinds     the kinds of alerts told at once; empty: every kind
    campaign  of one campaign only; None: of all
    digest    a summary as well, every morning or every Monday, in `tz`
    """

    channel: Channel
    target: str
    person: str = ""
    kinds: tuple[str, ...] = ()
    campaign: str | None = None
    digest: Digest = "none"
    tz: str = "UTC"
    language: str = "en"


@dataclass(frozen=True)
class Subscription(Wanted):
    """A subscription with its number. Alerts up to `from_alert` are old news to it."""

    id: int = 0
    made_at: datetime | None = None
    from_alert: int = 0

    def wants(self, kind: str, campaign: str | None) -> bool:
        """Whether an alert is for it."""
        return (not self.kinds or kind in self.kinds) and (self.campaign is None or campaign in (None, self.campaign))


class Subscriptions:
    """The subscriptions of this desk. A webhook's secret is sealed, shown once, and exchanged by making it anew."""

    def __init__(self, engine: sa.Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def add(self, wanted: Wanted, at: datetime) -> tuple[Subscription, str | None]:
        """Keep a subscription.

        Out     it, and the secret that signs a webhook's messages (None for mail)
        Raises  Conflict  the same target has one already
        """
        secret = secrets.token_urlsafe(32) if wanted.channel == "webhook" else None
        sealed = None if secret is None else self._vault.seal(secret, _about(wanted.target))
        row = {**vars(wanted), "kinds": ",".join(wanted.kinds), "secret": sealed, "made_at": at}
        with writing(self._engine) as connection:
            same = sa.select(SUBSCRIPTION.c.id).where(
                SUBSCRIPTION.c.channel == wanted.channel,
                SUBSCRIPTION.c.target == wanted.target,
                SUBSCRIPTION.c.campaign.is_(None) if wanted.campaign is None else SUBSCRIPTION.c.campaign == wanted.campaign,
            )
            if connection.execute(same).first() is not None:
                raise Conflict(f"'{wanted.target}' is told already.", field="target", value=wanted.target, hint="Remove it first.")
            row["from_alert"] = connection.execute(sa.select(sa.func.coalesce(sa.func.max(ALERT.c.id), 0))).scalar_one()
            number = connection.execute(sa.insert(SUBSCRIPTION).values(**row)).inserted_primary_key
            assert number is not None
            made = connection.execute(sa.select(SUBSCRIPTION).where(SUBSCRIPTION.c.id == number[0])).one()
        return _subscription(made), secret

    def remove(self, number: int) -> None:
        """End a subscription, with what still waits to be delivered.

        Raises  NotFound
        """
        with writing(self._engine) as connection:
            if not connection.execute(sa.delete(SUBSCRIPTION).where(SUBSCRIPTION.c.id == number)).rowcount:
                raise NotFound(f"there is no subscription number {number}.", field="subscription", value=str(number))

    def list(self, person: str | None = None) -> list[Subscription]:
        """All of them, or one person's, oldest first."""
        statement = sa.select(SUBSCRIPTION).order_by(SUBSCRIPTION.c.id)
        if person is not None:
            statement = statement.where(SUBSCRIPTION.c.person == person)
        with reading(self._engine) as connection:
            return [_subscription(row) for row in connection.execute(statement)]

    def secret(self, number: int) -> str | None:
        """What signs its messages."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(SUBSCRIPTION.c.secret, SUBSCRIPTION.c.target).where(SUBSCRIPTION.c.id == number)).first()
        return None if found is None or found.secret is None else self._vault.open(found.secret, _about(found.target))


def _about(target: str) -> str:
    return f"webhook {target}"


def _subscription(row: sa.Row[Any]) -> Subscription:
    m = row._mapping
    kept = {
        name: m[name] for name in ("channel", "target", "person", "campaign", "digest", "tz", "language", "id", "made_at", "from_alert")
    }
    return Subscription(**kept, kinds=tuple(k for k in m["kinds"].split(",") if k))
