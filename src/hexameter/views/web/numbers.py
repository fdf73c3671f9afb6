"""How numbers, money and times are written in a language. Rounding happens only here, as the command line rounds."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

NOTHING = "—"
_SEPARATORS = {"en": (",", "."), "fr": ("\u202f", ",")}  # thousands, decimals
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
_AGO = {
    "en": {"now": "just now", "m": "{n} min ago", "h": "{n} h ago", "d": "{n} d ago"},
    "fr": {"now": "à l’instant", "m": "il y a {n} min", "h": "il y a {n} h", "d": "il y a {n} j"},
}


class Numbers:
    """Numbers for people, in one language; None is always "—", never 0."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def count(self, value: Any) -> str:
        """A whole number with thousands separated.

        Example Numbers("en").count(33000) -> "33,000"
        """
        if value is None:
            return NOTHING
        return self._local(f"{value:,}") if isinstance(value, int) else self.number(value)

    def number(self, value: Any) -> str:
        """Three digits that mean something: 0.12903 -> 0.129, 8250.0 -> 8,250."""
        if value is None:
            return NOTHING
        if value == 0 or abs(value) >= 1000:
            return self._local(f"{value:,.0f}")
        decimals = min(max(2 - math.floor(math.log10(abs(value))), 0), 6)
        text = f"{value:,.{decimals}f}"
        return self._local(text.rstrip("0").rstrip(".") if "." in text else text)

    def percent(self, value: Any) -> str:
        """A rate; two decimals below ten, one from there."""
        if value is None:
            return NOTHING
        return f"{self._local(f'{value:,.{1 if abs(value) >= 10 else 2}f}')}\u202f%"

    def signed(self, value: Any) -> str:
        """A change, always with its sign."""
        return NOTHING if value is None else ("+" if value > 0 else "") + self.count(value)

    def signed_percent(self, value: Any) -> str:
        """A change in percent, always with its sign."""
        return NOTHING if value is None else ("+" if value > 0 else "") + self.percent(value)

    def points(self, value: Any) -> str:
        """A change between two rates, in percentage points."""
        if value is None:
            return NOTHING
        return f"{'+' if value > 0 else ''}{self._local(f'{value:,.2f}')}\u202fpt"

    def money(self, value: Any, currency: str | None) -> str:
        """An amount in major units with its currency."""
        if value is None:
            return NOTHING
        text = self._local(f"{value:,.2f}") if abs(value) >= 1 or value == 0 else self.number(value)
        return f"{text}\u202f{_SYMBOLS.get(currency or '', currency or '')}".rstrip()

    def day(self, value: Any, year: bool = True) -> str:
        """A calendar day, like 5 Jul 2025."""
        if value is None:
            return NOTHING
        found = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
        return f"{found.day}\u00a0{_MONTHS[self.lang][found.month - 1]}" + (f" {found.year}" if year else "")

    def span(self, first: Any, last: Any) -> str:
        """Two days, both included."""
        a, b = (date.fromisoformat(str(day)[:10]) for day in (first, last))
        return f"{self.day(a, a.year != b.year)} – {self.day(b)}"

    def instant(self, value: Any, tz: str = "UTC") -> str:
        """An instant to the minute, in a zone."""
        if value is None:
            return NOTHING
        local = _moment(value).astimezone(ZoneInfo(tz))
        return f"{self.day(local.date())}, {local:%H:%M}"

    def ago(self, value: Any, now: Any) -> str:
        """How long before `now` an instant was."""
        if value is None:
            return NOTHING
        minutes = int((_moment(now) - _moment(value)).total_seconds() // 60)
        if minutes < 1:
            return _AGO[self.lang]["now"]
        unit, n = ("m", minutes) if minutes < 120 else ("h", minutes // 60) if minutes < 2880 else ("d", minutes // 1440)
        return _AGO[self.lang][unit].format(n=self.count(n))

    def _local(self, text: str) -> str:
        """English digits in the language's separators."""
        return separated(text, self.lang)


def separated(text: str, lang: str) -> str:
    """A number as Python writes it, in a language's separators.

    Example separated("1,234.5", "fr") -> "1\u202f234,5"
    """
    thousands, decimal = _SEPARATORS[lang]
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
