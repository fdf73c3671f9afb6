"""Windows of the week searched for one that stands out: every run of hours on every set of days, against shuffled posts. It draws no map.

A window's gain is estimated by how its posts lie from their creators' own levels; of all windows the most likely one is looked at, and the
same look at posts shuffled within creators says how good it would be by chance. What was chosen for being high is high by chance in part:
the interval allows for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hexameter.insights.clock import CELLS, WEEKDAYS
from hexameter.insights.growth import Places, Reals
from hexameter.insights.own_level import Scores

FALSE_ALARM = 0.025  # how often shuffled posts may show a window as likely as the one named
_SHUFFLES = 400
_BY_SHUFFLE = 20_000  # above so many posts sums are normal, and drawn as such
_FEWEST = 5  # posts in a window
_GAIN = 0.15  # log; how large gains are expected to be, to weigh short windows against long ones
_UNDERSTATED = 1.15  # in simulated worlds gains of windows given beforehand err 1.06 to 1.2 times as far as their information says
_CHOSEN = 1.4  # and those of chosen ones, at the low end; set in other worlds than bench.best_time's, never in those it is tested in
_HARDLY = 0.005  # how often shuffled posts show a window so likely that no gain at all need not be allowed for
_ALIKE = 0.5  # how far a creator's gains are the crowd's
_HOURS = (1, 2, 3, 4, 6, 9)
_DAYS = (
    *(tuple((first + more) % 7 for more in range(length)) for length in (1, 2, 3) for first in range(7)),
    (0, 1, 2, 3, 4),
    (0, 1, 2, 3, 4, 5, 6),
)


@dataclass(frozen=True)
class Window:
    """Hours of the week: from `hour`, `hours` long, on each of some weekdays (0 Monday)."""

    days: tuple[int, ...]
    hour: int
    hours: int

    @property
    def cells(self) -> list[int]:
        """The hours of the week it holds."""
        return [(day * 24 + self.hour + more) % CELLS for day in self.days for more in range(self.hours)]

    @property
    def label(self) -> str:
        """The window in words.

        Example Window((1, 2, 3), 18, 3).label -> "Tuesday to Thursday 18:00 to 21:00"
        """
        names = [WEEKDAYS[day] for day in self.days]
        days = "Every day" if len(names) == 7 else names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        return f"{days} {self.hour:02d}:00 to {(self.hour + self.hours) % 24:02d}:00"


@dataclass(frozen=True)
class Sums:
    """Scores summed by hour of the week, and their variance: those of whose week it is, and of the others (none: one crowd)."""

    own: Reals
    own_information: Reals
    others: Reals
    others_information: Reals
    n: Places


@dataclass(frozen=True)
class Search:
    """The windows looked at: likelihood of each, what it takes to stand out (and beyond doubt), how often shuffled posts show as much."""

    likelihood: Reals
    critical: float
    beyond_doubt: float
    p: float
    score: Reals
    information: Reals


@cache
def windows() -> tuple[tuple[Window, ...], Reals]:
    """Every window looked at, and the hours each holds as a matrix."""
    every = tuple(Window(days, hour, hours) for hours in _HOURS for days in _DAYS for hour in range(24))
    held = np.zeros((len(every), CELLS))
    for at, window in enumerate(every):
        held[at, window.cells] = 1.0
    return every, held


def sums_of(scores: Scores, own: NDArray[np.bool_] | None) -> Sums:
    """Scores by hour; `own` marks the posts of whose week it is, None: all."""
    own = np.ones(len(scores.cell), np.bool_) if own is None else own
    first, rest = (np.asarray(np.bincount(scores.cell[rows], scores.score[rows], CELLS), np.float64) for rows in (own, ~own))
    n = np.asarray(np.bincount(scores.cell[own], minlength=CELLS), np.int64)
    return Sums(first, _information(scores, own), rest, _information(scores, ~own), n)


def _information(scores: Scores, rows: NDArray[np.bool_]) -> Reals:
    """Variance of the sums when each creator's scores fall on its posts by chance."""
    from scipy.sparse import csr_matrix

    cell, owner, precision = scores.cell[rows], scores.owner[rows], scores.precision[rows]
    if len(cell) == 0:
        return np.zeros((CELLS, CELLS))
    _, owner = np.unique(owner, return_inverse=True)
    size = np.bincount(owner)
    posts = csr_matrix((np.ones(len(cell)), (owner, cell)), shape=(len(size), CELLS))
    each = np.bincount(owner, precision) / size**2
    return np.asarray(np.diag(np.bincount(cell, precision, CELLS)) - (posts.T @ posts.multiply(each[:, None])).toarray(), np.float64)


