"""The stand-in and `hexameter track` as processes of their own, to be killed. It asserts nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from hexameter.main import App
from hexameter.settings import read_settings
from hexameter.standin.server.tokens import Credentials
from tests.tracking.stage import addresses

RUN = "from hexameter.main import run; run()"


@dataclass(frozen=True)
class Far:
    """A stand-in that runs elsewhere."""

    url: str

    def asked(self, route: str, **given: Any) -> Any:
        """One of its control routes: asked, or changed with what is given."""
        address = f"{self.url}/_control/{route}"
        return (httpx.post(address, json=given) if given else httpx.get(address)).raise_for_status().json()

    def settings(self, home: Path, now: datetime) -> dict[str, str]:
        """A home's settings at an instant."""
        known = addresses(self.url, Credentials(), research=True)
        return {"home": str(home), "now": now.isoformat(), **known}

    def app(self, home: Path, now: datetime) -> App:
        """That home in this process."""
        return App(read_settings({}, self.settings(home, now)))

    def track(self, home: Path, now: datetime) -> subprocess.Popen[bytes]:
        """`hexameter track --once`, begun."""
        given: Mapping[str, str] = {f"HEXAMETER_{k.upper()}": v for k, v in self.settings(home, now).items()}
        return subprocess.Popen(
            [sys.executable, "-c", RUN, "track", "--once", "--json"],
            env={**os.environ, **given},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )


@contextmanager
def standin(*words: str) -> Iterator[Far]:
    """`python -m hexameter.standin.server` while the block runs."""
    process = subprocess.Popen([sys.executable, "-m", "hexameter.standin.server", *words], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield Far(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
