"""Creators, posts, hashtags, inbox, explore and search in a real browser: whole in every look, walked by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, own_account, serving, sign_in, visiting
from tests.browser.test_pages import LOOKS, barriers
from tests.views.homes import fill, hexameter

PATHS = (
    "/hashtags",
    "/hashtags/glowday?with=nothing",
    "/inbox",
    "/campaigns/glowday/inbox",
    "/explore",
    "/explore/post_snapshot?q=views>100",
    "/explore/post?q=veiws>1",
    "/search?q=glow",
)
FOUND = ("7530000000000000077", "7530000000000000078", "7530000000000000079")


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_puts_up_a_barrier(chromium: Any, inhabited: Site, look: str) -> None:
    with visiting(chromium, **LOOKS[look]) as visitor:
        page = visitor.page
        sign_in(page, inhabited)
        wrong = []
        for path in PATHS:
            page.goto(inhabited.address + path)
            for _ in page.locator("[data-chart]").all():
                page.locator("[data-chart]").first.scroll_into_view_if_needed()
                page.wait_for_selector("[data-chart][data-drawn]")
            wrong += [f"{path}: {b}" for b in barriers(page)]
            width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong += [f"{path}: {width} px wider than the window"] if width > 0 else []
        assert not wrong, "\n".join(wrong)


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
