"""A campaign lived through by a policy: it asks, a simulated TikTok answers, and the error of the total is noted. It judges no policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.counters import count_at
from hexameter.standin.world import World

BATCH = 20
DAY = 86_400.0
PAID_FOR = ("tagged", "misspelt", "untagged")
# A request: the creator, and the posts to read; None: the listing of the newest.
Asked = tuple[int, NDArray[np.int64] | None]


@dataclass(frozen=True)
class Stage:
    """What happens, whoever watches: the posts of connected creators, which of them count, and their counters at any instant."""

    seed: int
    world: World
    place: NDArray[np.int64]
    creator: NDArray[np.int64]
    published: NDArray[np.float64]
    counts: NDArray[np.bool_]
    creators: int
    start: float
    end: float
    step: float

    def views(self, which: NDArray[np.int64], at: float) -> NDArray[np.float64]:
        """True views of some posts; of those not published yet, none."""
        out = which[self.published[which] <= at]
        found = np.zeros(len(which))
        found[self.published[which] <= at] = count_at(self.world.curves, self.world.works, self.place[out], int(at))["views"]
        return found


@dataclass
class Known:
    """What a policy has seen so far; nan: never."""

    at: float
    found: NDArray[np.bool_]
    last_at: NDArray[np.float64]
    last_views: NDArray[np.float64]
    previous_at: NDArray[np.float64]
    previous_views: NDArray[np.float64]
    listed_at: NDArray[np.float64]
    requests: int = 0
    errors: list[float] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """Requests sent; mean over time of the absolute error of the total, and of the true total."""

    requests: int
    error: float
    truth: float


Policy = Callable[[Known], Iterable[Asked]]


def stage_of(seed: int, creators: int = 80, booked: int = 40, days: int = 30, step: float = 1_800.0) -> Stage:
    """A simulated world's campaign. Posts stay public and counters exact, so that all that differs is when they are read."""
    world = World(seed=seed, creators_count=creators, booked=booked, days=days)
    place = np.flatnonzero(world.cast.booked[world.works.creator])
    _, creator = np.unique(world.works.creator[place], return_inverse=True)
    start, end = world.window
    published = world.works.published[place].astype(float)
    counts = np.isin(world.works.kind[place], PAID_FOR) & (published >= start) & (published < end)
    return Stage(seed, world, place, creator.astype(np.int64), published, counts, int(creator.max()) + 1, float(start), float(end), step)


def rehearse(stage: Stage, policy: Policy) -> Outcome:
    """Let a policy watch the campaign from its first to its last second."""
    never = np.full(len(stage.place), np.nan)
    known = Known(stage.start, np.zeros(len(stage.place), bool), *(never.copy() for _ in range(4)), np.full(stage.creators, np.nan))
    counted = np.flatnonzero(stage.counts)
    while known.at < stage.end:
        for creator, which in policy(known):
            _answer(stage, known, creator, which)
        halfway = known.at + stage.step / 2
        truth = float(stage.views(counted, halfway).sum())
        known.errors.append(abs(truth - float(np.nansum(known.last_views[counted]))))
        known.totals.append(truth)
        known.at += stage.step
    return Outcome(known.requests, float(np.mean(known.errors)), float(np.mean(known.totals)))


def newest(stage: Stage, creator: int, at: float) -> NDArray[np.int64]:
    """The newest posts that a listing shows: posts lie in the order of publication."""
    return np.flatnonzero((stage.creator == creator) & (stage.published <= at))[-BATCH:]


def _answer(stage: Stage, known: Known, creator: int, which: NDArray[np.int64] | None) -> None:
    known.requests += 1
    if which is None:
        known.listed_at[creator] = known.at
        which = newest(stage, creator, known.at)
        known.found[which] = True
    if len(which) > BATCH or not known.found[which].all():
        raise ValueError(f"a request reads at most {BATCH} posts that were found; {len(which)} were asked for")
    again = which[known.last_at[which] < known.at]
    known.previous_at[again], known.previous_views[again] = known.last_at[again], known.last_views[again]
    known.last_at[which], known.last_views[which] = known.at, stage.views(which, known.at)
