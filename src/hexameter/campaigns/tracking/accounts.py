"""Connected accounts: whose they are, what they granted, until when. It asks no platform."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from hexameter.campaigns.database import reading, writing
from hexameter.campaigns.tracking import consent
from hexameter.campaigns.tracking.grants import open_grant, seal_grant
from hexameter.campaigns.tracking.leases import Leases
from hexameter.campaigns.tracking.tables import ACCOUNT, ACCOUNT_HANDLE, CONSENT
from hexameter.campaigns.tracking.vault import Vault
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import MADE_OF_LOGIN, handle_of
from hexameter.contracts.tracking import Account, Grant, LoginName
from hexameter.errors import NotFound, Revoked

Status = Literal["active", "expired", "revoked"]
_PROVED_WITHIN = timedelta(hours=1)
_REFRESH_SECONDS = 300.0  # after which a silent holder of another machine is taken for dead


@dataclass(frozen=True)
class Connected:
    """An account and how it stands. `since` is when it came to stand so; `handles` its names, oldest first, each with its first instant."""

    account: Account
    status: Status
    why: str | None
    since: datetime
    consented_at: datetime
    handles: tuple[tuple[str, datetime], ...]


class Accounts:
    """The connected accounts of this desk; their tokens are sealed."""

    def __init__(self, engine: sa.Engine, clock: Clock, vault: Vault) -> None:
        self._engine = engine
        self._clock = clock
        self._vault = vault
        self._leases = Leases(engine)

    def remember(self, login: LoginName, handle: str, grant: Grant, campaign: str | None = None, creator_id: str | None = None) -> Account:
        """Keep what a login gave; connected again, the account is the same with its new grant.

        In      handle      whom the login was meant for, "" when nobody by name; of an account known already it changes nothing
                campaign    for which consent was asked, for the log
                creator_id  the owner's numeric id, where it is known
        Out     `creator_id` is minted once: the numeric id; else that of the owner's account of another login; else made of the open_id.
                It never changes, whatever the handle does.
        Raises  Unusable, BadValue
        """
        name = handle_of(handle) if handle else ""
        sealed = seal_grant(self._vault, grant, login, grant.open_id)
        now = self._clock.now()
        fresh = {"status": "active", "why": None, "sealed_grant": sealed, "consented_at": now, **_granted(grant)}
        with writing(self._engine) as connection:
            _one_by_one(connection)
            there = _by(connection, ACCOUNT.c.login == login, ACCOUNT.c.open_id == grant.open_id)
            if there is None:
                minted = _mint(connection, login, grant.open_id, name, creator_id)
                new = {"login": login, "open_id": grant.open_id, "handle": name, "creator_id": minted, "since": now}
                made = connection.execute(sa.insert(ACCOUNT).values(**new, **fresh)).inserted_primary_key
                assert made is not None
                key = int(made[0])
                connection.execute(sa.insert(ACCOUNT_HANDLE).values(account_id=key, handle=name, since=now))
            else:
                key = there["id"]
                since = there["since"] if there["status"] == "active" else now
                connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == key).values(since=since, **fresh))
            row = _row(connection, key)
            changed = there is not None and there["status"] == "active" and there["scopes"] != row["scopes"]
            consent.log(connection, "changed" if changed else "granted", now, row, campaign)
        return _account(row)

    def all(self, status: Status | None = None) -> list[Connected]:
        """Every account, or those that stand so, in the order they were first connected."""
        return self._load(*([] if status is None else [ACCOUNT.c.status == status]))

    def of(self, handle: str) -> list[Account]:
        """The accounts whose owner has this handle now, one a login, however they stand.

        Raises  BadValue  it is no handle
        """
        return [found.account for found in self._load(ACCOUNT.c.handle == handle_of(handle))]

    def get(self, account_id: int) -> Account:
        """One account.

        Raises  NotFound
        """
        return self.stands(account_id).account

    def stands(self, account_id: int) -> Connected:
        """One account and how it stands.

        Raises  NotFound
        """
        found = self._load(ACCOUNT.c.id == account_id)
        if not found:
            raise _unknown(account_id)
        return found[0]

    def grant(self, account_id: int) -> Grant:
        """The account's tokens.

        Raises  Revoked  they are gone: the owner has to connect again; NotFound; Unusable when they cannot be opened
        """
        with reading(self._engine) as connection:
            row = _row(connection, account_id)
        if row["sealed_grant"] is None:
            raise _gone(row)
        return open_grant(self._vault, row["sealed_grant"], row["login"], row["open_id"])

    def store_grant(self, account_id: int, grant: Grant, replaces: str | None) -> bool:
        """Keep a refreshed grant, unless another refresh was faster.

        In      replaces  the refresh token with which the grant was fetched (its access token, where there is none)
        Out     False: the stored grant is another by now; read it again
        Raises  NotFound, Unusable
        """
        with writing(self._engine) as connection:
            row = _row(connection, account_id, hold=True)
            if not self._still(row, replaces):
                return False
            change: dict[str, Any] = {"sealed_grant": seal_grant(self._vault, grant, row["login"], row["open_id"])}
            if grant.scopes:
                change["scopes"] = _granted(grant)["scopes"]
            connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**change))
            if change.get("scopes", row["scopes"]) != row["scopes"]:
                consent.log(connection, "changed", self._clock.now(), _row(connection, account_id))
            return True

    def refreshing(self, account_id: int, patience: float = 120.0) -> AbstractContextManager[None]:
        """Hold the account while its tokens are refreshed: one at a time, across threads and processes.

        Read the grant again inside: it may be fresh already.

        Raises  Outage  another has been refreshing for `patience` seconds
        """
        return self._leases.waiting(f"refresh of account {account_id}", _REFRESH_SECONDS, patience)

    def revoked(self, account_id: int, why: str, replaces: str | None = None) -> bool:
        """Consent is gone: reading stops, the tokens are dropped, the log says so.

        In      replaces  the access or refresh token that was refused: nothing happens when the owner has connected anew meanwhile
        Out     whether it was changed
        Raises  NotFound
        """
        return self._end(account_id, "revoked", why, replaces)

    def expired(self, account_id: int, why: str, replaces: str | None = None) -> bool:
        """The grant ran out by itself: as `revoked`, without an entry in the log of consent."""
        return self._end(account_id, "expired", why, replaces)

    def renamed(self, account_id: int, handle: str) -> Account:
        """The owner goes by another handle now; the former ones stay known, `creator_id` stays the same.

        Raises  BadValue, NotFound
        """
        name = handle_of(handle)
        with writing(self._engine) as connection:
            _rename(connection, _row(connection, account_id, hold=True), name, self._clock.now())
            return _account(_row(connection, account_id))

    def proved(self, account_id: int, handle: str, creator_id: str | None = None) -> Account:
        """Right after `remember`, before anything was read: the platform itself named the owner.

        Somebody else than the login was meant for: a new account is theirs from the start, with a creator_id of its own, so that their
        numbers never become another's. An account known before is renamed.

        In      creator_id  the true owner's numeric id, where it is known
        Raises  BadValue, NotFound
        """
        name, now = handle_of(handle), self._clock.now()
        with writing(self._engine) as connection:
            _one_by_one(connection)
            row = _row(connection, account_id, hold=True)
            history = sa.select(ACCOUNT_HANDLE.c.since).where(ACCOUNT_HANDLE.c.account_id == account_id)
            new = list(connection.execute(history).scalars()) == [row["consented_at"]] and now - row["consented_at"] < _PROVED_WITHIN
            if new and row["handle"] != name:
                minted = _mint(connection, row["login"], row["open_id"], name, creator_id)
                connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(handle=name, creator_id=minted))
                connection.execute(sa.update(ACCOUNT_HANDLE).where(ACCOUNT_HANDLE.c.account_id == account_id).values(handle=name))
                connection.execute(sa.update(CONSENT).where(CONSENT.c.account_id == account_id).values(who=name))
            else:
                _rename(connection, row, name, now)
            return _account(_row(connection, account_id))

    def consents(self, account_id: int | None = None) -> list[consent.Consent]:
        """The log of consent, oldest first; of one account, or of all."""
        with reading(self._engine) as connection:
            return consent.entries(connection, *([] if account_id is None else [CONSENT.c.account_id == account_id]))

    def _end(self, account_id: int, status: Status, why: str, replaces: str | None) -> bool:
        with writing(self._engine) as connection:
            row = _row(connection, account_id, hold=True)
            if row["status"] == status or (replaces is not None and not self._still(row, replaces)):
                return False
            now = self._clock.now()
            end = {"status": status, "why": why, "since": now, "sealed_grant": None}
            connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**end))
            if status == "revoked":
                consent.log(connection, "revoked", now, row, why=why)
            return True

    def _still(self, row: sa.RowMapping, token: str | None) -> bool:
        """Whether the stored grant is the one with this token."""
        if row["sealed_grant"] is None or token is None:
            return False
        stored = open_grant(self._vault, row["sealed_grant"], row["login"], row["open_id"])
        return token in (stored.refresh_token, stored.access_token)

    def _load(self, *conditions: sa.ColumnElement[bool]) -> list[Connected]:
        names: dict[int, list[tuple[str, datetime]]] = {}
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(ACCOUNT).where(*conditions).order_by(ACCOUNT.c.id)).mappings().all()
            history = sa.select(ACCOUNT_HANDLE).order_by(ACCOUNT_HANDLE.c.id)
            if len(rows) == 1:
                history = history.where(ACCOUNT_HANDLE.c.account_id == rows[0]["id"])
            for name in connection.execute(history) if rows else []:
                names.setdefault(name.account_id, []).append((name.handle, name.since))
        return [Connected(_account(r), r["status"], r["why"], r["since"], r["consented_at"], tuple(names.get(r["id"], ()))) for r in rows]


def account_rows(connection: sa.Connection, ids: Iterable[int]) -> dict[int, Account]:
    """Accounts by number."""
    rows = connection.execute(sa.select(ACCOUNT).where(ACCOUNT.c.id.in_(sorted(set(ids))))).mappings()
    return {row["id"]: _account(row) for row in rows}


def _granted(grant: Grant) -> dict[str, str]:
    return {"scopes": " ".join(sorted(grant.scopes)), "also": json.dumps(grant.also)}


def _one_by_one(connection: sa.Connection) -> None:
    """Two logins of one person at once must mint one creator_id: on PostgreSQL they take turns, on SQLite they do anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE")


