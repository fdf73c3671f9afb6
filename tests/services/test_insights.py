"""Insights over a real lake: what is read, what is left out, and the sentences when there is too little."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from hexameter.contracts.records import BatchInfo, Chunk
from hexameter.errors import BadValue
from hexameter.main import App
from tests.lake.rows import NO_REJECTS, description, table
from tests.services.conftest import Write

START = datetime(2025, 6, 1, 18, tzinfo=UTC)


@pytest.fixture
def filled(app: App, write: Write) -> App:
    """Forty posts of two creators read on days 1 and 7 and half of them on day 30; one tag is misspelt; a campaign from July on."""
    lines = ["post_id,creator,published_at,captured_at,caption,hashtags,views,likes,comments,shares,followers"]
    for at in range(44):
        published = START + timedelta(days=at)
        tag = "#glwoday" if at == 35 else "#glowday"
        for day, share in ((1, 0.4), (7, 0.8), (30, 1.0)):
            read = published + timedelta(days=day)
            if read < datetime(2025, 8, 1, tzinfo=UTC):
                views = int((9000 if at == 33 else 2000 + 10 * at) * share)
                who = ("lea", "tom")[at % 2]
                lines.append(f"p{at},{who},{published.isoformat()},{read.isoformat()},Glow,{tag},{views},1,1,1,1000")
    app.collect([write("posts.csv", "\n".join(lines))])
    app.campaigns.create("glowday", hashtags=["glowday"], creators=["lea", "tom"], from_day="2025-07-01", to_day="2025-07-31", tz="UTC")
    return app


def test_a_misspelt_tag_is_found_and_one_route_cannot_tell(filled: App) -> None:
    found = filled.insights.audit("glowday")
    assert [(f["post_id"], f["kind"]) for f in found["findings"] if f["kind"] == "near_miss_hashtag"] == [("p35", "near_miss_hashtag")]
    assert found["unseen"]["verdict"] == "cannot be told" and json.dumps(found)


def test_the_post_above_its_creators_level_is_first_to_boost(filled: App) -> None:
    queue = filled.insights.reuse("glowday")
    assert queue["posts"][0]["post_id"] == "p33" and queue["posts"][0]["state"] == "ready" and json.dumps(queue)
    blocked = filled.insights.reuse("glowday", flags={"p33": {"rights": "refused"}})
    assert blocked["posts"][-1]["post_id"] == "p33" and blocked["posts"][-1]["state"] == "blocked"


def test_best_time_and_forecast_say_when_there_is_too_little(filled: App) -> None:
    assert filled.insights.best_time(campaign="glowday")["verdict"] == "not enough data"
    said = filled.insights.forecast("glowday")
    assert said["n"] + said["n_excluded"] == len(said["posts"]) > 10
    assert all(p["views"] is None or p["low"] <= p["views"] <= p["high"] for p in said["posts"])
    with pytest.raises(BadValue):
        filled.insights.best_time(creator="nobody")


def test_affinity_reads_imported_files(filled: App) -> None:
    found = filled.insights.affinity(hashtags=["#GlowDay"])
    assert {row["creator"] for row in found["creators"]} == {"lea", "tom"} and found["n_excluded"] == 0
    with pytest.raises(BadValue):
        filled.insights.affinity()


@pytest.mark.parametrize("source", ["accounts", "display"])
def test_affinity_never_reads_what_a_creator_consented_to(filled: App, source: str) -> None:
    """Rows of the Accounts and Display APIs are for measuring: neither a stranger nor more words of a known creator come from them."""
    before = filled.insights.affinity(hashtags=["#GlowDay"])
    told = [description(1, handle="secret"), description(2, handle="lea", caption="Glow glow glow", hashtags=["glowday", "glow"])]
    chunk = Chunk(2, {}, {"post": table("post", told)}, NO_REJECTS, 0)
    filled.lake.store(BatchInfo("b" * 32, source, source, "0" * 64), [chunk])
    after = filled.insights.affinity(hashtags=["#GlowDay"])
    assert after["n_excluded"] == 2
    assert after["creators"] == before["creators"]
    assert {row["creator"] for row in filled.insights.affinity(like="lea")["creators"]} == {"tom"}
