"""How numbers and instants are written for people: thousands separated, "—" for what was not read. Rounding happens only here."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

NOTHING = "—"


def count(value: Any) -> str:
    """A whole number with thousands separated; "—" when it was not read.

    Example count(33000) -> "33,000"
    """
    if value is None:
        return NOTHING
    return f"{value:,}" if isinstance(value, int) else number(value)


def number(value: Any) -> str:
    """A number with as many decimals as it deserves: three digits that mean something.

    Example number(0.12903) -> "0.129", number(8250.0) -> "8,250", number(33.333) -> "33.3"
    """
    if value is None:
        return NOTHING
    if value == 0 or abs(value) >= 1000:
        return f"{value:,.0f}"
    decimals = min(max(2 - math.floor(math.log10(abs(value))), 0), 6)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: Any) -> str:
    """A rate with its sign; two decimals below ten, one from there.

    Example percent(7.35) -> "7.35 %", percent(None) -> "—"
    """
    if value is None:
        return NOTHING
    return f"{value:,.{1 if abs(value) >= 10 else 2}f} %"


def signed(value: Any) -> str:
    """A change: always with its sign.

    Example signed(1000) -> "+1,000"
    """
    return NOTHING if value is None else ("+" if value > 0 else "") + count(value)


def money(value: Any, currency: str | None) -> str:
    """An amount in major units with its currency.

    Example money(15.1515, "EUR") -> "15.15 EUR"
    """
    if value is None:
        return NOTHING
    text = f"{value:,.2f}" if abs(value) >= 1 or value == 0 else number(value)
    return f"{text} {currency or ''}".rstrip()


def instant(value: Any) -> str:
    """An instant to the minute, UTC; seconds only when it has any.

    Example instant("2025-08-01T00:00:00Z") -> "2025-08-01 00:00 UTC"
    """
    if value is None:
        return NOTHING
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment.second else f"{moment:%Y-%m-%d %H:%M} UTC"


def duration(hours: float) -> str:
    """A length of time: hours up to two days, then days.

    Example duration(12.0) -> "12 hours", duration(156.5) -> "6.5 days"
    """
    return f"{number(round(hours, 1))} hours" if hours < 48 else f"{number(round(hours / 24, 1))} days"


def size(n: int) -> str:
    """Bytes for people.

    Example size(8408) -> "8.4 kB"
    """
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if n >= step:
            return f"{n / step:,.1f} {unit}"
    return f"{n} B"


def plural(n: int | None, one: str, many: str | None = None) -> str:
    """A count with its noun.

    Example plural(1, "post") -> "1 post", plural(1200, "post") -> "1,200 posts"
    """
    return f"{count(n)} {one if n == 1 else many or one + 's'}"
