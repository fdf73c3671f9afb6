"""Links that work once: invitations into a workspace, and new passwords. Only their digests are kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from hexameter.campaigns.access.audit import noted
from hexameter.campaigns.access.members import role_of
from hexameter.campaigns.access.passwords import check_password, make_hash
from hexameter.campaigns.access.tables import INVITATION, MEMBERSHIP, PERSON, RESET, SESSION
from hexameter.campaigns.database import reading, writing
from hexameter.errors import BadValue, Conflict, NotFound

INVITED_FOR = timedelta(days=7)
RESET_FOR = timedelta(hours=1)
_GONE = "This link is unknown, was used already, or has expired."


@dataclass(frozen=True)
class Invitation:
    """One that waits; `login`: only for this one, None: for whoever has the link."""

    id: int
    workspace: str
    role: str
    login: str | None
    made_by: str
    expires_at: datetime


class Invitations:
    """Invitations and password links of a home."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def invite(self, workspace: str, role: str, by: str, login: str = "") -> str:
        """The token of a new invitation, good once and for a week.

        Raises  BadValue  no role, or not a login
        """
        role_of(role)
        token, clean = secrets.token_urlsafe(24), login_of(login) if login.strip() else None
        row = {"digest": _digest(token), "workspace": workspace, "role": role, "login": clean, "made_by": by}
        with writing(self._engine) as connection:
            connection.execute(sa.delete(INVITATION).where(INVITATION.c.expires_at <= self._now()))
            connection.execute(sa.insert(INVITATION).values(**row, expires_at=self._now() + INVITED_FOR))
            noted(connection, self._now(), workspace, by, "invited", f"{clean or 'whoever has the link'} as {role}")
        return token

    def list(self, workspace: str) -> list[Invitation]:
        """Those that wait, oldest first."""
        waiting = sa.select(INVITATION).where(INVITATION.c.workspace == workspace, INVITATION.c.expires_at > self._now())
        with reading(self._engine) as connection:
            return [_shown(row) for row in connection.execute(waiting.order_by(INVITATION.c.id)).all()]

    def withdraw(self, workspace: str, number: int, by: str) -> None:
        """End one before it is used."""
        with writing(self._engine) as connection:
            mine = (INVITATION.c.id == number, INVITATION.c.workspace == workspace)
            if connection.execute(sa.delete(INVITATION).where(*mine)).rowcount:
                noted(connection, self._now(), workspace, by, "invitation withdrawn", str(number))

    def open(self, token: str) -> Invitation:
        """What an invitation is for.

        Raises  NotFound  unknown, used or expired: which is not said
        """
        with reading(self._engine) as connection:
            return _invitation(connection, token, self._now())

    def accept(self, token: str, login: str, name: str, password: str) -> str:
        """A new account in the workspace; its login.

        Raises  NotFound  the link; BadValue  login or password; Conflict  the login is taken: log in with it and open the link again
        """
        clean = login_of(login)
        check_password(password, clean)
        made = make_hash(password)
        with writing(self._engine) as connection:
            invitation = _invitation(connection, token, self._now())
            _meant_for(invitation, clean)
            add_person(connection, self._now(), clean, name, made)
            _join(connection, self._now(), invitation, clean)
        return clean

    def join(self, token: str, login: str) -> str:
        """The same for somebody who has an account; the workspace.

        Raises  NotFound  the link; BadValue  it is somebody else's
        """
        with writing(self._engine) as connection:
            invitation = _invitation(connection, token, self._now())
            _meant_for(invitation, login)
            _join(connection, self._now(), invitation, login)
        return invitation.workspace

    def join_by_mail(self, login: str, name: str) -> bool:
        """Let in somebody whom single sign-on vouches for: a person with this login, or one an invitation names. Whether there is one."""
        with writing(self._engine) as connection:
            known = connection.execute(sa.select(PERSON.c.id).where(PERSON.c.login == login)).first()
            waiting = sa.select(INVITATION).where(INVITATION.c.login == login, INVITATION.c.expires_at > self._now())
            invitations = [_shown(row) for row in connection.execute(waiting).all()]
            if known is None and invitations:
                add_person(connection, self._now(), login, name, "")
            for invitation in invitations:
                _join(connection, self._now(), invitation, login)
            return known is not None or bool(invitations)

    def reset(self, workspace: str, person_id: int, by_id: int, by: str) -> str:
        """The token with which a member sets a new password, good once and for an hour.

        Raises  NotFound  no member; Conflict  the member belongs to a workspace that the asker does not own
        """
        token = secrets.token_urlsafe(24)
        with writing(self._engine) as connection:
            where = connection.execute(sa.select(MEMBERSHIP.c.workspace).where(MEMBERSHIP.c.person_id == person_id)).scalars().all()
            if workspace not in where:
                raise NotFound("There is no such member here.", field="person")
            owned = sa.select(MEMBERSHIP.c.workspace).where(MEMBERSHIP.c.person_id == by_id, MEMBERSHIP.c.role == "owner")
            if not set(where) <= set(connection.execute(owned).scalars()):
                hint = "Ask an owner of the other workspace too, or let them change it in their profile."
                raise Conflict("This person also belongs to a workspace that is not yours.", field="person", hint=hint)
            connection.execute(sa.delete(RESET).where(sa.or_(RESET.c.person_id == person_id, RESET.c.expires_at <= self._now())))
            connection.execute(sa.insert(RESET).values(digest=_digest(token), person_id=person_id, expires_at=self._now() + RESET_FOR))
            login = connection.execute(sa.select(PERSON.c.login).where(PERSON.c.id == person_id)).scalar_one()
            noted(connection, self._now(), workspace, by, "password link made", login)
        return token

    def resetting(self, token: str) -> str:
        """Whose password a link sets.

        Raises  NotFound  unknown, used or expired
        """
        with reading(self._engine) as connection:
            return str(_reset(connection, token, self._now()).login)

    def set_password(self, token: str, password: str) -> str:
        """Set it; every session of the person ends. The login.

        Raises  NotFound  the link; BadValue  the password
        """
        check_password(password, self.resetting(token))
        made = make_hash(password)
        with writing(self._engine) as connection:
            row = _reset(connection, token, self._now())
            connection.execute(sa.update(PERSON).where(PERSON.c.id == row.person_id).values(password_hash=made))
            for table in (RESET, SESSION):
                connection.execute(sa.delete(table).where(table.c.person_id == row.person_id))
            noted(connection, self._now(), "", row.login, "password set by link")
        return str(row.login)


