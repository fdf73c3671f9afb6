"""Promo codes, tracked links and orders of this desk: each order is owed once, and clicks are counted without knowing whose."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.rows import hold, key_of, one
from hexameter.campaigns.selling.attribution import Credit, Owner, Sale, credit_of
from hexameter.campaigns.selling.tables import CODE, LINK, LINK_DAY, SALE
from hexameter.campaigns.tables import CAMPAIGN, ORDER
from hexameter.contracts.protocols import Clock
from hexameter.contracts.records import Period
from hexameter.contracts.spelling import handle_of
from hexameter.errors import BadValue, Conflict, NotFound

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is mistaken for another when read aloud
_LENGTH = 8


@dataclass(frozen=True)
class PromoCode:
    """A code that buyers enter; `handle` None: the campaign's own."""

    code: str
    handle: str | None
    made_at: datetime


@dataclass(frozen=True)
class TrackedLink:
    """A link of our own that leads to one stored address; `days` are clicks by local day of the campaign."""

    code: str
    campaign: str
    handle: str | None
    destination: str
    made_at: datetime
    closed_at: datetime | None
    days: tuple[tuple[str, int], ...] = ()

    @property
    def clicks(self) -> int:
        """All clicks."""
        return sum(n for _, n in self.days)


@dataclass(frozen=True)
class Recorded:
    """What became of an order: recorded, known (already there) or nobody's; and to whom it is owed."""

    order_id: str
    outcome: str
    credit: Credit | None


