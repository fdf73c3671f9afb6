"""How often to read what, when requests are short: the price of a request at which a budget is just spent. It knows no posts.

What is read again and again at rate f costs something a second; at the optimum one more request is worth the same everywhere, and that
is the price. Of a counter that grows by s a second and counts w times, held at its last reading, the cost is w s / (2 f), so that
f = sqrt(w s / (2 price)): rates go with the square root of growth.
Source  Cho & Garcia-Molina, TODS 2003; Azar et al., PNAS 2018 (their laws for binary freshness fit into `price` too)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hexameter.services.tracking.columns import Floats, Places

_LOWEST, _HIGHEST, _HALVINGS = -20.0, 60.0, 36
# Buckets that share spenders were searched as if alone; so many steps let their prices heed each other.
_SETTLING = 12


@dataclass(frozen=True)
class Spending:
    """Who spends from which bucket: `item[k]` of `items` spends from `bucket[k]`."""

    items: int
    item: Places
    bucket: Places

    def dearest(self, prices: Floats) -> Floats:
        """The highest price among the buckets of each item; 0 for one that spends from none."""
        found = np.zeros(self.items)
        np.maximum.at(found, self.item, prices[self.bucket])
        return found

    def asked(self, rates: Floats, buckets: int) -> Floats:
        """Requests a second that each bucket is asked for."""
        return np.bincount(self.bucket, rates[self.item], minlength=buckets).astype(float)


def price(rate: Callable[[Floats], Floats], spending: Spending, budget: Floats) -> Floats:
    """The price in each bucket at which the rates of those who spend from it add up to its budget.

    In      rate    rates of all items at a price for each; none rises with its price
            budget  requests a second, one for each bucket
    Out     next to nothing where the budget is more than anyone wants; inf where it is less than they insist on
    """
    low, high = np.full(len(budget), _LOWEST), np.full(len(budget), _HIGHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        over = spending.asked(rate(spending.dearest(np.exp(middle))), len(budget)) > budget
        low, high = np.where(over, middle, low), np.where(over, high, middle)
    found = np.where(low > _HIGHEST - 1e-6, np.inf, np.exp(high))
    for _ in range(_SETTLING if len(spending.item) > spending.items else 0):
        excess = spending.asked(rate(spending.dearest(found)), len(budget)) / np.maximum(budget, 1e-300)
        found = np.maximum(found * np.clip(excess, 0.1, 10.0), np.exp(_LOWEST))
    return found


def interval(price: Floats, growth: Floats, found: Floats) -> Floats:
    """The seconds after which reading again is worth the price: where growth T^2 / 2 + found T^3 / 3 reaches it.

    In      price   of one request, in views times seconds
            growth  weighted views a second of what is known
            found   weighted views a second, per second since the last listing, of what is not found yet
    Out     seconds; inf where nothing grows
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        start = np.fmin(np.sqrt(2 * price / growth), np.cbrt(3 * price / found))
    still = ~np.isfinite(start) | (start <= 0)
    t = np.where(still, 1.0, start)
    for _ in range(5):  # Newton from above on a convex function: it only comes down
        slope = np.maximum(growth * t + found * t * t, 1e-300)
        t = t - (growth * t * t / 2 + found * t**3 / 3 - np.where(still, 0.0, price)) / slope * ~still
    return np.where(still, np.where(price <= 0, 0.0, np.inf), t)
