"""Creators, posts, hashtags and inbox in a real browser, walked by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.conftest import Site, own_account, serving, sign_in, visiting
from tests.views.homes import fill, hexameter

FOUND = ("7530000000000000077", "7530000000000000078", "7530000000000000079")


def test_a_table_by_keyboard_alone(chromium: Any, inhabited: Site) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        sign_in(page, inhabited)
        page.goto(f"{inhabited.address}/creators/lea")
        page.keyboard.press("/")
        page.keyboard.type("views>=5000")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=views*")
        page.wait_for_selector("#posts:not([aria-busy]) tbody tr:nth-child(3)")
        assert page.locator("#posts tbody tr").count() == 3
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.rowIndex") == 2
        page.keyboard.press("Enter")
        page.wait_for_url("**/posts/*")


def test_the_last_series_cannot_be_hidden(chromium: Any, inhabited: Site) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        sign_in(page, inhabited)
        page.goto(f"{inhabited.address}/hashtags/glowday")
        page.wait_for_selector("[data-chart][data-drawn]")
        assert page.locator("[data-chart] .mark-symbol path").count() == 4
        page.click(".series")
        page.wait_for_selector(".series:focus")
        assert page.get_attribute(".series", "aria-pressed") == "true"
        assert page.locator("[data-chart] .mark-symbol path").count() == 4


def test_the_inbox_by_keys_and_back(chromium: Any, tmp_path: Path) -> None:
    home = fill(tmp_path / "home", tmp_path)
    for post in FOUND:
        assert hexameter("hand-in", "glowday", f"https://www.tiktok.com/@tom/video/{post}", home=home).status == 0
    with serving(home) as site, visiting(chromium) as visitor:
        page = visitor.page
        assert site.first_run
        own_account(page, site.first_run)
        page.goto(f"{site.address}/campaigns/glowday/inbox")
        first = page.get_attribute("[data-post] >> nth=0", "data-post")
        page.keyboard.press("j")
        with page.expect_response("**/inbox"):
            page.keyboard.press("i")
        assert page.locator("tr[data-gone]").count() == 1
        with page.expect_response("**/inbox"):
            page.keyboard.press("x")
        with page.expect_response("**/inbox"):
            page.keyboard.press("u")
        assert page.locator("tr[data-gone]").count() == 1
        page.goto(f"{site.address}/campaigns/glowday/inbox?state=included")
        assert page.locator("[data-post]").count() == 1
        assert page.get_attribute("[data-post]", "data-post") == first
        page.goto(f"{site.address}/campaigns/glowday/inbox?state=review")
        assert page.locator("[data-post]").count() == 2