def _mint(connection: sa.Connection, login: str, open_id: str, handle: str, told: str | None) -> str:
    """The creator_id of a new account.

    One login names one person by one open_id: an id that another active account of this login has is another person's, whatever
    handle or file suggests it.
    """
    others = sa.select(ACCOUNT.c.creator_id).where(ACCOUNT.c.login == login, ACCOUNT.c.status == "active", ACCOUNT.c.open_id != open_id)
    taken = set(connection.execute(others).scalars())
    if told is not None and told not in taken:
        return told
    known = sa.select(ACCOUNT.c.creator_id).where(ACCOUNT.c.handle == handle, ACCOUNT.c.handle != "", ACCOUNT.c.open_id != open_id)
    found = connection.execute(known.order_by(ACCOUNT.c.status, ACCOUNT.c.id)).scalars()
    return next((creator_id for creator_id in found if creator_id not in taken), f"{MADE_OF_LOGIN}{open_id}")


def _by(connection: sa.Connection, *conditions: sa.ColumnElement[bool], hold: bool = False) -> sa.RowMapping | None:
    statement = sa.select(ACCOUNT).where(*conditions)
    return connection.execute(statement.with_for_update() if hold else statement).mappings().first()


def _row(connection: sa.Connection, account_id: int, hold: bool = False) -> sa.RowMapping:
    row = _by(connection, ACCOUNT.c.id == account_id, hold=hold)
    if row is None:
        raise _unknown(account_id)
    return row


def _rename(connection: sa.Connection, row: sa.RowMapping, handle: str, now: datetime) -> None:
    if row["handle"] != handle:
        connection.execute(sa.update(ACCOUNT).where(ACCOUNT.c.id == row["id"]).values(handle=handle))
        connection.execute(sa.insert(ACCOUNT_HANDLE).values(account_id=row["id"], handle=handle, since=now))


def _account(row: sa.RowMapping) -> Account:
    return Account(
        id=row["id"],
        login=row["login"],
        open_id=row["open_id"],
        handle=row["handle"],
        creator_id=row["creator_id"],
        scopes=frozenset(row["scopes"].split()),
        also=tuple(json.loads(row["also"])),
    )


def _unknown(account_id: int) -> NotFound:
    return NotFound(f"there is no connected account number {account_id}.", field="account", value=str(account_id))


def _gone(row: sa.RowMapping) -> Revoked:
    who = f"@{row['handle']}" if row["handle"] else f"account {row['id']}"
    return Revoked(
        f"The connection of {who} has {'run out' if row['status'] == 'expired' else 'been revoked'}: {row['why']}",
        field="account",
        value=row["handle"],
        hint=f"Ask them to connect again: hexameter connect {row['handle']}".rstrip() + ".",
    )