def search(
    scores: Scores, sums: Sums, own: NDArray[np.bool_] | None, chance: np.random.Generator, only: Sequence[int] | None = None
) -> Search:
    """How likely each window is to gain, and how likely the likeliest one is when posts are shuffled within creators.

    In      only  places of the windows to look at; None: all
    Source  scan statistics with shapes weighed by a Bayes factor; the null by permutation
    """
    _, held = windows()
    open_ = held @ sums.n >= _FEWEST
    if only is not None:
        open_ &= np.isin(np.arange(len(held)), only)
    kept = held[open_]
    null_own, null_others = _shuffled(scores, sums, own, chance)
    columns = [np.column_stack((first, rest)) for first, rest in ((sums.own, null_own), (sums.others, null_others))]
    score, information = _joined(kept, columns[0], columns[1], sums)
    likelihood = _likelihood(score, information[:, None])
    best = likelihood.max(axis=0, initial=-np.inf)
    null = np.sort(best[1:])
    every, each, known = np.full(len(held), -np.inf), np.zeros(len(held)), np.zeros(len(held))
    every[open_], each[open_], known[open_] = likelihood[:, 0], score[:, 0], information
    critical, hardly = (float(null[int(np.ceil(len(null) * (1 - part))) - 1]) for part in (FALSE_ALARM, _HARDLY))
    return Search(every, critical, hardly, (1 + int((null >= best[0]).sum())) / (1 + len(null)), each, known)


def _joined(held: Reals, own: Reals, others: Reals, sums: Sums) -> tuple[Reals, Reals]:
    """Score and information of each window's gain: the creator's own posts, and the others' as far as they are alike."""
    first, rest = (np.einsum("wc,wc->w", held @ part, held) for part in (sums.own_information, sums.others_information))
    # others' gains tell of this one's with the doubt that creators differ
    weight = _ALIKE / (1 + (1 - _ALIKE**2) * _GAIN**2 * rest)
    return held @ own + weight[:, None] * (held @ others), np.maximum(first + _ALIKE * weight * rest, 1e-9)


def _likelihood(score: Reals, information: Reals) -> Reals:
    """Log of how much likelier the posts are with a gain (half-normal) than without."""
    from scipy.special import log_ndtr

    spread = _GAIN**2 / (1 + _GAIN**2 * information)
    return np.asarray(np.log(2) - np.log1p(_GAIN**2 * information) / 2 + spread * score**2 / 2 + log_ndtr(score * np.sqrt(spread)))


def _shuffled(scores: Scores, sums: Sums, own: NDArray[np.bool_] | None, chance: np.random.Generator) -> tuple[Reals, Reals]:
    """Sums by hour of shuffled posts, one column a shuffle: own, others."""
    n = len(scores.cell)
    if n > _BY_SHUFFLE:
        return _drawn(sums.own_information, chance), _drawn(sums.others_information, chance)
    order = np.argsort(scores.owner, kind="stable")
    owner, score, cell = scores.owner[order], scores.score[order], scores.cell[order]
    place = cell if own is None else cell + CELLS * ~own[order]
    out = np.empty((2 * CELLS, _SHUFFLES))
    for turn in range(_SHUFFLES):
        out[:, turn] = np.bincount(place, score[np.argsort(owner + 0.999 * chance.random(n))], 2 * CELLS)
    return out[:CELLS], out[CELLS:]


def _drawn(information: Reals, chance: np.random.Generator) -> Reals:
    values, vectors = np.linalg.eigh(information)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ chance.normal(size=(CELLS, _SHUFFLES)))


def chosen(found: Search, most: int = 3) -> list[int]:
    """The places of the windows that stand out, likeliest first, none beside or over another."""
    every, held = windows()
    out: list[int] = []
    taken = np.zeros(CELLS)
    for at in np.argsort(-found.likelihood, kind="stable").tolist():
        if len(out) == most or found.p > FALSE_ALARM or found.likelihood[at] < found.critical:
            break
        if found.score[at] > 0 and not held[at] @ taken:
            out.append(at)
            taken[[(cell + side) % CELLS for cell in every[at].cells for side in (-1, 0, 1)]] = 1.0
    return out


