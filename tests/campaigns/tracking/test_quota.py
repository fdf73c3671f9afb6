"""The ledger never gives leave for more than a limit allows, in any window, whoever asks and whatever dies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexameter.campaigns.desk import Desk
from hexameter.campaigns.tracking.quota import Quota
from hexameter.contracts.tracking import Limit
from hexameter.errors import QuotaSpent
from tests.campaigns.conftest import NOW
from tests.campaigns.tracking.conftest import DrivenClock, Workers

MINUTE = Limit("display.minute", 3, 60)
DAY = Limit("research.day", 2, 86_400, daily=True)


def leave(quota: Quota, at: datetime, *limits: Limit) -> bool:
    try:
        quota.spend([(limit.name, limit) for limit in limits], at)
    except QuotaSpent:
        return False
    return True


def seconds(n: float) -> datetime:
    return NOW + timedelta(seconds=n)


def test_a_limit_is_spent_until_it_is_free_again(desk: Desk) -> None:
    assert all(leave(desk.quota, seconds(n), MINUTE) for n in (0.5, 10, 20))
    with pytest.raises(QuotaSpent, match=r"limit display.minute is used up until 2025-08-01T00:01:01Z. Nothing was sent") as refused:
        desk.quota.spend([("display.minute", MINUTE)], seconds(30))
    assert refused.value.until == seconds(61)
    assert not leave(desk.quota, seconds(60.999999), MINUTE)
    assert leave(desk.quota, seconds(61), MINUTE) and not leave(desk.quota, seconds(61), MINUTE)


def test_a_day_ends_at_midnight_utc(desk: Desk) -> None:
    late = datetime(2025, 8, 1, 23, 59, 59, 999999, tzinfo=UTC)
    assert leave(desk.quota, NOW, DAY) and leave(desk.quota, late, DAY)
    with pytest.raises(QuotaSpent) as refused:
        desk.quota.spend([(DAY.name, DAY)], late)
    midnight = datetime(2025, 8, 2, tzinfo=UTC)
    assert refused.value.until == midnight and leave(desk.quota, midnight, DAY)


def test_all_limits_or_none_are_spent(desk: Desk) -> None:
    assert leave(desk.quota, NOW, MINUTE, DAY) and leave(desk.quota, NOW, MINUTE, DAY)
    with pytest.raises(QuotaSpent) as refused:
        desk.quota.spend([(MINUTE.name, MINUTE), (DAY.name, DAY)], NOW)
    assert refused.value.until == datetime(2025, 8, 2, tzinfo=UTC)  # the later of both
    assert {s.bucket: s.used for s in desk.quota.state(NOW)} == {"display.minute": 2, "research.day": 2}
    assert leave(desk.quota, NOW, MINUTE)


def test_a_bucket_named_twice_is_spent_twice(desk: Desk) -> None:
    desk.quota.spend([("a", MINUTE), ("a", MINUTE)], NOW)
    with pytest.raises(QuotaSpent):
        desk.quota.spend([("a", MINUTE), ("a", MINUTE)], NOW)
    desk.quota.spend([("a", MINUTE)], NOW)
    desk.quota.spend([], NOW)


def test_a_limit_of_nothing_never_gives_leave(desk: Desk) -> None:
    with pytest.raises(QuotaSpent, match="allows 0 requests; 1 are needed") as refused:
        desk.quota.spend([("none", Limit("none", 0, 60))], NOW)
    assert refused.value.until is None


def test_the_platform_s_own_refusal_stands(desk: Desk) -> None:
    desk.quota.limited(MINUTE.name, seconds(300))
    desk.quota.limited(MINUTE.name, seconds(200))
    with pytest.raises(QuotaSpent) as refused:
        desk.quota.spend([(MINUTE.name, MINUTE)], NOW)
    assert refused.value.until == seconds(300)
    assert not leave(desk.quota, seconds(299.999999), MINUTE) and leave(desk.quota, seconds(300), MINUTE)


def test_the_state_says_what_is_used_and_when_it_is_free(desk: Desk) -> None:
    for n in (0, 1, 2):
        leave(desk.quota, seconds(n), MINUTE)
    desk.quota.limited("unheard", seconds(9))
    minute, unheard = desk.quota.state(seconds(5))
    assert (minute.bucket, minute.used, minute.allowed, minute.free_at, minute.limited_until) == ("display.minute", 3, 3, seconds(61), None)
    assert (unheard.allowed, unheard.limited_until, unheard.free_at) == (None, seconds(9), seconds(9))
    minute, unheard = desk.quota.state(seconds(61))
    assert (minute.used, minute.free_at, unheard.limited_until, unheard.free_at) == (2, None, None, None)


def test_a_limit_that_changed_counts_what_was_spent(desk: Desk) -> None:
    assert leave(desk.quota, NOW, MINUTE) and leave(desk.quota, NOW, MINUTE)
    assert not leave(desk.quota, NOW, Limit(MINUTE.name, 2, 60)) and leave(desk.quota, NOW, MINUTE)


def test_a_clock_far_ahead_once_does_not_block_for_ever(desk: Desk) -> None:
    for _ in range(3):
        assert leave(desk.quota, NOW + timedelta(days=400), MINUTE)
    assert leave(desk.quota, NOW, MINUTE)
    assert not leave(desk.quota, NOW + timedelta(days=400, seconds=-30), MINUTE)  # some minute holds both


def test_the_ledger_survives_its_process(open_desk: Callable[[], Desk]) -> None:
    first = open_desk()
    assert all(leave(first.quota, NOW, MINUTE) for _ in range(3))
    first.close()
    assert not leave(open_desk().quota, seconds(60), MINUTE)


_SPENDER = """
limit, day = Limit("a", 40, 60), Limit("b", 55, 86_400, daily=True)
sent = 0
for step in range(60):
    at = NOW + timedelta(seconds=step / 10)
    try:
        desk.quota.spend([("a", limit), ("b", day)] if step % 2 else [("b", day), ("a", limit)], at)
        print(at.timestamp(), flush=True)
    except QuotaSpent:
        pass
