"""Columns for the planner's tests: a few posts of a few connected creators, read at chosen moments. They assert nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from hexameter.services.tracking.columns import Buckets, Posts, Profiles, Routes

HOUR, DAY = 3_600.0, 86_400.0
NOW = 100 * DAY
NO_PROFILES = Profiles(np.zeros(0, str), np.zeros(0, np.int64), np.zeros(0))


def posts_of(ages: list[float], read: list[float], **columns: Any) -> Posts:
    """Posts of so many hours, read so many hours ago (nan: never), each with a thousand views and no earlier reading."""
    count = len(ages)
    last_at = NOW - np.array(read, float) * HOUR
    given: dict[str, Any] = {
        "post_id": np.array([str(900 + i) for i in range(count)]),
        "route": np.zeros(count, np.int64),
        "weight": np.ones(count),
        "published": NOW - np.array(ages, float) * HOUR,
        "last_at": last_at,
        "last_views": np.where(np.isnan(last_at), np.nan, 1_000.0),
        "previous_at": np.full(count, np.nan),
        "previous_views": np.full(count, np.nan),
        "end": np.full(count, NOW + 20 * DAY),
        "keep_until": np.full(count, NOW + 200 * DAY),
    }
    return Posts(**given | columns)


def routes_of(count: int = 1, listed: float = 1.0, **columns: Any) -> Routes:
    """Connected accounts, listed so many hours ago, whose posts count from fifty days ago to twenty days from now."""
    given: dict[str, Any] = {
        "key": np.array([f"account-{i}" for i in range(count)]),
        "batch": np.full(count, 20),
        "lists": np.ones(count, bool),
        "listed_at": np.full(count, NOW - listed * HOUR),
        "since": np.full(count, NOW - 50 * DAY),
        "until": np.full(count, NOW + 20 * DAY),
    }
    return Routes(**given | columns)


def one_bucket(left: int, lasts: float = DAY, routes: int = 1) -> Buckets:
    """All requests of all routes spend from one bucket."""
    who = np.tile(np.arange(routes), 3)
    kinds = np.repeat([0, 1, 2], routes)
    return Buckets(np.array(["day"]), np.array([left]), np.array([float(lasts)]), who, kinds, np.zeros(len(who), np.int64))
