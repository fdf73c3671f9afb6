"""Requests to connect an account that wait for their owner's consent. It makes no link and asks no platform."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from hexameter.campaigns.database import reading, writing
from hexameter.campaigns.rows import hold
from hexameter.campaigns.tracking.tables import CONNECT_REQUEST
from hexameter.campaigns.tracking.vault import Vault
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import handle_of
from hexameter.contracts.tracking import LoginName
from hexameter.errors import BadValue, NotFound

_GOOD_FOR = timedelta(minutes=30)
_REMEMBERED = timedelta(days=1)  # so that an old link is told from an invented one
_AGAIN = "Start again: hexameter connect."


@dataclass(frozen=True)
class ConnectRequest:
    """What was asked when the link was made."""

    login: LoginName
    handle: str
    campaign: str | None
    redirect_uri: str
    verifier: str | None = field(repr=False, default=None)


class Connects:
    """The requests of this desk. A state is kept as its digest only: who reads the database cannot answer for the owner."""

    def __init__(self, engine: sa.Engine, clock: Clock, vault: Vault) -> None:
        self._engine = engine
        self._clock = clock
        self._vault = vault

    def begin(self, login: LoginName, handle: str, campaign: str | None, redirect_uri: str, verifier: str | None) -> str:
        """Note a request; its link is good for 30 minutes and one answer.

        In      handle  "" for a login that has none
        Out     the state, 128 random bits as text
        Raises  BadValue  no handle; NotFound  no such campaign
        """
        name, state, now = handle_of(handle) if handle else "", secrets.token_urlsafe(16), self._clock.now()
        digest = _digest(state)
        asked = {"login": login, "handle": name, "campaign": campaign, "redirect_uri": redirect_uri, "expires_at": now + _GOOD_FOR}
        sealed = None if verifier is None else self._vault.seal(verifier, about=f"verifier:{digest}")
        with writing(self._engine) as connection:
            if campaign is not None:
                hold(connection, campaign)
            connection.execute(sa.delete(CONNECT_REQUEST).where(CONNECT_REQUEST.c.expires_at < now - _REMEMBERED))
            connection.execute(sa.insert(CONNECT_REQUEST).values(state_digest=digest, sealed_verifier=sealed, **asked))
        return state

    def knows(self, state: str) -> bool:
        """Whether a state was given out at this desk, whatever became of it."""
        with reading(self._engine) as connection:
            asked = sa.select(CONNECT_REQUEST.c.login).where(CONNECT_REQUEST.c.state_digest == _digest(state))
            return connection.execute(asked).first() is not None

    def take(self, state: str) -> ConnectRequest:
        """The request a callback answers, given out once.

        Raises  NotFound  no request has this state; BadValue  it was answered before, or too late
        """
        digest, now, table = _digest(state), self._clock.now(), CONNECT_REQUEST
        with writing(self._engine) as connection:
            row = connection.execute(sa.select(table).where(table.c.state_digest == digest).with_for_update()).first()
            if row is None:
                raise NotFound("This link to connect an account is unknown here.", field="state", hint=_AGAIN)
            if row.used_at is not None:
                raise BadValue("This link to connect an account was used already.", field="state", hint=_AGAIN)
            if row.expires_at <= now:
                raise BadValue("This link to connect an account has expired: it is good for 30 minutes.", field="state", hint=_AGAIN)
            verifier = None if row.sealed_verifier is None else self._vault.open(row.sealed_verifier, about=f"verifier:{digest}")
            used = sa.update(table).where(table.c.state_digest == digest).values(used_at=now, sealed_verifier=None)
            connection.execute(used)
        return ConnectRequest(row.login, row.handle, row.campaign, row.redirect_uri, verifier)

    def pending(self) -> list[tuple[str, ConnectRequest, datetime]]:
        """Links that still work: a word that names each without opening it, what was asked, until when."""
        table, now = CONNECT_REQUEST, self._clock.now()
        asked = sa.select(table).where(table.c.used_at.is_(None), table.c.expires_at > now).order_by(table.c.expires_at)
        with self._engine.connect() as connection:
            rows = connection.execute(asked).all()
        return [(r.state_digest[:16], ConnectRequest(r.login, r.handle, r.campaign, r.redirect_uri), r.expires_at) for r in rows]

    def withdraw(self, word: str) -> None:
        """A link works no longer. The word of none, or of one that is gone, changes nothing."""
        table = CONNECT_REQUEST
        theirs = sa.func.substr(table.c.state_digest, 1, 16) == word
        with writing(self._engine) as connection:
            connection.execute(sa.delete(table).where(theirs, table.c.used_at.is_(None)))


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
