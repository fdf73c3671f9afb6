"""Best time to post: which hours of the week went with more views than the creator's own level. It promises nothing and posts nothing.

Posts are compared with the same creator's other posts at the same age, creators are pooled, hours lean on their neighbours round the clock
and round the week, and a window is named only when shuffled posts hardly ever show one as good. (Spasojevic et al. 2015 found gains of 4
and 17 percent; posting times are chosen, not drawn, so a gain here is association.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hexameter.insights.clock import CELLS, label
from hexameter.insights.growth import Flags, Places, Reals

METHOD, VERSION = "best_time", "1"
AGE_HOURS = 168.0
FEWEST_POSTS = 60  # comparable posts, all creators together
FEWEST_OWN = 5  # of a creator, to have a level of its own
FALSE_ALARM = 0.025  # how often shuffled posts may show a window as good as the one named
_SHUFFLES = 400
_NEAR_POSTS = 5.0  # posts in an hour and its neighbours, for the hour to be named
_GAIN = 0.10  # log; how far hours are expected to lie apart before any data
_HELD = 2.5  # a post that took off counts as so many usual deviations from its creator's level, no more

PRIORS: tuple[dict[str, Any], ...] = (
    {
        "name": "Sprout Social 2025",
        "says": "Tuesday to Thursday afternoon",
        "cells": [d * 24 + h for d in (1, 2, 3) for h in range(14, 18)],
    },
    {"name": "Buffer 2026", "says": "Sunday 9:00", "cells": [6 * 24 + 9]},
)
_PRIOR_GAIN = 0.02  # log; they contradict each other, so each is worth a hint


@dataclass(frozen=True)
class Posted:
    """Posts as the map sees them: hour of the local week, creator (0..), time in days, log1p views at one age; NaN: not known."""

    cell: Places
    creator: Places
    day: Reals
    level: Reals


@dataclass(frozen=True)
class Fit:
    """The map: mean and covariance of each hour's effect on log views, and whether any stands out."""

    mean: Reals
    covariance: Reals
    n: Places
    near: Reals
    score: Reals
    critical: float
    p: float


def best_time(posted: Posted, of: int | None = None, seed: int = 0) -> dict[str, Any]:
    """The map of the week and its best windows.

    In      of    a creator's number: the map of this one, leaning on the others; None: of all together
    Out     verdict  "windows", "no time stands out" or "not enough data"; why; windows (best first: label, cell, hours, n, gain_pct,
                     low_pct, high_pct, top3_probability); map (168: cell, n, gain_pct, low_pct, high_pct; null without data); p; priors
    Null    map and windows are empty when there is not enough data
    Source  METHODS.md 3.2
    Example 4,000 posts of which those of Tue-Thu 18 to 21 got 20 percent more views -> that window in about half of such data, else none
    """
    kept, residual = _residuals(posted)
    n = int(kept.sum())
    priors = [{"name": p["name"], "says": p["says"]} for p in PRIORS]
    out: dict[str, Any] = {"method": METHOD, "version": VERSION, "priors": priors}
    own = int((kept & (posted.creator == of)).sum()) if of is not None else n
    out |= {"n": own, "n_excluded": int((posted.creator == of).sum() if of is not None else len(kept)) - own, "n_pooled": n}
    lacking = _lacking(own, n, of)
    if lacking:
        return out | {"verdict": "not enough data", "why": lacking, "windows": [], "map": [], "p": None}
    cell, creator, residual = posted.cell[kept], posted.creator[kept], residual[kept]
    fit = _fit(cell, creator, residual, of, np.random.default_rng(seed))
    windows = _windows(fit, np.random.default_rng(seed + 1)) if fit.p <= FALSE_ALARM else []
    out |= {"map": _map(fit), "p": fit.p, "windows": windows}
    if windows:
        return out | {"verdict": "windows", "why": _words(windows[0])}
    return out | {"verdict": "no time stands out", "why": "Shuffled posts show hours as good as these. Post when it suits."}


def _lacking(own: int, n: int, of: int | None) -> str | None:
    if n < FEWEST_POSTS:
        return f"{n} comparable posts; at least {FEWEST_POSTS} are needed."
    if of is not None and own < 2 * FEWEST_OWN:
        return f"{own} comparable posts of this creator; at least {2 * FEWEST_OWN} are needed."
    return None


def _words(best: dict[str, Any]) -> str:
    return (
        f"{best['label']}: about {best['gain_pct']:+.0f} % views (80 %: {best['low_pct']:+.0f} to {best['high_pct']:+.0f}), "
        "a tilt, not a promise: times are chosen, not drawn."
    )


def _residuals(posted: Posted) -> tuple[Flags, Reals]:
    """Each level less its creator's level and trend; posts of creators with too few are left out."""
    kept = ~np.isnan(posted.level)
    kept &= np.bincount(posted.creator[kept], minlength=posted.creator.max(initial=0) + 1)[posted.creator] >= FEWEST_OWN
    residual = np.full(len(kept), np.nan)
    for who in np.unique(posted.creator[kept]):  # tens to thousands of creators, whole arrays each
        rows = np.flatnonzero(kept & (posted.creator == who))
        residual[rows] = _detrended(posted.day[rows], posted.level[rows])
    return kept, residual


def _detrended(day: Reals, level: Reals) -> Reals:
    """Levels less their line over time, the slope held back as if ten posts said there is none; outliers drawn in."""
    middle = level - np.median(level)
    usual = 1.4826 * float(np.median(np.abs(middle)))
    middle = np.clip(middle, -_HELD * usual, _HELD * usual)
    centred = day - day.mean()
    spread = float(centred @ centred)
    slope = float(centred @ middle) / (spread * (1 + 10 / len(day))) if spread > 0 else 0.0
    left = middle - slope * centred
    return np.asarray((left - left.mean()) * np.sqrt(len(left) / (len(left) - 1)))


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


