"""Every page in light, dark, French and phone width: whole, quiet, without a barrier that axe finds; hostile words are only words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, own_account, serving, sign_in, visiting
from tests.views.homes import hexameter

AXE = Path(__file__).parent / "axe" / "axe.min.js"
POST = "7523537000000000001"
PAGES = (
    "/",
    "/campaigns/new",
    "/campaigns/glowday",
    "/campaigns/glowday?definition=rivaliq&as_of=2025-07-31&from=2025-07-01&to=2025-07-20",
    "/campaigns/glowday?layout=gallery&as_of=2025-08-01",
    "/campaigns/glowday/edit",
    "/campaigns/check?name=Glow+Day&hashtags=%23glowday&from=2025-07-01&to=2025-07-31",
    "/campaigns/glowday/receipts/views",
    f"/posts/{POST}",
    "/creators/lea",
    "/import",
    "/nosuch",
    "/campaigns/nosuch",
    "/campaigns/glowday/desk/brief",
    "/campaigns/glowday/desk/candidates",
    "/campaigns/glowday/desk/deliverables",
    "/campaigns/glowday/desk/rights",
    "/campaigns/glowday/desk/money",
)
OUTSIDE = ("/login", "/first-run", "/connect/tiktok/callback?state=made-up&code=1")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True},
    "french": {"locale": "fr-FR"},
}
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}} \u202e\U0001f600 =1+1'


def barriers(page: Any) -> list[str]:
    """What axe finds serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    grave = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes'][:3]]}" for v in grave]


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_puts_up_a_barrier(chromium: Any, inhabited: Site, look: str) -> None:
    with visiting(chromium, **LOOKS[look]) as visitor:
        page = visitor.page
        wrong = []
        for path in (*OUTSIDE, *PAGES):
            page.goto(inhabited.address + path)
            if path == OUTSIDE[-1]:
                sign_in_after = barriers(page)
                wrong += [f"{path}: {b}" for b in sign_in_after]
                sign_in(page, inhabited)
                continue
            _draw_everything(page)
            wrong += [f"{path}: {b}" for b in barriers(page)]
            width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            wrong += [f"{path}: {width} px wider than the window"] if width > 0 else []
        assert not wrong, "\n".join(wrong)


def _draw_everything(page: Any) -> None:
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
        _draw_everything(page)
        page.fill("#find", HOSTILE)
        page.press("#find", "Enter")
        page.wait_for_url("**q=*")
        page.click("#posts tbody th a")
        page.wait_for_selector("#readings tbody tr")
        assert HOSTILE in (page.text_content("h1") or "")
        page.goto(f"{haunted.address}/import")
        assert "<b>'&quot;" in (page.text_content("section[aria-labelledby=last]") or "")
        assert page.locator("main img, main script, main b:not(.needs b)").count() == 0
