"""What creators ask for: a price list in CSV, single prices, or the fees a campaign recorded. It converts between no currencies."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from hexameter.campaigns.campaign import Campaign
from hexameter.campaigns.drafting import cost_minor
from hexameter.contracts.spelling import handle_of
from hexameter.errors import BadFile, BadValue, MissingColumn

_LARGEST = 10 * 1024 * 1024
_HANDLE = ("handle", "creator", "username", "tiktok", "account")
_FEE = ("fee", "price", "amount", "cost", "cachet", "prix")
_MOST_POSTS = 1000


@dataclass(frozen=True)
class Fee:
    """One creator's price for a deal of so many posts; `tier` None = by followers; `source` says where the price comes from."""

    price_minor: int | None
    posts: int = 1
    tier: str | None = None
    source: str = "price list"


def fees_of(campaign: Campaign, currency: str, path: str | Path | None, pairs: Iterable[str]) -> dict[str, Fee]:
    """Prices by handle: single prices (HANDLE=AMOUNT) before those of the file, those before the fees recorded on the campaign.

    In      path  CSV with handle and fee, perhaps posts (1 otherwise) and tier; an empty fee is no price
    Raises  BadFile, MissingColumn, BadValue  a price list with a wrong row is refused whole
    """
    found: dict[str, Fee] = {}
    for line in campaign.costs:
        if line.kind == "fee" and line.handle and line.currency == currency:
            found[line.handle] = Fee(
                (f.price_minor or 0 if (f := found.get(line.handle)) else 0) + line.amount_minor, source="recorded fee"
            )
    if path is not None:
        for handle, listed in _listed(Path(path), currency).items():
            known = found.get(handle)
            found[handle] = (
                replace(listed, price_minor=known.price_minor, source=known.source) if known and listed.price_minor is None else listed
            )
    for pair in pairs:
        name, equals, amount = pair.partition("=")
        if not (equals and name.strip() and amount.strip()):
            raise BadValue(f"--fee is '{pair}'; expected HANDLE=AMOUNT.", field="fee", value=pair, hint="Example: --fee lea=300")
        handle = handle_of(name)
        found[handle] = replace(found.get(handle, Fee(None)), price_minor=cost_minor(amount, currency), source="given")
    return found


def _listed(path: Path, currency: str) -> dict[str, Fee]:
    text = _text(path)
    head = next(iter(text.splitlines()), "")
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count))
    columns = {(name or "").strip().casefold(): name for name in rows.fieldnames or ()}
    handle, fee = (next((columns[n] for n in names if n in columns), None) for names in (_HANDLE, _FEE))
    if handle is None or fee is None:
        there = ", ".join(c for c in columns if c) or "none"
        what = "handle" if handle is None else "fee"
        raise MissingColumn(f"The price list has no column '{what}'; there: {there}.", field=what, hint="Name columns 'handle' and 'fee'.")
    found: dict[str, Fee] = {}
    for number, row in enumerate(rows, 2):
        cells = {name: (row.get(columns[name]) or "").strip() for name in ("posts", "tier") if name in columns}
        try:
            amount = (row.get(fee) or "").strip()
            price = cost_minor(amount, currency) if amount else None
            found[handle_of(row.get(handle) or "")] = Fee(
                price, _posts(cells.get("posts") or "1"), cells.get("tier", "").casefold() or None
            )
        except BadValue as problem:
            raise BadValue(
                f"{path.name}, line {number}: {problem.message}", field=problem.field, value=problem.value, hint=problem.hint
            ) from problem
    return found


def _posts(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_POSTS:
        raise BadValue(f"posts is '{text}'; expected 1 to {_MOST_POSTS}.", field="posts", value=text)
    return int(text)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadFile(f"{path.name} has {path.stat().st_size:,} bytes; a price list has at most {_LARGEST:,}.", field="fees")
        return path.read_bytes().decode("utf-8-sig").replace("\x00", "")
    except OSError as problem:
        raise BadFile(f"{path} cannot be read: {problem.strerror}.", field="fees", value=str(path)) from problem
    except UnicodeDecodeError:
        raise BadFile(f"{path.name} is not text in UTF-8.", field="fees", hint="Save it as CSV UTF-8.") from None
