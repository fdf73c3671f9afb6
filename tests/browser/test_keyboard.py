"""The pages by keyboard alone: every control reached in the order it stands, its focus seen, nothing that traps, and the work done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hexameter.views.web.pages.work import TABS
from tests.browser.conftest import Site, own_account, serving, sign_in, visiting
from tests.views.homes import fill

PAGES = (
    "/",
    "/campaigns/new",
    "/import",
    "/connections",
    "/people",
    "/profile",
    *(f"/campaigns/glowday/desk/{tab}" for tab in TABS),
)
# What holds the focus: its place among all elements, whether it can be seen, whether the focus on it can.
HELD = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const said = (one.getAttribute('aria-label') || one.textContent || one.name || '').trim().slice(0, 40);
  return { at: [...document.querySelectorAll('*')].indexOf(one), tag: one.localName, said,
           seen: box.width > 1 && box.height > 1 && style.visibility === 'visible',
           marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 };
}"""
ALL = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled
                   && one.tabIndex >= 0 && !(one.type === 'radio' && !one.checked))
  .map((one) => [[...document.querySelectorAll('*')].indexOf(one), `${one.localName} ${one.name || one.textContent.trim()}`])"""


@pytest.fixture(scope="module")
def desk(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A home of this file's own: it is written to."""
    folder = tmp_path_factory.mktemp("keyboard")
    home = fill(folder / "home", folder)
    with serving(home) as site:
        with visiting(chromium) as visitor:
            assert site.first_run
            own_account(visitor.page, site.first_run)
        yield site


def test_every_control_is_reached_in_order_and_none_traps(chromium: Any, desk: Site) -> None:
    with visiting(chromium) as visitor:
        page, wrong = visitor.page, []
        sign_in(page, desk)
        for path in PAGES:
            page.goto(desk.address + path)
            page.evaluate("document.querySelector('.skip').focus()")  # some forms begin in a field of theirs
            there, last, reached = dict(page.evaluate(ALL)), -1, set()
            for _ in range(3 * len(there)):  # a date is several stops
                held = page.evaluate(HELD)
                page.keyboard.press("Tab")
                if held is None or held["at"] < last:
                    break  # past the last one
                reached.add(held["at"])
                name = f"{path}: {held['tag']} “{held['said']}”"
                wrong += [] if held["seen"] else [f"{name} has the focus and is not seen"]
                wrong += [] if held["marked"] else [f"{name} does not show its focus"]
                if held["at"] == last and held["tag"] not in ("input",):
                    wrong.append(f"{name} keeps the focus")
                    break
                last = held["at"]
            wrong += [f"{path}: {name} is not reached" for at, name in there.items() if at not in reached]
        assert not wrong, "\n".join(wrong)


def test_an_import_looked_at_mended_and_taken_back(chromium: Any, desk: Site) -> None:
    rows = "post_id,creator,published_at,captured_at,Aufrufe gesamt\n7523537000000000091,zoe,2025-06-05T18:00Z,2025-06-30T12:00Z,2000\n"
    with visiting(chromium) as visitor:
        page, press = visitor.page, visitor.page.keyboard.press
        sign_in(page, desk)
        page.goto(f"{desk.address}/import")
        _to(page, "#files")
        # what Space opens there is the system's own window: chosen without it
        page.set_input_files("#files", {"name": "zoe.csv", "mimeType": "text/csv", "buffer": rows.encode()})
        _to(page, "button[formaction='/import/look']")
        press("Enter")
        page.wait_for_url("**/import/look/*")
        _to(page, "select[aria-label$='Aufrufe gesamt']")
        page.keyboard.type("views")
        assert page.evaluate("document.activeElement.value") == "views"
        _to(page, "button[value=import]")
        press("Enter")
        page.wait_for_selector(".outcome")
        _to(page, "button[aria-label='Undo the import of zoe.csv']")
        press("Enter")
        page.wait_for_selector("text=was taken back")


def test_escape_closes_what_is_open_and_the_focus_is_not_lost(chromium: Any, desk: Site) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        sign_in(page, desk)
        for path, opener in (
            ("/", ".menu > summary"),
            ("/campaigns/glowday", "#look .drop > summary"),
            ("/campaigns/glowday", "#views .slip > summary"),
            ("/campaigns/glowday", "#posts .drop > summary"),
        ):
            page.goto(desk.address + path)
            _to(page, opener)
            page.keyboard.press("Enter")
            assert page.evaluate(f"document.querySelector('{opener}').parentElement.open"), opener
            page.keyboard.press("Tab")
            page.keyboard.press("Escape")
            assert not page.evaluate(f"document.querySelector('{opener}').parentElement.open"), opener
            assert page.evaluate(f"document.activeElement === document.querySelector('{opener}')"), opener


def test_tour_people_profile_and_desk(chromium: Any, desk: Site) -> None:
    with visiting(chromium) as visitor:
        page, press = visitor.page, visitor.page.keyboard.press
        sign_in(page, desk)
        _to(page, ".tour button")
        press("Enter")
        page.wait_for_selector("h1:has-text('Campaigns')")
        assert page.locator(".tour").count() == 0
        page.goto(f"{desk.address}/people")
        _to(page, "form[action='/people/invitations'] select")
        page.keyboard.type("client")
        _to(page, "form[action='/people/invitations'] button")
        press("Enter")
        page.wait_for_selector("#handed-over")
        assert "client" in page.inner_text("main ul")
        page.goto(f"{desk.address}/profile")
        _to(page, "main [name=theme]")
        page.keyboard.type("Dark")
        _to(page, "form[action='/profile'] button")
        press("Enter")
        page.wait_for_selector("html[data-theme=dark]")
        page.goto(f"{desk.address}/campaigns/glowday/desk/candidates")
        _to(page, "[name=handles]")
        page.keyboard.type("@nour")
        press("Enter")
        page.wait_for_selector("#nour")


def _to(page: Any, selector: str) -> None:
    """Tab until it has the focus."""
    for _ in range(150):
        if page.evaluate("(wanted) => document.activeElement?.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by the Tab key on {page.url}")
