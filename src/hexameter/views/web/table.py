"""A table as a page shows it: its columns, the rows of one page, and what the address says of order, filter and columns.

Rows are measured documents at hand, or one page that the engine cut. It draws nothing (`templates/table.html` does) and changes no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.responses import Response

from hexameter.errors import BadValue
from hexameter.services import export, narrowing
from hexameter.views.web.address import Address

PER_PAGE = 50
Row = Mapping[str, Any]
Value = Callable[[Row], Any]
_ASKED_AS = {"text": "text", "words": "words", "day": "day", "instant": "instant", "flag": "flag"}  # every other kind is a number


@dataclass(frozen=True)
class Column:
    """One column.

    name    the word in addresses, filters and files; the field of a row unless `value` says otherwise (`a.b`: a part of a part)
    kind    how a cell is written: text, words, count, signed, number, percent, signed_percent, money, day, instant, flag
    shown   in the table unless the address chooses others
    link    where a cell leads; None: nowhere
    why     why a cell is empty, in words
    tone    of a cell written as a pill: up, warn, bad, flat; None: plain
    bar     draw the value as a bar beside it
    rounded whether a row's value was shown rounded by its source
    """

    name: str
    title: str
    kind: str = "text"
    value: Value | None = None
    shown: bool = True
    link: Callable[[Row], str | None] | None = None
    why: Callable[[Row], str | None] | None = None
    tone: Callable[[Row], str | None] | None = None
    mark: str = ""
    bar: bool = False
    rounded: Callable[[Row], bool] | None = None
    sortable: bool = True

    def of(self, row: Row) -> Any:
        """The cell's value in a row."""
        if self.value is not None:
            return self.value(row)
        found: Any = row
        for part in self.name.split(".") if self.name not in row else [self.name]:
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    @property
    def right(self) -> bool:
        """Whether it is written against the right edge."""
        return self.kind not in _ASKED_AS

    @property
    def asked_as(self) -> str:
        """Its kind for filters: see services.narrowing."""
        return _ASKED_AS.get(self.kind, "number")


@dataclass(frozen=True)
class Asked:
    """What an address says of one table. `before` stands before its words where a page has several tables."""

    address: Address
    before: str = ""

    def word(self, name: str) -> str:
        """One word of this table's."""
        return self.address.get(self.before + name)

    def but(self, **changed: object) -> str:
        """The address with some of this table's words changed."""
        return self.address.but(**{self.before + name: value for name, value in changed.items()})

    @property
    def page(self) -> int:
        """The page asked for, from 1."""
        text = self.word("page")
        return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1

    @property
    def order(self) -> str:
        """asc or desc."""
        return "asc" if self.word("order") == "asc" else "desc"


@dataclass(frozen=True)
class Table:
    """One table on a page.

    name    of its section in the page, and of its file
    every   the rows that the filter leaves, where they are at hand: what a file holds; () where the engine has them
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: int
    asked: Asked
    sort: str
    order: str
    page: int
    pages: int
    every: Sequence[Row] = ()
    problem: BadValue | None = None
    highest: Mapping[str, float] = field(default_factory=dict)
    files: tuple[str, ...] = ("csv",)
    tz: str = "UTC"

    @property
    def visible(self) -> list[Column]:
        """The columns shown: those the address names, else the usual ones."""
        named = self.asked.word("columns").split(",")
        return [c for c in self.columns if c.name in named] or [c for c in self.columns if c.shown]

    @property
    def chosen(self) -> str:
        """The filter's words."""
        return self.asked.word("q")

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return (self.page - 1) * PER_PAGE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return (self.page - 1) * PER_PAGE + len(self.rows)

    def head(self, column: Column) -> str:
        """Where a click on a column's head leads: the biggest first, then the smallest."""
        turned = "asc" if self.sort == column.name and self.order == "desc" else "desc"
        return self.asked.but(sort=column.name, order=turned, page=None) + f"#{self.name}"

    def turn(self, page: int) -> str:
        """Another page of it."""
        return self.asked.but(page=page if page > 1 else None) + f"#{self.name}"

    def file(self, kind: str) -> str:
        """Where it is found as a file, as filtered, ordered and with the columns shown."""
        return self.asked.address.but(file=f"{self.name}.{kind}")

    @property
    def without(self) -> str:
        """The table unfiltered."""
        return self.asked.but(q=None, page=None) + f"#{self.name}"

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Words of the address that the filter's form keeps."""
        return self.asked.address.kept(self.asked.before + "q", self.asked.before + "page")

    @property
    def hidden_for_columns(self) -> list[tuple[str, str]]:
        """Words of the address that the form of columns keeps."""
        return self.asked.address.kept(self.asked.before + "columns")


def table(
    rows: Sequence[Row], columns: Sequence[Column], address: Address, *, name: str, sort: str, order: str = "desc", before: str = ""
) -> Table:
    """A table of rows at hand.

    In      sort    the column it is sorted by when the address names none; rows without a value come last, whichever the order
            before  stands before its words in the address, where a page has several tables
    """
    asked = Asked(address, before)
    kinds = {c.name: c.asked_as for c in columns}
    problem = None
    try:
        rows = narrowing.holding(rows, narrowing.conditions(asked.word("q"), kinds), {c.name: c.of for c in columns}, kinds)
    except BadValue as found:
        problem, rows = found, ()
    by, way = ordering(asked, columns, sort, order)
    key = next(c for c in columns if c.name == by).of
    there = sorted((row for row in rows if key(row) is not None), key=lambda row: _comparable(key(row)), reverse=way == "desc")
    ordered = [*there, *(row for row in rows if key(row) is None)]
    page, pages = turned_to(asked.page, len(ordered))
    shown = ordered[(page - 1) * PER_PAGE : page * PER_PAGE]
    highest = {c.name: max((c.of(row) or 0 for row in rows), default=0) for c in columns if c.bar}
    return Table(name, columns, shown, len(ordered), asked, by, way, page, pages, ordered, problem, highest)


def ordering(asked: Asked, columns: Sequence[Column], sort: str, order: str) -> tuple[str, str]:
    """The column and direction to sort by: the address's, where it names a column that can be sorted by."""
    named = asked.word("sort")
    known = any(c.name == named and c.sortable for c in columns)
    return (named, asked.order) if known else (sort, order)


def turned_to(page: int, total: int) -> tuple[int, int]:
    """The page shown of those there are.

    Example turned_to(9, 60) -> (2, 2)
    """
    pages = max((total + PER_PAGE - 1) // PER_PAGE, 1)
    return min(page, pages), pages


def _comparable(value: Any) -> tuple[int, Any]:
    return (0, value) if isinstance(value, int | float) else (1, str(value).casefold())


def file_asked(address: Address, *tables: Table, named: str = "") -> Response | None:
    """The file of one of these tables, when the address asks for it: all its rows as filtered and ordered, the columns shown.

    In      named  what the file's name begins with, beside the table's
    """
    wanted = next((table for table in tables if address.get("file") == f"{table.name}.csv"), None)
    if wanted is None:
        return None
    body = export.csv_of({column.name: [column.of(row) for row in wanted.every] for column in wanted.visible})
    return Response(body, media_type="text/csv; charset=utf-8", headers={"content-disposition": attachment(named, wanted.name, "csv")})


def attachment(*words: str) -> str:
    """A download's header, with a name that is safe everywhere.

    Example attachment("lea", "posts", "csv") -> 'attachment; filename="lea-posts.csv"'
    """
    *stem, ending = (re.sub(r"[^A-Za-z0-9._-]+", "_", word) for word in words)
    return f'attachment; filename="{"-".join(word for word in stem if word)}.{ending}"'