def _fit(cell: Places, creator: Places, residual: Reals, of: int | None, chance: np.random.Generator) -> Fit:
    """The posterior of every hour's effect, and the shuffles: residuals exchanged between posts of one creator."""
    group = np.zeros(len(cell), np.int64) if of is None else (creator != of).astype(np.int64)  # 0: whose map it is
    place, size = cell + CELLS * group, CELLS * (1 if of is None else 2)
    n = np.bincount(place, minlength=size).astype(np.float64)
    noise = float(residual @ residual) / len(residual)
    prior = _covariance(size) * _GAIN**2
    # mean = gain @ (sums - prior's own), a linear smoother: shuffles are matrix products
    gain: Reals = np.asarray(np.linalg.solve(np.eye(size) + (prior * n) / noise, prior / noise), np.float64)
    covariance = (gain * noise)[:CELLS, :CELLS]
    scale = np.sqrt(np.maximum(np.einsum("ij,j,ij->i", gain, n, gain)[:CELLS] * noise, 1e-12))
    near = (_kernel() / _kernel()[0, 0]) @ n[:CELLS]
    open_ = (near >= _NEAR_POSTS) & (n[:CELLS] > 0)
    sums = np.bincount(place, residual, size)
    score = np.where(open_, (gain @ sums)[:CELLS] / scale, -np.inf)
    best = np.sort(_shuffled(place, creator, residual, gain, (scale, open_), chance))
    expected = np.tile(_priors(), size // CELLS)
    mean = (expected + gain @ (sums - n * expected))[:CELLS]
    mean = mean - float(n[:CELLS] @ mean) / max(n[:CELLS].sum(), 1)
    p = (1 + int((best >= score.max()).sum())) / (1 + len(best))
    critical = float(best[int(np.ceil(len(best) * (1 - FALSE_ALARM))) - 1])
    return Fit(np.asarray(mean, np.float64), np.asarray(covariance, np.float64), n[:CELLS].astype(np.int64), near, score, critical, p)


def _covariance(size: int) -> Reals:
    kernel = _kernel()
    if size == CELLS:
        return kernel
    # a creator's map is half the crowd's, half its own
    return np.block([[kernel, kernel / 2], [kernel / 2, kernel / 2]])


def _shuffled(place: Places, creator: Places, residual: Reals, gain: Reals, test: tuple[Any, Flags], chance: np.random.Generator) -> Reals:
    scale, open_ = test
    size = len(gain)
    order = np.argsort(creator, kind="stable")
    owner, place, residual = creator[order], place[order], residual[order]
    best = np.empty(_SHUFFLES)
    for turn in range(_SHUFFLES):
        mixed = residual[np.lexsort((chance.random(len(owner)), owner))]
        effect = gain[:CELLS] @ np.bincount(place, mixed, size)
        best[turn] = np.max((effect / scale)[open_], initial=-np.inf)
    return best


def _windows(fit: Fit, chance: np.random.Generator) -> list[dict[str, Any]]:
    """At most three windows whose best hour stands out, each with the hours beside it that share at least half of its gain."""
    draws = chance.multivariate_normal(fit.mean, fit.covariance, 1000, method="eigh", check_valid="ignore")
    ranks = np.argsort(-np.where(fit.n > 0, draws, -np.inf), axis=1)[:, :3]
    top = np.bincount(ranks.ravel(), minlength=CELLS) / len(draws)
    out: list[dict[str, Any]] = []
    taken = np.zeros(CELLS, np.bool_)
    for peak in np.argsort(-fit.score, kind="stable").tolist():
        if len(out) == 3 or fit.score[peak] < fit.critical or fit.mean[peak] <= 0:
            break
        if taken[peak]:
            continue
        cells = _beside(fit, peak, taken)
        taken[[(c + side) % CELLS for c in cells for side in (-1, 0, 1)]] = True
        mean, sd = _average(fit, cells)
        middle, low, high = (100 * np.expm1(mean + z * sd) for z in (0.0, -1.2816, 1.2816))
        words = {"label": label(cells[0], len(cells)), "cell": cells[0], "hours": len(cells), "n": int(fit.n[cells].sum())}
        numbers = {"gain_pct": float(middle), "low_pct": float(low), "high_pct": float(high)}
        out.append({**words, **numbers, "top3_probability": float(min(top[cells].sum(), 1.0))})
    return out


def _beside(fit: Fit, peak: int, taken: NDArray[np.bool_]) -> list[int]:
    """The peak and its neighbours within the day."""
    cells = [peak]
    for side in (-1, 1):
        at = peak + side
        while 0 <= at < CELLS and at // 24 == peak // 24 and fit.mean[at] >= fit.mean[peak] / 2 and not taken[at] and len(cells) < 6:
            cells.append(at)
            at += side
    return sorted(cells)


def _average(fit: Fit, cells: list[int]) -> tuple[float, float]:
    weight = np.zeros(CELLS)
    weight[cells] = 1 / len(cells)
    return float(weight @ fit.mean), max(float(weight @ fit.covariance @ weight), 0.0) ** 0.5


def _map(fit: Fit) -> list[dict[str, Any]]:
    sd: Reals = np.sqrt(np.maximum(np.diag(fit.covariance), 0.0))
    edges = [np.asarray(100 * np.expm1(fit.mean + z * sd)) for z in (0.0, -1.2816, 1.2816)]
    known = fit.near >= _NEAR_POSTS
    return [
        {"cell": c, "n": int(fit.n[c])}
        | {name: float(edge[c]) if known[c] else None for name, edge in zip(("gain_pct", "low_pct", "high_pct"), edges, strict=True)}
        for c in range(CELLS)
    ]
