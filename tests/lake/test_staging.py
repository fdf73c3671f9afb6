"""Rows on their way: what is not meant reaches no file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from hexameter.contracts.records import Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.lake.staging import StagedTable
from tests.lake.rows import NO_REJECTS, T0, info, lake_at, reading, table


def staged_rows(staged: StagedTable) -> list[str]:
    return sorted(pid for _, piece in staged.pieces() for pid in piece["post_id"])


def test_rows_that_are_not_meant_are_counted_nowhere_and_reach_no_file(tmp_path: Path) -> None:
    frame = pl.DataFrame(pl.from_arrow(table("post_snapshot", [reading(n) for n in range(120)]))).with_row_index("seq")
    kept = np.arange(120) % 40 != 0
    staged = StagedTable(BY_NAME["post_snapshot"], tmp_path, "p", {"batch_id": "b1"})
    staged.add(frame, kept)
    staged.add(frame[:2])
    wanted = sorted([*frame["post_id"].filter(pl.Series(kept)), *frame["post_id"][:2]])
    assert (staged.rows, staged_rows(staged)) == (119, wanted)
    staged.flush()
    assert (staged.rows, staged_rows(staged)) == (119, wanted)
    assert sum(f.rows for f in staged.files) == 119
    staged.add(frame, np.zeros(120, dtype=np.bool_))
    staged.flush()
    assert (staged.rows, len(staged.waiting)) == (119, 0)


def test_a_few_repeats_among_many_new_rows_are_left_out(tmp_path: Path) -> None:
    def chunk(posts: list[int]) -> Chunk:
        return Chunk(len(posts), {"post_snapshot": table("post_snapshot", [reading(n) for n in posts])}, {}, NO_REJECTS, 0)

    lake = lake_at(tmp_path / "lake")
    outcome = lake.store(info(), iter([chunk(list(range(100))), chunk([3, 50, *range(100, 200), 150, 99])]))
    assert (outcome.read, outcome.stored["post_snapshot"], outcome.duplicates) == (204, 200, 4)
    assert lake.store(info("b2"), iter([chunk(list(range(200)))])).stored["post_snapshot"] == 0


def test_a_chunk_may_bring_readings_of_a_table_and_more_of_it_beside_others(tmp_path: Path) -> None:
    def profile(n: int) -> dict[str, object]:
        return {"creator_id": f"{n:05}", "captured_at": T0, "source": "accounts", "followers": n, "precision": "exact"}

    def chunk(first: int) -> Chunk:
        readings, beside = (table("creator_snapshot", [profile(n) for n in range(a, a + 300)]) for a in (first, first + 200))
        return Chunk(300, {"creator_snapshot": readings}, {"creator_snapshot": beside}, NO_REJECTS, 0)

    lake = lake_at(tmp_path / "lake")
    outcome = lake.store(info(), iter([chunk(0), chunk(300), chunk(600)]))
    assert (outcome.stored["creator_snapshot"], outcome.duplicates) == (1_100, 400)
    again = lake.store(info("b2"), iter([chunk(0), chunk(300), chunk(600)]))
    assert (again.stored["creator_snapshot"], again.duplicates) == (0, 900)
