"""What is Spark's own: the way to a cluster, its silence, what is left behind, and workers that die. Its answers are in tests/contracts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from hexameter.engines.registry import open_engine
from hexameter.engines.spark import SparkEngine
from hexameter.errors import BadValue, Conflict, Retryable
from tests.kpis.lakes import FolderSnapshot, table


@pytest.mark.parametrize("url", ["spark://", "spark://here", "spark://here:port", "spark://here:7077/lake", "spark:7077", "spark://:7077"])
def test_an_address_that_is_none_says_what_one_looks_like(url):
    with pytest.raises(BadValue, match="spark://host:port"):
        open_engine(url)


def test_an_unknown_engine_is_guessed():
    with pytest.raises(BadValue, match="Did you mean duckdb"):
        open_engine("ducksdb")
    with pytest.raises(BadValue, match="Did you mean spark"):
        open_engine("sparks://here:7077")


def test_a_master_that_does_not_answer_is_said_at_once():
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        url = f"spark://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Retryable, match=f"{url} does not answer .* --engine duckdb"):
        open_engine(url)


def test_a_process_has_one_cluster(spark_engine):
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(Conflict, match="cannot also use"):
        open_engine(f"spark://127.0.0.1:{other.getsockname()[1]}")


def python(code: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "scratch").mkdir(exist_ok=True)
    env = {**os.environ, "TMPDIR": str(tmp_path / "scratch"), **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=tmp_path, check=False)


ONE_QUERY = """
import pyarrow as pa
from hexameter.engines.registry import open_engine
from hexameter.errors import BadValue
engine = open_engine("{url}")
huge = engine.small("huge", pa.table({{"views": [2**62, 2**62]}}))
print(engine.fetch(huge.limit(1)).to_pylist())
try:
    engine.fetch(huge.agg(total=huge.views.sum()))
except BadValue as problem:
    print(problem.kind)
"""


def test_it_prints_nothing_and_leaves_nothing_behind_even_unclosed(cluster, spark_engine, tmp_path):
    cluster.start_workers(3)  # the run's own engine has the cores of the first two
    done = python(ONE_QUERY.format(url=cluster.url), tmp_path)
    cluster.kill_worker()
    assert (done.stdout, done.stderr, done.returncode) == ("[{'views': 4611686018427387904}]\nBadValue\n", "", 0)
    assert list((tmp_path / "scratch").iterdir()) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["scratch"]


def test_without_java_one_line_says_what_to_install(cluster, tmp_path):
    done = python(ONE_QUERY.format(url=cluster.url), tmp_path, JAVA_HOME=str(tmp_path / "no-java"))
    assert done.stderr.endswith(
        "Unusable: Java did not start; the engine spark:// needs Java 17 or newer. Install openjdk-17-jre-headless.\n"
    )


@pytest.fixture
def large(cluster, spark_engine, tmp_path):
    """The same cluster treated as for a lake too large for one task, with 60,000 readings in 6 files."""
    engine = SparkEngine(cluster.url, small_rows=1_000, patience_seconds=3)
    count = 60_000
    rows = table("post_snapshot", [{"post_id": "0", "captured_at": "2025-07-01T00:00"}])
    posts = pa.array([str(n % 3_000) for n in range(count)])
    wide = pa.table({**{name: pa.nulls(count, kind.type) for name, kind in zip(rows.schema.names, rows.schema, strict=True)}})
    wide = wide.set_column(0, "post_id", posts).set_column(wide.schema.get_field_index("views"), "views", pa.array(range(count)))
    yield engine, engine.table(FolderSnapshot(tmp_path, {"post_snapshot": wide}, files=6), "post_snapshot")
    engine.release()
    engine.close()


def latest(t):
    return t.group_by("post_id").agg(views=t.views.max(), n=t.count())


TOTAL = sum(range(57_000, 60_000))


def test_a_large_held_table_stays_on_the_workers_until_released(large):
    engine, readings = large
    held = engine.hold("held", readings.select("post_id", "views"))
    assert engine.fetch(latest(held).agg(total=ibis._.views.sum(), rows=ibis._.n.sum())).to_pylist() == [{"total": TOTAL, "rows": 60_000}]
    assert len(engine._kept) == 1
    engine.release()
    assert engine._kept == []
    assert engine._session.sparkContext._jsc.getPersistentRDDs().isEmpty()


def test_a_worker_lost_on_the_way_costs_time_not_the_answer(cluster, large):
    engine, readings = large
    held = engine.hold("held", readings.select("post_id", "views"))  # half of it is on the worker that will die
    answers = []
    asking = threading.Thread(target=lambda: answers.extend(engine.fetch(latest(held)).to_pylist() for _ in range(4)))
    asking.start()
    try:
        cluster.kill_worker()
        asking.join()
    finally:
        cluster.start_workers(2)
    assert [sum(row["views"] for row in rows) for rows in answers] == [TOTAL] * 4


def test_a_cluster_without_workers_ends_the_query_and_serves_again(cluster, large):
    engine, readings = large
    cluster.kill_worker()
    cluster.kill_worker()
    try:
        with pytest.raises(Retryable, match="lost"):
            engine.fetch(latest(readings))
    finally:
        cluster.start_workers(2)
    assert _once_served(lambda: engine.fetch(latest(readings).agg(total=ibis._.views.sum())).to_pylist()) == [{"total": TOTAL}]


def _once_served(ask, tries=4):
    """The answer, asked again where the new workers have not joined yet: on a busy machine that takes longer than the engine's patience."""
    for _ in range(tries - 1):
        try:
            return ask()
        except Retryable:
            pass
    return ask()


def test_a_query_over_few_rows_is_one_task_and_over_many_is_spread(large):
    engine, readings = large
    few = engine.hold("few", readings.filter(readings.post_id == "7").select("post_id", "views"))
    assert engine.fetch(few.agg(n=few.count())).to_pylist() == [{"n": 20}]
    assert engine._session.conf.get("spark.sql.adaptive.enabled") == "false"
    assert engine.fetch(readings.agg(n=readings.count())).to_pylist() == [{"n": 60_000}]
    assert engine._session.conf.get("spark.sql.adaptive.enabled") == "true"


def test_tables_held_upon_tables_held_stay_quick_to_plan(large):
    """Spark's plan of a view upon a view upon a view doubles each time; ours does not, or this would take for ever."""
    engine, table = large
    table = table.select("post_id", "views")
    for turn in range(12):
        above = table.filter(table.views >= turn)
        table = engine.hold("tower", above.semi_join(table, "post_id"))
    assert engine.fetch(table.agg(n=table.count())).to_pylist() == [{"n": 60_000 - 11}]
