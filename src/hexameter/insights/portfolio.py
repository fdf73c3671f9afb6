"""Which creators to book for a budget: the most expected views that the money, the tiers and the doubt allow. It books nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

METHOD, VERSION = "portfolio", "1"
_DRAWS = 2000


@dataclass(frozen=True)
class Offer:
    """A creator that may be booked: price, expected outcome (views, interactions or reach), its log-scale doubt, tier."""

    creator: str
    price_minor: int
    expected: float
    doubt: float = 0.6
    tier: str = ""


def choose(
    offers: Sequence[Offer],
    budget_minor: int,
    tiers: Mapping[str, tuple[int, int]] | None = None,
    caution: float = 0.0,
    seed: int = 0,
    amount: Callable[[int], str] = "{} minor units".format,
) -> dict[str, Any]:
    """The set of creators with the highest total, by integer programming.

    In      tiers    least and most creators of a tier
            caution  standard deviations taken off each expected outcome: 0 counts on the mean, 1 on a poor result of every creator
            amount   how sentences write an amount
    Out     verdict ("chosen" or "infeasible"), why, creators, cost_minor, expected, low, high (80 percent of draws, creators independent)
    Null    expected, low, high: nothing was chosen
    Example 100 to spend on offers of 60 for 10 and of 50 and 50 for 6 each -> the two of 50, 12 in all
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    out: dict[str, Any] = {"method": METHOD, "version": VERSION, "n": len(offers), "n_excluded": 0, "creators": [], "cost_minor": 0}
    out |= {"expected": None, "low": None, "high": None}
    impossible = _impossible(offers, budget_minor, tiers or {}, amount)
    if impossible:
        return {**out, "verdict": "infeasible", "why": impossible}
    if not offers:
        return {**out, "verdict": "infeasible", "why": "There is nobody to choose from."}
    worth = np.array([max(o.expected * np.exp(-caution * o.doubt), 0.0) for o in offers])
    rows = [[float(o.price_minor) for o in offers], *([float(o.tier == tier) for o in offers] for tier in (tiers or {}))]
    least, most = (
        [0.0, *(float(low) for low, _ in (tiers or {}).values())],
        [float(budget_minor), *(float(h) for _, h in (tiers or {}).values())],
    )
    found = milp(
        -worth / max(worth.max(), 1.0), constraints=LinearConstraint(np.array(rows), least, most), integrality=1, bounds=Bounds(0, 1)
    )
    if found.x is None:
        why = f"No set of creators meets every wish within {amount(budget_minor)}. Raise the budget or ask for fewer of a tier."
        return {**out, "verdict": "infeasible", "why": why}
    taken = [offer for offer, x in zip(offers, found.x, strict=True) if x > 0.5]
    return {**out, **_total(taken, seed), "verdict": "chosen", "why": f"{len(taken)} of {len(offers)} creators fit the budget best."}


def _impossible(offers: Sequence[Offer], budget: int, tiers: Mapping[str, tuple[int, int]], amount: Callable[[int], str]) -> str | None:
    cheapest = 0
    for tier, (least, most) in tiers.items():
        prices = sorted(o.price_minor for o in offers if o.tier == tier)
        if least > most:
            return f"At least {least} and at most {most} creators of tier {tier} cannot both be."
        if len(prices) < least:
            return f"{least} creators of tier {tier} are wanted; there are {len(prices)}."
        cheapest += sum(prices[:least])
    if cheapest > budget:
        return f"The creators asked for by tier cost at least {amount(cheapest)}; the budget is {amount(budget)}."
    return None


def _total(taken: Sequence[Offer], seed: int) -> dict[str, Any]:
    doubt = np.array([o.doubt for o in taken])
    draws = np.random.default_rng(seed).normal(size=(_DRAWS, len(taken)))
    mean = np.array([o.expected for o in taken])
    totals = (mean * np.exp(doubt * draws - doubt**2 / 2)).sum(axis=1)  # log-normal about each mean
    low, high = np.quantile(totals, [0.1, 0.9]) if taken else (0.0, 0.0)
    who = [{"creator": o.creator, "tier": o.tier, "price_minor": o.price_minor, "expected": o.expected} for o in taken]
    cost = sum(o.price_minor for o in taken)
    return {"creators": who, "cost_minor": cost, "expected": float(mean.sum()), "low": float(low), "high": float(high)}
