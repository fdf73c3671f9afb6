"""To whom an order is owed: a creator's code beats another creator's link; else the last link touched within 30 days. It stores nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Touch:
    """A tracked link that a buyer came by; `at` None: the order says only that they did."""

    link: str
    at: datetime | None = None


@dataclass(frozen=True)
class Sale:
    """An order as a shop tells of it; a refund has a negative amount and names the order it takes from.

    codes   promo codes in the order in which they were entered
    """

    order_id: str
    amount_minor: int
    currency: str
    ordered_at: datetime
    codes: tuple[str, ...] = ()
    touches: tuple[Touch, ...] = ()
    refund_of: str | None = None


@dataclass(frozen=True)
class Owner:
    """Whose a promo code or a link is; `handle` None: the campaign's own. `from_at` and `until_at` bound the campaign."""

    campaign: str
    handle: str | None
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True)
class Credit:
    """What an order is owed to."""

    campaign: str
    handle: str | None
    by: Literal["code", "link"]
    word: str
    touched_at: datetime | None = None


def credit_of(sale: Sale, codes: Mapping[str, Iterable[Owner]], links: Mapping[str, Owner]) -> Credit | None:
    """To whom an order is owed; None: to nobody we know.

    In      codes  by code, casefolded: a code may be used again by a later campaign
            links  by link
    """
    for code in sale.codes:
        owner = _of_the_time(codes.get(code.strip().casefold(), ()), sale.ordered_at)
        if owner is not None:
            return Credit(owner.campaign, owner.handle, "code", code.strip().casefold())
    known = [t for t in sale.touches if t.link in links and (t.at is None or sale.ordered_at - WITHIN <= t.at <= sale.ordered_at)]
    if not known:
        return None
    # a touch without a time is the one that led to the order itself
    last = max(enumerate(known), key=lambda pair: (pair[1].at or sale.ordered_at, pair[0]))[1]
    return Credit(links[last.link].campaign, links[last.link].handle, "link", last.link, last.at)


def _of_the_time(owners: Iterable[Owner], at: datetime) -> Owner | None:
    """The campaign that was running (or had ended within 30 days); of several the one that began last; of none, the nearest."""
    known = list(owners)
    running = [o for o in known if o.from_at <= at < o.until_at + WITHIN]
    if running:
        return max(running, key=lambda o: (o.from_at, o.campaign))
    return min(known, key=lambda o: (abs(o.from_at - at), o.campaign), default=None)
