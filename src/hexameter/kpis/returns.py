"""What views and interactions cost, and what they earned (KPIS.md section 6). Media value is a price list applied, never revenue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.contracts.records import Money, RateCard
from hexameter.kpis.answers import ratio
from hexameter.kpis.money import currency_of, minor_per_major


def returns(counted: Mapping[str, Any], spent: Mapping[str, Any], money: Money, card: RateCard | None) -> dict[str, Any]:
    """Cost figures of some posts, in major units of the money's currency.

    In      counted  videos, views, interactions, likes_read, comments_read, shares_read
            spent    cost_minor, revenue_minor; null when nothing was entered
    Null    cost 0 or unknown: every figure that has cost in it
    Example 500.00 EUR over 33,000 views -> cpm 15.1515...
    """
    currency = currency_of(money)
    major = minor_per_major(currency) if currency else 1
    cost, revenue = (None if spent[name] is None else spent[name] / major for name in ("cost_minor", "revenue_minor"))
    paid = cost or None
    value, same = media_value(counted, card), card is not None and card.currency == currency
    return {
        "cost": cost,
        "cost_minor": _whole(spent["cost_minor"]),
        "currency": currency,
        "cpm": ratio(paid, counted["views"], 1000),
        "cpv": ratio(paid, counted["views"]),
        "cpe": ratio(paid, counted["interactions"]),
        "cost_per_video": ratio(paid, counted["videos"]),
        "revenue": revenue,
        "revenue_minor": _whole(spent["revenue_minor"]),
        "roi_pct": None if revenue is None or paid is None else ratio(revenue - paid, paid, 100),
        "roas": ratio(revenue, paid),
        "media_value": value,
        "media_value_currency": card.currency if card else None,
        "media_value_roi_pct": None if value is None or paid is None or not same else ratio(value - paid, paid, 100),
        "rate_card": None if card is None else {"name": card.name, "version": card.version, "source": card.source},
        "rates": {name: {"rate": rate, "date": dated.isoformat()} for name, (rate, dated) in sorted(money.rates.items())},
    }


def media_value(counted: Mapping[str, Any], card: RateCard | None) -> float | None:
    """Each counter, over the posts where it was read, at the card's price.

    Null    no card, or none of the counters was read
    Example 33,000 views, 2,202 likes, 112 comments, 78 shares at Skeepers' prices -> 953.95
    """
    if card is None:
        return None
    prices = {
        "views": card.per_1000_views / 1000,
        "likes_read": card.per_like,
        "comments_read": card.per_comment,
        "shares_read": card.per_share,
    }
    read = [counted[name] * price for name, price in prices.items() if counted[name] is not None]
    return sum(read) if read else None


def _whole(amount: float | None) -> int | None:
    return None if amount is None else round(amount)
