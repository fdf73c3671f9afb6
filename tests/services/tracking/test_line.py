"""The line of a job: short windows are waited for, days are not, and a clock that stands still is no trap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hexameter.campaigns.desk import Desk
from hexameter.contracts.tracking import Limit
from hexameter.errors import QuotaSpent
from hexameter.services.present import StoodClock
from hexameter.services.tracking.line import HouseLine
from hexameter.standin.clock import DrivenClock

NOW = datetime(2025, 7, 1, 12, tzinfo=UTC)
SECOND = Limit("business.second", 2, 1)
MINUTE = Limit("business.minute", 3, 60)
DAY = Limit("research.day", 2, 86_400, daily=True)


def line(home: Path, clock: DrivenClock | StoodClock, cap: int | None = None) -> HouseLine:
    def pass_time(seconds: float) -> None:
        if isinstance(clock, DrivenClock):
            clock.advance(timedelta(seconds=seconds))

    return HouseLine(Desk(home, clock), clock, "accounts", None, None, pass_time, cap)


def test_windows_of_a_second_and_a_minute_are_waited_for(tmp_path: Path) -> None:
    clock = DrivenClock(NOW)
    asked = line(tmp_path, clock)
    moments = []
    for _ in range(7):
        asked.spend([SECOND, MINUTE])
        moments.append(clock.now())
    assert asked.sent == 7
    assert all(sum(m - timedelta(seconds=1) <= other <= m for other in moments) <= SECOND.requests for m in moments)
    assert all(sum(m - timedelta(seconds=60) <= other <= m for other in moments) <= MINUTE.requests for m in moments)
    assert clock.now() - NOW < timedelta(minutes=3)


def test_a_spent_day_is_not_waited_for(tmp_path: Path) -> None:
    clock = DrivenClock(NOW)
    asked = line(tmp_path, clock)
    asked.spend([DAY])
    asked.spend([DAY])
    with pytest.raises(QuotaSpent) as spent:
        asked.spend([DAY])
    assert (spent.value.until, clock.now(), asked.sent) == (datetime(2025, 7, 2, tzinfo=UTC), NOW, 2)


def test_where_time_stands_still_the_job_is_given_back(tmp_path: Path) -> None:
    asked = line(tmp_path, StoodClock(NOW))
    asked.spend([SECOND])
    asked.spend([SECOND])
    with pytest.raises(QuotaSpent):
        asked.spend([SECOND])
    assert asked.sent == 2


def test_the_setting_for_a_day_holds_beside_the_platforms_limits(tmp_path: Path) -> None:
    asked = line(tmp_path, DrivenClock(NOW), cap=1)
    asked.spend([DAY])
    with pytest.raises(QuotaSpent, match="own_day"):
        asked.spend([DAY])
