"""A process of its own that imports into a lake, for tests that kill it or run several: `python -m tests.lake.importer LAKE WHAT`.

It says "ready" when everything is loaded, waits for a line, does its work, and says "done" with the rows it stored.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

BIG = {"posts": 200, "days": 5, "chunks": 4}


def start(lake: Path, *what: str) -> subprocess.Popen[str]:
    """A child that is ready to begin."""
    command = [sys.executable, "-m", "tests.lake.importer", str(lake), *what]
    env = os.environ | {"POLARS_MAX_THREADS": "1"}
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2], env=env)
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    return child


def go(child: subprocess.Popen[str]) -> None:
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()


def said(child: subprocess.Popen[str]) -> str:
    """Its last words, once it has ended."""
    out, _ = child.communicate(timeout=120)
    return out.strip()


def _import(lake_path: Path, what: list[str]) -> str:
    from hexameter.errors import HexameterError
    from tests.lake.rows import chunk, info, lake_at, reading, world

    match what:
        case ["world", batch]:
            outcome = lake_at(lake_path).store(info(batch), world(**BIG))
            return f"done {outcome.stored['post_snapshot']}"
        case ["killed_at_commit", n]:
            _die_at_commit(int(n))
            lake_at(lake_path).store(info("b1"), world())
            return "done"
        case ["killed_at_undo", batch, n]:
            _die_at_commit(int(n), "undo")
            lake_at(lake_path).undo(batch)
            return "done"
        case ["many", name, count]:
            lake, number = lake_at(lake_path), int(name)
            for day in range(1, int(count) + 1):
                lake.store(info(f"{name}_{day}"), [chunk([reading(100 * number + p, day) for p in range(20)])])
            return "done"
        case ["on_a_full_disk", allowed]:
            import resource

            lake = lake_at(lake_path)
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(allowed), int(allowed)))
            try:
                lake.store(info("b1"), world(**BIG))
            except HexameterError as problem:
                return f"{problem.kind}: {problem}"
            return "done"
    raise SystemExit(f"unknown: {what}")


def _die_at_commit(n: int, module: str = "batching") -> None:
    """The process is killed when it is about to make its n-th commit: no handler of ours runs."""
    import importlib

    chosen = importlib.import_module(f"hexameter.lake.{module}")
    real, calls = chosen.publish, iter(range(100))

    def publish(*args: object, **options: object) -> object:
        if next(calls) == n:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **options)  # type: ignore[arg-type]

    chosen.publish = publish  # type: ignore[attr-defined]


if __name__ == "__main__":
    import tests.lake.rows  # noqa: F401

    print("ready", flush=True)
    sys.stdin.readline()
    print(_import(Path(sys.argv[1]), sys.argv[2:]), flush=True)
