"""Statistics against slower, plainer computations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexameter.kpis.statistics import interval_of_mean, mean


def test_too_few() -> None:
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
