"""Engagement rate per post (KPIS.md section 3): three formulas, each as mean, median and pooled. Other definitions are presets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from hexameter.kpis.answers import ratio
from hexameter.kpis.arrays import Flags, Numbers, Reals, Whole, numbers
from hexameter.kpis.reading import FORMULAS
from hexameter.kpis.statistics import interval_of_mean, mean, median

DEFINITIONS = {
    "by_followers_pct": "(likes + comments) / followers × 100",
    "by_views_pct": "(likes + comments + shares) / views × 100",
    "by_reach_pct": "(likes + comments + shares) / unique reach × 100",
}


class EngagementRate:
    """Engagement rate of the posts in scope and period, in percent."""

    name = "engagement_rate"
    title = "Engagement rate per post"
    unit = "percent"
    formula = "; ".join(f"{name} = {text}" for name, text in DEFINITIONS.items())
    source = "KPIS.md section 3"
    reads: tuple[str, ...] = ("posts", "readings", "followers")

    def summary(self, frames: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 3 for the whole scope."""
        return rates(frames["posts"])


def rates(posts: pa.Table) -> dict[str, Any]:
    """Each formula's figures over some posts.

    In      posts  basis; <rate>_up, <rate>_down and their roundings for each formula
    """
    out: dict[str, Any] = {f"{rate}_pct": one_rate(posts, rate) for rate in FORMULAS}
    counted = posts["basis"].filter(pa.array(_Parts(posts, "by_followers").kept)).to_pylist()
    out["by_followers_pct"]["basis"] = {name: counted.count(name) for name in ("at_post", "after_post")}
    return out


def one_rate(posts: pa.Table, rate: str, interval: bool = True) -> dict[str, Any]:
    """One formula over some posts: mean, median, pooled, interval of the mean, worst case of rounding, n and n_excluded.

    Example posts of 1660/20000 and 320/5000 -> mean 7.35, pooled 7.92
    """
    parts = _Parts(posts, rate)
    up, down = parts["up"], parts["down"]
    each = _pct(up.astype(np.float64), down.astype(np.float64))
    low, high = interval_of_mean(each) if interval else (None, None)
    rounding_low, rounding_high = _worst_case(parts)
    return {
        "mean": mean(each),
        "median": median(each),
        "pooled": ratio(int(up.sum()), int(down.sum()), 100),
        "low": low,
        "high": high,
        "rounding_low": rounding_low,
        "rounding_high": rounding_high,
        "n": len(each),
        "n_excluded": posts.num_rows - len(each),
        "definition": DEFINITIONS[f"{rate}_pct"],
    }


class _Parts:
    """Numerators and denominators, and their roundings, of the posts that have a rate."""

    def __init__(self, posts: pa.Table, rate: str):
        self._posts, self._rate = posts, rate
        up, down = self._column("up"), self._column("down")
        self.kept: Flags = up.there & down.there & (down.values != 0)

    def __getitem__(self, part: str) -> Whole:
        return self._column(part).or_zero()[self.kept]

    def _column(self, part: str) -> Numbers:
        return numbers(self._posts, f"{self._rate}_{part}")


def _pct(up: Reals, down: Reals) -> Reals:
    return up * 100 / down


def _worst_case(parts: _Parts) -> tuple[float | None, float | None]:
    """Bounds of the mean if every rounded counter were as far off as it can be; no upper bound when a denominator could be 0."""
    up, up_width, down, down_width = (parts[part].astype(np.float64) for part in ("up", "up_rounding", "down", "down_rounding"))
    if not len(up):
        return None, None
    low = mean(_pct(up - up_width, down + down_width))
    high = mean(_pct(up + up_width, down - down_width)) if np.all(down - down_width > 0) else None
    return low, high
