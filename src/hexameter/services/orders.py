"""Orders as shops tell of them: a CSV with one row an order, and Shopify's webhooks. To whom they are owed is not decided here.

Of an order nothing is read but number, amount, currency, time, codes and tracked links: no name, address or e-mail.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hexameter.campaigns.money import currency_of, minor_units
from hexameter.campaigns.selling.attribution import Sale, Touch
from hexameter.contracts.spelling import instant_of
from hexameter.errors import BadFile, BadValue, MissingColumn

_LARGEST = 50 * 1024 * 1024
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "order": ("order_id", "order", "id", "name", "number", "commande"),
    "amount": ("amount", "total", "total_price", "montant"),
    "currency": ("currency", "devise"),
    "ordered_at": ("ordered_at", "created at", "created_at", "date", "paid at"),
    "code": ("code", "discount code", "discount_code", "codes", "promo_code"),
    "link": ("link", "links", "tracked_link", "landing_site", "utm_content"),
    "touched_at": ("touched_at",),
    "refund_of": ("refund_of",),
    "refunded": ("refunded amount", "refunded_amount", "refunded"),
}
_LINK_NAME = "hexameter_link"


def orders_in(path: Path, tz: str, currency: str | None) -> tuple[list[Sale], list[dict[str, Any]], int]:
    """The orders of a CSV; rows that cannot be read are left out, with the reason.

    In      tz        the zone of times without an offset
            currency  of rows that name none
    Out     orders, rejects [{row, field, value, why}], rows read
    Raises  BadFile, MissingColumn
    """
    rows = _rows(path)
    there = {(name or "").strip().casefold(): name for name in (rows[0] if rows else {})}
    columns = {field: next((there[n] for n in names if n in there), None) for field, names in _COLUMNS.items()}
    for field in ("order", "amount"):
        if rows and columns[field] is None:
            named = ", ".join(n for n in there if n) or "none"
            raise MissingColumn(
                f"No column holds the {field}; there: {named}.", field=field, hint=f"Name one column '{_COLUMNS[field][0]}'."
            )
    sales: list[Sale] = []
    rejects: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        cells = {field: str(row.get(name) or "").strip() if name is not None else "" for field, name in columns.items()}
        if cells["order"] and not cells["amount"] and sales and cells["order"] in (sales[-1].order_id, sales[-1].refund_of):
            continue  # Shopify's export has a row for every further item of an order
        try:
            sales += _sales(cells, tz, currency)
        except BadValue as problem:
            rejects.append({"row": number, "field": problem.field, "value": problem.value, "why": problem.message})
    return sales, rejects, len(rows)


def shopify_sales(body: bytes, topic: str) -> list[Sale]:
    """The order with its refunds, or the refund, of one webhook.

    Raises  BadValue  it is none
    """
    try:
        told = json.loads(body)
        if topic.startswith("refunds/"):
            return [_refund(told, str(told["order_id"]), _refund_currency(told))]
        return _shopify_order(told)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise BadValue("This is not an order as Shopify sends it.", field="order", hint=f"Trouble with {type(problem).__name__}.") from None


def signed_by(secret: str, body: bytes, signature: str) -> bool:
    """Whether a body carries the HMAC-SHA256 of a secret, in base64 as Shopify writes it."""
    wanted = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(wanted, signature.encode("utf-8", "replace"))


def link_in(text: str) -> str:
    """The code of a tracked link in what a shop says of it: the code, our address, or an address with our utm_content.

    Example link_in("/products/x?utm_content=k7") -> "k7"
    """
    parts = urlsplit(text.strip())
    told = parse_qs(parts.query).get("utm_content")
    if told:
        return told[0]
    return parts.path.rpartition("/go/")[2] if "/go/" in parts.path else text.strip()


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadFile(f"{path.name} has {path.stat().st_size:,} bytes; a list of orders has at most {_LARGEST:,}.", field="file")
        text = path.read_bytes().decode("utf-8-sig").replace("\x00", "")
    except OSError as problem:
        raise BadFile(f"{path} cannot be read: {problem.strerror}.", field="file", value=str(path)) from problem
    except UnicodeDecodeError:
        raise BadFile(f"{path.name} is not text in UTF-8.", field="file", hint="Save it as CSV UTF-8.") from None
    head = next(iter(text.splitlines()), "")
    return list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count)))


def _sales(cells: Mapping[str, str], tz: str, currency: str | None) -> list[Sale]:
    if not cells["order"]:
        raise BadValue("The row has no order number.", field="order")
    if not cells["currency"] and currency is None:
        raise BadValue("The row names no currency.", field="currency")
    code = currency_of(cells["currency"] or currency or "")
    at = _instant(cells["ordered_at"], tz)
    amount = minor_units(cells["amount"], code, "amount")
    refund_of = cells["refund_of"] or None
    sale = Sale(
        order_id=cells["order"],
        amount_minor=-abs(amount) if refund_of else amount,
        currency=code,
        ordered_at=at,
        codes=tuple(c for c in re.split(r"[,;\s]+", cells["code"]) if c),
        touches=tuple(_touches(cells["link"], cells["touched_at"], tz)),
        refund_of=refund_of,
    )
    refunded = minor_units(cells["refunded"], code, "refunded") if cells["refunded"] else 0
    if not refunded:
        return [sale]
    return [sale, Sale(f"{sale.order_id}-refund", -abs(refunded), code, at, refund_of=sale.order_id)]


def _touches(links: str, touched_at: str, tz: str) -> list[Touch]:
    """Links with perhaps a time behind each: "k7@2025-07-01T10:00Z k8"."""
    found = []
    for word in links.split():
        link, _, at = word.partition("@")
        when = at or touched_at
        found.append(Touch(link_in(link), instant_of(when, "touched_at", tz) if when else None))
    return found


def _instant(text: str, tz: str) -> datetime:
    if not text:
        raise BadValue("The row does not say when it was ordered.", field="ordered_at")
    return instant_of(re.sub(r" (?=[+-]\d\d:?\d\d$)", "", text), "ordered_at", tz)


def _shopify_order(told: Mapping[str, Any]) -> list[Sale]:
    currency = currency_of(str(told["currency"]))
    number, at = str(int(told["id"])), instant_of(str(told["created_at"]), "created_at")
    touches = [Touch(link_in(str(told["landing_site"])))] if "utm_content=" in str(told.get("landing_site") or "") else []
    for note in told.get("note_attributes") or ():
        if note.get("name") == _LINK_NAME:
            touches += _touches(str(note.get("value") or ""), "", "UTC")
    codes = tuple(str(c["code"]) for c in told.get("discount_codes") or () if c.get("code"))
    total = minor_units(str(told["total_price"]), currency, "total_price")
    order = Sale(number, total, currency, at, codes, tuple(touches))
    refunds = [_refund(r, number, currency) for r in told.get("refunds") or ()]
    if told.get("cancelled_at") and told.get("financial_status") == "voided":  # never paid: nothing is refunded
        refunds = [Sale(f"{number}-void", -total, currency, instant_of(str(told["cancelled_at"]), "cancelled_at"), refund_of=number)]
    return [order, *(r for r in refunds if r.amount_minor)]


def _refund(told: Mapping[str, Any], number: str, currency: str) -> Sale:
    paid_back = [t for t in told.get("transactions") or () if t.get("kind") == "refund" and t.get("status", "success") == "success"]
    amount = sum(minor_units(str(t["amount"]), currency, "refund") for t in paid_back)
    at = instant_of(str(told["created_at"]), "created_at")
    return Sale(f"{number}-refund-{int(told['id'])}", -amount, currency, at, refund_of=number)


def _refund_currency(told: Mapping[str, Any]) -> str:
    return currency_of(str(told["transactions"][0]["currency"]))