def login_of(text: str) -> str:
    """A login as it is kept.

    Raises  BadValue
    """
    clean = text.strip().casefold()
    if not 2 <= len(clean) <= 200 or any(not c.isprintable() or c.isspace() for c in clean):
        hint = "Expected an e-mail address or a name of 2 to 200 signs without blanks."
        raise BadValue(f"the login is '{clean[:50]}'.", field="login", value=clean[:50], hint=hint)
    return clean


def add_person(connection: sa.Connection, now: datetime, login: str, name: str, password_hash: str) -> int:
    """A new account; its id.

    Raises  Conflict  the login is taken
    """
    if connection.execute(sa.select(PERSON.c.id).where(PERSON.c.login == login)).first() is not None:
        hint = "Log in, then open the link again."
        raise Conflict("There is an account with this login already.", field="login", hint=hint)
    shown = " ".join(name.replace("\0", "").split())[:100] or login
    row = {"login": login, "name": shown, "password_hash": password_hash, "made_at": now}
    return int(connection.execute(sa.insert(PERSON).values(row).returning(PERSON.c.id)).scalar_one())


def _join(connection: sa.Connection, now: datetime, invitation: Invitation, login: str) -> None:
    person = connection.execute(sa.select(PERSON.c.id).where(PERSON.c.login == login)).scalar_one()
    connection.execute(sa.delete(INVITATION).where(INVITATION.c.id == invitation.id))
    there = (MEMBERSHIP.c.person_id == person, MEMBERSHIP.c.workspace == invitation.workspace)
    if connection.execute(sa.select(MEMBERSHIP.c.role).where(*there)).first() is None:
        connection.execute(sa.insert(MEMBERSHIP).values(person_id=person, workspace=invitation.workspace, role=invitation.role))
    noted(connection, now, invitation.workspace, login, "joined", f"as {invitation.role}")


def _invitation(connection: sa.Connection, token: str, now: datetime) -> Invitation:
    row = connection.execute(sa.select(INVITATION).where(INVITATION.c.digest == _digest(token)).with_for_update()).first()
    if row is None or row.expires_at <= now:
        raise NotFound(_GONE, field="invitation", hint="Ask for a new one.")
    return _shown(row)


def _shown(row: sa.Row[tuple[object, ...]]) -> Invitation:
    return Invitation(row.id, row.workspace, row.role, row.login, row.made_by, row.expires_at)


def _reset(connection: sa.Connection, token: str, now: datetime) -> sa.Row[tuple[object, ...]]:
    statement = sa.select(RESET, PERSON.c.login).join(PERSON, PERSON.c.id == RESET.c.person_id)
    row = connection.execute(statement.where(RESET.c.digest == _digest(token)).with_for_update()).first()
    if row is None or row.expires_at <= now:
        raise NotFound(_GONE, field="link", hint="Ask for a new one.")
    return row


def _meant_for(invitation: Invitation, login: str) -> None:
    if invitation.login is not None and invitation.login != login:
        raise BadValue("This invitation is for somebody else.", field="login", value=login[:50], hint="Use the login it was sent to.")


def _digest(token: str) -> str:
    return hashlib.sha256(f"link:{token}".encode()).hexdigest()
