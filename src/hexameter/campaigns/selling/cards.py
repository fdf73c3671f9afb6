"""Price lists for media value, edited by version: an old number keeps the list it was made with. Media value is never revenue."""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.database import reading, writing
from hexameter.campaigns.money import currency_of
from hexameter.campaigns.selling.tables import CARD
from hexameter.contracts.protocols import Clock
from hexameter.contracts.records import RateCard
from hexameter.errors import BadValue

PRICES = ("per_1000_views", "per_like", "per_comment", "per_share")


class Cards:
    """The price lists of this desk."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def save(self, name: str, currency: str, prices: dict[str, float], source: str, by: str) -> RateCard:
        """Keep a price list; the same name again is a new version, the very same list is none.

        Raises  BadValue
        """
        clean = _name(name)
        values: dict[str, Any] = {price: _price(price, prices.get(price, 0.0)) for price in PRICES}
        values |= {"currency": currency_of(currency), "source": source.replace("\x00", "").strip()}
        if not values["source"]:
            raise BadValue("A price list needs a source: whoever reads a media value will ask.", field="source", hint="Add --source.")
        with writing(self._engine) as connection:
            newest = connection.execute(_versions(clean).limit(1)).first()
            if newest is not None and all(getattr(newest, part) == value for part, value in values.items()):
                return _card(newest)
            row = {"name": clean, "version": newest.version + 1 if newest else 1, "made_by": by, "made_at": self._clock.now()}
            connection.execute(sa.insert(CARD).values(**row, **values))
            return _card(connection.execute(_versions(clean).limit(1)).one())

    def find(self, name: str) -> RateCard | None:
        """The newest version of a price list, or with NAME@2 the second; None: there is none of that name."""
        wanted, _, version = name.strip().lower().partition("@")
        statement = _versions(wanted)
        if version:
            statement = statement.where(CARD.c.version == (int(version) if version.isdecimal() and len(version) < 10 else -1))
        with reading(self._engine) as connection:
            row = connection.execute(statement.limit(1)).first()
        return None if row is None else _card(row)

    def list(self) -> list[RateCard]:
        """Every version of every price list, newest first."""
        with reading(self._engine) as connection:
            return [_card(row) for row in connection.execute(sa.select(CARD).order_by(CARD.c.name, CARD.c.version.desc()))]


def _versions(name: str) -> sa.Select[Any]:
    return sa.select(CARD).where(CARD.c.name == name).order_by(CARD.c.version.desc())


def _card(row: sa.Row[Any]) -> RateCard:
    prices = {price: getattr(row, price) for price in PRICES}
    return RateCard(name=row.name, version=str(row.version), currency=row.currency, source=row.source, **prices)


def _name(text: str) -> str:
    clean = text.strip().lower()
    if not 1 <= len(clean) <= 60 or not all(c.isalnum() or c in "-_" for c in clean) or clean == "none":
        raise BadValue(
            f"'{text[:70]}' is not a price list's name.", field="name", value=text[:70], hint="Like our-2026, in letters and digits."
        )
    return clean


def _price(name: str, value: float) -> float:
    if not (math.isfinite(value) and 0 <= value < 1e9):
        raise BadValue(f"{name} is {value}; expected a price from 0.", field=name, value=str(value))
    return float(value)
