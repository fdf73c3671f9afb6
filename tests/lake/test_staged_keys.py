"""What an import remembers of its own rows: exact beyond a million, and free of the rows it left behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from hexameter.lake.sieve import KeyFilter, picked
from hexameter.lake.staged_keys import StagedKeys


def test_keys_on_disk_and_in_memory_are_found_and_no_others(tmp_path: Path) -> None:
    random, keys = np.random.default_rng(7), StagedKeys(tmp_path / "keys")
    every = random.integers(0, 2**64, 2_300_000, dtype=np.uint64)
    for run in np.array_split(every[::2], 5):
        keys.add(np.sort(run))
    keys.add(np.empty(0, np.uint64))
    assert len(list((tmp_path / "keys").iterdir())) == 1
    asked = np.sort(every)
    assert keys.hold(asked).tolist() == np.isin(asked, every[::2]).tolist()


def test_a_filter_never_forgets_a_key_and_mistakes_few() -> None:
    random, taken = np.random.default_rng(7), KeyFilter()
    runs = [random.integers(0, 2**64, 1_500_000, dtype=np.uint64) for _ in range(5)]
    for run in runs:
        taken.add(np.sort(run))
        taken.add(np.empty(0, np.uint64))
    assert all(taken.seen(run).all() for run in runs)
    assert taken.seen(random.integers(0, 2**64, 1_000_000, dtype=np.uint64)).mean() < 0.05


@pytest.mark.parametrize("every", [1, 2, 10, 1_000])
def test_picked_rows_are_the_wanted_ones_of_the_same_types(every: int) -> None:
    words = [f"a caption of usual length, the {i}th" if i % 7 else None for i in range(5_000)]
    when = pl.Series(range(5_000), dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))
    rows = pl.DataFrame({"text": words, "tags": [[w or ""] for w in words], "at": when, "n": range(5_000), "none": [None] * 5_000})
    wanted = np.arange(5_000) % every == 0
    assert picked(rows, wanted).equals(rows.filter(wanted)) and picked(rows, wanted).schema == rows.schema
    assert picked(rows, ~wanted | wanted).equals(rows)
