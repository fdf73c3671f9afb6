"""Numbers computed on a Spark cluster over the lake's own files. It defines no number: it runs the Ibis expressions it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from hexameter.contracts.tables import BY_NAME
from hexameter.engines import spark_session
from hexameter.engines.results import in_contract_types
from hexameter.errors import BadValue, DamagedLake, HexameterError, OurError, Retryable

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.contracts.protocols import Snapshot
    from hexameter.contracts.records import Keep

LOCAL_ROWS = 10_000  # a held table up to this size travels with the query; a larger one stays on the workers
ROWS_PER_PARTITION = 1_000_000


class SparkEngine:
    """A standalone or managed Spark cluster behind the Engine protocol.

    In      url      spark://host:port
            options  Spark settings over our defaults, like {"spark.executor.memory": "4g"}
    Raises  Retryable  the cluster cannot be reached or has no free worker
    """

    name = "spark"

    def __init__(self, url: str, options: Mapping[str, str] | None = None):
        self._url = url
        self._session = spark_session.session(url, options)
        self._ibis = ibis.pyspark.connect(self._session)
        self._kept: dict[str, Any] = {}  # held on the workers, by view
        self._views: set[str] = set()
        self._rows = 0

    def table(self, snapshot: Snapshot, name: str, keep: Keep | None = None) -> ir.Table:
        """A lake table of the pinned snapshot; its instants are naive UTC.

        Raises  DamagedLake: a file of the table is missing
        """
        from pyspark.sql.pandas.types import from_arrow_schema

        shape = BY_NAME[name]
        files = snapshot.files(name, keep)
        if not files:
            return self._view(f"lake_{name}", self._frame(shape.schema.empty_table()))
        paths = [file.path for file in files]
        reader = self._session.read.schema(from_arrow_schema(shape.schema, prefer_timestamp_ntz=False))
        reader = reader.option("__globPaths__", "false")  # a home may be called [2025]
        if shape.by_month:
            reader = reader.option("basePath", paths[0].rpartition("/month=")[0])
        self._rows += sum(file.rows for file in files)
        self._spread()
        frame = _run(lambda: reader.parquet(*paths).select(*shape.schema.names))
        return self._view(f"lake_{name}", frame)

    def small(self, name: str, rows: pa.Table) -> ir.Table:
        """A small in-memory table; it travels with each query that uses it."""
        return self._view(name, self._frame(rows))

    def hold(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute once: small results travel with later queries, large ones are cached on the workers."""
        frame = self._session.sql(self._compiled(expression))
        frame.persist()
        rows = _run(lambda: frame.limit(LOCAL_ROWS + 1).toArrow())
        if rows.num_rows <= LOCAL_ROWS:
            frame.unpersist()
            return self._view(name, self._frame(in_contract_types(rows, expression.schema())))
        view = self._view(name, frame)
        self._kept[view.get_name()] = frame
        return view

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Run a query on the cluster; the same types as from any other engine.

        Raises  Retryable    the cluster was lost on the way
                DamagedLake  a file of the lake is missing or cannot be read
                BadValue     a total beyond 2^63
        """
        query = self._compiled(expression)
        return in_contract_types(_run(lambda: self._session.sql(query).toArrow()), expression.schema())

    def sql(self, expression: ir.Table) -> str:
        """The query in Spark's SQL."""
        return str(ibis.to_sql(expression, dialect="pyspark"))

    def release(self) -> None:
        """Forget held and small tables, on the workers too."""
        for frame in self._kept.values():
            frame.unpersist()
        for view in self._views:
            self._session.catalog.dropTempView(view)
        self._kept.clear()
        self._views.clear()
        self._rows = 0

    def close(self) -> None:
        """End the session; the process's last one ends the connection to the cluster."""
        if self._session is None:
            return
        spark_session.leave(self._url)
        self._session = None

    def _compiled(self, expression: ir.Table) -> str:
        self._ibis._run_pre_execute_hooks(expression)
        return str(self._ibis.compile(expression))

    def _frame(self, rows: pa.Table) -> Any:
        from pyspark.sql.pandas.types import from_arrow_schema

        return self._session.createDataFrame(rows, schema=from_arrow_schema(rows.schema, prefer_timestamp_ntz=False))

    def _view(self, name: str, frame: Any) -> ir.Table:
        view = f"{name}_{len(self._views)}"
        frame.createOrReplaceTempView(view)
        self._views.add(view)
        return self._ibis.table(view)

    def _spread(self) -> None:
        # few rows in many shuffle partitions cost a task each; many rows in few do not fit a worker
        partitions = max(2, self._rows // ROWS_PER_PARTITION)
        self._session.conf.set("spark.sql.shuffle.partitions", str(partitions))


def _run(work: Any) -> Any:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return work()
    except (Py4JError, PySparkException, ConnectionError) as problem:
        raise _explained(problem) from problem


def _explained(problem: Exception) -> HexameterError:
    text = str(problem)
    if "ARITHMETIC_OVERFLOW" in text:
        return BadValue("a total is larger than a total can be (2^63 - 1).", hint="Look for a damaged counter in the files imported.")
    if any(sign in text for sign in ("PATH_NOT_FOUND", "FAILED_READ_FILE", "FileNotFoundException", "CANNOT_READ_FILE")):
        return DamagedLake(
            f"Spark could not read a file of the lake: {text.splitlines()[0]}", hint="On a cluster every worker must see the lake's folder."
        )
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
