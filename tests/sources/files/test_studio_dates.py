"""Studio's dates have no year and speak the account's language."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.errors import BadFile
from hexameter.sources.files.studio_dates import daily_series, day_not_before, month_days


@pytest.mark.parametrize(
    ("text", "month", "day", "year"),
    [
        ("February 28", 2, 28, None),
        ("28 February", 2, 28, None),
        ("8 de marzo", 3, 8, None),
        ("8 de março", 3, 8, None),
        ("8 Juli", 7, 8, None),
        ("1er août", 8, 1, None),
        ("1 febbraio", 2, 1, None),
        ("15 Ιανουαρίου", 1, 15, None),
        ("18 tháng Sáu", 6, 18, None),
        ("31 tháng Mười Hai", 12, 31, None),
        ("18 tháng 6", 6, 18, None),
        ("9月16日", 9, 16, None),
        ("9월 16일", 9, 16, None),
        ("2025年9月16日", 9, 16, 2025),
        ("Feb 3, 2026", 2, 3, 2026),
        ("2026-02-28", 2, 28, 2026),
        ("3 Kasım", 11, 3, None),
        ("4 июня", 6, 4, None),
        ("undefined", None, None, None),
        ("Total", None, None, None),
        ("", None, None, None),
    ],
)
def test_a_localised_date_is_month_and_day(text: str, month: int | None, day: int | None, year: int | None) -> None:
    assert month_days(pl.Series([text])).row(0) == (month, day, year)


def test_a_year_turns_within_the_series() -> None:
    days = daily_series(pl.Series(["December 30", "December 31", "January 1"]), date(2026, 1, 3), "Overview.csv")
    assert days.to_list() == [date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1)]


def test_february_29_pins_a_leap_year() -> None:
    days = daily_series(pl.Series(["28 February", "29 February", "1 March"]), date(2026, 5, 1), "Overview.csv")
    assert days.to_list() == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]


def test_a_year_without_february_29_is_no_leap_year() -> None:
    days = daily_series(pl.Series(["28 de febrero", "1 de marzo"]), date(2024, 5, 1), "Overview.csv")
    assert days.to_list() == [date(2023, 2, 28), date(2023, 3, 1)]


def test_hours_repeat_a_day() -> None:
    days = daily_series(pl.Series(["May 1", "May 1", "May 2"]), date(2025, 5, 3), "FollowerActivity.csv")
    assert days.to_list() == [date(2025, 5, 1), date(2025, 5, 1), date(2025, 5, 2)]


@pytest.mark.parametrize("days", [["May 1", "May 3"], ["May 2", "May 1"], ["nonsense"], []])
def test_what_is_no_daily_series_is_refused(days: list[str]) -> None:
    with pytest.raises(BadFile):
        daily_series(pl.Series(days, dtype=pl.String), date(2025, 6, 1), "Overview.csv")


def test_a_content_day_follows_its_newest_post() -> None:
    texts = pl.Series(["February 28"])
    assert day_not_before(texts, date(2026, 1, 23), date(2027, 5, 1)).to_list() == [date(2026, 2, 28)]
    assert day_not_before(texts, None, date(2027, 5, 1)).to_list() == [date(2027, 2, 28)]
    assert day_not_before(texts, date(2026, 3, 9), date(2026, 5, 1)).to_list() == [date(2026, 2, 28)], "never after the export"


@given(last=st.dates(date(2018, 1, 1), date(2030, 12, 31)), length=st.integers(1, 365), style=st.sampled_from(["{m} {d}", "{d} {m}"]))
@settings(deadline=None, max_examples=30)
def test_any_daily_export_of_a_year_gets_its_years_back(last: date, length: int, style: str) -> None:
    days = [last - timedelta(days=n) for n in range(length)][::-1]
    texts = pl.Series([style.format(m=d.strftime("%B"), d=d.day) for d in days])
    assert daily_series(texts, last + timedelta(days=1), "Overview.csv").to_list() == days
