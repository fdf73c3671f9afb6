"""Numbers computed on a Spark cluster over the lake's own files. It defines no number: it runs the Ibis expressions it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.schema as sch
import pyarrow as pa
from ibis.backends.sql.compilers import PySparkCompiler
from ibis.backends.sql.dialects import PySpark

from hexameter.contracts.tables import BY_NAME
from hexameter.engines import spark_session
from hexameter.engines.results import contract_schema, in_contract_types
from hexameter.engines.spark_batch import answers, one_query
from hexameter.errors import BadValue, DamagedLake, HexameterError, OurError, Retryable, Unusable

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.contracts.protocols import Snapshot
    from hexameter.contracts.records import Keep

LOCAL_ROWS = 10_000  # a held table up to this size travels with the query; a larger one stays on the workers
SMALL_ROWS = 200_000  # a query over at most so many rows is one task: no shuffle, no broadcast, no compiled stages (5 x faster there)
ROWS_PER_PARTITION = 1_000_000
_GLOB = str.maketrans({character: f"\\{character}" for character in "\\[]{}*?"})  # Spark's own switch against globs reads files twice (4.3)
_SMALL = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}

# Queries have constant texts and views the same names from one question to the next, so each is compiled once in a process.
_COMPILED: dict[ops.Node, str] = {}
_COMPILED_AT_MOST = 2_000


class _Compiler(PySparkCompiler):
    """Ibis' compiler, where it would give null for the number of rows that fulfil a condition when there is no row at all."""

    def visit_CountStar(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: N802
        return self.f.count_if(where) if where is not None else super().visit_CountStar(op, arg=arg, where=where)


class SparkEngine:
    """A standalone or managed Spark cluster behind the Engine protocol.

    In      url      spark://host:port
            options  Spark settings over our defaults, like {"spark.executor.memory": "4g"}
            small_rows  a query over at most so many rows is one task
            patience_seconds  how long a query waits when every worker is gone
    Raises  Retryable  the cluster cannot be reached or has no free worker
    """

    name = "spark"

    def __init__(self, url: str, options: Mapping[str, str] | None = None, *, small_rows: int = SMALL_ROWS, patience_seconds: float = 60.0):
        self._url = url
        self._small_rows = small_rows
        self._patience_seconds = patience_seconds
        self._session = spark_session.session(url, options)
        ibis.pyspark  # noqa: B018  naming it registers the options Ibis' compiler reads
        self._kept: list[Any] = []  # held on the workers
        self._views: dict[str, int] = {}  # the rows of each, at most
        self._fitted = 0

    def table(self, snapshot: Snapshot, name: str, keep: Keep | None = None) -> ir.Table:
        """A lake table of the pinned snapshot, without `month`; instants are naive UTC.

        Raises  DamagedLake  a file of the table is missing
        """
        shape = _without_month(BY_NAME[name].schema)
        files = snapshot.files(name, keep)
        if not files:
            return self.small(f"lake_{name}", shape.empty_table())
        # a given schema saves a job that would read every footer; a home may be called [2025]
        reader = self._session.read.schema(_spark_type(shape))
        frame = self._run(lambda: reader.parquet(*(file.path.translate(_GLOB) for file in files)))
        return self._view(f"lake_{name}", frame, shape, sum(file.rows for file in files))

    def small(self, name: str, rows: pa.Table) -> ir.Table:
        """A small in-memory table; it travels with each query that uses it."""
        frame = self._session.createDataFrame(rows, schema=_spark_type(rows.schema))
        if rows.num_rows > LOCAL_ROWS:
            frame.persist()
            self._kept.append(frame)
        return self._view(name, frame, rows.schema, rows.num_rows)

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute once: small results travel with later queries, large ones are cached on the workers."""
        if self._rows(expression) <= self._small_rows:
            return self.small(name, self.fetch(expression))
        self._fit(expression)
        frame = self._run(lambda: self._session.sql(self.sql(expression)).persist())
        head = in_contract_types(self._run(lambda: frame.limit(LOCAL_ROWS + 1).toArrow()), expression.schema())
        if head.num_rows <= LOCAL_ROWS:
            frame.unpersist()
            return self.small(name, head)
        self._kept.append(frame)
        return self._view(name, self._without_history(frame), head.schema, self._rows(expression))

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Run a query on the cluster; the same types as from any other engine.

        Raises  Retryable    the cluster was lost on the way
                DamagedLake  a file of the lake is missing or cannot be read
                BadValue     a total beyond 2^63
        """
        self._fit(expression)
        query = self.sql(expression)
        return in_contract_types(self._run(lambda: self._session.sql(query).toArrow()), expression.schema())

    def stream(self, expression: ir.Table) -> Iterator[pa.RecordBatch]:
        """A query's rows in batches; they come to the driver at once."""
        yield from self.fetch(expression).to_batches(50_000)

    def fetch_all(self, expressions: Mapping[str, ir.Table]) -> dict[str, pa.Table]:
        """Several queries by name; those over few rows are one job together, since starting one costs more than running it."""
        few = {name: e for name, e in expressions.items() if self._rows(e) <= self._small_rows}
        found = {name: self.fetch(e) for name, e in expressions.items() if name not in few}
        if few:
            self._fit(next(iter(few.values())))
            text = one_query({name: (self.sql(e), e.schema()) for name, e in few.items()})
            answer = self._run(lambda: self._session.sql(text).toArrow())
            found |= answers(answer, {name: e.schema() for name, e in few.items()})
        return {name: found[name] for name in expressions}

    def reduce(self, expression: ir.Table, by: str, work: Mapping[str, Callable[[pa.Table], pa.Table]]) -> dict[str, pa.Table]:
        """Functions of a query's whole groups: of few rows here, of many on the workers, where their rows are.

        Raises  see fetch
        """
        if self._rows(expression) <= self._small_rows:
            rows = self.fetch(expression)
            return {name: function(rows) for name, function in work.items()}
        self._fit(expression)
        spark_session.ship_package(self._url)
        schema = expression.schema()
        frame = self._run(lambda: self._session.sql(self.sql(expression)).repartition(by).persist())
        try:
            return {name: self._run(partial(_on_workers, frame, schema, function)) for name, function in work.items()}
        finally:
            frame.unpersist()

    def sql(self, expression: ir.Table) -> str:
        """The query in Spark's SQL."""
        node = expression.op()
        text = _COMPILED.get(node)
        if text is None:
            if len(_COMPILED) >= _COMPILED_AT_MOST:
                _COMPILED.clear()
            text = _COMPILED[node] = str(_Compiler().to_sqlglot(expression).sql(PySpark))
        return text

    def release(self) -> None:
        """Forget held and small tables, on the workers too."""
        for frame in self._kept:
            frame.unpersist()
        for view in self._views:
            self._session.catalog.dropTempView(view)
        self._kept.clear()
        self._views.clear()

    def close(self) -> None:
        """End the session; the process's last one ends the connection to the cluster."""
        if self._session is None:
            return
        spark_session.leave(self._url)
        self._session = None

    def _view(self, name: str, frame: Any, shape: pa.Schema, rows: int) -> ir.Table:
        view = f"{name}_{len(self._views)}"
        # one partition needs no shuffle: a query over such tables is one task
        (frame.coalesce(1) if rows <= self._small_rows else frame).createOrReplaceTempView(view)
        self._views[view] = rows
        return ibis.table(sch.Schema.from_pyarrow(shape), name=view)

    def _without_history(self, frame: Any) -> Any:
        """The same rows as a plan of one step. Spark analyses the whole plan under a view, which doubles with each view upon view;
        the rows' own lineage stays, so a lost worker's share is computed again."""
        from pyspark.sql import DataFrame

        java = self._session._jsparkSession
        rows = frame._jdf.queryExecution().toRdd()
        return DataFrame(java.internalCreateDataFrame(rows, frame._jdf.schema(), False), self._session)

    def _rows(self, expression: ir.Table) -> int:
        return sum(self._views.get(table.name, 0) for table in expression.op().find(ops.UnboundTable))

    def _fit(self, expression: ir.Table) -> None:
        # few rows over many partitions cost a task each; many rows in few do not fit a worker
        rows = self._rows(expression)
        partitions = 1 if rows <= self._small_rows else max(2, rows // ROWS_PER_PARTITION)
        if partitions == self._fitted:
            return
        for setting, value in _SMALL.items():
            if partitions == 1:
                self._session.conf.set(setting, value)
            else:
                self._session.conf.unset(setting)
        self._session.conf.set("spark.sql.shuffle.partitions", str(partitions))
        self._fitted = partitions

    def _run(self, work: Callable[[], Any]) -> Any:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            with spark_session.workers_watched(self._session.sparkContext, self._patience_seconds):
                return work()
        except (Py4JError, PySparkException, ConnectionError) as problem:
            raise _explained(problem) from problem


def _on_workers(frame: Any, schema: sch.Schema, function: Callable[[pa.Table], pa.Table]) -> pa.Table:
    """A function's results over the partitions of a frame."""
    names = list(schema.names)
    shape = function(contract_schema(schema).empty_table()).schema

    def reduced(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        read = list(batches)
        if read:
            yield from function(in_contract_types(pa.Table.from_batches(read).select(names), schema)).cast(shape).to_batches()

    return frame.mapInArrow(reduced, _spark_type(shape)).toArrow().cast(shape)


def _explained(problem: Exception) -> HexameterError:
    text = str(problem)
    if "ARITHMETIC_OVERFLOW" in text or "larger than a total can be" in text:
        return BadValue("a total is larger than a total can be (2^63 - 1).", hint="Look for a damaged counter in the files imported.")
    if any(sign in text for sign in ("PATH_NOT_FOUND", "FAILED_READ_FILE", "FileNotFoundException", "CANNOT_READ_FILE")):
        return DamagedLake(
            f"Spark could not read a file of the lake: {text.splitlines()[0]}", hint="On a cluster every worker must see the lake's folder."
        )
    if "ModuleNotFoundError" in text:
        lacking = text.split("ModuleNotFoundError: ", 1)[-1].splitlines()[0]
        hint = "Install numpy and pyarrow for the workers' Python, or name another in PYSPARK_PYTHON."
        return Unusable(f"Spark's workers cannot compute: {lacking}.", field="engine", hint=hint)
    lost = (
        "SparkContext was shut down",
        "stopped SparkContext",
        "Master removed",
        "ExecutorLostFailure",
        "FetchFailed",
        "Answer from Java side is empty",
        "Connection",
    )
    if isinstance(problem, ConnectionError) or any(sign in text for sign in lost):
        return Retryable(
            "the Spark cluster was lost while it computed.", hint="Ask again, or measure on this machine with --engine duckdb."
        )
    return OurError(f"Spark refused a query: {text.splitlines()[0] if text else type(problem).__name__}")


def _without_month(shape: pa.Schema) -> pa.Schema:
    kept = [(f.name, pa.timestamp("us") if pa.types.is_timestamp(f.type) else f.type) for f in shape if f.name != "month"]
    return pa.schema(kept)


def _spark_type(shape: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    # instants as Spark's zoned kind in a session whose zone is UTC: its functions on the other kind are fewer
    return from_arrow_schema(shape, prefer_timestamp_ntz=False)
