"""What a creator's next posts can be expected to bring, from its own earlier ones, leaning on the others'. It chooses nobody.

Log outcomes at one age are taken as creator's level plus scatter (a random-effects model, both variances by the method of moments): a
creator with few posts lies nearer to everybody's level than its own posts do, and the doubt holds its level's doubt and one post's scatter.
"""

from __future__ import annotations

import numpy as np

from hexameter.insights.growth import Places, Reals

METHOD, VERSION = "random_effects", "1"
FEWEST_OWN = 3  # posts of a creator, to say anything of the next
FEWEST_LEANT_ON = 3  # creators with as many, to know how far creators differ; below it each stands alone
_LEAST = 0.05  # log; outcomes do not repeat more exactly than this
SIDE = 1.2815515655446004  # standard deviations either side of the middle that hold 80 percent


def per_deal(level: Reals, creator: Places, people: int, deal: Places) -> dict[str, Reals]:
    """The sum that each creator's next posts can be expected to bring, each at the age of the levels.

    In      level   log1p outcome of earlier posts at one age; NaN: not known
            people  how many creators there are, numbered 0..
            deal    posts that each creator would make
    Out     expected (the mean), doubt (log scale: the sum is log-normal about that mean), low, high (80 percent), n: own posts it rests on
    Null    NaN: fewer than 3 own posts
    Source  one-way random effects: Searle, Casella and McCulloch 1992, section 3.6
    Example three creators of four posts each, whose outcomes lie as far apart as posts of one do -> each a twelfth nearer to the middle
    """
    known = ~np.isnan(level)
    n = np.bincount(creator[known], minlength=people)[:people]
    out = {name: np.full(people, np.nan) for name in ("expected", "doubt", "low", "high")} | {"n": n.astype(np.float64)}
    known = known & (creator < people)
    known[known] = n[creator[known]] >= FEWEST_OWN
    enough = np.flatnonzero(n >= FEWEST_OWN)
    if len(enough) == 0:
        return out
    size = n[enough].astype(np.float64)
    who = np.searchsorted(enough, creator[known])
    own = np.bincount(who, level[known]) / size
    scatter = max(float(((level[known] - own[who]) ** 2).sum() / (size.sum() - len(enough))), _LEAST**2)
    middle, error = _leant(own, size, scatter)
    one = (np.exp(middle + (error + scatter) / 2) - 1).clip(0)
    posts = deal[enough].astype(np.float64)
    # the level's doubt is common to a deal's posts, their scatter is not: the sum's relative variance as one log-normal's
    doubt = np.sqrt(np.log1p(np.expm1(error) + np.exp(error) * np.expm1(scatter) / posts))
    out["expected"][enough], out["doubt"][enough] = one * posts, doubt
    for name, side in (("low", -SIDE), ("high", SIDE)):
        out[name][enough] = one * posts * np.exp(side * doubt - doubt**2 / 2)
    return out


def _leant(own: Reals, size: Reals, scatter: float) -> tuple[Reals, Reals]:
    """Each creator's level after leaning on the others, and the variance of its error."""
    if len(own) < FEWEST_LEANT_ON:
        return own, scatter / size
    total = size.sum()
    mean = float(size @ own / total)
    between = float(size @ (own - mean) ** 2) - (len(own) - 1) * scatter
    apart = max(between / float(total - size @ size / total), 0.0)
    weight = 1 / (apart + scatter / size)
    mean = float(weight @ own / weight.sum())
    kept = apart * weight
    return kept * own + (1 - kept) * mean, apart * (1 - kept) + (1 - kept) ** 2 / weight.sum()
