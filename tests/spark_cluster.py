"""A real standalone Spark cluster on loopback for tests: one master and two workers from pip's pyspark. It knows nothing of Hexameter."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

PATIENCE_SECONDS = 90
QUIET_LOG = """rootLogger.level = error
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
"""


@dataclass
class Cluster:
    """A running cluster: where its master answers, and its processes by role."""

    url: str
    web_port: int
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_worker(self) -> None:
        """End one worker and its executor as a power cut would."""
        worker = self.workers.pop()
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def start_workers(self, count: int) -> None:
        """Bring it up to so many workers and wait until the master counts them."""
        known = _alive_workers(self.web_port)
        started = [_start(self._worker(), self.folder, f"worker-{uuid4()}") for _ in range(count - len(self.workers))]
        self.workers += started
        _wait(lambda: len(known | _alive_workers(self.web_port)) >= len(known) + len(started), self.workers, self.folder)

    def _worker(self) -> list[str]:
        size = ["--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", str(self.folder / f"work-{uuid4()}")]
        return ["worker.Worker", "--host", "127.0.0.1", *size, self.url]


def missing() -> str | None:
    """What has to be installed before a cluster can start; None when nothing."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "Spark tests need pyspark: pip install 'hexameter[spark]'"
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "Spark tests need Java 17: install openjdk-17-jre-headless"
    return None


@contextmanager
def cluster(workers: int = 2) -> Iterator[Cluster]:
    """A master and its workers, ready for work; all of their processes and files are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hexameter-spark-"))
    (folder / "log4j2.properties").write_text(QUIET_LOG)
    port, web_port = _free_port(), _free_port()
    url = f"spark://127.0.0.1:{port}"
    running = Cluster(url, web_port, folder)
    master = ["master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(web_port)]
    first = _start(master, folder, "master")
    try:
        _wait(lambda: _answers(port), [first], folder)
        running.start_workers(workers)
        yield running
    finally:
        for process in (*running.workers, first):
            _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _start(command: list[str], folder: Path, name: str) -> subprocess.Popen[bytes]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "scratch"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'} -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "SPARK_NO_DAEMONIZE": "1",
    }
    log = (folder / f"{name}.log").open("wb")
    with closing(log):
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{command[0]}", *command[1:]],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own: executors end with their worker
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )


def _end_with_parent() -> None:
    """However the test run ends, even by kill -9, this process ends with it."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _stop(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, sign)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                continue
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # an executor that outlived its worker


def _wait(ready: Callable[[], bool], running: list[subprocess.Popen[bytes]], folder: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not ready():
        ended = [p for p in running if p.poll() is not None]
        if ended or time.monotonic() > end:
            logs = "\n".join(f"{p.name}: {p.read_text(errors='replace')[-2000:]}" for p in folder.glob("*.log"))
            raise RuntimeError(f"the Spark cluster did not start\n{logs}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with closing(socket.socket()) as asking:
        asking.settimeout(1)
        return asking.connect_ex(("127.0.0.1", port)) == 0


def _alive_workers(web_port: int) -> frozenset[str]:
    """The ids of the workers the master counts as alive; none while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{web_port}/json/", timeout=5) as answer:
            return frozenset(worker["id"] for worker in json.load(answer)["workers"] if worker["state"] == "ALIVE")
    except (OSError, ValueError, KeyError):
        return frozenset()


def _free_port() -> int:
    with closing(socket.socket()) as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])
