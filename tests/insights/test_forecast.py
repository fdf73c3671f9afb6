"""Growth, forecast and lift on simulated posts whose truth is known."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from hexameter.insights.forecast import forecast, lift, newest_age
from hexameter.insights.growth import AGES, Reals, comparable, curves_of, levels_at, matrix_of, profile_of

HOUR = 3_600_000_000


def grown(seed: int, posts: int, creators: int = 20, noise: float = 0.25) -> tuple[Reals, np.ndarray]:
    """log1p views at AGES: saturating growth with a pace and an end of each post's own."""
    chance = np.random.default_rng(seed)
    creator = chance.integers(0, creators, posts)
    end = chance.normal(9, 1, creators)[creator] + chance.normal(0, 0.7, posts)
    pace = np.exp(chance.normal(np.log(0.02), noise, posts))
    share = 1 - np.exp(-pace[:, None] * AGES)
    return np.log1p(np.floor(np.exp(end)[:, None] * share)), creator


def readings(rows: list[tuple[str, float, int | None]]) -> pa.Table:
    ids, hours, views = zip(*rows, strict=True)
    return pa.table(
        {"post_id": ids, "captured_at": pa.array([int(h * HOUR) for h in hours], pa.int64()), "views": pa.array(views, pa.int64())}
    )


def test_a_level_lies_between_two_readings_and_nowhere_else() -> None:
    rows = [("a", 12, 100), ("a", 48, 900), ("b", 24.5, 300), ("c", 2, 50), ("c", 400, 70_000), ("d", 24, None)]
    level = levels_at(curves_of(pa.array(["a", "b", "c", "d"]), np.zeros(4, np.int64), readings(rows)), 4, 24.0)
    assert level[0] == pytest.approx((np.log1p(100) + np.log1p(900)) / 2)  # 24 h is half-way in log age
    assert level[1] == pytest.approx(np.log1p(300))
    assert np.isnan(level[2:]).all()


def test_a_young_post_is_compared_at_its_own_age() -> None:
    full, _ = grown(1, 200)
    rows = [
        (f"p{p}", float(age), int(np.rint(np.expm1(full[p, at]))))
        for p in range(200)
        for at, age in enumerate(AGES)
        if p >= 50 or age <= 48
    ]
    curves = curves_of(pa.array([f"p{p}" for p in range(200)]), np.zeros(200, np.int64), readings(rows))
    matrix = matrix_of(curves, 200)
    carried = comparable(curves, 200, profile_of(matrix), 168.0)
    truth = full[:50, int(np.flatnonzero(AGES == 168)[0])]
    assert np.isnan(matrix[:50, -1]).all() and abs(np.median(carried[:50] - truth)) < 0.15


@pytest.mark.parametrize("age", [24.0, 72.0])
def test_eighty_percent_intervals_hold_eighty_percent(age: float) -> None:
    held = []
    for seed in range(12):
        full, _ = grown(seed, 700)
        seen, now = full.copy(), np.full(700, int(np.flatnonzero(age == AGES)[0]))
        seen[500:, now[0] + 1 :] = np.nan  # the last 200 are young
        said, truth = forecast(seen, now), np.expm1(full[:, -1])
        inside = (said["low"] <= truth) & (truth <= said["high"])
        held.append(inside[500:].mean())
    assert 0.77 <= np.mean(held) <= 0.83


def test_a_forecast_is_exact_when_all_posts_grow_alike() -> None:
    full, _ = grown(3, 300, noise=0.0)
    seen = full.copy()
    seen[200:, 5:] = np.nan
    said = forecast(seen, newest_age(seen))
    assert np.median(np.abs(said["views"][200:] / np.expm1(full[200:, -1]) - 1)) < 0.01


def test_no_forecast_without_posts_like_it() -> None:
    full, _ = grown(4, 20)
    assert np.isnan(forecast(full, np.full(20, 2))["views"]).all()


def test_lift_is_against_the_creators_other_posts() -> None:
    matrix = np.full((13, len(AGES)), np.nan)
    spread = np.exp(np.linspace(-0.6, 0.6, 12)) * 10_000
    matrix[:12, 8], matrix[12, 8] = np.log1p(spread), np.log1p(30_000)
    found = lift(matrix, np.zeros(13, np.int64), np.full(13, 8))
    assert found["lift"][12] == pytest.approx(3.0, rel=1e-3) and 1 < found["low"][12] < 2 and found["n"][12] == 12


def test_chance_passes_the_lower_bound_one_time_in_ten() -> None:
    full, creator = grown(5, 4000)
    found = lift(full, creator, np.full(4000, 8))
    assert 0.07 <= np.mean(found["low"] > 1) <= 0.13


def test_few_posts_of_a_creator_give_no_lift() -> None:
    full, _ = grown(6, 30)
    assert np.isnan(lift(full, np.arange(30) // 4, np.full(30, 8))["lift"]).all()
