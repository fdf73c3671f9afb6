"""Protocols between rooms: Source and Format, Lake, Engine, Kpi, Clock. Implementations live elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from hexameter.contracts.records import BatchInfo, Chunk, DataFile, FileSample, ImportOptions, Keep, Outcome


class Clock(Protocol):
    """The only source of the present."""

    def now(self) -> datetime:
        """The current instant, UTC and aware."""
        ...


class Progress(Protocol):
    """Where long work says how far it is. Views draw it; the default draws nothing."""

    def start(self, what: str, total: int | None) -> None:
        """A piece of work begins: `total` units (bytes, rows, days), or None when unknown."""
        ...

    def advance(self, units: int) -> None:
        """So many more units are done."""
        ...

    def finish(self) -> None:
        """The piece is done."""
        ...


class Format(Protocol):
    """One shape of file. It describes itself once; detection, help, docs and tests iterate over it."""

    name: str
    title: str
    help: str
    example: str
    limits: str

    def matches(self, sample: FileSample) -> bool:
        """Whether the content (never the name) is of this format."""
        ...

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The file as bounded chunks.

        Raises  BadFile, MissingColumn, MissingCaptureTime, BadValue: for the whole file, before or while reading
        """
        ...


class Snapshot(Protocol):
    """The lake pinned at one version of each table."""

    versions: Mapping[str, int]

    def files(self, table: str, keep: Keep | None = None) -> list[DataFile]:
        """The Parquet files of a table that may hold rows matching `keep`; [] for a table that does not exist yet."""
        ...


class LakeStore(Protocol):
    """What was read is kept here: append-only, idempotent, versioned."""

    def snapshot(self, versions: Mapping[str, int] | None = None) -> Snapshot:
        """The lake as it is now, or as it was at the given versions."""
        ...

    def store(self, info: BatchInfo, chunks: Iterable[Chunk]) -> Outcome:
        """Keep a batch: all of it or, after any failure, none of it that a retry would not complete."""
        ...


class Engine(Protocol):
    """Where numbers are computed. Same names and same results on every engine."""

    name: str

    def table(self, snapshot: Snapshot, name: str, keep: Keep | None = None) -> ir.Table:
        """A lake table of the pinned snapshot, with files that `keep` rules out left unread. An absent table is an empty one."""
        ...

    def small(self, name: str, rows: pa.Table) -> ir.Table:
        """A small in-memory table, usable in the same expressions."""
        ...

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute once and keep for the queries that follow (until `release`)."""
        ...

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Run a query."""
        ...

    def stream(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """A query's rows in batches, so that many need little memory; no other question before the last batch."""
        ...

    def fetch_all(self, expressions: Mapping[str, ir.Table]) -> dict[str, pa.Table]:
        """Several queries by name, each as `fetch` would give it; an engine for which starting a query is dear starts fewer."""
        ...

    def reduce(self, expression: ir.Table, by: str, work: Mapping[str, Callable[[pa.Table], pa.Table]]) -> dict[str, pa.Table]:
        """Pure functions of a query's rows that need whole groups only (all rows of one `by`), each function's results together.

        Many rows are handed over in parts, wherever they are. An instant in a result travels as whole microseconds.
        """
        ...

    def sql(self, expression: ir.Table) -> str:
        """The query as this engine's SQL, for receipts."""
        ...

    def release(self) -> None:
        """Forget what was held and the small tables."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...


class Kpi(Protocol):
    """One number and its parts: a pure function of small Arrow tables.

    reads  what of the lake it is made of: posts, readings, followers, retention
    """

    name: str
    title: str
    unit: str
    formula: str
    source: str
    reads: tuple[str, ...]

    def summary(self, frames: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The KPI's JSON object from the frames of `contracts.frames`: no engine, no I/O, no rounding; null is None."""
        ...
