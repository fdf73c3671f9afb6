"""Fixtures more than one folder of tests uses. What one folder needs alone is in its own conftest."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import spark_cluster
from tests.postgres_server import fresh_postgres, postgres_url  # noqa: F401  (fixtures)

if TYPE_CHECKING:
    from hexameter.engines.spark import SparkEngine


@pytest.fixture(scope="session")
def cluster() -> Iterator[spark_cluster.Cluster]:
    """The test run's Spark cluster: a master and two workers, started when the first test asks."""
    if reason := spark_cluster.missing():
        pytest.skip(reason)
    with spark_cluster.cluster() as running:
        yield running


@pytest.fixture(scope="session")
def spark_engine(cluster: spark_cluster.Cluster) -> Iterator[SparkEngine]:
    """The test run's one engine on that cluster. Call `release` when done; never `close`."""
    from hexameter.engines.spark import SparkEngine

    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # a test's queries are too short for the thorough compiler to pay
    # two cores, so that a test may start a third worker for a process of its own
    engine = SparkEngine(cluster.url, {"spark.executor.extraJavaOptions": quick, "spark.cores.max": "2"})
    yield engine
    engine.close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several workers, the tests of a file stay together, and all files that use Spark go to one: a run has one cluster.

    xdist 3.8 has a mark for that, which pytest 9.2 leaves without effect (it no longer reads `_nodeid`).
    """
    from xdist.scheduler import LoadFileScheduling

    class OneCluster(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "spark" if _uses_spark(config.rootpath / file) else file

    return OneCluster(config, log)


@functools.cache
def _uses_spark(file: Path) -> bool:
    return re.search(r"\b(spark_engine|cluster)\b", file.read_text(encoding="utf-8")) is not None
