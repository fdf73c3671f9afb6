"""Statistics against slower, plainer computations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexameter.kpis.statistics import interval_of_mean, mean, theil_sen


def plain_theil_sen(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.median([(y[j] - y[i]) / (x[j] - x[i]) for i in range(len(x)) for j in range(i + 1, len(x))]))


@given(st.lists(st.floats(-20, 20), min_size=5, max_size=30))
def test_theil_sen_is_the_median_of_all_slopes(values: list[float]) -> None:
    x, y = np.arange(len(values), dtype=float), np.array(values)
    assert theil_sen(x, y) == pytest.approx(plain_theil_sen(x, y), rel=1e-12, abs=1e-12)


def test_theil_sen_of_many_is_exact() -> None:
    generator = np.random.default_rng(1)
    x = np.sort(generator.choice(10_000, 2_500, replace=False)).astype(float)
    y = np.round(generator.normal(size=2_500), 1) + x / 1000
    i, j = np.triu_indices(len(x), 1)
    assert theil_sen(x, y) == pytest.approx(float(np.median((y[j] - y[i]) / (x[j] - x[i]))), rel=1e-12)


def test_theil_sen_of_equal_values() -> None:
    assert theil_sen(np.arange(3_000.0), np.zeros(3_000)) == 0.0


def test_too_few() -> None:
    assert theil_sen(np.arange(4.0), np.arange(4.0)) is None
    assert interval_of_mean(np.array([1.0, 2.0])) == (None, None)
    assert mean(np.array([])) is None


@given(st.permutations([0.1, 0.2, 0.3, 1e16, -1e16, 7.35]))
def test_order_never_shows(values: list[float]) -> None:
    shuffled, ordered = np.array(values), np.sort(np.array(values))
    assert mean(shuffled) == mean(ordered)
    assert interval_of_mean(shuffled) == interval_of_mean(ordered)


def test_interval_covers_the_mean() -> None:
    values = np.random.default_rng(2).lognormal(size=400)
    low, high = interval_of_mean(values)
    assert low is not None and high is not None
    half = 1.96 * values.std(ddof=1) / 20
    assert low == pytest.approx(values.mean() - half, abs=half / 4)
    assert high == pytest.approx(values.mean() + half, abs=half / 4)


def test_many_values_take_the_normal_interval() -> None:
    values = np.arange(5_001.0)
    half = 1.96 * values.std(ddof=1) / np.sqrt(5_001)
    assert interval_of_mean(values) == (pytest.approx(2500 - half), pytest.approx(2500 + half))
