"""One object of an answer, read field by field: what does not fit is noted with its reason, never guessed. It knows no API."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

_MOST = 2**63 - 1
_EXACT = 2**53
_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_HANDLE = re.compile(r"[\w.\-]{1,64}")
_HANDLE_IN_URL = re.compile(r"tiktok\.com/@([^/?#\s]+)", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?[0-9]{1,30}(?:\.0{1,9})?")
_REAL = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
_BLANK = ("", "-", "--", "n/a", "null", "none", "undefined")
_OLDEST, _NEWEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_FIRST_POST = datetime(2014, 1, 1, tzinfo=UTC)
_SHOWN = 120
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Item:
    """An object and its place in the answer; `odd` collects what could not be read: (field, value, why).

    Each reader takes the field's name in the lake and the keys under which the APIs send it, in order of trust. Absent, null and
    the platform's "-" are None: nothing is read as 0.
    """

    def __init__(self, row: int, raw: object):
        self.row = row
        self.odd: list[tuple[str, str, str]] = []
        self.raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        if not isinstance(raw, Mapping):
            self.refuse("item", raw, "expected an object")

    def refuse(self, field: str, value: object, why: str) -> None:
        """Note that a value cannot be read."""
        shown = shown_value(value)
        self.odd.append((field, shown, f'{field} is "{shown}"; {why}'))

    def first(self, *keys: str) -> Any:
        """The first value that is there."""
        return next((v for k in keys if not blank(v := self.raw.get(k))), None)

    def count(self, field: str, *keys: str, negative: bool = False) -> int | None:
        """A counter: a whole number, maybe as text."""
        value = self.first(*keys or (field,))
        if value is None:
            return None
        number = whole_of(value)
        if number is None:
            self.refuse(field, value, "expected a whole number")
        elif number < 0 and not negative:
            self.refuse(field, value, "a counter cannot be negative")
        elif abs(number) > _MOST:
            self.refuse(field, value, "larger than any counter can be (9,223,372,036,854,775,807)")
        else:
            return number
        return None

    def real(self, field: str, *keys: str, least: float = 0.0, most: float = math.inf) -> float | None:
        """A number with a fraction, between two bounds."""
        value = self.first(*keys or (field,))
        if value is None:
            return None
        number = real_of(value)
        if number is None or not least <= number <= most:
            self.refuse(field, value, "expected a number" + (f" from {least:g} to {most:g}" if most < math.inf else " not below 0"))
            return None
        return number

    def id(self, field: str, *keys: str) -> str | None:
        """An id as text, from text or a whole number of any size; a fraction has lost its digits and is refused."""
        value = self.first(*keys or (field,))
        if value is None:
            return None
        found = id_of(value)
        if found is None:
            self.refuse(field, value, "expected an id, like 7527623000473079054")
        return found

    def instant(self, field: str, *keys: str) -> datetime | None:
        """Unix seconds, maybe as text; milliseconds are known by their size."""
        value = self.first(*keys or (field,))
        number = None if value is None else whole_of(value)
        if value is None or number == 0:
            return None
        moment = None if number is None else moment_of(number)
        if moment is None:
            self.refuse(field, value, "expected Unix seconds, like 1752661320")
        return moment

    def day(self, field: str, *keys: str) -> date | None:
        """A calendar day, maybe with a time behind it."""
        value = self.first(*keys or (field,))
        if value is None:
            return None
        try:
            return date.fromisoformat(value.strip()[:10] if isinstance(value, str) else "")
        except ValueError:
            self.refuse(field, value, "expected year-month-day, like 2026-10-01")
            return None

    def text(self, *keys: str) -> str | None:
        """Words; anything else is None, for what describes a post is worth no rejected row."""
        value = self.first(*keys)
        return value.replace("\x00", "") or None if isinstance(value, str) else None

    def handle(self, *keys: str) -> str | None:
        """A handle, lower case without '@'; None where it is not one."""
        return handle_of(self.first(*keys))


def blank(value: object) -> bool:
    """Whether the platform said nothing: null, "", "-"."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _BLANK)


def shown_value(value: object) -> str:
    """A value as a sentence repeats it: its beginning, whatever its type."""
    text = value if isinstance(value, str) else type(value).__name__ if isinstance(value, list | dict) else str(value)
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:_SHOWN]


def whole_of(value: object) -> int | None:
    """A whole number from an int, text or a float that holds it exactly.

    Example whole_of("12.0") -> 12
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if math.isfinite(value) and value.is_integer() and abs(value) <= _EXACT else None
    text = value.strip() if isinstance(value, str) else ""
    return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None


def real_of(value: object) -> float | None:
    """A finite number from a number or text.

    Example real_of("0.0395") -> 0.0395
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _REAL.fullmatch(value.strip()):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def id_of(value: object) -> str | None:
    """An id as text.

    Example id_of(7527623000473079054) -> "7527623000473079054"
    """
    if isinstance(value, bool) or not isinstance(value, int | str) or (isinstance(value, int) and not 0 < value < 2**64):
        return None
    text = str(value).strip()
    return text if _ID.fullmatch(text) and not text.startswith("-") else None


def handle_of(value: object) -> str | None:
    """A handle, lower case without '@' and NULs; None where it is not one.

    Example handle_of("@Lea.Paris") -> "lea.paris"
    """
    if not isinstance(value, str):
        return None
    text = value.replace("\x00", "").strip().removeprefix("@").lower()
    return text if _HANDLE.fullmatch(text) else None


def handle_in(url: str | None) -> str | None:
    """The handle in a post's address; None where there is none.

    Example handle_in("https://www.tiktok.com/@lea/video/1?utm_source=x") -> "lea"
    """
    found = _HANDLE_IN_URL.search(url or "")
    return handle_of(found.group(1)) if found else None


def moment_of(number: int) -> datetime | None:
    """The instant of Unix seconds or milliseconds; None outside 2000..2100.

    Example moment_of(1752661320) -> 2025-07-16T10:22:00Z
    """
    seconds = number / 1000 if number > 10**11 and number < 10**14 else number
    if not _OLDEST.timestamp() <= seconds < _NEWEST.timestamp():
        return None
    return _EPOCH + timedelta(seconds=seconds)


def issued_at(post_id: str) -> datetime | None:
    """The second at which TikTok issued a post's id (id >> 32); None where it carries no time.

    Example issued_at("7527623000473079054") -> 2025-07-16T10:21:48Z
    """
    if not re.fullmatch(r"[0-9]{1,20}", post_id):
        return None
    moment = moment_of(int(post_id) >> 32)
    return moment if moment and moment >= _FIRST_POST else None
