"""What a campaign earned, for views: promo codes, tracked links, orders from a table or a shop, price lists. Returns are `measure`'s."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.money import exponent_of
from hexameter.campaigns.selling.shop import PromoCode, Recorded, TrackedLink
from hexameter.contracts.spelling import instant_text
from hexameter.errors import BadValue, Conflict, NotFound
from hexameter.kpis.rate_cards import RATE_CARDS
from hexameter.services.asking import Ask
from hexameter.services.measure import measure
from hexameter.services.orders import orders_in, shopify_sales, signed_by
from hexameter.services.settled import is_preset

if TYPE_CHECKING:
    from hexameter.campaigns.selling.attribution import Sale
    from hexameter.contracts.records import RateCard
    from hexameter.services.house import House

BY = "manager"
GO = "/go/"
PICTURES = ("svg", "png")
_RETURNS = ("cost", "cost_minor", "currency", "cpm", "cpv", "cpe", "cost_per_video", "revenue", "revenue_minor", "roi_pct", "roas", "rates")
_WORTH = ("media_value", "media_value_currency", "media_value_roi_pct", "rate_card")


class SellingOf:
    """Every verb over codes, links, orders and price lists.

    Raises  BadValue, NotFound, Conflict  as the desk does
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def add_code(self, slug: str, code: str, creator: str | None = None) -> dict[str, Any]:
        """Say whose a promo code is; no creator: the campaign's own."""
        return _code(self._house.desk.shop.add_code(slug, code, creator))

    def add_link(self, slug: str, destination: str, creator: str | None = None) -> dict[str, Any]:
        """A link of our own to an address of the shop: code, creator, destination, url, clicks, days."""
        return self._link(self._house.desk.shop.add_link(slug, destination, creator))

    def close_link(self, code: str) -> dict[str, Any]:
        """A link that leads nowhere any more."""
        self._house.desk.shop.close_link(code)
        return {"closed": code}

    def follow(self, code: str) -> str | None:
        """Where a link leads, and one more click; None: nowhere."""
        return self._house.desk.shop.follow(code)

    def codes(self, slug: str) -> list[dict[str, Any]]:
        """A campaign's promo codes."""
        return [_code(c) for c in self._house.desk.shop.codes(slug)]

    def links(self, slug: str) -> list[dict[str, Any]]:
        """A campaign's links with their clicks."""
        return [self._link(x) for x in self._house.desk.shop.links(slug)]

    def qr(self, slug: str, code: str, kind: str = "svg") -> bytes:
        """The QR code of a campaign's tracked link, for a parcel or a poster: svg or png.

        Raises  BadValue  another kind; NotFound  no open link of this code
        """
        if kind not in PICTURES:
            raise BadValue(f"kind is '{kind[:20]}'; expected svg or png.", field="kind", value=kind[:20])
        link = next((x for x in self.links(slug) if x["code"] == code and x["closed_at"] is None), None)
        if link is None:
            raise NotFound(f"campaign '{slug}' has no open link '{code[:40]}'.", field="code", value=code[:40])
        return self._house.prints.qr(link["url"], kind)

    def import_orders(self, path: str | Path, slug: str | None = None) -> dict[str, Any]:
        """Orders from a CSV (services.orders says which columns); each counts once, however often it comes.

        In      slug  credit this campaign's codes and links only
        Out     read, recorded, known, nobodys, rejected, rejects [{row, field, value, why}], orders
        """
        zone = self._house.settings["timezone"] if slug is None else self._house.desk.campaign(slug).period.tz
        currency = None if slug is None else self._house.desk.campaign(slug).currency
        sales, rejects, read = orders_in(Path(path), zone, currency)
        told = self._record(sales, rejects, slug)
        return {"read": read, **told}

    def shopify(self, body: bytes, signature: str, topic: str = "orders/create") -> dict[str, Any]:
        """An order or refund as Shopify's webhook brings it.

        In      signature  the header X-Shopify-Hmac-Sha256; topic: the header X-Shopify-Topic
        Raises  BadValue   not signed with the setting shop_secret, or no order
        """
        secret = self._house.settings["shop_secret"]
        if not secret or not signed_by(secret, body, signature):
            raise BadValue("The order is not signed by the shop.", field="signature", hint="Set shop_secret to the webhook's secret.")
        return self._record(shopify_sales(body, topic), [], None)

    def save_card(self, name: str, currency: str, source: str, by: str = BY, **prices: float) -> dict[str, Any]:
        """A price list for media value; the same name again is a new version."""
        if is_preset(name):
            hint = "Choose another name; a preset stays what its source published."
            raise BadValue(f"'{name}' is a preset's name.", field="name", value=name, hint=hint)
        return vars(self._house.desk.cards.save(name, currency, prices, source, by))

    def cards(self) -> list[dict[str, Any]]:
        """Every version of every price list kept here."""
        return [vars(card) for card in self._house.desk.cards.list()]

    def presets(self) -> list[dict[str, Any]]:
        """Price lists that others published; nobody changes them here."""
        return [vars(card) for card in RATE_CARDS]

    def money(self, slug: str, rate_card: str | None = None, as_of: str | None = None) -> dict[str, Any]:
        """What a campaign cost and earned, whole and by creator; media value stands apart, it is never revenue.

        Out  campaign, as_of, total, worth, creators [{creator, ...}], costs, codes, links, orders [{..., by, word, refund_of}]
        """
        campaign = self._house.desk.campaign(slug)
        try:
            found = measure(Ask(campaign=slug, creators=True, rate_card=rate_card, as_of=as_of), self._house)
        except NotFound as problem:
            if problem.field == "campaign":
                raise
            found = {"hashtag": {}, "creators": [], "as_of": as_of}
        whole, credits = found["hashtag"], self._house.desk.shop.credits(slug)
        return {
            "campaign": slug,
            "as_of": found["as_of"],
            "total": {name: whole.get(name) for name in _RETURNS},
            "worth": {name: whole.get(name) for name in _WORTH},
            "creators": [{"creator": c["creator"], **{n: c["return"].get(n) for n in _RETURNS}} for c in found["creators"]],
            "costs": [{"number": c.id, **{n: v for n, v in vars(c).items() if n not in ("id", "added_on")}} for c in campaign.costs],
            "codes": self.codes(slug),
            "links": self.links(slug),
            "orders": [
                {
                    **{name: value for name, value in vars(order).items() if name != "ordered_at"},
                    "amount": order.amount_minor / 10 ** exponent_of(order.currency),
                    "ordered_at": instant_text(order.ordered_at),
                    "by": credits[order.order_id].by if order.order_id in credits else "hand",
                    "word": credits[order.order_id].word if order.order_id in credits else None,
                }
                for order in campaign.orders
            ],
        }

    def card(self, name: str) -> RateCard | None:
        """A price list kept here, by its name or NAME@VERSION."""
        return self._house.desk.cards.find(name)

    def _record(self, sales: list[Sale], rejects: list[dict[str, Any]], slug: str | None) -> dict[str, Any]:
        done: list[Recorded] = []
        left = list(rejects)
        for sale in sorted(sales, key=lambda s: s.refund_of is not None):
            try:
                done += self._house.desk.shop.record([sale], slug)
            except Conflict as problem:
                left.append({"row": None, "field": "order", "value": sale.order_id, "why": problem.message})
        outcomes = [d.outcome for d in done]
        return {
            "recorded": outcomes.count("recorded"),
            "known": outcomes.count("known"),
            "nobodys": outcomes.count("nobody's"),
            "rejected": len(left),
            "rejects": left,
            "orders": [_recorded(d) for d in done],
        }

    def _link(self, link: TrackedLink) -> dict[str, Any]:
        return {
            "code": link.code,
            "creator": link.handle,
            "destination": link.destination,
            "url": self._house.settings["public_url"].rstrip("/") + GO + link.code,
            "made_at": instant_text(link.made_at),
            "closed_at": None if link.closed_at is None else instant_text(link.closed_at),
            "clicks": link.clicks,
            "days": [{"day": day, "clicks": n} for day, n in link.days],
        }


def _code(code: PromoCode) -> dict[str, Any]:
    return {"code": code.code, "creator": code.handle, "made_at": instant_text(code.made_at)}


def _recorded(done: Recorded) -> dict[str, Any]:
    credit = done.credit
    owed = None if credit is None else {"campaign": credit.campaign, "creator": credit.handle, "by": credit.by, "word": credit.word}
    return {"order": done.order_id, "outcome": done.outcome, "credit": owed}
