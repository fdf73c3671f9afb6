"""Goals and their pace: the rule by hand, what cannot be told is null with its reason, targets are read as people write them."""

from __future__ import annotations

from typing import Any

import pytest

from hexameter.campaigns.goals import goal_of
from hexameter.errors import BadValue, NotFound
from hexameter.main import App
from hexameter.services import goals

CAMPAIGN: dict[str, Any] = {"from": "2025-07-01", "to": "2025-07-20", "tz": "UTC"}


def stands(figure: str, target: float, as_of: str, *, period: dict[str, str] | None = None, **measured: Any) -> dict[str, Any]:
    document = {"period": period or CAMPAIGN, "as_of": as_of, **measured}
    (found,) = goals.paces({**CAMPAIGN, "goals": [{"figure": figure, "target": target}]}, document)
    return found


@pytest.mark.parametrize(("videos", "pace"), [(20, "done"), (10, "on_track"), (9, "behind"), (8, "behind"), (7, "at_risk"), (0, "at_risk")])
def test_half_of_the_window_expects_half_of_the_target(videos: int, pace: str) -> None:
    found = stands("videos", 20, "2025-07-11T00:00:00Z", videos={"videos": videos})
    assert (found["pace"], found["expected"], found["at_this_pace"]) == (pace, 10, videos * 2)


@pytest.mark.parametrize(("as_of", "cpm", "pace"), [
    ("2025-07-11T00:00:00Z", 9.5, "on_track"), ("2025-08-01T00:00:00Z", 10.0, "done"), ("2025-07-11T00:00:00Z", 13.0, "behind"),
    ("2025-07-11T00:00:00Z", 14.0, "at_risk"),
])  # fmt: skip
def test_a_cost_must_stay_below_its_target(as_of: str, cpm: float, pace: str) -> None:
    found = stands("cpm", 10, as_of, hashtag={"cpm": cpm})
    assert (found["pace"], found["direction"], found["expected"]) == (pace, "at_most", None)


def test_after_the_window_a_missed_total_is_not_on_track() -> None:
    assert stands("views", 100, "2025-09-01T00:00:00Z", views={"total": 99})["pace"] == "behind"
    assert stands("views", 100, "2025-09-01T00:00:00Z", views={"total": 74})["pace"] == "at_risk"


@pytest.mark.parametrize(("as_of", "total", "period", "why"), [
    ("2025-06-30T23:00:00Z", 5, None, "the window has not begun"),
    ("2025-07-01T12:00:00Z", 5, None, "it is too early to tell"),
    ("2025-07-11T00:00:00Z", None, None, "it was not measured"),
    ("2025-07-11T00:00:00Z", 5, {**CAMPAIGN, "to": "2025-07-07"}, "goals are about the campaign's own window"),
])  # fmt: skip
def test_what_cannot_be_told_is_null_with_its_reason(as_of: str, total: int | None, period: dict[str, str] | None, why: str) -> None:
    found = stands("views", 100, as_of, period=period, views={"total": total})
    assert (found["pace"], found["why"], found["expected"]) == (None, why, None)


@pytest.mark.parametrize(("figure", "text", "target"), [
    ("views", "1M", 1_000_000), ("views", "1,5M", 1_500_000), ("views", "12.000", 12_000),
    ("views", "12 000", 12_000), ("videos", "20", 20),
    ("by_views_pct", "5,125 %", 5.125), ("cpm", "9.50", 9.5), ("interactions", "50k", 50_000),
])  # fmt: skip
def test_targets_are_read_as_people_write_them(figure: str, text: str, target: float) -> None:
    assert goal_of(figure, text).target == target


@pytest.mark.parametrize(
    ("figure", "text"), [("views", "many"), ("videos", "2.5"), ("videos", "0"), ("cpm", "-1"), ("views", "1.2.3"), ("views", "9" * 40)]
)
def test_a_target_that_is_none_is_refused(figure: str, text: str) -> None:
    with pytest.raises(BadValue, match=f"the goal of {figure} is '{text}'"):
        goal_of(figure, text)


def test_goals_are_kept_replaced_and_taken_away(glow: App) -> None:
    glow.campaigns.set_goal("glowday", "views", "1M")
    glow.campaigns.set_goal("glowday", "views", "20k")
    assert glow.campaigns.set_goal("glowday", "cpm", "10")["goals"] == [
        {"figure": "cpm", "target": 10},
        {"figure": "views", "target": 20_000},
    ]
    document = glow.goals("glowday")
    assert [(g["figure"], g["value"], g["pace"]) for g in document["goals"][:1]] == [("views", 33_000, "done")]
    assert document["goals"][1]["value"] == pytest.approx(500 / 33_000 * 1000) and document["pace"] == "at_risk"
    assert glow.campaigns.remove_goal("glowday", "views")["goals"] == [{"figure": "cpm", "target": 10}]
    with pytest.raises(NotFound, match="has no goal for views"):
        glow.campaigns.remove_goal("glowday", "views")
    with pytest.raises(BadValue, match="'view' cannot have a goal"):
        glow.campaigns.set_goal("glowday", "view", "3")


def test_a_campaign_is_changed_as_a_whole_and_back_again(glow: App) -> None:
    before = glow.campaigns.set_goal("glowday", "videos", "4")
    window = {"from_day": "2025-07-02", "to_day": "2025-07-30", "tz": "Europe/Paris", "currency": "EUR"}
    changed = glow.campaigns.change("glowday", name="Glow", hashtags=["glow"], creators=["lea", "tom"], goals=[("views", "5k")], **window)
    assert (changed["slug"], changed["name"], changed["from"], changed["creators"]) == ("glowday", "Glow", "2025-07-02", ["lea", "tom"])
    assert changed["goals"] == [{"figure": "views", "target": 5000}] and changed["costs"] == before["costs"]
    window = {"from_day": before["from"], "to_day": before["to"], "tz": before["tz"], "currency": "EUR"}
    back = [("videos", "4")]
    assert glow.campaigns.change("glowday", name="glowday", hashtags=["glowday"], creators=["lea"], goals=back, **window) == before
    with pytest.raises(BadValue, match="needs a currency"):
        glow.campaigns.change("glowday", name="glowday", **{**window, "currency": None})
