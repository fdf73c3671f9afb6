"""Research API bodies: ids as large numbers stay whole, absent counters stay null, comments are left out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.sources.files.reading import read_json

from hexameter.contracts.records import ImportOptions
from hexameter.errors import BadFile, BadValue, MissingCaptureTime, UnknownFormat

AT = datetime(2024, 4, 5, tzinfo=UTC)
OPTIONS = ImportOptions(captured_at=AT)
OK = {"code": "ok", "message": "", "log_id": "202404051325"}


def body(*videos: dict[str, Any], key: str = "videos") -> dict[str, Any]:
    return {"data": {key: list(videos), "cursor": 100, "has_more": True, "search_id": "7354367454467855403"}, "error": OK}


VIDEO: dict[str, Any] = {
    "id": 7320768196569599275,
    "create_time": 1704499196,
    "username": "Lea",
    "region_code": "US",
    "video_description": "#duet #cats",
    "music_id": 7159460238003800066,
    "hashtag_names": ["cats", "duet"],
    "like_count": 16,
    "share_count": 0,
    "view_count": 12345,
}


def test_a_video_is_exact_and_its_id_whole(tmp_path: Path) -> None:
    read = read_json(tmp_path, body(VIDEO), OPTIONS)
    [reading] = read.posts
    assert read.format == "research_api" and reading["post_id"] == "7320768196569599275"
    assert (reading["views"], reading["likes"], reading["shares"], reading["comments"], reading["saves"]) == (12345, 16, 0, None, None)
    assert reading["precision"] == "exact" and reading["captured_at"] == AT and reading["creator_id"] == "@lea"
    [post] = read.beside["post"]
    assert post["music_id"] == "7159460238003800066" and post["region"] == "US" and post["hashtags"] == ["cats", "duet"]


def test_nul_characters_leave_the_name(tmp_path: Path) -> None:
    read = read_json(tmp_path, body({**VIDEO, "username": "حموديالباشا\x00\x00\x004"}), OPTIONS)
    assert read.beside["post"][0]["handle"] == "حموديالباشا4"


def test_likes_may_exceed_views(tmp_path: Path) -> None:
    [reading] = read_json(tmp_path, body({**VIDEO, "view_count": 4}), OPTIONS).posts
    assert (reading["likes"], reading["views"]) == (16, 4)


def test_an_empty_page_is_no_error(tmp_path: Path) -> None:
    read = read_json(tmp_path, body(), OPTIONS)
    assert (read.format, read.read) == ("research_api", 0)


def test_a_page_asks_for_its_time(tmp_path: Path) -> None:
    with pytest.raises(MissingCaptureTime):
        read_json(tmp_path, body(VIDEO))


def test_comments_are_left_out_with_the_reason(tmp_path: Path) -> None:
    comment = {"id": 7386111312293610270, "video_id": 7385291383449439519, "parent_comment_id": 7385291383449439519, "text": "so cute",
               "like_count": 0, "create_time": 1719713129}  # fmt: skip
    read = read_json(tmp_path, body(comment, comment, key="comments"), OPTIONS)
    assert (read.read, read.rejected, read.readings) == (2, 2, {})
    assert "comment" in read.rejects[0]["why"] and "so cute" not in str(read.rejects)


def test_a_user_is_a_reading_of_the_creator(tmp_path: Path) -> None:
    user = {
        "data": {"follower_count": 232, "following_count": 45, "likes_count": 27155089, "video_count": 44, "is_verified": False},
        "error": OK,
    }
    read = read_json(tmp_path, user, ImportOptions(captured_at=AT, creator="joe123"))
    [creator] = read.readings["creator_snapshot"]
    assert (creator["handle"], creator["followers"], creator["likes_total"], creator["videos_total"]) == ("joe123", 232, 27155089, 44)
    with pytest.raises(BadValue, match="--creator"):
        read_json(tmp_path, user, OPTIONS)


def test_a_query_and_an_error_are_no_answers(tmp_path: Path) -> None:
    condition = {"operation": "IN", "field_name": "keyword", "field_values": ["cat"]}
    for query in ({"and": [condition]}, {"query": {"not": [condition]}, "start_date": "20240101"}):
        with pytest.raises(UnknownFormat, match="a query for the Research API"):
            read_json(tmp_path, query, OPTIONS)
    with pytest.raises(BadFile, match="rate_limit_exceeded"):
        read_json(tmp_path, {"error": {"code": "rate_limit_exceeded", "message": "", "log_id": "1"}}, OPTIONS)
