"""A week as seven rows of twenty-four hours: plain SVG, coloured by the page's style sheet. An hour without a post is empty, not zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LEVELS = 5
_CELL, _LEFT, _TOP = 22, 40, 16


def week(rows: Sequence[Mapping[str, Any]], days: Sequence[str], label: str) -> str:
    """The map of `charts.series.by_hour`.

    In      rows   weekday (0 Monday), hour, n, views
            days   the names of the seven days
            label  what it shows, for those who cannot see it
    """
    ranked = sorted({row["views"] for row in rows})
    cells = []
    for row in rows:
        level = 1 + ranked.index(row["views"]) * LEVELS // len(ranked)
        x, y = _LEFT + row["hour"] * _CELL, _TOP + row["weekday"] * _CELL
        few = " few" if row["n"] == 1 else ""
        title = f"{days[row['weekday']]} {row['hour']:02d}:00, {row['views']:,.0f}, n {row['n']}"
        cells.append(f"{_cell(f'heat h{level}{few}', x, y)}><title>{_escaped(title)}</title></rect>")
    return _framed("".join(cells), days, label)


def _framed(cells: str, days: Sequence[str], label: str) -> str:
    empty = "".join(f"{_cell('heat', _LEFT + hour * _CELL, _TOP + day * _CELL)}/>" for day in range(7) for hour in range(24))
    names = "".join(f'<text x="0" y="{_TOP + day * _CELL + 15}">{_escaped(days[day])}</text>' for day in range(7))
    hours = "".join(f'<text x="{_LEFT + hour * _CELL}" y="10">{hour:02d}</text>' for hour in range(0, 24, 3))
    wide, tall = _LEFT + 24 * _CELL, _TOP + 7 * _CELL
    return f'<svg class="week" viewBox="0 0 {wide} {tall}" role="img" aria-label="{_escaped(label)}">{empty}{cells}{names}{hours}</svg>'


def _cell(kind: str, x: int, y: int) -> str:
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{_CELL - 2}" height="{_CELL - 2}" rx="4"'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
