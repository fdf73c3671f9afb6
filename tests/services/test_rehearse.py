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


def _truth(app: App, post_ids: list[str]) -> dict[str, np.ndarray]:
    """What was really the case with posts when each was last read exactly, from the world itself."""
    told = ", ".join(f"'{p}'" for p in post_ids)
    exact = f"precision = 'exact' AND views IS NOT NULL AND post_id IN ({told})"
    last = app.sql(f"SELECT post_id, max(captured_at) AS at FROM post_snapshot WHERE {exact} GROUP BY post_id", limit=10_000).to_pylist()
    rows = [STAGE.world.truth(r["post_id"], r["at"].replace(tzinfo=UTC)) for r in last]
    return {name: np.array([getattr(row, name) for row in rows]) for name in ("views", "likes", "comments", "shares")}


def test_the_demo_shows_what_is_true_of_its_world(app: App, demo: dict[str, Any]) -> None:
    kpis = app.kpis(campaign=demo["campaign"]["slug"], posts=True)
    truth = _truth(app, [p["post_id"] for p in kpis["posts"]])
    engaged = truth["likes"] + truth["comments"] + truth["shares"]
    assert kpis["videos"]["videos"] == len(kpis["posts"])
    # a post of the creator who did not connect, and the newest reading of some others, is a scraper's: rounded
    assert kpis["views"]["total"] == pytest.approx(truth["views"].sum(), rel=0.1)
    assert kpis["interactions"]["interactions"] == pytest.approx(engaged.sum(), rel=0.1)
    assert kpis["hashtag"]["cost_minor"] == sum(STAGE.fees.values())


def test_every_tracked_reading_is_the_truth_of_its_instant(app: App, demo: dict[str, Any]) -> None:
    rows = app.sql("SELECT * FROM post_snapshot WHERE source IN ('display', 'accounts')", limit=1_000_000).to_pylist()
    instants = {row["captured_at"].replace(tzinfo=UTC) for row in rows}
    truth = {at: {r["post_id"]: r for r in STAGE.world.readings(at).to_pylist()} for at in instants}
    assert demo["tracked"]["requests"] > 0 and len(rows) > 500
    for row in rows:
        real = truth[row["captured_at"].replace(tzinfo=UTC)][row["post_id"]]
        assert all(row[name] in (None, real[name]) for name in ("views", "likes", "comments", "shares")), row


def test_every_connected_creators_post_with_the_hashtag_is_found(demo: dict[str, Any], app: App) -> None:
    works, cast = STAGE.world.works, STAGE.world.cast
    start, end = STAGE.world.window
    connected = np.isin(cast.handle[works.creator], [h for h in STAGE.logins if h != STAGE.brand])
    lived = works.gone - works.published > 2 * 86_400  # one that was deleted sooner may never have been seen
    ours = connected & lived & (works.kind == "tagged") & (works.published >= start) & (works.published < end)
    found = {p["post_id"] for p in app.kpis(campaign=demo["campaign"]["slug"], posts=True)["posts"]}
    assert {str(i) for i in works.post_id[ours]} <= found


def test_every_row_that_came_in_is_accounted_for(demo: dict[str, Any]) -> None:
    assert {f["format"] for f in demo["files"]} == {"table", "apify", "tiktok_studio"}
    assert demo["tracked"]["readings"] > 0
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
