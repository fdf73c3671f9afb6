"""What happened is told once to everyone who wants to know, whatever fails or dies on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hexameter.campaigns.alerts.outbox import PAUSES
from hexameter.campaigns.alerts.subscriptions import Subscription
from hexameter.campaigns.tracking.inbox import Found
from hexameter.errors import BadValue, Conflict, NotFound
from hexameter.main import App, open_app
from hexameter.services.alerts.tending import digest_keys
from tests.couriers.receivers import Hook, Mailbox, mail_server, webhook_receiver

HEADER = "post_id,creator,published_at,captured_at,caption,views,likes,comments,shares,followers"
NOW = datetime(2025, 7, 20, 9, tzinfo=UTC)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_receiver() as running:
        yield running


class Stage:
    """One home, opened at one instant after another."""

    def __init__(self, home: Path, box: Mailbox, hook: Hook) -> None:
        self.home, self.box, self.hook = home, box, hook
        self.opened: list[App] = []

    def at(self, now: datetime) -> App:
        words = {"now": now.isoformat(), "smtp_url": f"smtp://127.0.0.1:{self.box.port}", "webhook_hosts": f"127.0.0.1:{self.hook.port}"}
        self.opened.append(open_app(str(self.home), overrides=words, environment={}))
        return self.opened[-1]

    @property
    def app(self) -> App:
        return self.opened[-1]


@pytest.fixture
def stage(tmp_path: Path, box: Mailbox, hook: Hook) -> Iterator[Stage]:
    running = Stage(tmp_path / "home", box, hook)
    app = running.at(NOW)
    app.campaigns.create("Glow", from_day="2025-07-01", to_day="2025-07-31", hashtags=["glowday"], creators=["lea"], tz="Europe/Paris")
    yield running
    for app in running.opened:
        app.close()


def found(app: App, *posts: str) -> None:
    app.desk.inbox.found("glow", [Found(p, "lea", "display", "#glowday", "auto") for p in posts], app.clock.now())


def imported(app: App, folder: Path, readings: list[tuple[str, int]]) -> None:
    path = folder / "views.csv"
    lines = [f"7523537000000000001,lea,2025-07-10T18:00Z,{at},A <b>#glowday,{views},100,1,1," for at, views in readings]
    path.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    app.collect([path])


def test_new_posts_are_told_together_and_once(stage: Stage) -> None:
    made = stage.app.alerts.subscribe(stage.hook.url)
    stage.app.alerts.subscribe("lea@example.com")
    found(stage.app, "1", "2")
    assert stage.app.alerts.send()["sent"] == 2
    assert stage.app.alerts.send() == {"raised": 0, "queued": 0, "sent": 0, "failed": 0, "waiting": 0}
    found(stage.at(NOW + timedelta(hours=1)), "3")
    assert stage.app.alerts.send()["sent"] == 2
    told = [json.loads(body) for _, body in stage.hook.got]
    assert [sorted(t["facts"]["posts"]) for t in told] == [["1", "2"], ["3"]]
    assert [letter["Subject"] for letter in stage.box.letters] == [t["sentence"] for t in told]
    assert made["secret"] not in str(stage.app.alerts.subscriptions())


def test_what_happened_before_somebody_subscribed_is_old_news(stage: Stage) -> None:
    found(stage.app, "1")
    stage.app.alerts.send()
    stage.app.alerts.subscribe("lea@example.com")
    assert stage.app.alerts.send()["queued"] == 0
    assert len(stage.app.alerts.list()) == 1


def test_a_receiver_that_fails_is_tried_again_and_given_up_in_the_end(stage: Stage) -> None:
    stage.app.alerts.subscribe(stage.hook.url)
    found(stage.app, "1")
    stage.hook.status, moment = 500, NOW
    assert stage.app.alerts.send()["waiting"] == 1
    for pause in PAUSES:
        tried = len(stage.hook.got)
        stage.at(moment + pause - timedelta(seconds=1)).alerts.send()
        assert len(stage.hook.got) == tried
        moment += pause
        stage.at(moment).alerts.send()
        assert len(stage.hook.got) == tried + 1
    (given_up,) = stage.app.alerts.deliveries("failed")
    assert "answered 500" in given_up["last_error"] and given_up["tries"] == len(PAUSES) + 1
    stage.hook.status = 200
    assert stage.app.alerts.retry(given_up["number"])["sent"] == 1
    assert len({headers["hexameter-delivery"] for headers, _ in stage.hook.got}) == 1  # one key, however often


def test_a_receiver_that_is_gone_for_good_is_not_asked_again(stage: Stage) -> None:
    stage.app.alerts.subscribe(stage.hook.url)
    found(stage.app, "1")
    stage.hook.status = 410
    assert stage.app.alerts.send()["failed"] == 1
    stage.at(NOW + timedelta(days=3)).alerts.send()
    assert len(stage.hook.got) == 1


def test_a_runner_that_dies_while_sending_loses_nothing(stage: Stage) -> None:
    stage.app.alerts.subscribe(stage.hook.url)
    found(stage.app, "1")
    stage.hook.status = 500
    stage.app.alerts.send()
    stage.hook.status = 200
    later = stage.at(NOW + PAUSES[0])
    assert later.desk.outbox.take(later.clock.now()) is not None  # taken, and here the runner dies
    assert later.alerts.send()["sent"] == 0  # held for a moment: it may only be slow
    assert stage.at(NOW + PAUSES[0] + timedelta(minutes=6)).alerts.send()["sent"] == 1
    assert len(stage.hook.got) == 2


def test_a_jump_in_views_is_told(stage: Stage, tmp_path: Path) -> None:
    days = [(NOW - timedelta(days=d), v) for d, v in ((2, 1_000), (1, 1_200), (0, 9_000))]
    imported(stage.app, tmp_path, [(at.isoformat(), views) for at, views in days])
    stage.app.alerts.send()
    (alert,) = [a for a in stage.app.alerts.list() if a["kind"] == "jump_views"]
    assert alert["facts"]["gained"] == 7_800 and alert["facts"]["before"] == 200 and "7,800" in alert["sentence"]


def test_a_goal_at_risk_is_told_once_a_week(stage: Stage, tmp_path: Path) -> None:
    imported(stage.app, tmp_path, [("2025-07-18T08:00Z", 1_000)])
    stage.app.campaigns.set_goal("glow", "views", "1000000")
    for day in (0, 1, 2):  # a Sunday, then the week after it
        stage.at(NOW + timedelta(days=day)).alerts.send()
    told = [a for a in stage.app.alerts.list() if a["kind"] == "goal_at_risk"]
    assert [a["facts"]["figure"] for a in told] == ["views", "views"]
    assert "1,000 of 1,000,000" in told[0]["sentence"]


def test_a_source_that_stays_down_is_told_once_for_every_gap(stage: Stage) -> None:
    gaps = stage.app.desk.gaps
    gaps.open("display", "posts", "account:1", "outage", "TikTok does not answer.", NOW - timedelta(minutes=5))
    gaps.open("display", "posts", "account:2", "revoked", "lea has taken back her consent.", NOW - timedelta(minutes=5))
    stage.app.alerts.send()
    assert [a["sentence"] for a in stage.app.alerts.list()] == ["lea has taken back her consent."]
    later = stage.at(NOW + timedelta(hours=2))
    later.alerts.send()
    later.alerts.send()
    assert sorted(a["sentence"] for a in later.alerts.list()) == ["TikTok does not answer.", "lea has taken back her consent."]


def test_alerts_are_read_by_each_for_himself(stage: Stage) -> None:
    found(stage.app, "1")
    stage.app.alerts.send()
    (alert,) = stage.app.alerts.list("lea")
    stage.app.alerts.read("lea", [alert["id"], 999])
    assert stage.app.alerts.list("lea", unread=True) == []
    assert len(stage.app.alerts.list("tom", unread=True)) == 1


def test_the_morning_digest_tells_the_numbers_with_a_chart(stage: Stage, tmp_path: Path) -> None:
    imported(stage.app, tmp_path, [("2025-07-18T08:00Z", 1_000), ("2025-07-20T05:00Z", 3_000), ("2025-07-21T05:00Z", 4_000)])
    stage.app.alerts.subscribe("lea@example.com", digest="daily", tz="Europe/Paris", language="fr", kinds=["source_down"])
    assert stage.app.alerts.send()["sent"] == 0
    morning = datetime(2025, 7, 21, 6, 30, tzinfo=UTC)  # 8:30 in Paris
    assert stage.at(morning - timedelta(hours=1)).alerts.send()["sent"] == 0
    assert stage.at(morning).alerts.send()["sent"] == 1
    assert stage.at(morning + timedelta(hours=5)).alerts.send()["sent"] == 0
    (letter,) = stage.box.letters
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None and html is not None
    assert "Vues: 4,000  (avant 3,000)" in text.get_content() and "Retour sur coût: — (inconnu)" in text.get_content()
    pictures = [part.get_content() for part in letter.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 1 and pictures[0].startswith(b"\x89PNG") and "cid:views-0" in html.get_content()


def test_digests_fall_due_in_the_subscribers_own_morning() -> None:
    made = datetime(2026, 3, 20, tzinfo=UTC)
    daily = Subscription("email", "a@b", digest="daily", tz="Europe/Paris", made_at=made)
    weekly = Subscription("email", "a@b", digest="weekly", tz="Europe/Paris", made_at=made)
    before, after = datetime(2026, 3, 29, 5, 59, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)  # summer time began that night
    assert (digest_keys(daily, before), digest_keys(daily, after)) == (["digest:2026-03-28"], ["digest:2026-03-29"])
    assert digest_keys(weekly, after) == ["digest:2026-03-23"]
    assert digest_keys(daily, made + timedelta(hours=9)) == []


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"target": "nobody"}, BadValue, "not an e-mail address"),
    ({"target": "https://10.0.0.1/"}, BadValue, "not a public address"),
    ({"target": "lea@example.com", "kinds": ["new_pots"]}, BadValue, "Did you mean new_post"),
    ({"target": "lea@example.com", "campaign": "glw"}, NotFound, "glow"),
    ({"target": "lea@example.com", "digest": "hourly"}, BadValue, "unknown digest"),
]


@pytest.mark.parametrize("asked, kind, said", WRONG)
def test_a_wrong_wish_is_refused_with_a_sentence(stage: Stage, asked: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind) as problem:
        stage.app.alerts.subscribe(**asked)
    assert said in str(problem.value)
    assert stage.app.alerts.subscriptions() == []


def test_the_same_target_is_told_once(stage: Stage) -> None:
    stage.app.alerts.subscribe("lea@example.com")
    with pytest.raises(Conflict):
        stage.app.alerts.subscribe("lea@example.com")
