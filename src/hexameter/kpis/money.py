"""Costs and revenues in one currency, as small tables; and how many minor units a major one has. It knows no campaign."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from hexameter.contracts.frames import FRAMES
from hexameter.contracts.records import Cost, Money, Revenue
from hexameter.errors import BadValue

# ISO 4217 currencies whose minor unit is not a hundredth
_DIGITS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def minor_per_major(currency: str) -> int:
    """How many minor units make one major unit.

    Example minor_per_major("EUR") -> 100
    """
    digits: int = _DIGITS.get(currency.upper(), 2)
    return int(10**digits)


def currency_of(money: Money) -> str | None:
    """The currency figures are given in: the one named, else the only one used.

    Raises  BadValue  several currencies and none named
    """
    if money.currency:
        return money.currency
    used = sorted({c.currency for c in money.costs} | {r.currency for r in money.revenues})
    if len(used) > 1:
        raise _mixed(used)
    return used[0] if used else None


def converted(entry: Cost | Revenue, money: Money) -> float:
    """An amount in minor units of the money's currency.

    Raises  BadValue  another currency without a dated rate
    """
    target = currency_of(money)
    if target is None or entry.currency == target:
        return float(entry.amount_minor)
    if entry.currency not in money.rates:
        raise _mixed(sorted({entry.currency, target}))
    rate = rate_of(entry, money)
    return entry.amount_minor / minor_per_major(entry.currency) * rate * minor_per_major(target)


def rate_of(entry: Cost | Revenue, money: Money) -> float:
    """The rate of an entry's own day: the newest by then, else the first there is; without a day the newest of all."""
    known = money.history.get(entry.currency, ())
    if entry.day is None or not known:
        return money.rates[entry.currency][0]
    return next((rate for rate, dated in reversed(known) if dated <= entry.day), known[0][0])


def cost_rows(money: Money, creators: dict[str, str]) -> pa.Table:
    """The frame `costs`."""
    rows = [{"creator_id": _creator(c.handle, creators), "kind": c.kind, "amount_minor": converted(c, money)} for c in money.costs]
    return pa.Table.from_pylist(rows, schema=FRAMES["costs"])


def revenue_rows(money: Money, creators: dict[str, str]) -> pa.Table:
    """The frame `revenues`."""
    rows = [{"creator_id": _creator(r.handle, creators), "amount_minor": converted(r, money)} for r in money.revenues]
    return pa.Table.from_pylist(rows, schema=FRAMES["revenues"])


def _creator(handle: str | None, creators: dict[str, str]) -> str | None:
    return None if handle is None else creators.get(handle, f"@{handle}")


def _mixed(currencies: Iterable[str]) -> BadValue:
    return BadValue(
        f"costs and revenues are in several currencies: {', '.join(currencies)}.",
        field="currency",
        value=",".join(currencies),
        hint="Give a rate with its date for each, or enter all amounts in one currency.",
    )
