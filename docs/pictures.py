"""Pictures of every page, in light, dark and on a phone: `python docs/pictures.py [HOME]`. A real server, a demo's home, a real browser.

Without a home, a simulated campaign is made and tracked first (minutes). The world and the present are always the same; pixels may differ
between versions of the browser.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "pictures"
NOW = "2026-11-26T23:00:00Z"
PASSWORD = "four words stand here"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True},
}
# The routes that are pages and the name of their picture; {words} are found by following links. A test holds this against the router.
SHOWN = {
    "/": "campaigns",
    "/login": "login",
    "/campaigns/new": "campaign_new",
    "/campaigns/{slug}": "campaign",
    "/campaigns/{slug}/edit": "campaign_edit",
    "/campaigns/{slug}/receipts/{kpi}": "receipt",
    "/posts/{post_id}": "post",
    "/creators/{handle}": "creator",
    "/import": "import",
    "/import/look/{key}": "import_look",
    "/connections": "connections",
    "/hashtags": "hashtags",
    "/hashtags/{tag}": "hashtag",
    "/inbox": "inbox",
    "/campaigns/{slug}/inbox": "campaign_inbox",
    "/explore": "explore",
    "/explore/{name}": "explore_table",
    "/search": "search",
    "/campaigns/{slug}/desk/{tab}": "desk",
    "/people": "people",
    "/audit": "audit",
    "/profile": "profile",
}
# Routes that answer with data or a part of a page, that work once, or that show the same page in another state.
NOT_SHOWN = re.compile(
    r"/static/|/healthz|/live|/go/|/c/|/apply/|/connect/|/first-run|/sign-on|/invitations/|/passwords/|/import/(jobs|rejects)/|/campaigns/check|.*\.(json|csv|parquet|svg|png|pdf)$"
    r"|/campaigns/\{slug\}/(row|changed)$"
)
_SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
)


@contextlib.contextmanager
def served(home: Path) -> Iterator[tuple[str, str | None]]:
    """The address of a server over the home, and of its first run."""
    words = [sys.executable, "-m", "hexameter", "serve", "--port", "0", "--no-track", "--json"]
    environment = {**os.environ, "HEXAMETER_HOME": str(home), "HEXAMETER_NOW": NOW}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield told["address"], told["first_run"]
        finally:
            process.terminate()


def enter(page: Any, address: str, first_run: str | None) -> None:
    """As the owner, whose account is made when there is none."""
    page.goto(first_run or f"{address}/login")
    if first_run:
        page.fill("[name=name]", "Marie")
    page.fill("[name=login]", "marie")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector("h1")


def places(page: Any, address: str) -> dict[str, str]:
    """Every page's own address in this home, by the name of its picture."""

    def link(at: str, pattern: str) -> str:
        page.goto(address + at)
        return next(
            h for h in page.eval_on_selector_all("a[href]", "all => all.map((a) => a.getAttribute('href'))") if re.match(pattern, h)
        )

    campaign = link("/", r"/campaigns/(?!new)[^/?]+$")
    post = link(campaign, r"/posts/\d+")
    page.goto(f"{address}/import")
    rows = (
        "post_id,creator,published_at,captured_at,Video plays,likes\n7523537000000000091,zoe,2025-07-05T18:00Z,2025-07-31T12:00Z,20000,5\n"
    )
    page.set_input_files("[name=files]", {"name": "readings.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    page.click("button[formaction='/import/look']")
    page.wait_for_url("**/import/look/*")
    found = {path: path for path in SHOWN if "{" not in path}
    found |= {
        "/campaigns/{slug}": campaign,
        "/campaigns/{slug}/edit": f"{campaign}/edit",
        "/campaigns/{slug}/receipts/{kpi}": f"{campaign}/receipts/views",
        "/posts/{post_id}": post,
        "/creators/{handle}": "",
        "/hashtags/{tag}": "/hashtags/glowday",
        "/campaigns/{slug}/inbox": f"{campaign}/inbox",
        "/campaigns/{slug}/desk/{tab}": f"{campaign}/desk/brief",
        "/explore/{name}": "/explore/post",
        "/search": "/search?q=glow",
        "/import/look/{key}": page.url.removeprefix(address),
    }
    found["/creators/{handle}"] = link(post, r"/creators/[^/?]+")
    return {SHOWN[route]: where for route, where in found.items()}


def picture(page: Any, file: Path) -> None:
    """One page, its charts drawn, as a small PNG."""
    for place in page.locator("[data-chart]").all():
        place.scroll_into_view_if_needed()
        page.wait_for_selector(f"[data-name={place.get_attribute('data-name')}][data-drawn]")
    page.evaluate("scrollTo(0, 0)")
    height = min(2400, page.evaluate("document.documentElement.scrollHeight"))
    width = page.viewport_size["width"]
    page.screenshot(path=file, clip={"x": 0, "y": 0, "width": width, "height": height}, full_page=True, animations="disabled")


def main() -> None:
    """All pictures."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(made) / "home"
        if not home.exists():
            subprocess.run(
                [sys.executable, "-m", "hexameter", "demo", "--home", str(home)], check=True, env={**os.environ, "HEXAMETER_NOW": NOW}
            )
        browser = playwright.chromium.launch(executable_path=chromium, args=_SWITCHES.split())
        with served(home) as (address, first_run):
            for look, wishes in LOOKS.items():
                context = browser.new_context(locale="en-GB", **wishes)
                page = context.new_page()
                page.set_default_timeout(60_000)
                page.goto(f"{address}/login")
                if not first_run:
                    picture(page, FOLDER / f"login_{look}.png")
                enter(page, address, first_run)
                if first_run:
                    first_run = None
                    outside = browser.new_context(locale="en-GB", **wishes)
                    guest = outside.new_page()
                    guest.goto(f"{address}/login")
                    picture(guest, FOLDER / f"login_{look}.png")
                    outside.close()
                for name, where in places(page, address).items():
                    if name != "login":
                        page.goto(address + where)
                        picture(page, FOLDER / f"{name}_{look}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