def gain_of(at: int, found: Search, again: Callable[[float], Sums]) -> tuple[float, float, float]:
    """A chosen window's gain in log views, and its 95 percent interval.

    In      again  sums of the scores once a gain has been taken off the window's posts
    Out     gain, low, high. The low end allows for the choice (the interval of a value seen only above what it takes to stand out); it is
            below 0 only where one in 200 shuffles shows as much (Andrews, Kitagawa and McCloskey 2024, hybrid intervals). Both ends reach
            as far as those of the likely windows sharing hours. The gain lies midway between the plain estimate and the one that allows
            for the choice (Zhong and Prentice 2008)
    """
    _, held = windows()
    gain, information = 0.0, found.information[at]
    for _ in range(4):
        sums = again(gain)
        score, known = _joined(held[[at]], sums.own[:, None], sums.others[:, None], sums)
        gain, information = gain + float(score[0, 0] / known[0]), float(known[0])
    sd, root = 1 / np.sqrt(information), np.sqrt(found.information[at])
    slack, sure = (float(found.score[at] - _needed(least, found.information[at])) / root for least in (found.critical, found.beyond_doubt))
    middle = _allowing(gain / (_UNDERSTATED * sd), slack, 0.5, 0.0) * _UNDERSTATED * sd
    low = _allowing(gain / (_CHOSEN * sd), slack, 0.025, min(sure, 0.0)) * _CHOSEN * sd
    least, most = _of_alike(at, found, gain)
    return (gain + middle) / 2, max(min(low, least), min(sure, 0.0) * sd), max(gain + 1.96 * _UNDERSTATED * sd, most)


def _of_alike(at: int, found: Search, gain: float) -> tuple[float, float]:
    """The middle 95 percent of the gain over the windows that share hours with one, each as it is likely."""
    from scipy.optimize import brentq
    from scipy.special import ndtr

    _, held = windows()
    alike = (held @ held[at] > 0) & np.isfinite(found.likelihood)
    share = np.exp(found.likelihood[alike] - found.likelihood[alike].max())
    share /= share.sum()
    own = found.score[at] / found.information[at]
    mean = found.score[alike] / found.information[alike] * gain / own  # large gains are held in the scores; as much as the chosen one's
    sd = _UNDERSTATED / np.sqrt(found.information[alike])
    edge = float(np.abs(mean).max() + 8 * sd.max())

    def below(value: float, part: float) -> float:
        return float(share @ ndtr((value - mean) / sd)) - part

    low, high = (float(brentq(below, -edge, edge, args=(part,))) for part in (0.025, 0.975))
    return low, high


def _needed(critical: float, information: float) -> float:
    """The score at which a window begins to stand out."""
    from scipy.optimize import brentq

    def above(score: float) -> float:
        return float(_likelihood(np.array(score), np.array(information))) - critical

    top = 60.0 * np.sqrt(information)
    return float(brentq(above, 0.0, top)) if above(0.0) < 0 < above(top) else 0.0


def _allowing(seen: float, slack: float, part: float, floor: float) -> float:
    """The mean at which a unit normal, seen only from `slack` below it on, exceeds `seen` in a given part of cases; at least `floor`."""
    from scipy.optimize import brentq
    from scipy.stats import norm

    cut = seen - max(slack, 0.01)

    def beyond(mean: float) -> float:
        return float(norm.logsf(seen - mean) - norm.logsf(cut - mean) - np.log(part))

    return float(brentq(beyond, floor, seen + 5)) if beyond(floor) < 0 < beyond(seen + 5) else floor


def described(at: int, sums: Sums, gain: tuple[float, float, float]) -> dict[str, Any]:
    """A window as the answer shows it."""
    window = windows()[0][at]
    middle, low, high = (float(100 * np.expm1(value)) for value in gain)
    where = {"label": window.label, "cell": window.cells[0], "hours": window.hours, "days": list(window.days)}
    return {**where, "n": int(sums.n[window.cells].sum()), "gain_pct": middle, "low_pct": low, "high_pct": high}
