"""A sum beyond 2^63 is an error, never a number that wrapped around."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hexameter.contracts.records import Scope
from hexameter.engines.duckdb import DuckdbEngine
from hexameter.errors import BadValue
from hexameter.kpis.measuring import measure
from tests.kpis.examples import post, reading
from tests.kpis.lakes import FolderSnapshot, table

LARGE = 2**62


@pytest.mark.parametrize(
    "counters",
    [
        pytest.param([(LARGE, 1, 1, 1), (LARGE, 1, 1, 1)], id="views of two posts"),
        pytest.param([(1, LARGE, LARGE, 1)], id="interactions of one post"),
        pytest.param([(1, LARGE, LARGE, None)], id="likes and comments alone"),
    ],
)
def test_a_total_never_wraps_around(counters: list[tuple[int | None, ...]], tmp_path: Path) -> None:
    lake = {
        "post": table("post", [post(str(n), "2025-07-05T18:00") for n in range(len(counters))]),
        "post_snapshot": table("post_snapshot", [reading(str(n), "2025-07-06T18:00", *found) for n, found in enumerate(counters)]),
    }
    engine = DuckdbEngine()
    with pytest.raises(BadValue, match="larger than a total can be"):
        measure(engine, FolderSnapshot(tmp_path, lake), Scope("all", "all"), datetime(2025, 8, 1, tzinfo=UTC))
    engine.close()
