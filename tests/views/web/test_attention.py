"""What needs a manager: open gaps first, and a month of old ones never pushes the rest away."""

from __future__ import annotations

from typing import Any

from hexameter.views.web.attention import items
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import Texts

DOCUMENT: dict[str, Any] = {"creators": [], "followers": {"anomalies": []}, "engagement_rate": {"by_views_pct": {"n_excluded": 0}}}


def _gap(day: int, over: bool) -> dict[str, Any]:
    end = f"2025-07-{day:02d}T12:00:00Z" if over else None
    return {"from_at": f"2025-07-{day:02d}T00:00:00Z", "to_at": end, "sentence": f"day {day}"}


def test_open_gaps_come_first_and_old_ones_are_counted() -> None:
    gaps = [*(_gap(day, True) for day in range(1, 20)), _gap(20, False)]
    found = items(DOCUMENT, {"creators": [], "slug": "glow"}, gaps, Texts("en"), Numbers("en"))
    assert [(item.tone, item.detail) for item in found] == [
        ("bad", "day 20"),
        ("info", "day 19"),
        ("info", "day 18"),
        ("info", "Drawn in the chart of views."),
    ]
    assert found[-1].title == "17 gaps more"
