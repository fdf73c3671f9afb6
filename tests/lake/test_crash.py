"""Processes that are killed, that race, that write while others read and compact: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from hexameter.errors import DamagedLake
from hexameter.lake.compacting import compact
from tests.lake import importer
from tests.lake.rows import content, everything, info, lake_at, same, world

KILLS = int(os.environ.get("HEXAMETER_TEST_KILLS", "6"))  # 50 for the full trial


def test_after_a_kill_before_any_commit_the_next_import_completes_the_batch(tmp_path: Path) -> None:
    whole = lake_at(tmp_path / "whole")
    expected_outcome = whole.store(info("b1"), world())
    children = [importer.start(tmp_path / f"killed{n}", "killed_at_commit", str(n)) for n in range(5)]  # creator, post, ..., batch
    for n, child in enumerate(children):
        importer.go(child)
        importer.said(child)
        assert child.returncode == -signal.SIGKILL
        lake = lake_at(tmp_path / f"killed{n}")
        assert len(lake.snapshot().versions) == n
        assert lake.store(info("b1"), world()) == expected_outcome, "the batch's receipt counts what the killed import had stored"
        assert same(everything(lake), everything(whole))
        assert set(lake.store(info("b1"), world()).stored.values()) == {0}
        assert [p.name for p in (lake.path / ".staging").iterdir()] == [], "what the killed import left is swept away"


def test_killed_at_any_instant_and_imported_again_it_is_the_same_lake(tmp_path: Path) -> None:
    whole = lake_at(tmp_path / "whole")
    whole.store(info("b1"), world(**importer.BIG))
    expected = everything(whole)
    trial = importer.start(tmp_path / "trial", "world", "b1")
    began = time.monotonic()
    importer.go(trial)
    assert importer.said(trial) == "done 1000"
    lasts = time.monotonic() - began
    chance = random.Random(20261122)
    for n in range(KILLS):
        path = tmp_path / f"lake{n}"
        child = importer.start(path, "world", "b1")
        importer.go(child)
        time.sleep(chance.uniform(0, lasts * 0.9))
        child.kill()
        importer.said(child)
        lake = lake_at(path)
        lake.store(info("b1"), world(**importer.BIG))
        assert same(everything(lake), expected), f"kill {n}"
        shutil.rmtree(path)


def test_of_two_processes_with_the_same_batch_one_stores_it(tmp_path: Path) -> None:
    children = [importer.start(tmp_path / "lake", "world", "b1") for _ in range(2)]
    for child in children:
        importer.go(child)
    assert sorted(importer.said(child) for child in children) == ["done 0", "done 1000"]
    lake = lake_at(tmp_path / "lake")
    whole = lake_at(tmp_path / "whole")
    whole.store(info("b1"), world(**importer.BIG))
    assert same(everything(lake), everything(whole))


def test_writers_readers_and_a_compaction_do_not_disturb_each_other(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    children = [importer.start(lake.path, "many", str(n), "6") for n in range(3)]
    for child in children:
        importer.go(child)
    seen = 0
    while any(child.poll() is None for child in children):
        rows = content(lake, "post_snapshot", dict(lake.snapshot().versions))
        assert rows.height >= seen and rows.height % 20 == 0, "a reader sees whole batches only, and never fewer"
        assert rows.height == (rows.unique(["post_id", "captured_at"]).height if rows.height else 0), "nor anything twice"
        seen = rows.height
        compact(lake.path, lake._logs, ["post_snapshot"])
    assert [importer.said(child) for child in children] == ["done"] * 3
    assert content(lake, "post_snapshot").height == 3 * 6 * 20
    lake.compact("post_snapshot")
    assert content(lake, "post_snapshot").unique(["post_id", "captured_at"]).height == 3 * 6 * 20
    assert lake.batches().num_rows == 18


@pytest.mark.parametrize("allowed", [0, 200, 3_000])
def test_a_disk_that_fills_up_stores_nothing_and_says_so(tmp_path: Path, allowed: int) -> None:
    child = importer.start(tmp_path / "lake", "on_a_full_disk", str(allowed))
    importer.go(child)
    words = importer.said(child)
    assert words.startswith("Unusable: there is no room left"), words
    lake = lake_at(tmp_path / "lake")
    assert everything(lake) == {}
    assert lake.store(info("b1"), world()).stored["post_snapshot"] == 180


def test_a_damaged_lake_is_never_taken_for_a_smaller_one(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info("b1"), world())
    lake.store(info("b2"), world(posts=90))
    file = Path(lake.snapshot().files("post_snapshot")[0].path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    with pytest.raises(DamagedLake, match=rf"{file.name}: it has .* bytes instead of"):
        lake_at(lake.path).snapshot()
    file.unlink()
    with pytest.raises(DamagedLake, match=rf"{file.name}: it is missing"):
        lake_at(lake.path).store(info("b3"), world())
    file.write_bytes(whole)
    entry = lake.path / "post_snapshot" / "_delta_log" / f"{1:020}.json"
    entry.write_text("{half an ent")
    with pytest.raises(DamagedLake, match=entry.name):
        lake_at(lake.path).snapshot()
