"""The median of all slopes against looking at every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.kpis.slopes import theil_sen


def plain_theil_sen(x: np.ndarray, y: np.ndarray) -> float:
    i, j = np.triu_indices(len(x), 1)
    return float(np.median((y[j] - y[i]) / (x[j] - x[i])))


def many(draw: np.random.Generator, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """More points than are compared pair by pair."""
    n = int(draw.integers(1_100, 1_600))
    x = np.sort(draw.choice(4 * n, n, replace=False)).astype(float)
    return x, {
        "noise": draw.normal(size=n),
        "views": np.log1p(np.floor(draw.lognormal(8, 2, n))),
        "most never seen": np.log1p(np.where(draw.random(n) < 0.8, 0, draw.integers(0, 1_000, n)).astype(float)),
        "few values": draw.integers(0, 4, n).astype(float),
        "rising": 0.001 * x + np.round(draw.normal(size=n), 1),
        "falling": -3 * x + draw.normal(size=n),
        "half on a line": np.where(draw.random(n) < 0.5, 0.125 * x, draw.normal(size=n)),
    }[kind]


@given(st.lists(st.floats(-20, 20), min_size=5, max_size=30))
def test_of_few_points(values: list[float]) -> None:
    x, y = np.arange(len(values), dtype=float), np.array(values)
    assert theil_sen(x, y) == pytest.approx(plain_theil_sen(x, y), rel=1e-12, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(["noise", "views", "most never seen", "few values", "rising", "falling", "half on a line"]),
)
def test_of_many_points_is_the_same_to_the_last_bit(seed: int, kind: str) -> None:
    x, y = many(np.random.default_rng(seed), kind)
    assert theil_sen(x, y) == plain_theil_sen(x, y)


def test_of_points_on_one_line() -> None:
    x = np.arange(1_100.0)
    assert theil_sen(x, 0.5 * x) == 0.5


def test_of_equal_values() -> None:
    assert theil_sen(np.arange(100_000.0), np.zeros(100_000)) == 0.0


def test_too_few() -> None:
    assert theil_sen(np.arange(4.0), np.arange(4.0)) is None
