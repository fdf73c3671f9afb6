"""The few shapes everything is drawn with: tables, pairs, headings, notes. It knows no KPI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hexameter.views.cli import words
from hexameter.views.cli.safe import plain, plain_line

if TYPE_CHECKING:
    from rich.console import RenderableType

Cell = Any


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


def code(lines: str) -> RenderableType:
    """Text to be copied: line breaks kept, nothing folded or cut."""
    from rich.text import Text

    return Text("\n".join(_kept(line) for line in lines.splitlines()), no_wrap=True, overflow="ignore")


def table(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], flexible: Sequence[str] = (), folded: Sequence[str] = ()
) -> RenderableType:
    """Rows under headings; numbers stand right, text left.

    In      columns   headings; one that begins with '>' stands right
            rows      cells: text or None
            flexible  headings of the columns that are cut when the terminal is narrow
            folded    headings of the columns whose text goes on in the next line
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    drawn = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for name in columns:
        clean = name.removeprefix(">")
        gives_way = clean in flexible or clean in folded
        drawn.add_column(
            clean,
            justify="right" if name.startswith(">") else "left",
            no_wrap=clean not in folded,
            overflow="fold" if clean in folded else "ellipsis",
            min_width=min(6, len(clean)) if gives_way else None,
        )
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
    return drawn


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
    """A document whose parts have no picture of their own: names and values, lists as tables."""
    if isinstance(document, Mapping):
        simple = [(_name(name), _said(value)) for name, value in document.items() if not _nested(value)]
        if simple:
            yield pairs(simple, indent)
        for name, value in document.items():
            if _nested(value):
                yield gap()
                yield heading(_name(name))
                yield from outline(value, indent + 2)
    elif isinstance(document, Sequence) and document and all(isinstance(row, Mapping) for row in document):
        names = list(dict.fromkeys(name for row in document for name, value in row.items() if not _nested(value)))
        yield table(
            [_name(name) for name in names],
            ([_said(row.get(name)) for name in names] for row in document),
            flexible=[_name(n) for n in names],
        )
    else:
        yield text(_said(document))


def _nested(value: Any) -> bool:
    return bool(value) and (isinstance(value, Mapping) or (isinstance(value, (list, tuple)) and isinstance(value[0], Mapping)))


def _name(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _said(value: Any) -> str:
    if value is None or value in ({}, [], ()):
        return words.NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return words.count(value)
    return ", ".join(str(part) for part in value) if isinstance(value, (list, tuple)) else str(value)


def _kept(line: str) -> str:
    return "    ".join(plain_line(part) for part in line.split("\t"))


def _cell(value: Cell) -> Any:
    from rich.text import Text

    return value if isinstance(value, Text) else Text(plain("" if value is None else value))
