"""Three policies that watch a campaign: the planner's, equal spacing, and fixed age steps. All batch alike. They score nothing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from bench.rehearsing import BATCH, DAY, Asked, Known, Policy, Stage, newest
from hexameter.services.tracking.columns import Buckets, Posts, Profiles, Routes, Rules
from hexameter.services.tracking.planning import plan

# Hourly on the first day, every six hours to the third, daily to the fourteenth, weekly after.
_AGES = np.array([1.0, 3.0, 14.0]) * DAY
_STEPS = np.array([1.0, 6.0, 24.0, 168.0]) * 3_600.0


def planned(stage: Stage, a_day: float, rules: Rules | None = None) -> Policy:
    """The planner with so many requests a day and creator in one bucket."""
    allowance = round(a_day * stage.creators)
    spent = {"day": -1, "requests": 0}
    profiles = Profiles(np.zeros(0, str), np.zeros(0, np.int64), np.zeros(0))
    who = np.tile(np.arange(stage.creators), 2)
    each = np.ones(stage.creators)

    def policy(known: Known) -> Iterator[Asked]:
        day, since = divmod(known.at - stage.start, DAY)
        if day != spent["day"]:
            spent.update(day=int(day), requests=0)
        bucket = Buckets(
            name=np.array(["day"]), left=np.array([allowance - spent["requests"]]), lasts=np.array([DAY - since]),
            use_route=who, use_kind=np.repeat([0, 1], stage.creators), use_bucket=np.zeros(len(who), np.int64),
        )  # fmt: skip
        routes = Routes(
            key=np.arange(stage.creators).astype(str), batch=np.full(stage.creators, BATCH), lists=each > 0,
            listed_at=known.listed_at, since=each * stage.start, until=each * stage.end,
        )  # fmt: skip
        made = plan(_posts(stage, known), routes, profiles, bucket, now=known.at, until_next=stage.step, rules=rules)
        spent["requests"] += len(made.requests)
        for request in made.requests:
            yield int(request.route), None if request.kind == "newest" else np.array(request.posts).astype(np.int64)

    return policy


def _posts(stage: Stage, known: Known) -> Posts:
    seen = np.flatnonzero(known.found)
    whole = np.ones(len(seen))
    return Posts(
        post_id=seen.astype(str), route=stage.creator[seen], weight=stage.counts[seen].astype(float), published=stage.published[seen],
        last_at=known.last_at[seen], last_views=known.last_views[seen], previous_at=known.previous_at[seen],
        previous_views=known.previous_views[seen], end=whole * stage.end, keep_until=whole * (stage.end + 60 * DAY),
    )  # fmt: skip


def equal_spacing(stage: Stage, scale: float) -> Policy:
    """Every creator every so many days, one after another: the listing, and batches of the campaign's posts that it no longer shows."""
    every = scale * DAY
    first = stage.start + every * np.arange(stage.creators) / stage.creators

    def policy(known: Known) -> Iterator[Asked]:
        before = known.at - stage.step
        turns = np.floor((known.at - first) / every) - np.floor((before - first) / every)
        for creator in np.flatnonzero((turns >= 1) & (known.at >= first)).tolist():
            yield creator, None
            rest = np.setdiff1d(_watched(stage, known, creator), newest(stage, creator, known.at))
            for start in range(0, len(rest), BATCH):
                yield creator, rest[start : start + BATCH]

    return policy


def age_steps(stage: Stage, scale: float, list_every: float) -> Policy:
    """Every post when the step of its age is over, every creator's listing after some hours, all steps stretched by one factor.

    A listing is preferred where it shows all that is due; a batch that is not full takes the posts next due.
    """

    def policy(known: Known) -> Iterator[Asked]:
        step = scale * _STEPS[np.searchsorted(_AGES, known.at - stage.published, "right")]
        waited = np.where(np.isfinite(known.last_at), (known.at - known.last_at) / step, np.inf)
        listing = ~(known.at - known.listed_at < scale * list_every * 3_600.0)
        due = known.found & stage.counts & (waited >= 1)
        for creator in np.flatnonzero(listing | (np.bincount(stage.creator[due], minlength=stage.creators) > 0)).tolist():
            watched = _watched(stage, known, creator)
            watched = watched[np.argsort(-waited[watched], kind="stable")]
            shown = newest(stage, creator, known.at)
            if listing[creator] or (due[shown].any() and not due[np.setdiff1d(watched, shown)].any()):
                yield creator, None
                watched = watched[~np.isin(watched, shown)]
            for start in range(0, int(due[watched].sum()), BATCH):
                yield creator, watched[start : start + BATCH]

    return policy


def _watched(stage: Stage, known: Known, creator: int) -> NDArray[np.int64]:
    return np.flatnonzero((stage.creator == creator) & known.found & stage.counts)
