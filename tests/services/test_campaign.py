"""The desk's verbs as views call them: the documented object, and warnings where something allowed will mislead."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hexameter.errors import BadValue, NotFound
from hexameter.main import App, open_app

WINDOW = {"from_day": "2025-07-01", "to_day": "2025-07-31"}


def test_the_object_is_ready_for_json(app: App) -> None:
    made = app.campaigns.create("Glow Day", **WINDOW, hashtags=["#GlowDay"], creators=["@Lea"], cost="500.00", currency="EUR")
    assert made["created"] and made["warnings"] == []
    assert {
        k: made[k] for k in ("slug", "name", "from", "to", "tz", "currency", "hashtags", "mentions", "creators", "posts", "orders")
    } == {
        "slug": "glow-day",
        "name": "Glow Day",
        "from": "2025-07-01",
        "to": "2025-07-31",
        "tz": "UTC",
        "currency": "EUR",
        "hashtags": ["glowday"],
        "mentions": [],
        "creators": ["lea"],
        "posts": [],
        "orders": [],
    }
    assert made["costs"] == [{"id": 1, "amount_minor": 50_000, "currency": "EUR", "kind": "fee", "handle": None, "note": None}]
    assert json.loads(json.dumps(app.campaigns.show("glow-day"))) == {k: v for k, v in made.items() if k != "created"}
    assert [c["slug"] for c in app.campaigns.list()] == ["glow-day"]


def test_a_hashtag_of_two_campaigns_at_once_is_pointed_out(app: App) -> None:
    app.campaigns.create("One", **WINDOW, hashtags=["glow"])
    later = app.campaigns.create("Later", from_day="2025-08-01", to_day="2025-08-31", hashtags=["glow"])
    both = app.campaigns.create("Two", from_day="2025-07-31", to_day="2025-08-02", hashtags=["#GLOW"])
    assert later["warnings"] == []
    assert [w.split(",")[0] for w in both["warnings"]] == [
        "#glow is also a hashtag of campaign 'one'",
        "#glow is also a hashtag of campaign 'later'",
    ]
    app.campaigns.archive("one")
    assert len(app.campaigns.show("two")["warnings"]) == 1


def test_a_campaign_that_can_find_nothing_says_so(app: App) -> None:
    assert "only posts added by hand" in app.campaigns.create("Bare", **WINDOW)["warnings"][0]
    assert "posts of anyone" in app.campaigns.create("Mentions", **WINDOW, mentions=["@brand"])["warnings"][0]


def test_the_verbs_change_what_they_say(app: App) -> None:
    app.campaigns.create("g", **WINDOW, creators=["lea"], currency="EUR", tz="Europe/Paris")
    assert app.campaigns.add("g", "hashtags", ["#Glow"])["hashtags"] == ["glow"]
    assert app.campaigns.remove("g", "creators", ["lea"])["creators"] == []
    assert app.campaigns.include("g", ["A", "B"], "ours")["posts"][0]["why"] == "ours"
    assert [p["decision"] for p in app.campaigns.exclude("g", ["B"])["posts"]] == ["include", "exclude"]
    assert app.campaigns.undecide("g", ["A", "B"])["posts"] == []
    assert app.campaigns.add_cost("g", "12,50", note="stamps")["costs"][0]["amount_minor"] == 1250
    assert app.campaigns.remove_cost("g", "1")["costs"] == []
    order = app.campaigns.add_order("g", "o-1", "80", code="LEA10", ordered_at="2025-07-03T12:00")["orders"][0]
    assert (order["amount_minor"], order["ordered_at"]) == (8000, "2025-07-03T10:00:00Z")
    assert app.campaigns.archive("g")["archived_at"] == "2025-08-01T00:00:00Z"
    assert app.campaigns.archive("g", archived=False)["archived_at"] is None


def test_mistakes(app: App) -> None:
    app.campaigns.create("g", **WINDOW)
    with pytest.raises(BadValue, match="'one' is not a cost's number"):
        app.campaigns.remove_cost("g", "one")
    with pytest.raises(BadValue, match="rate is 'x'"):
        app.campaigns.set_rate("USD", "EUR", "2025-07-01", "x")
    with pytest.raises(NotFound, match="unknown campaign 'gg'"):
        app.campaigns.include("gg", ["A"])


def test_the_zone_left_out_is_the_settings(tmp_path: Path) -> None:
    with open_app(str(tmp_path), overrides={"timezone": "Asia/Ho_Chi_Minh"}, environment={}) as opened:
        assert opened.campaigns.create("g", **WINDOW)["tz"] == "Asia/Ho_Chi_Minh"


@pytest.mark.postgres
def test_a_desk_on_postgresql_serves_the_numbers_too(fresh_postgres: str, worked_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(worked_home, home)
    (home / "desk.sqlite").unlink()
    overrides = {"database_url": fresh_postgres, "now": "2025-08-01T00:00:00Z"}
    with open_app(str(home), overrides=overrides, environment={}) as opened:
        opened.campaigns.create("glowday", **WINDOW, hashtags=["glowday"], creators=["lea"], cost="500", currency="EUR")
        found = opened.kpis(campaign="glowday")
        assert (found["views"]["total"], found["hashtag"]["cost_minor"]) == (33_000, 50_000)
        assert opened.doctor()["ok"]
    assert not (home / "desk.sqlite").exists()
