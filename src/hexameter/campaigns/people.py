"""People with an account: passwords, sessions, and patience with wrong passwords. What each may see is not decided here.

Passwords are kept as argon2id; of a session only its digest is kept, so that a copy of the database opens no door. Everything here is
about live people, so it goes by the machine's own clock, whatever instant a rehearsal pretends.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.tables import METADATA, Instant
from hexameter.errors import BadValue, Conflict, UserError

FAILURES = 10  # wrong passwords within LOCK, per account and per address, before the door stays shut
LOCK = timedelta(minutes=15)
IDLE, LONGEST = timedelta(days=7), timedelta(days=30)
SHORTEST, LONGEST_PASSWORD = 10, 512
_SEEN_EVERY = timedelta(minutes=5)
_FIRST_TRIED = """
1234567890 0123456789 12345678910 123456789a 1q2w3e4r5t qwertyuiop qwerty1234 qwerty12345 password12 password123 password1234
passw0rd123 iloveyou12 iloveyou123 1qaz2wsx3edc azertyuiop azerty1234 azerty12345 motdepasse motdepasse1 motdepasse123 administrator
admin12345 welcome123 welcome1234 letmein123 football123 basketball princess123 sunshine123 michaeljackson q1w2e3r4t5 1234567891
9876543210 0987654321 1111111111 0000000000 abcdefghij abcd123456 hexameter1 hexameter123
"""
_COMMON = frozenset(_FIRST_TRIED.split())

PERSON = sa.Table(
    "person",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.CheckConstraint("role IN ('owner', 'manager', 'analyst', 'client')", name="role"),
)
SESSION = sa.Table(
    "person_session",
    METADATA,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Index(None, "person_id"),
)
FAILURE = sa.Table(
    "login_failure",
    METADATA,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("first_at", Instant, nullable=False),
)


class WrongPassword(UserError):
    """No such account, or not its password: which of the two is not said."""


class Locked(UserError):
    """Too many wrong passwords: nobody gets in until `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("Too many wrong passwords.", field="password", hint="Wait a quarter of an hour, then try again.")
        self.until = until


@dataclass(frozen=True)
class Session:
    """Who is asking. `csrf` belongs in every form; neither it nor the token can be made from what the database holds."""

    person_id: int
    login: str
    name: str
    role: str
    csrf: str = field(repr=False)


class People:
    """The accounts of one desk."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now
        self._hashing = threading.Semaphore(2)  # each takes 64 MiB

    def nobody(self) -> bool:
        """Whether there is no account yet."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(PERSON.c.id).limit(1)).first() is None

    def add_owner(self, login: str, name: str, password: str) -> None:
        """The first account.

        Raises  BadValue  a login or password that will not do; Conflict  somebody has an account already
        """
        clean, shown = _login(login), " ".join(name.split())[:100] or _login(login)
        _check_password(password, clean)
        made = self._hash(password)
        with writing(self._engine) as connection:
            if connection.execute(sa.select(PERSON.c.id).limit(1)).first() is not None:
                raise Conflict("The owner's account is already there.", field="login", hint="Log in with it.")
            connection.execute(sa.insert(PERSON).values(login=clean, name=shown, role="owner", password_hash=made, made_at=self._now()))

    def log_in(self, login: str, password: str, address: str, agent: str = "") -> str:
        """A new session.

        In      address  where the request comes from: it has patience of its own
        Out     its token, for the browser only
        Raises  WrongPassword, Locked
        """
        clean = login.strip().casefold()[:200]
        subjects = (f"login:{hashlib.sha256(clean.encode()).hexdigest()}", f"address:{address}")
        self._refuse_locked(subjects)
        with reading(self._engine) as connection:
            person = connection.execute(sa.select(PERSON).where(PERSON.c.login == clean)).first()
        if not self._matches(person.password_hash if person else None, password):
            self._note_failure(subjects)
            raise WrongPassword("This account and password do not belong together.", field="password", hint="Check both and try again.")
        assert person is not None
        token, now = secrets.token_urlsafe(32), self._now()
        with writing(self._engine) as connection:
            connection.execute(sa.delete(FAILURE).where(FAILURE.c.subject == subjects[0]))
            connection.execute(sa.delete(SESSION).where(sa.or_(SESSION.c.made_at < now - LONGEST, SESSION.c.seen_at < now - IDLE)))
            connection.execute(
                sa.insert(SESSION).values(digest=_digest(token), person_id=person.id, made_at=now, seen_at=now, agent=agent[:200])
            )
        return token

    def session(self, token: str) -> Session | None:
        """Whose session a token is; None: nobody's, or no longer."""
        now = self._now()
        statement = sa.select(SESSION, PERSON.c.login, PERSON.c.name, PERSON.c.role).join(PERSON, PERSON.c.id == SESSION.c.person_id)
        with reading(self._engine) as connection:
            row = connection.execute(statement.where(SESSION.c.digest == _digest(token))).first()
        if row is None or row.made_at < now - LONGEST or row.seen_at < now - IDLE:
            return None
        if row.seen_at < now - _SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(sa.update(SESSION).where(SESSION.c.digest == row.digest).values(seen_at=now))
        return Session(row.person_id, row.login, row.name, row.role, csrf_of(token))

    def log_out(self, token: str) -> None:
        """End a session at once."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(SESSION).where(SESSION.c.digest == _digest(token)))

    def log_out_everywhere(self, person_id: int) -> int:
        """End every session of a person; how many there were."""
        with writing(self._engine) as connection:
            return connection.execute(sa.delete(SESSION).where(SESSION.c.person_id == person_id)).rowcount

    def _refuse_locked(self, subjects: tuple[str, ...]) -> None:
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(FAILURE).where(FAILURE.c.subject.in_(subjects), FAILURE.c.n >= FAILURES)).all()
        until = max((row.first_at + LOCK for row in rows), default=None)
        if until is not None and until > self._now():
            raise Locked(until)

    def _note_failure(self, subjects: tuple[str, ...]) -> None:
        now = self._now()
        with writing(self._engine) as connection:
            connection.execute(sa.delete(FAILURE).where(FAILURE.c.first_at <= now - LOCK))
            for subject in subjects:
                insert = upsert(connection, FAILURE).values(subject=subject, n=1, first_at=now)
                connection.execute(insert.on_conflict_do_update(index_elements=["subject"], set_={"n": FAILURE.c.n + 1}))

    def _hash(self, password: str) -> str:
        with self._hashing:
            return str(_hasher().hash(password))

    def _matches(self, known: str | None, password: str) -> bool:
        """Takes as long for an account that is not there."""
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._hashing:
            try:
                return bool(_hasher().verify(known or _nobody(), password[:LONGEST_PASSWORD])) and known is not None
            except (VerificationError, InvalidHashError):
                return False


def csrf_of(token: str) -> str:
    """The word that forms of a session carry."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()[:43]


def _digest(token: str) -> str:
    return hashlib.sha256(f"session:{token}".encode()).hexdigest()


@functools.cache
def _hasher() -> Any:
    from argon2 import PasswordHasher

    return PasswordHasher()  # argon2id, 64 MiB, 3 passes


@functools.cache
def _nobody() -> str:
    return str(_hasher().hash(secrets.token_urlsafe(16)))


def _login(text: str) -> str:
    clean = text.strip().casefold()
    if not 2 <= len(clean) <= 200 or any(not c.isprintable() or c.isspace() for c in clean):
        hint = "Expected an e-mail address or a name of 2 to 200 signs without blanks."
        raise BadValue(f"the login is '{clean[:50]}'.", field="login", value=clean[:50], hint=hint)
    return clean


def _check_password(password: str, login: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST_PASSWORD:
        raise BadValue(f"The password has {len(password)} signs; expected {SHORTEST} to {LONGEST_PASSWORD}.", field="password")
    if password.casefold() in _COMMON or password.casefold() == login or len(set(password)) < 4:
        raise BadValue("This password is one of the first anybody would try.", field="password", hint="Choose another, like four words.")
