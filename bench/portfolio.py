"""Every campaign of a portfolio, one after the other on one engine: DuckDB here, Spark on two workers, over the same files of one lake.

The figures of both are compared before their cost is told. A campaign is twenty of the lake's creators and a month.
"""

from __future__ import annotations

import argparse
import calendar
import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests import spark_cluster

from bench import world
from bench.campaign_kpis import lake_of
from hexameter.contracts.records import Cost, Money, Period, Scope
from hexameter.engines.registry import open_engine
from hexameter.kpis.measuring import Options, measure

AS_OF = datetime(2025, 12, 1, tzinfo=UTC)
CREATORS = 20
WORKERS = 2


@dataclass(frozen=True)
class Told:
    """What one engine took for all campaigns, after one of them to warm up. `worst`: the greatest relative difference from DuckDB's."""

    engine: str
    campaigns: int
    seconds: float
    cores: int
    worst: float | None = None


def compare(folder: Path, readings: int, campaigns: int = 24) -> list[Told]:
    """Both engines over one lake; Spark's part is left out where it is not installed."""
    snapshot, scopes = lake_of(folder, readings).snapshot(), list(_campaigns(readings, campaigns))
    ours, seconds = _measured(open_engine("duckdb"), snapshot, scopes)
    told = [Told("DuckDB", campaigns, seconds, os.cpu_count() or 1)]
    if (reason := spark_cluster.missing()) is not None:
        sys.stderr.write(f"bench: {reason}\n")
        return told
    with _spark() as engine:
        theirs, seconds = _measured(engine, snapshot, scopes)
    worst = max(_difference(one, other) for one, other in zip(ours, theirs, strict=True))
    return [*told, Told(f"Spark, {WORKERS} workers of one core", campaigns, seconds, WORKERS, worst)]


@contextmanager
def _spark() -> Iterator[Any]:
    with spark_cluster.cluster(WORKERS) as running:
        engine = open_engine(running.url)
        try:
            yield engine
        finally:
            engine.close()


def _campaigns(readings: int, count: int) -> Iterator[Scope]:
    creators = int(world.shape(readings)["creators"])
    for number in range(count):
        handles = frozenset(f"creator_{(number * CREATORS + k) % creators}" for k in range(CREATORS))
        month = number % 9 + 1
        window = Period(date(2025, month, 1), date(2025, month, calendar.monthrange(2025, month)[1]), "UTC")
        yield Scope("campaign", f"campaign-{number}", handles=handles, window=window)


def _measured(engine: Any, snapshot: Any, scopes: list[Scope]) -> tuple[list[dict[str, Any]], float]:
    money = Options(money=Money(currency="EUR", costs=(Cost(50_000, "EUR"),)))
    measure(engine, snapshot, scopes[0], AS_OF, options=money)
    began = time.perf_counter()
    found = [measure(engine, snapshot, scope, AS_OF, options=money) for scope in scopes]
    return found, time.perf_counter() - began


def _difference(one: Any, other: Any) -> float:
    """The greatest relative difference between two answers; infinite where they are not alike."""
    if isinstance(one, dict) and isinstance(other, dict):
        return max((_difference(one[k], other[k]) for k in one), default=0.0) if one.keys() == other.keys() else math.inf
    if isinstance(one, list) and isinstance(other, list):
        return max((_difference(a, b) for a, b in zip(one, other, strict=True)), default=0.0) if len(one) == len(other) else math.inf
    if isinstance(one, float) and isinstance(other, float):
        return 0.0 if one == other else abs(one - other) / max(abs(one), abs(other))
    return 0.0 if one == other else math.inf


def lines(readings: int, told: list[Told]) -> list[str]:
    """The section of bench/RESULTS.md."""
    said = [f"## Every campaign of a portfolio, {readings:,} readings", ""]
    said += ["| engine | campaigns | seconds | core seconds a campaign | greatest relative difference |", "|---|--:|--:|--:|--:|"]
    for row in told:
        apart = "–" if row.worst is None else f"{row.worst:.0e}" if row.worst else "0"
        said.append(f"| {row.engine} | {row.campaigns} | {row.seconds:.1f} | {row.seconds * row.cores / row.campaigns:.2f} | {apart} |")
    return [*said, ""]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.portfolio")
    parser.add_argument("--readings", type=int, default=10_000_000)
    parser.add_argument("--campaigns", type=int, default=24)
    parser.add_argument("--folder", required=True, help="keep lakes here and use them again")
    asked = parser.parse_args()
    sys.stdout.write("\n".join(lines(asked.readings, compare(Path(asked.folder), asked.readings, asked.campaigns))) + "\n")


if __name__ == "__main__":
    main()
