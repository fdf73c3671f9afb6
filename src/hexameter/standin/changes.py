"""What changes about a simulated account or post after it was drawn: handles given up for new ones, posts made private for a while.

It draws from a stream of its own: a world without changes is the same world as before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.chance import stream
from hexameter.standin.creators import DAY, Creators
from hexameter.standin.posts import FOREVER, Posts


@dataclass(frozen=True)
class Changes:
    """`renamed_at` and `new_handle`: one entry a creator · `private_from` and `private_until`: one entry a post. FOREVER: never."""

    renamed_at: NDArray[np.int64]
    new_handle: NDArray[np.str_]
    private_from: NDArray[np.int64]
    private_until: NDArray[np.int64]

    def handles(self, creators: Creators, second: int) -> NDArray[np.str_]:
        """Everyone's handle at an instant."""
        return np.where(self.renamed_at <= second, self.new_handle, creators.handle)

    def private(self, second: int) -> NDArray[np.bool_]:
        """Which posts are private at an instant."""
        found: NDArray[np.bool_] = (self.private_from <= second) & (second < self.private_until)
        return found


def draw_changes(seed: int, creators: Creators, posts: Posts, window: tuple[int, int], renamed: int, private_share: float) -> Changes:
    """Renamed accounts and private spells.

    In      window         the campaign's: handles change inside it
            renamed        how many booked creators change their handle (all of them when there are fewer)
            private_share  of posts that are private for one to four days, and public again after
    Out     changes; a new handle is the old one with ".new" behind it
    """
    rng = stream(seed, "changes")
    booked = np.flatnonzero(creators.booked)
    chosen = rng.permutation(booked)[:renamed]
    renamed_at = np.full(len(creators.handle), FOREVER)
    renamed_at[chosen] = rng.integers(window[0] + (window[1] - window[0]) // 4, max(window[1] - DAY, window[0] + 2), len(chosen))
    count = len(posts.post_id)
    hidden = rng.random(count) < private_share
    private_from = np.where(hidden, posts.published + rng.integers(DAY // 2, 6 * DAY, count), FOREVER)
    return Changes(
        renamed_at=renamed_at,
        new_handle=np.char.add(creators.handle, ".new"),
        private_from=private_from,
        private_until=np.where(hidden, private_from + rng.integers(DAY, 4 * DAY, count), FOREVER),
    )
