"""The tracker's settings as values, checked. It reads no file and no environment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from hexameter.errors import BadValue


def daily_cap(settings: Mapping[str, str]) -> int | None:
    """Requests a day and API, below the platform's own limits; None: only those.

    Raises  BadValue
    """
    return _whole(settings, "daily_requests", 1, 10**9) if settings["daily_requests"].strip() else None


def retention(settings: Mapping[str, str]) -> timedelta:
    """How long posts are read after their campaign's end.

    Raises  BadValue
    """
    return timedelta(days=_whole(settings, "retention_days", 0, 3650))


def raw_days(settings: Mapping[str, str]) -> int:
    """How many days API answers are kept; 0: not at all.

    Raises  BadValue
    """
    return _whole(settings, "raw_days", 0, 36_500)


def _whole(settings: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = settings[name].strip()
    if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
        raise BadValue(f"{name} is '{text}'; expected a whole number from {least:,} to {most:,}.", field=name, value=text)
    return int(text)
