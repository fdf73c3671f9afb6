"""Statistics of a KPI's values in numpy: means that do not depend on order, bootstrap intervals. It queries nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from hexameter.kpis.arrays import Reals

DRAWS = 2_000
SEED = 20250701
NORMAL_ABOVE = 5_000
FEWEST_FOR_INTERVAL = 3
_PAIRS_AT_ONCE = 4_000_000
_DRAWS_KEPT_TO = 500


def mean(values: Reals) -> float | None:
    """The mean, exact before its last rounding, so the order of rows never shows.

    Example mean([8.3, 6.4]) -> 7.35
    """
    return math.fsum(values) / len(values) if len(values) else None


def median(values: Reals) -> float | None:
    """The median; between two middle values, their mean."""
    return float(np.median(values)) if len(values) else None


def quantile(values: Reals, share: float) -> float | None:
    """A quantile by linear interpolation (type 7)."""
    return float(np.quantile(values, share)) if len(values) else None


def interval_of_mean(values: Reals) -> tuple[float | None, float | None]:
    """95 % interval of the mean over posts.

    Percentile bootstrap, 2,000 draws, fixed seed, values sorted first; above 5,000 values mean ± 1.96 s/√n.

    Null    fewer than 3 values
    """
    n = len(values)
    if n < FEWEST_FOR_INTERVAL:
        return None, None
    ordered = np.sort(values)
    if n > NORMAL_ABOVE:
        middle, half = math.fsum(ordered) / n, 1.96 * float(np.std(ordered, ddof=1)) / math.sqrt(n)
        return middle - half, middle + half
    means = np.concatenate([counts @ ordered / n for counts in _draws(n)])
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


@lru_cache(maxsize=16)
def _small_draws(n: int) -> tuple[npt.NDArray[np.uint8], ...]:
    return tuple(counts.astype(np.uint8) for counts in _drawn(n))


@lru_cache(maxsize=4)
def _ready_draws(n: int) -> tuple[Reals, ...]:
    return tuple(counts.astype(np.float64) for counts in _small_draws(n))


def _draws(n: int) -> Iterable[Reals] | Iterable[npt.NDArray[np.int64]]:
    # the same seed draws the same posts for the same n, so the draws of everyday sizes are kept: at most 1 MB each,
    # and 8 MB each for the last few, as the reals they are multiplied as
    return _ready_draws(n) if n <= _DRAWS_KEPT_TO else _drawn(n)


def _drawn(n: int) -> Iterator[npt.NDArray[np.int64]]:
    """How often each of n posts comes in each draw."""
    generator = np.random.default_rng(SEED)
    at_once = max(1, _PAIRS_AT_ONCE // n)
    for done in range(0, DRAWS, at_once):
        draws = min(at_once, DRAWS - done)
        posts = generator.integers(0, n, (draws, n)) + n * np.arange(draws)[:, None]
        yield np.bincount(posts.ravel(), minlength=draws * n).reshape(draws, n)
