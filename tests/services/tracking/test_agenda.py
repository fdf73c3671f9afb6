"""What is left of each limit for a pass: windows of a minute are waited for, a day is not."""

from __future__ import annotations

from datetime import UTC, datetime

from hexameter.contracts.tracking import Account
from hexameter.main import open_app
from hexameter.services.tracking.agenda import buckets
from hexameter.services.tracking.fields import RESEARCH, Route

NOW = datetime(2025, 7, 4, 12, tzinfo=UTC)
LEA = Route("display:1", "display", Account(1, "display", "o1", "lea", "open:o1"))


def test_a_minute_is_waited_for_and_a_day_is_not(tmp_path: object) -> None:
    with open_app(str(tmp_path), environment={}) as app:
        found = buckets([LEA, RESEARCH], app.sources, [], None, NOW, 900.0)
    left = dict(zip(found.name.tolist(), found.left.tolist(), strict=True))
    lasts = dict(zip(found.name.tolist(), found.lasts.tolist(), strict=True))
    assert (left["display.user_info.minute"], lasts["display.user_info.minute"]) == (5_950, 900.0)
    assert (left["research.day"], lasts["research.day"]) == (1_000, 43_200.0)


def test_a_pass_that_is_near_has_at_least_one_window(tmp_path: object) -> None:
    with open_app(str(tmp_path), environment={}) as app:
        found = buckets([LEA], app.sources, [], 20, NOW, 10.0)
    left = dict(zip(found.name.tolist(), found.left.tolist(), strict=True))
    assert (left["display.user_info.minute"], left["display.own_day"]) == (595, 20)
