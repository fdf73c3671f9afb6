"""The simulated world: creators, posts and counters at any instant, from one seed. It writes no file and knows no lake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hexameter.contracts.records import local_midnight
from hexameter.standin.changes import Changes, draw_changes
from hexameter.standin.counters import Curves, count_at, draw_curves, shown
from hexameter.standin.creators import DAY, Creators, draw_creators
from hexameter.standin.posts import FOREVER, Posts, draw_posts
from hexameter.standin.tiers import TIERS
from hexameter.standin.watching import Watching, draw_watching

_INSTANT = pa.timestamp("us", tz="UTC")
_COUNTERS = ("views", "likes", "comments", "shares", "saves", "views_paid")


@dataclass(frozen=True)
class Truth:
    """What really is the case with a post at an instant, whatever a public page would show."""

    post_id: str
    creator_id: str
    at: datetime
    public: bool
    kind: str
    views: int
    views_paid: int
    likes: int
    comments: int
    shares: int
    saves: int
    eventual_views: int


@dataclass(frozen=True)
class World:
    """A simulated TikTok around one campaign.

    In      seed      the same seed and settings give the same world on every machine
            start     the campaign's first day, in `tz`
            days      length of the campaign; posts exist from `before` days earlier to `after` days later
            creators  how many there are, of which `booked` work for the campaign
            hashtag   the campaign's, without '#'; `brand` the handle that posts mention
            renamed   how many booked creators change their handle during the campaign
            private_share  of posts that are private for some days
    """

    seed: int = 7
    start: date = date(2025, 7, 1)
    days: int = 30
    tz: str = "Europe/Paris"
    creators_count: int = 24
    booked: int = 10
    hashtag: str = "glowday"
    brand: str = "glowlab"
    before: int = 10
    after: int = 14
    renamed: int = 0
    private_share: float = 0.0

    @cached_property
    def window(self) -> tuple[int, int]:
        """The campaign's first second, and the first after it."""
        return _second(local_midnight(self.start, self.tz)), _second(local_midnight(self.start + timedelta(days=self.days), self.tz))

    @cached_property
    def cast(self) -> Creators:
        """Everyone, with their follower series."""
        margin = self.before + 30
        return draw_creators(
            self.seed, self.creators_count, self.booked, self.window[0] - margin * DAY, self.days + margin + self.after + 2
        )

    @cached_property
    def works(self) -> Posts:
        """Every post that will ever be."""
        first, last = self.window[0] - self.before * DAY, self.window[1] + self.after * DAY
        return draw_posts(self.seed, self.cast, first, last, self.window, self.hashtag, self.brand)

    @cached_property
    def curves(self) -> Curves:
        """The law of every post's counters."""
        return draw_curves(self.seed, self.cast, self.works)

    @cached_property
    def changes(self) -> Changes:
        """Handles that change, posts that are private for a while."""
        return draw_changes(self.seed, self.cast, self.works, self.window, self.renamed, self.private_share)

    @cached_property
    def watching(self) -> Watching:
        """How each post is watched."""
        return draw_watching(self.seed, self.works)

    def creators(self, at: datetime) -> pa.Table:
        """Every creator's profile at an instant; counters exact."""
        cast, second = self.cast, _second(at)
        done = np.bincount(self.works.creator[self.works.published <= second], minlength=self.creators_count)
        followers = cast.followers_at(second)
        return pa.table(
            {
                "creator_id": pa.array(cast.creator_id.tolist()),
                "handle": pa.array(self.changes.handles(cast, second).tolist()),
                "tier": pa.array([TIERS[t].name for t in cast.tier]),
                "zone": pa.array(cast.zone.tolist()),
                "booked": pa.array(cast.booked),
                "captured_at": pa.array([at] * self.creators_count, _INSTANT),
                "followers": pa.array(followers),
                "following": pa.array(cast.following),
                "likes_total": pa.array(followers * 9),
                "videos_total": pa.array(done + 40),
            }
        )

    def posts(self, at: datetime) -> pa.Table:
        """Every post that is public at an instant: what it is, without counters."""
        return self.describe(self.public(at), at)

    def readings(self, at: datetime, *, rounded: bool = False, which: NDArray[np.int64] | None = None) -> pa.Table:
        """The counters of every public post at an instant.

        In      rounded  as a public page shows them; `views_paid` is null then, as no page shows it
                which    only the posts at these positions
        Out     post_id, creator_id, captured_at, views, likes, comments, shares, saves, views_paid
        """
        which = self.public(at) if which is None else which
        counts = count_at(self.curves, self.works, which, _second(at))
        return pa.table(
            {
                "post_id": pa.array(self.works.post_id[which].astype(np.str_).tolist(), pa.string()),
                "creator_id": pa.array(self.cast.creator_id[self.works.creator[which]].tolist(), pa.string()),
                "captured_at": pa.array([at] * len(which), _INSTANT),
                **{name: pa.array(shown(counts[name]) if rounded else counts[name]) for name in _COUNTERS[:5]},
                "views_paid": pa.nulls(len(which), pa.int64()) if rounded else pa.array(counts["views_paid"]),
            }
        )

    def history(self, instants: Iterable[datetime], *, rounded: bool = False) -> pa.Table:
        """The readings of several instants, one after another."""
        return pa.concat_tables([self.readings(at, rounded=rounded) for at in instants])

    def truth(self, post_id: str, at: datetime) -> Truth:
        """What is the case with one post, public or not.

        Raises  KeyError  no post of that id was published by then
        """
        second = _second(at)
        (found,) = np.nonzero((self.works.post_id == int(post_id)) & (self.works.published <= second))
        if not len(found):
            raise KeyError(post_id)
        counts = {name: int(values[0]) for name, values in count_at(self.curves, self.works, found, second).items()}
        place = int(found[0])
        return Truth(
            post_id=post_id,
            creator_id=str(self.cast.creator_id[self.works.creator[place]]),
            at=at,
            public=second < int(self.works.gone[place]) and not bool(self.changes.private(second)[place]),
            kind=str(self.works.kind[place]),
            eventual_views=int(self.curves.eventual[place] + self.curves.boost_views[place]),
            **counts,
        )

    def public(self, at: datetime) -> NDArray[np.int64]:
        """Positions of the posts that can be read at an instant."""
        second = _second(at)
        return np.flatnonzero((self.works.published <= second) & (second < self.works.gone) & ~self.changes.private(second))

    def watched(self, at: datetime) -> NDArray[np.int64]:
        """Positions of the public posts a campaign's tracker would read: those of booked creators, and anyone's with the hashtag."""
        which = self.public(at)
        found: NDArray[np.int64] = which[self.cast.booked[self.works.creator[which]] | (self.works.kind[which] == "fan")]
        return found

    def describe(self, which: NDArray[np.int64], at: datetime | None = None) -> pa.Table:
        """Posts at some positions: what they are, without counters.

        In      at  with the handles of that instant; None: with those of the beginning
        """
        works, cast = self.works, self.cast
        author, photo = works.creator[which], works.photo[which]
        names = cast.handle if at is None else self.changes.handles(cast, _second(at))
        ids, handles = works.post_id[which].astype(np.str_), names[author]
        folder = np.where(photo, "/photo/", "/video/")
        address = np.char.add(np.char.add(np.char.add("https://www.tiktok.com/@", handles), folder), ids)
        return pa.table(
            {
                "post_id": pa.array(ids.tolist(), pa.string()),
                "creator_id": pa.array(cast.creator_id[author].tolist(), pa.string()),
                "handle": pa.array(handles.tolist(), pa.string()),
                "published_at": pa.array(works.published[which] * 1_000_000, pa.int64()).cast(pa.timestamp("us")).cast(_INSTANT),
                "caption": pa.array(works.caption[which].tolist(), pa.string()),
                "hashtags": pa.array(works.hashtags[which].tolist(), pa.list_(pa.string())),
                "media_type": pa.array(np.where(photo, "photo", "video").tolist(), pa.string()),
                "duration_seconds": pa.array([None if p else int(s) for p, s in zip(photo, works.seconds[which], strict=True)], pa.int64()),
                "music_id": pa.array(works.music_id[which].tolist(), pa.string()),
                "url": pa.array(address.tolist(), pa.string()),
                "kind": pa.array(works.kind[which].tolist(), pa.string()),
                "gone": pa.array(works.gone[which] != FOREVER),
            }
        )


def _second(at: datetime) -> int:
    return int(at.timestamp())
