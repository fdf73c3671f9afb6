"""Who belongs to a workspace, in which role, and which campaigns a client sees. Every change is noted in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hexameter.campaigns.access.audit import noted
from hexameter.campaigns.access.tables import MEMBERSHIP, PERSON, ROLES, SESSION, SHARED, TOKEN
from hexameter.campaigns.database import reading, upsert, writing
from hexameter.errors import BadValue, Conflict, NotFound, did_you_mean


@dataclass(frozen=True)
class Member:
    """One person in one workspace; `shared` maps the campaigns a client sees to whether costs are shown."""

    person_id: int
    login: str
    name: str
    role: str
    sessions: int
    shared: dict[str, bool]


class Members:
    """The members of every workspace."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def list(self, workspace: str) -> list[Member]:
        """Everybody in a workspace, by name."""
        sessions = sa.select(sa.func.count()).where(SESSION.c.person_id == PERSON.c.id).scalar_subquery().label("sessions")
        people = sa.select(PERSON.c.id, PERSON.c.login, PERSON.c.name, MEMBERSHIP.c.role, sessions)
        people = people.join(MEMBERSHIP, MEMBERSHIP.c.person_id == PERSON.c.id).where(MEMBERSHIP.c.workspace == workspace)
        with reading(self._engine) as connection:
            rows = connection.execute(people.order_by(PERSON.c.name, PERSON.c.id)).all()
            shares = connection.execute(sa.select(SHARED).where(SHARED.c.workspace == workspace).order_by(SHARED.c.slug)).all()
        shared: dict[int, dict[str, bool]] = {}
        for share in shares:
            shared.setdefault(share.person_id, {})[share.slug] = share.costs
        return [Member(row.id, row.login, row.name, row.role, row.sessions, shared.get(row.id, {})) for row in rows]

    def change_role(self, workspace: str, person_id: int, role: str, by: str) -> None:
        """Give a member another role; their sessions end, so that nothing of the old one is left.

        Raises  NotFound  no member; BadValue  no role; Conflict  the last owner
        """
        role_of(role)
        with writing(self._engine) as connection:
            login, now = _held(connection, workspace, person_id)
            if now == role:
                return
            if now == "owner":
                _another_owner(connection, workspace, person_id)
            mine = (MEMBERSHIP.c.person_id == person_id, MEMBERSHIP.c.workspace == workspace)
            connection.execute(sa.update(MEMBERSHIP).where(*mine).values(role=role))
            connection.execute(sa.delete(SESSION).where(SESSION.c.person_id == person_id))
            noted(connection, self._now(), workspace, by, "role changed", f"{login}: {now} → {role}")

    def remove(self, workspace: str, person_id: int, by: str) -> None:
        """Take a member out; the account goes with the last workspace it belonged to.

        Raises  NotFound  no member; Conflict  the last owner
        """
        with writing(self._engine) as connection:
            login, role = _held(connection, workspace, person_id)
            if role == "owner":
                _another_owner(connection, workspace, person_id)
            for table in (MEMBERSHIP, SHARED, TOKEN):
                connection.execute(sa.delete(table).where(table.c.person_id == person_id, table.c.workspace == workspace))
            connection.execute(sa.delete(SESSION).where(SESSION.c.person_id == person_id))
            if connection.execute(sa.select(MEMBERSHIP.c.workspace).where(MEMBERSHIP.c.person_id == person_id)).first() is None:
                connection.execute(sa.delete(PERSON).where(PERSON.c.id == person_id))
            noted(connection, self._now(), workspace, by, "person removed", login)

    def end_sessions(self, workspace: str, person_id: int, by: str) -> None:
        """Log a member out everywhere.

        Raises  NotFound  no member
        """
        with writing(self._engine) as connection:
            login, _ = _held(connection, workspace, person_id)
            connection.execute(sa.delete(SESSION).where(SESSION.c.person_id == person_id))
            noted(connection, self._now(), workspace, by, "sessions ended", login)

    def share(self, workspace: str, person_id: int, slug: str, costs: bool, by: str) -> None:
        """Let a client see a campaign.

        Raises  NotFound  no member
        """
        with writing(self._engine) as connection:
            login, _ = _held(connection, workspace, person_id)
            row = {"person_id": person_id, "workspace": workspace, "slug": slug, "costs": costs}
            insert = upsert(connection, SHARED).values(row)
            connection.execute(insert.on_conflict_do_update(index_elements=["person_id", "workspace", "slug"], set_={"costs": costs}))
            what = "campaign shared with its costs" if costs else "campaign shared"
            noted(connection, self._now(), workspace, by, what, f"{slug}: {login}")

    def unshare(self, workspace: str, person_id: int, slug: str, by: str) -> None:
        """Hide a campaign from a client again.

        Raises  NotFound  no member
        """
        with writing(self._engine) as connection:
            login, _ = _held(connection, workspace, person_id)
            mine = (SHARED.c.person_id == person_id, SHARED.c.workspace == workspace, SHARED.c.slug == slug)
            if connection.execute(sa.delete(SHARED).where(*mine)).rowcount:
                noted(connection, self._now(), workspace, by, "campaign no longer shared", f"{slug}: {login}")


def role_of(text: str) -> str:
    """A role.

    Raises  BadValue
    """
    if text not in ROLES:
        raise BadValue(f"unknown role '{text[:50]}'.", field="role", value=text[:50], hint=did_you_mean(text, list(ROLES)))
    return text


def _held(connection: sa.Connection, workspace: str, person_id: int) -> tuple[str, str]:
    """Login and role of a member, kept as they are until the transaction ends."""
    statement = sa.select(PERSON.c.login, MEMBERSHIP.c.role).join(MEMBERSHIP, MEMBERSHIP.c.person_id == PERSON.c.id)
    here = (MEMBERSHIP.c.workspace == workspace, PERSON.c.id == person_id)
    row = connection.execute(statement.where(*here).with_for_update()).first()
    if row is None:
        raise NotFound("There is no such member here.", field="person")
    return row.login, row.role


def _another_owner(connection: sa.Connection, workspace: str, person_id: int) -> None:
    others = sa.select(MEMBERSHIP.c.person_id).where(
        MEMBERSHIP.c.workspace == workspace, MEMBERSHIP.c.role == "owner", MEMBERSHIP.c.person_id != person_id
    )
    if connection.execute(others.with_for_update()).first() is None:
        raise Conflict("This is the last owner.", field="role", hint="Make somebody else an owner first.")
