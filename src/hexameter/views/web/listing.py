"""Rows of a table as a page shows them: filtered, sorted, cut. It works on what was measured and changes no value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PER_PAGE = 25
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Listing:
    """One page of a table: the rows shown, of how many, in which order."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int
    sort: str
    order: str

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return (self.page - 1) * PER_PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return (self.page - 1) * PER_PAGE + len(self.rows)

    def order_for(self, name: str) -> str:
        """What a click on a column's head asks for: the biggest first, then the smallest."""
        return "asc" if self.sort == name and self.order == "desc" else "desc"


def listing(rows: Sequence[Row], keys: Mapping[str, Callable[[Row], Any]], *, sort: str, order: str, page: str, default: str) -> Listing:
    """A page of rows.

    In      keys   what each sortable column is sorted by; rows without a value come last, whichever the order
            sort   a column of `keys`, else `default`; order "asc" or anything else
            page   from 1; what is no page is the first
    """
    sort = sort if sort in keys else default
    order = "asc" if order == "asc" else "desc"
    key = keys[sort]
    there = sorted((row for row in rows if key(row) is not None), key=lambda row: _comparable(key(row)), reverse=order == "desc")
    ordered = [*there, *(row for row in rows if key(row) is None)]
    pages = max((len(ordered) + PER_PAGE - 1) // PER_PAGE, 1)
    number = min(max(int(page), 1), pages) if page.isdecimal() and len(page) < 10 else 1
    return Listing(ordered[(number - 1) * PER_PAGE : number * PER_PAGE], len(ordered), number, pages, sort, order)


def _comparable(value: Any) -> tuple[int, Any]:
    return (0, value) if isinstance(value, int | float) else (1, str(value))


def matching(rows: Sequence[Row], words: str, texts: Callable[[Row], str]) -> Sequence[Row]:
    """The rows whose text holds every one of the words, whatever their case."""
    wanted = [word.lstrip("@#") for word in words.casefold().split()]
    return [row for row in rows if all(word in texts(row).casefold() for word in wanted)] if wanted else rows
