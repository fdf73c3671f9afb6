"""What creators can be expected to bring, against numbers worked by hand, and ways of spending against each other."""

from __future__ import annotations

from math import exp, expm1, log, log1p, sqrt

import numpy as np
import pytest

from hexameter.insights.back_test import scored
from hexameter.insights.expected import per_deal
from hexameter.insights.portfolio import Offer

FOUR = np.log(np.array([0.5, 0.5, 2, 2]))  # four posts, each twice or half the creator's level


def test_each_creator_leans_a_twelfth_towards_the_middle() -> None:
    """Squared log 2 is the unit: scatter 12 / 9, between (32 - 2 * 4/3) / 8 = 11/3, kept (11/3) / (11/3 + 1/3)."""
    level = np.concatenate([np.log(v) + FOUR for v in (1000.0, 4000.0, 16000.0)])
    found = per_deal(level, np.repeat(np.arange(3), 4), 3, np.array([1, 1, 3]))
    unit = log(2) ** 2
    error, scatter = unit * (11 / 3 / 12 + 4 / 3 / 144), unit * 4 / 3
    one = [exp(log(4000) + side * 11 / 12 * log(4) + (error + scatter) / 2) - 1 for side in (-1, 0, 1)]
    assert found["expected"] == pytest.approx([one[0], one[1], 3 * one[2]])
    assert found["doubt"][:2] == pytest.approx([sqrt(error + scatter)] * 2)
    assert found["doubt"][2] == pytest.approx(sqrt(log1p(expm1(error) + exp(error) * expm1(scatter) / 3)))
    assert (found["low"] < found["expected"]).all() and (found["expected"] < found["high"]).all() and found["n"].tolist() == [4, 4, 4]


def test_two_posts_say_nothing_and_two_creators_do_not_lean() -> None:
    level = np.concatenate([np.log(1000) + FOUR, np.log(9000) + FOUR, [7.0, np.nan, 7.0]])
    found = per_deal(level, np.array([0] * 4 + [1] * 4 + [2] * 3), 4, np.ones(4, np.int64))
    scatter = log(2) ** 2 * 8 / 6
    assert found["expected"][:2] == pytest.approx([exp(log(v) + scatter * 5 / 8) - 1 for v in (1000, 9000)])
    assert np.isnan(found["expected"][2:]).all() and found["n"].tolist() == [4, 4, 2, 0]


def test_the_interval_holds_eight_of_ten_next_posts() -> None:
    chance = np.random.default_rng(3)
    truth = chance.normal(9, 1, 400)
    creator = np.repeat(np.arange(400), 6)
    found = per_deal(truth[creator] + chance.normal(0, 0.7, 2400), creator, 400, np.ones(400, np.int64))
    came = np.exp(truth + chance.normal(0, 0.7, 400))
    assert 0.75 < ((found["low"] <= came) & (came <= found["high"])).mean() < 0.85
    assert found["expected"].mean() == pytest.approx(came.mean(), rel=0.15)


def test_ways_of_spending_a_hundred() -> None:
    offers = [Offer("a", 60, 10), Offer("b", 50, 6), Offer("c", 50, 6)]
    found = scored(offers, {"a": 10.0, "b": 6.0, "c": 6.0}, {"c": 9, "a": 5}, 100)
    assert found["portfolio"] == {"creators": ["b", "c"], "cost_minor": 100, "came": 12.0}
    assert found["cheapest"]["creators"] == ["a"] and found["followers"]["creators"] == ["c", "b"]
    assert found["random"]["came"] == pytest.approx((10 + 12 * 2) / 3, abs=0.2)
    assert found["hindsight"]["came"] == 12.0
