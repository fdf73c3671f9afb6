"""The brand's simulated ads: one Spark ad a boosted post, with what each cost and brought between two instants. It bids on nothing."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.chance import stream
from hexameter.standin.counters import count_at
from hexameter.standin.posts import FOREVER
from hexameter.standin.world import World

CAMPAIGN_ID = "1810000000000001"


class Advertising:
    """Ads by position: `posts[i]` is the boosted post of ad i. Costs follow its paid views, at a price of its own."""

    def __init__(self, world: World):
        self.world = world
        self.posts: NDArray[np.int64] = np.flatnonzero(world.curves.boost_from != FOREVER)
        rng = stream(world.seed, "advertising")
        self._price_cents = rng.lognormal(np.log(1.4), 0.3, len(self.posts))
        self._rates = rng.uniform((1.2, 0.3, 0.1, 0.004), (1.9, 0.6, 0.28, 0.02), (len(self.posts), 4))

    @cached_property
    def place(self) -> dict[int, int]:
        """The ad of a post, by the post's position."""
        return {int(post): ad for ad, post in enumerate(self.posts)}

    def ad_id(self, ad: int) -> str:
        """An ad's id."""
        return str(1_820_000_000_000_000 + ad)

    def adgroup_id(self, ad: int) -> str:
        """The id of its group: one a creator."""
        return str(1_815_000_000_000_000 + int(self.world.works.creator[self.posts[ad]]))

    def delivered(self, ads: NDArray[np.int64], start: int, end: int) -> dict[str, NDArray[np.int64]]:
        """What some ads cost and brought between two instants.

        In      ads         their positions
                start, end  Unix seconds
        Out     spend (cents), impressions, reach, clicks, plays, watched_2s, watched_6s, p25, p50, p75, p100, likes, comments, shares,
                saves: int64, one entry an ad
        """
        before, after = (self._running(ads, second) for second in (start, end))
        return {name: after[name] - before[name] for name in after}

    def _running(self, ads: NDArray[np.int64], second: int) -> dict[str, NDArray[np.int64]]:
        which = self.posts[ads]
        counts = count_at(self.world.curves, self.world.works, which, np.maximum(second, self.world.works.published[which]))
        plays, stays = counts["views_paid"], self.world.watching.completion[which]
        shown, two, six, clicked = self._rates[ads].T
        shares = {
            "spend": self._price_cents[ads],
            "impressions": shown,
            "reach": np.full(len(ads), 0.8),
            "clicks": clicked,
            "plays": np.ones(len(ads)),
            "watched_2s": two,
            "watched_6s": six,
            **{f"p{part}": stays ** (part / 100) for part in (25, 50, 75, 100)},
        }
        return {
            **{name: np.floor(plays * share).astype(np.int64) for name, share in shares.items()},
            **split_engagement(self.world, which, counts),
        }


def split_engagement(world: World, which: NDArray[np.int64], counts: dict[str, NDArray[np.int64]]) -> dict[str, NDArray[np.int64]]:
    """The paid part of likes, comments, shares and saves; the rest of each counter is organic.

    In      which, counts  posts, and `count_at` for them
    Out     likes, comments, shares, saves: int64, never more than the counter itself
    """
    # A paid view engages a fifth as much (counters.py): of all engagement, paid views have this share.
    paid = counts["views_paid"] * 0.2
    share = paid / np.maximum(counts["views"] - counts["views_paid"] + paid, 1)
    return {name: np.floor(counts[name] * share).astype(np.int64) for name in ("likes", "comments", "shares", "saves")}
