"""An import taken back: the lake is what it would be without it, whatever else was imported, and whenever the process dies."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexameter.contracts.records import Chunk
from hexameter.lake.store import Lake
from tests.lake import importer
from tests.lake.rows import chunk, content, description, everything, info, lake_at, reading, world

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2), st.sampled_from([1, 9])), min_size=1, max_size=4)


def batch(rows: list[tuple[int, int, int]]) -> list[Chunk]:
    return [chunk([reading(p, d, views=v) for p, d, v in rows], [description(p, caption=f"post {p} {v}") for p, _, v in rows])]


def told(lake: Lake) -> dict[str, list[object]]:
    """What the lake says, without which batch said it first: receipts count what was new on their day."""
    tables = {name: rows for name, rows in everything(lake).items() if name != "batch"}
    return {name: sorted(rows.drop("batch_id", "seq", strict=False).rows(), key=repr) for name, rows in tables.items() if rows.height}


@given(batches=st.lists(ROWS, min_size=2, max_size=4), which=st.integers(0, 3))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_without_a_batch_the_lake_is_as_if_it_never_came(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int, int]]], which: int
) -> None:
    gone = which % len(batches)
    folder = tmp_path_factory.mktemp("lakes")
    lake, never = lake_at(folder / "undone"), lake_at(folder / "never")
    for n, rows in enumerate(batches):
        lake.store(info(f"b{n}"), batch(rows))
        if n != gone:
            never.store(info(f"b{n}"), batch(rows))
    lake.undo(f"b{gone}")
    never.maintain()
    assert told(lake) == told(never)
    assert lake.undo(f"b{gone}") == {}
    assert lake.batches()["batch_id"].to_pylist() == never.batches()["batch_id"].to_pylist()


def test_two_taken_back_in_any_order_leave_the_third(tmp_path: Path) -> None:
    only = lake_at(tmp_path / "only")
    only.store(info("b2"), world())
    only.maintain()
    for order in (("b0", "b1"), ("b1", "b0")):
        lake = lake_at(tmp_path / "".join(order))
        for n in range(3):
            lake.store(info(f"b{n}"), world())
        for one in order:
            lake.undo(one)
        assert told(lake) == told(only)


def test_the_file_can_be_imported_again(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info("b1"), world())
    lake.maintain()
    before = told(lake)
    assert lake.undo("b1")["post_snapshot"] == 180
    assert content(lake, "post_snapshot").height == 0
    assert lake.store(info("b1"), world()).stored["post_snapshot"] == 180
    lake.maintain()
    assert told(lake) == before


def test_killed_before_any_of_its_commits_it_is_completed_by_the_next(tmp_path: Path) -> None:
    children = []
    for n in range(5):
        lake = lake_at(tmp_path / f"killed{n}")
        lake.store(info("b0"), world())
        lake.store(info("b1"), world(days=4))
        children.append(importer.start(lake.path, "killed_at_undo", "b0", str(n)))
    never = lake_at(tmp_path / "never")
    never.store(info("b1"), world(days=4))
    never.maintain()
    for n, child in enumerate(children):
        importer.go(child)
        importer.said(child)
        assert child.returncode == -signal.SIGKILL
        lake = lake_at(tmp_path / f"killed{n}")
        lake.undo("b0")
        assert told(lake) == told(never), f"killed before commit {n}"


def test_erasure_reaches_what_was_brought_twice(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info("b0"), world())
    lake.store(info("b1"), world())
    lake.erase_creator(handles=["maker3"])
    lake.undo("b0")
    assert "maker3" not in content(lake, "post")["handle"].to_list()
    assert content(lake, "post_snapshot").height > 0
