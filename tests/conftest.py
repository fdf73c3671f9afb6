"""Fixtures more than one folder of tests uses. What one folder needs alone is in its own conftest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests import spark_cluster

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

    # the quick compiler: a test's queries are too short for the thorough one to pay
    engine = SparkEngine(cluster.url, {"spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"})
    yield engine
    engine.close()
