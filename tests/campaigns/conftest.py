"""A desk on SQLite and, where the distribution has it, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hexameter.campaigns.desk import Desk

NOW = datetime(2025, 8, 1, tzinfo=UTC)


class FixedClock:
    """The present, stood still."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """ "" for SQLite, else an empty PostgreSQL database."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("fresh_postgres"))


@pytest.fixture
def open_desk(tmp_path: Path, url: str) -> Iterator[Callable[[], Desk]]:
    """Opens one and the same desk as often as asked."""
    opened: list[Desk] = []

    def again() -> Desk:
        opened.append(Desk(tmp_path / "home", FixedClock(), url))
        return opened[-1]

    yield again
    for desk in opened:
        desk.close()


@pytest.fixture
def desk(open_desk: Callable[[], Desk]) -> Desk:
    return open_desk()
