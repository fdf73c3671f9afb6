"""A real browser on a real server: `hexameter serve` in a process of its own, on a free port, over a home of the test's."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.views.homes import WORKED, fill

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
)
NOW = "2025-08-01T00:00:00Z"
PASSWORD = "four words stand here"


@dataclass
class Site:
    """A running server."""

    home: Path
    address: str
    first_run: str | None
    process: subprocess.Popen[str] = field(repr=False)


@contextlib.contextmanager
def serving(home: Path, before: Sequence[str] = (), **settings: str) -> Iterator[Site]:
    """`hexameter serve` until the block ends; it must end cleanly.

    In      before  words put before the command, such as `setpriv ...`
    """
    environment = {**os.environ, "HEXAMETER_HOME": str(home), "HEXAMETER_NOW": NOW, **settings}
    words = [*before, sys.executable, "-m", "hexameter", "serve", "--port", "0", "--no-track", "--json"]
    with (
        tempfile.TemporaryFile("w+") as errors,  # a pipe that nobody empties would stop a server that has much to say
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment) as process,
    ):
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield Site(home, told["address"], told["first_run"], process)
        finally:
            process.terminate()
            process.communicate(timeout=60)
            errors.seek(0)
            said = errors.read()
    assert (process.returncode, said) == (0, "")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES.split())
        yield browser
        browser.close()


# A refused login; a test that types faster than Chromium puts the cursor into the first field.
HARMLESS = ("status of 4", "Autofocus processing was blocked")


@dataclass
class Visitor:
    """A page and everything its console said: a browser complains there about what the policy forbids."""

    page: Any
    said: list[str]


@contextlib.contextmanager
def visiting(chromium: Any, **wishes: Any) -> Iterator[Visitor]:
    """A browser of its own, English unless told otherwise; nothing may be said on its console but what is harmless."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **wishes})
    page = context.new_page()
    page.set_default_timeout(60_000)
    visitor = Visitor(page, [])
    page.on("console", lambda message: visitor.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: visitor.said.append(f"error: {error}"))
    yield visitor
    context.close()
    assert [line for line in visitor.said if not any(harmless in line for harmless in HARMLESS)] == []


def sign_in(page: Any, site: Site) -> None:
    """Log in as the owner of `inhabited`."""
    page.goto(f"{site.address}/login")
    page.fill("[name=login]", "marie")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(f"{site.address}/")


@pytest.fixture(scope="session")
def inhabited(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """KPIS.md section 7 in a home with an owner, served. Only looked at."""
    folder = tmp_path_factory.mktemp("inhabited")
    home = fill(folder / "home", folder)
    with serving(home) as site:
        with visiting(chromium) as visitor:
            assert site.first_run
            own_account(visitor.page, site.first_run)
        yield site


def own_account(page: Any, first_run: str) -> None:
    """The owner's account, by the address the terminal showed."""
    page.goto(first_run)
    page.fill("[name=name]", "Marie")
    page.fill("[name=login]", "marie")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector("h1:has-text('Campaigns')")


@pytest.fixture
def worked_file(tmp_path: Path) -> Path:
    """The worked example as a file."""
    path = tmp_path / "worked.csv"
    path.write_text(WORKED, encoding="utf-8")
    return path
