"""Pictures of every page, in light, dark and on a phone: `python docs/pictures.py [HOME]`. A real server, a demo's home, a real browser.

Without a home, a simulated campaign is made and tracked first (minutes), and then worked: a brief, candidates, deliverables, ad rights,
money. The world and the present are always the same; pixels may differ between versions of the browser.
"""

from __future__ import annotations

import base64
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

from hexameter.main import open_app

FOLDER = Path(__file__).parent / "pictures"
NOW = "2026-11-26T23:00:00Z"
PASSWORD = "four words stand here"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True},
}
TABS = ("brief", "find", "plan", "candidates", "deliverables", "audit", "reuse", "rights", "money")
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
    "/alerts": "alerts",
    "/rate-cards": "rate_cards",
    "/campaigns/{slug}/inbox": "campaign_inbox",
    "/explore": "explore",
    "/explore/{name}": "explore_table",
    "/search": "search",
    "/campaigns/{slug}/desk/{tab}": "desk",
    "/people": "people",
    "/audit": "audit",
    "/profile": "profile",
    "/first-run": "first_run",
    "/invitations/{token}": "invitation",
    "/passwords/{token}": "new_password",
    "/c/{token}": "portal",
    "/apply/{token}": "apply",
}
# Routes that answer with data or a part of a page, that work once, or that show the same page in another state.
NOT_SHOWN = re.compile(
    r"/static/|/campaigns/\{slug\}/desk/drafts/|/healthz|/live|/go/|/c/\{token\}/connect|/connect/|/sign-on|/import/(jobs|rejects)/|/campaigns/check"
    r"|.*\.(json|csv|parquet|svg|png|pdf)$"
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


def furnish(home: Path) -> dict[str, str]:
    """Work the demo's campaign, once, so that no page is empty; the addresses of the pages that are found by a link only."""
    with open_app(str(home), overrides={"now": NOW}) as app:
        slug = app.campaigns.list()[0]["slug"]
        if not app.deliverables.list(slug)["deliverables"]:
            _work(app, slug)
        creator, people = app.campaigns.show(slug)["creators"][0], app.desk.people
        if len(people.members.list("main")) == 1:
            for role, login, name in (("analyst", "noor", "Noor"), ("client", "ana", "Ana")):
                people.invitations.accept(people.invitations.invite("main", role, "marie"), login, name, PASSWORD)
            people.tokens.make("marie", "main", "Weekly report", "read", 365)
        if not app.alerts.subscriptions("marie"):
            app.alerts.subscribe("marie@glow.example", digest="weekly", person="marie")
        known = {member.login: member.person_id for member in people.members.list("main")}
        people.members.share("main", known["ana"], slug, False, "marie")
        return {
            "portal": app.doors.make(slug, creator)["path"],
            "apply": app.doors.make(slug)["path"],
            "invitation": f"/invitations/{people.invitations.invite('main', 'manager', 'marie', 'tom')}",
            "new_password": f"/passwords/{people.invitations.reset('main', known['noor'], known['marie'], 'marie')}",
            "login": "/login",
        }


def _work(app: Any, slug: str) -> None:
    shown = app.campaigns.show(slug)
    tag, creators = shown["hashtags"][0], shown["creators"]
    brief = {
        "goal": "Show the serum in a morning routine, in your own words.",
        "message": "Glow that lasts until the evening, without perfume.",
        "do": ["Say how long you have used it", "Show the bottle in daylight"],
        "dont": ["Promise that it heals", "Compare with other brands"],
        "hashtags": [tag],
        "min_seconds": 15,
        "max_seconds": 60,
        "deliverables": ["2 videos", "1 story"],
        "deadlines": ["first draft | " + shown["from"]],
        "notes": "Questions? Write to Marie, she answers the same day.",
    }
    app.briefs.write(slug, brief, by="Marie")
    app.briefs.write(slug, {"max_seconds": 45}, by="Marie")
    app.candidates.add(slug, creators[:4], by="Marie", stage="posted")
    for handle, stage in (("sun.by.lou", "found"), ("petit_matin", "short-listed"), ("ohmyglow", "invited"), ("zoe.skin", "declined")):
        app.candidates.add(slug, [handle], by="Marie", stage=stage)
    app.candidates.tag(slug, "petit_matin", ["paris", "skincare"])
    app.candidates.note(slug, "petit_matin", "Saves as often as likes; asked for her price list.", by="Marie")
    for handle in creators[:3]:
        app.deliverables.from_brief(slug, handle)
    first, second, *_ = app.deliverables.list(slug)["deliverables"]
    app.deliverables.hand_in(first["number"], link="https://example.com/drafts/1", by=f"@{creators[0]}")
    app.deliverables.comment(first["number"], "Lovely. Could the bottle come two seconds earlier?", by="Marie", ask_changes=True)
    app.deliverables.hand_in(second["number"], link="https://example.com/drafts/2", by=f"@{creators[0]}")
    app.deliverables.approve(second["number"], by="Marie")
    posts = [row["post_id"] for row in app.kpis(campaign=slug, posts=True)["posts"]][:3]
    app.rights.ask(slug, posts[0], by="Marie")
    app.rights.grant(slug, posts[1], by="Marie", code="#glowday-spark-1", days=30)
    app.rights.grant(slug, posts[2], by="Marie", code="#glowday-spark-2", days=365)
    app.rights.use(slug, posts[2], by="Marie")
    app.selling.add_code(slug, "GLOW10", creators[0])
    app.selling.add_link(slug, "https://shop.example/serum", creators[1])
    for number, (amount, handle) in enumerate((("89.00", creators[0]), ("42.50", creators[1]), ("120.00", None)), 1001):
        app.campaigns.add_order(slug, f"GD-{number}", amount, creator=handle)


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
    found = {path: path for path in SHOWN if "{" not in path and path not in ("/first-run", "/login")}
    found |= {
        "/campaigns/{slug}": campaign,
        "/campaigns/{slug}/edit": f"{campaign}/edit",
        "/campaigns/{slug}/receipts/{kpi}": f"{campaign}/receipts/views",
        "/posts/{post_id}": post,
        "/creators/{handle}": "",
        "/hashtags/{tag}": "/hashtags/glowday",
        "/campaigns/{slug}/inbox": f"{campaign}/inbox",
        "/explore/{name}": "/explore/post",
        "/search": "/search?q=glow",
        "/import/look/{key}": page.url.removeprefix(address),
    }
    found["/creators/{handle}"] = link(post, r"/creators/[^/?]+")
    named = {SHOWN[route]: where for route, where in found.items()}
    return {**named, **{f"desk_{tab}": f"{campaign}/desk/{tab}" for tab in TABS}}


def picture(page: Any, file: Path) -> None:
    """One page, its charts drawn, as a small WebP."""
    for place in page.locator("[data-chart]").all():
        place.scroll_into_view_if_needed()
        page.wait_for_selector(f"[data-name={place.get_attribute('data-name')}][data-drawn]")
    page.evaluate("scrollTo(0, 0)")
    height = min(2400, page.evaluate("document.documentElement.scrollHeight"))
    width = page.viewport_size["width"]
    session = page.context.new_cdp_session(page)
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    words = {"format": "webp", "quality": 82, "clip": clip, "captureBeyondViewport": True}
    file.write_bytes(base64.b64decode(session.send("Page.captureScreenshot", words)["data"]))
    session.detach()


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
            if first_run:
                for look in LOOKS:
                    with looking(browser, look) as page:
                        page.goto(first_run)
                        picture(page, FOLDER / f"first_run_{look}.webp")
                with looking(browser, "light") as page:
                    enter(page, address, first_run)
            doors = furnish(home)
            for look in LOOKS:
                with looking(browser, look) as page:
                    for name, where in doors.items():
                        page.goto(address + where)
                        picture(page, FOLDER / f"{name}_{look}.webp")
                with looking(browser, look) as page:
                    enter(page, address, None)
                    for name, where in places(page, address).items():
                        page.goto(address + where)
                        picture(page, FOLDER / f"{name}_{look}.webp")
        browser.close()


@contextlib.contextmanager
def looking(browser: Any, look: str) -> Iterator[Any]:
    """A page of somebody whose browser is new."""
    context = browser.new_context(locale="en-GB", **LOOKS[look])
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


if __name__ == "__main__":
    main()
