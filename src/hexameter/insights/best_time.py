"""Best time to post: which hours of the week went with more views than the creator's own level. It promises nothing and posts nothing.

Posts are compared with the same creator's other posts at the same age, creators are pooled, hours lean on their neighbours round the clock
and round the week, and a window is named only when shuffled posts hardly ever show one as good. (Spasojevic et al. 2015 found gains of 4
and 17 percent; posting times are chosen, not drawn, so a gain here is association.)
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import numpy as np

from hexameter.insights.clock import CELLS
from hexameter.insights.growth import Flags, Reals
from hexameter.insights.own_level import FEWEST_OWN, Posted, kept_of, scores_of
from hexameter.insights.week_windows import Sums, chosen, described, gain_of, search, sums_of, windows

METHOD, VERSION = "best_time", "3"
AGE_HOURS = 168.0
FEWEST_POSTS = 60  # comparable posts, all creators together
_NEAR_POSTS = 5.0  # posts in an hour and its neighbours, for the map to show the hour
_APART = (0.1, 0.15, 0.25, 0.4)  # log; how far hours may lie apart: the likeliest of these is taken

PRIORS: tuple[dict[str, Any], ...] = (
    {
        "name": "Sprout Social 2025",
        "says": "Tuesday to Thursday afternoon",
        "cells": [d * 24 + h for d in (1, 2, 3) for h in range(14, 18)],
    },
    {"name": "Buffer 2026", "says": "Sunday 9:00", "cells": [6 * 24 + 9]},
)
_PRIOR_GAIN = 0.02  # log; they contradict each other, so each is worth a hint


def best_time(posted: Posted, of: int | None = None, seed: int = 0) -> dict[str, Any]:
    """The map of the week and its best windows.

    In      of    a creator's number: the map of this one, leaning on the others; None: of all together
    Out     verdict  "windows", "no time stands out" or "not enough data"; why; windows (best first: label, cell, hours, days, n, gain_pct,
                     low_pct, high_pct: 95 percent, the choice allowed for); map (168: cell, n, gain_pct, low_pct, high_pct: 80 percent;
                     null without data); p; priors
    Null    map and windows are empty when there is not enough data
    Source  METHODS.md 3.2
    Example 4,000 posts of which those of Tue-Thu 18 to 21 got 20 percent more views -> that window in about half of such data, else none
    """
    kept = kept_of(posted)
    n = int(kept.sum())
    priors = [{"name": p["name"], "says": p["says"]} for p in PRIORS]
    out: dict[str, Any] = {"method": METHOD, "version": VERSION, "priors": priors}
    own = int((kept & (posted.creator == of)).sum()) if of is not None else n
    out |= {"n": own, "n_excluded": int((posted.creator == of).sum() if of is not None else len(kept)) - own, "n_pooled": n}
    lacking = _lacking(own, n, of)
    if lacking:
        return out | {"verdict": "not enough data", "why": lacking, "windows": [], "map": [], "p": None}
    scores, mine = scores_of(posted, kept), None if of is None else posted.creator[kept] == of
    sums = sums_of(scores, mine)
    found = search(scores, sums, mine, np.random.default_rng(seed))
    named = [described(at, sums, gain_of(at, found, partial(_without, posted, kept, of, at))) for at in chosen(found)]
    out |= {"map": _map(sums), "p": found.p, "windows": named}
    if named:
        return out | {"verdict": "windows", "why": _words(named[0])}
    return out | {"verdict": "no time stands out", "why": "Shuffled posts show hours as good as these. Post when it suits."}


def _without(posted: Posted, kept: Flags, of: int | None, at: int, gain: float) -> Sums:
    """The sums once a window's gain is taken off its posts; the others' posts gain half as much as a creator's own."""
    inside = windows()[1][at][posted.cell] > 0
    share = np.ones(len(kept)) if of is None else np.where(posted.creator == of, 1.0, 0.5)
    return sums_of(scores_of(posted, kept, np.where(inside, gain * share, 0.0)), None if of is None else posted.creator[kept] == of)


