"""Text on a terminal: hostile characters are shown, not obeyed; numbers read as people write them; series become blocks."""

from __future__ import annotations

import io
import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.views.cli import words
from hexameter.views.cli.command import Answer
from hexameter.views.cli.kpi_lines import jumps, rounding, series
from hexameter.views.cli.kpi_page import page
from hexameter.views.cli.output import as_document, as_text, console_for
from hexameter.views.cli.safe import json_safe, plain, plain_lines, shortened
from hexameter.views.cli.sparkline import BLOCKS, GAP, sparkline

TEXT = st.text(max_size=60)
SERIES = st.lists(st.none() | st.integers(0, 10**12), max_size=80)


@given(TEXT)
@settings(deadline=None)
def test_nothing_that_steers_a_terminal_comes_through(text: str) -> None:
    shown = plain(text)
    assert not [
        c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
    ]
    assert plain(shown) == shown


@given(TEXT)
@settings(deadline=None)
def test_what_is_to_be_copied_keeps_its_lines(text: str) -> None:
    assert plain_lines(text).count("\n") == text.count("\n")
    assert "\x1b" not in plain_lines(text)


@given(TEXT, st.integers(1, 40))
@settings(deadline=None)
def test_shortened_fits(text: str, width: int) -> None:
    assert len(shortened(text, width)) <= width


@given(TEXT)
@settings(deadline=None)
def test_json_escapes_and_means_the_same(text: str) -> None:
    printed = as_document({"caption": text})
    assert json.loads(printed) == {"caption": text}
    assert "\x9b" not in printed and "\u202e" not in printed and "\x7f" not in printed
    assert printed.count("\n") == 1


def test_json_keeps_words_readable() -> None:
    assert json_safe('"đẹp quá 😍"') == '"đẹp quá 😍"'


def test_json_refuses_numbers_that_are_none() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_document({"mean": float("nan")})


@given(SERIES, st.integers(2, 40))
@settings(deadline=None)
def test_a_sparkline_fits_and_fills_no_gap(values: list[int | None], width: int) -> None:
    drawn = sparkline(values, width)
    assert len(drawn) <= width
    assert set(drawn) <= {*BLOCKS, GAP}
    if len(values) <= width and drawn:
        assert [c == GAP for c in drawn] == [v is None for v in values]


def test_days_with_fewer_creators_do_not_look_like_a_fall() -> None:
    days = [("2025-07-01", 100, 2), ("2025-07-02", 60, 1), ("2025-07-03", 110, 2), ("2025-07-05", 120, 2)]
    assert series([{"day": d, "followers": f, "n": n} for d, f, n in days], "followers") == "▁·▅·█"


@pytest.mark.parametrize(
    ("figures", "value", "said"),
    [
        ({"rounding_low": 33000, "rounding_high": 33000}, 33000, ""),
        ({"rounding_low": None, "rounding_high": None}, None, ""),
        ({"rounding_low": 541_150, "rounding_high": 541_250}, 541_200, "± 50, as counters were shown rounded"),
        ({"rounding_low": 1, "rounding_high": 4}, 2, "1 to 4, as counters were shown rounded"),
        ({"rounding_low": 1, "rounding_high": None}, 2, "at least 1, as counters were shown rounded"),
    ],
)
def test_the_interval_of_rounded_counters(figures: dict[str, int | None], value: int | None, said: str) -> None:
    assert rounding(figures, value=value) == said


def test_jumps_name_day_creator_and_size() -> None:
    found = [{"creator": "lea", "day": f"2025-07-0{n}", "net": n * 100 * (-1) ** n} for n in range(1, 6)]
    assert jumps({"anomalies": found}) == "2025-07-05 @lea -500; 2025-07-04 @lea +400; 2025-07-03 @lea -300; and 2 more"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (words.count(None), "—"),
        (words.count(0), "0"),
        (words.count(1234567), "1,234,567"),
        (words.number(8250.0), "8,250"),
        (words.number(0.12903), "0.129"),
        (words.number(0.0), "0"),
        (words.percent(0.0), "0.00 %"),
        (words.percent(100.0), "100.0 %"),
        (words.percent(None), "—"),
        (words.signed(-3561), "-3,561"),
        (words.signed(0), "0"),
        (words.instant("2025-08-01T00:00:00Z"), "2025-08-01 00:00 UTC"),
        (words.instant("2025-08-01T02:00:05+02:00"), "2025-08-01 00:00:05 UTC"),
        (words.plural(1, "post"), "1 post"),
    ],
)
def test_numbers_as_people_write_them(written: str, said: str) -> None:
    assert written == said


def test_a_number_is_never_cut() -> None:
    large = {"total": 42_069_984_476, "n": 2, "n_excluded": 0}
    document = {"scope": {"kind": "all"}, "as_of": "2025-08-01T00:00:00Z", "views": large, "videos": {"videos": 2}}
    shown = as_text(Answer(document, lambda: page(document)), console_for(io.StringIO()))
    assert "  Total             42,069,984,476  2 posts counted" in shown.splitlines()
