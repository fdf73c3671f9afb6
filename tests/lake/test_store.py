"""A batch is kept whole and once: repeats, partial rows, contradictions, bad files, several batches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexameter.contracts.records import Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.errors import BadFile, OurError
from hexameter.lake import intake, staging, suspects
from tests.lake.rows import NO_REJECTS, chunk, content, description, everything, info, lake_at, reading, same, table, world


def test_a_batch_is_stored_with_its_creators_and_its_receipt(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    outcome = lake.store(info(), world())
    assert (outcome.read, outcome.duplicates, outcome.rejected) == (180, 0, 0)
    assert outcome.stored == {"post_snapshot": 180, "post": 60, "creator_snapshot": 21, "creator": 7}
    receipt = lake.batches().to_pylist()[0]
    assert (receipt["batch_id"], receipt["read"], receipt["stored"], receipt["duplicates"]) == ("b1", 180, 180, 0)
    assert content(lake, "creator")["handle"].to_list() == [f"maker{i}" for i in range(7)]


def test_the_same_batch_five_times_stores_it_once(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info(), world())
    before, versions = everything(lake), lake.snapshot().versions
    for _ in range(5):
        outcome = lake.store(info(), world())
        assert outcome.duplicates == outcome.read == 180
        assert set(outcome.stored.values()) == {0}
    assert same(everything(lake), before)
    assert lake.snapshot().versions == versions


def test_the_same_rows_in_another_file_are_repeats_and_only_its_receipt_is_new(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info("b1"), world())
    outcome = lake.store(info("b2"), world(chunks=5))
    assert (outcome.duplicates, set(outcome.stored.values())) == (180, {0})
    assert lake.batches().num_rows == 2


def test_a_repeat_within_a_file_is_counted_once_whichever_chunk_it_is_in(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    outcome = lake.store(info(), [chunk([reading(1), reading(1), reading(2)]), chunk([reading(2), reading(3)])])
    assert (outcome.read, outcome.stored["post_snapshot"], outcome.duplicates) == (5, 3, 2)


def test_a_partial_row_that_adds_nothing_is_a_repeat_and_one_that_adds_is_stored(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info("b1"), [chunk([reading(1, views=10, likes=2)])])
    nothing_new = lake.store(info("b2"), [chunk([reading(1, views=10)])])
    more = lake.store(info("b3"), [chunk([reading(1, views=10, shares=1)])])
    assert (nothing_new.duplicates, nothing_new.stored["post_snapshot"], nothing_new.conflicts) == (1, 0, 0)
    assert (more.duplicates, more.stored["post_snapshot"], more.conflicts) == (0, 1, 0)


def test_another_value_under_the_same_key_is_stored_and_counted_as_a_conflict(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info("b1"), [chunk([reading(1, views=10, likes=2)])])
    outcome = lake.store(info("b2"), [chunk([reading(1, views=11), reading(1, views=11), reading(1, likes=2)])])
    assert (outcome.stored["post_snapshot"], outcome.conflicts, outcome.duplicates) == (1, 1, 2)
    again = lake.store(info("b2"), [chunk([reading(1, views=11), reading(1, views=11), reading(1, likes=2)])])
    assert (again.stored["post_snapshot"], again.conflicts, again.duplicates) == (0, 0, 3)


def test_a_description_is_stored_again_only_when_its_words_change(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    later = datetime(2025, 9, 1, tzinfo=UTC)
    lake.store(info("b1"), [chunk([reading(1, 1)], [description(1)])])
    same_words = lake.store(info("b2"), [chunk([reading(1, 2)], [description(1, first_seen_at=later)])])
    new_words = lake.store(info("b3"), [chunk([reading(1, 3)], [description(1, first_seen_at=later, hashtags=["glowday", "ad"])])])
    assert (same_words.stored["post"], new_words.stored["post"]) == (0, 1)


def test_nothing_is_stored_when_the_file_turns_out_bad_half_way(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")

    def bad() -> Iterator[Chunk]:
        yield world()[0]
        raise BadFile("the file is cut off after row 90.")

    with pytest.raises(BadFile, match="cut off"):
        lake.store(info(), bad())
    assert lake.snapshot().versions == {}
    assert not list((lake.path / ".staging").iterdir())


def test_a_fault_of_the_source_is_not_called_a_fault_of_the_lake(tmp_path: Path) -> None:
    def lost() -> Iterator[Chunk]:
        yield world()[0]
        raise FileNotFoundError("input.csv")

    with pytest.raises(FileNotFoundError):
        lake_at(tmp_path / "lake").store(info(), lost())


def test_a_batch_without_rows_still_has_its_receipt(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    outcome = lake.store(info(), [Chunk(3, {}, {}, NO_REJECTS, 3)])
    assert (outcome.read, outcome.rejected, lake.batches().num_rows) == (3, 3, 1)


def test_a_source_may_not_write_the_lakes_own_tables(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    with pytest.raises(OurError, match="may not fill table 'creator'"):
        lake.store(info(), [Chunk(0, {}, {"creator": table("creator", [])}, NO_REJECTS, 0)])


@pytest.mark.parametrize("name", [n for n, t in BY_NAME.items() if not t.derived and n not in {"batch", "creator"}])
def test_every_table_takes_rows_once(tmp_path: Path, name: str) -> None:
    kinds = {"string": "7527623000473079054", "int64": 5, "double": 0.5, "bool": True}
    row = {f.name: kinds.get(str(f.type)) for f in BY_NAME[name].source_schema}
    row |= {f.name: datetime(2025, 8, 1, tzinfo=UTC) for f in BY_NAME[name].source_schema if str(f.type).startswith("timestamp")}
    row |= {f.name: datetime(2025, 8, 1).date() for f in BY_NAME[name].source_schema if str(f.type).startswith("date")}
    lake = lake_at(tmp_path / "lake")
    one = [Chunk(1, {name: table(name, [row])}, {}, NO_REJECTS, 0)]
    assert lake.store(info("b1"), one).stored[name] == 1
    assert lake.store(info("b2"), one).duplicates == 1
    assert lake.snapshot().files(name)[0].rows == 1


def test_rows_that_do_not_fit_in_memory_give_the_same_lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = lake_at(tmp_path / "plain")
    plain.store(info(), world(chunks=4))
    monkeypatch.setattr(staging, "BUFFER_ROWS", 10)
    monkeypatch.setattr(suspects, "_IN_MEMORY", 5)
    monkeypatch.setattr(suspects, "_AT_ONCE", 20)
    small = lake_at(tmp_path / "small")
    small.store(info(), world(chunks=4))
    assert same(everything(small), everything(plain))
    again = small.store(info("b2"), world(chunks=3))
    assert (again.duplicates, set(again.stored.values())) == (180, {0})


def test_repeats_are_found_by_whichever_means_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = lake_at(tmp_path / "plain")
    told = plain.store(info(), world(chunks=4))
    monkeypatch.setattr(intake, "_IN_VAIN", -1)  # what was told before is never asked
    monkeypatch.setattr(intake, "_FEW", 0.0)
    other = lake_at(tmp_path / "other")
    assert other.store(info(), world(chunks=4)) == told
    assert same(everything(other), everything(plain))
    assert other.store(info("b2"), world(chunks=4)).duplicates == plain.store(info("b2"), world(chunks=4)).duplicates == told.read


ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([None, 1, 2]), st.sampled_from([None, 1, 2]), st.sampled_from([None, 5])), max_size=12
)


@given(rows=ROWS, cut=st.integers(0, 12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_stored_says_all_the_file_says_and_nothing_twice(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, ...]], cut: int
) -> None:
    lake = lake_at(tmp_path_factory.mktemp("lake"))
    given_rows = [reading(p, views=v, likes=n, shares=s) for p, v, n, s in rows]
    outcome = lake.store(info("b1"), [chunk(given_rows[:cut]), chunk(given_rows[cut:])])
    kept: list[tuple[int, ...]] = []
    clashes = 0
    for p, *values in rows:  # the rule, row by row
        rivals = [k[1:] for k in kept if k[0] == p]
        if any(all(v is None or v == w for v, w in zip(values, k, strict=True)) for k in rivals):
            continue
        clashes += any(v is not None and w is not None and v != w for k in rivals for v, w in zip(values, k, strict=True))
        kept.append((p, *values))
    assert (outcome.stored["post_snapshot"] if rows else 0) == len(kept)
    assert outcome.duplicates == len(rows) - len(kept)
    assert outcome.conflicts == clashes
    assert lake.store(info("b2"), [chunk(given_rows)]).duplicates == len(rows)