"""


def test_processes_at_once_never_overspend(desk: Desk, workers: Callable[[str, int], Workers]) -> None:
    several = workers(_SPENDER, 3)
    several.go()
    sent = [len(said) for said in several.said()]
    assert sum(sent) == 40 and [(s.bucket, s.used) for s in desk.quota.state(NOW)] == [("a", 40), ("b", 40)]


_DYING = """
import os
limit = Limit("a", 25, 86_400, daily=True)
for _ in range(10):
    desk.quota.spend([("a", limit)], NOW)
    os.write(1, b"sent\\n")
os.kill(os.getpid(), 9)
"""


def test_a_killed_process_spent_what_it_sent(desk: Desk, workers: Callable[[str, int], Workers]) -> None:
    limit = Limit("a", 25, 86_400, daily=True)
    dying = workers(_DYING, 2)
    dying.go()
    sent = sum(worker.communicate(timeout=60)[0].count("sent") for worker in dying.all)
    assert sent == 20 and [s.used for s in desk.quota.state(NOW)] == [20]
    assert [leave(desk.quota, NOW, limit) for _ in range(6)] == [True] * 5 + [False]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 4), st.integers(1, 5), st.lists(st.integers(0, 3_000_000), min_size=1, max_size=40))
def test_no_window_ever_holds_more_and_until_is_exact(
    tmp_path_factory: pytest.TempPathFactory, n: int, width: int, gaps: list[int]
) -> None:
    """Spends at random microseconds, in order; after a refusal leave comes exactly at `until`."""
    desk = _bare_desk(tmp_path_factory.getbasetemp())
    limit = Limit(f"limit {n} {width} {hash(tuple(gaps))}", n, width)
    now, sent = NOW, []
    for gap in gaps:
        now += timedelta(microseconds=gap)
        try:
            desk.quota.spend([(limit.name, limit)], now)
        except QuotaSpent as refused:
            assert refused.until is not None and refused.until > now
            assert not leave(desk.quota, refused.until - timedelta(microseconds=1), limit)
            now = refused.until
            desk.quota.spend([(limit.name, limit)], now)
        sent.append(now)
    window = timedelta(seconds=width)
    assert max(sum(1 for s in sent if start <= s <= start + window) for start in sent) <= n
    desk.close()


def _bare_desk(folder: Path) -> Desk:
    return Desk(folder / "quota", DrivenClock())
