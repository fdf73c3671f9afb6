"""The first hour of a manager: account, campaign, import, the six numbers, a receipt, a post's readings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import NOW, PASSWORD, own_account, serving, sign_in, visiting
from tests.views.homes import hexameter

SHOWN = {
    "videos": (("videos", "videos"), "4"),
    "views": (("views", "total"), "33,000"),
    "engagement_rate": (("engagement_rate", "by_views_pct", "mean"), "7.35\u202f%"),
    "interactions": (("interactions", "interactions"), "1,982"),
    "followers": (("followers", "net"), "+1,000"),
    "hashtag": (("hashtag", "views"), "33,000"),
}


def test_from_the_first_run_to_a_posts_readings(chromium: Any, tmp_path: Path, worked_file: Path) -> None:
    home = tmp_path / "home"
    with serving(home) as site, visiting(chromium) as visitor:
        page = visitor.page
        assert site.first_run
        page.goto(f"{site.address}/first-run?token=guessed")
        assert page.locator("[name=password]").count() == 0
        own_account(page, site.first_run)
        page.goto(site.first_run)
        assert page.url == f"{site.address}/"  # the address worked once
        _open_campaign(page, site.address)
        assert "No post of this campaign has been read yet" in page.inner_text("main")
        _import(page, site.address, worked_file)
        page.goto(f"{site.address}/campaigns/glowday")
        _numbers_are_those_of_the_command_line(page, home)
        _receipt(page)
        page.click("#posts tbody th a >> nth=0")
        page.wait_for_selector("#readings tbody tr")
        assert page.inner_text("#readings tbody tr >> nth=0").split("\t")[1:3] == ["csv", "20,000"]
        assert "worked.csv" in page.inner_text("#readings")


def _open_campaign(page: Any, address: str) -> None:
    page.goto(f"{address}/campaigns/new")
    for name, value in {"name": "Glowday", "hashtags": "#glowday", "from": "2025-07-01", "to": "2025-07-31", "creators": "@lea"}.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=cost]", "500.00")
    page.fill("[name=currency]", "EUR")
    page.click("main button.primary")
    page.wait_for_url(f"{address}/campaigns/glowday")


def _import(page: Any, address: str, file: Path) -> None:
    page.goto(f"{address}/import")
    page.set_input_files("[name=files]", str(file))
    page.click("form[action='/import'] button.primary")
    facts = page.inner_text(".outcome")
    assert "read as table" in page.inner_text("main h2 >> nth=0")
    assert facts.split("\n")[:2] == ["Rows read", "7"]


def _numbers_are_those_of_the_command_line(page: Any, home: Path) -> None:
    measured = hexameter("kpis", "--campaign", "glowday", "--as-of", NOW, "--json", home=home).document
    for kpi, (path, shown) in SHOWN.items():
        value = measured
        for part in path:
            value = value[part]
        data = page.locator(f"#{kpi} .figure data")
        assert float(data.get_attribute("value")) == value, kpi
        assert data.inner_text() == shown


def _receipt(page: Any) -> None:
    page.click("#engagement_rate summary")
    said = page.inner_text("#engagement_rate .receipt")
    assert "(likes + comments + shares) / views × 100" in said
    assert "n 2, 2 left out" in said and "csv" in said and "post_snapshot" in said
    page.click("#engagement_rate .links a >> nth=1")
    page.wait_for_selector("#left")
    assert page.locator("section[aria-labelledby=left] tbody tr").count() >= 2
    page.go_back()
    page.wait_for_selector("#posts")


def test_logging_in_and_out(chromium: Any, inhabited: Any) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        page.goto(f"{inhabited.address}/campaigns/glowday")
        assert page.url.startswith(f"{inhabited.address}/login?next=")
        page.fill("[name=login]", "marie")
        page.fill("[name=password]", "not the password")
        page.click("main button.primary")
        assert "do not belong together" in page.inner_text("[role=alert]")
        page.fill("[name=password]", PASSWORD)
        page.click("main button.primary")
        page.wait_for_url(f"{inhabited.address}/campaigns/glowday")
        page.click(".menu > summary")
        page.click("text=Log out")
        page.wait_for_url(f"{inhabited.address}/login")
        page.goto(f"{inhabited.address}/campaigns/glowday")
        assert "/login" in page.url


def test_by_keyboard_alone(chromium: Any, inhabited: Any) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        sign_in(page, inhabited)
        page.goto(f"{inhabited.address}/campaigns/glowday")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to content"
        page.keyboard.press("Enter")
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.closest('#videos') !== null"):
                break
        page.keyboard.press("Enter")
        assert page.locator("#videos .receipt").is_visible()
        page.keyboard.press("/")
        page.keyboard.type("glowday B")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=glowday*")
        page.wait_for_selector("#posts:not([aria-busy])")
        assert page.locator("#posts tbody tr").count() == 1


@pytest.mark.parametrize("head", ["Likes", "Published"])
def test_sorting_changes_the_table_and_the_address(chromium: Any, inhabited: Any, head: str) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        sign_in(page, inhabited)
        page.goto(f"{inhabited.address}/campaigns/glowday")
        page.click(f"#posts thead a:has-text('{head}')")
        page.wait_for_selector(f"#posts th[aria-sort=descending]:has-text('{head}')")
        assert f"sort={head.lower()}" in page.url
