"""Other houses' definitions, by hand, over the worked example."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from hexameter.engines.duckdb import DuckdbEngine
from hexameter.errors import BadValue
from hexameter.kpis.measuring import measure
from hexameter.kpis.presets import PRESETS, preset
from hexameter.kpis.rate_cards import rate_card
from tests.kpis.examples import WORKED
from tests.kpis.lakes import FolderSnapshot


def test_worked_example_under_each_definition(tmp_path: Path) -> None:
    options = dataclasses.replace(WORKED.options, definitions=tuple(p.name for p in PRESETS))
    found = measure(DuckdbEngine(), FolderSnapshot(tmp_path, WORKED.lake), WORKED.scope, WORKED.as_of, options=options)
    values = {d["definition"]: (d["value_pct"], d["n"], d["n_excluded"]) for d in found["engagement_rate"]["definitions"]}
    assert values == {
        "article": (pytest.approx((16 + 3 + 2 / 104) / 3), 3, 1),
        "hypeauditor": (pytest.approx(1980 / 25000 * 100), 2, 2),
        "modash": (pytest.approx(2200 / 33000 * 100), 3, 1),
        "creatoriq": (pytest.approx(7.35), 2, 2),
        "sprout": (pytest.approx((16.6 + 320 / 104 + 2 / 104) / 3), 3, 1),
        "rivaliq": (pytest.approx((16.6 + 320 / 104 + 2 / 104) / 3), 3, 1),
        "socialinsider": (None, 0, 4),
        "tiktok_one": (pytest.approx(7.35), 2, 2),
    }


def test_window_counts_only_recent_posts(tmp_path: Path) -> None:
    options = dataclasses.replace(WORKED.options, definitions=("tiktok_one", "modash"))
    later = WORKED.as_of + timedelta(days=10)
    found = measure(DuckdbEngine(), FolderSnapshot(tmp_path, WORKED.lake), WORKED.scope, later, options=options)
    tiktok_one, modash = found["engagement_rate"]["definitions"]
    assert (tiktok_one["value_pct"], tiktok_one["n"], tiktok_one["n_outside_window"]) == (pytest.approx(6.4), 1, 1)
    assert modash["n_outside_window"] == 0


def test_each_says_where_it_comes_from() -> None:
    for house in PRESETS:
        assert house.source
        assert house.confirmed or "could not be confirmed" in house.note
        assert house.confirmed is False or house.url or house.name == "article"


def test_unknown_names() -> None:
    with pytest.raises(BadValue, match="Did you mean modash"):
        preset("modas")
    with pytest.raises(BadValue, match="unknown rate card"):
        rate_card("gold")