def _lacking(own: int, n: int, of: int | None) -> str | None:
    if n < FEWEST_POSTS:
        return f"{n} comparable posts; at least {FEWEST_POSTS} are needed."
    if of is not None and own < 2 * FEWEST_OWN:
        return f"{own} comparable posts of this creator; at least {2 * FEWEST_OWN} are needed."
    return None


def _words(best: dict[str, Any]) -> str:
    return (
        f"{best['label']}: about {best['gain_pct']:+.0f} % views (95 %: {best['low_pct']:+.0f} to {best['high_pct']:+.0f}), "
        "a tilt, not a promise: times are chosen, not drawn."
    )


@cache
def _kernel() -> Reals:
    """How alike two hours of the week are: by hour of day on any day, by weekday, and by both (von Mises round the clock and the week)."""
    cells = np.arange(CELLS)
    hour = np.exp(6.0 * (np.cos(2 * np.pi * np.subtract.outer(cells % 24, cells % 24) / 24) - 1))
    day = np.exp(1.5 * (np.cos(2 * np.pi * np.subtract.outer(cells // 24, cells // 24) / 7) - 1))
    week = np.exp(700.0 * (np.cos(2 * np.pi * np.subtract.outer(cells, cells) / CELLS) - 1))
    return np.asarray(0.3 * hour + 0.1 * day + 0.4 * hour * day + 0.2 * week)


def _priors() -> Reals:
    mean = np.zeros(CELLS)
    for prior in PRIORS:
        mean[prior["cells"]] += _PRIOR_GAIN
    return mean


def _map(sums: Sums) -> list[dict[str, Any]]:
    """Every hour's gain with its middle 80 percent, smoothed: a Gaussian process whose spread the data choose (empirical Bayes)."""
    known = (_kernel() / _kernel()[0, 0]) @ sums.n >= _NEAR_POSTS
    others = bool(sums.others_information.any())
    size = CELLS * (2 if others else 1)
    information = np.zeros((size, size))
    information[:CELLS, :CELLS] = sums.own_information
    if others:
        information[CELLS:, CELLS:] = sums.others_information
    expected = np.tile(_priors(), size // CELLS)
    score = np.concatenate((sums.own, sums.others))[:size] - information @ expected
    fits = [_smoothed(score, information, _covariance(size) * apart**2) for apart in _APART]
    _, mean, covariance = max(fits, key=lambda fit: fit[0])
    mean = (mean + expected)[:CELLS]
    mean = mean - float(sums.n @ mean) / max(int(sums.n.sum()), 1)
    sd: Reals = np.sqrt(np.maximum(np.diag(covariance)[:CELLS], 0.0))
    edges = [np.asarray(100 * np.expm1(mean + z * sd)) for z in (0.0, -1.2816, 1.2816)]
    return [
        {"cell": c, "n": int(sums.n[c])}
        | {name: float(edge[c]) if known[c] else None for name, edge in zip(("gain_pct", "low_pct", "high_pct"), edges, strict=True)}
        for c in range(CELLS)
    ]


def _smoothed(score: Reals, information: Reals, prior: Reals) -> tuple[float, Reals, Reals]:
    """Log evidence, mean and covariance of the hours' effects under a prior covariance."""
    inflated = np.eye(len(score)) + prior @ information
    covariance: Reals = np.asarray(np.linalg.solve(inflated, prior), np.float64)
    mean = covariance @ score
    return float(score @ mean - np.linalg.slogdet(inflated)[1]) / 2, mean, covariance


def _covariance(size: int) -> Reals:
    kernel = _kernel()
    if size == CELLS:
        return kernel
    # a creator's map is half the crowd's, half its own
    return np.block([[kernel, kernel / 2], [kernel / 2, kernel / 2]])
