"""Numbers computed in this process by DuckDB over the lake's own files. It defines no number and keeps nothing on disk."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import duckdb
import ibis
import ibis.expr.schema as sch
import pyarrow as pa
from ibis.backends.sql.compilers import DuckDBCompiler

from hexameter.contracts.tables import BY_NAME
from hexameter.engines.duckdb_files import lake_select, literals
from hexameter.engines.results import in_contract_types
from hexameter.errors import BadValue, DamagedLake, HexameterError, OurError

if TYPE_CHECKING:
    import ibis.expr.operations as ops
    import ibis.expr.types as ir

    from hexameter.contracts.protocols import Snapshot
    from hexameter.contracts.records import Keep

ROWS_AT_ONCE = 2_000_000
ROWS_IN_BATCH = 50_000
LITERAL_IDS = 2_000  # up to here ids are written into the scan, so that whole row groups are left unread


class _Compiler(DuckDBCompiler):
    """Ibis' compiler with arg_max where Ibis writes FIRST(... ORDER BY ...), which sorts. Callers leave out null values themselves."""

    def visit_ArgMax(self, op: Any, *, arg: Any, key: Any, where: Any) -> Any:  # noqa: N802
        return self.agg.arg_max(arg, key, where=where)

    def visit_ArgMin(self, op: Any, *, arg: Any, key: Any, where: Any) -> Any:  # noqa: N802
        return self.agg.arg_min(arg, key, where=where)


# Queries have constant texts (scope, instant and period are rows of small tables), so each is compiled once in a process.
_COMPILED: dict[ops.Node, str] = {}
_COMPILED_AT_MOST = 2_000
_QUERIES_AT_MOST = 64


