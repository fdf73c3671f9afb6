"""Videos produced (KPIS.md section 1): how many posts, how regularly, and whether views rise. It looks at no other counter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from hexameter.kpis.answers import ratio, row
from hexameter.kpis.arrays import reals
from hexameter.kpis.slopes import theil_sen

_HOUR, _DAY = 3.6e9, 8.64e10  # microseconds
DAILY_HOURS, REGULAR_HOURS, OCCASIONAL_HOURS = 36, 84, 14 * 24
BAND_SOURCE = "1 to 3 posts a day is a 2023 article's figure; Metricool's own of 2024 is 2.62 a week"


class Videos:
    """Posts in scope and period, and their rhythm."""

    name = "videos"
    title = "Videos produced"
    unit = "posts"
    formula = "number of posts in scope and period"
    source = "KPIS.md section 1"
    reads: tuple[str, ...] = ("posts", "readings")

    def summary(self, frames: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 1 for the whole scope."""
        return rhythm(frames["posts"], row(frames["period"]), frames["days"])


def rhythm(posts: pa.Table, period: Mapping[str, Any], days: pa.Table) -> dict[str, Any]:
    """Section 1's figures of some posts.

    In      posts   published_at, day, post_order, views_7d
            period  the frame's row
            days    the frame `days`
    """
    per_day = _posts_a_day(posts, days)
    begun = len(per_day)
    published = np.sort(posts["published_at"].drop_null().cast(pa.int64()).to_numpy())
    gaps = np.diff(published) / _HOUR
    gap = float(np.median(gaps)) if len(gaps) else None
    active = int(np.count_nonzero(per_day))
    in_band = int(np.count_nonzero((per_day >= period["band_low"]) & (per_day <= period["band_high"])))
    trend, trend_n = _trend(posts)
    return {
        "videos": posts.num_rows,
        "per_day": ratio(posts.num_rows, begun),
        "days": begun,
        "active_days": active,
        "active_day_share_pct": ratio(active, begun, 100),
        "median_gap_hours": gap,
        "longest_silence_days": _longest_silence(published, days, period),
        "days_in_recommended_band_pct": ratio(in_band, begun, 100),
        "recommended_per_day": {"low": period["band_low"], "high": period["band_high"], "source": BAND_SOURCE},
        "activity": _activity(posts.num_rows, gap),
        "views_trend_pct_per_post": trend,
        "views_trend_n": trend_n,
    }


def _posts_a_day(posts: pa.Table, days: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    # posts added by hand may lie outside the period: they count, but on none of its days
    numbers = days["day"].cast(pa.int32()).to_numpy()
    of_posts = posts["day"].drop_null().cast(pa.int32()).to_numpy()
    if not len(numbers):
        return np.zeros(0, dtype=np.int64)
    inside = of_posts[(of_posts >= numbers[0]) & (of_posts <= numbers[-1])]
    return np.bincount(inside - numbers[0], minlength=len(numbers))


def _longest_silence(published: np.ndarray[Any, Any], days: pa.Table, period: Mapping[str, Any]) -> float | None:
    if not days.num_rows:
        return None
    start, end = (np.datetime64(period[edge], "us").astype(np.int64) for edge in ("start_at", "elapsed_end_at"))
    inside = published[(published >= start) & (published <= end)]
    return float(np.max(np.diff(np.concatenate(([start], inside, [end]))))) / _DAY


def _activity(videos: int, gap: float | None) -> str:
    if videos == 0:
        return "inactive"
    if gap is None or gap > OCCASIONAL_HOURS:
        return "rare"
    if gap <= DAILY_HOURS:
        return "daily"
    return "regular" if gap <= REGULAR_HOURS else "occasional"


def _trend(posts: pa.Table) -> tuple[float | None, int]:
    order, views = reals(posts, "post_order"), reals(posts, "views_7d")
    read = np.flatnonzero(~np.isnan(views))
    read = read[np.argsort(order[read])]
    slope = theil_sen(order[read], np.log1p(views[read]))
    return (None if slope is None else math.expm1(slope) * 100), len(read)
