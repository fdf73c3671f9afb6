"""A quiet Spark session on a cluster: checks, starts, shares and ends it. It runs no query.

A process has at most one connection to one cluster (Spark's own limit); engines on the same cluster share it, each with its own tables.
"""

from __future__ import annotations

import atexit
import logging
import shutil
import socket
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hexameter.errors import BadValue, Conflict, Retryable, Unusable

CONNECT_SECONDS = 5.0
WORKER_SECONDS = 60.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

# What a laptop and a cluster both want; a caller's options go over these.
_DEFAULTS = {
    "spark.app.name": "hexameter",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "true",  # an overflow is an error, never a wrong number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",  # month is text
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "100000",  # list files here, not by a job on the cluster
    "spark.locality.wait": "0",  # do not wait for the worker that holds the data when another is free
    "spark.log.level": "ERROR",
}
_QUIET_LOG = """rootLogger.level = error
rootLogger.appenderRef.file.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


@dataclass
class _Connection:
    """The process's only connection: its cluster, context, folder and how many engines use it."""

    url: str
    context: Any
    folder: Path
    users: int = 0
    shipped: bool = False


_current: _Connection | None = None


def session(url: str, options: Mapping[str, str] | None = None) -> Any:
    """A Spark session of its own on the cluster at `url`; end it with `leave`.

    In      url      spark://host:port
            options  Spark settings over our defaults; only the first engine of a process sets those of the connection
    Raises  BadValue   the address is not of that form
            Unusable   pyspark or Java is not installed
            Conflict   this process is connected to another cluster
            Retryable  the master does not answer, or has no free worker
    """
    global _current
    host, port = _address(url)
    if _current is not None and _current.context._jsc.sc().isStopped():
        _end(_current)
    if _current is None or _current.url != url:
        _ask_master(url, host, port)
    if _current is not None and _current.url != url:
        raise Conflict(
            f"this process is connected to {_current.url} and cannot also use {url}.",
            field="engine",
            hint="Close the first engine, or use another process.",
        )
    if _current is None:
        _current = _connect(url, host, dict(options or {}))
    from pyspark.sql import SparkSession

    _current.users += 1
    return SparkSession(_current.context).newSession()


def leave(url: str) -> None:
    """An engine needs the connection no more; the last one ends it."""
    if _current is None or _current.url != url:
        return
    _current.users -= 1
    if _current.users <= 0:
        _end(_current)


def ship_package(url: str) -> None:
    """Give the workers this package, so that they can run its pure functions; they need numpy and pyarrow of their own."""
    if _current is None or _current.url != url or _current.shipped:
        return
    source = Path(__file__).parents[1]
    shipped = _current.folder / "hexameter.zip"
    with zipfile.ZipFile(shipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.rglob("*.py")):
            archive.write(path, path.relative_to(source.parent))
    _current.context.addPyFile(str(shipped))
    _current.shipped = True


def executors(context: Any) -> int:
    """How many worker processes serve us at this moment."""
    return int(context._jsc.sc().getExecutorMemoryStatus().size()) - 1  # the driver counts itself


@contextmanager
def workers_watched(context: Any, patience_seconds: float) -> Iterator[None]:
    """While a query runs: when no worker has been there for so long, end the query. Spark itself would wait for ever."""
    done = threading.Event()

    def watch() -> None:
        alone_since: float | None = None
        while not done.wait(1.0):
            if executors(context) > 0:
                alone_since = None
            elif alone_since is None:
                alone_since = time.monotonic()
            elif time.monotonic() - alone_since >= patience_seconds:
                context.cancelAllJobs()
                return

    watcher = threading.Thread(target=watch, name="spark-workers", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _address(url: str) -> tuple[str, int]:
    problem = BadValue(f'engine is "{url}"; expected spark://host:port, like spark://127.0.0.1:7077.', field="engine", value=url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise problem from None
    if parts.scheme != "spark" or not host or not port or parts.path or parts.query:
        raise problem
    return host, port


def _ask_master(url: str, host: str, port: int) -> None:
    # Spark itself would try for a minute and fill the log
    try:
        socket.create_connection((host, port), CONNECT_SECONDS).close()
    except OSError as problem:
        raise Retryable(
            f"the Spark master at {url} does not answer ({problem.strerror or problem}).",
            field="engine",
            value=url,
            hint="Start it, or measure on this machine with --engine duckdb.",
        ) from problem


def _connect(url: str, host: str, options: dict[str, str]) -> _Connection:
    try:
        from pyspark import SparkConf
    except ImportError as problem:
        raise Unusable(
            "the engine spark:// needs pyspark, which is not installed.", field="engine", hint="pip install 'hexameter[spark]'"
        ) from problem
    folder = Path(tempfile.mkdtemp(prefix="hexameter-driver-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    log = folder / "log4j2.properties"
    log.write_text(_QUIET_LOG)
    # the driver plans queries and runs none: the quick compiler halves its start
    java = f"-Dlog4j2.configurationFile={log.as_uri()} -Dderby.system.home={folder} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    settings = {
        **_DEFAULTS,
        "spark.master": url,
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": java,
        **({"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"} if host in _LOOPBACK else {}),
        **options,
    }
    context = _start(url, SparkConf(loadDefaults=False).setAll(list(settings.items())), folder)
    if host in _LOOPBACK and context.pythonExec == "python3":  # nobody named another: workers on this machine take this very Python
        context.pythonExec = sys.executable
    found = _Connection(url, context, folder)
    _await_worker(found)
    return found


def _start(url: str, conf: Any, folder: Path) -> Any:
    from py4j.protocol import Py4JError
    from pyspark import SparkContext, java_gateway
    from pyspark.errors import PySparkException

    # pyspark's own Python logger prints each refused query with its Java stack to stderr; the error we raise says it in a sentence
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    with (folder / "driver.log").open("wb") as log:
        try:
            launch: Any = java_gateway.launch_gateway
            gateway = launch(conf, popen_kwargs={"stdout": log, "stderr": log})
        except (PySparkException, OSError) as problem:
            raise Unusable(
                "Java did not start; the engine spark:// needs Java 17 or newer.", field="engine", hint="Install openjdk-17-jre-headless."
            ) from problem
    try:
        return SparkContext(gateway=gateway, conf=conf)
    except (Py4JError, PySparkException) as problem:
        _end_java()
        raise Retryable(
            f"{url} answers, but not as a Spark master of our version would.",
            field="engine",
            value=url,
            hint="Check the address and that the cluster runs the same Spark as pyspark here.",
        ) from problem


def _await_worker(connection: _Connection) -> None:
    end = time.monotonic() + WORKER_SECONDS
    while executors(connection.context) < 1:
        if time.monotonic() > end or connection.context._jsc.sc().isStopped():
            url = connection.url
            _end(connection)
            raise Retryable(
                f"the Spark cluster at {url} gave us no worker within {WORKER_SECONDS:.0f} seconds.",
                field="engine",
                value=url,
                hint="Start a worker, or wait until another program frees one.",
            )
        time.sleep(0.05)


def _end(connection: _Connection) -> None:
    global _current
    connection.context.stop()
    _end_java()
    shutil.rmtree(connection.folder, ignore_errors=True)
    if _current is connection:
        _current = None


def _end_java() -> None:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    gateway = SparkContext._gateway
    SparkContext._gateway = SparkContext._jvm = None
    SparkSession._instantiatedSession = None
    if gateway is None:
        return
    process = getattr(gateway, "proc", None)
    gateway.shutdown()
    if process is not None:
        process.stdin.close()  # Spark's Java ends with its standard input
        process.wait()
