"""The bell and the page of alerts: what is unread, for whom, where they are told of it, and what did not arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hexameter.campaigns.alerts.raised import Raised
from hexameter.main import App, open_app
from hexameter.views.web.app import open_web
from tests.couriers.receivers import Hook, webhook_receiver
from tests.views.homes import fill
from tests.views.web.conftest import PASSWORD, TestClient, client

LATE = {"campaign": "Glow", "creator": "lea", "what": "<b>1 video</b>", "day": "2025-07-10"}
HOSTILE = "Glow: \u202e<script>alert(1)</script> {0.__class__}"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook_receiver() as running:
        yield running


@pytest.fixture
def app(tmp_path: Path, hook: Hook) -> Iterator[App]:
    settings = {"now": "2025-07-20T09:00:00Z", "webhook_hosts": f"127.0.0.1:{hook.port}"}
    with open_app(str(fill(tmp_path / "home", tmp_path)), overrides=settings) as opened:
        opened.desk.people.add_owner("marie", "Marie", PASSWORD)
        raised = [
            Raised("a", "late_deliverable", "glowday", "lea", "Glow: @lea is late with '<b>1 video</b>': it was due on 2025-07-10.", LATE),
            Raised("b", "of_a_later_version", None, "x", HOSTILE, {}),
        ]
        opened.desk.alerts.add(raised, opened.clock.now())
        yield opened


class Somebody:
    """A member's browser."""

    def __init__(self, app: App, login: str, role: str = "") -> None:
        people = app.desk.people
        if role:
            people.invitations.accept(people.invitations.invite("main", role, "marie"), login, login.title(), PASSWORD)
        token = people.log_in(login, PASSWORD, "test")
        session = people.session(token)
        assert session is not None
        self.csrf, self.browser = session.csrf, client(open_web(app), token)

    def get(self, path: str = "/alerts", **headers: str) -> str:
        answer = self.browser.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, where: str, **fields: str | list[str]) -> tuple[int, str]:
        answer = self.browser.post(where, data={"csrf": self.csrf, **fields})
        return answer.status_code, answer.text

    def rung(self, path: str = "/") -> str | None:
        found = re.search(r'class="badge"><span aria-hidden="true">([^<]*)<', self.get(path))
        return found and found[1]


def test_the_bell_counts_what_one_has_not_read_on_every_page(app: App) -> None:
    marie, noor = Somebody(app, "marie"), Somebody(app, "noor", "analyst")
    assert (marie.rung(), marie.rung("/campaigns/glowday"), noor.rung()) == ("2", "2", "2")
    first = app.alerts.list("marie")[0]["id"]
    assert marie.post("/alerts/read", alerts=str(first))[0] == 303
    assert (marie.rung("/campaigns/glowday"), noor.rung("/campaigns/glowday")) == ("1", "2")  # pages that are kept are made anew
    assert marie.post("/alerts/read", alerts=",".join(str(a["id"]) for a in app.alerts.list()), show="all")[0] == 303
    assert marie.rung() is None and "You have read everything" in marie.get()
    app.desk.alerts.add([Raised("c", "new_post", None, "x", "More", {})], app.clock.now())
    assert marie.rung() == "1" and marie.get("/alerts?show=all").count("data-alert=") == 3
    assert marie.post("/alerts/read", alerts="x,99999,-1,99999999999999")[0] == 303


def test_an_alert_is_text_and_is_said_in_the_readers_language(app: App) -> None:
    marie = Somebody(app, "marie")
    shown = marie.get()
    assert "&lt;b&gt;1 video" in shown and "<b>1 video" not in shown and "<script>alert" not in shown and "{0.__class__}" in shown
    assert "@lea est en retard pour « &lt;b&gt;1 video&lt;/b&gt; »" in marie.get(**{"accept-language": "fr"})
    assert marie.get("/alerts?campaign=glowday").count("data-alert=") == 1


def test_who_is_told_where_is_ones_own(app: App, hook: Hook) -> None:
    marie, noor = Somebody(app, "marie"), Somebody(app, "noor", "analyst")
    status, text = marie.post("/alerts/subscriptions", target=hook.url, kinds=["late_deliverable", "new_post"], digest="weekly")
    (made,) = app.alerts.subscriptions("marie")
    assert status == 200 and "shown this once" in text and made["kinds"] == ["late_deliverable", "new_post"] and made["digest"] == "weekly"
    secret = re.search(r"this once: <code>([^<]+)</code>", text)
    assert secret and secret[1] not in marie.get()
    assert hook.url not in noor.get() and noor.post(f"/alerts/subscriptions/{made['id']}/end")[0] == 404
    assert noor.post(f"/alerts/subscriptions/{made['id']}/test")[0] == 404 and not hook.got
    assert "took a test message" in marie.post(f"/alerts/subscriptions/{made['id']}/test")[1] and len(hook.got) == 1
    assert noor.post("/alerts/subscriptions", target="noor@example.com", campaign="glowday")[0] == 303
    assert app.alerts.subscriptions("noor")[0]["campaign"] == "glowday"
    for wrong in ({"target": "http://169.254.169.254/x"}, {"target": "nobody"}, {"target": "a@example.com", "kinds": "no_such"}):
        status, text = marie.post("/alerts/subscriptions", **wrong)
        assert status == 400 and 'role="alert"' in text and f'value="{wrong["target"]}"' in text
    assert marie.post(f"/alerts/subscriptions/{made['id']}/end")[0] == 303 and app.alerts.subscriptions("marie") == []


def test_what_did_not_arrive_is_shown_with_its_reason_and_tried_again(app: App, hook: Hook) -> None:
    marie, noor = Somebody(app, "marie"), Somebody(app, "noor", "analyst")
    app.alerts.subscribe(hook.url)
    app.desk.alerts.add([Raised("d", "late_deliverable", "glowday", "x", "Found <i>one</i>", {})], app.clock.now())
    hook.status = 500
    app.alerts.send()
    (late,) = app.alerts.deliveries()
    shown = marie.get()
    assert "answered 500" in shown and "Found &lt;i&gt;one" in shown and f'data-delivery="{late["number"]}"' in shown
    assert "answered 500" not in noor.get() and noor.post(f"/alerts/deliveries/{late['number']}/retry")[0] == 403
    hook.status = 200
    assert marie.post(f"/alerts/deliveries/{late['number']}/retry")[0] == 303
    assert app.alerts.deliveries()[0]["state"] == "sent" and "Everything arrived" in marie.get()
    assert marie.post("/alerts/deliveries/999/retry")[0] == 404


def test_a_client_and_a_guest_have_no_bell(app: App) -> None:
    ana = Somebody(app, "ana", "client")
    assert 'class="bell"' not in ana.get("/") and ana.browser.get("/alerts").status_code == 403
    guest: TestClient = client(open_web(app))
    assert 'class="bell"' not in guest.get("/login").text
