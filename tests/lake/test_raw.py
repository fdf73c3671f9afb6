"""API answers are kept whole, byte for byte, and go when they should."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexameter.errors import DamagedLake, NotFound
from hexameter.lake.raw import Body, RawBodies
from hexameter.lake.store import Lake
from hexameter.main import StoodClock

AT = datetime(2025, 7, 4, 12, tzinfo=UTC)


@given(bodies=st.lists(st.binary(max_size=200), max_size=4))
def test_what_is_kept_comes_back_byte_for_byte(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes]) -> None:
    raw = RawBodies(tmp_path_factory.mktemp("raw"))
    pages = [Body(body, {"api": "display", "handle": "lea\x00é"}) for body in bodies]
    raw.keep("b1", AT, pages)
    assert list(raw.read("b1")) == pages


def test_the_same_batch_again_changes_nothing(tmp_path: Path) -> None:
    raw = RawBodies(tmp_path)
    first = raw.keep("b1", AT, [Body(b"one", {})])
    assert raw.keep("b1", AT, [Body(b"two", {})]) == first
    assert [p.body for p in raw.read("b1")] == [b"one"]
    assert raw.batches() == ["b1"]


def test_a_day_goes_when_its_time_is_over(tmp_path: Path) -> None:
    raw = RawBodies(tmp_path)
    raw.keep("old", datetime(2025, 7, 1, 23, tzinfo=UTC), [Body(b"x", {})])
    raw.keep("new", AT, [Body(b"y", {})])
    assert raw.drop_before(AT) == 1
    assert raw.batches() == ["new"]
    with pytest.raises(NotFound, match="raw_days"):
        raw.read("old")


def test_a_person_leaves_the_answers_too(tmp_path: Path) -> None:
    raw = RawBodies(tmp_path)
    raw.keep("b1", AT, [Body(b"hers", {"handle": "lea"}), Body(b"his", {"handle": "hugo"})])
    raw.keep("b2", AT, [Body(b"hers", {"handle": "lea"})])
    assert raw.erase(lambda page: page.context["handle"] == "lea") == 2
    assert [p.body for b in raw.batches() for p in raw.read(b)] == [b"his"]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    raw = RawBodies(tmp_path)
    path = raw.keep("b1", AT, [Body(b"one", {})])
    path.write_bytes(path.read_bytes()[:10])
    with pytest.raises(DamagedLake, match=path.name):
        list(raw.read("b1"))


def test_erasing_a_creator_erases_the_answers_that_name_them(tmp_path: Path) -> None:
    lake = Lake(tmp_path, StoodClock(AT))
    lake.raw.keep("b1", AT, [Body(b'{"username": "Lea"}', {}), Body(b"{}", {"handle": "lea"}), Body(b'{"username": "hugo"}', {})])
    lake.erase_creator(handles=["lea"])
    assert [p.body for p in lake.raw.read("b1")] == [b'{"username": "hugo"}']
