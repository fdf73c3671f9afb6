"""Raw web items: exact where statsV2 says so, rounded where only stats does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.sources.files.reading import read_json

from hexameter.contracts.records import ImportOptions
from hexameter.errors import MissingCaptureTime

AT = datetime(2025, 8, 1, tzinfo=UTC)
OPTIONS = ImportOptions(captured_at=AT)


def item(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": str(7527623000473079054 + number),
        "desc": "Hello #Other",
        "createTime": 1752661320,
        "author": {"id": "681561432544306", "uniqueId": "Lea.Paris", "nickname": "Léa"},
        "authorStats": {"followerCount": 11900, "followingCount": 8, "heart": 114100, "heartCount": 114100, "videoCount": 32},
        "challenges": [{"title": "GlowDay"}, {"title": "4살딸"}],
        "textExtra": [{"hashtagName": "GlowDay", "userUniqueId": ""}, {"hashtagName": "", "userUniqueId": "Mia"}],
        "stats": {"collectCount": 3207, "commentCount": 504, "diggCount": 38900, "playCount": 1600000, "shareCount": 2124},
        "music": {"id": "7444705832342027834"},
        "video": {"duration": 61},
        "isAd": False,
        **more,
    }


EXACT = {"statsV2": {"collectCount": "3207", "commentCount": "504", "diggCount": "38884", "playCount": "1585253", "shareCount": "2124"}}


def test_exact_counters_win_and_the_list_says_when(tmp_path: Path) -> None:
    read = read_json(tmp_path, {"itemList": [item(**EXACT)], "extra": {"now": 1754006400000}, "statusCode": 0})
    [reading] = read.posts
    assert (reading["views"], reading["likes"], reading["comments"], reading["shares"], reading["saves"]) == (
        1585253,
        38884,
        504,
        2124,
        3207,
    )
    assert reading["precision"] == "exact" and not reading["views_rounding"]
    assert reading["captured_at"] == AT and reading["creator_id"] == "681561432544306" and reading["source"] == "web_items"
    [post] = read.beside["post"]
    assert post["handle"] == "lea.paris" and post["hashtags"] == ["glowday", "4살딸"] and post["mentions"] == ["mia"]
    assert post["duration_seconds"] == 61.0 and post["music_id"] == "7444705832342027834" and post["is_ad"] is False
    assert post["media_type"] == "video" and post["published_at"] == datetime(2025, 7, 16, 10, 22, tzinfo=UTC)
    assert post["url"].lower() == f"https://www.tiktok.com/@lea.paris/video/{post['post_id']}"
    [creator] = read.beside["creator_snapshot"]
    assert (creator["followers"], creator["followers_rounding"], creator["precision"]) == (11900, 50, "rounded")
    assert (creator["following"], creator["likes_total"], creator["videos_total"]) == (8, 114100, 32)


def test_counters_of_the_page_are_rounded_from_ten_thousand(tmp_path: Path) -> None:
    [reading] = read_json(tmp_path, [item()], OPTIONS).posts
    assert (reading["views"], reading["views_rounding"]) == (1600000, 50000)
    assert (reading["likes"], reading["likes_rounding"]) == (38900, 50)
    assert not reading["shares_rounding"] and reading["precision"] == "rounded"


def test_absent_is_null(tmp_path: Path) -> None:
    bare = item(stats={"diggCount": 0, "playCount": 7})
    del bare["challenges"], bare["textExtra"], bare["authorStats"]
    read = read_json(tmp_path, [bare], OPTIONS)
    [reading] = read.posts
    assert (reading["likes"], reading["views"], reading["comments"], reading["saves"]) == (0, 7, None, None)
    assert read.beside["post"][0]["hashtags"] == ["other"], "from the caption, as the item has no list"
    assert "creator_snapshot" not in read.beside


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda i: {"item_list": [i]},
        lambda i: {"ItemModule": {i["id"]: {**i, "author": "Lea.Paris", "authorId": i["author"]["id"]}}},
        lambda i: {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"itemInfo": {"itemStruct": i}}}},
        lambda i: {"itemInfo": {"itemStruct": i}},
        lambda i: {"data": [i]},
        lambda i: i,
    ],
    ids=["item_list", "ItemModule", "hydration", "itemStruct", "data", "bare"],
)
def test_every_envelope_holds_the_same_item(tmp_path: Path, wrapped: Any) -> None:
    read = read_json(tmp_path, wrapped(item()), OPTIONS)
    assert read.format == "web_items" and [p["views"] for p in read.posts] == [1600000]
    assert read.posts[0]["creator_id"] == "681561432544306" and read.beside["post"][0]["handle"] == "lea.paris"


def test_zeeschuimer_lines_carry_their_time(tmp_path: Path) -> None:
    lines = [{"nav_index": "1", "source_platform": "tiktok.com", "timestamp_collected": 1754006400000, "data": item(n)} for n in (1, 2)]
    read = read_json(tmp_path, "\n".join(json.dumps(line) for line in lines), name="zeeschuimer.ndjson")
    assert read.read == 2 and {p["captured_at"] for p in read.posts} == {AT}


def test_photos_are_photos(tmp_path: Path) -> None:
    read = read_json(tmp_path, [item(imagePost={"images": [], "title": "x"})], OPTIONS)
    assert read.beside["post"][0]["media_type"] == "photo"


def test_bad_items_are_rejected_and_the_good_stored(tmp_path: Path) -> None:
    nameless = item(2)
    del nameless["id"]
    read = read_json(tmp_path, [item(), nameless, item(3, stats={"playCount": -5, "diggCount": 1}), None], OPTIONS)
    assert (read.read, read.rejected) == (4, 3)
    assert [(r["row"], r["field"]) for r in read.rejects if r["row"] < 4] == [(2, "post_id"), (3, "views")]


def test_without_a_time_there_is_no_reading(tmp_path: Path) -> None:
    with pytest.raises(MissingCaptureTime, match="--captured-at"):
        read_json(tmp_path, [item()])
