"""The few shapes everything is drawn with: tables, pairs, headings, notes. It knows no KPI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from hexameter.views.cli import words
from hexameter.views.cli.safe import plain

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType

Cell = Any
_GAP = 2
_NARROWEST = 6
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def heading(text: str) -> RenderableType:
    """A title, bold on a terminal."""
    from rich.text import Text

    return Text(plain(text), style="bold")


def note(text: str, indent: int = 0) -> RenderableType:
    """A line of small print, folded to the width and indented as a whole."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(plain(text), style="dim"), (0, 0, 0, indent))


def text(line: str) -> RenderableType:
    """A plain line."""
    from rich.text import Text

    return Text(plain(line))


def gap() -> RenderableType:
    """An empty line."""
    from rich.text import Text

    return Text("")


@dataclass(frozen=True)
class Verbatim:
    """Lines to be copied: printed as they are, never folded, cut or coloured."""

    text: str


@dataclass(frozen=True)
class Grid:
    """Rows under headings, made to fit the width it is printed at.

    columns   headings; one that begins with '>' stands right
    flexible  headings of the columns that are cut when the terminal is narrow
    folded    headings of the columns whose text goes on in the next line
    spare     headings of the columns that a narrow terminal goes without
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    flexible: frozenset[str]
    folded: frozenset[str]
    spare: frozenset[str] = frozenset()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        fitting = self._fitting(options.max_width)
        drawn = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, _GAP - 1, 0, 0), header_style="bold")
        for name, width in zip(fitting.columns, fitting._widths(options.max_width), strict=True):
            clean = name.removeprefix(">")
            side: Literal["left", "right"] = "right" if name.startswith(">") else "left"
            fold = clean in self.folded
            drawn.add_column(clean, justify=side, width=width, no_wrap=not fold, overflow="fold" if fold else "ellipsis")
        for row in fitting.rows:
            drawn.add_row(*(Text(cell) for cell in row))
        yield drawn

    def _fitting(self, available: int) -> Grid:
        """The same without its spare columns when it is too wide with them."""
        kept = [at for at, name in enumerate(self.columns) if name.removeprefix(">") not in self.spare]
        if len(kept) == len(self.columns) or sum(self._widths(available)) + _GAP * len(self.columns) <= available:
            return self
        return replace(self, columns=tuple(self.columns[at] for at in kept), rows=tuple(tuple(row[at] for at in kept) for row in self.rows))

    def _widths(self, available: int) -> list[int]:
        """Each column's width: what it needs, but the yielding ones share what the others leave."""
        from rich.cells import cell_len

        names = [name.removeprefix(">") for name in self.columns]
        wanted = [max([cell_len(name), 1, *(cell_len(row[at]) for row in self.rows)]) for at, name in enumerate(names)]
        yielding = [at for at, name in enumerate(names) if name in self.flexible | self.folded]
        left = available - _GAP * len(names) - sum(width for at, width in enumerate(wanted) if at not in yielding)
        for done, at in enumerate(sorted(yielding, key=lambda at: wanted[at])):
            share = max(left // (len(yielding) - done), _NARROWEST)
            wanted[at] = min(wanted[at], share)
            left -= wanted[at]
        return wanted


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    flexible: Sequence[str] = (),
    folded: Sequence[str] = (),
    spare: Sequence[str] = (),
) -> Grid:
    """Rows under headings; numbers stand right, text left; see Grid."""
    cells = tuple(tuple(plain("" if value is None else value) for value in row) for row in rows)
    return Grid(tuple(columns), cells, frozenset(flexible), frozenset(folded), frozenset(spare))


def pairs(rows: Iterable[tuple[str, Cell]], indent: int = 2) -> RenderableType:
    """Names on the left, values on the right of them; values are folded."""
    from rich.table import Table

    drawn = Table(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    drawn.add_column(no_wrap=True, style="bold")
    drawn.add_column(overflow="fold")
    for name, value in rows:
        drawn.add_row(" " * indent + plain(name), _cell(value))
    return drawn


def outline(document: Any, indent: int = 0) -> Iterator[RenderableType]:
    """A document whose parts have no picture of their own: names and values, lists and alike parts as tables."""
    if isinstance(document, Mapping):
        simple = [(_name(name), _said(value)) for name, value in document.items() if not _nested(value)]
        if simple:
            yield pairs(simple, indent)
        for at, (name, value) in enumerate((name, value) for name, value in document.items() if _nested(value)):
            if simple or at:
                yield gap()
            yield from _part(name, value, indent)
    elif isinstance(document, Sequence) and document and all(isinstance(row, Mapping) for row in document):
        names = list(dict.fromkeys(name for row in document for name, value in row.items() if not _nested(value)))
        titles = [_name(name) for name in names]
        yield table(titles, ([_said(row.get(name)) for name in names] for row in document), flexible=titles)
    else:
        yield text(_said(document))


def _part(name: str, value: Any, indent: int) -> Iterator[RenderableType]:
    if _alike(value):
        rows = ((key, *(_said(figure) for figure in part.values())) for key, part in value.items())
        yield table((_name(name), *(f">{_name(key)}" for key in _keys(value))), rows)
    else:
        yield heading(_name(name))
        yield from outline(value, indent + 2)


def _nested(value: Any) -> bool:
    return bool(value) and (isinstance(value, Mapping) or (isinstance(value, (list, tuple)) and isinstance(value[0], Mapping)))


def _alike(value: Any) -> bool:
    """Whether a mapping's parts are flat and have the same names, so that they are rows of a table."""
    parts = list(value.values()) if isinstance(value, Mapping) else []
    return bool(parts) and all(isinstance(p, Mapping) and list(p) == _keys(value) and not any(map(_nested, p.values())) for p in parts)


def _keys(value: Mapping[str, Any]) -> list[str]:
    return list(next(iter(value.values())))


def _name(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _said(value: Any) -> str:
    if value is None or value in ({}, [], ()):
        return words.NOTHING
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return words.instant(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return words.count(value)
    return ", ".join(str(part) for part in value) if isinstance(value, (list, tuple)) else str(value)


def _cell(value: Cell) -> Any:
    from rich.text import Text

    return value if isinstance(value, Text) else Text(plain("" if value is None else value))
