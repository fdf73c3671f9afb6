"""What needs a manager: open gaps first, and a month of old ones never pushes the rest away."""

from __future__ import annotations

from typing import Any

from hexameter.views.web.attention import items
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import Texts

DOCUMENT: dict[str, Any] = {"creators": [], "followers": {"anomalies": []}, "engagement_rate": {"by_views_pct": {"n_excluded": 0}}}


def _gap(day: int, over: bool) -> dict[str, Any]:
    end = f"2025-07-{day:02d}T12:00:00Z" if over else None
    return {"from_at": f"2025-07-{day:02d}T00:00:00Z", "to_at": end, "sentence": f"day {day}", "reason": "outage", "who": "@lea"}


def test_open_gaps_come_first_and_old_ones_are_counted() -> None:
    gaps = [*(_gap(day, True) for day in range(1, 20)), _gap(20, False)]
    found = items(DOCUMENT, {"creators": [], "slug": "glow"}, gaps, Texts("en"), Numbers("en"))
    assert [(item.tone, item.title, item.platform) for item in found] == [
        ("bad", "TikTok gives no usable answer since 20\u00a0Jul 2025, 00:00", "day 20"),
        ("info", "Gap on 19\u00a0Jul 2025, 00:00", "day 19"),
        ("info", "Gap on 18\u00a0Jul 2025, 00:00", "day 18"),
        ("info", "17 gaps more", ""),
    ]


def test_open_gaps_of_one_reason_are_one_thing_with_what_to_do() -> None:
    gaps = [{**_gap(day, False), "who": f"@creator_{day}", "reason": "outage" if day < 8 else "revoked"} for day in range(2, 9)]
    patience = {**_gap(1, False), "who": "", "reason": "rate"}
    outage, consent, rate = items(DOCUMENT, {"creators": [], "slug": "glow"}, [patience, *gaps], Texts("en"), Numbers("en"))
    assert outage.title == "TikTok gives no usable answer since 2\u00a0Jul 2025, 00:00"
    assert outage.detail.startswith("Not read: @creator_2, @creator_3, @creator_4, @creator_5 and 2 more. Nothing to do: ")
    assert (consent.detail, consent.link) == ("Not read: @creator_8. Ask the creator to connect again.", "/connections")
    assert (rate.tone, rate.detail) == ("warn", "Nothing to do: reading goes on by itself.")
