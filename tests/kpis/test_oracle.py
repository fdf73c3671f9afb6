"""The KPIs against an independent oracle in plain SQL, on random small campaigns."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from hexameter.contracts.records import Period, Scope
from hexameter.engines.duckdb import DuckdbEngine
from hexameter.kpis.measuring import measure
from tests.kpis import oracle
from tests.kpis.lakes import FolderSnapshot, table
from tests.kpis.test_examples import at_path
from tests.kpis.worlds import moments, periods, worlds

TAG = Scope(kind="hashtag", id="glowday", hashtags=frozenset({"glowday"}))
ENGINE = DuckdbEngine(threads=1)


@settings(max_examples=15, deadline=None)
@given(world=worlds(), period=periods, as_of=moments)
def test_same_figures(world: dict[str, list[dict[str, Any]]], period: Period, as_of: datetime) -> None:
    lake = {name: table(name, rows) for name, rows in world.items()}
    wanted = oracle.figures(lake, "glowday", period, as_of)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(ENGINE, FolderSnapshot(Path(folder), lake), TAG, as_of, period=period)
    first, last = wanted.pop("first"), wanted.pop("last")
    assert found["hashtag"]["first_seen"] == (None if first is None else first.isoformat() + "Z")
    assert found["hashtag"]["last_seen"] == (None if last is None else last.isoformat() + "Z")
    for path, value in wanted.items():
        near = value if value is None else pytest.approx(value, rel=1e-9, abs=1e-9)
        assert at_path(found, path) == near, path
