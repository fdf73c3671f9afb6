"""A campaign as the desk hands it over, and the scope and money a KPI sees of it. It writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from hexameter.campaigns.goals import Goal
from hexameter.contracts.records import Cost, Money, Period, Revenue, Scope

CostKind = Literal["fee", "product", "boost"]
COST_KINDS: tuple[CostKind, ...] = ("fee", "product", "boost")


@dataclass(frozen=True)
class CostLine:
    """One cost, with the number by which it is removed; `handle` None = the whole campaign's."""

    id: int
    amount_minor: int
    currency: str
    kind: str
    handle: str | None
    note: str | None
    added_on: date | None = None


@dataclass(frozen=True)
class Order:
    """One sale brought by a promo code or a tracked link; negative for a refund."""

    order_id: str
    amount_minor: int
    currency: str
    handle: str | None
    code: str | None
    ordered_at: datetime


@dataclass(frozen=True)
class PostDecision:
    """A post put in or left out by hand."""

    post_id: str
    decision: Literal["include", "exclude"]
    why: str | None
    decided_at: datetime


@dataclass(frozen=True)
class Rate:
    """What one unit of a currency was worth in another, on a day."""

    from_currency: str
    to_currency: str
    dated: date
    rate: float
    source: str | None


@dataclass(frozen=True)
class Campaign:
    """Everything decided about one campaign. Creators empty = any creator."""

    slug: str
    name: str
    period: Period
    currency: str | None
    hashtags: tuple[str, ...]
    mentions: tuple[str, ...]
    creators: tuple[str, ...]
    costs: tuple[CostLine, ...]
    posts: tuple[PostDecision, ...]
    orders: tuple[Order, ...]
    goals: tuple[Goal, ...]
    created_at: datetime
    archived_at: datetime | None

    @property
    def scope(self) -> Scope:
        """Which posts are the campaign's (KPIS.md section 0.9). With no creator and no tag, only those added by hand."""
        rules = bool(self.creators or self.hashtags or self.mentions)
        return Scope(
            kind="campaign",
            id=self.slug,
            handles=frozenset(self.creators) if self.creators or not rules else None,
            hashtags=frozenset(self.hashtags),
            mentions=frozenset(self.mentions),
            window=self.period,
            included=frozenset(p.post_id for p in self.posts if p.decision == "include"),
            excluded=frozenset(p.post_id for p in self.posts if p.decision == "exclude"),
        )

    def money(self, rates: Iterable[Rate] = (), until: datetime | None = None) -> Money:
        """Costs, and the orders placed by `until`, with the exchange rates of each currency: each is converted at its own day's.

        The campaign's own currency is the currency of the sums; without one, the costs' (or orders') single currency.
        """
        orders = [o for o in self.orders if until is None or o.ordered_at <= until]
        used = sorted({c.currency for c in self.costs} | {o.currency for o in orders})
        currency = self.currency or (used[0] if used else None)
        known: dict[str, list[tuple[float, date]]] = {}
        for rate in sorted(rates, key=lambda r: r.dated):
            if rate.to_currency == currency and (until is None or rate.dated <= until.date()):
                known.setdefault(rate.from_currency, []).append((rate.rate, rate.dated))
        return Money(
            currency=currency,
            costs=tuple(Cost(c.amount_minor, c.currency, c.kind, c.handle, c.added_on) for c in self.costs),
            revenues=tuple(Revenue(o.amount_minor, o.currency, o.handle, o.ordered_at.date()) for o in orders),
            rates={code: rows[-1] for code, rows in known.items()},
            history={code: tuple(rows) for code, rows in known.items()},
        )


@dataclass(frozen=True)
class Draft:
    """A campaign as asked for, still as text; `campaigns.drafting` checks it."""

    name: str
    from_day: str | date
    to_day: str | date
    tz: str = "UTC"
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    creators: tuple[str, ...] = ()
    cost: str | None = None
    currency: str | None = None
    goals: tuple[tuple[str, str], ...] = ()
