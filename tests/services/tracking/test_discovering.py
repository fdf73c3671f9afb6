"""Posts not found yet: how many, how large, learnt from what each creator did so far."""

from __future__ import annotations

import numpy as np
import pytest

from hexameter.services.tracking.discovering import discover
from hexameter.services.tracking.expecting import Growth, learn
from tests.services.tracking.worlds import DAY, HOUR, NOW, posts_of, routes_of

CURVE: Growth = learn(*(np.zeros(0) for _ in range(4)))


def _unfound(posts_by_route: list[int], **columns: np.ndarray) -> np.ndarray:
    count = sum(posts_by_route)
    routes = routes_of(len(posts_by_route), **columns)
    posts = posts_of(
        np.linspace(100, 1_000, count).tolist(), [1.0] * count, route=np.repeat(np.arange(len(posts_by_route)), posts_by_route)
    )
    return discover(posts, np.ones(count, bool), routes, CURVE, NOW).unfound


def test_who_posts_more_is_expected_to_have_posted_more() -> None:
    busy, usual, silent = _unfound([60, 20, 0])
    assert busy > 2 * usual
    assert usual > silent > 0, "somebody who never posted may begin to"


def test_more_is_missing_the_longer_nobody_looked() -> None:
    hours = np.array([1.0, 2.0, 4.0])
    found = _unfound([10, 10, 10], listed_at=NOW - hours * HOUR)
    assert found[1] > 2.5 * found[0] and found[2] > 2.5 * found[1], "posts come evenly and grow meanwhile"


def test_nothing_is_missing_where_nothing_would_count() -> None:
    found = _unfound(
        [5, 5, 5, 5],
        lists=np.array([False, True, True, True]),
        since=np.array([NOW - 50 * DAY, np.nan, NOW + DAY, NOW - 50 * DAY]),
        until=np.array([NOW + DAY, NOW + DAY, NOW + 2 * DAY, NOW - 2 * DAY]),
    )
    assert found.tolist() == [0.0] * 4


def test_the_gap_is_rate_times_views_of_a_young_post() -> None:
    posts = posts_of(np.linspace(100, 1_190, 100).tolist(), [1.0] * 100)
    new = discover(posts, np.ones(100, bool), routes_of(listed_at=np.array([NOW - 6 * HOUR])), CURVE, NOW)
    ages = np.linspace(60, 6 * HOUR, 2_000)
    expected = 2 / DAY * (new.level[0] * np.exp(CURVE.log_grown(ages))).mean() * 6 * HOUR
    assert new.unfound[0] == pytest.approx(expected, rel=0.08)
