"""Portfolios over a real lake: numbers worked by hand, who is left out and why, and a back-test that knows nothing of what came later."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from math import exp, log
from typing import Any

import pytest

from hexameter.errors import BadValue, MissingColumn
from hexameter.main import App
from tests.services.conftest import HEADER, Write

START = datetime(2025, 3, 1, 18, tzinfo=UTC)
LEVELS = {"ana": 1000, "ben": 4000, "cleo": 16000}
FOLLOWERS = {"ana": 500_000, "ben": 20_000, "cleo": 9_000}
LAST = datetime(2025, 8, 1, tzinfo=UTC)


def posts(who: str, first: int, start: datetime, views: list[int], tag: str = "") -> list[str]:
    """Posts a day apart, each read at exactly seven days."""
    days = [start + timedelta(days=at) for at in range(len(views))]
    rest = f"10,20,30,{FOLLOWERS.get(who, '')}"
    return [
        f"{who}{first + at},{who},{day.isoformat()},{(day + timedelta(days=7)).isoformat()},Hello,{tag},{v},{rest}"
        for at, (day, v) in enumerate(zip(days, views, strict=True))
    ]


@pytest.fixture
def booked(app: App, write: Write) -> App:
    """Four posts of three creators at half and twice a level, one post of dan; a campaign in May that three posted for; one in July."""
    lines = [HEADER]
    for who, level in LEVELS.items():
        lines += posts(who, 0, START, [level // 2 - 1, level // 2 - 1, level * 2 - 1, level * 2 - 1])
        lines += posts(who, 10, datetime(2025, 5, 10, tzinfo=UTC), [level * 3], "#maytime")
    lines += posts("dan", 0, START, [900])
    app.collect([write("posts.csv", "\n".join(lines))])
    app.campaigns.create(
        "may", hashtags=["maytime"], creators=list(LEVELS), from_day="2025-05-01", to_day="2025-05-31", tz="UTC", currency="EUR"
    )
    for who, fee in (("ana", "100"), ("ben", "60"), ("cleo", "100")):
        app.campaigns.add_cost("may", fee, creator=who)
    app.campaigns.create("july", hashtags=["julytime"], from_day="2025-07-01", to_day="2025-07-31", tz="UTC", currency="EUR")
    app.candidates.add("july", [*LEVELS, "dan", "eve"])
    return app


def told(document: dict[str, Any]) -> dict[str, str]:
    """Why each was left out, by creator."""
    return {row["creator"]: row["reason"] for row in document["left_out"]}


def test_the_expected_views_of_the_chosen_are_the_worked_ones(booked: App) -> None:
    """As known on 1 May: four posts each, worked in tests/insights/test_expected.py."""
    found = booked.insights.portfolio("july", "200", as_of="2025-05-01", fee=["ana=100", "ben=60", "cleo=100", "dan=1"])
    unit = log(2) ** 2
    half = unit * (11 / 36 + 1 / 108 + 4 / 3) / 2
    ben, cleo = exp(log(4000) + half) - 1, exp(log(4000) + 11 / 12 * log(4) + half) - 1
    assert [row["creator"] for row in found["creators"]] == ["ben", "cleo"] and found["cost_minor"] == 16_000
    assert [row["expected"] for row in found["creators"]] == pytest.approx([ben, cleo], rel=1e-3)
    assert found["expected"] == pytest.approx(ben + cleo, rel=1e-3) and found["low"] < found["expected"] < found["high"]
    assert told(found) == {"ana": "did_not_fit", "dan": "not_enough_data", "eve": "no_price"}
    assert found["n"] == 3 and found["n_excluded"] == 2 and json.dumps(found)
    eve = next(row for row in found["left_out"] if row["creator"] == "eve")
    assert (
        eve["expected"] is None
        and "no price known; not enough data: posts of the last year with views known near day 7: 0, needed: 3" in eve["why"]
    )


def test_a_price_list_names_posts_and_tiers_and_tiers_are_kept(booked: App, write: Write) -> None:
    listed = write("fees.csv", "handle;fee;posts;tier\n@ana;100;1;\nben;60,00;2;Star\ncleo;100;;\ndan;;;\n")
    found = booked.insights.portfolio("july", "200", fees=listed, least=["mid=0", "macro=1"])
    assert {row["creator"]: row["tier"] for row in found["creators"]} == {"ana": "macro", "cleo": "nano"}
    assert told(found)["dan"] == "no_price"
    without = booked.insights.portfolio("july", "200", fees=listed, most=["nano=0"])
    assert {row["creator"]: row["deal_posts"] for row in without["creators"]} == {"ana": 1, "ben": 2}
    nobody = booked.insights.portfolio("july", "50", fees=listed, least=["star=1"])
    assert nobody["verdict"] == "infeasible" and "cost at least 60.00 EUR; the budget is 50.00 EUR" in nobody["why"]
    assert nobody["expected"] is None and told(nobody)["ben"] == "infeasible"


def test_interactions_are_counted_and_reach_that_nobody_read_is_not_nothing(booked: App) -> None:
    fees = ["ana=100", "ben=60", "cleo=100"]
    acted = booked.insights.portfolio("july", "60", fee=fees, outcome="interactions")
    assert acted["creators"][0]["expected"] == pytest.approx(60, rel=0.01)
    reach = booked.insights.portfolio("july", "200", fee=fees, outcome="reach")
    assert reach["verdict"] == "infeasible" and reach["expected"] is None and "Audiences may overlap" in reach["overlap"]
    assert set(told(reach).values()) == {"not_enough_data", "no_price"}


def test_who_declined_is_not_chosen_and_mistakes_are_said(booked: App, write: Write) -> None:
    booked.candidates.move("july", ["cleo"], "declined")
    found = booked.insights.portfolio("july", "500", fee=["ana=100", "cleo=100"])
    assert told(found)["cleo"] == "declined" and [row["creator"] for row in found["creators"]] == ["ana"]
    for wish in ({"fee": ["lea"]}, {"outcome": "likes"}, {"least": ["micro"]}, {"fees": write("bad.csv", "handle,fee\nana,cheap\n")}):
        with pytest.raises(BadValue):
            booked.insights.portfolio("july", "500", **wish)
    with pytest.raises(BadValue, match="more than nothing"):
        booked.insights.portfolio("july", "0")
    with pytest.raises(MissingColumn, match="no column 'fee'"):
        booked.insights.portfolio("july", "500", fees=write("few.csv", "handle,x\nana,1\n"))


def test_the_back_test_scores_what_came(booked: App) -> None:
    """260 in fees, 160 is 62 percent: ben and cleo; the most followed are ana and ben."""
    found = booked.insights.portfolio_test(share_pct=62)
    may = found["campaigns"][0]
    assert may["budget_minor"] == 16_120 and may["pool"] == 3 and found["verdict"] == "too few campaigns to tell"
    assert may["ways"]["portfolio"]["creators"] == ["ben", "cleo"]
    assert may["ways"]["portfolio"]["came"] == pytest.approx(60_000) == may["ways"]["hindsight"]["came"]
    assert may["ways"]["followers"]["came"] == pytest.approx(15_000) and may["ways"]["cheapest"]["came"] == pytest.approx(60_000)
    assert 15_000 < may["ways"]["random"]["came"] < 60_000
    assert {row["campaign"]: row["why"][:14] for row in found["untested"]} == {"july": "It is not over"} and json.dumps(found)


def test_nothing_read_after_the_first_day_moves_the_choice(booked: App, write: Write) -> None:
    before = booked.insights.portfolio_test(share_pct=62)["campaigns"][0]
    later = [HEADER, *posts("ana", 50, datetime(2025, 5, 12, tzinfo=UTC), [9_000_000] * 6), f",ben,,{LAST.isoformat()},,,,,,,9000000"]
    late = "2025-06-30T18:00:00+00:00"
    later += [f"cleo{at},cleo,{(START + timedelta(days=at)).isoformat()},{late},Hello,,90000000,1,1,1," for at in range(4)]
    booked.collect([write("later.csv", "\n".join(later))])
    after = booked.insights.portfolio_test(share_pct=62)["campaigns"][0]
    assert after["said"] == before["said"] and after["ways"]["followers"] == before["ways"]["followers"]
    assert after["ways"]["portfolio"] == before["ways"]["portfolio"]
