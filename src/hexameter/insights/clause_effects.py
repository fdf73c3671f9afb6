"""Which clauses of a brief went with better or worse results, within creators. It says what went together, not what caused it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hexameter.insights.growth import Places, Reals

METHOD, VERSION = "clause_effects", "1"
FEWEST = 10  # posts that passed and that failed, of creators who did both


def effects(level: Reals, creator: Places, clauses: Mapping[str, Reals]) -> list[dict[str, Any]]:
    """The effect of passing each clause on log views at one age, each creator compared with itself.

    In      level    log1p views at one age; NaN: not known
            clauses  by name: 1 passed, 0 failed, NaN unknown
    Out     clause, verdict ("better", "worse", "no difference shown", "not enough data"), effect_pct, low_pct, high_pct (95), n, n_excluded
    Null    effects: not enough data
    Example posts that showed the product had e^0.3 times the views of the same creators' others -> effect_pct 35
    """
    return [_effect(name, level, creator, np.asarray(passed, np.float64)) for name, passed in sorted(clauses.items())]


def _effect(name: str, level: Reals, creator: Places, passed: Reals) -> dict[str, Any]:
    from scipy.stats import t

    known = ~np.isnan(level) & ~np.isnan(passed)
    _, who = np.unique(creator[known], return_inverse=True)
    size = np.bincount(who)
    x = passed[known] - (np.bincount(who, passed[known]) / size)[who]
    y = level[known] - (np.bincount(who, level[known]) / size)[who]
    both = np.bincount(who, x * x)[who] > 1e-12  # of creators who passed it and failed it
    x, y, did = x[both], y[both], passed[known][both]
    n, people = len(x), len(np.unique(who[both]))
    out: dict[str, Any] = {"clause": name, "n": n, "n_excluded": len(level) - n, "effect_pct": None, "low_pct": None, "high_pct": None}
    free = n - people - 1
    if min(int((did > 0.5).sum()), int((did < 0.5).sum())) < FEWEST or free < 2:
        return {**out, "verdict": "not enough data"}
    slope = float(x @ y / (x @ x))
    error = float(np.sqrt(((y - slope * x) @ (y - slope * x)) / free / (x @ x)))
    low, high = (slope + side * float(t.ppf(0.975, free)) * error for side in (-1, 1))
    verdict = "better" if low > 0 else "worse" if high < 0 else "no difference shown"
    percents = {key: float(100 * np.expm1(v)) for key, v in (("effect_pct", slope), ("low_pct", low), ("high_pct", high))}
    return {**out, **percents, "verdict": verdict}
