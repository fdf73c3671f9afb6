"""How many views a post has gained since it was last read: a saturating curve learnt from the posts themselves. It plans nothing.

The curve is kept as its elasticity by age: by how many percent views grow while age grows by one percent. That of a saturating curve
falls from about one to nothing; how fast is learnt from pairs of readings, as no published figure fits another tenant's posts.
A post's own pace in its last interval, shrunken towards the curve's, says how far it departs from it: a boost shows at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hexameter.services.tracking.columns import Floats

DAY = 86_400.0
# Bins of ln(age): from ten minutes to a year, half a unit each.
_FIRST, _STEP, _BINS = float(np.log(600.0)), 0.5, 22
_EDGES = _FIRST + _STEP * np.arange(_BINS + 1)
_MIDDLES = _EDGES[:-1] + _STEP / 2
# A guess to start from, worth four posts that crossed a bin: half of all views in the first day, as a hyperbola. It washes out.
_GUESS: Floats = 1.0 / (1.0 + np.exp(_MIDDLES) / DAY)
_GUESS_POSTS = 4.0
_ROUNDS = 6
# A rate seen over many views is still no surer than one over twenty independent ones: audiences come in waves.
_WAVES = 0.05
_LEAST_VIEWS = 20.0
_STEEPEST = 5.0


@dataclass(frozen=True)
class Growth:
    """The common curve.

    In      elasticity  d ln(views) / d ln(age), one for each bin of ln(age)
            doubt       how firmly a post is held to the curve, in views' worth of evidence
    """

    elasticity: Floats
    doubt: float = 2.0

    def log_grown(self, age: Floats) -> Floats:
        """ln of the curve at an age in seconds, up to a constant."""
        x = np.log(np.maximum(age, 1.0))
        ends = np.concatenate([[0.0], np.cumsum(self.elasticity * _STEP)])
        inside = np.interp(x, _EDGES, ends)
        below = np.minimum(x - _EDGES[0], 0.0) * self.elasticity[0]
        found: Floats = inside + below + np.maximum(x - _EDGES[-1], 0.0) * self.elasticity[-1]
        return found

    def steepness(self, age: Floats) -> Floats:
        """The elasticity at an age in seconds."""
        x = np.log(np.maximum(age, 1.0))
        found: Floats = np.interp(x, _MIDDLES, self.elasticity)
        return found


def learn(age_0: Floats, views_0: Floats, age_1: Floats, views_1: Floats) -> Growth:
    """The curve that pairs of readings agree on.

    In      age_0, views_0  the earlier reading of each pair; age in seconds
            age_1, views_1  the later one; pairs of nan, or of few views, teach nothing
    Out     elasticities near the guess where nothing was seen, near the posts' own mean where much was
    """
    fit = (views_0 >= _LEAST_VIEWS) & (age_1 > age_0) & (age_0 > 0) & np.isfinite(views_1)
    if not fit.any():
        return Growth(_GUESS)
    x_0, x_1 = np.log(age_0[fit]), np.log(age_1[fit])
    length = np.maximum(x_1 - x_0, 1e-6)
    grown = np.clip(np.log(np.maximum(views_1[fit], views_0[fit]) / views_0[fit]), 0.0, _STEEPEST * length)
    overlap = np.clip(np.minimum(x_1[:, None], _EDGES[None, 1:]) - np.maximum(x_0[:, None], _EDGES[None, :-1]), 0.0, None)
    elasticity = _shared_out(overlap, grown)
    curve = Growth(elasticity)
    expected = views_0[fit] * np.expm1(curve.log_grown(age_1[fit]) - curve.log_grown(age_0[fit]))
    return Growth(elasticity, _doubt(views_1[fit] - views_0[fit], expected))


def pace(growth: Growth, age_0: Floats, views_0: Floats, age_1: Floats, views_1: Floats) -> Floats:
    """How many times as fast as the curve a post grew between its last two readings, shrunken towards 1.

    Null    no earlier reading: 1
    """
    seen = np.isfinite(views_0) & np.isfinite(views_1) & (age_1 > age_0)
    expected = np.where(seen, (views_0 + 0.5) * np.expm1(growth.log_grown(age_1) - growth.log_grown(age_0)), 0.0)
    gained = np.where(seen, np.maximum(views_1 - views_0, 0.0), 0.0)
    shared = 1.0 + _WAVES * expected
    found: Floats = (growth.doubt + gained / shared) / (growth.doubt + expected / shared)
    return found


def unseen(growth: Growth, age_last: Floats, views: Floats, age_now: Floats, paced: Floats) -> tuple[Floats, Floats]:
    """Expected views since the last reading, and views a second now.

    In      age_last, views  the last reading
            age_now          age in seconds at the instant asked for
            paced            from `pace`
    """
    grown = np.exp(growth.log_grown(age_now) - growth.log_grown(age_last))
    base = (views + 0.5) * paced
    return base * (grown - 1.0), base * grown * growth.steepness(age_now) / np.maximum(age_now, 1.0)


def _shared_out(overlap: Floats, grown: Floats) -> Floats:
    """Elasticity of each bin, when a pair that spans several bins tells only their sum: expectation and maximisation by turns."""
    elasticity, seen = _GUESS, overlap.sum(axis=0)
    prior = _GUESS_POSTS * _STEP
    for _ in range(_ROUNDS):
        told = overlap @ elasticity
        ratio = np.divide(grown, told, out=np.zeros_like(grown), where=told > 0)
        elasticity = (elasticity * (overlap.T @ ratio) + prior * _GUESS) / (seen + prior)
    return elasticity


def _doubt(gained: Floats, expected: Floats) -> float:
    """Evidence a post must bring to leave the curve: the inverse of how much posts differ from it (gamma prior, by moments)."""
    many = expected >= _LEAST_VIEWS
    if many.sum() < 10:
        return 2.0
    ratio = np.clip(gained[many] / expected[many], 0.0, 10.0)
    return float(np.clip(1.0 / max(float(ratio.var()), 1e-9), 0.5, 10.0))
