"""The six numbers as a page for people, laid out from the same document that `--json` prints. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hexameter.views.cli import look, words
from hexameter.views.cli.breakdowns import BREAKDOWNS
from hexameter.views.cli.help import WIDEST
from hexameter.views.cli.kpi_lines import SECTIONS, Figures, at, joined, of_other_houses
from hexameter.views.cli.receipt import receipt_lines
from hexameter.views.cli.safe import plain

if TYPE_CHECKING:
    from rich.console import RenderableType


_LABEL, _VALUE = 18, 13
Row = tuple[str, str, str]  # label, value, what stands beside it


def page(document: Figures) -> Iterator[RenderableType]:
    """The whole answer of `hexameter kpis`.

    In      document  as `--json` prints it
    Out     what to print, one after the other
    """
    yield look.heading(title_of(document))
    yield look.text(when_of(document))
    rows = {name: list(_rows(name, _figures(document, name))) for name, _, _ in SECTIONS if document.get(name) is not None}
    widest = max((len(value) for part in rows.values() for _, value, _ in part), default=0)
    for name, heading, _ in SECTIONS:
        if name in rows:
            yield look.gap()
            yield look.heading(heading)
            yield _laid_out(rows[name], widest)
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
    rows = list(_rows(kpi, figures))
    return _laid_out(rows, max((len(value) for _, value, _ in rows), default=0))


def _figures(document: Figures, kpi: str) -> Figures:
    """A KPI's object, with the weekly series beside it that its sparkline is drawn from."""
    return {"weekly": at(document, "hashtag.weekly"), **document[kpi]}


def _laid_out(rows: Sequence[Row], widest: int) -> RenderableType:
    """Label, value, what stands beside it. The value's column grows with the widest: a number is never cut."""
    from rich.table import Table
    from rich.text import Text

    width = max(_VALUE, widest)
    grid = Table(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(width=_LABEL, no_wrap=True)
    grid.add_column(width=width, no_wrap=True, justify="right")
    grid.add_column(overflow="fold")
    for label, value, beside in rows:
        parts = [beside] if len(beside) <= WIDEST - _LABEL - width - 4 else beside.split("; ")
        grid.add_row(f"  {label}", value, Text("\n".join(plain(part) for part in parts), style="dim"))
    return grid


def _rows(kpi: str, figures: Figures) -> Iterator[Row]:
    for line in next(lines for name, _, lines in SECTIONS if name == kpi):
        value = at(figures, line.key)
        if value is not None and value != []:
            yield line.label, line.write(value), line.beside(figures)
        elif line.why:
            yield line.label, words.NOTHING, joined(line.why, line.beside(figures))
    yield from of_other_houses(figures)
