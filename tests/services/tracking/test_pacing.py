"""Promised readings: fixed ages, the campaign's end, the longest intervals."""

from __future__ import annotations

import numpy as np
import pytest

from hexameter.services.tracking.columns import Rules
from hexameter.services.tracking.pacing import listing_at, profiles_at, promises
from tests.services.tracking.worlds import DAY, HOUR, NOW, posts_of, routes_of


def _due(age: float, read: float, until_next: float = 60.0, **columns: np.ndarray) -> bool:
    posts = posts_of([age], [read], **columns)
    return bool(promises(posts, np.array([True]), NOW, until_next, Rules()).due[0])


@pytest.mark.parametrize(
    ("age", "read", "due"),
    [
        (23.0, 5.0, False),  # an hour before the age of a day
        (23.995, 5.0, True),  # the last pass before it
        (23.995, 1.0, False),  # a reading at 22.995 hours serves it
        (30.0, 8.0, False),  # read at 22 hours, which serves it
        (30.0, 10.0, True),  # missed, to be made up for
        (30.0, 5.0, False),  # made up for
        (1.2, 0.3, False),  # read at 0.9 hours
        (1.2, 0.4, True),
        (7 * 24.0, 10.0, False),  # a week less ten hours serves a week
        (0.3, float("nan"), True),  # never read
    ],
)
def test_an_age_is_read_once_at_the_last_pass_before_it_or_after(age: float, read: float, due: bool) -> None:
    assert _due(age, read) is due


def test_the_end_is_read_within_the_hour_before_it() -> None:
    assert _due(100.0, 2.0, end=np.array([NOW + 0.5 * HOUR]))
    assert not _due(100.0, 0.2, end=np.array([NOW + 0.5 * HOUR]))
    assert not _due(100.0, 2.0, end=np.array([NOW + 2 * HOUR]))
    assert _due(100.0, 8.0, end=np.array([NOW - 3 * HOUR])), "missed: as soon as may be"


def test_nothing_is_promised_for_a_post_that_counts_nowhere() -> None:
    kept = promises(posts_of([30.0], [20.0]), np.array([False]), NOW, 60.0, Rules())
    assert not kept.due[0] and np.isinf(kept.interval_at[0]) and np.isinf(kept.next_at[0])


def test_daily_while_the_campaign_runs_and_weekly_after() -> None:
    posts = posts_of([400.0, 400.0], [5.0, 5.0], end=np.array([NOW + DAY, NOW - 4 * DAY]))
    kept = promises(posts, np.ones(2, bool), NOW, 60.0, Rules())
    assert (kept.interval_at - NOW).tolist() == pytest.approx([19 * HOUR, 7 * DAY - 5 * HOUR])


def test_listings_end_with_the_campaign_and_the_first_is_due_at_once() -> None:
    routes = routes_of(
        4, listed_at=np.array([np.nan, NOW - HOUR, NOW - DAY, NOW]), until=np.array([NOW + DAY, NOW + DAY, NOW - 2 * DAY, NOW + DAY])
    )
    at = listing_at(routes, NOW, Rules())
    assert at[0] <= NOW and at[1] == NOW + 23 * HOUR and np.isinf(at[2]) and at[3] == NOW + DAY


def test_a_profile_is_due_a_day_after_its_last_reading() -> None:
    from hexameter.services.tracking.columns import Profiles

    at = profiles_at(Profiles(np.array(["lea", "ines"]), np.zeros(2, np.int64), np.array([NOW, np.nan])), Rules())
    assert at.tolist() == [NOW + DAY, -np.inf]
