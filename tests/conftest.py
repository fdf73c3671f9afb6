"""Fixtures more than one folder of tests uses. What one folder needs alone is in its own conftest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several workers, one has the Spark cluster, and the tests of a file stay together with the homes they share."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        on_spark = bool({"cluster", "spark_engine"} & fixtures) or "spark" in item.name
        item.add_marker(pytest.mark.xdist_group("spark" if on_spark else item.path.name))
