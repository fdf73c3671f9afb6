"""Days and posts: a calendar of weeks as plain SVG, coloured by the page's style sheet. A day without a post is empty, not missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

_STEP = 15
_LONGEST = 54  # weeks drawn at most: the newest


def calendar(rows: Sequence[Mapping[str, Any]], label: str, said: Mapping[str, str]) -> str:
    """One square a day, one column a week from Monday on; "" without days.

    In      rows   {day, posts}, one a local day (charts.series.posts_by_day)
            label  what it shows, for those who cannot see it
            said   by day: what a pointer on the square is told
    """
    if not rows:
        return ""
    days = {date.fromisoformat(row["day"]): row["posts"] for row in rows}
    last = max(days)
    first = max(min(days), last - timedelta(days=last.weekday(), weeks=_LONGEST - 1))
    start = first - timedelta(days=first.weekday())
    squares = []
    for day, posts in days.items():
        if day >= first:
            week, row = divmod((day - start).days, 7)
            kind = "day" if not posts else f"day {'one' if posts == 1 else 'two' if posts == 2 else 'many'}"
            where = f'x="{week * _STEP}" y="{row * _STEP}" width="{_STEP - 3}" height="{_STEP - 3}" rx="3"'
            squares.append(f'<rect class="{kind}" {where}><title>{escape(said.get(day.isoformat(), ""))}</title></rect>')
    wide = ((last - start).days // 7 + 1) * _STEP
    size = f'viewBox="0 0 {wide} {7 * _STEP}" width="{wide}" height="{7 * _STEP}"'
    return f'<svg {size} role="img" aria-label="{escape(label)}">{"".join(squares)}</svg>'
