"""Tokens with which programs call the API: made by a person, for one workspace, never able to do more than that person can today.

Of a token only its digest is kept. It needs no slow hash: there are 256 bits to guess. Like sessions, it goes by the machine's own clock.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.access.audit import noted
from hexameter.campaigns.access.tables import MEMBERSHIP, PERSON, TOKEN
from hexameter.campaigns.database import reading, writing
from hexameter.errors import BadValue, Conflict, NotFound, did_you_mean

PREFIX = "hx_"
SCOPES = ("read", "write")
MOST, LONGEST_DAYS = 50, 366
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class ApiToken:
    """One token; the secret itself is not among it. `begins`: its first signs, to tell tokens apart."""

    id: int
    person_id: int
    login: str
    workspace: str
    name: str
    scope: str
    begins: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


class ApiTokens:
    """The tokens of one home."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def make(self, login: str, workspace: str, name: str, scope: str = "read", days: int = 90) -> tuple[ApiToken, str]:
        """A new token.

        In      login   whose: it may do what this person may
                days    until it ends, 1 to 366
        Out     it, and its secret, which is shown this once
        Raises  BadValue  a name, scope or number of days that will not do; NotFound  no such member; Conflict  too many
        """
        named = " ".join(name.replace("\0", "").split())[:100]
        if not named:
            raise BadValue("The token has no name.", field="name", hint="Name it after what will use it, like 'warehouse'.")
        if scope not in SCOPES:
            raise BadValue(f"unknown scope '{scope[:50]}'.", field="scope", value=scope[:50], hint=did_you_mean(scope, SCOPES))
        if not 1 <= days <= LONGEST_DAYS:
            hint = "Make another token when this one ends."
            raise BadValue(f"days is {days}; expected 1 to {LONGEST_DAYS}.", field="days", value=str(days), hint=hint)
        secret, now = PREFIX + secrets.token_urlsafe(32), self._now()
        with writing(self._engine) as connection:
            person = _member(connection, login, workspace)
            held = sa.select(sa.func.count()).select_from(TOKEN).where(TOKEN.c.person_id == person, TOKEN.c.workspace == workspace)
            if int(connection.execute(held).scalar_one()) >= MOST:
                raise Conflict(f"{login} has {MOST} tokens here already.", field="name", hint="Revoke those that are not used.")
            row = {"digest": _digest(secret), "person_id": person, "workspace": workspace, "name": named, "scope": scope}
            row |= {"begins": secret[: len(PREFIX) + 4], "made_at": now, "expires_at": now + timedelta(days=days)}
            made = connection.execute(sa.insert(TOKEN).values(row)).inserted_primary_key
            noted(connection, now, workspace, login, "token made", f"{named}: {scope}, {days} days")
            assert made is not None
            return _token(connection.execute(_every().where(TOKEN.c.id == made[0])).one()), secret

    def of(self, secret: str) -> ApiToken | None:
        """The token with this secret; None: there is none, or it has ended. That it was used is noted once a minute."""
        now = self._now()
        if not secret.startswith(PREFIX) or len(secret) > 100:
            return None
        with reading(self._engine) as connection:
            row = connection.execute(_every().where(TOKEN.c.digest == _digest(secret))).first()
        if row is None or row.expires_at <= now:
            return None
        if row.used_at is None or row.used_at < now - _USED_EVERY:
            with writing(self._engine, quickly=True) as connection:
                connection.execute(sa.update(TOKEN).where(TOKEN.c.id == row.id).values(used_at=now))
        return _token(row)

    def list(self, workspace: str | None = None, person_id: int | None = None) -> list[ApiToken]:
        """Tokens, newest first: of a workspace, of a person, or all."""
        statement = _every().order_by(TOKEN.c.id.desc())
        if workspace is not None:
            statement = statement.where(TOKEN.c.workspace == workspace)
        if person_id is not None:
            statement = statement.where(TOKEN.c.person_id == person_id)
        with reading(self._engine) as connection:
            return [_token(row) for row in connection.execute(statement)]

    def revoke(self, number: int, by: str, workspace: str | None = None, person_id: int | None = None) -> None:
        """End a token at once.

        In      workspace, person_id  only one of this workspace, only one of this person's
        Raises  NotFound
        """
        with writing(self._engine) as connection:
            row = connection.execute(sa.select(TOKEN).where(TOKEN.c.id == number)).first()
            if row is None or (workspace or row.workspace) != row.workspace or (person_id or row.person_id) != row.person_id:
                raise NotFound(f"there is no token number {number}.", field="token", value=str(number))
            connection.execute(sa.delete(TOKEN).where(TOKEN.c.id == number))
            noted(connection, self._now(), row.workspace, by, "token revoked", row.name)


def _member(connection: sa.Connection, login: str, workspace: str) -> int:
    mine = sa.select(PERSON.c.id).join(MEMBERSHIP, MEMBERSHIP.c.person_id == PERSON.c.id)
    found = connection.execute(mine.where(PERSON.c.login == login.strip().casefold(), MEMBERSHIP.c.workspace == workspace)).scalar()
    if found is None:
        hint = "People are invited on the page People."
        raise NotFound(f"nobody called '{login[:50]}' belongs to workspace '{workspace[:50]}'.", field="login", value=login[:50], hint=hint)
    return int(found)


def _every() -> sa.Select[Any]:
    return sa.select(TOKEN, PERSON.c.login).join(PERSON, PERSON.c.id == TOKEN.c.person_id)


def _token(row: sa.Row[Any]) -> ApiToken:
    return ApiToken(**{name: value for name, value in row._mapping.items() if name != "digest"})


def _digest(secret: str) -> str:
    return hashlib.sha256(f"token:{secret}".encode()).hexdigest()
