"""The campaign page over HTTP: one `hexameter serve` on a home of some million readings, asked by a logged-in browser on loopback.

How long a page takes that somebody asked for before, one of known numbers that is made anew, one never measured, and one the browser has
already; how many bytes a first and a next visit carry; and what readers wait while another process appends readings. Beside the wall's
time stands the server's own processor time, which a busy machine disturbs less. It asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from bench import campaign_kpis, world
from bench.browser import Answer, Browser
from hexameter.main import open_app

_SERVE = "from hexameter.main import run; run()"
_PASSWORD = "a bench of some length"
_AT_ONCE = 4
# What somebody has looked at before: the page as of now and then, another order, another period, another zone, its cards.
_SEEN = ("", "?sort=likes", "?as_of=2025-02-01", "?from=2025-01-05&to=2025-01-15", "?tz=Europe/Paris", "?layout=gallery")


def measure(folder: Path, readings: int = 10_000_000, seconds: float = 15.0, requests: int = 150, rate: int = 10_000) -> dict[str, Any]:
    """Everything the page's budgets speak of.

    In      seconds  of reading at rest, and of reading beside appends
            rate     readings appended a second
    """
    campaign_kpis.lake_of(folder, readings)
    with tempfile.TemporaryDirectory(dir=folder, prefix="home-") as home:
        slug = _home(Path(home), folder / f"lake-{readings}", readings)
        with _served(Path(home)) as told:
            browser = _logged_in(told)
            page = f"/campaigns/{slug}"
            first, later = browser.visit(page), browser.visit(page)
            found = {
                "readings": readings,
                "first_visit_bytes": first,
                "next_visit_bytes": later,
                "page_bytes": browser.get(page).bytes,
                **_ways(browser, page, told["pid"], requests),
            }
            found |= _beside(browser, page, Path(home), seconds, rate)
    return found


def _ways(browser: Browser, page: str, server: int, requests: int) -> dict[str, Any]:
    """Four ways of asking: a page seen before, one the browser has, known numbers in a page nobody saw, readers at once."""
    seen = [page + words for words in _SEEN]
    tags = {address: browser.get(address).headers["etag"] for address in seen}

    def warm(n: int) -> Answer:
        return browser.get(seen[n % len(seen)])

    def same(n: int) -> Answer:
        address = seen[n % len(seen)]
        answer = browser.get(address, {"if-none-match": tags[address]})
        tags[address] = answer.headers["etag"]
        return answer

    def anew(n: int) -> Answer:
        return browser.get(f"{page}?page={n + 2}")

    found: dict[str, Any] = {}
    for name, ask, count in (("warm", warm, requests * 4), ("same", same, requests * 4), ("anew", anew, requests)):
        before, answers = _cpu_seconds(server), [ask(n) for n in range(count)]
        found[f"{name}_cpu_ms"] = (_cpu_seconds(server) - before) / count * 1000
        found[f"{name}_ms"] = _spread([a.seconds for a in answers if a.status == (304 if name == "same" else 200)])
    at_once = [browser.another() for _ in range(_AT_ONCE)]
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        took = readers.map(lambda one: [one.get(seen[n % len(seen)]).seconds for n in range(requests)], at_once)
        found["at_once_ms"] = _spread([seconds for one in took for seconds in one])
    return found


def _cpu_seconds(process: int) -> float:
    """Processor time a process has used; NaN where the system does not say."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _beside(browser: Browser, page: str, home: Path, seconds: float, rate: int) -> dict[str, Any]:
    """Readers at rest, then beside a process that appends; each asks as of another instant every time, so nothing was measured before."""
    instants = _instants()
    idle = _read_for(browser, page, instants, seconds)
    warm_idle = _read_for(browser, page, iter(lambda: "", None), min(seconds, 5))
    writer = subprocess.Popen(
        [sys.executable, "-m", "bench.appending", str(home), str(rate)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert writer.stdout is not None
        writer.stdout.readline()  # its first batch is in
        busy = _read_for(browser, page, instants, seconds)
        warm_busy = _read_for(browser, page, iter(lambda: "", None), min(seconds, 5))
    finally:
        writer.send_signal(signal.SIGTERM)
        appended = json.loads(writer.communicate(timeout=60)[0].splitlines()[-1])
    spreads = {"idle_ms": idle, "busy_ms": busy, "now_idle_ms": warm_idle, "now_busy_ms": warm_busy}
    return {name: _spread(times) for name, times in spreads.items()} | {"appended": appended, "busy_n": len(busy)}


def _read_for(browser: Browser, page: str, instants: Iterator[str], seconds: float) -> list[float]:
    until, times = time.monotonic() + seconds, []
    while time.monotonic() < until:
        instant = next(instants)
        answer = browser.get(f"{page}?as_of={instant}" if instant else page)
        assert answer.status == 200, answer.status
        times.append(answer.seconds)
        time.sleep(0.02)
    return times


def _instants() -> Iterator[str]:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    while True:
        at += timedelta(seconds=1)
        yield f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _spread(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {"median": float("nan"), "p95": float("nan"), "n": 0}
    return {"median": float(np.median(seconds)) * 1000, "p95": float(np.quantile(seconds, 0.95)) * 1000, "n": len(seconds)}


def _home(home: Path, lake: Path, readings: int) -> str:
    """A home with the bench's campaign; the lake's files are linked, for they are never changed."""
    shutil.copytree(lake, home / "lake", copy_function=os.link)
    with open_app(str(home)) as app:
        shown = app.campaigns.create(
            world.TAG,
            from_day=world.CAMPAIGN_FROM,
            to_day=world.CAMPAIGN_TO,
            hashtags=[world.TAG],
            creators=world.campaign_handles(),
            cost="500.00",
            currency="EUR",
        )
    return str(shown["slug"])


@contextmanager
def _served(home: Path) -> Iterator[dict[str, Any]]:
    words = ["--home", str(home), "serve", "--port", "0", "--no-track", "--json"]
    server = subprocess.Popen([sys.executable, "-c", _SERVE, *words], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        text = ""
        while not _whole(text):
            line = server.stdout.readline()
            assert line, "the server ended before it listened"
            text += line
        threading.Thread(target=server.stdout.read, daemon=True).start()
        yield {**json.loads(text), "pid": server.pid}
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def _whole(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _logged_in(told: dict[str, Any]) -> Browser:
    browser = Browser(told["address"])
    address = told["first_run"].removeprefix(told["address"])
    form = browser.get(address).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    answer = browser.post("/first-run", {**fields, "login": "bench", "name": "Bench", "password": _PASSWORD})
    assert answer.status == 303, f"the owner's account was not made: {answer.status}"
    return browser


def lines(found: dict[str, Any]) -> list[str]:
    """The results page's part."""
    warm, same, anew, at_once, idle, busy = (found[f"{name}_ms"] for name in ("warm", "same", "anew", "at_once", "idle", "busy"))
    now_idle, now_busy, appended = found["now_idle_ms"], found["now_busy_ms"], found["appended"]
    return [
        "## The campaign page over HTTP",
        "",
        f"One `hexameter serve`, logged in, on loopback; {found['readings']:,} readings in the lake. The reader's p95 beside appends is",
        "of pages as of an instant nobody asked for before, so each is measured from the lake's files.",
        "",
        f"Warm: {len(_SEEN)} addresses of the page that were asked for before (now, another instant, period, zone, order, cards), in turn.",
        "",
        "| what | median | p95 | processor | budget |",
        "|---|--:|--:|--:|---|",
        f"| page, warm | {warm['median']:.1f} ms | {warm['p95']:.1f} ms | {found['warm_cpu_ms']:.1f} ms | p95 at most 60 ms |",
        f"| the same again, 304 | {same['median']:.1f} ms | {same['p95']:.1f} ms | {found['same_cpu_ms']:.1f} ms | at most 3 ms |",
        f"| warm, {_AT_ONCE} readers at once | {at_once['median']:.1f} ms | {at_once['p95']:.1f} ms | – | p95 at most 60 ms |",
        f"| known numbers, page made anew | {anew['median']:.1f} ms | {anew['p95']:.1f} ms | {found['anew_cpu_ms']:.1f} ms | – |",
        f"| page never measured before | {idle['median']:.1f} ms | {idle['p95']:.1f} ms | – | – |",
        f"| the same beside {appended['per_second']:,.0f} appended readings a second, {appended['seconds']:.0f} s "
        f"| {busy['median']:.1f} ms | {busy['p95']:.1f} ms | – | p95 at most 2 x: {busy['p95'] / idle['p95']:.2f} x |",
        f"| page as of now, at rest | {now_idle['median']:.1f} ms | {now_idle['p95']:.1f} ms | – | – |",
        f"| page as of now, beside them | {now_busy['median']:.1f} ms | {now_busy['p95']:.1f} ms | – | – |",
        "",
        f"Bytes of a first visit with everything it loads: {found['first_visit_bytes']:,} (budget 1,500,000); of the next visit, when",
        f"nothing changed: {found['next_visit_bytes']:,} (budget 50,000). The page itself is {found['page_bytes']:,} bytes.",
        "",
    ]


def main() -> None:
    """The pages alone."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages")
    parser.add_argument("--folder", help="keep the lake here and use it again")
    parser.add_argument("--readings", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=float, default=15.0, help="of reading at rest, and beside appends")
    asked = parser.parse_args()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="hexameter-bench-"))
    sys.stdout.write("\n".join(lines(measure(folder, asked.readings, asked.seconds))))


if __name__ == "__main__":
    main()
