"""The same numbers from every engine: each hand-worked example, and the two real crawls where ../shared is at hand."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hexameter.contracts.protocols import Engine
from hexameter.engines.duckdb import DuckdbEngine
from hexameter.engines.registry import ENGINES
from hexameter.engines.spark import SparkEngine
from hexameter.kpis.measuring import measure
from hexameter.main import App, open_app
from tests.kpis.examples import EXAMPLES, WORKED, Example
from tests.kpis.lakes import FolderSnapshot
from tests.kpis.test_examples import differences

SHARED = Path(__file__).parents[3] / "shared" / "data" / "vietnam_2025"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here; the real data set stays outside the project")
CRAWLS = [SHARED / "crawl_2025-05.csv", SHARED / "recrawl_2025-06.csv"]
AFTER = "2025-06-07T00:00:00Z"


def disagreements(one: Any, other: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """Where two measurements differ: reals by more than 1e-9, anything else at all."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = [*one, *(name for name in other if name not in one)]
        return [d for name in names for d in disagreements(one.get(name, "absent"), other.get(name, "absent"), f"{path}.{name}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for place, pair in enumerate(zip(one, other, strict=True)) for d in disagreements(*pair, f"{path}.{place}")]
    near = isinstance(one, float) and isinstance(other, float) and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return [] if near or (one == other and type(one) is type(other)) else [(path, one, other)]


def measured(engine: Engine, snapshot: FolderSnapshot, example: Example) -> dict[str, Any]:
    asked = {"period": example.period, "known_at": example.known_at, "options": example.options}
    return measure(engine, snapshot, example.scope, example.as_of, **asked)


@pytest.fixture(scope="module")
def embedded() -> Iterator[DuckdbEngine]:
    engine = DuckdbEngine()
    yield engine
    engine.close()


def test_every_engine_of_the_registry_is_compared():
    assert [kind.name for kind in ENGINES] == ["duckdb", "spark"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_every_example_gives_the_same_on_spark(embedded, spark_engine, tmp_path, example):
    snapshot = FolderSnapshot(tmp_path, example.lake, files=2)
    found = measured(spark_engine, snapshot, example)
    assert differences(found, example) == {}
    ours = measured(embedded, snapshot, example)
    for object_ in (found, ours):
        object_.get("explain", {}).pop("sql", None)  # each engine's own
    assert disagreements(found, ours) == []


def test_the_worked_example_gives_the_same_spread_over_the_workers(cluster, spark_engine, tmp_path):
    spread = SparkEngine(cluster.url, small_rows=-1)
    try:
        assert differences(measured(spread, FolderSnapshot(tmp_path, WORKED.lake, files=3), WORKED), WORKED) == {}
    finally:
        spread.close()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with open_app(str(tmp_path_factory.mktemp("crawls") / "home"), overrides={"now": AFTER}, environment={}) as app:
        app.collect(CRAWLS)
        yield app


REAL = {
    "whole set": {"all": True},
    "a hashtag": {"hashtag": "fyp"},
    "a creator": {"creator": "busiest"},
    "gained between the crawls": {"all": True, "from_day": "2025-05-30", "to_day": "2025-06-06"},
}


@needs_shared
@pytest.mark.parametrize("ask", REAL.values(), ids=list(REAL))
def test_the_real_crawls_give_the_same(real, cluster, spark_engine, ask):
    if ask.get("creator") == "busiest":
        handles = real.table("post")["handle"].value_counts().to_pylist()
        ask = {"creator": max(handles, key=lambda count: (count["counts"], count["values"]))["values"]}
    ours, theirs = real.kpis(**ask), real.kpis(**ask, engine=cluster.url)
    assert (ours["receipt"].pop("engine"), theirs["receipt"].pop("engine")) == ("duckdb", "spark")
    assert ours["views"]["total"] or ours["views"]["gained"]
    assert disagreements(theirs, ours) == []


def test_the_command_line_prints_clean_json_from_a_cluster(cluster, spark_engine, tmp_path):
    table = tmp_path / "lea.csv"
    table.write_text(
        "post_id,creator,published_at,captured_at,views,likes,comments,shares\nA,lea,2025-07-05T18:00Z,2025-07-31T12:00Z,20000,1500,100,60\n"
    )
    home = str(tmp_path / "home")
    with open_app(home, overrides={}, environment={}) as app:
        app.collect([table])
    cluster.start_workers(3)  # the run's own engine has the cores of the first two
    words = ["kpis", "--creator", "lea", "--as-of", "2025-08-01", "--engine", cluster.url, "--json", "--home", home]
    done = subprocess.run([sys.executable, "-m", "hexameter", *words], capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    cluster.kill_worker()
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["engagement_rate"]["by_views_pct"]["mean"] == pytest.approx(8.3, rel=1e-9)
    assert found["receipt"]["engine"] == "spark"
