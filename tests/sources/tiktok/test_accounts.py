"""The Accounts API: the account with its days and audience, posts with retention; absent insights stay null."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tests.sources.tiktok.scripted import BUSINESS, NOW, good

from hexameter.contracts.tracking import Job

POST: dict[str, Any] = {
    "item_id": "7527623000473079054",
    "create_time": "1752661320",
    "caption": "Hello #GlowDay",
    "share_url": "https://www.tiktok.com/@lea/video/7527623000473079054?utm_source=x",
    "media_type": "VIDEO",
    "is_ad": False,
    "video_duration": 14.033,
    "video_views": 20000,
    "likes": 1500,
    "comments": 100,
    "shares": 60,
}
INSIGHTS = {
    "favorites": 44,
    "reach": 18000,
    "average_time_watched": 4.25,
    "full_video_watched_rate": 0.0395,
    "new_followers": 7,
    "video_view_retention": [{"second": "0", "percentage": 1}, {"second": "1", "percentage": 0.62}, {"second": "x", "percentage": 0.5}],
    "impression_sources": [{"impression_source": "For You", "percentage": 0.9}],
    "audience_countries": [{"country": "FR", "percentage": 0.7}, {"country": "BE", "percentage": 70}],
    "audience_types": [{"type": "NEW_VIEWER", "percentage": 0.6}],
}


def test_a_post_with_insights(script) -> None:
    reading = script(good({"videos": [POST | INSIGHTS], "cursor": 1, "has_more": False}))
    [page] = reading.pages(Job("accounts", "newest", BUSINESS))
    [row] = page.chunk.readings["post_snapshot"].to_pylist()
    wanted = {"views": 20000, "saves": 44, "reach": 18000, "avg_watch_seconds": 4.25, "full_watch_pct": 3.95, "new_followers": 7}
    assert {k: row[k] for k in wanted} == wanted
    assert page.chunk.beside["retention"].select(["second", "share"]).to_pylist() == [
        {"second": 0.0, "share": 1.0},
        {"second": 1.0, "share": 0.62},
    ]
    slices = {(r["dimension"], r["key"]): r["share"] for r in page.chunk.beside["audience"].to_pylist()}
    assert slices == {("impression_source", "For You"): 0.9, ("country", "FR"): 0.7, ("viewer_type", "NEW_VIEWER"): 0.6}
    assert (page.chunk.read, page.chunk.rejected) == (1, 0), "a slice that cannot be read is told, and the post stays"
    assert page.chunk.rejects["field"].to_pylist() == ["second", "share"]
    [post] = page.chunk.beside["post"].to_pylist()
    assert (post["media_type"], post["is_ad"], post["duration_seconds"]) == ("video", False, 14.033)
    assert post["published_at"] == datetime(2025, 7, 16, 10, 22, tzinfo=UTC)


def test_absent_insights_are_null(script) -> None:
    [page] = script(good({"videos": [POST], "has_more": False})).pages(Job("accounts", "posts", BUSINESS, posts=(POST["item_id"],)))
    [row] = page.chunk.readings["post_snapshot"].to_pylist()
    assert [row[c] for c in ("saves", "reach", "avg_watch_seconds", "full_watch_pct", "new_followers")] == [None] * 5
    assert set(page.chunk.beside) == {"post"}


def test_parameters_are_json_and_the_token_has_its_own_header(script) -> None:
    reading = script(good({"videos": [], "has_more": False}))
    reading.pages(Job("accounts", "posts", BUSINESS, posts=("1", "2")))
    [asked] = reading.server.asked
    assert (asked.path, asked.headers["access-token"]) == ("/open_api/v1.3/business/video/list/", "act.first")
    assert "authorization" not in asked.headers
    assert json.loads(asked.query["filters"]) == {"video_ids": ["1", "2"]}
    assert json.loads(asked.query["fields"])[0] == "item_id" and asked.query["business_id"] == "biz-1"
    assert reading.line.spent == [("accounts.video_list.minute", "business.second", "business.minute", "business.day")]


def test_insights_that_were_not_granted_are_not_asked_for(script) -> None:
    reading = script(good({"videos": [], "has_more": False}))
    reading.pages(Job("accounts", "newest", replace(BUSINESS, scopes=frozenset({"video.list"}))))
    assert "reach" not in json.loads(reading.server.asked[0].query["fields"])


ACCOUNT = {
    "username": "Lea",
    "followers_count": 1000,
    "following_count": 10,
    "total_likes": 5,
    "videos_count": 3,
    "metrics": [
        {
            "date": "2026-10-30",
            "video_views": 500,
            "unique_video_views": 400,
            "profile_views": 9,
            "likes": 50,
            "comments": 4,
            "shares": 2,
            "daily_total_followers": -3,
            "daily_new_followers": 2,
            "daily_lost_followers": 5,
            "followers_count": 998,
            "audience_activity": [{"hour": "5", "count": 41}],
        },
        {"date": "2026-10-31"},
        {"date": "soon", "video_views": 1},
    ],
    "audience_genders": [{"gender": "Female", "percentage": 0.6}],
    "audience_cities": [{"city_name": "Paris", "percentage": "0.25"}],
}


def test_the_account_with_its_days(script) -> None:
    reading = script(good(ACCOUNT))
    [page] = reading.pages(Job("accounts", "profile", BUSINESS))
    [row] = page.chunk.readings["creator_snapshot"].to_pylist()
    assert (row["creator_id"], row["handle"], row["followers"], row["videos_total"]) == ("open:biz-1", "lea", 1000, 3)
    [day] = page.chunk.beside["account_day"].to_pylist()
    wanted = {"day": date(2026, 10, 30), "video_views": 500, "unique_viewers": 400, "profile_views": 9, "followers_net": -3}
    assert {k: day[k] for k in wanted} == wanted
    [past] = page.chunk.beside["creator_snapshot"].to_pylist()
    assert (past["captured_at"], past["followers"]) == (datetime(2026, 10, 30, 23, 59, 59, tzinfo=UTC), 998)
    assert (past["handle"], day["handle"]) == (None, None), "today's handle may not have been that day's"
    slices = {(r["dimension"], r["key"]): (r["share"], r["value"]) for r in page.chunk.beside["audience"].to_pylist()}
    assert slices == {
        ("active_followers", "2026-10-30T05"): (None, 41.0),
        ("gender", "Female"): (0.6, None),
        ("city", "Paris"): (0.25, None),
    }
    assert (page.chunk.read, page.chunk.rejected, page.chunk.rejects["field"].to_pylist()) == (1, 0, ["day"])


def test_days_reach_back_sixty_at_most(script) -> None:
    reading = script(good({"followers_count": 1}))
    reading.pages(Job("accounts", "profile", BUSINESS, since=datetime(2026, 1, 1, tzinfo=UTC), until=NOW))
    query = reading.server.asked[0].query
    assert (query["start_date"], query["end_date"]) == ("2026-09-03", "2026-10-31")
