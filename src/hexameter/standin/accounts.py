"""Day by day what a simulated account gained (UTC days), from the same curves as its posts' counters. It holds no state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.counters import count_at
from hexameter.standin.world import World

_HOURLY = np.array([2, 1, 1, 1, 1, 2, 4, 5, 5, 4, 4, 5, 8, 7, 5, 5, 6, 7, 9, 10, 10, 8, 5, 3], float) / 118


def daily(world: World, creator: int, own: NDArray[np.int64], days: Sequence[date]) -> list[dict[str, Any]]:
    """One row a day of what an account gained.

    In      creator  its position in the cast
            own      positions of all its posts, deleted ones too: what they were watched stays counted
            days     consecutive UTC days
    Out     date, video_views, likes (gross: withdrawn ones stay), comments, shares, unique_video_views, profile_views, followers_count
            (at the day's end), daily_total_followers (net growth), daily_new_followers, daily_lost_followers, engaged_audience,
            audience_activity
    """
    edges = [_midnight(day) for day in days]
    totals = [_totals(world, own, second) for second in (*edges, *([edges[-1] + 86_400] if edges else []))]
    rows = []
    for day, start, before, after in zip(days, edges, totals, totals[1:], strict=False):
        gained = {name: after[name] - before[name] for name in before}
        rows.append({"date": day.isoformat(), **gained, **_followers(world, creator, start), **_visits(gained)})
    return rows


def _totals(world: World, own: NDArray[np.int64], second: int) -> dict[str, int]:
    which = own[world.works.published[own] <= second]
    kept = replace(world.curves, withdrawn=np.zeros(len(world.curves.withdrawn)))
    counts = count_at(kept, world.works, which, second)
    sums = {name: int(counts[source].sum()) for name, source in _SUMS}
    return {**sums, "unique_video_views": int((counts["views"] * world.watching.reach_share[which]).sum())}


_SUMS = (("video_views", "views"), ("likes", "likes"), ("comments", "comments"), ("shares", "shares"))


def _followers(world: World, creator: int, start: int) -> dict[str, int]:
    before, after = (int(world.cast.followers_at(second)[creator]) for second in (start, start + 86_400))
    left = after // 2_000 + max(before - after, 0)
    return {
        "followers_count": after,
        "daily_total_followers": after - before,
        "daily_new_followers": after - before + left,
        "daily_lost_followers": left,
    }


def _visits(gained: dict[str, int]) -> dict[str, Any]:
    return {
        "profile_views": gained["video_views"] // 60,
        "engaged_audience": (gained["likes"] + gained["comments"] + gained["shares"]) * 9 // 10,
        "audience_activity": [{"hour": str(h), "count": int(gained["unique_video_views"] * share)} for h, share in enumerate(_HOURLY)],
    }


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included.

    Example days_between(date(2025, 7, 1), date(2025, 7, 2)) -> [date(2025, 7, 1), date(2025, 7, 2)]
    """
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
