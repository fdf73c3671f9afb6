"""Numbers of every spelling: what they mean, what is refused and in which words."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.sources.files.numbers import counters, reals, whole_numbers

LARGEST = 2**63 - 1


def one(text: object) -> tuple[object, object, object]:
    """A cell alone in its column: value, rounding, reason."""
    found = counters(pl.Series([text]), "views")
    return (
        found.values[0],
        None if found.rounding is None else found.rounding[0],
        None if found.why is None else found.why[0],
    )


@pytest.mark.parametrize(
    ("text", "value", "rounding"),
    [
        ("0", 0, None),
        ("1234", 1234, None),
        ("541.2K", 541_200, 50),
        ("541,2k", 541_200, 50),
        ("1,6 M", 1_600_000, 50_000),
        ("1.6M", 1_600_000, 50_000),
        ("30K", 30_000, 500),
        ("1.25B", 1_250_000_000, 5_000_000),
        ("1,5 Mio.", 1_500_000, 50_000),
        ("12 mil", 12_000, 500),
        ("1 234", 1234, None),
        ("1\u00a0234", 1234, None),
        ("1\u202f234\u202f567", 1_234_567, None),
        ("1'234", 1234, None),
        ("12.345", 12_345, None),
        ("12,345", 12_345, None),
        ("1.234.567", 1_234_567, None),
        ("1,234,567", 1_234_567, None),
        ("12,34,567", 1_234_567, None),
        ("1.234,00", 1234, None),
        ("7.0", 7, None),
        ("\u0661\u0662\u0663", 123, None),
        (" 12 ", 12, None),
        ("1\x002", 12, None),
        (str(LARGEST), LARGEST, None),
    ],
)
def test_a_number_in_any_spelling(text: str, value: int, rounding: int | None) -> None:
    assert one(text) == (value, rounding, None)


@pytest.mark.parametrize("blank", ["", " ", "-", "--", "—", "N/A", "n/a", "undefined", "null", None])
def test_what_says_nothing_is_null_not_zero(blank: str | None) -> None:
    assert one(blank) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12x", "expected a whole number, or like 541.2K"),
        ("7.5", "expected a whole number, or like 541.2K"),
        ("nan", "expected a whole number, or like 541.2K"),
        ("inf", "expected a whole number, or like 541.2K"),
        ("true", "expected a whole number, or like 541.2K"),
        ("12 34", "expected a whole number, or like 541.2K"),
        ("1.23.456", "expected a whole number, or like 541.2K"),
        ('{"a":1}', "expected a whole number, or like 541.2K"),
        ("-5", "a counter cannot be negative"),
        ("-1.2K", "a counter cannot be negative"),
        (str(LARGEST + 1), "larger than any counter can be (9,223,372,036,854,775,807)"),
        ("9" * 39, "larger than any counter can be (9,223,372,036,854,775,807)"),
        ("1.2E+06", "a spreadsheet shortened this number; expected all its digits, or like 541.2K"),
        ("1,234K", "the sign in it could mark thousands or decimals; write it without, or like 541.2K"),
    ],
)
def test_what_is_no_counter_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert one(text) == (None, None, f'views is "{text}"; {reason}')


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["12,345", "1.5"], [12_345, None]),  # 1.5 shows that the dot marks decimals
        (["12.345", "1,6 M"], [12_345, 1_600_000]),
        (["12.345", "541.2K"], [None, 541_200]),  # here the dot marks decimals: 12.345 is no whole number
        (["12,345", "12.345"], [12_345, 12_345]),
        (["1.234.567", "1.234"], [1_234_567, 1234]),
        (["1.234,0", "5.678"], [1234, 5678]),
    ],
)
def test_the_sign_of_decimals_is_the_column_s(cells: list[str], values: list[int | None]) -> None:
    assert counters(pl.Series(cells), "views").values.to_list() == values


def test_what_earlier_rows_showed_decides_later_ones() -> None:
    shown = counters(pl.Series(["541,2K"]), "views").decimal
    assert shown == ","
    assert counters(pl.Series(["12,345"]), "views", shown).values.to_list() == [None]


def test_typed_cells() -> None:
    floats = counters(pl.Series([1.0, 2.5, None, float("nan"), float("inf"), 1e19]), "views")
    assert floats.values.to_list() == [1, None, None, None, None, None]
    assert floats.why is not None and [w is not None for w in floats.why] == [False, True, False, True, True, True]
    assert counters(pl.Series([True, None]), "views").values.to_list() == [None, None]
    assert counters(pl.Series([2**63, 1], dtype=pl.UInt64), "views").values.to_list() == [None, 1]
    assert counters(pl.Series([-1, 1]), "views").values.to_list() == [None, 1]
    assert counters(pl.Series([None, None]), "views").values.to_list() == [None, None]
    assert counters(pl.Series([], dtype=pl.String), "views").values.to_list() == []


def test_a_daily_figure_may_be_negative() -> None:
    assert whole_numbers(pl.Series(["-7", "−1", "3"]), "comments").values.to_list()[::2] == [-7, 3]


def test_numbers_with_a_fraction() -> None:
    found = reals(pl.Series(["0.59", "12.3%", "", "--", "x", "nan", "inf", "1e400"]), "share")
    assert found.values.to_list() == [0.59, 12.3, None, None, None, None, None, None]
    assert found.why is not None and found.why[4] == 'share is "x"; expected a number, like 0.59'
    assert [w is not None for w in found.why] == [False, False, False, False, True, True, True, True]
    assert reals(pl.Series(["0,59", "1 234,56 €"]), "share").values.to_list() == [0.59, 1234.56]
    assert reals(pl.Series(["1.234,5", "1.234"]), "share").values.to_list() == [1234.5, 1234.0]
    assert reals(pl.Series([float("nan"), 0.5]), "share").values.to_list() == [None, 0.5]
    assert reals(pl.Series([True]), "share").values.to_list() == [None]


COUNTS = st.integers(min_value=0, max_value=LARGEST)


@settings(deadline=None, max_examples=60)
@given(st.lists(COUNTS, min_size=1, max_size=8), st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", ""]))
def test_any_count_grouped_in_any_manner_reads_back(counts: list[int], sign: str) -> None:
    cells = pl.Series([f"{n:,}".replace(",", sign) for n in counts])
    found = counters(cells, "views")
    assert found.values.to_list() == counts
    assert found.why is None and found.rounding is None


@settings(deadline=None, max_examples=60)
@given(
    st.integers(min_value=1, max_value=9_999),
    st.integers(0, 9),
    st.sampled_from([("K", 10**3), ("M", 10**6), ("B", 10**9)]),
    st.sampled_from(".,"),
)
def test_any_shortened_count_reads_back_with_its_half_width(whole: int, tenth: int, unit: tuple[str, int], sign: str) -> None:
    letter, size = unit
    assert one(f"{whole}{sign}{tenth}{letter}") == ((whole * 10 + tenth) * size // 10, size // 20, None)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.none(), st.text(max_size=12), st.floats().map(str), COUNTS.map(str)), max_size=8))
def test_a_cell_is_a_value_or_a_reason_or_blank_and_never_two(cells: list[str | None]) -> None:
    found = counters(pl.Series(cells, dtype=pl.String), "views")
    why = found.why if found.why is not None else pl.Series([None] * len(cells), dtype=pl.String)
    assert found.values.len() == why.len() == len(cells)
    for value, reason in zip(found.values, why, strict=True):
        assert value is None or (value >= 0 and reason is None)
