"""What to read next: the requests that lower the expected error of the campaigns' numbers most, within the limits. It sends nothing.

The error of a campaign's total, each post held at its last reading, is what its posts gained since, plus all views of posts not found
yet: counters only grow, so the errors add up. Reading after a gap of T is worth its price when T times the gap, less what the gap cost on
the way, reaches the price (for even growth s that is w s T^2 / 2, and rates go with the square root of w s). Prices follow from what is
left of each bucket and how long it must last. One request reads many posts, so worth is added up by request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from hexameter.services.tracking.choosing import Candidates, Picks, again_at, choose, spending
from hexameter.services.tracking.columns import KINDS, PROFILE, Buckets, Flags, Floats, Plan, Posts, Profiles, Request, Routes, Rules
from hexameter.services.tracking.discovering import Discovery, discover
from hexameter.services.tracking.expecting import DAY, Growth, learn, pace, unseen
from hexameter.services.tracking.grouping import Groups, group
from hexameter.services.tracking.pacing import Promises, listing_at, profiles_at, promises


@dataclass(frozen=True)
class Outlook:
    """Of each post: weight now, expected unseen views, views a second, and the worth of reading it (views times seconds), all weighted."""

    counts: Flags
    gap: Floats
    speed: Floats
    waited: Floats
    worth: Floats


def plan(
    posts: Posts,
    routes: Routes,
    profiles: Profiles,
    buckets: Buckets,
    *,
    now: float,
    until_next: float,
    rules: Rules | None = None,
    growth: Growth | None = None,
) -> Plan:
    """The requests of one pass.

    In      now         Unix seconds
            until_next  seconds until the next pass; promised readings that could not wait for it are made now
            growth      the common curve, where more readings were at hand than the two of each post; else it is learnt from those
    Out     requests in the order of sending; no bucket is asked for more than it has left
    """
    rules = rules or Rules()
    growth = growth or learned(posts)
    counts = (posts.weight > 0) & (now < posts.keep_until)
    kept = promises(posts, counts, now, until_next, rules)
    new = discover(posts, counts, routes, growth, now)
    view = outlook(posts, counts, growth, new.level, now, rules)
    groups = group(posts, routes, counts, kept.due, view.worth, new.worth)
    offers = _joined(_readings(groups, view, kept, new, routes, now, until_next, rules), profiles, now, until_next, rules)
    spends = spending(offers, buckets)
    picks = choose(offers, spends, buckets, until_next)
    again = np.full(len(routes.key), np.inf)
    np.minimum.at(again, offers.route, again_at(offers, spends, buckets, picks, now, until_next))
    went = np.zeros(len(offers.route), bool)
    went[picks.sent] = True
    read = (groups.of_post >= 0) & went[groups.of_post]
    return Plan(
        requests=tuple(_requests(posts, routes, profiles, groups, offers, picks)),
        next_due=again,
        spent={str(n): int(s) for n, s in zip(buckets.name, picks.spent, strict=True)},
        unseen=np.where(read, 0.0, view.gap),
        unfound=np.where(went[: len(routes.key)], 0.0, new.unfound),
        late=np.flatnonzero((kept.due | (kept.interval_at <= now + until_next)) & ~read),
        late_profiles=np.flatnonzero((offers.overdue & ~went)[len(groups.route) :]),
    )


def learned(posts: Posts) -> Growth:
    """The common curve, from the two latest readings of every post."""
    return learn(posts.previous_at - posts.published, posts.previous_views, posts.last_at - posts.published, posts.last_views)


def outlook(posts: Posts, counts: Flags, growth: Growth, level: Floats, now: float, rules: Rules) -> Outlook:
    """What each post is expected to have gained since its last reading, and what reading it is worth.

    In      counts  posts that some campaign counts; the others are worth nothing
            level   of each route, for posts that were never read
    """
    weight = np.where(counts, posts.weight, 0.0) * np.where(now < posts.end, 1.0, rules.after_weight)
    read = np.isfinite(posts.last_at)
    age_0, age_1, age = posts.previous_at - posts.published, posts.last_at - posts.published, np.maximum(now - posts.published, 1.0)
    paced = pace(growth, age_0, posts.previous_views, age_1, posts.last_views)
    known = unseen(growth, age_1, posts.last_views, age, paced)
    total = level[posts.route] * np.exp(growth.log_grown(age))
    gap = weight * np.where(read, known[0], total)
    speed = weight * np.where(read, known[1], total * growth.steepness(age) / age)
    waited = np.where(read, now - posts.last_at, age)
    return Outlook(counts, gap, speed, waited, np.where(waited < rules.least_seconds, 0.0, worth_of(gap, waited)))


def worth_of(gap: Floats, waited: Floats) -> Floats:
    """What a reading is worth that closes a gap which opened evenly in so many seconds, and opens again as fast: views times seconds."""
    return np.where(gap > 0, np.maximum(gap, 1e-12) * waited / 2, 0.0)


def _readings(
    groups: Groups,
    view: Outlook,
    kept: Promises,
    new: Discovery,
    routes: Routes,
    now: float,
    until_next: float,
    rules: Rules,
) -> Candidates:
    """The requests that read posts, as offers."""
    list_at, listed_at = listing_at(routes, now, rules), routes.listed_at
    rest = np.zeros(len(groups.route) - len(list_at))
    gap = groups.total(view.gap) + np.append(new.unfound, rest)
    speed, found = groups.total(view.speed), np.append(new.found, rest)
    due_at = groups.least(kept.next_at)
    # What is read soon anyway is not worth as much now: the gain lasts only until then.
    worth = np.minimum(groups.total(view.worth) + np.append(new.worth, rest), worth_of(gap, due_at - now))
    heard = np.where(np.isfinite(listed_at), rules.least_seconds - (now - listed_at), 0.0)
    unrested = np.where(view.counts, rules.least_seconds - view.waited, np.inf)
    rests_in = np.maximum(np.minimum(groups.least(unrested), np.append(heard, rest + np.inf)), 0.0)
    worth = np.where((gap < rules.least_views) | (rests_in > 0), 0.0, worth)
    waited = np.append(np.cbrt(np.divide(3 * new.worth, new.found, out=np.zeros_like(new.found), where=new.found > 0)), rest)
    over_at = np.minimum(groups.least(kept.interval_at), np.append(list_at, rest + np.inf))
    running = np.where(np.isfinite(list_at), rules.running_seconds, np.inf)
    with np.errstate(divide="ignore"):
        few = _ready_in(np.maximum(rules.least_views - gap, 0.0), speed + found * waited, found)
        shortest = np.maximum(rules.least_seconds, np.minimum(rules.least_views / speed, np.sqrt(2 * rules.least_views / found)))
    return Candidates(
        route=groups.route,
        kind=groups.kind,
        worth=worth,
        gap=gap,
        speed=speed,
        found=found,
        quickening=speed + 2 * found * waited,
        ready_in=np.maximum(few, rests_in),
        warming=groups.total(view.speed * view.waited) + found * waited**2,
        due=groups.total(kept.due.astype(float)) > 0,
        due_at=due_at,
        due_a_day=np.minimum(groups.total(kept.within_a_day), 24.0),
        overdue=over_at <= now + until_next,
        over_at=over_at,
        shortest=shortest,
        longest=np.minimum(groups.least(kept.interval_seconds), np.append(running, rest + np.inf)),
    )


def _ready_in(lacking: Floats, speed: Floats, found: Floats) -> Floats:
    """Seconds until so many more views are unseen: they come at `speed`, which itself rises by `found` a second; inf: never."""
    root = np.sqrt(speed**2 + 2 * found * lacking) - speed
    with np.errstate(divide="ignore", invalid="ignore"):
        seconds = np.where(found > 0, root / found, lacking / speed)
    return np.where(lacking > 0, np.where(np.isnan(seconds), np.inf, seconds), 0.0)


def _joined(readings: Candidates, profiles: Profiles, now: float, until_next: float, rules: Rules) -> Candidates:
    """The same with every profile behind them: promised once an interval, of no gain to views."""
    over_at = profiles_at(profiles, rules)
    none = np.zeros(len(over_at))
    behind = Candidates(
        route=profiles.route,
        kind=np.full(len(over_at), PROFILE),
        worth=none,
        gap=none,
        speed=none,
        found=none,
        quickening=none,
        ready_in=none,
        warming=none,
        due=none > 0,
        due_at=none + np.inf,
        due_a_day=none + DAY / rules.profile_seconds,
        overdue=over_at <= now + until_next,
        over_at=over_at,
        shortest=none + rules.profile_seconds,
        longest=none + np.inf,
    )
    pairs = {f.name: np.concatenate([getattr(readings, f.name), getattr(behind, f.name)]) for f in fields(Candidates)}
    return Candidates(**pairs)


def _requests(posts: Posts, routes: Routes, profiles: Profiles, groups: Groups, offers: Candidates, picks: Picks) -> Iterator[Request]:
    order = np.argsort(groups.of_post, kind="stable")
    starts = np.searchsorted(groups.of_post[order], np.arange(len(groups.route) + 1))
    for place in picks.sent.tolist():
        known = order[starts[place] : starts[place + 1]] if place < len(groups.route) else order[:0]
        creator = str(profiles.creator_id[place - len(groups.route)]) if place >= len(groups.route) else ""
        yield Request(
            route=str(routes.key[offers.route[place]]),
            kind=KINDS[offers.kind[place]],
            posts=tuple(posts.post_id[known].tolist()),
            creator=creator,
            promised="age or end" if offers.due[place] else "interval" if offers.overdue[place] else "",
            gain=float(offers.gap[place]),
        )
