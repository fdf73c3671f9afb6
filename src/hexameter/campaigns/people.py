"""People with an account: logging in, sessions, and patience with wrong passwords. What each may see is decided by `access`.

Passwords are kept as argon2id; of a session only its digest is kept, so that a copy of the database opens no door. Everything here is
about live people, so it goes by the machine's own clock, whatever instant a rehearsal pretends.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa

from hexameter.campaigns.access.api_tokens import ApiToken, ApiTokens
from hexameter.campaigns.access.audit import Audit, noted
from hexameter.campaigns.access.invitations import Invitations, add_person, login_of
from hexameter.campaigns.access.members import Members
from hexameter.campaigns.access.passwords import check_password, make_hash, matches
from hexameter.campaigns.access.spaces import FIRST, Spaces
from hexameter.campaigns.access.tables import FAILURE, MEMBERSHIP, PERSON, ROLES, SESSION, SHARED
from hexameter.campaigns.database import reading, upsert, writing
from hexameter.errors import BadValue, Conflict, NotFound, UserError

FAILURES = 10  # wrong passwords within LOCK, per account and per address, before the door stays shut
LOCK = timedelta(minutes=15)
IDLE, LONGEST = timedelta(days=7), timedelta(days=30)
CSRF_LENGTH = 43
_SEEN_EVERY = timedelta(minutes=5)


class WrongPassword(UserError):
    """No such account, or not its password: which of the two is not said."""


class Locked(UserError):
    """Too many wrong passwords: nobody gets in until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("Too many wrong passwords.", field="password", hint="Wait a quarter of an hour, then try again.")
        self.until = until


@dataclass(frozen=True)
class Session:
    """Who is asking, and in which workspace. `csrf` belongs in every form; it cannot be made from what the database holds.

    role      in this workspace; "" when the person belongs to none
    spaces    every workspace of the person with the role there
    shared    the campaigns a client sees, and whether with costs
    """

    person_id: int
    login: str
    name: str
    role: str
    csrf: str = field(repr=False)
    workspace: str = FIRST
    spaces: dict[str, str] = field(default_factory=dict)
    shared: dict[str, bool] = field(default_factory=dict)
    language: str | None = None
    tz: str | None = None
    theme: str | None = None
    mark: str = field(default="", repr=False)  # of this session in the list of one's own

    def may(self, role: str) -> bool:
        """Whether the role here is this one or more."""
        return self.role in ROLES and ROLES.index(self.role) >= ROLES.index(role)

    def sees(self, campaign: str) -> bool:
        """Whether a campaign is shown to this person: a client sees what was shared."""
        return self.may("analyst") or campaign in self.shared

    def sees_costs(self, campaign: str) -> bool:
        """Whether a campaign's money is shown too."""
        return self.may("analyst") or self.shared.get(campaign, False)


