"""Rows for drawing: running totals are never summed over time, what was not read is not drawn, days are local."""

from __future__ import annotations

from typing import Any

import pytest

from hexameter.charts import series

PERIOD = {"from": "2025-07-01", "to": "2025-07-04", "tz": "UTC"}


def _post(post_id: str, published: str, *curve: tuple[float, int]) -> dict[str, Any]:
    return {"post_id": post_id, "creator": "lea", "published_at": published, "curve": [list(point) for point in curve]}


def _document(*posts: dict[str, Any], as_of: str = "2025-07-05T00:00:00Z", **period: str) -> dict[str, Any]:
    return {"period": {**PERIOD, **period}, "as_of": as_of, "posts": list(posts)}


def test_a_day_takes_the_newest_reading_of_each_post() -> None:
    one = _post("1", "2025-07-01T00:00:00Z", (1, 10), (2, 30), (26, 40))
    two = _post("2", "2025-07-02T12:00:00Z", (1, 5))
    rows = series.views_by_day(_document(one, two))
    assert [row["views"] for row in rows] == [30, 45, None, None]  # the third day nobody read: no value, not the old one
    assert [row["posts"] for row in rows] == [1, 2, 2, 2]
    assert [row["read"] for row in rows] == [2, 2, 0, 0]


def test_the_last_day_is_the_total_even_after_the_period() -> None:
    late = _post("1", "2025-07-04T10:00:00Z", (1, 10), (100, 70))
    rows = series.views_by_day(_document(late, as_of="2025-08-01T00:00:00Z"))
    assert (rows[-1]["day"], rows[-1]["views"]) == ("2025-07-08", 70)


def test_days_are_those_of_the_zone() -> None:
    late_evening = _post("1", "2025-07-01T22:30:00Z", (0.25, 7))
    in_paris = _document(late_evening, tz="Europe/Paris")
    assert [row["posts"] for row in series.posts_by_day(in_paris)] == [0, 1, 0, 0]
    assert [row["views"] for row in series.views_by_day(in_paris)][:2] == [None, 7]


@pytest.mark.parametrize(
    ("as_of", "day"), [("2025-07-02T01:00:00Z", "2025-07-02"), ("2025-07-05T00:00:00Z", None), ("2025-06-30T23:00:00Z", None)]
)
def test_the_day_that_is_not_over(as_of: str, day: str | None) -> None:
    found = series.unfinished_day(PERIOD, as_of)
    assert (found and found.isoformat()) == day


def test_a_post_stands_at_an_age_only_when_it_is_that_old_and_was_read() -> None:
    young = _post("1", "2025-07-04T00:00:00Z", (3, 10), (5, 20))
    unread = _post("2", "2025-06-01T00:00:00Z", (500, 90))
    rows = series.views_by_age(_document(young, unread), (6, 12, 720))
    assert [(row["post_id"], row["age_hours"], row["views"]) for row in rows] == [("1", 6, 20), ("1", 12, 20), ("2", 720, 90)]


def test_a_day_on_which_not_every_creator_was_read_is_empty() -> None:
    daily = [
        {"day": "2025-07-01", "followers": 30, "n": 2},
        {"day": "2025-07-02", "followers": 10, "n": 1},
        {"day": "2025-07-04", "followers": 33, "n": 2},
    ]
    assert [row["followers"] for row in series.complete_days(daily, "followers")] == [30, None, None, 33]


def test_followers_are_summed_only_where_every_creator_is_known() -> None:
    def creator(**days: int) -> dict[str, Any]:
        return {"followers": {"daily": [{"day": f"2025-07-0{name[1]}", "followers": count} for name, count in days.items()]}}

    rows = series.followers_known({"creators": [creator(d1=10, d2=11, d5=14), creator(d2=100, d4=90), {"followers": None}]})
    assert [(row["day"][-1], row["followers"], row["read"]) for row in rows] == [
        ("2", 111, 2),
        ("3", None, 0),
        ("4", 101, 1),
        ("5", 104, 1),
    ]
    assert series.followers_known({"creators": [{"followers": None}]}) == []


def test_hours_are_local_and_posts_that_are_too_young_are_not_compared() -> None:
    posts = [
        {"published_at": "2025-07-01T22:30:00Z", "views_7d": 10},  # Wednesday 00:30 in Paris
        {"published_at": "2025-07-01T22:50:00Z", "views_7d": 30},
        {"published_at": "2025-07-25T10:00:00Z", "views_7d": 99},
        {"published_at": "2025-07-02T10:00:00Z", "views_7d": None},
    ]
    document = {"period": {**PERIOD, "tz": "Europe/Paris"}, "as_of": "2025-07-28T00:00:00Z", "posts": posts}
    assert series.by_hour(document) == [{"weekday": 2, "hour": 0, "n": 2, "views": 20}]
