"""Pages while the source is down, and while the home cannot be written: whole, saying what is the matter, the numbers as they were."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hexameter.services.tracking.runner import Tracker
from hexameter.standin.server.faults import Faults
from tests.browser.conftest import Site, own_account, serving, visiting
from tests.browser.test_whole_campaign import CHOSEN, STAGE, STEP, opened
from tests.views.homes import fill

READ = ("/", "/campaigns/glowday", "/campaigns/glowday/receipts/views", "/posts/7523537000000000001", "/creators/lea", "/hashtags/glowday",
        "/explore/post", "/inbox", "/connections", "/import", "/campaigns/glowday/desk/brief", "/people", "/profile")  # fmt: skip
ROWS = "post_id,creator,published_at,captured_at,views\n7523537000000000091,zoe,2025-06-05T18:00Z,2025-06-30T12:00Z,20000\n"


def test_the_source_is_down(chromium: Any, tmp_path: Path) -> None:
    with opened(tmp_path / "home") as (app, there, told), visiting(chromium) as visitor:
        page, site = visitor.page, told["address"]
        own_account(page, told["first_run"])
        page.goto("about:blank")  # an open page asks again and again
        handles = list(CHOSEN[:2])
        days = {"from_day": STAGE.from_day.isoformat(), "to_day": STAGE.to_day.isoformat(), "tz": STAGE.tz}
        app.campaigns.create("Glowday", hashtags=["glowday"], creators=handles, **days)
        for handle in handles:
            link = app.connections.begin(handle, login="display", campaign="glowday")["url"]
            app.connections.complete(dict(_answer(there.consent(link, handle))))
        tracker = Tracker(app, workers=1, every=STEP)
        for _ in range(6):
            tracker.once()
            there.clock.advance(STEP)
        before, since = app.kpis(campaign="glowday"), there.clock.now()
        assert before["views"]["total"] > 0
        there.goes_wrong(Faults(storm=1.0))
        tracker.once()
        there.clock.advance(timedelta(minutes=30))
        when = f"{since:%-d}\u00a0{since:%b} {since:%Y}, {since:%H:%M}"
        for path in ("/campaigns/glowday", "/connections", "/"):
            page.goto(site + path)
            said = page.inner_text("main")
            assert f"TikTok gives no usable answer since {when}" in said, path
            assert page.locator("nav[aria-label=Main]").count() and "Traceback" not in page.content()
        page.goto(f"{site}/campaigns/glowday")
        needs = page.inner_text("section[aria-labelledby=needs]")
        assert f"@{handles[0]}" in needs and "Nothing to do: it is asked again by itself. What was read before stays" in needs
        assert float(page.get_attribute("#views .figure data", "value")) == before["views"]["total"], "the numbers stay"
        page.goto("about:blank")
        there.goes_wrong(Faults())
        there.clock.advance(STEP)
        tracker.once()
        page.goto(f"{site}/campaigns/glowday")
        assert "since" not in page.inner_text("section[aria-labelledby=needs]") and "Gap on" in page.inner_text("main")


def _not_whole(page: Any, site: Site, path: str) -> Iterator[str]:
    """What a page that only shows something lacks."""
    status = page.goto(site.address + path).status
    if status != 200:
        yield f"status {status}: {page.inner_text('body')[:300]}"
    if not page.locator("nav[aria-label=Main]").count() or "Traceback" in page.content():
        yield "not whole"


def _answer(address: str) -> Iterator[tuple[str, str]]:
    from urllib.parse import parse_qsl, urlsplit

    yield from parse_qsl(urlsplit(address).query)


def _writable(home: Path, on: bool) -> None:
    for path in (home, *home.rglob("*")):
        path.chmod((0o755 if on else 0o555) if path.is_dir() else (0o644 if on else 0o444))


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root writes everywhere, unless setpriv forbids it")
def test_a_home_that_cannot_be_written(chromium: Any, tmp_path: Path) -> None:
    home = fill(tmp_path / "home", tmp_path)
    bound = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
    with serving(home, bound) as site, visiting(chromium) as visitor:
        page = visitor.page
        assert site.first_run
        own_account(page, site.first_run)
        _writable(home, False)
        wrong = [f"{path}: {said}" for path in READ for said in _not_whole(page, site, path)]
        assert not wrong, "\n".join(wrong)
        page.goto(f"{site.address}/import")
        page.set_input_files("[name=files]", {"name": "zoe.csv", "mimeType": "text/csv", "buffer": ROWS.encode()})
        page.click("form[action='/import'] button.primary")
        page.wait_for_selector("p.error[role=alert]")
        assert "cannot be written: permission denied. Nothing was stored." in page.inner_text("main"), page.inner_text("main")
        _writable(home, True)
