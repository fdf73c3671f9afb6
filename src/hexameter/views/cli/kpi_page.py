"""The six numbers as a page for people, laid out from the same document that `--json` prints. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hexameter.views.cli import look, words
from hexameter.views.cli.breakdowns import BREAKDOWNS
from hexameter.views.cli.kpi_lines import SECTIONS, Figures, Line, at, joined
from hexameter.views.cli.receipt import receipt_lines
from hexameter.views.cli.safe import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


def page(document: Figures) -> Iterator[RenderableType]:
    """The whole answer of `hexameter kpis`.

    In      document  as `--json` prints it
    Out     what to print, one after the other
    """
    yield look.heading(title_of(document))
    yield look.text(when_of(document))
    yield look.gap()
    yield _grid(document)
    yield look.gap()
    yield from (look.note(line) for line in receipt_lines(document))
    for name, drawn in BREAKDOWNS.items():
        if document.get(name) is not None:
            yield look.gap()
            yield from drawn(document[name])


def title_of(document: Figures) -> str:
    """What the numbers are about.

    Example title_of({"scope": {"kind": "campaign", "id": "glowday"}}) -> "Campaign glowday"
    """
    kind, name = document["scope"]["kind"], document["scope"].get("id") or ""
    if kind == "all":
        return "Every imported post"
    sign = {"creator": "@", "hashtag": "#"}.get(kind, "")
    return f"{kind.capitalize()} {sign}{name}"


def when_of(document: Figures) -> str:
    """The period and the instant, in one line."""
    period = document.get("period") or {}
    days = f"{period.get('from')} to {period.get('to')}, {period.get('tz')}" if period.get("from") else "no post yet, so no period"
    return f"{days}, as of {words.instant(document['as_of'])}"


def _grid(document: Figures) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=17)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for at_section, (name, heading, lines) in enumerate(SECTIONS):
        if document.get(name) is None:
            continue
        if at_section:
            grid.add_row("", "", "")
        headed = look.heading(heading)
        figures = {"weekly": at(document, "hashtag.weekly"), **document[name]}
        for label, value, beside in _rows(figures, lines):
            if headed:
                grid.add_row(headed, "", "")
                headed = ""
            grid.add_row(f" {label}", value, Text(plain(beside), style="dim"))
    return grid


def _rows(figures: Figures, lines: tuple[Line, ...]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        value = at(figures, line.key)
        if value is not None:
            yield line.label, line.write(value), line.beside(figures)
        elif line.why:
            yield line.label, words.NOTHING, joined(line.why, line.beside(figures))
