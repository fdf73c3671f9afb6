"""Pages of one creator's posts by a cursor in milliseconds, as Display and Accounts have them. Nothing is lost whatever is spoilt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from hexameter.standin.server.faults import chance
from hexameter.standin.server.gate import Call
from hexameter.standin.server.platform import Places


@dataclass(frozen=True)
class PagePart:
    """Positions of posts, the cursor that goes on after them, and whether anything follows."""

    places: Places
    cursor: int
    has_more: bool


def newest_before(call: Call, cursor: int | None, count: int, only: Collection[int] | None = None) -> PagePart:
    """A page of the account's visible posts, newest first.

    In      cursor  only posts before it; None: from the newest
            count   at most so many
            only    only these positions; None: all
    """
    platform, faults = call.platform, call.platform.faults
    seen = platform.visible(platform.by_creator[call.creator], call.second)[::-1]
    if only is not None:
        seen = seen[np.isin(seen, list(only))]
    moments = platform.milliseconds[seen]
    start = 0 if cursor is None else int((moments >= cursor).sum())
    left = len(seen) - start
    if left > 0 and faults.hits("empty_pages", call.number) and cursor != int(moments[start]) + 1:
        return PagePart(seen[:0], int(moments[start]) + 1, True)
    taken = min(count, left)
    if taken > 1 and left > 1 and faults.short_pages:
        taken -= sum(chance(faults.seed, "short", call.number * 32 + i) < faults.short_pages for i in range(taken - 1))
    places, again = seen[start : start + taken], start > 0 and taken < count and faults.hits("duplicate_rows", call.number)
    end = start + taken
    next_cursor = int(moments[end - 1]) if end else cursor or call.second * 1000
    if again:
        places = np.concatenate([seen[start - 1 : start], places])
    if faults.hits("reordered_rows", call.number):
        places = np.random.default_rng(call.number).permutation(places)
    return PagePart(places, next_cursor, end < len(seen))
