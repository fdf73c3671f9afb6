"""Clause effects over a real lake and desk, against numbers worked by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from hexameter.errors import NotFound
from hexameter.main import App
from tests.services.conftest import HEADER, Write

START = datetime(2025, 7, 1, 18, tzinfo=UTC)
LEVEL = {"lea": 1000, "tom": 50_000}


@pytest.fixture
def briefed(app: App, write: Write) -> App:
    """Of two creators twelve posts each, read on day 7. lea discloses eight times, tom four times; with it views are twice as many.

    Each group of posts lies half and half at 0.9 and 1.1 times its level, so that the effect is exactly double.
    """
    lines = [HEADER]
    for who, disclosed in (("lea", 8), ("tom", 4)):
        for at in range(12):
            day = START + timedelta(days=at)
            views = LEVEL[who] * (2 if at < disclosed else 1) * (0.9, 1.1)[at % 2]
            tags = "#glowday" + (" #ad" if at < disclosed else "")
            lines.append(f"{who}{at},{who},{day.isoformat()},{(day + timedelta(days=7)).isoformat()},Glow,{tags},{round(views) - 1},1,1,1,")
    app.collect([write("posts.csv", "\n".join(lines))])
    app.campaigns.create("glow", from_day="2025-07-01", to_day="2025-07-31", hashtags=["glowday"], creators=["lea", "tom"], tz="UTC")
    app.briefs.write("glow", {"from_day": "", "to_day": "", "min_seconds": "15"})
    return app


def test_disclosed_posts_had_twice_the_views_of_the_same_creators_others(briefed: App) -> None:
    """The larger creator disclosed less: over all posts disclosed ones have fewer views, within creators twice as many."""
    found = briefed.insights.clause_effects("glow")
    told = {row["clause"]: row for row in found["clauses"]}
    ad = told["disclosure"]
    assert ad["effect_pct"] == pytest.approx(100, abs=0.1) and ad["verdict"] == "better"
    assert 0 < ad["low_pct"] < 100 < ad["high_pct"] and (ad["passed"], ad["failed"], ad["creators"], ad["n"]) == (12, 12, 2, 24)
    assert found["n"] == 24 and found["n_excluded"] == 0 and json.dumps(found)


def test_what_nobody_broke_or_nobody_read_is_not_enough_data(briefed: App) -> None:
    told = {row["clause"]: row for row in briefed.insights.clause_effects("glow")["clauses"]}
    for name in ("hashtag:glowday", "duration"):
        assert told[name]["verdict"] == "not enough data" and told[name]["effect_pct"] is None and told[name]["n_excluded"] == 24
    assert (told["hashtag:glowday"]["passed"], told["hashtag:glowday"]["failed"]) == (24, 0) and told["duration"]["passed"] == 0  # not read
    early = briefed.insights.clause_effects("glow", as_of="2025-07-17")
    assert {row["verdict"] for row in early["clauses"]} == {"not enough data"}


def test_all_campaigns_together_and_none(briefed: App) -> None:
    briefed.campaigns.create("other", from_day="2025-07-01", to_day="2025-07-31", hashtags=["else"], tz="UTC")
    assert [row["clause"] for row in briefed.insights.clause_effects()["clauses"]] == ["disclosure", "duration", "hashtag"]
    assert briefed.insights.clause_effects("other")["clauses"] == []
    with pytest.raises(NotFound):
        briefed.insights.clause_effects("nosuch")
