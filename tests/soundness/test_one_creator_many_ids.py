"""One creator read by login, by file and by handle is one creator: followers and posts count once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from hexameter.contracts.protocols import Engine
from hexameter.contracts.records import Scope
from hexameter.contracts.tables import CREATOR
from hexameter.kpis.identity import Pairs, aliases, named_creators
from hexameter.main import open_app

NUMBER, LOGIN = "6800000000000000001", "open:afd97af1"
AT = datetime(2025, 7, 1, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_app(str(tmp_path), environment={}) as app:
        yield app.engine()


def _pairs(engine: Engine, *known: tuple[str, str]) -> Pairs:
    schema = pa.schema([CREATOR.schema.field(n) for n in ("creator_id", "handle", "first_seen_at")])
    rows = [{"creator_id": i, "handle": h, "first_seen_at": AT} for i, h in known]
    return Pairs(engine, engine.small("creator_pairs", pa.Table.from_pylist(rows, schema=schema)))


def test_a_login_stands_for_the_number_of_its_owner(engine: Engine) -> None:
    pairs = _pairs(engine, (LOGIN, "lea"), (LOGIN, "lea.new"), ("@lea", "lea"), (NUMBER, "lea.new"))
    assert aliases(pairs, [LOGIN]) == {LOGIN: NUMBER, "@lea": NUMBER, "@lea.new": NUMBER}
    for handle in ("lea", "lea.new"):
        named = named_creators(pairs, Scope("creator", handle, handles=frozenset({handle})))
        assert named is not None
        assert named.canonical == {NUMBER}
        assert named.in_lake == {NUMBER, LOGIN, "@lea", "@lea.new"}


def test_without_a_number_the_login_is_the_creator_under_every_handle(engine: Engine) -> None:
    pairs = _pairs(engine, (LOGIN, "lea"), (LOGIN, "lea.new"), ("@lea", "lea"))
    assert aliases(pairs, [LOGIN]) == {"@lea": LOGIN, "@lea.new": LOGIN}


def test_a_login_whose_handles_belong_to_two_people_stands_for_neither(engine: Engine) -> None:
    pairs = _pairs(engine, (LOGIN, "lea"), (LOGIN, "zoe"), (NUMBER, "lea"), ("6900000000000000002", "zoe"))
    assert LOGIN not in aliases(pairs, [LOGIN])


def test_what_was_looked_up_holds_for_the_same_files_only(tmp_path: Path) -> None:
    """An open home keeps its lookups between questions: a link that a later import brings must be seen, and an undone one forgotten."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("post_id,creator,published_at,captured_at,views\nA,lea,2025-07-02,2025-07-10,10\nD,lea.new,2025-07-02,2025-07-10,5\n")
    head = "post_id,creator,creator_id,published_at,captured_at,views\n"
    second.write_text(f"{head}B,lea,{NUMBER},2025-07-03,2025-07-11,20\nC,lea.new,{NUMBER},2025-07-04,2025-07-12,40\n")
    with open_app(str(tmp_path / "home"), overrides={"now": "2025-08-01T00:00:00Z"}, environment={}) as app:
        app.collect([first])

        def views() -> int | None:
            value: int | None = app.kpis(creator="lea.new", from_day="2025-07-01", to_day="2025-07-31")["views"]["total"]
            return value

        assert views() == 5
        batch = app.collect([second], columns={"creator_id": "creator_id"})["batch"]
        assert views() == 5 + 10 + 20 + 40
        app.undo(batch)
        assert views() == 5
