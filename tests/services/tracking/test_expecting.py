"""The common curve: learnt from the posts, whatever their law; a post that departs from it is believed by its evidence."""

from __future__ import annotations

import numpy as np
import pytest

from hexameter.services.tracking.columns import Floats
from hexameter.services.tracking.expecting import DAY, Growth, learn, pace, unseen

LAWS = {
    "hours": lambda age: -np.expm1(-((age / (8 * 3_600)) ** 0.8)),
    "weeks": lambda age: -np.expm1(-((age / (7 * DAY)) ** 0.6)),
    "hyperbola": lambda age: age / (age + 3 * DAY),
}


def _pairs(law: str, count: int = 3_000) -> tuple[Floats, Floats, Floats, Floats]:
    rng = np.random.default_rng(5)
    age_0 = np.exp(rng.uniform(np.log(1_800), np.log(25 * DAY), count))
    age_1, size = age_0 * rng.uniform(1.05, 3.0, count), rng.lognormal(10, 1, count)
    return age_0, np.floor(size * LAWS[law](age_0)), age_1, np.floor(size * LAWS[law](age_1))


@pytest.mark.parametrize("law", LAWS)
def test_the_curve_is_that_of_the_posts(law: str) -> None:
    growth = learn(*_pairs(law))
    age, later = np.array([3_600.0, 6 * 3_600.0, DAY, 4 * DAY]), np.array([2 * 3_600.0, 12 * 3_600.0, 2 * DAY, 8 * DAY])
    gained, _ = unseen(growth, age, 10_000 * LAWS[law](age), later, np.ones(4))
    assert gained == pytest.approx(10_000 * (LAWS[law](later) - LAWS[law](age)), rel=0.12, abs=60)


def test_without_readings_there_is_a_guess_that_slows_down() -> None:
    growth = learn(*(np.zeros(0) for _ in range(4)))
    _, speed = unseen(growth, *(np.array([3_600.0, DAY, 9 * DAY]), np.full(3, 1_000.0), np.array([3_600.0, DAY, 9 * DAY])), np.ones(3))
    assert (np.diff(speed) < 0).all()
    assert (speed > 0).all()


def test_a_few_posts_move_the_curve_a_little_and_many_all_the_way() -> None:
    age = np.array([DAY])
    few, many = (learn(*(column[:count] for column in _pairs("hours"))).steepness(age)[0] for count in (3, 3_000))
    guess = learn(*(np.zeros(0) for _ in range(4))).steepness(age)[0]
    assert guess > few > many


def _pace(growth: Growth, hours: float, then: float, now: float) -> float:
    return float(pace(growth, np.array([5 * DAY]), np.array([then]), np.array([5 * DAY + hours * 3_600]), np.array([now]))[0])


def test_a_jump_raises_the_pace_and_a_standstill_lowers_it() -> None:
    growth = learn(*_pairs("hours"))
    assert _pace(growth, 12, 10_000, 16_000) > 20
    growth = learn(*_pairs("weeks"))
    assert _pace(growth, 12, 10_000, 10_000) < 0.5
    assert 0.9 < _pace(growth, 0.01, 100, 100) <= 1.0, "a minute without views says next to nothing"


def test_one_reading_says_nothing_about_the_pace() -> None:
    growth = learn(*_pairs("weeks"))
    assert pace(growth, np.array([np.nan]), np.array([np.nan]), np.array([DAY]), np.array([500.0])).tolist() == [1.0]


def test_posts_that_differ_much_are_held_to_the_curve_less() -> None:
    age_0, views_0, age_1, views_1 = _pairs("weeks")
    noise = np.random.default_rng(1).gamma(0.5, 2.0, len(views_0))
    assert learn(age_0, views_0, age_1, views_0 + (views_1 - views_0) * noise).doubt < learn(age_0, views_0, age_1, views_1).doubt


def test_views_that_fell_do_not_make_the_future_fall() -> None:
    growth = learn(np.array([DAY]), np.array([500.0]), np.array([2 * DAY]), np.array([400.0]))
    gained, speed = unseen(growth, np.array([2 * DAY]), np.array([400.0]), np.array([3 * DAY]), np.ones(1))
    assert gained[0] >= 0 and speed[0] >= 0
