"""Answers of ads reporting: what each ad cost and delivered a day, and how many of a post's views were paid for. It asks for nothing.

All figures are text in these answers, "-" where there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any

import polars as pl

from hexameter.sources.files.money import minor_units
from hexameter.sources.tiktok.bodies import list_at, object_at
from hexameter.sources.tiktok.items import Item
from hexameter.sources.tiktok.sheet import Row, Sheet

_COUNTS = {
    "impressions": "impressions",
    "reach": "reach",
    "views": "video_play_actions",
    "views_2s": "video_watched_2s",
    "views_6s": "video_watched_6s",
    "views_p25": "video_views_p25",
    "views_p50": "video_views_p50",
    "views_p75": "video_views_p75",
    "views_p100": "video_views_p100",
    "clicks": "clicks",
    "conversions": "conversion",
}
METRICS = ["spend", *_COUNTS.values(), "tiktok_item_id", "currency"]
_AMOUNT = re.compile(r"(-?[0-9]{1,15})(?:\.([0-9]{1,20}))?")
TOTALS = ["video_play_actions", "tiktok_item_id"]


def read_days(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """An ad's days: cost in minor units of its currency, and delivery."""
    rows: list[Row] = []
    for raw in list_at(answer, "data", "list"):
        item = sheet.next(raw)
        about, figures = Item(item.row, object_at(raw, "dimensions")), Item(item.row, object_at(raw, "metrics"))
        ad_id, day = about.id("ad_id"), about.day("day", "stat_time_day")
        row: Row = {"ad_id": ad_id, "day": day, "source": sheet.source, "post_id": _post(figures)}
        row |= {name: figures.count(name, key) for name, key in _COUNTS.items()}
        row |= _money(figures)
        item.odd += [*about.odd, *figures.odd]
        if not item.odd and (ad_id is None or day is None):
            item.refuse("ad_id" if ad_id is None else "day", "", "the row does not say which ad or day it is of")
        if not sheet.refused(item):
            rows.append(row)
    costs = pl.Series([row.pop("spend") for row in rows], dtype=pl.String)
    currencies = pl.Series([row["currency"] for row in rows], dtype=pl.String)
    for row, amount in zip(rows, minor_units(costs, currencies, "spend").values, strict=True):
        sheet.reading("paid_day", row | {"spend_minor": amount})


def read_totals(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """The paid views of each post, over all the ads that show it and all pages of the report.

    A post's instant is that of the last page with an ad of it. A post of which one ad's figure cannot be read is left out whole: half a
    sum is a wrong number.
    """
    by_post: dict[str, list[Item]] = {}
    read_at: dict[str, datetime] = {}
    for at, raw in _rows(answer, sheet):
        item = Item(0, object_at(raw, "metrics"))
        post_id = _post(item)
        if post_id is not None or item.odd:
            by_post.setdefault(post_id or "", []).append(item)
            read_at[post_id or ""] = at
    for post_id, items in by_post.items():
        views = [item.count("views_paid", "video_play_actions") for item in items]
        told = sheet.next({})
        told.odd = [odd for item in items for odd in item.odd]
        if all(v is None for v in views) and not told.odd:
            told.refuse("views_paid", "", f"no ad of post {post_id} says how often it was played")
        elif any(v is None for v in views) and not told.odd:
            told.refuse("views_paid", "", f"one of the {len(views)} ads of post {post_id} does not say how often it was played")
        total = sum(v for v in views if v is not None)
        if not told.odd and total >= 2**63:
            told.refuse("views_paid", total, "larger than any counter can be")
        if not sheet.refused(told):
            sheet.reading("post_snapshot", sheet.stamp(post_id=post_id, views_paid=total, precision="exact", captured_at=read_at[post_id]))


def joined(bodies: Iterable[bytes]) -> bytes:
    """The pages of one report as one body, so that a post's sum can be made again from it.

    Example joined([b'{"a":1}', b'{"a":2}']) -> b'{"pages":[{"a":1},{"a":2}]}'
    """
    return b'{"pages":[' + b",".join(body.removeprefix(b"\xef\xbb\xbf") for body in bodies) + b"]}"


def _rows(answer: Mapping[str, Any], sheet: Sheet) -> Iterable[tuple[datetime, Any]]:
    """Every row with the instant at which its page was answered: pages may be minutes apart."""
    moments = [datetime.fromisoformat(text) for text in sheet.context.get("pages_at", "").split(",") if text]
    for at, page in zip_longest(moments, list_at(answer, "pages"), fillvalue=None):
        yield from ((at or sheet.at, row) for row in list_at(page, "data", "list"))


def _post(figures: Item) -> str | None:
    """The post an ad shows; ads that show none carry "0", "-" or nothing."""
    return None if str(figures.first("tiktok_item_id")).strip() in ("0", "-1", "None") else figures.id("post_id", "tiktok_item_id")


def _money(figures: Item) -> Row:
    """Cost as text with its currency, without which it is no cost; it never goes through floating point."""
    spent, currency = figures.first("spend"), figures.text("currency")
    code = currency.strip().upper() if currency else None
    if spent is None:
        return {"spend": None, "currency": code}
    amount = _AMOUNT.fullmatch(str(spent).strip())
    if amount is None or isinstance(spent, bool):
        figures.refuse("spend", spent, "expected an amount of money, like 12.34")
        return {}
    if code is None or len(code) != 3 or not (code.isascii() and code.isalpha()):
        figures.refuse("currency", currency or "", "the report does not say the currency of this cost")
        return {}
    # four digits or more behind the point: no reader can take it for a mark of thousands
    return {"spend": f"{amount[1]}.{amount[2] or ''}0000", "currency": code}
