"""The log of consent: who granted what, and when it ended. It decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from hexameter.campaigns.tracking.tables import CONSENT

What = Literal["granted", "changed", "revoked", "erased"]


@dataclass(frozen=True)
class Consent:
    """One entry. Of an erased creator only that it happened is left: `who`, `login` and `account_id` are None, `scopes` empty."""

    what: What
    at: datetime
    who: str | None
    login: str | None
    account_id: int | None
    scopes: frozenset[str]
    campaign: str | None
    why: str | None


def log(connection: sa.Connection, what: What, at: datetime, account: sa.RowMapping, campaign: str | None = None, why: str = "") -> None:
    """Write an entry down about an account as it is now."""
    about = {"account_id": account["id"], "who": account["handle"], "login": account["login"], "scopes": account["scopes"]}
    connection.execute(sa.insert(CONSENT).values(what=what, at=at, campaign=campaign, why=why or None, **about))


def log_erased(connection: sa.Connection, at: datetime) -> None:
    """Write down that somebody was erased, without who."""
    connection.execute(sa.insert(CONSENT).values(what="erased", at=at, scopes=""))


def entries(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Consent]:
    """The log, oldest first."""
    rows = connection.execute(sa.select(CONSENT).where(*conditions).order_by(CONSENT.c.at, CONSENT.c.id))
    return [
        Consent(
            what=r.what,
            at=r.at,
            who=r.who,
            login=r.login,
            account_id=r.account_id,
            scopes=frozenset(r.scopes.split()),
            campaign=r.campaign,
            why=r.why,
        )
        for r in rows
    ]
