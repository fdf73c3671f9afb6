"""Price lists for media value, each named, versioned and with its source. Media value is never called revenue."""

from __future__ import annotations

from hexameter.contracts.records import RateCard
from hexameter.errors import BadValue, did_you_mean

SKEEPERS = RateCard(
    name="skeepers",
    version="1",
    currency="EUR",
    per_1000_views=6.89,
    per_like=0.09,
    per_comment=3.52,
    per_share=1.72,
    source="Skeepers, after the Ayzenberg earned media value index",
)
RATE_CARDS: tuple[RateCard, ...] = (SKEEPERS,)


def rate_card(name: str) -> RateCard:
    """A preset by its name.

    Raises  BadValue
    Example rate_card("skeepers").per_like -> 0.09
    """
    for card in RATE_CARDS:
        if card.name == name.strip().lower():
            return card
    known = [card.name for card in RATE_CARDS]
    raise BadValue(f"unknown rate card '{name}'.", field="rate_card", value=name, hint=did_you_mean(name, known))
