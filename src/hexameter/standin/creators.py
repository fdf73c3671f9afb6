"""Simulated creators: who they are, and their followers day by day with drift, jumps and steps that look bought. It knows no posts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.chance import stream
from hexameter.standin.tiers import TIERS

DAY = 86_400
_NAMES = (
    "lea",
    "camille",
    "ines",
    "jade",
    "louise",
    "manon",
    "chloe",
    "emma",
    "sarah",
    "zoe",
    "nina",
    "lina",
    "hugo",
    "theo",
    "lucas",
    "noah",
    "adam",
    "milo",
    "nathan",
    "yanis",
    "maya",
    "olivia",
    "ava",
    "ruby",
    "sofia",
    "luna",
    "aria",
    "ivy",
    "ella",
    "mila",
)
_ENDINGS = (
    "paris",
    "glow",
    "daily",
    "beauty",
    "vlog",
    "style",
    "home",
    "run",
    "eats",
    "studio",
    "official",
    "reads",
    "makes",
    "skin",
    "travels",
)
_ZONES = ("Europe/Paris", "America/New_York")


@dataclass(frozen=True)
class Creators:
    """Columns of equal length, one entry a creator; `followers` has one column a day from `first_second` on (counts at 00:00 UTC)."""

    creator_id: NDArray[np.str_]
    handle: NDArray[np.str_]
    tier: NDArray[np.int64]
    zone: NDArray[np.str_]
    booked: NDArray[np.bool_]
    following: NDArray[np.int64]
    first_second: int
    followers: NDArray[np.float64]
    jumped: NDArray[np.int64]
    bought: NDArray[np.int64]

    def followers_at(self, second: int) -> NDArray[np.int64]:
        """Every creator's exact follower count at an instant: straight lines between midnights, the ends held."""
        days = self.followers.shape[1]
        position = min(max((second - self.first_second) / DAY, 0.0), days - 1.0)
        left = min(int(position), days - 2)
        part = position - left
        found: NDArray[np.int64] = np.floor(self.followers[:, left] * (1 - part) + self.followers[:, left + 1] * part).astype(np.int64)
        return found


def draw_creators(seed: int, count: int, booked: int, first_second: int, days: int) -> Creators:
    """A cast of creators, nano first.

    In      seed, count   of the world
            booked        how many work for the campaign: spread over the tiers, none of them mega
            first_second  Unix second of the follower series' first day
            days          length of the series
    Out     creators whose tiers follow the shares in TIERS exactly; jumps and steps only for some of them
    """
    rng = stream(seed, "creators")
    tier = _tiers(count)
    affordable = np.flatnonzero(tier < len(TIERS) - 1)
    spread = affordable[np.linspace(0, len(affordable) - 1, min(booked, len(affordable))).round().astype(int)]
    jumped = np.where(rng.random(count) < 0.2, rng.integers(days // 3, days - 5, count), -1)
    bought = np.where((jumped < 0) & (rng.random(count) < 0.12), rng.integers(days // 3, days - 8, count), -1)
    return Creators(
        creator_id=rng.integers(6_600_000_000 << 30, 6_800_000_000 << 30, count).astype(np.str_),
        handle=_handles(rng, count),
        tier=tier,
        zone=np.where(rng.random(count) < 0.8, *_ZONES),
        booked=np.isin(np.arange(count), spread),
        following=rng.integers(40, 2_000, count),
        first_second=first_second,
        followers=_follower_series(stream(seed, "followers"), tier, days, jumped, bought),
        jumped=jumped,
        bought=bought,
    )


def _tiers(count: int) -> NDArray[np.int64]:
    ends = np.cumsum([t.share for t in TIERS])
    found: NDArray[np.int64] = np.searchsorted(ends - 1e-9, (np.arange(count) + 0.5) / count).astype(np.int64)
    return found


def _handles(rng: np.random.Generator, count: int) -> NDArray[np.str_]:
    number = np.arange(count)
    pairs = rng.permutation(len(_NAMES) * len(_ENDINGS))
    pick = pairs[number % len(pairs)]
    base = np.char.add(
        np.char.add(np.array(_NAMES)[pick // len(_ENDINGS)], rng.choice([".", "_", ""], count)), np.array(_ENDINGS)[pick % len(_ENDINGS)]
    )
    turn = number // len(pairs)
    return np.where(turn > 0, np.char.add(base, turn.astype(np.str_)), base)


def _follower_series(
    rng: np.random.Generator, tier: NDArray[np.int64], days: int, jumped: NDArray[np.int64], bought: NDArray[np.int64]
) -> NDArray[np.float64]:
    low, high = (np.log([t.followers[i] for t in TIERS])[tier] for i in (0, 1))
    count, day = len(tier), np.arange(days)[None, :]
    start = rng.uniform(low, high)
    drift = rng.normal(0.0012, 0.0015, count)[:, None]
    daily = drift + rng.normal(0, 0.0012, (count, days))
    # A video that took off: two days of new followers. A step that looks bought: overnight, then some of it seeps away.
    jump = np.where(
        (jumped[:, None] >= 0) & (day - jumped[:, None] >= 0) & (day - jumped[:, None] < 2), rng.uniform(0.02, 0.05, count)[:, None], 0
    )
    age = np.where(bought[:, None] >= 0, day - bought[:, None], -1)
    step = np.where(age == 0, rng.uniform(0.08, 0.15, count)[:, None], np.where((age > 0) & (age < 20), -0.0015, 0))
    return np.exp(start[:, None] + np.cumsum(daily + jump + step, axis=1))
