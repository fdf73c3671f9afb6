"""Simulated posts with a week of their own: creators with habits, a level and a trend; and, if wanted, a window that gets more views."""

from __future__ import annotations

import numpy as np

from hexameter.insights.own_level import Posted, kept_of, scores_of

WINDOW = (42, 43, 44, 66, 67, 68, 90, 91, 92)  # Tuesday to Thursday, 18 to 21


def week(seed: int, posts: int, creators: int = 20, gain: float = 0.0, sd: float = 0.6, window: tuple[int, ...] = WINDOW) -> Posted:
    """Posts at hours each creator prefers, log views with a level and a trend of the creator's, `gain` (share) more in the window."""
    chance = np.random.default_rng(seed)
    creator = np.sort(chance.integers(0, creators, posts))
    favourite = chance.integers(0, 24, creators)
    hour = (favourite[creator] + np.rint(chance.normal(0, 5, posts)).astype(int)) % 24
    cell = chance.integers(0, 7, posts) * 24 + hour
    day = chance.uniform(0, 365, posts)
    level = chance.normal(9, 1.5, creators)[creator] + chance.normal(0, 0.5, creators)[creator] * day / 365
    # a fat upper tail: one post in twenty takes off
    level = level + chance.normal(0, sd, posts) + np.where(chance.random(posts) < 0.05, chance.exponential(1.5, posts), 0)
    return Posted(cell, creator, day, level + np.log1p(gain) * np.isin(cell, window))


def gain_of(posted: Posted, effect: np.ndarray, cells: list[int]) -> float:
    """What a window truly gains, in percent: its posts' planted log views less those of the same creators' posts outside it."""
    kept = kept_of(posted)
    scores = scores_of(posted, kept)
    inside, weight, owner = np.isin(posted.cell[kept], cells).astype(float), scores.precision, scores.owner
    inside -= (np.bincount(owner, weight * inside) / np.bincount(owner, weight))[owner]
    return float(100 * np.expm1((weight * inside) @ effect[kept] / ((weight * inside) @ inside)))
