"""Views of a post on day 30 from what it has now, and how far it lies above its creator's own level. It explains no cause.

Method: growth profile (Szabo and Huberman 2010) with empirical intervals: the median and the middle 80 percent of how posts like it, of
other creators too, went on from that age.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hexameter.insights.growth import AGES, Places, Reals

METHOD, VERSION = "growth_profile", "1"
COVERAGE = 0.8
FEWEST_LIKE_IT = 30  # posts that were read at both ages, to know how far a forecast errs
FEWEST_OWN = 5  # other posts of the creator at the age, for a baseline
_ALIKE = 200  # posts nearest in views, when there are more


def forecast(matrix: Reals, now: Places, target: int = len(AGES) - 1) -> dict[str, Reals]:
    """Views of each post at an age, from its level at an earlier one.

    In      matrix  growth.matrix_of: of the posts themselves and all that went before them
            now     place in AGES of the newest level of each post; -1: none
            target  place in AGES of the age forecast
    Out     views, low, high (80 percent), n: how many posts it rests on; of a post already that old, its own views
    Null    NaN: fewer than 30 posts were read at both ages, or no level
    Source  METHODS.md 3.1
    Example 1,000 views on day 1, and posts like it came to 1.5 to 4 times as many, half above 2.2 -> 2,200 (1,500 to 4,000)
    """
    out = {name: np.full(len(matrix), np.nan) for name in ("views", "low", "high")} | {"n": np.zeros(len(matrix))}
    for age in np.unique(now[now >= 0]):  # at most one turn an age
        rows = np.flatnonzero(now == age)
        if age >= target:
            for name in ("views", "low", "high"):
                out[name][rows] = np.expm1(matrix[rows, age])
            continue
        past = np.flatnonzero(~np.isnan(matrix[:, age]) & ~np.isnan(matrix[:, target]))
        if len(past) >= FEWEST_LIKE_IT:
            _fill(out, rows, matrix[rows, age], (matrix[past, age], matrix[past, target] - matrix[past, age]))
    return out


def _fill(out: dict[str, Reals], rows: Places, level: Reals, past: tuple[Reals, Reals]) -> None:
    order = np.argsort(past[0], kind="stable")
    start, grown = past[0][order], past[1][order]
    size = min(_ALIKE, len(grown))
    first = np.clip(np.searchsorted(start, level) - size // 2, 0, len(grown) - size)
    alike = np.sort(grown[first[:, None] + np.arange(size)], axis=1)
    # order statistics of n + 1 exchangeable posts: the next one falls between them as often as said
    low, high = ((size + 1) * share - 1 for share in ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2))
    for name, place in (("low", low), ("views", (size - 1) / 2), ("high", high)):
        below = int(np.clip(np.floor(place), 0, size - 1))
        above, share = min(below + 1, size - 1), np.clip(place - below, 0, 1)
        # counters never fall, so no forecast lies below what is there
        out[name][rows] = np.expm1(level + np.maximum(alike[:, below] * (1 - share) + alike[:, above] * share, 0))
    out["n"][rows] = size


def newest_age(matrix: Reals) -> Places:
    """Place in AGES of each post's oldest known level; -1: none."""
    known = ~np.isnan(matrix)
    last = known.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return np.asarray(np.where(known.any(axis=1), last, -1), np.int64)


def lift(matrix: Reals, creator: Places, at: Places, confidence: float = 0.9) -> dict[str, Any]:
    """How many times its creator's own level each post is, at the same age, with a lower bound.

    The level is the median of the creator's other posts at that age. Its error and how much one creator's posts scatter (pooled over all
    creators, so that few posts of one do not seem exact) make the bound: a post that is only as good as chance makes one in ten falls to 1.

    In      at       place in AGES where each post is compared; -1: not at all
            confidence  one-sided
    Out     lift, low (times), n: other posts of the creator at that age
    Null    NaN: fewer than 5 of them
    Example 30,000 views on day 7, the creator's twelve other posts had a median of 10,000 then, scatter 0.6 -> lift 3.0, low 1.36
    """
    from scipy.stats import norm

    out = {name: np.full(len(matrix), np.nan) for name in ("lift", "low")} | {"n": np.zeros(len(matrix))}
    for age in np.unique(at[at >= 0]):
        level = matrix[:, age]
        middle, n = _others(level, creator)
        off = level - middle
        enough = (n >= FEWEST_OWN) & ~np.isnan(off)
        scatter = 1.4826 * float(np.median(np.abs(off[enough]))) if enough.any() else np.nan
        rows = np.flatnonzero((at == age) & enough)
        error = scatter * np.sqrt(1 + 1.57 / np.maximum(n, 1))  # 1.57: variance of a median over that of a mean
        out["n"][at == age] = n[at == age]
        out["lift"][rows] = np.exp(off[rows])
        out["low"][rows] = np.exp(off[rows] - norm.ppf(confidence) * error[rows])
    return out


def _others(level: Reals, creator: Places) -> tuple[Reals, Reals]:
    """Median and number of the other known levels of each post's creator."""
    middle, n = np.full(len(level), np.nan), np.zeros(len(level))
    known = np.flatnonzero(~np.isnan(level))
    known = known[np.lexsort((level[known], creator[known]))]
    starts = np.flatnonzero(np.diff(creator[known], prepend=-1))
    for start, end in zip(starts, np.append(starts[1:], len(known)), strict=True):
        rows, size = known[start:end], end - start
        n[rows] = size - 1
        if size > 1:
            middle[rows] = _medians_without(level[rows])
    return middle, n


def _medians_without(ordered: Reals) -> Reals:
    """Of sorted values, the median without each one of them."""
    size, place = len(ordered), np.arange(len(ordered))
    low, high = (size - 2) // 2, (size - 1) // 2
    return np.asarray((ordered[low + (place <= low)] + ordered[high + (place <= high)]) / 2)
