"""Simulated posts: when, by whom, with which words, and how long they stay. It knows no counters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.captions import draw_captions
from hexameter.standin.chance import stream
from hexameter.standin.creators import DAY, Creators
from hexameter.standin.tiers import TIERS

FOREVER = np.iinfo(np.int64).max
# How likely each local hour is, 0 to 23: asleep, a bump at lunch, most in the evening.
_HOURS = np.array([2, 1, 1, 0, 0, 1, 2, 4, 4, 3, 3, 5, 8, 6, 4, 4, 5, 7, 10, 11, 9, 6, 4, 3], float)


@dataclass(frozen=True)
class Posts:
    """Columns of equal length, one entry a post, oldest first. `kind` says how a post relates to the campaign, see captions.KINDS."""

    post_id: NDArray[np.int64]
    creator: NDArray[np.int64]
    published: NDArray[np.int64]
    gone: NDArray[np.int64]
    kind: NDArray[np.str_]
    caption: NDArray[np.object_]
    hashtags: NDArray[np.object_]
    photo: NDArray[np.bool_]
    seconds: NDArray[np.int64]
    music_id: NDArray[np.str_]


def draw_posts(seed: int, creators: Creators, first: int, last: int, campaign: tuple[int, int], hashtag: str, brand: str) -> Posts:
    """All posts between two instants.

    In      seed, creators  of the world
            first, last     Unix seconds
            campaign        its window: inside it booked creators post for the brand
            hashtag, brand  without '#' and '@'
    Out     posts by publication; `post_id` >> 32 is the publication second
    """
    rng = stream(seed, "posts")
    creator = _authors(rng, creators, (last - first) / DAY)
    published = _instants(rng, creators.zone[creator], first, last)
    order = np.lexsort((creator, published))
    creator, published = creator[order], published[order]
    count = len(creator)
    kind = _kinds(rng, creators.booked[creator], (published >= campaign[0]) & (published < campaign[1]))
    caption, hashtags = draw_captions(stream(seed, "captions"), kind, hashtag, brand)
    photo = rng.random(count) < 0.08
    return Posts(
        post_id=(published << 32) + (rng.integers(0, 1 << 15, count) << 16) + np.arange(count) % (1 << 16),
        creator=creator,
        published=published,
        gone=np.where(rng.random(count) < 0.05, published + rng.integers(DAY, 12 * DAY, count), FOREVER),
        kind=kind,
        caption=caption,
        hashtags=hashtags,
        photo=photo,
        seconds=np.where(photo, 0, np.clip(rng.lognormal(np.log(27), 0.6, count), 5, 180)).astype(np.int64),
        music_id=(rng.integers(10**17, 9 * 10**17, count) * 10 + 7).astype(np.str_),
    )


def _authors(rng: np.random.Generator, creators: Creators, days: float) -> NDArray[np.int64]:
    usual = np.array([t.posts_a_day for t in TIERS])[creators.tier]
    each = rng.poisson(usual * rng.lognormal(0, 0.5, len(usual)) * days)
    return np.repeat(np.arange(len(usual)), each)


def _instants(rng: np.random.Generator, zone: NDArray[np.str_], first: int, last: int) -> NDArray[np.int64]:
    """Seconds drawn by local hour. The zone's offset is taken once, at `first`: after a clock change a creator posts an hour off."""
    count = len(zone)
    day = rng.integers(0, max((last - first) // DAY, 1), count)
    hour = rng.choice(24, count, p=_HOURS / _HOURS.sum())
    names = np.unique(zone)
    offsets = {name: _offset(str(name), first) for name in names}
    shift = np.array([offsets[name] for name in names])[np.searchsorted(names, zone)] if count else np.zeros(0, np.int64)
    return np.clip(first + day * DAY + hour * 3600 + rng.integers(0, 3600, count) - shift, first, last - 1)


def _offset(zone: str, second: int) -> int:
    offset = datetime.fromtimestamp(second, ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _kinds(rng: np.random.Generator, booked: NDArray[np.bool_], during: NDArray[np.bool_]) -> NDArray[np.str_]:
    count = len(booked)
    for_brand = booked & during & (rng.random(count) < 0.45)
    fan = ~booked & during & (rng.random(count) < 0.06)
    sponsored = rng.choice(["tagged", "misspelt", "untagged"], count, p=[0.86, 0.08, 0.06])
    return np.where(for_brand, sponsored, np.where(fan, "fan", "other"))
