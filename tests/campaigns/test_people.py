"""Accounts: the first one is the owner's, wrong passwords shut the door for a while, sessions end, and a stolen database opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hexameter.campaigns.access.tables import FAILURE, PERSON, SESSION
from hexameter.campaigns.database import open_database, reading
from hexameter.campaigns.people import FAILURES, IDLE, LOCK, LONGEST, Locked, People, WrongPassword
from hexameter.errors import BadValue, Conflict

PASSWORD = "four words stand here"


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def engine(tmp_path: Path, url: str) -> Iterator[sa.Engine]:
    opened = open_database(tmp_path, url)
    yield opened
    opened.dispose()


@pytest.fixture
def people(engine: sa.Engine, watch: Watch) -> People:
    found = People(engine, watch)
    found.add_owner("Lea@Example.com", "Léa", PASSWORD)
    return found


def test_only_the_first_account_is_made_so(people: People) -> None:
    assert not people.nobody()
    with pytest.raises(Conflict, match="already there"):
        people.add_owner("eve", "Eve", PASSWORD)


@pytest.mark.parametrize(
    "password",
    ["short", "seven77", "123456789", "qwertyuiop", "Baseball", "monique1", "hexameter", "aaaaaaaaaaaa", "x" * 513, "lea@example.com"],
)
def test_a_password_that_will_not_do(tmp_path: Path, password: str) -> None:
    engine = open_database(tmp_path)
    with pytest.raises(BadValue) as problem:
        People(engine).add_owner("lea@example.com", "Léa", password)
    assert password not in str(problem.value) or len(password) < 6
    assert People(engine).nobody()
    engine.dispose()


def test_a_session_lasts_until_it_is_ended_or_left_alone(people: People, watch: Watch) -> None:
    token = people.log_in("lea@example.com ", PASSWORD, "10.0.0.1")
    found = people.session(token)
    assert found is not None and (found.name, found.role) == ("Léa", "owner")
    assert token not in repr(found) and found.csrf not in repr(found)
    assert people.session(token + "x") is None
    people.log_out(token)
    assert people.session(token) is None
    left = people.log_in("lea@example.com", PASSWORD, "10.0.0.1")
    watch.at += IDLE + timedelta(seconds=1)
    assert people.session(left) is None


def test_a_session_in_use_ends_at_last(people: People, watch: Watch) -> None:
    token = people.log_in("lea@example.com", PASSWORD, "10.0.0.1")
    for _ in range(int(LONGEST / timedelta(days=3))):
        assert people.session(token) is not None
        watch.at += timedelta(days=3)
    watch.at += timedelta(seconds=1)
    assert people.session(token) is None


def test_every_session_of_a_person_can_be_ended(people: People) -> None:
    tokens = [people.log_in("lea@example.com", PASSWORD, "10.0.0.1") for _ in range(2)]
    me = people.session(tokens[0])
    assert me is not None and people.log_out_everywhere(me.person_id) == 2
    assert [people.session(token) for token in tokens] == [None, None]


def test_wrong_passwords_lock_the_account_for_a_while(people: People, watch: Watch) -> None:
    for n in range(FAILURES):
        with pytest.raises(WrongPassword):
            people.log_in("lea@example.com", f"wrong {n}", f"10.0.0.{n}")
    with pytest.raises(Locked):
        people.log_in("lea@example.com", PASSWORD, "10.0.1.1")
    watch.at += LOCK
    assert people.session(people.log_in("lea@example.com", PASSWORD, "10.0.1.1"))


def test_an_address_that_tries_many_accounts_is_locked(people: People) -> None:
    for n in range(FAILURES):
        with pytest.raises(WrongPassword):
            people.log_in(f"nobody{n}", PASSWORD, "10.0.0.1")
    with pytest.raises(Locked):
        people.log_in("lea@example.com", PASSWORD, "10.0.0.1")
    assert people.log_in("lea@example.com", PASSWORD, "10.0.0.2")


def test_the_database_holds_neither_password_nor_token(people: People, engine: sa.Engine) -> None:
    token = people.log_in("lea@example.com", PASSWORD, "10.0.0.1")
    with reading(engine) as connection:
        kept = repr([connection.execute(sa.select(table)).all() for table in (PERSON, SESSION, FAILURE)])
    assert PASSWORD not in kept and token not in kept
    assert "$argon2id$" in kept
