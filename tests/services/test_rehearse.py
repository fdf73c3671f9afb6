"""The demo against the world it was made from: its figures are the truth, counted here without Hexameter's own definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hexameter.errors import BadValue, Conflict
from hexameter.main import App, open_app
from hexameter.standin.stage import Stage
from hexameter.standin.world import World

NOW = datetime(2025, 8, 1, 9, 30, tzinfo=UTC)
STAGE = Stage(seed=5, days=8, now=NOW)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("rehearsal") / "home"
    with open_app(str(home), overrides={"now": NOW.isoformat()}, environment={}) as opened:
        yield opened


@pytest.fixture(scope="module")
def demo(app: App) -> dict[str, Any]:
    return app.demo(seed=5, days=8)


def _newest(world: World, kinds: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Each campaign post's counters when it was last read, and whether a scraper (rounded) read it last."""
    instants = sorted([*STAGE._instants(), STAGE._instants()[-1]])
    start, end = world.window
    found: dict[str, dict[str, int]] = {}
    for at in instants:
        for row in world.readings(at).to_pylist():
            found[row["post_id"]] = row
    works = world.works
    ours = np.isin(works.kind, kinds) & world.cast.booked[works.creator] & (works.published >= start) & (works.published < end)
    rows = [found[str(post_id)] for post_id in works.post_id[ours] if str(post_id) in found]
    return {name: np.array([row[name] for row in rows]) for name in ("views", "likes", "comments", "shares")}


def test_the_demo_shows_what_is_true_of_its_world(demo: dict[str, Any]) -> None:
    truth, kpis = _newest(STAGE.world, ("tagged", "misspelt")), demo["kpis"]
    engaged = truth["likes"] + truth["comments"] + truth["shares"]
    assert kpis["videos"]["videos"] == len(truth["views"])
    assert kpis["views"]["total"] == pytest.approx(
        truth["views"].sum(), rel=1e-3
    )  # a deleted post's newest reading may be a scraper's, rounded
    assert kpis["interactions"]["interactions"] == pytest.approx(engaged.sum(), rel=1e-3)
    seen = truth["views"] > 0
    rates = 100 * engaged[seen] / truth["views"][seen]
    assert kpis["engagement_rate"]["by_views_pct"]["mean"] == pytest.approx(rates.mean(), rel=2e-3)
    assert kpis["hashtag"]["cost_minor"] == sum(STAGE.fees.values())


def test_every_row_that_came_in_is_accounted_for(demo: dict[str, Any]) -> None:
    assert {f["format"] for f in demo["files"]} == {"table", "apify", "tiktok_studio"}
    for file in demo["files"]:
        assert file["read"] > 0, file
    assert [(r["field"], r["value"][:4]) for r in demo["rejects"]] == [("views", "12x"), ("post_id", demo["rejects"][1]["value"][:4])]


def test_the_misspelt_posts_are_included_by_hand_and_the_untagged_are_not(demo: dict[str, Any]) -> None:
    included = {p["post_id"] for p in demo["campaign"]["posts"] if p["decision"] == "include"}
    assert included == set(STAGE.slips())
    assert included


def test_asked_again_nothing_is_stored_twice(app: App, demo: dict[str, Any]) -> None:
    again = app.demo()
    assert (again["seed"], again["days"]) == (5, 8)
    assert all(n == 0 for f in again["files"] for n in f["stored"].values())
    assert again["orders"] == demo["orders"]
    assert {k: again["kpis"][k] for k in ("videos", "views", "interactions")} == {
        k: demo["kpis"][k] for k in ("videos", "views", "interactions")
    }


def test_one_seed_gives_the_same_figures_in_any_home(demo: dict[str, Any], tmp_path: Path) -> None:
    with open_app(str(tmp_path / "other"), overrides={"now": NOW.isoformat()}, environment={}) as other:
        again = other.demo(seed=5, days=8)
    for name in ("videos", "views", "engagement_rate", "interactions", "followers", "hashtag"):
        assert json.dumps(again["kpis"][name], sort_keys=True) == json.dumps(demo["kpis"][name], sort_keys=True)


def test_another_seed_in_the_same_home_is_refused(app: App, demo: dict[str, Any]) -> None:
    with pytest.raises(Conflict, match="demo with seed 5"):
        app.demo(seed=6)


def test_a_home_with_real_campaigns_is_left_alone(tmp_path: Path) -> None:
    with open_app(str(tmp_path), environment={}) as own:
        own.campaigns.create("Mine", from_day="2025-07-01", to_day="2025-07-31", hashtags=["mine"])
        with pytest.raises(Conflict, match="your own campaigns"):
            own.demo()


def test_a_demo_of_three_days_is_refused(tmp_path: Path) -> None:
    with open_app(str(tmp_path), environment={}) as own, pytest.raises(BadValue, match="7 to 365"):
        own.demo(days=3)
