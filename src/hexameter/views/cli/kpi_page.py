"""The six numbers as a page for people, laid out from the same document that `--json` prints. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hexameter.views.cli import look, words
from hexameter.views.cli.breakdowns import BREAKDOWNS
from hexameter.views.cli.kpi_lines import SECTIONS, Figures, Line, at, joined, of_other_houses
from hexameter.views.cli.receipt import receipt_lines
from hexameter.views.cli.safe import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


_LABEL, _VALUE = 18, 13
_BESIDE = 80 - _LABEL - _VALUE - 4


def page(document: Figures) -> Iterator[RenderableType]:
    """The whole answer of `hexameter kpis`.

    In      document  as `--json` prints it
    Out     what to print, one after the other
    """
    yield look.heading(title_of(document))
    yield look.text(when_of(document))
    for name, heading, _ in SECTIONS:
        if document.get(name) is not None:
            yield look.gap()
            yield look.heading(heading)
            yield section(name, {"weekly": at(document, "hashtag.weekly"), **document[name]})
    yield look.gap()
    yield from (look.text(f"Note: {warning}") for warning in document.get("warnings") or ())
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


def section(kpi: str, figures: Figures) -> RenderableType:
    """One KPI's lines.

    In      kpi      its name
            figures  its object in the document
    """
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(width=_LABEL, no_wrap=True)
    grid.add_column(width=_VALUE, no_wrap=True, justify="right")
    grid.add_column(overflow="fold")
    lines = next(lines for name, _, lines in SECTIONS if name == kpi)
    others = ((name, value, _folded(beside)) for name, value, beside in of_other_houses(figures))
    for label, value, beside in (*_rows(figures, lines), *others):
        grid.add_row(f"  {label}", value, Text("\n".join(plain(part) for part in beside), style="dim"))
    return grid


def _rows(figures: Figures, lines: tuple[Line, ...]) -> Iterator[tuple[str, str, list[str]]]:
    for line in lines:
        value = at(figures, line.key)
        if value is not None and value != []:
            yield line.label, line.write(value), _folded(line.beside(figures))
        elif line.why:
            yield line.label, words.NOTHING, _folded(joined(line.why, line.beside(figures)))


def _folded(beside: str) -> list[str]:
    """On one line when it fits beside the value, else part by part."""
    return [beside] if len(beside) <= _BESIDE else beside.split("; ")
