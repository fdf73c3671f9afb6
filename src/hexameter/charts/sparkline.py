"""A series as a drawing of a word's size: plain SVG, coloured by the page's style sheet. Missing values are gaps, not zeros."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

WIDTH, HEIGHT = 132, 30
_MARGIN = 3


def line(values: Sequence[float | None], label: str = "") -> str:
    """A line with the area under it, broken where values are missing; "" when fewer than two are there.

    In      label  what it shows, for those who cannot see it; "": decoration
    """
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    if low >= 0 and low < (high - low):
        low = 0
    across = (WIDTH - 2 * _MARGIN) / max(len(values) - 1, 1)
    up = (HEIGHT - 2 * _MARGIN) / ((high - low) or 1)
    points = [None if v is None else (_MARGIN + i * across, HEIGHT - _MARGIN - (v - low) * up) for i, v in enumerate(values)]
    parts = []
    for there, run in groupby(points, lambda p: p is not None):
        piece = [p for p in run if p is not None]
        if there and len(piece) > 1:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
            parts.append(f'<polygon class="under" points="{piece[0][0]:.1f},{HEIGHT} {path} {piece[-1][0]:.1f},{HEIGHT}"/>')
            parts.append(f'<polyline class="line" points="{path}"/>')
        elif there:
            parts.append(f'<circle class="dot" cx="{piece[0][0]:.1f}" cy="{piece[0][1]:.1f}" r="1.5"/>')
    x, y = next(p for p in reversed(points) if p is not None)
    parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>')
    return _svg("".join(parts), label)


def bars(values: Sequence[float | None], label: str = "", unfinished: bool = False) -> str:
    """One bar a value, the last one pale when its day is not over; "" when there is nothing to show."""
    highest = max((v for v in values if v is not None), default=0)
    if not highest:
        return ""
    step = WIDTH / len(values)
    wide = max(step * 0.66, 1)
    parts = []
    for i, v in enumerate(values):
        if v:
            tall = max(v / highest * (HEIGHT - 2), 2)
            kind = "bar pale" if unfinished and i == len(values) - 1 else "bar"
            parts.append(f'<rect class="{kind}" x="{i * step:.1f}" y="{HEIGHT - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" rx="1"/>')
    return _svg("".join(parts), label)


def _svg(inside: str, label: str) -> str:
    said = f'role="img" aria-label="{_escaped(label)}"' if label else 'aria-hidden="true"'
    return f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" {said}>{inside}</svg>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
