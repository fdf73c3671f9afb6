"""The time zones one can choose. The system's list is read once: it is a walk through some six hundred files."""

from __future__ import annotations

import functools
from zoneinfo import available_timezones


@functools.cache
def zones() -> tuple[str, ...]:
    """Every zone's name, in order."""
    return tuple(sorted(available_timezones()))
