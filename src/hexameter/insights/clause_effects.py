"""Which clauses of a brief went with better or worse results, within creators. It says what went together, not what caused it.

Asking of several clauses at once finds more by chance: intervals are widened (Bonferroni) so that all hold together 95 times in 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hexameter.insights.growth import Places, Reals

METHOD, VERSION = "clause_effects", "2"
FEWEST = 10  # posts that passed and that failed, of creators who did both


def effects(level: Reals, creator: Places, clauses: Mapping[str, Reals]) -> list[dict[str, Any]]:
    """The effect of passing each clause on log views at one age, each creator compared with itself.

    In      level    log1p views at one age; NaN: not known
            clauses  by name: 1 passed, 0 failed, NaN unknown
    Out     clause, verdict ("better", "worse", "no difference shown", "not enough data"), effect_pct, low_pct, high_pct (95, all together),
            passed, failed (of all posts), creators (who did both), n (their posts, which are compared), n_excluded
    Null    effects: not enough data
    Example posts that showed the product had e^0.3 times the views of the same creators' others -> effect_pct 35
    """
    within = {name: _within(level, creator, np.asarray(passed, np.float64)) for name, passed in sorted(clauses.items())}
    asked = sum(part.enough for part in within.values())
    return [_effect(name, part, len(level) - len(part.passed), 1 - 0.05 / max(asked, 1)) for name, part in within.items()]


@dataclass(frozen=True)
class _Within:
    """Posts of creators who kept a clause and broke it, each less its creator's mean: passing (x), level (y)."""

    x: Reals
    y: Reals
    passed: Reals
    creators: int
    told: tuple[int, int]  # passed and failed, of other creators' posts too

    @property
    def free(self) -> int:
        return len(self.x) - self.creators - 1

    @property
    def enough(self) -> bool:
        return min(_counts(self.passed)) >= FEWEST and self.free >= 2


def _counts(passed: Reals) -> tuple[int, int]:
    return int((passed > 0.5).sum()), int((passed < 0.5).sum())


def _within(level: Reals, creator: Places, passed: Reals) -> _Within:
    known = ~np.isnan(level) & ~np.isnan(passed)
    _, who = np.unique(creator[known], return_inverse=True)
    size = np.bincount(who)
    x = passed[known] - (np.bincount(who, passed[known]) / size)[who]
    y = level[known] - (np.bincount(who, level[known]) / size)[who]
    both = np.bincount(who, x * x)[who] > 1e-12
    return _Within(x[both], y[both], passed[known][both], len(np.unique(who[both])), _counts(passed[known]))


def _effect(name: str, part: _Within, left_out: int, confidence: float) -> dict[str, Any]:
    from scipy.stats import t

    passed, failed = part.told
    out: dict[str, Any] = {"clause": name, "passed": passed, "failed": failed, "creators": part.creators}
    out |= {"n": len(part.x), "n_excluded": left_out, "effect_pct": None, "low_pct": None, "high_pct": None}
    if not part.enough:
        return {**out, "verdict": "not enough data"}
    x, y = part.x, part.y
    slope = float(x @ y / (x @ x))
    error = float(np.sqrt(((y - slope * x) @ (y - slope * x)) / part.free / (x @ x)))
    low, high = (slope + side * float(t.ppf((1 + confidence) / 2, part.free)) * error for side in (-1, 1))
    verdict = "better" if low > 0 else "worse" if high < 0 else "no difference shown"
    percents = {key: float(100 * np.expm1(v)) for key, v in (("effect_pct", slope), ("low_pct", low), ("high_pct", high))}
    return {**out, **percents, "verdict": verdict}
