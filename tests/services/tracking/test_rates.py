"""The price of a request: published tables of optimal refreshing come out of the same search, and the square-root rule."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from hexameter.services.tracking.columns import Floats
from hexameter.services.tracking.rates import Spending, interval, price

CHANGES = np.arange(1.0, 6.0)
ONE_BUCKET = Spending(5, np.arange(5), np.zeros(5, np.int64))


def _split(rate: partial[Floats], budget: float) -> Floats:
    found = price(rate, ONE_BUCKET, np.array([budget]))
    rates: Floats = rate(np.full(5, found[0]))
    return rates


def _freshest(prices: Floats) -> Floats:
    """Cho & Garcia-Molina: (1 - exp(-r) (1 + r)) / change = price with r = change / rate; nothing for what changes too fast."""
    low, high = np.zeros(5), np.full(5, 60.0)
    for _ in range(80):
        r = (low + high) / 2
        less = (1 - np.exp(-r) * (1 + r)) / CHANGES < prices
        low, high = np.where(less, r, low), np.where(less, high, r)
    return np.where(prices >= 1 / CHANGES, 0.0, CHANGES / np.maximum(low, 1e-12))


def _poisson(prices: Floats) -> Floats:
    """Azar et al.: readings at random moments, equal weights."""
    return np.maximum(0.0, np.sqrt(CHANGES / prices) - CHANGES)


def test_cho_and_garcia_molinas_table() -> None:
    rates = _split(partial(_freshest), 5.0)
    assert rates == pytest.approx([1.15, 1.36, 1.35, 1.14, 0.00], abs=0.006)
    fresh = np.mean([f / c * -np.expm1(-c / f) if f else 0.0 for f, c in zip(rates, CHANGES, strict=True)])
    assert fresh == pytest.approx(0.3739, abs=1e-4)


def test_azar_and_others_table() -> None:
    rates = _split(partial(_poisson), 5.0)
    assert rates == pytest.approx([1.386, 1.374, 1.133, 0.772, 0.335], abs=0.001)
    assert np.mean(rates / (rates + CHANGES)) == pytest.approx(0.2974, abs=1e-4)


def test_rates_go_with_the_square_root_of_growth() -> None:
    growth = 10.0 ** np.arange(5)
    rates = _split(partial(lambda g, p: 1 / interval(p, g, 0 * g), growth), 5.0)
    assert rates == pytest.approx(5 * np.sqrt(growth) / np.sqrt(growth).sum(), rel=1e-6)

    def cost(rates: Floats) -> float:
        return float(np.sum(growth / (2 * rates)))

    assert (cost(rates), cost(np.ones(5)), cost(5 * growth / growth.sum())) == pytest.approx((2_125, 5_556, 5_556), rel=1e-3)


@pytest.mark.parametrize(("growth", "found"), [(3.0, 0.0), (0.0, 0.02), (3.0, 0.02)])
def test_after_the_interval_a_request_has_gained_its_price(growth: float, found: float) -> None:
    t = interval(np.array([5e4]), np.array([growth]), np.array([found]))[0]
    assert growth * t**2 / 2 + found * t**3 / 3 == pytest.approx(5e4, rel=1e-6)


def test_what_does_not_grow_is_never_read() -> None:
    assert interval(np.array([5.0]), np.zeros(1), np.zeros(1)).tolist() == [np.inf]


def test_each_bucket_has_its_own_price_and_the_dearest_counts() -> None:
    both = Spending(2, np.array([0, 1, 1]), np.array([0, 0, 1]))
    growth = np.array([100.0, 100.0])
    rate = partial(lambda g, p: 1 / interval(p, g, 0 * g), growth)
    prices = price(rate, both, np.array([5.0, 1.0]))
    rates = rate(both.dearest(prices))
    assert both.asked(rates, 2) == pytest.approx([5.0, 1.0], rel=1e-4)
    assert prices[1] > prices[0]


def test_a_bucket_that_cannot_pay_what_is_insisted_on_says_so() -> None:
    insisting = Spending(1, np.zeros(1, np.int64), np.zeros(1, np.int64))
    assert np.isinf(price(lambda p: np.ones(1), insisting, np.array([0.5]))).all()
