"""Which of the requests on offer are sent now, and when to look again: limits have prices, promises go first. It knows no posts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from hexameter.services.tracking.columns import PROFILE, Buckets, Flags, Floats, Places
from hexameter.services.tracking.rates import Spending, interval, price


@dataclass(frozen=True)
class Candidates:
    """One entry a request that could be sent.

    In      route, kind     whose, and which of KINDS
            worth           of sending it now, in views times seconds
            gap             weighted views it would bring to light
            speed, found    how fast what it reads grows, and what it would find (see `rates.interval`)
            warming, quickening  worth gained a second from now on, and by how much that rises a second
            ready_in        seconds until it would be worth anything
            due             it holds a fixed age or end that cannot wait
            due_at          when the next such comes; inf: none
            due_a_day       how many such come within a day
            overdue         its longest interval would be over before the next pass
            over_at         when it is over
            shortest, longest  seconds between two readings that nobody promised; and that were promised
    """

    route: Places
    kind: Places
    worth: Floats
    gap: Floats
    speed: Floats
    found: Floats
    warming: Floats
    quickening: Floats
    ready_in: Floats
    due: Flags
    due_at: Floats
    due_a_day: Floats
    overdue: Flags
    over_at: Floats
    shortest: Floats
    longest: Floats


@dataclass(frozen=True)
class Picks:
    """Positions of the candidates to send, in order; requests spent by bucket; which others were wanted; what each costs."""

    sent: Places
    spent: Places
    refused: Flags
    cost: Floats


def spending(offers: Candidates, buckets: Buckets) -> Spending:
    """Which bucket each candidate spends from."""
    use = buckets.use_route * 3 + buckets.use_kind
    order = np.argsort(use, kind="stable")
    own = offers.route * 3 + offers.kind
    low, high = np.searchsorted(use[order], own, "left"), np.searchsorted(use[order], own, "right")
    number = high - low
    item = np.repeat(np.arange(len(own)), number)
    place = np.arange(len(item)) - np.repeat(np.cumsum(number) - number, number) + np.repeat(low, number)
    return Spending(len(own), item, buckets.use_bucket[order][place])


def priced(offers: Candidates, spends: Spending, buckets: Buckets) -> tuple[Floats, Flags]:
    """What a request costs in each bucket, in views times seconds: what is left is just spent when its time is over.

    Promised readings are heeded where the bucket can afford them: first intervals are given up, then fixed ages, and requests go to what
    gains most. (What cannot wait is sent all the same, as long as there is room.)
    Out     the price in each bucket, and whether it affords the longest intervals
    """
    budget = buckets.left / np.maximum(buckets.lasts, 1.0)
    none, kept = np.full(len(offers.route), np.inf), offers.due_a_day / 86_400.0
    found = price(partial(_rate, offers, offers.longest, kept), spends, budget)
    affords = np.isfinite(found)
    for due in (kept, 0 * kept):
        if np.isfinite(found).all():
            break
        asked = price(partial(_rate, offers, none, due), spends, budget)
        found = np.where(np.isfinite(found), found, asked)
    return found, affords


def _rate(offers: Candidates, longest: Floats, due: Floats, prices: Floats) -> Floats:
    return np.maximum(1 / next_in(offers, prices, longest), due)


def next_in(offers: Candidates, prices: Floats, longest: Floats) -> Floats:
    """Seconds from one sending of each candidate to the next, at a price for each."""
    best = interval(prices, offers.speed, offers.found)
    return np.minimum(np.maximum(best, offers.shortest), np.maximum(longest, offers.shortest))


def choose(offers: Candidates, spends: Spending, buckets: Buckets, until_next: float) -> Picks:
    """The requests to send, never more than is left.

    First what cannot wait, then profiles, then whatever is worth its price; of that, requests are kept back for what cannot wait later on.
    An interval that is over is worth the price, as long as all of them can be afforded.
    """
    prices, affords = priced(offers, spends, buckets)
    cost = spends.dearest(prices)
    profile = offers.kind == PROFILE
    overdue = offers.overdue & (profile | (spends.dearest((~affords).astype(float)) == 0))
    worth = np.where(overdue & ~profile, np.maximum(offers.worth, cost), offers.worth)
    wanted = offers.due | overdue | ((offers.worth > 0) & (offers.worth >= cost))
    rank = np.where(offers.due, 0, np.where(profile, 1, 2))
    order = np.lexsort((np.arange(len(rank)), -worth, rank))
    sent, spent = _fill(order[wanted[order]], rank < 2, spends, buckets.left, _kept_back(offers, spends, buckets, until_next))
    went = np.zeros(len(rank), bool)
    went[sent] = True
    return Picks(sent, spent, (wanted | offers.overdue) & ~went, cost)


def _kept_back(offers: Candidates, spends: Spending, buckets: Buckets, until_next: float) -> Places:
    """Requests of each bucket that what cannot wait will need before it is filled again; none where that is before the next pass."""
    needed = spends.asked((~offers.due & (offers.due_a_day > 0)).astype(float), len(buckets.left))
    part = np.minimum(buckets.lasts / 86_400.0, 1.0)
    found: Places = np.where(buckets.lasts > until_next, np.ceil(needed * part), 0).astype(np.int64)
    return found


def _fill(order: Places, first: Flags, spends: Spending, left: Places, kept_back: Places) -> tuple[Places, Places]:
    """Take candidates in order while every bucket they spend from has room; what can wait leaves some over."""
    starts = np.searchsorted(spends.item, np.arange(spends.items + 1)).tolist()
    room, kept, uses, firsts = left.tolist(), kept_back.tolist(), spends.bucket.tolist(), first.tolist()
    taken = []
    for place in order.tolist():
        own = uses[starts[place] : starts[place + 1]]
        if all(room[b] > (0 if firsts[place] else kept[b]) for b in own):
            taken.append(place)
            for b in own:
                room[b] -= 1
    return np.array(taken, np.int64), left - np.array(room, np.int64)


def again_at(offers: Candidates, spends: Spending, buckets: Buckets, picks: Picks, now: float, until_next: float) -> Floats:
    """When each candidate must be looked at next: worth its price, promised, or refused until its buckets are filled again."""
    went = np.zeros(len(offers.route), bool)
    went[picks.sent] = True
    fresh = next_in(offers, picks.cost, offers.longest)
    lacking = np.maximum(picks.cost - offers.worth, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = (np.sqrt(offers.warming**2 + 2 * offers.quickening * lacking) - offers.warming) / offers.quickening
        # right after a listing nothing grows yet that is known: what it would find is worth found T^3 / 3
        root = np.where(np.isnan(root), np.cbrt(3 * lacking / offers.found), root)
    stands = np.maximum(np.where(np.isfinite(root), root, np.inf), offers.ready_in)
    filled = np.zeros(spends.items)
    np.maximum.at(filled, spends.item, np.where(buckets.left - picks.spent > 0, 0.0, buckets.lasts)[spends.bucket])
    later = np.minimum(now + np.where(went, fresh, stands), np.where(went, np.inf, offers.over_at))
    refused = now + np.maximum(np.where(filled > 0, filled, stands), until_next)
    return np.minimum(np.where(picks.refused, refused, later), offers.due_at)
