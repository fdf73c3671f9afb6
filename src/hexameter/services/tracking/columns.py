"""What the planner is given and what it gives back: columns of posts, routes, profiles and buckets, and a plan. It decides nothing.

Instants are Unix seconds as float64; nan stands for never. Columns of one table have equal length; positions are int64.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.str_]
Kind = Literal["newest", "posts", "profile"]
KINDS: tuple[Kind, ...] = ("newest", "posts", "profile")
NEWEST, POSTS, PROFILE = 0, 1, 2


@dataclass(frozen=True)
class Posts:
    """Every post that some route can read, one entry each.

    In      route                  position in Routes
            weight                 the summed weights of the campaigns that count it; 0: none does, it only fills a place in a listing
            published              when it went up
            last_at, last_views    the latest reading; nan: none yet
            previous_at, previous_views  the reading before it; nan: none. One that is an hour older or more teaches most.
            end                    end of the campaign: the nearest that is not over, else the last one
            keep_until             when it is no longer watched
    """

    post_id: Words
    route: Places
    weight: Floats
    published: Floats
    last_at: Floats
    last_views: Floats
    previous_at: Floats
    previous_views: Floats
    end: Floats
    keep_until: Floats


@dataclass(frozen=True)
class Routes:
    """Through what posts are read: a connected account, or an app that sees everybody's.

    In      key        its name in the plan
            batch      posts that one request reads
            lists      whether it has a `newest` listing (which finds new posts and reads the newest `batch`)
            listed_at  the latest listing; nan: none yet
            since      from when on its new posts count for a campaign; nan: they count for none
            until      and until when
    """

    key: Words
    batch: Places
    lists: Flags
    listed_at: Floats
    since: Floats
    until: Floats


@dataclass(frozen=True)
class Profiles:
    """Creators from short-listing on, whose profile is read daily: name, position of the route, the latest reading (nan: none)."""

    creator_id: Words
    route: Places
    read_at: Floats


@dataclass(frozen=True)
class Buckets:
    """Limits as they stand: so many requests `left`, which must last for `lasts` seconds (a daily one: until midnight UTC).

    `use_route`, `use_kind` (position in KINDS) and `use_bucket` list who spends where: one entry for each bucket of each kind of
    request of each route. A kind without an entry is free of any limit.
    """

    name: Words
    left: Places
    lasts: Floats
    use_route: Places
    use_kind: Places
    use_bucket: Places


@dataclass(frozen=True)
class Rules:
    """What was promised, whatever the counters do.

    In      ages_seconds     ages at which every post that counts is read
            end_seconds      a reading serves a campaign's end when it is at most so much earlier
            running_seconds  the longest time between readings while its campaign runs
            after_seconds    and after its end
            profile_seconds  the longest time between readings of a profile
            least_seconds    the shortest time between two readings that nobody promised
            least_views      expected unseen views below which a request is not worth sending
            after_weight     what a view counts after its campaign's end
    """

    ages_seconds: tuple[float, ...] = (3_600.0, 86_400.0, 172_800.0, 604_800.0, 2_592_000.0)
    end_seconds: float = 3_600.0
    running_seconds: float = 86_400.0
    after_seconds: float = 604_800.0
    profile_seconds: float = 86_400.0
    least_seconds: float = 900.0
    least_views: float = 1.0
    after_weight: float = 0.1


@dataclass(frozen=True)
class Request:
    """One request to send now.

    In      posts     what it reads: for `newest` the known ones of the listing
            creator   whose profile, for `profile`
            promised  why it cannot wait ("age or end", "interval"), or "" where only its gain speaks for it
            gain      expected views, weighted, that the campaigns' numbers lack now and will have after it
    """

    route: str
    kind: Kind
    posts: tuple[str, ...] = ()
    creator: str = ""
    promised: str = ""
    gain: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What to ask for now, when to look again, and what the limits did not leave room for.

    Out     requests    in the order in which to send them
            next_due    when each route must next be looked at (Unix seconds; inf: never as things stand)
            spent       requests by bucket's name, never more than was left
            unseen      of each post: expected views, weighted, that the numbers will lack after this plan (found posts only)
            unfound     of each route: the same of posts that are not found yet
            late        positions of posts whose promised reading found no room
            late_profiles  positions of profiles likewise
    """

    requests: tuple[Request, ...]
    next_due: Floats
    spent: Mapping[str, int]
    unseen: Floats
    unfound: Floats
    late: Places
    late_profiles: Places
