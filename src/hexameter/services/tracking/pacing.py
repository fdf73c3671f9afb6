"""What was promised whatever the counters do: readings at fixed ages and at a campaign's end, and longest intervals. It knows no gains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hexameter.services.tracking.columns import Flags, Floats, Posts, Profiles, Routes, Rules

# A reading counts for an age when it is at most so much younger than that.
_NEARLY = 0.1


@dataclass(frozen=True)
class Promises:
    """Of each post: is a fixed age or end due now, when is the next one, how many come within a day; when is the interval over."""

    due: Flags
    next_at: Floats
    within_a_day: Floats
    interval_at: Floats
    interval_seconds: Floats


def promises(posts: Posts, counts: Flags, now: float, until_next: float, rules: Rules) -> Promises:
    """What was promised for each post.

    A reading serves an age when it is at most a tenth of it younger, so that "as known at that age" finds it; if none did by the last pass
    before the age, the post is due, and stays so. So it is with the end, from an hour before it on. A post that was never read is due.
    In      counts      whether some campaign counts it and it is still watched; nothing is promised for the others
            until_next  seconds until the next pass
    """
    ages = np.array(rules.ages_seconds)
    nearly = np.append(_NEARLY * ages, max(until_next, rules.end_seconds))
    ahead = np.minimum(nearly, np.append(0 * ages + until_next, np.inf))
    target = np.column_stack([posts.published[:, None] + ages[None, :], posts.end[:, None]])
    last = np.where(np.isfinite(posts.last_at), posts.last_at, -np.inf)
    served = last[:, None] >= target - nearly[None, :]
    at = target - ahead[None, :]
    open_now = ((at <= now) & ~served).any(axis=1) | np.isneginf(last)
    later = np.where((at > now) & ~served, at, np.inf)
    length = np.where(now < posts.end, rules.running_seconds, rules.after_seconds)
    return Promises(
        due=counts & open_now,
        next_at=np.where(counts, later.min(axis=1), np.inf),
        within_a_day=np.where(counts, (later <= now + 86_400.0).sum(axis=1), 0).astype(float),
        interval_at=np.where(counts, last + length, np.inf),
        interval_seconds=np.where(counts, length, np.inf),
    )


def listing_at(routes: Routes, now: float, rules: Rules) -> Floats:
    """When each route must be listed at the latest to find new posts; inf where none would count."""
    listed = np.where(np.isfinite(routes.listed_at), routes.listed_at, -np.inf)
    at = np.maximum(listed + rules.running_seconds, routes.since)
    return np.where(
        routes.lists & np.isfinite(routes.since) & (listed < routes.until) & (now < routes.until + rules.running_seconds), at, np.inf
    )


def profiles_at(profiles: Profiles, rules: Rules) -> Floats:
    """When each profile must be read at the latest; -inf where it never was."""
    return np.where(np.isfinite(profiles.read_at), profiles.read_at + rules.profile_seconds, -np.inf)
