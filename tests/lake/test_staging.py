"""Rows on their way: what is not meant reaches no file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from hexameter.contracts.records import Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.lake.staging import StagedTable
from tests.lake.rows import NO_REJECTS, info, lake_at, reading, table


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
