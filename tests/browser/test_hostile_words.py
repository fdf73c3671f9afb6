"""Every page of the router over a home in which every word that people or platforms choose is hostile: it stays a word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hexameter.main import open_app
from tests.browser.conftest import NOW, Site, own_account, serving, sign_in, visiting
from tests.browser.test_every_page import STATES, _addresses, _furnish, _too_wide
from tests.browser.test_pages import HOSTILE, POST
from tests.views.homes import fill

WORKS = 'it\'s "<b onmouseover=alert(1)>" </script><script>window.ran=1</script><img src=x onerror=window.ran=1>{{7*7}} \u202egnol\u202c 🎭'
LONG = "unbroken" * 12
FILE = "<img src=x onerror=window.ran=1>'&quot; \u202egnp.csv"
# What none of our own pages puts into its main part: if one is there, somebody's words were taken for markup.
FOREIGN = "main img[src='x'], main [onerror], main [onmouseover], main script:not([src])"


@pytest.fixture(scope="module")
def haunted(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """A furnished home, its words made hostile, and the words that addresses are filled with."""
    folder = tmp_path_factory.mktemp("haunted")
    home = fill(folder / "home", folder)
    with serving(home) as site:
        with visiting(chromium) as visitor:
            assert site.first_run
            own_account(visitor.page, site.first_run)
        words = _furnish(home)
        _haunt(home, folder, int(words["number"]))
        yield site, words


def _haunt(home: Path, folder: Path, number: int) -> None:
    quoted = '"' + WORKS.replace('"', '""') + f' {LONG} #glowday"'
    file = folder / FILE.replace("/", "")
    file.write_text(
        "post_id,creator,published_at,captured_at,caption,views,likes\n"
        f"7523537000000000101,lea,2025-07-06T18:00Z,2025-07-31T12:00Z,{quoted},20000,1500\n"
        f"7523537000000000102,lea,2025-07-07T18:00Z,2025-07-31T12:00Z,{quoted},{quoted},5\n",
        encoding="utf-8",
    )
    with open_app(str(home), overrides={"now": NOW}) as app:
        app.collect([file])
        kept = {"hashtags": ["glowday"], "creators": ["lea"], "currency": "EUR"}
        app.campaigns.change("glowday", name=HOSTILE, from_day="2025-07-01", to_day="2025-07-31", tz="UTC", **kept)
        app.campaigns.exclude("glowday", ["7523537000000000101"], WORKS)
        app.campaigns.include("glowday", ["7523537000000000101"], WORKS)
        app.campaigns.add_cost("glowday", "5", currency="EUR", note=WORKS)
        app.briefs.write("glowday", {"goal": WORKS, "message": f"{WORKS} {LONG}", "do": WORKS, "dont": WORKS})
        app.briefs.save_template(WORKS[:40], "glowday")
        app.candidates.note("glowday", "lea", f"{WORKS} {LONG}", "marie")
        app.candidates.tag("glowday", "lea", [WORKS[:30]])
        app.candidates.apply("glowday", "stranger", f"{WORKS} {LONG}")
        app.deliverables.add("glowday", "lea", WORKS, "2025-07-12")
        app.deliverables.comment(number, f"{WORKS} {LONG}", "marie")
        app.rights.ask("glowday", POST, "marie", "lea", WORKS)
        app.selling.add_link("glowday", "https://shop.example/?a=%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E", "lea")


def test_no_page_takes_words_for_markup(chromium: Any, haunted: tuple[Site, dict[str, str]]) -> None:
    site, words = haunted
    steps = dict.fromkeys(("/import/look/{key}", "/import/jobs/{key}", "/import/rejects/{key}"), "x")
    with visiting(chromium) as visitor:
        page = visitor.page
        page.on("dialog", lambda _: pytest.fail("a script ran"))
        sign_in(page, site)
        shown, wrong = 0, []
        for path in dict.fromkeys([*_addresses(words | steps), *STATES]):
            answer = page.request.get(site.address + path, max_redirects=0)
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            page.goto(site.address + path)
            text = page.text_content("body") or ""
            shown += "onmouseover=alert(1)" in text
            wrong += [f"{path}: {one}" for one in _taken_for_markup(page, text)]
        assert not wrong, "\n".join(wrong)
        assert shown >= 12, "the hostile words are on fewer pages than there are places for them"


def _taken_for_markup(page: Any, text: str) -> list[str]:
    found = ["a script ran"] if page.evaluate("window.ran === 1") else []
    if count := page.locator(FOREIGN).count():
        found.append(f"{count} foreign elements")
    if "{49}" in text or ">49" in text:
        found.append("an expression was computed")
    page.set_viewport_size({"width": 390, "height": 844})
    found += [f"phone: {one}" for one in _too_wide(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    return found
