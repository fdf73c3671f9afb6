"""Price lists and exchange rates in the browser: versions stay, media value moves with them, revenue never does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hexameter.main import App, open_app
from tests.views.homes import fill
from tests.views.web.conftest import PASSWORD
from tests.views.web.test_work import Manager


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = {"now": "2025-08-01T00:00:00Z", "rate_card": "ours"}
    with open_app(str(fill(tmp_path / "home", tmp_path)), overrides=settings) as opened:
        opened.desk.people.add_owner("marie", "Marie", PASSWORD)
        yield opened


def _post(manager: Manager, where: str, **fields: str) -> tuple[int, str]:
    answer = manager.browser.post(where, data={"csrf": manager.csrf, **fields})
    return answer.status_code, answer.text


def test_a_new_version_leaves_the_old_one_and_revenue_alone(app: App) -> None:
    manager = Manager(app)
    first = {"name": "ours", "currency": "eur", "source": "<b>plan</b> 2025", "per_1000_views": "6,00", "per_like": "0.05"}
    assert _post(manager, "/rate-cards", **first)[0] == 303
    before = app.selling.money("glowday")
    assert before["worth"]["rate_card"]["version"] == "1" and before["total"]["revenue"] in (None, 0)
    assert 'name="per_1000_views" inputmode="decimal" maxlength="20" value="6.0"' in manager.browser.get("/rate-cards?of=ours").text
    assert _post(manager, "/rate-cards", **{**first, "per_1000_views": "12"})[0] == 303
    after = app.selling.money("glowday")
    views = app.kpis(campaign="glowday")["views"]["total"]
    assert after["worth"]["media_value"] - before["worth"]["media_value"] == pytest.approx(views * 6 / 1000)
    assert after["total"] == before["total"]  # media value is no revenue
    shown = manager.browser.get("/rate-cards").text
    assert "&lt;b&gt;plan" in shown and "<b>plan" not in shown and "skeepers" in shown and shown.count("in force</span>") == 1
    assert [(c["version"], c["per_1000_views"]) for c in app.selling.cards()] == [("2", 12.0), ("1", 6.0)]
    assert "Listes de prix" in manager.browser.get("/rate-cards", headers={"accept-language": "fr"}).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_like": "cheap"},
        {"per_like": "-1"},
        {"per_like": "inf"},
        {"per_like": "nan"},
        {"name": "skeepers"},
        {"name": "a b"},
        {"currency": "XXY"},
        {"source": ""},
    ],
)
def test_a_list_that_cannot_be_is_refused_and_stays_in_the_form(app: App, wrong: dict[str, str]) -> None:
    good = {"name": "ours", "currency": "EUR", "source": "plan", "per_1000_views": "6"}
    status, text = _post(Manager(app), "/rate-cards", **{**good, **wrong})
    assert status == 400 and 'role="alert"' in text and 'value="6"' in text and app.selling.cards() == []


def test_rates_have_their_day(app: App) -> None:
    manager = Manager(app)
    rate = {"from": "usd", "to": "eur", "rate": "0,92", "dated": "2025-07-01", "rate_source": "ECB"}
    assert _post(manager, "/rate-cards/rates", **rate)[0] == 303
    assert _post(manager, "/rate-cards/rates", **{**rate, "dated": "2025-07-02", "rate": "0.93"})[0] == 303
    assert [(r["dated"], r["rate"]) for r in app.campaigns.rates()] == [("2025-07-02", 0.93), ("2025-07-01", 0.92)]
    for wrong in ({"rate": "0"}, {"rate": "x"}, {"from": "nope"}, {"dated": "soon"}):
        assert _post(manager, "/rate-cards/rates", **{**rate, **wrong})[0] == 400
    assert "ECB" in manager.browser.get("/rate-cards").text and len(app.campaigns.rates()) == 2
