"""Amounts in minor units as people write them. It converts between no currencies."""

from __future__ import annotations

from hexameter.campaigns.money import exponent_of


def amount_text(minor: float, currency: str) -> str:
    """An amount in major units with thousands separated and the decimals its currency has.

    Example amount_text(50000, "EUR") -> "500.00 EUR", amount_text(1200, "JPY") -> "1,200 JPY"
    """
    decimals = exponent_of(currency)
    return f"{minor / 10**decimals:,.{decimals}f} {currency}"


def major_units(minor: float, currency: str) -> float:
    """An amount in major units, for views that write it in their own language.

    Example major_units(50000, "EUR") -> 500.0, major_units(1200, "JPY") -> 1200.0
    """
    return float(minor / 10 ** exponent_of(currency))
