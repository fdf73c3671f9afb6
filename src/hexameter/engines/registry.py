"""The engines there are, and the one door through which one is opened. It computes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hexameter.errors import BadValue, did_you_mean

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine


@dataclass(frozen=True)
class EngineKind:
    """One kind of engine, describing itself for help, documentation and tests."""

    name: str
    title: str
    help: str
    example: str
    limits: str
    open: Callable[[str, str, Mapping[str, str]], Engine]


def _duckdb(url: str, memory_limit: str, settings: Mapping[str, str]) -> Engine:
    from hexameter.engines.duckdb import DuckdbEngine

    if url != "duckdb":
        raise BadValue(f'engine is "{url}"; the embedded engine has no address.', field="engine", value=url, hint="Write: duckdb")
    return DuckdbEngine(memory_limit=memory_limit or None)


def _spark(url: str, memory_limit: str, settings: Mapping[str, str]) -> Engine:
    from hexameter.engines.spark import SparkEngine

    return SparkEngine(url, settings)


ENGINES: tuple[EngineKind, ...] = (
    EngineKind(
        name="duckdb",
        title="DuckDB, embedded",
        help="Computes on this machine; nothing to install or start. The default.",
        example="duckdb",
        limits="One machine's memory and cores; the setting memory_limit bounds the memory.",
        open=_duckdb,
    ),
    EngineKind(
        name="spark",
        title="Apache Spark cluster",
        help="Computes on a Spark cluster that sees the same lake folder. Same numbers, for lakes too large for one machine.",
        example="spark://127.0.0.1:7077",
        limits="Needs Java 17 and pip install 'hexameter[spark]'; starting takes 10 to 20 seconds, each small query about half a second.",
        open=_spark,
    ),
)


def open_engine(url: str, *, memory_limit: str = "", settings: Mapping[str, str] | None = None) -> Engine:
    """The engine a setting or `--engine` names; close it when done.

    In      url           duckdb, or spark://host:port
            memory_limit  upper bound of the embedded engine's memory, like 2GB; empty: its own default
            settings      for Spark: its own settings over ours
    Raises  BadValue   no such engine, or an address that is none
            Retryable  the cluster does not answer
            Unusable   what the engine needs is not installed
    Example open_engine("duckdb").name -> "duckdb"
    """
    scheme = url.partition(":")[0].strip().lower()
    for kind in ENGINES:
        if kind.name == scheme:
            return kind.open(url, memory_limit, settings or {})
    known = [kind.name for kind in ENGINES]
    examples = " or ".join(kind.example for kind in ENGINES)
    raise BadValue(f'unknown engine "{url}"; expected {examples}.', field="engine", value=url, hint=did_you_mean(scheme, known))
