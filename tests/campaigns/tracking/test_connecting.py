"""A link to connect is answered once, in time, by who was asked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk
from hexameter.errors import BadValue, HexameterError, NotFound
from tests.campaigns.tracking.conftest import DrivenClock

ADDRESS = "http://127.0.0.1:8686/connect/tiktok/callback"


def test_a_request_comes_back_with_its_state(desk: Desk) -> None:
    desk.create(Draft("Glow", "2025-07-01", "2025-07-31"))
    state = desk.connecting.begin("display", "@Lea", "glow", ADDRESS, "verifier")
    asked = desk.connecting.take(state)
    assert (asked.login, asked.handle, asked.campaign, asked.redirect_uri, asked.verifier) == (
        "display",
        "lea",
        "glow",
        ADDRESS,
        "verifier",
    )
    assert len(state) >= 22 and "verifier" not in repr(asked).replace("redirect", "")


def test_it_is_good_for_one_answer_and_half_an_hour(desk: Desk, clock: DrivenClock) -> None:
    first, late = (desk.connecting.begin("display", "lea", None, ADDRESS, None) for _ in range(2))
    assert first != late and desk.connecting.take(first).verifier is None
    with pytest.raises(BadValue, match="used already. Start again: hexameter connect"):
        desk.connecting.take(first)
    clock.move(minutes=30)
    with pytest.raises(BadValue, match="has expired: it is good for 30 minutes"):
        desk.connecting.take(late)
    with pytest.raises(NotFound, match="unknown here"):
        desk.connecting.take("invented")


def test_an_old_request_is_dropped(desk: Desk, clock: DrivenClock) -> None:
    state = desk.connecting.begin("display", "lea", None, ADDRESS, None)
    clock.move(days=3)
    desk.connecting.begin("display", "mia", None, ADDRESS, None)
    with pytest.raises(NotFound):
        desk.connecting.take(state)


def test_a_wrong_request_is_refused(desk: Desk) -> None:
    with pytest.raises(NotFound, match="unknown campaign 'glow'"):
        desk.connecting.begin("display", "lea", "glow", ADDRESS, None)
    with pytest.raises(BadValue, match="not a TikTok handle"):
        desk.connecting.begin("display", "lea!", None, ADDRESS, None)


def test_two_answers_at_once_are_one(open_desk: Callable[[], Desk]) -> None:
    desks = [open_desk() for _ in range(4)]
    state = desks[0].connecting.begin("display", "lea", None, ADDRESS, "v")

    def take(desk: Desk) -> str:
        try:
            return desk.connecting.take(state).handle
        except HexameterError as problem:
            return problem.kind

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, desks)) == ["BadValue", "BadValue", "BadValue", "lea"]