class Shop:
    """What this desk knows of selling."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add_code(self, slug: str, code: str, creator: str | None = None) -> PromoCode:
        """Say whose a promo code is; said again, it is known once.

        Raises  BadValue, NotFound; Conflict  in this campaign it is somebody else's
        """
        clean, handle = _code(code), None if creator is None else handle_of(creator)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            mine = sa.select(CODE).where(CODE.c.campaign_id == key, CODE.c.code == clean)
            there = connection.execute(mine).first()
            if there is not None and there.handle != handle:
                whose = f"@{there.handle}'s" if there.handle else "the campaign's own"
                raise Conflict(f"code '{clean}' is {whose} in campaign '{slug}'.", field="code", value=clean, hint="Choose another one.")
            if there is None:
                row = {"campaign_id": key, "code": clean, "handle": handle, "made_at": self._clock.now()}
                connection.execute(sa.insert(CODE).values(**row))
            row_ = connection.execute(mine).one()
        return PromoCode(row_.code, row_.handle, row_.made_at)

    def add_link(self, slug: str, destination: str, creator: str | None = None) -> TrackedLink:
        """A link of our own to an address of the shop, with UTM words put in where the address has none; the same twice is one link.

        Raises  BadValue, NotFound
        """
        handle = None if creator is None else handle_of(creator)
        target = shop_address(destination)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            mine = (LINK.c.campaign_id == key, LINK.c.handle.is_(None) if handle is None else LINK.c.handle == handle)
            for row in connection.execute(sa.select(LINK).where(*mine, LINK.c.closed_at.is_(None))):
                if row.destination == with_utm(target, slug, handle, row.code):
                    return _link(row, slug, ())
            code = _free(connection)
            address = with_utm(target, slug, handle, code)
            values = {"code": code, "campaign_id": key, "handle": handle, "destination": address, "made_at": self._clock.now()}
            connection.execute(sa.insert(LINK).values(**values))
            return _link(connection.execute(sa.select(LINK).where(LINK.c.code == code)).one(), slug, ())

    def close_link(self, code: str) -> None:
        """A link that leads nowhere any more; its clicks and orders stay.

        Raises  NotFound
        """
        with writing(self._engine) as connection:
            open_ = sa.update(LINK).where(LINK.c.code == code, LINK.c.closed_at.is_(None)).values(closed_at=self._clock.now())
            if not connection.execute(open_).rowcount:
                raise NotFound(f"there is no open link '{code}'.", field="code", value=code)

    def follow(self, code: str) -> str | None:
        """Where a link leads, and one more click on its day; None: there is no such link (any more)."""
        joined = sa.select(LINK.c.destination, CAMPAIGN.c.tz).join(CAMPAIGN, CAMPAIGN.c.id == LINK.c.campaign_id)
        with reading(self._engine) as connection:
            row = connection.execute(joined.where(LINK.c.code == code[:64], LINK.c.closed_at.is_(None))).first()
        if row is None:
            return None
        day = self._clock.now().astimezone(ZoneInfo(row.tz)).date()
        with writing(self._engine, quickly=True) as connection:
            insert = upsert(connection, LINK_DAY).values(code=code, day=day, clicks=1)
            more = insert.on_conflict_do_update(index_elements=["code", "day"], set_={"clicks": LINK_DAY.c.clicks + 1})
            connection.execute(more)
        return str(row.destination)

    def codes(self, slug: str) -> list[PromoCode]:
        """A campaign's promo codes.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(CODE).where(CODE.c.campaign_id == key_of(connection, slug)).order_by(CODE.c.code))
            return [PromoCode(row.code, row.handle, row.made_at) for row in rows]

    def links(self, slug: str) -> list[TrackedLink]:
        """A campaign's links with their clicks, oldest first.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            mine = LINK.c.campaign_id == key_of(connection, slug)
            rows = connection.execute(sa.select(LINK).where(mine).order_by(LINK.c.made_at, LINK.c.code)).all()
            days = connection.execute(sa.select(LINK_DAY).join(LINK, LINK.c.code == LINK_DAY.c.code).where(mine).order_by(LINK_DAY.c.day))
            by_code: dict[str, list[tuple[str, int]]] = {}
            for row in days:
                by_code.setdefault(row.code, []).append((row.day.isoformat(), row.clicks))
        return [_link(row, slug, tuple(by_code.get(row.code, ()))) for row in rows]

    def credits(self, slug: str) -> dict[str, Credit]:
        """By order: what it is owed to; orders entered by hand are not among them."""
        joined = sa.select(SALE, ORDER.c.handle).join(
            ORDER, sa.and_(ORDER.c.campaign_id == SALE.c.campaign_id, ORDER.c.order_id == SALE.c.order_id)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(joined.where(SALE.c.campaign_id == key_of(connection, slug)))
            return {row.order_id: Credit(slug, row.handle, row.by, row.word, row.touched_at) for row in rows}

    def record(self, sales: Iterable[Sale], only: str | None = None) -> list[Recorded]:
        """Take orders and refunds; each is owed once, to one campaign, however often it comes.

        In      only  credit codes and links of this campaign only
        Raises  NotFound; Conflict  an order is known with another amount
        """
        with writing(self._engine) as connection:
            codes, links = _owners(connection, only)
            return [self._record(connection, sale, codes, links) for sale in sorted(sales, key=lambda s: s.refund_of is not None)]

    def _record(self, connection: sa.Connection, sale: Sale, codes: dict[str, list[Owner]], links: dict[str, Owner]) -> Recorded:
        there = connection.execute(_order(sale.order_id)).first()
        if there is not None:
            if (there.amount_minor, there.currency) != (sale.amount_minor, sale.currency):
                raise Conflict(f"order '{sale.order_id}' is already recorded with another amount.", field="order", value=sale.order_id)
            return Recorded(sale.order_id, "known", None)
        credit = credit_of(sale, codes, links) if sale.refund_of is None else _credit_again(connection, sale.refund_of)
        if credit is None:
            return Recorded(sale.order_id, "nobody's", None)
        key = connection.execute(sa.select(CAMPAIGN.c.id).where(CAMPAIGN.c.slug == credit.campaign)).scalar_one()
        line = {"amount_minor": sale.amount_minor, "currency": sale.currency, "ordered_at": sale.ordered_at}
        owed = {"handle": credit.handle, "code": credit.word if credit.by == "code" else None}
        sold = {"by": credit.by, "word": credit.word, "touched_at": credit.touched_at, "refund_of": sale.refund_of}
        values = {"campaign_id": key, "order_id": sale.order_id}
        new = upsert(connection, SALE).values(**values, **sold, recorded_at=self._clock.now()).on_conflict_do_nothing()
        if not connection.execute(new).rowcount:  # PostgreSQL: another process was faster with the very same order
            return Recorded(sale.order_id, "known", None)
        connection.execute(sa.insert(ORDER).values(**values, **line, **owed))
        known = one(connection, credit.campaign)
        if known.currency is None:
            connection.execute(sa.update(CAMPAIGN).where(CAMPAIGN.c.id == key).values(currency=sale.currency))
        return Recorded(sale.order_id, "recorded", credit)


def shop_address(text: str) -> str:
    """An address of the web that a link may lead to.

    Raises  BadValue
    Example shop_address("https://shop.example.com/x") -> "https://shop.example.com/x"
    """
    clean = text.strip()
    parts = urlsplit(clean)
    bad = len(clean) > 2000 or any(c.isspace() or ord(c) < 32 or c == "\\" for c in clean)
    if bad or parts.scheme.lower() not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise BadValue(
            f"'{clean[:80]}' is not an address of a shop.", field="to", value=clean[:80], hint="Like https://shop.example.com/glow."
        )
    return clean


def with_utm(address: str, campaign: str, handle: str | None, code: str) -> str:
    """The address with UTM words, and the link's own code in utm_content; words that are there already stay.

    Example with_utm("https://a.example/x?b=1", "glow", "lea", "k7") -> "https://a.example/x?b=1&utm_source=tiktok&utm_medium=creator&utm_campaign=glow&utm_term=lea&utm_content=k7"
    """
    parts = urlsplit(address)
    there = parse_qsl(parts.query, keep_blank_values=True)
    named = {name for name, _ in there} - {"utm_content"}
    ours = {"utm_source": "tiktok", "utm_medium": "creator", "utm_campaign": campaign, "utm_term": handle, "utm_content": code}
    kept = [pair for pair in there if pair[0] != "utm_content"]
    return urlunsplit(parts._replace(query=urlencode([*kept, *((n, v) for n, v in ours.items() if v and n not in named)])))


def _owners(connection: sa.Connection, only: str | None) -> tuple[dict[str, list[Owner]], dict[str, Owner]]:
    wanted = () if only is None else (CAMPAIGN.c.id == key_of(connection, only),)
    bounds = (CAMPAIGN.c.slug, CAMPAIGN.c.from_day, CAMPAIGN.c.to_day, CAMPAIGN.c.tz)
    codes: dict[str, list[Owner]] = {}
    joined = sa.select(CODE.c.code, CODE.c.handle, *bounds).join(CAMPAIGN, CAMPAIGN.c.id == CODE.c.campaign_id)
    for row in connection.execute(joined.where(*wanted)):
        codes.setdefault(row.code, []).append(_owner(row))
    links = sa.select(LINK.c.code, LINK.c.handle, *bounds).join(CAMPAIGN, CAMPAIGN.c.id == LINK.c.campaign_id)
    return codes, {row.code: _owner(row) for row in connection.execute(links.where(*wanted))}


def _owner(row: Any) -> Owner:
    period = Period(row.from_day, row.to_day, row.tz)
    return Owner(row.slug, row.handle, period.start_at, period.end_at)


def _order(order_id: str) -> sa.Select[Any]:
    return sa.select(ORDER.c.amount_minor, ORDER.c.currency).where(ORDER.c.order_id == order_id)


def _credit_again(connection: sa.Connection, order_id: str) -> Credit | None:
    """A refund takes from whoever the order was owed to."""
    joined = sa.select(CAMPAIGN.c.slug, ORDER.c.handle, SALE.c.by, SALE.c.word, SALE.c.touched_at).select_from(
        ORDER.join(CAMPAIGN, CAMPAIGN.c.id == ORDER.c.campaign_id).join(
            SALE, sa.and_(SALE.c.order_id == ORDER.c.order_id, SALE.c.campaign_id == ORDER.c.campaign_id)
        )
    )
    row = connection.execute(joined.where(ORDER.c.order_id == order_id)).first()
    return None if row is None else Credit(row.slug, row.handle, row.by, row.word, row.touched_at)


def _link(row: sa.Row[Any], slug: str, days: tuple[tuple[str, int], ...]) -> TrackedLink:
    return TrackedLink(row.code, slug, row.handle, row.destination, row.made_at, row.closed_at, days)


def _free(connection: sa.Connection) -> str:
    while True:
        code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        if connection.execute(sa.select(LINK.c.code).where(LINK.c.code == code)).first() is None:
            return code


def _code(text: str) -> str:
    clean = text.replace("\x00", "").strip().casefold()
    if not 2 <= len(clean) <= 64 or any(c.isspace() or not c.isprintable() for c in clean):
        raise BadValue(f"'{text[:70]}' is not a promo code; expected one word of 2 to 64 signs.", field="code", value=text[:70])
    return clean
