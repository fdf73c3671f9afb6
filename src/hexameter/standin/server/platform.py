"""The state behind the APIs: the world with what was done to it by hand, indexes by creator, tokens, ledger, faults. It speaks no HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hexameter.standin.advertising import Advertising
from hexameter.standin.counters import count_at
from hexameter.standin.posts import FOREVER
from hexameter.standin.server.faults import Faults, chance
from hexameter.standin.server.ledger import Ledger, Quotas
from hexameter.standin.server.tokens import Credentials, Lifetimes, Tokens
from hexameter.standin.trends import Trends
from hexameter.standin.world import World

Places = NDArray[np.int64]
_MOST_SEARCHES = 2_000


class Present(Protocol):
    """Whatever says what time it is."""

    def now(self) -> datetime:
        """The present, aware."""
        ...


@dataclass(frozen=True)
class Lags:
    """How late each API knows things, in hours. Accounts' counters are T + 24 to 48 h in the documentation; here they are exact unless set.

    In      archive           Research: new posts appear after it
            research_counters  Research: counters are as they were so long ago
            accounts_counters  Accounts: the same
            account_days      Accounts: a day's metrics are blank until so long after its end
    """

    archive: float = 48
    research_counters: float = 0
    accounts_counters: float = 0
    account_days: float = 48


class Platform:
    """A TikTok at work.

    In      world, clock  the simulation and its present
            faults        may be replaced at any time
            lifetimes, credentials, quotas, lags  what the documentation leaves open or has changed
    """

    def __init__(
        self, world: World, clock: Present, faults: Faults, lifetimes: Lifetimes, credentials: Credentials, quotas: Quotas, lags: Lags
    ):
        self.world, self.clock, self.faults = world, clock, faults
        self.credentials, self.quotas, self.lags = credentials, quotas, lags
        self.tokens = Tokens(world.seed, lifetimes)
        self.ledger = Ledger()
        self.ads = Advertising(world)
        self.trends = Trends(world.seed, world.hashtag, world.window)
        self.searches: dict[str, Any] = {}
        self._requests = 0
        self._deleted = np.full(len(world.works.post_id), FOREVER)
        self._renames: list[tuple[int, int, str]] = sorted(
            (int(second), i, str(world.changes.new_handle[i])) for i, second in enumerate(world.changes.renamed_at) if second != FOREVER
        )
        self._names: tuple[int, dict[str, int], list[str]] | None = None
        # The order of a creator's posts, and the cursors of their pages: milliseconds that no two of them share.
        self.milliseconds = world.works.published * 1000 + world.works.post_id % 997

    def remember(self, search_id: str, search: Any) -> None:
        """Keep what a search_id stands for; the oldest ones are forgotten."""
        while len(self.searches) >= _MOST_SEARCHES:
            del self.searches[next(iter(self.searches))]
        self.searches[search_id] = search

    def now(self) -> float:
        """The present as a Unix second."""
        return self.clock.now().timestamp()

    @property
    def second(self) -> int:
        """The present as a whole Unix second, as the world counts."""
        return int(self.now())

    def number(self) -> int:
        """The next request's number, from 1."""
        self._requests += 1
        return self._requests

    @cached_property
    def by_creator(self) -> list[Places]:
        """Every creator's posts, oldest first."""
        order = np.lexsort((self.milliseconds, self.world.works.creator))
        ends = np.searchsorted(self.world.works.creator[order], np.arange(self.world.creators_count + 1))
        return [order[a:b] for a, b in zip(ends, ends[1:], strict=False)]

    @cached_property
    def for_brand(self) -> Places:
        """The posts that booked creators made for the brand, oldest first."""
        return np.flatnonzero(np.isin(self.world.works.kind, ("tagged", "misspelt", "untagged")))

    @cached_property
    def by_id(self) -> dict[int, int]:
        """The position of a post."""
        return {int(post): place for place, post in enumerate(self.world.works.post_id)}

    def visible(self, which: Places, second: int) -> Places:
        """Those of some posts that anyone can see at an instant."""
        works, changes = self.world.works, self.world.changes
        hidden = (changes.private_from[which] <= second) & (second < changes.private_until[which])
        seen = (works.published[which] <= second) & (second < np.minimum(works.gone[which], self._deleted[which])) & ~hidden
        found: Places = which[seen]
        return found

    def counts(self, which: Places, second: int | Places) -> dict[str, NDArray[np.int64]]:
        """The exact counters of some posts, as `World.readings` has them; until a post is published, zeros."""
        return count_at(self.world.curves, self.world.works, which, np.maximum(second, self.world.works.published[which]))

    def readings(self, at: datetime, which: Places | None = None) -> pa.Table:
        """The truth: `World.readings` of every post that can be seen at an instant, deletions by hand included."""
        found = self.visible(np.arange(len(self.world.works.post_id)) if which is None else which, int(at.timestamp()))
        return self.world.readings(at, which=found)

    def handles(self, second: int) -> list[str]:
        """Everyone's handle at an instant, by position."""
        return self._named(second)[2]

    def creator(self, handle: str, second: int) -> int | None:
        """Who has a handle at an instant."""
        return self._named(second)[1].get(handle.replace("\0", "").casefold())

    def _named(self, second: int) -> tuple[int, dict[str, int], list[str]]:
        done = sum(when <= second for when, _, _ in self._renames)
        if self._names is None or self._names[0] != done:
            names = [str(h) for h in self.world.cast.handle]
            for _, creator, handle in self._renames[:done]:
                names[creator] = handle
            self._names = done, {name.casefold(): i for i, name in enumerate(names)}, names
        return self._names

    def written(self, creator: int, second: int) -> str:
        """A handle as careless places write it: with a NUL inside for some creators."""
        handle = self.handles(second)[creator]
        if chance(self.faults.seed, "nul", creator) < self.faults.nul_usernames:
            return f"{handle[:2]}\0{handle[2:]}"
        return handle

    def profile(self, creator: int, second: int) -> dict[str, Any]:
        """The counters of an account, as `World.creators` has them."""
        followers = int(self.world.cast.followers_at(second)[creator])
        done = int((self.world.works.published[self.by_creator[creator]] <= second).sum())
        following = int(self.world.cast.following[creator])
        return {"followers": followers, "following": following, "likes_total": followers * 9, "videos_total": done + 40}

    def country(self, creator: int) -> str:
        """Where an account was registered."""
        return "FR" if self.world.cast.zone[creator] == "Europe/Paris" else "US"

    def url(self, place: int, handle: str) -> str:
        """A post's address."""
        folder = "photo" if self.world.works.photo[place] else "video"
        return f"https://www.tiktok.com/@{handle}/{folder}/{self.world.works.post_id[place]}"

    def rename(self, creator: int, handle: str) -> None:
        """From now on an account has another handle; its number stays."""
        self._renames = sorted([*self._renames, (self.second, creator, handle)])
        self._names = None

    def delete(self, places: Iterable[int]) -> None:
        """From now on some posts are gone."""
        for place in places:
            self._deleted[place] = min(int(self._deleted[place]), self.second)

    def tagged(self, tag: str, *, longer: bool = False) -> Places:
        """The posts that carry a hashtag, whatever its capitals; with `longer`, or one that begins with it."""
        wanted, nothing = tag.casefold(), np.zeros(0, np.int64)
        if not longer:
            return self._tags.get(wanted, nothing)
        return np.concatenate([nothing, *(places for name, places in self._tags.items() if name.startswith(wanted))])

    @cached_property
    def captions(self) -> list[str]:
        """Every caption, casefolded."""
        return [str(caption).casefold() for caption in self.world.works.caption]

    @cached_property
    def _tags(self) -> dict[str, Places]:
        found: dict[str, list[int]] = {}
        for place, tags in enumerate(self.world.works.hashtags):
            for tag in tags:
                found.setdefault(str(tag).casefold(), []).append(place)
        return {tag: np.array(places, np.int64) for tag, places in found.items()}
