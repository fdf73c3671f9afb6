"""Windows, groups of ids and the patience with lists that do not move on. It sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from hexameter.errors import Outage

T = TypeVar("T")


class Patience:
    """Tells when a list goes round in circles: it says there is more, and brings nothing new.

    In      what   the list, as a sentence names it
            empty  pages without a row, one after another, that are borne
            same   times that one position may come back
    """

    def __init__(self, what: str, empty: int = 50, same: int = 3):
        self._what = what
        self._most_empty = empty
        self._most_same = same
        self._empty = 0
        self._positions: dict[Any, int] = {}

    def step(self, position: Any, rows: int) -> None:
        """One page that says there is more: where the next one begins (None: it does not say), and how many rows this one brought.

        Raises  Outage  it brings nothing new any more: what is missing is a gap, not an end
        """
        self._empty = 0 if rows else self._empty + 1
        seen = self._positions[position] = self._positions.get(position, 0) + (position is not None)
        if seen >= self._most_same or self._empty >= self._most_empty:
            raise Outage(f"TikTok goes round in circles: {self._what} says there is more and brings nothing new. Read again later.")


def windows(since: date, until: date, days: int) -> Iterator[tuple[date, date]]:
    """Stretches of at most so many days, both ends included, that cover since to until once.

    Example windows(date(2025, 1, 1), date(2025, 2, 5), 30) -> (Jan 1, Jan 30), (Jan 31, Feb 5)
    """
    first = since
    while first <= until:
        last = min(first + timedelta(days=days - 1), until)
        yield first, last
        first = last + timedelta(days=1)


def days_of(since: datetime | None, until: datetime | None, now: datetime, back: int) -> tuple[date, date]:
    """The UTC days from `since` to before `until`, both included; open ends: `back` days before, and today.

    Example days_of(None, None, datetime(2025, 7, 31, tzinfo=UTC), 30) -> (date(2025, 7, 1), date(2025, 7, 31))
    """
    end = min(until - timedelta(microseconds=1), now) if until else now
    start = since or end - timedelta(days=back)
    return min(start, end).astimezone(UTC).date(), end.astimezone(UTC).date()


def groups(items: Sequence[T], size: int) -> Iterator[tuple[int, Sequence[T]]]:
    """Groups of at most `size`, each with the position of its first item.

    Example list(groups("abc", 2)) -> [(0, "ab"), (2, "c")]
    """
    for first in range(0, len(items), size):
        yield first, items[first : first + size]
