"""A missing disclosure, a late deliverable and an ending code are told once, by mail and webhook and in the house, as the clock goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.couriers.receivers import Hook, Mailbox, mail_server, webhook_receiver
from tests.services.alerts.test_telling import NOW, Stage

HEADER = "post_id,creator,published_at,captured_at,caption,views,likes,comments,shares"
KINDS = ("missing_disclosure", "late_deliverable", "code_expiring")
QUIET = {"raised": 0, "queued": 0, "sent": 0, "failed": 0, "waiting": 0}
POST = "7523537000000000001"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_receiver() as running:
        yield running


@pytest.fixture
def stage(tmp_path: Path, box: Mailbox, hook: Hook) -> Iterator[Stage]:
    running = Stage(tmp_path / "home", box, hook)
    app = running.at(NOW)
    app.campaigns.create("Glow", from_day="2025-07-01", to_day="2025-07-31", hashtags=["glowday"], creators=["lea"], tz="Europe/Paris")
    app.alerts.subscribe(hook.url, kinds=KINDS)
    app.alerts.subscribe("manager@example.com", kinds=KINDS)
    yield running
    for app in running.opened:
        app.close()


def told(stage: Stage) -> list[tuple[str, str]]:
    """What arrived at the webhook; the mailbox and the house have the same."""
    messages = [json.loads(body) for _, body in stage.hook.got]
    assert [letter["Subject"] for letter in stage.box.letters] == [m["sentence"][:120] for m in messages]
    assert {a["sentence"] for a in stage.app.alerts.list()} >= {m["sentence"] for m in messages}
    return [(m["kind"], m["sentence"]) for m in messages]


def test_a_post_without_disclosure_is_told_once(stage: Stage, tmp_path: Path) -> None:
    captions = {POST: "A #glowday", "7523537000000000002": "B #glowday #ad"}
    lines = [f"{post},lea,2025-07-10T18:00Z,2025-07-19T12:00Z,{caption},100,1,1,1" for post, caption in captions.items()]
    (tmp_path / "posts.csv").write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    stage.app.collect([tmp_path / "posts.csv"])
    assert stage.app.alerts.send() == QUIET  # no brief asked for it
    stage.app.briefs.write("glow", {"hashtags": ["glowday"]})
    stage.app.alerts.send()
    ((kind, sentence),) = told(stage)
    assert kind == "missing_disclosure" and f"@lea's post {POST} does not say that it is an advertisement" in sentence
    for days in (1, 2, 9):
        assert stage.at(NOW + timedelta(days=days)).alerts.send() == QUIET


def test_a_late_deliverable_is_told_once_from_the_first_late_instant_on(stage: Stage) -> None:
    stage.app.deliverables.add("glow", "lea", "one video", "2025-07-21")
    assert stage.app.alerts.send() == QUIET
    paris_midnight = datetime(2025, 7, 21, 22, tzinfo=UTC)
    assert stage.at(paris_midnight - timedelta(seconds=2)).alerts.send() == QUIET
    stage.at(paris_midnight + timedelta(seconds=1)).alerts.send()
    assert told(stage) == [("late_deliverable", "Glow: @lea is late with 'one video': it was due on 2025-07-21.")]
    assert stage.at(paris_midnight + timedelta(days=3)).alerts.send() == QUIET


def test_what_was_done_in_time_is_not_late(stage: Stage) -> None:
    (owed,) = stage.app.deliverables.add("glow", "lea", "one video", "2025-07-21")["deliverables"]
    stage.app.deliverables.finish(owed["number"], POST)
    assert stage.at(NOW + timedelta(days=5)).alerts.send() == QUIET


def test_a_spark_code_is_told_a_week_before_its_end_and_again_when_it_ended_under_an_ad(stage: Stage) -> None:
    stage.app.rights.grant("glow", POST, code="spark-code-of-lea", days=10, creator="lea")
    assert stage.at(NOW + timedelta(days=2)).alerts.send() == QUIET
    stage.at(NOW + timedelta(days=4)).alerts.send()
    ((kind, sentence),) = told(stage)
    assert kind == "code_expiring" and sentence == f"Glow: the Spark Ads code for post {POST} of @lea ends in 6 day(s), on 2025-07-30."
    assert "spark-code-of-lea" not in str(stage.hook.got)
    assert stage.at(NOW + timedelta(days=5)).alerts.send() == QUIET
    stage.app.rights.use("glow", POST)
    stage.at(NOW + timedelta(days=11)).alerts.send()
    assert told(stage)[1:] == [
        ("code_expiring", f"Glow: the Spark Ads code for post {POST} of @lea ended on 2025-07-30, and the post still runs as an ad.")
    ]
    assert stage.at(NOW + timedelta(days=12)).alerts.send() == QUIET


def test_a_spark_code_used_long_after_its_campaign_is_told_too(stage: Stage) -> None:
    stage.app.rights.grant("glow", POST, code="spark-code-of-lea", days=120, creator="lea")
    stage.app.rights.use("glow", POST)
    stage.app.deliverables.add("glow", "lea", "one video", "2025-11-01")
    ends = NOW + timedelta(days=120)
    assert stage.at(ends - timedelta(days=8)).alerts.send() == QUIET  # nor is what is late, so long after
    stage.at(ends - timedelta(days=6, hours=1)).alerts.send()
    stage.at(ends + timedelta(hours=1)).alerts.send()
    assert [(kind, "ended on" in sentence) for kind, sentence in told(stage)] == [("code_expiring", False), ("code_expiring", True)]


def test_a_promo_code_is_told_in_the_last_week_in_which_its_orders_count(stage: Stage) -> None:
    stage.app.selling.add_code("glow", "LEA10", "lea")
    assert stage.at(datetime(2025, 8, 22, tzinfo=UTC)).alerts.send() == QUIET
    stage.at(datetime(2025, 8, 24, tzinfo=UTC)).alerts.send()
    assert told(stage) == [("code_expiring", "Glow: the promo code lea10 of @lea ends in 6 day(s), on 2025-08-30.")]
    assert stage.at(datetime(2025, 8, 25, tzinfo=UTC)).alerts.send() == QUIET