class DuckdbEngine:
    """An in-memory DuckDB behind the Engine protocol. One instance serves one thread at a time.

    In      memory_limit  like "2GB"; None: DuckDB's own default
            threads       None: one a core
            rows_at_once  of a query that is reduced
    Raises  BadValue      a memory limit DuckDB does not understand
    """

    name = "duckdb"

    def __init__(self, memory_limit: str | None = None, threads: int | None = None, *, rows_at_once: int = ROWS_AT_ONCE):
        self._memory_limit = memory_limit
        self._connection = connect(memory_limit, threads)
        self._connection.execute("SET parquet_metadata_cache = true")
        self._held: dict[tuple[str, sch.Schema], ir.Table] = {}
        self._tables: set[str] = set()
        self._views: list[str] = []  # taken since the last release
        self._texts: dict[str, str] = {}
        self._small: dict[str, pa.Table] = {}
        self._rows_at_once = rows_at_once
        self._read: tuple[ops.Node | None, pa.Table | None] = (None, None)  # what `reduce` read last
        self._queries: dict[str, duckdb.DuckDBPyRelation] = {}  # each runs anew when it is read

    def table(self, snapshot: Snapshot, name: str, keep: Keep | None = None) -> ir.Table:
        """A lake table of the pinned snapshot, without `month`; instants are naive UTC.

        Rows that `keep` rules out may be missing: up to 2,000 ids become literals of the scan, which skip row groups.

        Raises  DamagedLake  a file of the table is missing or cannot be read
        """
        view = f"lake_{name}" + (f"_{len(self._views)}" if f"lake_{name}" in self._views else "")
        files = [file.path for file in snapshot.files(name, keep)]
        text = lake_select(BY_NAME[name], files) + (_only(name, keep) if files else "")
        if self._texts.get(view) != text:
            self._run(f"CREATE OR REPLACE TEMP VIEW {view} AS {text}")
            self._texts[view] = text
        self._views.append(view)
        return self._named(view, _lake_schema(name))

    def small(self, name: str, rows: pa.Table) -> ir.Table:
        """A small in-memory table; one with the same rows as before is still there."""
        if name not in self._small or not self._small[name].equals(rows):
            self._connection.register("incoming", rows)
            try:
                self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")
            finally:
                self._connection.unregister("incoming")
            self._small[name] = rows
        return self._named(name, _ibis_schema(rows.schema))

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute once into a temporary table."""
        self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS {self.sql(expression)}")
        self._tables.add(name)
        self._small.pop(name, None)
        return self._named(name, expression.schema())

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Run a query; the same types as from any other engine.

        Raises  DamagedLake  a file of the lake is missing or cannot be read
                BadValue     a total beyond 2^63
        """
        return in_contract_types(self._fetched(self.sql(expression)), expression.schema())

    def stream(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """A query's rows in batches.

        Raises  as `fetch` does
        """
        try:
            for batch in self._connection.sql(self.sql(expression)).to_arrow_reader(ROWS_IN_BATCH):
                yield from in_contract_types(pa.Table.from_batches([batch]), expression.schema()).to_batches()
        except duckdb.Error as problem:
            raise explained(problem) from problem

    def fetch_all(self, expressions: Mapping[str, ir.Table]) -> dict[str, pa.Table]:
        """Several queries by name, one after the other."""
        return {name: self.fetch(expression) for name, expression in expressions.items()}

    def reduce(self, expression: ir.Table, by: str, work: Mapping[str, Callable[[pa.Table], pa.Table]]) -> dict[str, pa.Table]:
        """Functions of a query's whole groups. Many rows come in ranges of `by`, so that memory stays flat.

        Raises  DamagedLake  a file of the lake is missing or cannot be read
        """
        key, query, at_once = expression.op(), self.sql(expression), self._rows_at_once
        if self._read[0] is not None and key == self._read[0]:
            return {name: function(self._read[1]) for name, function in work.items()}
        first = self._fetched(f"{query} LIMIT {at_once + 1}")
        if first.num_rows <= at_once:
            rows = in_contract_types(first, expression.schema())
            self._read = (key, rows)
            return {name: function(rows) for name, function in work.items()}
        found: dict[str, list[pa.Table]] = {name: [] for name in work}
        for low, high in self._ranges(query, by):
            part = self._fetched(f'SELECT * FROM ({query}) WHERE "{by}" BETWEEN {literals([low])} AND {literals([high])}')
            rows = in_contract_types(part, expression.schema())
            for name, function in work.items():
                found[name].append(function(rows))
        return {name: pa.concat_tables(parts) for name, parts in found.items()}

    def _ranges(self, query: str, by: str) -> list[tuple[str, str]]:
        """Stretches of groups of about as many rows as are read at once."""
        groups = f'SELECT "{by}", COUNT(*) AS n FROM ({query}) GROUP BY ALL'
        placed = f'SELECT "{by}", SUM(n) OVER (ORDER BY "{by}") // {self._rows_at_once} AS part FROM ({groups})'
        found = self._run(f'SELECT MIN("{by}"), MAX("{by}") FROM ({placed}) GROUP BY part ORDER BY part').fetchall()
        return [(low, high) for low, high in found]

    def sql(self, expression: ir.Table) -> str:
        """The query in DuckDB's SQL."""
        node = expression.op()
        text = _COMPILED.get(node)
        if text is None:
            if len(_COMPILED) >= _COMPILED_AT_MOST:
                _COMPILED.clear()
            text = _COMPILED[node] = _Compiler().to_sqlglot(expression).sql("duckdb")
        return text

    def run_sql(self, snapshot: Snapshot, text: str, limit: int | None = None) -> pa.Table:
        """A person's own question over the lake's tables; see duckdb_sql.

        Raises  BadValue, DamagedLake
        """
        from hexameter.engines.duckdb_sql import run_sql

        return run_sql(snapshot, text, sys.maxsize if limit is None else limit, self._memory_limit)

    def release(self) -> None:
        """Forget held tables. Small tables and views of the lake stay until others take their names: most are asked for again."""
        if self._tables:
            self._connection.execute(";".join(f"DROP TABLE IF EXISTS {table}" for table in self._tables))
        self._tables.clear()
        self._views.clear()
        self._read = (None, None)

    def close(self) -> None:
        """End the connection."""
        self._queries.clear()
        self._connection.close()

    def _named(self, name: str, schema: sch.Schema) -> ir.Table:
        # the same object each time, so that expressions built upon it are found again instead of built again
        key = (name, schema)
        if key not in self._held:
            self._held[key] = ibis.table(schema, name=name)
        return self._held[key]

    def _fetched(self, text: str) -> pa.Table:
        # a kept relation is run every time, but bound again only when a table or view it may read was replaced
        try:
            query = self._queries.get(text)
            if query is None:
                if len(self._queries) >= _QUERIES_AT_MOST:
                    self._queries.clear()
                query = self._queries[text] = self._connection.sql(text)
            return query.to_arrow_table()
        except duckdb.Error as problem:
            raise explained(problem) from problem

    def _run(self, text: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(text)
        except duckdb.Error as problem:
            raise explained(problem) from problem


def connect(memory_limit: str | None = None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory connection in UTC that loads nothing from the network."""
    wanted: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "python_enable_replacements": False,
        "preserve_insertion_order": False,
        "temp_directory": tempfile.gettempdir(),
    }
    if memory_limit:
        wanted["memory_limit"] = memory_limit
    if threads:
        wanted["threads"] = threads
    try:
        connection = duckdb.connect(":memory:", config=wanted)
    except duckdb.Error as problem:
        hint = "Expected like 2GB."
        raise BadValue(f"'{memory_limit}' is not an amount of memory.", field="memory_limit", value=memory_limit, hint=hint) from problem
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def explained(problem: duckdb.Error) -> HexameterError:
    """DuckDB's failure as one of ours."""
    text = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    if isinstance(problem, duckdb.IOException | duckdb.InvalidInputException):
        return DamagedLake(
            f"a file of the lake is missing or cannot be read: {text}", hint="Restore it from a backup; see hexameter doctor."
        )
    if isinstance(problem, duckdb.OutOfMemoryException):
        return BadValue(
            "the memory limit is too small for this question.", field="memory_limit", hint="Raise memory_limit, or ask for fewer posts."
        )
    if isinstance(problem, duckdb.OutOfRangeException):
        return BadValue(f"a total is larger than a total can be: {text}", hint="Look for a damaged counter in the files imported.")
    return OurError(f"DuckDB refused a query: {text}")


def _only(name: str, keep: Keep | None) -> str:
    """Literal conditions for the ids `keep` names, where they are few; rows without a creator stay.

    Beside creators, posts are narrowed by their range alone: it prunes as much, and the caller joins the exact ones anyway.
    """
    if keep is None:
        return ""
    columns = {c.name for c in BY_NAME[name].columns}
    parts = []
    creators = keep.creator_ids if "creator_id" in columns else None
    if creators is not None and len(creators) <= LITERAL_IDS:
        parts.append(f"(creator_id IN ({literals(creators)}) OR creator_id IS NULL)" if creators else "creator_id IS NULL")
    posts = keep.post_ids if "post_id" in columns else None
    if posts is not None and len(posts) <= LITERAL_IDS:
        parts.append(_posts_only(posts, ranged=bool(parts)))
    return f" WHERE {' AND '.join(parts)}" if parts else ""


def _posts_only(posts: frozenset[str], ranged: bool) -> str:
    if not posts:
        return "false"
    if ranged:
        return f"post_id BETWEEN {literals([min(posts)])} AND {literals([max(posts)])}"
    return f"post_id IN ({literals(posts)})"


@lru_cache(maxsize=64)
def _ibis_schema(schema: pa.Schema) -> sch.Schema:
    return sch.Schema.from_pyarrow(schema)


@lru_cache(maxsize=32)
def _lake_schema(name: str) -> sch.Schema:
    shape = BY_NAME[name].schema
    fields = [(f.name, pa.timestamp("us") if pa.types.is_timestamp(f.type) else f.type) for f in shape if f.name != "month"]
    return sch.Schema.from_pyarrow(pa.schema(fields))
