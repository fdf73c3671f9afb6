"""The median of the slopes between all pairs of points, exact, in about n log n steps and bounded memory. It knows no KPI.

Lines y - s·x keep the order of two points at a slope s below theirs and exchange it at one above. So the pairs with a slope below s are
counted like the exchanges of a merge sort, and those between two slopes are listed the same way, without looking at any other pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hexameter.kpis.arrays import Places, Reals

FEWEST = 5
_DIRECT_PAIRS = 500_000
_LISTED_AT_MOST = 4_000_000
_SAMPLE = 200_000
_SEED = 20250701
_ROUNDS = 12


def theil_sen(x: Reals, y: Reals) -> float | None:
    """The median of the slopes between all pairs of points, exact.

    In      x  ascending, no two equal
    Null    fewer than 5 points
    Example x = 0..4, y = 0..4 -> 1.0
    """
    n = len(x)
    if n < FEWEST:
        return None
    pairs = n * (n - 1) // 2
    middle = ((pairs - 1) // 2, pairs // 2)
    if pairs <= _DIRECT_PAIRS:
        slopes = np.concatenate(list(_by_distance(x, y)))
        return float(np.partition(slopes, middle)[list(middle)].mean())
    found = {rank: _at_rank(x, y, rank) for rank in middle}
    return float(np.mean([found[rank] for rank in middle]))


def _by_distance(x: Reals, y: Reals) -> Iterator[Reals]:
    for gap in range(1, len(x)):
        yield (y[gap:] - y[:-gap]) / (x[gap:] - x[:-gap])


def _at_rank(x: Reals, y: Reals, rank: int) -> float:
    """The slope at a place in the order of all; narrowed by samples until the pairs left are few enough to list."""
    falling = _exchanges(_ranked(y))
    level = _exchanges(_ranked(y, equal_exchange=True)) - falling
    if falling <= rank < falling + level:
        return 0.0  # posts of equal views are many: their pairs are counted, never listed
    least, most = (-np.inf, 0.0) if rank < falling else (0.0, np.inf)
    generator = np.random.default_rng(_SEED)
    i, j = generator.integers(0, len(x), (2, _SAMPLE))
    apart = i != j
    sample, share = _slopes(x, y, i[apart], j[apart]), rank / (len(x) * (len(x) - 1) / 2)
    margin = 0.01
    for _ in range(_ROUNDS):
        low, high = np.quantile(sample, (max(0.0, share - margin), min(1.0, share + margin)))
        strip = _Strip.between(x, y, max(low, least), min(high, most)) if max(low, least) < min(high, most) else None
        if strip is None or not strip.below <= rank < strip.below + strip.pairs:
            margin *= 4
            continue
        place = rank - strip.below
        if strip.pairs <= _LISTED_AT_MOST:
            value = float(np.partition(strip.slopes(x, y, np.arange(strip.pairs)), place)[place])
            if strip.low <= value <= strip.high:
                return value
            margin *= 4
            continue
        sample = strip.slopes(x, y, np.sort(generator.integers(0, strip.pairs, _SAMPLE)))
        share, margin = place / strip.pairs, 0.01
    return _by_halving(x, y, rank)


@dataclass(frozen=True)
class _Strip:
    """The pairs with a slope between low and high, and a little beyond: how many lie below, and which they are."""

    low: float
    high: float
    below: int
    pairs: int
    order: Places
    ranks: Places

    @classmethod
    def between(cls, x: Reals, y: Reals, low: float, high: float) -> _Strip:
        # wider than the rounding of y - s·x, so that no pair in between is taken for one outside; at 0 nothing is rounded
        size = 2 * float(np.abs(y).max()) + 2 * max(abs(low), abs(high)) * float(np.abs(x).max())
        wider = 32 * float(np.finfo(np.float64).eps) * size / float(np.diff(x).min())
        at_low = y if low == 0 else y - (low - wider) * x
        at_high = y if high == 0 else y - (high + wider) * x
        before = _ranked(at_low, equal_exchange=low == 0)
        order = np.empty_like(before)
        order[before] = np.arange(len(before))
        ranks = _ranked(at_high[order])
        return cls(low, high, _exchanges(before), _exchanges(ranks), order, ranks)

    def slopes(self, x: Reals, y: Reals, which: Places) -> Reals:
        """The slopes of some of the pairs, by ascending number."""
        done, found = 0, []
        for merge in _merges(self.ranks):
            until = np.cumsum(merge.counts)
            total = int(until[-1]) if len(until) else 0
            first, last = np.searchsorted(which, (done, done + total))
            mine = which[first:last] - done
            row = np.searchsorted(until, mine, side="right")
            left = merge.lefts[merge.first[row] + mine - (until[row] - merge.counts[row])]
            found.append(_slopes(x, y, self.order[left], self.order[merge.rights[row]]))
            done += total
        return np.concatenate(found)


@dataclass(frozen=True)
class _Merge:
    """One round of a merge sort: of each row of a right half, the rows of its left half that come after it in order.

    They are `lefts[first : first + count]`.
    """

    rights: Places
    lefts: Places
    first: Places
    counts: Places


def _merges(ranks: Places) -> Iterator[_Merge]:
    in_order = np.empty_like(ranks)
    in_order[ranks] = np.arange(len(ranks))
    for bit in range(max(len(ranks) - 1, 1).bit_length()):
        rows = in_order[np.argsort(in_order >> (bit + 1), kind="stable")]
        right = (rows >> bit) & 1 == 1
        lefts_so_far = np.cumsum(~right)
        block = rows >> (bit + 1)
        ends = np.append(np.flatnonzero(block[1:] != block[:-1]), len(rows) - 1)
        lefts_in_all = lefts_so_far[ends][block]
        first = lefts_so_far[right]
        yield _Merge(rows[right], rows[~right], first, lefts_in_all[right] - first)


def _exchanges(ranks: Places) -> int:
    return sum(int(merge.counts.sum()) for merge in _merges(ranks))


def _ranked(values: Reals, equal_exchange: bool = False) -> Places:
    """The place of each value in ascending order; of equal ones the first comes first, or last."""
    n = len(values)
    order = n - 1 - np.argsort(values[::-1], kind="stable") if equal_exchange else np.argsort(values, kind="stable")
    ranks: npt.NDArray[np.int64] = np.empty(n, np.int64)
    ranks[order] = np.arange(n)
    return ranks


def _slopes(x: Reals, y: Reals, i: Places, j: Places) -> Reals:
    return (y[j] - y[i]) / (x[j] - x[i])


def _by_halving(x: Reals, y: Reals, rank: int) -> float:
    """For points most of which lie on one line, whose pairs no strip tells apart: halves the range of floats, looking at every pair."""
    low, high = -np.inf, np.inf
    while True:
        inside = [part[(part >= low) & (part <= high)] for part in _by_distance(x, y)]
        values = np.unique(np.concatenate([part[:1] for part in inside if len(part)]))
        guess = float(values[len(values) // 2])
        below = sum(int(np.count_nonzero(part < guess)) for part in _by_distance(x, y))
        equal = sum(int(np.count_nonzero(part == guess)) for part in _by_distance(x, y))
        if below <= rank < below + equal:
            return guess
        low, high = (low, float(np.nextafter(guess, -np.inf))) if rank < below else (float(np.nextafter(guess, np.inf)), high)
