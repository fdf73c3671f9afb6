"""French words and numbers, a chosen theme, and hostile words that are only words. Every page in every look: test_every_page.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.conftest import Site, own_account, serving, sign_in, visiting
from tests.views.homes import hexameter

AXE = Path(__file__).parent / "axe" / "axe.min.js"
POST = "7523537000000000001"
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}} \u202e\U0001f600 =1+1'


def barriers(page: Any, *rules: str) -> list[str]:
    """What axe finds serious or critical, by these rules or by all of its usual ones."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    chosen = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = page.evaluate("options => axe.run(document, {resultTypes: ['violations'], ...options})", chosen)
    grave = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes'][:3]]}" for v in grave]


def draw_everything(page: Any) -> None:
    """Scroll every chart of a page into view, and wait for it."""
    for place in page.locator("[data-chart]").all():
        place.scroll_into_view_if_needed()
        page.wait_for_selector(f"[data-name={place.get_attribute('data-name')}][data-drawn]")


def test_french_words_and_numbers(chromium: Any, inhabited: Site) -> None:
    with visiting(chromium, locale="fr-FR") as visitor:
        page = visitor.page
        sign_in(page, inhabited)
        page.goto(f"{inhabited.address}/campaigns/glowday")
        assert page.get_attribute("html", "lang") == "fr"
        assert "Taux d’engagement" in page.inner_text("#engagement_rate h2")
        assert page.inner_text("#engagement_rate .figure data") == "7,35\u202f%"
        assert page.inner_text("#views .figure data") == "33\u202f000"
        page.click(".menu > summary")
        page.select_option("[name=lang]", "en")
        page.click(".menu button >> nth=0")
        page.wait_for_selector("html[lang=en]")
        assert page.url == f"{inhabited.address}/campaigns/glowday"


def test_a_chosen_theme_stays(chromium: Any, inhabited: Site) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        sign_in(page, inhabited)
        page.click(".menu > summary")
        page.select_option("[name=theme]", "dark")
        page.click(".menu button >> nth=0")
        page.wait_for_selector("html[data-theme=dark]")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(236, 238, 244)"


@pytest.fixture
def haunted(chromium: Any, tmp_path: Path) -> Iterator[Site]:
    """A home whose every text is hostile."""
    home, file = tmp_path / "home", tmp_path / "<b>'&quot; \u202e\U0001f600.csv"
    quoted = '"' + HOSTILE.replace('"', '""') + ' #glowday"'
    head = "post_id,creator,published_at,captured_at,caption,views,likes,comments,shares\n"
    file.write_text(f"{head}{POST},lea,2025-07-05T18:00Z,2025-07-31T12:00Z,{quoted},20000,1500,100,60\n", encoding="utf-8")
    assert hexameter("import", file, home=home).status == 0
    made = hexameter(
        "campaign", "create", HOSTILE, "--hashtag", "glowday", "--from", "2025-07-01", "--to", "2025-07-31", "--json", home=home
    )
    assert made.status == 0, made.err
    with serving(home) as site:
        with visiting(chromium) as visitor:
            assert site.first_run
            own_account(visitor.page, site.first_run)
        yield site


def test_hostile_words_are_only_words(chromium: Any, haunted: Site) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        page.on("dialog", lambda _: pytest.fail("a script ran"))
        sign_in(page, haunted)
        assert HOSTILE in " ".join((page.text_content("h2 a") or "").split())
        page.click("h2 a")
        page.wait_for_selector("#posts tbody tr")
        assert HOSTILE in (page.text_content("h1") or "")
        assert HOSTILE in (page.text_content("#posts tbody th") or "")
        draw_everything(page)
        for words in (HOSTILE, "{{7*7}}"):
            page.fill("#posts [type=search]", words)
            page.press("#posts [type=search]", "Enter")
            page.wait_for_url(f"**q={quote(words, safe='*')[:8]}*")
            assert page.input_value("#posts [type=search]") == words
        page.click("#posts tbody th a")
        page.wait_for_selector("#readings tbody tr")
        assert HOSTILE in (page.text_content("h1") or "")
        page.goto(f"{haunted.address}/import")
        assert "<b>'&quot;" in (page.text_content("section[aria-labelledby=last]") or "")
        assert page.locator("main img, main script, main b:not(.needs b)").count() == 0
