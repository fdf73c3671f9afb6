"""Charts are valid Vega-Lite: each is compiled and drawn by the library the pages use."""

from __future__ import annotations

from typing import Any

import pytest
import vl_convert

from hexameter.charts import drawing, heatmap, sparkline
from hexameter.charts.theme import config

POSTS = [
    {
        "post_id": str(n),
        "creator": "<b>lea</b>",
        "published_at": f"2025-07-0{n}T00:00:00Z",
        "by_views_pct": n * 1.5,
        "by_followers_pct": None if n == 2 else n,
        "curve": [[6, 10 * n], [30, 50 * n]],
    }
    for n in (1, 2, 3)
]
RATE = {"mean": 2.0}
DOCUMENT: dict[str, Any] = {
    "period": {"from": "2025-07-01", "to": "2025-07-04", "tz": "UTC"},
    "as_of": "2025-07-04T10:00:00Z",
    "posts": POSTS,
    "engagement_rate": {"by_views_pct": RATE, "by_followers_pct": RATE},
    "interactions": {"cumulative": [{"day": "2025-07-01", "interactions": 3}, {"day": "2025-07-02", "interactions": None}]},
}
GAP = {"start": "2025-07-02", "end": "2025-07-02", "why": 'TikTok answered 500 </script>"'}
DAILY = [{"day": f"2025-07-0{n}", "followers": 100 * n, "n": 1} for n in (1, 2, 4)]
CHARTS = {
    "views": lambda: drawing.cumulative_views(DOCUMENT, [GAP]),
    "interactions": lambda: drawing.cumulative_interactions(DOCUMENT, [GAP]),
    "ages": lambda: drawing.views_by_age(DOCUMENT),
    "engagement": lambda: drawing.engagement(DOCUMENT),
    "followers": lambda: drawing.followers(DAILY, [{"day": "2025-07-04", "net": 200}]),
    "growth": lambda: drawing.growth([(1, 5), (2, 9)]),
}


def _sized(spec: dict[str, Any]) -> dict[str, Any]:
    parts = [_sized(part) for part in spec["vconcat"]] if "vconcat" in spec else None
    return {**spec, **({"width": 300} if spec.get("width") == "container" else {}), **({"vconcat": parts} if parts else {})}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_can_be_drawn(name: str, theme: str) -> None:
    svg = vl_convert.vegalite_to_svg({**_sized(CHARTS[name]()), "config": config(theme)})
    assert svg.startswith("<svg") and "NaN" not in svg


def test_gap_and_unfinished_day_are_bands() -> None:
    found = drawing.cumulative_views(DOCUMENT, [GAP])["datasets"]
    assert found["gap"] == [{"start": "2025-07-02", "end": "2025-07-03", "why": GAP["why"]}]
    assert found["unfinished"][0]["start"] == "2025-07-04"
    over = drawing.cumulative_views({**DOCUMENT, "as_of": "2025-08-01T00:00:00Z"})
    assert over["datasets"]["unfinished"] == [] and len(over["layer"]) == 3


def test_words_are_translated_and_rows_are_not_shared() -> None:
    french = drawing.growth([(1, 5)], {"Views": "Vues"}.get)  # type: ignore[arg-type]
    assert "Vues" in str(french["layer"]) and drawing.growth([(1, 5)])["datasets"] is not french["datasets"]


def test_a_formula_that_no_post_has_is_left_out() -> None:
    bare = {**DOCUMENT, "posts": [{**post, "by_followers_pct": None} for post in POSTS]}
    assert len(drawing.engagement(bare)["vconcat"]) == 1


def test_a_sparkline_breaks_where_values_are_missing() -> None:
    svg = sparkline.line([1, 2, None, 3, 4], 'a "label" <b>')
    assert svg.count("<polyline") == 2 and "&lt;b&gt;" in svg and "<b>" not in svg
    assert sparkline.line([1]) == "" and sparkline.line([None, None]) == "" and sparkline.bars([0, None]) == ""


def test_no_drawing_carries_a_style_the_policy_forbids() -> None:
    assert "style=" not in sparkline.line([1, 2]) + sparkline.bars([1, 2], unfinished=True)


def test_a_week_shows_only_the_hours_it_has() -> None:
    rows = [{"weekday": 0, "hour": 9, "n": 1, "views": 10}, {"weekday": 6, "hour": 23, "n": 3, "views": 20.5}]
    svg = heatmap.week(rows, ["<b>", *"234567"], "a week")
    assert svg.count("<title>") == 2 and svg.count("few") == 1 and "<b>" not in svg and "style=" not in svg
