"""Who sees what, in real browsers: invited by link, held to a role, kept inside a workspace, out for good after logging out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hexameter.campaigns.access.tables import FAILURE
from tests.browser.conftest import PASSWORD, Site, own_account, serving, sign_in, visiting
from tests.views.homes import CREATE, WORKED, fill, hexameter

POST, ONLY_HERE = "7523537000000000001", "7523537000000000055"
EXTRA = f"post_id,creator,published_at,captured_at,caption,views\n{ONLY_HERE},tom,2025-07-06T18:00Z,2025-07-31T12:00Z,Only here,77\n"
ROLES = ("client", "analyst", "manager")
# What stands in the main menu, and what a typed address gives, by role.
MENU = {
    "client": ["Campaigns"],
    "analyst": ["Campaigns", "Hashtags", "Inbox", "Explore"],
    "manager": ["Campaigns", "Hashtags", "Inbox", "Explore", "Import", "Connections"],
    "owner": ["Campaigns", "Hashtags", "Inbox", "Explore", "Import", "Connections", "People"],
}
TYPED = {
    "/campaigns/glowday": "client",
    "/campaigns/glowday/receipts/views": "client",
    f"/posts/{POST}": "analyst",
    "/campaigns/glowday/desk/money": "analyst",
    "/explore/post": "analyst",
    "/campaigns/glowday/edit": "manager",
    "/import": "manager",
    "/connections": "manager",
    "/people": "owner",
    "/audit": "owner",
}
ORDER = (*ROLES, "owner")
QUIET: dict[str, Any] = {"java_script_enabled": False}  # nothing here needs a script, nor may it


@dataclass
class House:
    """Two workspaces with the same campaign and post in both, other numbers in each; an owner of both, somebody of every role."""

    site: Site
    links: dict[str, str]


@pytest.fixture(scope="module")
def house(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    home = fill(folder / "home", folder)
    (folder / "extra.csv").write_text(EXTRA, encoding="utf-8")
    (folder / "acme.csv").write_text(WORKED.replace(",20000,", ",90000,"), encoding="utf-8")
    assert hexameter("import", folder / "extra.csv", home=home).status == 0
    there = ("--workspace", "acme")
    assert hexameter("workspace", "create", "acme", home=home).status == 0
    assert hexameter(*there, "import", folder / "acme.csv", home=home).status == 0
    assert hexameter(*there, "campaign", "create", "glowday", *CREATE.replace("500.00", "777.00").split(), home=home).status == 0
    hidden = ["--hashtag", "#other", "--from", "2025-07-01", "--to", "2025-07-31"]
    assert hexameter("campaign", "create", "hidden", *hidden, home=home).status == 0
    with serving(home) as site:
        links = {}
        with visiting(chromium, **QUIET) as visitor:
            assert site.first_run
            own_account(visitor.page, site.first_run)
            for role in ROLES:
                links[role] = _invited(visitor.page, site, role)
            _in_workspace(visitor.page, "acme")
            links["stranger"] = _invited(visitor.page, site, "manager")
        for login, link in links.items():
            with visiting(chromium, **QUIET) as visitor:
                _joins(visitor.page, link, login)
        with visiting(chromium, **QUIET) as visitor:
            sign_in(visitor.page, site)
            _shares(visitor.page, site)
        yield House(site, links)


def _invited(page: Any, site: Site, role: str) -> str:
    """An owner makes the link; it is shown once."""
    page.goto(f"{site.address}/people")
    page.select_option("form[action='/people/invitations'] [name=role]", role)
    page.click("form[action='/people/invitations'] button.primary")
    link = str(page.input_value("#handed-over"))
    page.goto(f"{site.address}/people")
    assert page.locator("#handed-over").count() == 0 and role in page.inner_text("main ul")
    return link


def _joins(page: Any, link: str, login: str) -> None:
    page.goto(link)
    assert "invites you as" in page.inner_text("main")
    page.fill("[name=name]", login.title())
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector("h1:has-text('Campaigns')")


def _shares(page: Any, site: Site) -> None:
    """The owner shares one campaign with the client, without its costs."""
    page.goto(f"{site.address}/people")
    form = page.locator("section", has=page.locator("h2", has_text="Client")).locator("form[action$='/share']")
    form.locator("[name=campaign]").select_option("glowday")
    form.locator("button").click()
    page.wait_for_selector("text=without costs")


def _in_workspace(page: Any, slug: str) -> None:
    page.select_option("[name=workspace]", slug)
    page.click(".switch button")
    page.wait_for_load_state()


def _logs_in(page: Any, site: Site, login: str, password: str = PASSWORD) -> None:
    page.goto(f"{site.address}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.click("main button.primary")


@pytest.mark.parametrize("role", ORDER)
def test_a_role_sees_its_part_and_a_typed_address_gives_no_more(chromium: Any, house: House, role: str) -> None:
    with visiting(chromium, **QUIET) as visitor:
        page = visitor.page
        _logs_in(page, house.site, "marie" if role == "owner" else role)
        assert page.locator("nav[aria-label=Main] a").all_inner_texts() == MENU[role]
        assert page.locator("main h2 a").all_inner_texts() == (["glowday"] if role == "client" else ["glowday", "hidden"])
        for path, least in TYPED.items():
            if ORDER.index(role) >= ORDER.index(least):
                assert page.request.get(house.site.address + path).status == 200, path
            else:
                assert page.goto(house.site.address + path).status == 403, path
                assert "Your role in this workspace does not allow this." in page.inner_text("main")
                assert page.locator("nav[aria-label=Main] a").count() == len(MENU[role]), "the page stays whole"
        page.goto(f"{house.site.address}/campaigns/glowday")
        assert page.locator("#posts tbody tr").count() == 4
        assert bool(page.locator("#posts tbody a").count()) == (role != "client")
        assert ("500.00" in page.inner_text("main")) == (role != "client")
        assert page.locator(".controls a:has-text('Change')").count() == (role in ("manager", "owner"))


def test_a_client_is_not_told_of_other_campaigns(chromium: Any, house: House) -> None:
    with visiting(chromium, **QUIET) as visitor:
        page = visitor.page
        _logs_in(page, house.site, "client")
        said = []
        for path in ("/campaigns/hidden", "/campaigns/hidden/receipts/views", "/campaigns/never-was"):
            assert page.goto(house.site.address + path).status == 404
            said.append(page.inner_text("main"))
        assert len(set(said)) == 1 and "There is no such page." in said[0]


def test_two_workspaces_do_not_see_each_other(chromium: Any, house: House) -> None:
    with visiting(chromium, **QUIET) as visitor:
        page, at = visitor.page, house.site.address
        sign_in(page, house.site)
        shown = {}
        for slug in ("main", "acme"):
            _in_workspace(page, slug)
            page.goto(f"{at}/campaigns/glowday")
            shown[slug] = page.inner_text("#views .figure data")
            page.goto(f"{at}/posts/{POST}")
            shown[slug] += " " + page.inner_text("#readings data >> nth=0")
        assert shown == {"main": "33,000 20,000", "acme": "103,000 90,000"}
        page.go_back()
        assert page.inner_text("#views .figure data") == "103,000", "nothing kept from the other one"
    with visiting(chromium, **QUIET) as visitor:
        page = visitor.page
        _logs_in(page, house.site, "stranger")
        assert page.locator("[name=workspace]").count() == 0
        for path in ("/campaigns/hidden", f"/posts/{ONLY_HERE}", "/creators/tom"):
            assert page.goto(at + path).status == 404, path
            assert page.locator("h1").count() == 1 and page.locator("nav[aria-label=Main]").count() == 1
        page.goto(f"{at}/search?q=hidden")
        assert "Nothing has this in its name" in page.inner_text("main")
        page.goto(f"{at}/campaigns/glowday")
        assert "777.00" in page.inner_text("main") and "500.00" not in page.inner_text("main")


def test_an_invitation_works_once(chromium: Any, house: House) -> None:
    with visiting(chromium, **QUIET) as visitor:
        assert visitor.page.goto(house.links["manager"]).status == 404
        assert visitor.page.locator("[name=password]").count() == 0


def test_logging_out_ends_the_session_everywhere_in_the_browser(chromium: Any, house: House) -> None:
    with visiting(chromium) as visitor:
        page, at = visitor.page, house.site.address
        _logs_in(page, house.site, "analyst")
        page.goto(f"{at}/campaigns/glowday")
        other = page.context.new_page()
        other.goto(f"{at}/explore/post")
        stolen = page.context.cookies()
        page.click(".menu > summary")
        page.click("text=Log out")
        page.wait_for_url(f"{at}/login")
        page.go_back()
        page.wait_for_url(f"{at}/login?next=*")
        assert page.locator("#views").count() == 0, "the back button brings nothing back"
        other.reload()
        assert "/login" in other.url
        page.context.add_cookies(stolen)
        page.goto(f"{at}/campaigns/glowday")
        assert "/login" in page.url, "the session itself is over, not only the cookie gone"


def test_wrong_passwords_shut_the_door_for_a_while(chromium: Any, tmp_path: Path) -> None:
    with serving(tmp_path / "home") as site, visiting(chromium, **QUIET) as visitor:
        page = visitor.page
        assert site.first_run
        own_account(page, site.first_run)
        page.context.clear_cookies()
        for _ in range(10):
            _logs_in(page, site, "marie", "not the password")
            assert "do not belong together" in page.inner_text("[role=alert]")
        _logs_in(page, site, "marie")
        assert "Too many wrong passwords. Wait a quarter of an hour, then try again." in page.inner_text("[role=alert]")
        _a_quarter_of_an_hour_passes(site.home)
        _logs_in(page, site, "marie")
        assert page.url == f"{site.address}/"


def _a_quarter_of_an_hour_passes(home: Path) -> None:
    """Patience goes by the machine's clock: what was noted is moved back by as much."""
    engine = sa.create_engine(f"sqlite:///{home / 'desk.sqlite'}")
    with engine.begin() as connection:
        connection.execute(sa.update(FAILURE).values(first_at=datetime.now(UTC) - timedelta(minutes=15)))
    engine.dispose()
