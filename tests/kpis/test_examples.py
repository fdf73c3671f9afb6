"""Every hand-worked example on the embedded engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hexameter.engines.duckdb import DuckdbEngine
from hexameter.kpis.measuring import measure
from tests.kpis.examples import EXAMPLES, Example
from tests.kpis.lakes import FolderSnapshot


def at_path(found: Any, path: str) -> Any:
    for step in path.split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


def differences(found: dict[str, Any], example: Example) -> dict[str, tuple[Any, Any]]:
    """Paths whose value is not the expected one, as (expected, found)."""
    out = {}
    for path, wanted in example.expected.items():
        value = at_path(found, path)
        near = isinstance(wanted, float) and value is not None and value == pytest.approx(wanted, rel=1e-9, abs=1e-9)
        if not (near or (value == wanted and (value is None) == (wanted is None))):
            out[path] = (wanted, value)
    return out


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
@pytest.mark.parametrize("files", [1, 3])
def test_example(example: Example, files: int, tmp_path: Path) -> None:
    engine = DuckdbEngine()
    snapshot = FolderSnapshot(tmp_path, example.lake, files)
    found = measure(
        engine, snapshot, example.scope, example.as_of, period=example.period, known_at=example.known_at, options=example.options
    )
    assert differences(found, example) == {}
    engine.close()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_example_read_in_parts(example: Example, tmp_path: Path) -> None:
    engine = DuckdbEngine(rows_at_once=2)
    asked = {"period": example.period, "known_at": example.known_at, "options": example.options}
    assert differences(measure(engine, FolderSnapshot(tmp_path, example.lake), example.scope, example.as_of, **asked), example) == {}
    engine.close()
