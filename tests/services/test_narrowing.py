"""A filter's words mean the same on rows at hand and on a table of the engine, whatever is written in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ibis
import pyarrow as pa
import pytest

from hexameter.engines.duckdb import DuckdbEngine
from hexameter.errors import BadValue
from hexameter.services.narrowing import Condition, conditions, holding, narrowed

KINDS = {"caption": "text", "hashtags": "words", "views": "number", "day": "day", "read_at": "instant", "ad": "flag"}
HOSTILE = "'; DROP TABLE lake_post; -- \"> \u202e\U0001f600"
ROWS = pa.table(
    {
        "caption": ["Été #glow", "plain words", HOSTILE, None],
        "hashtags": pa.array([["glow"], ["plain", "glowing"], [], None], pa.list_(pa.string())),
        "views": pa.array([1000, 20, None, 5], pa.int64()),
        "day": pa.array([date(2025, 7, 1), date(2025, 7, 2), None, date(2025, 7, 3)]),
        "read_at": pa.array([datetime(2025, 7, 1, 12), None, datetime(2025, 7, 2), datetime(2025, 7, 3)], pa.timestamp("us")),
        "ad": [True, False, None, False],
    }
)
FILTERS = {
    "": [0, 1, 2, 3],
    "glow": [0, 1],
    "#GLOW caption:#glow": [0],
    "hashtags=glow": [0],
    "hashtags:glow": [0, 1],
    "views>20": [0],
    "views>=20 views<1000": [1],
    "views!=20": [0, 3],
    'views=""': [2],
    'views!="" views<100': [1, 3],
    "day>2025-07-01": [1, 3],
    "day:2025-07-01": [0],
    "read_at<2025-07-02": [0],
    "ad=no": [1, 3],
    '"plain words"': [1],
    "caption=plain": [],
    'caption="plain words"': [1],
    'caption:"DROP TABLE"': [2],
    "'; \u202e": [2],
    "src=x": [],
    "100%": [],
}


@pytest.fixture(scope="module")
def engine() -> Any:
    found = DuckdbEngine()
    yield found
    found.close()


@pytest.mark.parametrize("words", FILTERS)
def test_rows_at_hand_and_the_engine_agree(engine: DuckdbEngine, words: str) -> None:
    asked = conditions(words, KINDS)
    rows = [{"n": n, **row} for n, row in enumerate(ROWS.to_pylist())]
    kept = holding(rows, asked, {name: lambda row, name=name: row[name] for name in KINDS}, KINDS)
    table = engine.small("rows", ROWS.append_column("n", pa.array(range(ROWS.num_rows))))
    found = engine.fetch(narrowed(table, asked, KINDS).select("n").order_by(ibis.asc("n")))["n"].to_pylist()
    assert ([row["n"] for row in kept], found) == (FILTERS[words], FILTERS[words])


@pytest.mark.parametrize("words", ["veiws>10", "views>many", "views>", "day=tomorrow", "ad=perhaps", "views>1e999", "views=nan"])
def test_what_cannot_be_compared_is_said(words: str) -> None:
    with pytest.raises(BadValue) as found:
        conditions(words, KINDS)
    assert words in found.value.message or words == "veiws>10"
    assert words != "veiws>10" or found.value.hint == "Did you mean views?"


def test_a_value_never_becomes_a_querys_text(engine: DuckdbEngine) -> None:
    table = engine.small("rows", ROWS)
    asked = (Condition("caption", "=", HOSTILE), Condition(None, ":", "x') OR 1=1 --"))
    assert engine.fetch(narrowed(table, asked[:1], KINDS)).num_rows == 1
    assert engine.fetch(narrowed(table, asked[1:], KINDS)).num_rows == 0
