"""Ways of spending a budget, each scored by what came: portfolio, cheapest, most followers, random. It reads no lake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hexameter.insights.portfolio import Offer, choose

METHOD, VERSION = "back_test", "1"
WAYS = ("portfolio", "cheapest", "followers", "random", "hindsight")
RANDOM_SETS = 500


def scored(offers: Sequence[Offer], came: Mapping[str, float], followers: Mapping[str, int], budget_minor: int, seed: int = 0) -> Any:
    """What each way would have brought for a budget.

    In      offers     as known before the campaign
            came       by creator, what its deal brought
            followers  by creator, as known before; one who is missing comes last
    Out     said {expected, low, high} of the portfolio, and by way: creators, cost_minor, came; of random: the mean of 500 sets
    Example 100 to spend: 60 for 10 expected, 50 and 50 for 6 each, and it came as expected -> portfolio 12, cheapest 10
    """
    price = {o.creator: o.price_minor for o in offers}

    def way(names: Iterable[str]) -> dict[str, Any]:
        taken = list(names)
        return {"creators": taken, "cost_minor": sum(price[n] for n in taken), "came": float(sum(came[n] for n in taken))}

    chosen = choose(offers, budget_minor, seed=seed)
    best = choose([replace(o, expected=came[o.creator]) for o in offers], budget_minor, seed=seed)
    chance = np.random.default_rng(seed)
    sets = [way(_bought((offers[at] for at in chance.permutation(len(offers))), budget_minor)) for _ in range(RANDOM_SETS)]
    return {
        "said": {name: chosen[name] for name in ("expected", "low", "high")},
        "portfolio": way(row["creator"] for row in chosen["creators"]),
        "cheapest": way(_bought(sorted(offers, key=lambda o: (o.price_minor / max(o.expected, 1e-9), o.creator)), budget_minor)),
        "followers": way(_bought(sorted(offers, key=lambda o: (-followers.get(o.creator, -1), o.creator)), budget_minor)),
        "random": {
            "creators": None,
            "cost_minor": float(np.mean([s["cost_minor"] for s in sets])),
            "came": float(np.mean([s["came"] for s in sets])),
        },
        "hindsight": way(row["creator"] for row in best["creators"]),
    }


def _bought(offers: Iterable[Offer], budget: int) -> list[str]:
    """Creators in order, each taken when the money left pays for it."""
    taken, left = [], budget
    for offer in offers:
        if offer.price_minor <= left:
            taken.append(offer.creator)
            left -= offer.price_minor
    return taken
