"""Every page of the router, in light, dark, phone width and French: whole, quiet, and without a barrier that axe finds.

A new page is looked at here without a line of its own, unless its address holds a word that `_words` does not know yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hexameter.main import open_app
from hexameter.views.web.app import PAGES
from hexameter.views.web.pages.work import TABS
from hexameter.views.web.security import CSP
from tests.browser.conftest import NOW, Site, own_account, serving, sign_in, visiting
from tests.browser.test_pages import POST, barriers, draw_everything
from tests.views.homes import fill

# Pages in another state than their plain address shows.
STATES = (
    "/campaigns/glowday?definition=rivaliq&as_of=2025-07-31&from=2025-07-01&to=2025-07-20",
    "/campaigns/glowday?layout=gallery&as_of=2025-08-01",
    "/campaigns/empty",
    "/campaigns/check?name=Glow+Day&hashtags=%23glowday&from=2025-07-01&to=2025-07-31",
    *(f"/campaigns/glowday/desk/{tab}" for tab in TABS),
    "/hashtags/glowday?with=nothing",
    "/explore/post_snapshot?q=views>100",
    "/explore/post?q=veiws>1",
    "/search?q=glow",
    "/nosuch",
    "/campaigns/nosuch",
)
OUTSIDE = ("/login", "/first-run", "/connect/tiktok/callback?state=made-up&code=1")  # seen without an account
LEADS_AWAY = ("/sign-on", "/sign-on/callback", "/c/{token}/connect", "/go/{code}", "/static/{stem}.{digest}.{ending}")
PART = ("/campaigns/{slug}/row",)  # of a page
_IN_STEPS = ("/import/look/{key}", "/import/jobs/{key}", "/import/rejects/{key}")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|<[^>]*\s(?:style|on[a-z]+)=|javascript:")
LEAST = 34  # addresses; a list that shrinks by accident is noticed
ROWS = (
    "post_id,creator,published_at,captured_at,Video plays,likes\n"
    "7523537000000000091,zoe,2025-06-05T18:00Z,2025-06-30T12:00Z,2000,5\n7523537000000000092,zoe,2025-06-05T18:00Z,2025-06-30T12:00Z,1,-5\n"
)


@pytest.fixture(scope="module")
def furnished(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """A home with something on every page, and the words that addresses are filled with."""
    folder = tmp_path_factory.mktemp("furnished")
    home = fill(folder / "home", folder)
    credentials = {"HEXAMETER_TIKTOK_CLIENT_KEY": "key", "HEXAMETER_TIKTOK_CLIENT_SECRET": "secret"}
    with serving(home, **credentials) as site:
        with visiting(chromium) as visitor:
            assert site.first_run
            own_account(visitor.page, site.first_run)
        yield site, _furnish(home)


def _furnish(home: Path) -> dict[str, str]:
    with open_app(str(home), overrides={"now": NOW, "tiktok_client_key": "key", "tiktok_client_secret": "secret"}) as app:
        app.campaigns.create("Empty", hashtags=["nothing"], from_day="2025-07-01", to_day="2025-07-31")
        app.briefs.write("glowday", {"goal": "Show it", "deliverables": "1 video | 2025-07-20"})
        app.briefs.save_template("usual", "glowday")
        app.candidates.add("glowday", ["lea", "nour"], "marie")
        app.deliverables.add("glowday", "lea", "1 video", "2025-07-10")
        draft = home / "draft.pdf"
        draft.write_bytes(b"%PDF-1.7 a draft")
        owed = app.deliverables.hand_in(app.deliverables.list("glowday")["deliverables"][0]["number"], file=draft)
        app.rights.ask("glowday", POST, "marie", "lea")
        app.rights.grant("glowday", POST, "marie", code="#abcdefghijklmnop", days=30, creator="lea")
        app.selling.add_code("glowday", "LEA10", "lea")
        code = app.selling.add_link("glowday", "https://shop.example/", "lea")["code"]
        app.inbox.hand_in("glowday", "https://www.tiktok.com/@tom/video/7530000000000000077")
        app.connections.begin("nour", login="display", campaign="glowday")
        people = app.desk.people
        token = people.invitations.invite("main", "client", "marie")
        people.invitations.accept(token, "client", "Client", "four words stand here")
        client = next(m for m in people.members.list("main") if m.role == "client").person_id
        people.members.share("main", client, "glowday", True, "marie")
        portal = app.doors.invite("glowday", "lea")["path"].rsplit("/", 1)[1]
        return {
            "slug": "glowday",
            "post_id": POST,
            "handle": "lea",
            "tag": "glowday",
            "kpi": "views",
            "name": "post",
            "tab": "candidates",
            "code": code,
            "number": str(owed["number"]),
            "draft": str(owed["drafts"][0]["id"]),
            "/invitations/{token}": people.invitations.invite("main", "analyst", "marie"),
            "/passwords/{token}": people.invitations.reset("main", client, 1, "marie"),
            "/c/{token}": portal,
            "/c/{token}/brief.pdf": portal,
            "/apply/{token}": app.doors.make("glowday")["path"].rsplit("/", 1)[1],
        }


def _addresses(words: dict[str, str]) -> list[str]:
    """Every address a browser can go to, filled."""
    routes = [route for group in PAGES for route in group.router.routes if "GET" in route.methods]  # type: ignore[attr-defined]
    return [_filled(route.path, words) for route in routes if route.path not in LEADS_AWAY + PART]  # type: ignore[attr-defined]


def _filled(path: str, words: dict[str, str]) -> str:
    if path in words:
        return path.replace("{token}", words[path]).replace("{key}", words[path])
    unknown = [name for name in re.findall(r"{(\w+)}", path) if name not in words]
    assert not unknown, f"{path}: say in `_furnish` what {unknown} may be, so that the page is looked at here"
    return re.sub(r"{(\w+)}", lambda found: words[found[1]], path)


def _in_steps(page: Any, site: Site) -> dict[str, str]:
    """Pages that come of doing something: an import looked at, one that was run, a campaign that was changed."""
    keys = {}
    for _ in ("looked at", "imported"):
        page.goto(f"{site.address}/import")
        page.set_input_files("[name=files]", {"name": "zoe.csv", "mimeType": "text/csv", "buffer": ROWS.encode()})
        page.click("button[formaction='/import/look']")
        page.wait_for_url("**/import/look/*")
        keys["/import/look/{key}"] = keys.get("/import/look/{key}", page.url.rsplit("/", 1)[1])
    page.click("main button.primary")
    page.wait_for_selector(".outcome")
    keys["/import/jobs/{key}"] = page.url.rsplit("/", 1)[1]
    keys["/import/rejects/{key}"] = str(page.get_attribute("a[href^='/import/rejects/']", "href")).rsplit("/", 1)[1]
    page.goto(f"{site.address}/campaigns/empty/edit")
    page.fill("[name=name]", "Empty still")
    page.click("main form button.primary >> nth=0")
    page.wait_for_url("**/changed?before=*")
    return keys | {"/campaigns/{slug}/changed": page.url.removeprefix(site.address)}


def test_no_page_puts_up_a_barrier(chromium: Any, furnished: tuple[Site, dict[str, str]]) -> None:
    site, words = furnished
    with visiting(chromium) as visitor:
        page = visitor.page
        wrong = [f"{path}: {one}" for path in OUTSIDE for one in _faults(page, site.address + path)]
        sign_in(page, site)
        words = words | _in_steps(page, site)
        seen = 0
        for path in dict.fromkeys([*_addresses(words), *STATES]):
            answer = page.request.get(site.address + path, max_redirects=0)
            assert answer.headers["content-security-policy"] == CSP, path
            if answer.headers.get("content-type", "").startswith("text/html"):
                seen += 1
                wrong += [f"{path}: inline {one}" for one in INLINE.findall(answer.text())]
                wrong += [f"{path}: {one}" for one in _faults(page, site.address + path)]
        assert not wrong, "\n".join(wrong)
        assert seen >= LEAST


def _faults(page: Any, address: str) -> list[str]:
    """What is wrong with a page in light, then in dark, then as wide as a phone."""
    page.goto(address)
    draw_everything(page)
    found = barriers(page)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # or colours are seen half changed
    found += [f"dark: {one}" for one in barriers(page, "color-contrast")]
    page.set_viewport_size({"width": 390, "height": 844})
    found += [f"phone: {one}" for one in barriers(page, "color-contrast", "scrollable-region-focusable", "target-size")]
    found += [f"phone: {one}" for one in _too_wide(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    return found


def _too_wide(page: Any) -> list[str]:
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{width} px wider than the window"] if width > 0 else []


def test_every_page_in_french_on_a_phone_without_scripts(chromium: Any, furnished: tuple[Site, dict[str, str]]) -> None:
    site, words = furnished
    looks = {"locale": "fr-FR", "viewport": {"width": 390, "height": 844}, "is_mobile": True, "java_script_enabled": False}
    with visiting(chromium, **looks) as visitor:
        page = visitor.page
        sign_in(page, site)
        wrong, seen = [], 0
        for path in dict.fromkeys([*_addresses(words | dict.fromkeys(_IN_STEPS, "x")), *STATES]):
            answer = page.request.get(site.address + path, max_redirects=0)
            if answer.headers.get("content-type", "").startswith("text/html") and answer.status != 303:
                seen += 1
                page.goto(site.address + path)
                wrong += [f"{path}: {one}" for one in _too_wide(page)]
                wrong += [] if page.get_attribute("html", "lang") == "fr" else [f"{path}: not in French"]
        assert not wrong, "\n".join(wrong)
