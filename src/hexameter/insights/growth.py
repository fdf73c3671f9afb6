"""Views of posts at a given age, and how posts of one crowd grow: the level every comparison is made at. It forecasts nothing.

Method "growth profile" (Szabo and Huberman 2010): log views at an age are log views at an earlier one plus a step that posts share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

AGES = np.array([6.0, 12, 24, 36, 48, 72, 96, 120, 144, 168, 216, 264, 336, 432, 528, 624, 720])  # hours; a post of 30 days is settled
NEAR = 0.15  # a reading counts as one at an age up to this far in log age: 20 h to 28 h for a day
_BRIDGED = np.log(4.0)  # two readings farther apart than this in log age say nothing about the time between
_FEWEST_STEPS = 5  # posts read at both ages, to know a step of the profile
_HOUR = 3_600_000_000


@dataclass(frozen=True)
class Curves:
    """Readings of views, each post's together and in order of age: row, age in hours, log1p of views."""

    row: Places
    age: Reals
    level: Reals


@dataclass(frozen=True)
class Profile:
    """How a crowd's posts grow: mean log1p views at AGES relative to the last age; NaN where too few posts tell."""

    level: Reals
    n: int

    def at(self, age: Reals) -> Reals:
        """The profile at any ages, in hours; NaN outside what is known. A post older than the last age has stopped growing."""
        known = np.flatnonzero(~np.isnan(self.level))
        if len(known) == 0:
            return np.full(np.shape(age), np.nan)
        ages = np.log(np.minimum(np.maximum(age, 1e-3), AGES[-1]))
        found = np.interp(ages, np.log(AGES[known]), self.level[known])
        outside = (ages < np.log(AGES[known[0]]) - NEAR) | (ages > np.log(AGES[known[-1]]) + NEAR)
        return np.where(outside | np.isnan(age), np.nan, found)


def curves_of(post_ids: pa.Array, published_at: Places, readings: pa.Table) -> Curves:
    """The growth curves of some posts.

    In      post_ids      one a post, whose place is its row
            published_at  microseconds of UTC, one a post; negative: unknown
            readings      post_id, captured_at (microseconds), views (null = not read)
    Out     rows of posts that are listed, read after publication
    """
    from pyarrow import compute

    where = compute.index_in(readings["post_id"], value_set=pa.array(post_ids))
    kept = compute.and_(compute.is_valid(where), compute.is_valid(readings["views"]))
    readings, where = readings.filter(kept), compute.filter(where, kept)
    row = np.asarray(where.to_numpy(), np.int64)
    at, views = (np.asarray(readings[name].cast(pa.int64()).to_numpy(), np.int64) for name in ("captured_at", "views"))
    published = published_at[row] if len(row) else row
    age = (at - published) / _HOUR
    good = (age > 0) & (published >= 0) & (views >= 0)
    row, age, views = row[good], age[good], views[good]
    order = np.lexsort((age, row))
    return Curves(row[order], age[order], np.log1p(views[order].astype(np.float64)))


def levels_at(curves: Curves, posts: int, age: float) -> Reals:
    """log1p views of each post at an age: between two readings, else at one near it.

    Null    NaN: no reading near that age and none on both sides of it
    """
    wanted = np.log(age)
    logs = np.log(np.maximum(curves.age, 1e-3))
    before, after = np.full(posts, -1), np.full(posts, -1)
    early, late = np.flatnonzero(logs <= wanted), np.flatnonzero(logs >= wanted)[::-1]
    before[curves.row[early]] = early  # the last one wins
    after[curves.row[late]] = late
    out = np.full(posts, np.nan)
    for side in (after, before):  # a reading before the age is preferred when both are near
        there = np.flatnonzero(side >= 0)
        there = there[np.abs(logs[side[there]] - wanted) <= NEAR]
        out[there] = curves.level[side[there]]
    both = np.flatnonzero((before >= 0) & (after >= 0))
    low, high = logs[before[both]], logs[after[both]]
    both, low, high = (part[high - low <= _BRIDGED + 1e-9] for part in (both, low, high))
    share = np.where(high > low, (wanted - low) / np.where(high > low, high - low, 1.0), 0.0)
    out[both] = curves.level[before[both]] * (1 - share) + curves.level[after[both]] * share
    return out


def matrix_of(curves: Curves, posts: int) -> Reals:
    """log1p views of each post (row) at each of AGES (column); NaN where its readings do not tell."""
    return np.column_stack([levels_at(curves, posts, age) for age in AGES])


def profile_of(matrix: Reals) -> Profile:
    """How the posts of a matrix grow, from posts read at both ends of a step: medians, so that one that took off does not bend it."""
    level = np.full(len(AGES), np.nan)
    steps = [_step(matrix[:, at], matrix[:, at + 1]) for at in range(len(AGES) - 1)]
    known = [at for at, step in enumerate(steps) if not np.isnan(step)]
    if known:
        # the longest unbroken run of steps that ends last
        start = known[-1]
        while start - 1 in known:
            start -= 1
        run = np.array(steps[start : known[-1] + 1])
        level[start : known[-1] + 2] = np.concatenate(([0.0], np.cumsum(run))) - run.sum()
    return Profile(level, int(np.sum(np.sum(~np.isnan(matrix), axis=1) >= 2)))


def _step(early: Reals, late: Reals) -> float:
    grown = (late - early)[~np.isnan(early) & ~np.isnan(late)]
    return float(np.median(grown)) if len(grown) >= _FEWEST_STEPS else float("nan")


def level_at(curves: Curves, posts: int, age: float) -> Reals:
    """log1p views of each post at one age in hours, those read at other ages carried along their own crowd's profile: see comparable."""
    return comparable(curves, posts, profile_of(matrix_of(curves, posts)), age)


def comparable(curves: Curves, posts: int, profile: Profile, age: float, youngest: float = 24.0) -> Reals:
    """log1p views of each post at one age, wherever in its life it was read: a post read only when younger or older is carried along
    the crowd's profile, so that every post is compared with others at its own age.

    In      age       hours
            youngest  hours; a post not yet read at this age has no level
    Null    NaN: never read when old enough, or at an age where the profile is unknown
    """
    out = levels_at(curves, posts, age)
    logs = np.abs(np.log(np.maximum(curves.age, 1e-3) / age))
    usable = np.flatnonzero(curves.age >= youngest * np.exp(-NEAR))
    usable = usable[np.argsort(-logs[usable], kind="stable")]
    nearest = np.full(posts, -1)
    nearest[curves.row[usable]] = usable  # the nearest to the age wins
    rest = np.flatnonzero((nearest >= 0) & np.isnan(out))
    own = curves.age[nearest[rest]]
    out[rest] = curves.level[nearest[rest]] + profile.at(np.full(len(rest), age)) - profile.at(own)
    return out
