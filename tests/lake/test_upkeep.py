"""Compaction, vacuum, roll-ups, undo and erasure: numbers stay what they were, or go when asked."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexameter.contracts.records import BatchInfo, DataFile, Keep
from hexameter.contracts.tables import BY_NAME, POST_LATEST
from hexameter.errors import BadValue, Conflict, NotFound
from hexameter.lake import compacting, erase
from hexameter.lake.compacting import SMALL_ROWS, compact, jobs
from hexameter.lake.layout import month_of
from hexameter.lake.log import FileIndex
from hexameter.lake.store import Lake
from tests.lake.rows import chunk, content, description, everything, info, lake_at, post_id, reading, same, world

ROLLUPS = ("post_latest", "creator_day", "hashtag_day")


def filled(path: Path, batches: int = 4) -> Lake:
    lake = lake_at(path)
    for n in range(batches):
        lake.store(info(f"b{n}"), [chunk([reading(p, n + 1) for p in range(60)], [description(p, caption=f"{n}") for p in range(60)])])
    return lake


def rollups(lake: Lake) -> dict[str, pl.DataFrame]:
    return {name: content(lake, name) for name in ROLLUPS}


def test_compaction_joins_files_and_changes_no_row(tmp_path: Path) -> None:
    lake = filled(tmp_path / "lake")
    before, old = everything(lake), dict(lake.snapshot().versions)
    counts = lake.compact()
    assert counts["post_snapshot"] == {"before": 8, "after": 2}
    assert same(everything(lake), before)
    assert content(lake, "post_snapshot", old).equals(before["post_snapshot"]), "the version before is still readable"
    assert lake.compact()["post_snapshot"] == {"before": 2, "after": 2}
    assert lake.store(info("b9"), [chunk([reading(p, 1) for p in range(60)])]).duplicates == 60


def test_a_compacted_file_is_sorted_and_its_statistics_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compacting, "SORTED_AT_ONCE", 7)  # many ranges
    lake = filled(tmp_path / "lake")
    before = everything(lake)
    compact(lake.path, lake._logs, ["post_snapshot"])
    assert same(everything(lake), before)
    for file in lake.snapshot().files("post_snapshot"):
        rows = pl.read_parquet(file.path, hive_partitioning=False)
        assert rows.equals(rows.sort("creator_id", "post_id", "captured_at"))
        creators = frozenset([rows["creator_id"][0]])
        assert file in lake.snapshot().files("post_snapshot", Keep(creator_ids=creators))


def test_two_compactions_at_once_double_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = filled(tmp_path / "lake")
    before = everything(lake)
    both = threading.Barrier(2)
    real = compacting._sorted_files

    def at_the_same_time(*args: object) -> object:
        both.wait(20)
        return list(real(*args))  # type: ignore[arg-type]

    monkeypatch.setattr(compacting, "jobs", lambda index, real=compacting.jobs: real(index)[:1])
    monkeypatch.setattr(compacting, "_sorted_files", at_the_same_time)
    runs = [threading.Thread(target=compact, args=(lake.path, lake_at(lake.path)._logs, ["post_snapshot"])) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert same(everything(lake), before)


def test_vacuum_keeps_what_recent_readers_may_need(tmp_path: Path) -> None:
    lake = filled(tmp_path / "lake")
    before, old = everything(lake), dict(lake.snapshot().versions)
    lake.compact()
    assert sum(lake.vacuum().values()) == 0
    assert content(lake, "post", old).equals(before["post"])
    stray = lake.path / "post" / "left-by-a-crash.parquet"
    stray.write_bytes(b"x")
    assert sum(lake.vacuum(hours=0).values()) > 0
    assert not stray.exists()
    assert same(everything(lake), before)
    with pytest.raises(NotFound, match="no longer kept"):
        lake.snapshot(old)
    with pytest.raises(BadValue):
        lake.vacuum(hours=-1)


def test_roll_ups_say_what_the_readings_say(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    rows = [reading(1, 1, views=10, likes=1, comments=1, shares=1), reading(1, 2, views=20), reading(2, 1, views=None, likes=None)]
    lake.store(info(), [chunk(rows, [description(1), description(2, hashtags=["glowday", "ad"])])])
    lake.maintain()
    latest = {row["post_id"]: row for row in content(lake, "post_latest").to_dicts()}
    assert latest[rows[0]["post_id"]]["views"] == 20
    assert latest[rows[0]["post_id"]]["likes"] == 1, "a later partial reading never blanks an earlier one"
    assert latest[rows[2]["post_id"]]["captured_at"] is None
    days = {
        (r["hashtag"], r["day"].isoformat()): (r["posts"], r["views"], r["interactions"]) for r in content(lake, "hashtag_day").to_dicts()
    }
    assert days == {
        ("glowday", "2025-07-02"): (1, 20, 3),
        ("glowday", "2025-07-03"): (1, None, None),
        ("ad", "2025-07-03"): (1, None, None),
    }
    assert lake.reflected("post_latest") == {"post_snapshot": lake.snapshot().versions["post_snapshot"]}
    assert lake.maintain() == dict.fromkeys(ROLLUPS, 0)


STEP = st.one_of(
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), st.sampled_from([None, 1, 9])), min_size=1, max_size=4),
    st.sampled_from(["compact", "undo"]),
)


@given(steps=st.lists(STEP, min_size=1, max_size=5))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kept_up_roll_ups_equal_rebuilt_ones(tmp_path_factory: pytest.TempPathFactory, steps: list[object]) -> None:
    lake = lake_at(tmp_path_factory.mktemp("lake"))
    for n, step in enumerate(steps):
        if step == "compact":
            compact(lake.path, lake._logs, ["post", "post_snapshot", *ROLLUPS])
        elif step == "undo":
            lake.undo(f"b{n - 1}")
        else:
            assert isinstance(step, list)
            followers = [
                {"creator_id": f"{p % 2}", "captured_at": datetime(2025, 8, d, tzinfo=UTC), "source": "csv", "followers": v}
                for p, d, v in step
            ]
            posts = [description(p * 40, hashtags=[f"tag{v}"]) for p, _, v in step]
            lake.store(info(f"b{n}"), [chunk([reading(p * 40, d, views=v) for p, d, v in step], posts, creator_snapshot=followers)])
        lake.maintain()
    kept = rollups(lake)
    lake.rebuild()
    assert same(kept, rollups(lake))


def test_only_the_months_that_a_commit_touched_are_computed_anew(tmp_path: Path) -> None:
    lake = filled(tmp_path / "lake")
    lake.maintain()
    before = {f.path for f in lake.snapshot().files("post_latest")}
    lake.store(info("late"), [chunk([reading(1, 20)])])
    assert lake.maintain()["post_latest"] == 1
    after = {f.path for f in lake.snapshot().files("post_latest")}
    assert len(before - after) == 1
    assert month_of(reading(1)["post_id"]) in (before - after).pop()
    assert POST_LATEST.by_month


def test_an_import_can_be_undone_and_done_again(tmp_path: Path) -> None:
    lake = filled(tmp_path / "lake", batches=2)
    before = everything(lake)
    lake.store(info("oops"), [chunk([reading(p, 9) for p in range(60)])])
    assert lake.undo("oops") == {"post_snapshot": 60, "batch": 1}
    assert same(everything(lake), before)
    assert lake.store(info("oops"), [chunk([reading(p, 9) for p in range(60)])]).stored["post_snapshot"] == 60


def erased_bytes(lake: Lake, words: list[str]) -> list[str]:
    files = [p for p in lake.path.rglob("*") if p.is_file()]
    found = [f"{w} in {p}" for p in files for w in words if w.encode() in p.read_bytes()]
    # Parquet compresses: what is inside the files is looked for uncompressed as well.
    for path in (p for p in files if p.suffix == ".parquet" and "_delta_log" not in p.parts):
        rows = str(pl.read_parquet(path, hive_partitioning=False).to_dicts())
        found += [f"{w} in the rows of {path}" for w in words if w in rows]
    return found


def test_an_erased_creator_leaves_no_trace_in_any_file_or_version(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    for n, batch in enumerate(world(chunks=3)):
        lake.store(info(f"b{n}"), [batch])
    named = BatchInfo("b9", "csv", "export_maker3.csv", "00")
    lake.store(named, [chunk([reading(1, 9)], [description(1, caption="with @Maker3.", mentions=["maker3", "maker4"])])])
    lake.compact()
    lake.maintain()
    gone = f"68{3:017}"
    posts = [r["post_id"] for r in content(lake, "post").to_dicts() if r["creator_id"] == gone]
    others = content(lake, "post_snapshot").filter(pl.col("creator_id") != gone)
    assert erased_bytes(lake, [gone])
    counts = lake.erase_creator(handles=["@Maker3"])
    assert counts["post_snapshot"] == len(posts) * 3
    assert erased_bytes(lake, [gone, "maker3", "Maker3", *posts]) == []
    assert content(lake, "post_snapshot").equals(others)
    assert content(lake, "post").filter(pl.col("caption").str.contains("erased"))["mentions"].to_list() == [["maker4"]]
    assert content(lake, "post_latest").height == 60 - len(posts)
    assert lake.erase_creator(handles=["maker3"]) == {}


def test_a_mention_of_someone_else_survives_an_erasure(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    said = "@maker3, @maker3.paris and @maker33 with maker3!"
    lake.store(info(), [*world(), chunk([reading(1, 9)], [description(1, caption=said)])])
    lake.erase_creator(handles=["maker3"])
    kept = content(lake, "post").filter(pl.col("caption").str.contains("paris"))["caption"].to_list()
    assert kept == ["@[erased], @maker3.paris and @maker33 with maker3!"], "a word without @ may be anything"


@pytest.mark.parametrize("at", range(4))
def test_an_erasure_that_was_cut_short_is_completed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info(), world())
    real, calls = erase.rewrite, iter(range(100))

    def cut(*args: object) -> int:
        if next(calls) == at * 3:
            raise KeyboardInterrupt
        return real(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(erase, "rewrite", cut)
        with pytest.raises(KeyboardInterrupt):
            lake.erase_creator(handles=["maker3"])
    lake.erase_creator(handles=["maker3"])
    assert erased_bytes(lake, ["maker3", f"68{3:017}"]) == []


def test_a_handle_that_two_people_used_is_not_erased_by_name(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info(), [chunk([reading(1), reading(2)], [description(1, handle="lea"), description(2, handle="lea")])])
    with pytest.raises(Conflict, match="used by several creators"):
        lake.erase_creator(handles=["lea"])
    assert lake.erase_creator(creator_ids=[f"68{1:017}"])["post"] == 1
    assert content(lake, "post")["handle"].to_list() == ["lea"]


def test_an_erased_creator_may_come_back_with_a_new_import(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info(), world())
    before = everything(lake)
    lake.erase_creator(handles=["maker3"])
    lake.store(info(), world())
    after = everything(lake)
    assert all(after[n].equals(before[n]) for n in before if n != "batch")


def test_a_campaigns_question_reads_few_files(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    for creator in range(8):
        made = [datetime(2025, m, 3, tzinfo=UTC) for m in range(1, 9)]
        posts = [{"post_id": post_id(t, creator), "creator_id": f"68{creator:017}", "published_at": t} for t in made]
        lake.store(info(f"b{creator}"), [chunk([{**reading(0), **{k: p[k] for k in ("post_id", "creator_id")}} for p in posts], posts)])
    snapshot = lake.snapshot()
    assert len(snapshot.files("post_snapshot")) == 64
    one = Keep(creator_ids=frozenset([f"68{2:017}"]), post_ids=frozenset([post_id(datetime(2025, 3, 3, tzinfo=UTC), 2)]))
    assert len(snapshot.files("post_snapshot", one)) == 1
    march = Keep(published=(datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)))
    assert len(snapshot.files("post", march)) == 8
    assert snapshot.files("post", Keep(creator_ids=frozenset())) == []
    assert snapshot.files("retention") == []
    assert BY_NAME["post"].by_month


def test_a_pinned_snapshot_does_not_move(tmp_path: Path) -> None:
    lake = filled(tmp_path / "lake", batches=2)
    pinned = lake.snapshot()
    before = content(lake, "post_snapshot", dict(pinned.versions))
    lake.store(info("late"), [chunk([reading(p, 9) for p in range(60)])])
    assert sum(f.rows for f in pinned.files("post_snapshot")) == 120
    assert content(lake, "post_snapshot", dict(pinned.versions)).equals(before)
    assert sum(f.rows for f in lake.snapshot().files("post_snapshot")) == 180
    with pytest.raises(NotFound, match="no version 99"):
        lake.snapshot({"post": 99})
    with pytest.raises(NotFound, match="no table 'posts'. Did you mean post"):
        lake.snapshot({"posts": 1})
    assert lake.history("post_snapshot")[0]["version"] == 3


def test_files_of_many_rows_are_left_alone_though_they_are_small() -> None:
    def index(*rows: int) -> FileIndex:
        files = [DataFile(f"/lake/{i}.parquet", n, n * 20) for i, n in enumerate(rows)]
        return FileIndex(1, files, [f"{i}.parquet" for i in range(len(rows))], np.array(["2025-07"] * len(rows)), {}, {})

    assert [job.relative for job in jobs(index(SMALL_ROWS, 10, SMALL_ROWS - 1))] == [["1.parquet", "2.parquet"]]
    assert jobs(index(SMALL_ROWS, SMALL_ROWS, 10)) == []