class People:
    """The accounts of one home."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now
        self.spaces = Spaces(engine, now)
        self.members = Members(engine, now)
        self.invitations = Invitations(engine, now)
        self.audit = Audit(engine, now)
        self.tokens = ApiTokens(engine, now)

    def nobody(self) -> bool:
        """Whether there is no account yet."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(PERSON.c.id).limit(1)).first() is None

    def add_owner(self, login: str, name: str, password: str) -> None:
        """The first account: owner of every workspace there is.

        Raises  BadValue  a login or password that will not do; Conflict  somebody has an account already
        """
        clean = login_of(login)
        check_password(password, clean)
        made = make_hash(password)
        slugs = [space.slug for space in self.spaces.list()]
        with writing(self._engine) as connection:
            if connection.execute(sa.select(PERSON.c.id).limit(1)).first() is not None:
                raise Conflict("The owner's account is already there.", field="login", hint="Log in with it.")
            person = add_person(connection, self._now(), clean, name, made)
            for slug in slugs:
                connection.execute(sa.insert(MEMBERSHIP).values(person_id=person, workspace=slug, role="owner"))
            noted(connection, self._now(), FIRST, clean, "joined", "as owner")

    def log_in(self, login: str, password: str, address: str, agent: str = "") -> str:
        """A new session.

        In      address  where the request comes from: it has patience of its own
        Out     its token, for the browser only
        Raises  WrongPassword, Locked
        """
        clean = login.strip().casefold()[:200]
        subjects = (f"login:{_hashed(clean)}", f"address:{address}")
        self._refuse_locked(subjects)
        with reading(self._engine) as connection:
            person = connection.execute(sa.select(PERSON).where(PERSON.c.login == clean)).first()
        if not matches(person.password_hash if person else None, password):
            self._note_failure(subjects, clean if person else "", address)
            raise WrongPassword("This account and password do not belong together.", field="password", hint="Check both and try again.")
        assert person is not None
        with writing(self._engine) as connection:
            connection.execute(sa.delete(FAILURE).where(FAILURE.c.subject == subjects[0]))
        return self.begin(clean, agent, f"from {address}")

    def begin(self, login: str, agent: str = "", how: str = "") -> str:
        """A new session for somebody whose identity was just checked, and the end of all that ran out; its token.

        Raises  NotFound  no such account
        """
        token, now = secrets.token_urlsafe(32), self._now()
        with writing(self._engine) as connection:
            person = connection.execute(sa.select(PERSON.c.id).where(PERSON.c.login == login)).scalar()
            if person is None:
                raise NotFound("There is no such account.", field="login")
            connection.execute(sa.delete(SESSION).where(sa.or_(SESSION.c.made_at < now - LONGEST, SESSION.c.seen_at < now - IDLE)))
            row = {"digest": _digest(token), "person_id": person, "made_at": now, "seen_at": now, "agent": agent[:200]}
            connection.execute(sa.insert(SESSION).values(row))
            for slug in connection.execute(sa.select(MEMBERSHIP.c.workspace).where(MEMBERSHIP.c.person_id == person)).scalars():
                noted(connection, now, slug, login, "login", how)
        return token

    def session(self, token: str) -> Session | None:
        """Whose session a token is; None: nobody's, or no longer."""
        now, digest = self._now(), _digest(token)
        whose = sa.select(SESSION, PERSON).join(PERSON, PERSON.c.id == SESSION.c.person_id).where(SESSION.c.digest == digest)
        with reading(self._engine) as connection:
            row = connection.execute(whose).first()
            if row is None or row.made_at < now - LONGEST or row.seen_at < now - IDLE:
                return None
            spaces, shared = _belongings(connection, row.person_id)
        if row.seen_at < now - _SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(sa.update(SESSION).where(SESSION.c.digest == digest).values(seen_at=now))
        here = next((slug for slug in (row.workspace, FIRST, *spaces) if slug in spaces), FIRST)
        return Session(
            person_id=row.person_id,
            login=row.login,
            name=row.name,
            role=spaces.get(here, ""),
            csrf=csrf_of(token),
            workspace=here,
            spaces=spaces,
            shared={slug: costs for space, slug, costs in shared if space == here},
            language=row.language,
            tz=row.tz,
            theme=row.theme,
            mark=_mark(digest),
        )

    def bearer(self, secret: str) -> tuple[Session, ApiToken] | None:
        """Who calls with a token, in its workspace and with its maker's role of today; None: nobody who belongs there."""
        token = self.tokens.of(secret)
        if token is None:
            return None
        with reading(self._engine) as connection:
            person = connection.execute(sa.select(PERSON).where(PERSON.c.id == token.person_id)).first()
            spaces, shared = _belongings(connection, token.person_id)
        if person is None or token.workspace not in spaces:
            return None
        here = {slug: costs for space, slug, costs in shared if space == token.workspace}
        who = {"person_id": person.id, "login": person.login, "name": person.name, "role": spaces[token.workspace], "csrf": ""}
        return Session(**who, workspace=token.workspace, spaces=spaces, shared=here), token

    def go_to(self, token: str, workspace: str) -> None:
        """Look at another workspace from now on.

        Raises  NotFound  the person does not belong to it
        """
        with writing(self._engine) as connection:
            belongs = sa.select(MEMBERSHIP.c.role).join(SESSION, SESSION.c.person_id == MEMBERSHIP.c.person_id)
            mine = (SESSION.c.digest == _digest(token), MEMBERSHIP.c.workspace == workspace)
            if connection.execute(belongs.where(*mine)).first() is None:
                raise NotFound("There is no such workspace.", field="workspace")
            connection.execute(sa.update(SESSION).where(SESSION.c.digest == _digest(token)).values(workspace=workspace))

    def log_out(self, token: str) -> None:
        """End a session at once."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(SESSION).where(SESSION.c.digest == _digest(token)))

    def log_out_everywhere(self, person_id: int) -> int:
        """End every session of a person; how many there were."""
        with writing(self._engine) as connection:
            return connection.execute(sa.delete(SESSION).where(SESSION.c.person_id == person_id)).rowcount

    def sessions(self, person_id: int) -> list[dict[str, Any]]:
        """A person's own sessions, newest first: mark, made_at, seen_at, agent."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(SESSION).where(SESSION.c.person_id == person_id).order_by(SESSION.c.made_at.desc())).all()
        return [{"mark": _mark(r.digest), "made_at": r.made_at, "seen_at": r.seen_at, "agent": r.agent} for r in rows]

    def end_session(self, person_id: int, mark: str) -> None:
        """End one of a person's own sessions, by its mark."""
        with writing(self._engine) as connection:
            digests = connection.execute(sa.select(SESSION.c.digest).where(SESSION.c.person_id == person_id)).scalars().all()
            ended = [digest for digest in digests if _mark(digest) == mark]
            connection.execute(sa.delete(SESSION).where(SESSION.c.digest.in_(ended)))

    def change_profile(self, person_id: int, name: str, language: str, tz: str, theme: str) -> None:
        """Name, language, time zone and theme; "" for what shall follow browser and campaign.

        Raises  BadValue  no such time zone
        """
        if tz and tz not in available_timezones():
            raise BadValue(f"the time zone is '{tz[:50]}'.", field="tz", value=tz[:50], hint="Expected like Europe/Paris.")
        shown = " ".join(name.replace("\0", "").split())[:100]
        values = {"language": language or None, "tz": tz or None, "theme": theme or None, **({"name": shown} if shown else {})}
        with writing(self._engine) as connection:
            connection.execute(sa.update(PERSON).where(PERSON.c.id == person_id).values(values))

    def change_password(self, session: Session, old: str, new: str, address: str, agent: str = "") -> str:
        """Another password; every session ends and a new one begins. Its token.

        Raises  WrongPassword, Locked  the old one; BadValue  the new one
        """
        subjects = (f"login:{_hashed(session.login)}", f"address:{address}")
        self._refuse_locked(subjects)
        with reading(self._engine) as connection:
            known = connection.execute(sa.select(PERSON.c.password_hash).where(PERSON.c.id == session.person_id)).scalar()
        if not matches(known, old):
            self._note_failure(subjects, session.login, address)
            raise WrongPassword("The password you have now is another.", field="old", hint="Check it and try again.")
        check_password(new, session.login)
        made = make_hash(new)
        with writing(self._engine) as connection:
            connection.execute(sa.update(PERSON).where(PERSON.c.id == session.person_id).values(password_hash=made))
            connection.execute(sa.delete(SESSION).where(SESSION.c.person_id == session.person_id))
            noted(connection, self._now(), session.workspace, session.login, "password changed")
        return self.begin(session.login, agent, f"from {address}")

    def _refuse_locked(self, subjects: tuple[str, ...]) -> None:
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(FAILURE).where(FAILURE.c.subject.in_(subjects), FAILURE.c.n >= FAILURES)).all()
        until = max((row.first_at + LOCK for row in rows), default=None)
        if until is not None and until > self._now():
            raise Locked(until)

    def _note_failure(self, subjects: tuple[str, ...], known: str, address: str) -> None:
        now = self._now()
        with writing(self._engine) as connection:
            connection.execute(sa.delete(FAILURE).where(FAILURE.c.first_at <= now - LOCK))
            for subject in subjects:
                insert = upsert(connection, FAILURE).values(subject=subject, n=1, first_at=now)
                connection.execute(insert.on_conflict_do_update(index_elements=["subject"], set_={"n": FAILURE.c.n + 1}))
            if known:
                mine = sa.select(MEMBERSHIP.c.workspace).join(PERSON, PERSON.c.id == MEMBERSHIP.c.person_id).where(PERSON.c.login == known)
                for slug in connection.execute(mine).scalars().all():
                    noted(connection, now, slug, known, "wrong password", f"from {address}")


def csrf_of(token: str) -> str:
    """The word that forms of a session carry."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()[:CSRF_LENGTH]


def _belongings(connection: sa.Connection, person_id: int) -> tuple[dict[str, str], list[tuple[str, str, bool]]]:
    """The workspaces of a person with the roles there, and what is shared with them where they are a client."""
    member = (
        sa.select(MEMBERSHIP.c.workspace, MEMBERSHIP.c.role).where(MEMBERSHIP.c.person_id == person_id).order_by(MEMBERSHIP.c.workspace)
    )
    spaces = {row.workspace: row.role for row in connection.execute(member).all()}
    if "client" not in spaces.values():
        return spaces, []
    shared = connection.execute(sa.select(SHARED).where(SHARED.c.person_id == person_id)).all()
    return spaces, [(row.workspace, row.slug, row.costs) for row in shared]


def _digest(token: str) -> str:
    return hashlib.sha256(f"session:{token}".encode()).hexdigest()


def _mark(digest: str) -> str:
    return _hashed(digest)[:16]


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
