"""How far each post lies from its creator's own level, on a scale that creators share. It knows nothing of hours.

A creator's level, line over time and usual deviation are fitted with outliers held (Huber), so a post that took off weighs no more than one
that did well. What a post says of an effect, its score, and how surely, its precision, follow; creators with steady views say more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hexameter.insights.growth import Flags, Places, Reals

FEWEST_OWN = 5  # posts of a creator, to have a level of its own
_HELD = 1.5  # usual deviations at which a post is held
_STEADY = 10.0  # a creator's line over time is held back as if so many posts said there is none
_SHARED = 5.0  # a creator's deviation leans on everybody's as if so many posts were everybody's
_LEAST = 0.05  # log; views do not repeat more exactly than this


@dataclass(frozen=True)
class Posted:
    """Posts as the map sees them: hour of the local week, creator (0..), time in days, log1p views at one age; NaN: not known."""

    cell: Places
    creator: Places
    day: Reals
    level: Reals


@dataclass(frozen=True)
class Scores:
    """Of each kept post: hour of the week, creator (0.. without gaps), score and precision of a shift of its log views."""

    cell: Places
    owner: Places
    score: Reals
    precision: Reals


def kept_of(posted: Posted) -> Flags:
    """Posts with a level, of creators with enough of them."""
    known = ~np.isnan(posted.level)
    own = np.bincount(posted.creator[known], minlength=posted.creator.max(initial=0) + 1)
    return np.asarray(known & (own[posted.creator] >= FEWEST_OWN))


def scores_of(posted: Posted, kept: Flags, shift: Reals | float = 0.0) -> Scores:
    """Scores of the kept posts, each creator's summing to nothing.

    In      shift  log views taken off each post first (an effect already found)
    Source  one-step M-estimation: Huber 1981, section 6.3
    Example two creators alike but for views a hundred times higher -> the same scores
    """
    _, owner = np.unique(posted.creator[kept], return_inverse=True)
    size = np.bincount(owner).astype(np.float64)
    level, day = (posted.level - shift)[kept], posted.day[kept]
    day = day - (np.bincount(owner, day) / size)[owner]
    spread = np.bincount(owner, day * day) * (1 + _STEADY / size)
    middle = level - medians(level, owner)[owner]
    line = np.zeros(len(size))
    for _ in range(3):  # the hold depends on the fit, the fit on the hold; three rounds settle it
        limit = _HELD * 1.4826 * medians(np.abs(middle), owner)[owner]
        held = np.clip(middle, -limit, limit)
        line = np.bincount(owner, day * (held + line[owner] * day)) / np.maximum(spread, 1e-12)
        middle = level - medians(level, owner)[owner] - line[owner] * day
        middle = middle - (np.bincount(owner, np.clip(middle, -limit, limit)) / size)[owner]
    limit = _HELD * 1.4826 * medians(np.abs(middle), owner)[owner]
    held = np.clip(middle, -limit, limit)
    held = held - (np.bincount(owner, held) / size)[owner]
    free = np.maximum(np.bincount(owner, np.abs(middle) < limit) / size, 0.5)  # how much of a shift the hold lets through
    variance = np.bincount(owner, held * held)
    variance = (variance + _SHARED * variance.sum() / max(float(size.sum() - len(size)), 1.0)) / (size - 1 + _SHARED)
    variance = np.maximum(variance, _LEAST**2)
    return Scores(posted.cell[kept], owner, held * (free / variance)[owner], (free**2 / variance)[owner])


def medians(values: Reals, owner: Places) -> Reals:
    """The median of each owner's values; owners are 0.. without gaps.

    Example values 1, 5 of one owner and 2, 4 of another -> 3 and 3
    """
    size = np.bincount(owner)
    ordered = values[np.lexsort((values, owner))]
    start = np.concatenate(([0], np.cumsum(size)[:-1]))
    return np.asarray((ordered[start + (size - 1) // 2] + ordered[start + size // 2]) / 2)
