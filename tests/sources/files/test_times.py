"""Instants and durations as files write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.errors import BadValue
from hexameter.sources.files.times import durations, from_ids, instants

TEN = datetime(2025, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "tz"),
    [
        ("2025-07-01 10:00:00", "UTC"),
        ("2025-07-01T10:00:00", "UTC"),
        ("2025-07-01 12:00:00", "Europe/Paris"),
        ("2025-07-01 10:00", "UTC"),
        ("2025-07-01T10:00Z", "Europe/Paris"),
        ("2025-07-01T10:00:00Z", "Europe/Paris"),
        ("2025-07-01T10:00:00.000000Z", "UTC"),
        ("2025-07-01 10:00:00 UTC", "Europe/Paris"),
        ("2025-07-01T12:00:00+02:00", "America/New_York"),
        ("2025-07-01 12:00:00+0200", "UTC"),
        ("2025-07-01T12:00:00+02", "UTC"),
        ("2025-07-01T05:30:00-04:30", "UTC"),
        ("1751364000", "Europe/Paris"),
        ("1751364000.0", "UTC"),
        ("1751364000000", "UTC"),
        (" 2025-07-01 10:00:00 ", "UTC"),
    ],
)
def test_an_instant_in_any_spelling(text: str, tz: str) -> None:
    assert instants(pl.Series([text, None]), "captured_at", tz).values.to_list() == [TEN, None]


def test_a_column_of_one_spelling_reads_like_a_mixed_one() -> None:
    texts = ["2025-07-01 20:00:00", "2024-02-29 00:00:00", "2025-12-31 23:59:59"]
    alone, mixed = instants(pl.Series(texts), "captured_at"), instants(pl.Series([*texts, "2025-07-01T20:00Z"]), "captured_at")
    assert alone.values.to_list() == mixed.values.to_list()[:3]
    refused = instants(pl.Series([*texts, "2025-02-30 20:00:00"]), "captured_at")
    assert refused.values.to_list() == [*alone.values, None] and refused.why is not None


def test_a_fraction_of_a_second_is_kept() -> None:
    assert instants(pl.Series(["2025-07-01T10:00:00.123456Z"]), "captured_at").values[0] == TEN.replace(microsecond=123456)


def test_a_day_alone_is_its_local_midnight() -> None:
    found = instants(pl.Series(["2025-07-01", "20250701"]), "captured_at", "Europe/Paris")
    assert found.values.to_list() == [datetime(2025, 6, 30, 22, tzinfo=UTC)] * 2


def test_the_hour_that_the_clocks_skip_is_refused_and_the_one_they_repeat_is_the_first() -> None:
    found = instants(pl.Series(["2025-03-30 02:30:00", "2025-10-26 02:30:00"]), "captured_at", "Europe/Paris")
    assert found.values.to_list() == [None, datetime(2025, 10, 26, 0, 30, tzinfo=UTC)]
    assert found.why is not None
    expected = 'captured_at is "2025-03-30 02:30:00"; the clocks of Europe/Paris skipped that time: give it with its offset'
    assert found.why.to_list() == [expected, None]


@pytest.mark.parametrize("text", ["x", "2025-13-01", "2025-02-30", "01/07/2025", "2025-07-01 25:00:00", "5", "12:30", "July 1"])
def test_what_is_no_time_is_refused(text: str) -> None:
    found = instants(pl.Series([text]), "published_at")
    assert found.values.to_list() == [None]
    assert found.why is not None
    assert found.why[0] == f'published_at is "{text}"; expected a time like 2025-07-01T18:00:00Z, 2025-07-01 20:00:00 or Unix seconds'


@pytest.mark.parametrize("text", ["1899-12-31 00:00:00", "9999-12-31T00:00:00Z"])
def test_a_time_far_from_any_post_is_refused(text: str) -> None:
    found = instants(pl.Series([text]), "published_at")
    assert found.values.to_list() == [None]
    assert found.why is not None and found.why[0] == f'published_at is "{text}"; it lies outside 2000 to 2100'


@pytest.mark.parametrize("blank", ["", "-", "N/A", "null", None])
def test_blank_is_null(blank: str | None) -> None:
    found = instants(pl.Series([blank], dtype=pl.String), "published_at")
    assert (found.values.to_list(), found.why) == ([None], None) or found.why is None


def test_typed_cells() -> None:
    assert instants(pl.Series([1751364000, 1751364000000]), "x").values.to_list() == [TEN, TEN]
    assert instants(pl.Series([TEN]), "x").values.to_list() == [TEN]
    assert instants(pl.Series([datetime(2025, 7, 1, 12)]), "x", "Europe/Paris").values.to_list() == [TEN]
    assert instants(pl.Series([date(2025, 7, 1)]), "x").values.to_list() == [TEN - timedelta(hours=10)]
    assert instants(pl.Series([45839.5]), "x", "Europe/Paris").values.to_list() == [TEN]  # Excel's day for 1 July 2025, noon
    assert instants(pl.Series([5.0]), "x").why is not None
    assert instants(pl.Series([True]), "x").why is not None


def test_an_unknown_zone_is_the_user_s_mistake() -> None:
    with pytest.raises(BadValue, match="'Pariss' is not a time zone"):
        instants(pl.Series(["2025-07-01"]), "x", "Pariss")


def test_durations() -> None:
    found = durations(pl.Series(["31", "31.5", "00:31", "1:02:03", "31s", "0,5", "", None, "x", "-3", "1:75", "nan"]), "duration_seconds")
    assert found.values.to_list() == [31.0, 31.5, 31.0, 3723.0, 31.0, 0.5, None, None, None, None, None, None]
    assert found.why is not None and [i for i, w in enumerate(found.why) if w] == [8, 9, 10, 11]
    assert found.why[8] == 'duration_seconds is "x"; expected seconds, or like 1:05'
    assert durations(pl.Series([31, None]), "d").values.to_list() == [31.0, None]
    assert durations(pl.Series([timedelta(minutes=1)]), "d").values.to_list() == [60.0]


def test_an_id_carries_its_second_or_none() -> None:
    found = from_ids(pl.Series(["7527623000473079054", "A", "5", None, "99999999999999999999"]))
    assert found.to_list() == [datetime(2025, 7, 16, 10, 21, 48, tzinfo=UTC), None, None, None, None]


MOMENTS = st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2099, 12, 31))
OFFSETS = st.integers(min_value=-12 * 4, max_value=14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@settings(deadline=None, max_examples=60)
@given(st.lists(MOMENTS, min_size=1, max_size=5), OFFSETS, st.sampled_from("T "))
def test_any_instant_with_an_offset_reads_back(moments: list[datetime], offset: timezone, between: str) -> None:
    aware = [m.replace(tzinfo=UTC).astimezone(offset) for m in moments]
    found = instants(pl.Series([m.isoformat(between) for m in aware]), "x", "Asia/Tokyo")
    assert found.values.to_list() == [m.replace(tzinfo=UTC) for m in moments]
