"""Apify data sets: both actors, whole or selected, JSON or flattened; one profile reading a creator and run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.sources.files.reading import read_file, read_json, read_text

from hexameter.contracts.records import ImportOptions
from hexameter.errors import MissingCaptureTime

NAME = "dataset_tiktok-scraper_2026-05-20_10-25-15-301.json"
RUN = datetime(2026, 5, 20, 10, 25, 15, 301000, tzinfo=UTC)


def item(number: int, fans: int = 149800, **more: Any) -> dict[str, Any]:
    return {
        "id": str(7524354454768212755 + number),
        "text": "caption #AI",
        "createTime": 1751900293,
        "createTimeISO": "2025-07-07T14:58:13.000Z",
        "isAd": False,
        "authorMeta": {"id": "7337708523780847791", "name": "lea", "fans": fans, "following": 3, "heart": 2400000, "video": 395},
        "musicMeta": {"musicId": "7524354498051897623"},
        "webVideoUrl": f"https://www.tiktok.com/@lea/video/{7524354454768212755 + number}",
        "videoMeta": {"duration": 20},
        "diggCount": 2100000,
        "shareCount": 0,
        "playCount": 23140,
        "collectCount": 23,
        "commentCount": 12,
        "mentions": ["@mia"],
        "hashtags": [{"name": "finalroundai"}, {"name": "AI"}],
        "isSlideshow": False,
        "isSponsored": True,
        **more,
    }


def test_an_item_becomes_a_reading_at_the_run_s_time(tmp_path: Path) -> None:
    read = read_json(tmp_path, [item(0)], name=NAME)
    [reading] = read.posts
    assert reading["captured_at"] == RUN and reading["source"] == "apify" and reading["creator_id"] == "7337708523780847791"
    assert (reading["views"], reading["likes"], reading["comments"], reading["shares"], reading["saves"]) == (23140, 2100000, 12, 0, 23)
    assert (reading["views_rounding"], reading["likes_rounding"], reading["precision"]) == (50, 50000, "rounded")
    [post] = read.beside["post"]
    assert post["hashtags"] == ["finalroundai", "ai"] and post["mentions"] == ["mia"] and post["paid_partnership"] is True
    assert post["published_at"] == datetime(2025, 7, 7, 14, 58, 13, tzinfo=UTC) and post["media_type"] == "video"


def test_captured_at_overrules_the_name(tmp_path: Path) -> None:
    at = datetime(2026, 5, 21, tzinfo=UTC)
    assert read_json(tmp_path, [item(0)], ImportOptions(captured_at=at), name=NAME).posts[0]["captured_at"] == at


def test_a_renamed_file_asks_for_its_time(tmp_path: Path) -> None:
    with pytest.raises(MissingCaptureTime, match="--captured-at"):
        read_json(tmp_path, [item(0)], name="posts.json")


def test_one_run_gives_one_follower_figure(tmp_path: Path) -> None:
    read = read_json(tmp_path, [item(0, 19400000), item(1, 21100000), item(2, 21100000)], name=NAME)
    assert {(c["followers"], c["followers_rounding"]) for c in read.beside["creator_snapshot"]} == {(21100000, 50000)}
    tie = read_json(tmp_path, [item(0, 19400000), item(1, 21100000)], name=NAME)
    assert {c["followers"] for c in tie.beside["creator_snapshot"]} == {21100000}


def test_error_items_are_rejected_in_the_actor_s_words(tmp_path: Path) -> None:
    failed = {"error": "Post not found or private.", "errorCode": "POST_NOT_FOUND_OR_PRIVATE", "input": "https://www.tiktok.com/@x/video/1"}
    read = read_json(tmp_path, [failed, item(0)], name=NAME)
    assert (read.read, read.rejected, len(read.posts)) == (2, 1, 1)
    assert "Post not found or private." in read.rejects[0]["why"] and read.rejects[0]["row"] == 1
    assert read_json(tmp_path, [failed], name=NAME).rejected == 1


def test_a_selected_view_keeps_the_dots_in_its_keys(tmp_path: Path) -> None:
    view = {
        "text": "x",
        "diggCount": 5,
        "playCount": 50,
        "authorMeta.name": "lea",
        "webVideoUrl": "https://www.tiktok.com/@lea/video/7524354454768212755",
    }
    read = read_json(tmp_path, [view], name=NAME)
    assert read.format == "apify" and (read.posts[0]["post_id"], read.posts[0]["views"]) == ("7524354454768212755", 50)


def test_csv_flattens_with_slashes(tmp_path: Path) -> None:
    text = (
        "id,text,createTimeISO,authorMeta/id,authorMeta/name,authorMeta/fans,diggCount,shareCount,playCount,commentCount,"
        "hashtags/0/name,hashtags/1/name,isSlideshow\n"
        "7524354454768212755,hello,2025-07-07T14:58:13.000Z,7337708523780847791,lea,149800,158,0,2314,12,AI,Tech,true\n"
        "7524354454768212756,hello,2025-07-07T14:58:13.000Z,7337708523780847791,lea,149800,158,0,2314,12,AI,,false\n"
    )
    read = read_text(tmp_path, text, name=NAME.replace("json", "csv"))
    assert read.format == "apify" and read.posts[0]["captured_at"] == RUN
    assert [p["hashtags"] for p in read.beside["post"]] == [["ai", "tech"], ["ai"]]
    assert [p["media_type"] for p in read.beside["post"]] == ["photo", "video"]
    assert {c["followers"] for c in read.beside["creator_snapshot"]} == {149800}


def test_apidojo_has_its_own_names(tmp_path: Path) -> None:
    channel = {"id": "73", "name": "Léa", "username": "lea", "followers": 10400, "following": 3, "videos": 20}
    dojo = {
        "id": "7524354454768212755",
        "title": "hi #GlowDay",
        "views": 20000,
        "likes": 1500,
        "comments": 100,
        "shares": 60,
        "bookmarks": 9,
        "hashtags": ["GlowDay"],
        "channel": channel,
        "uploadedAt": 1751900293,
        "uploadedAtFormatted": "2025-07-07T14:58:13.000Z",
        "postPage": "https://www.tiktok.com/@lea/video/7524354454768212755",
        "video": {"duration": 20.5},
    }
    read = read_json(tmp_path, [dojo], name=NAME)
    [reading] = read.posts
    assert read.format == "apify" and (reading["views"], reading["saves"], reading["creator_id"]) == (20000, 9, "73")
    assert read.beside["post"][0]["hashtags"] == ["glowday"] and read.beside["post"][0]["duration_seconds"] == 20.5
    assert read.beside["creator_snapshot"][0]["followers"] == 10400


def test_a_workbook_flattens_like_the_csv(tmp_path: Path) -> None:
    path = tmp_path / NAME.replace("json", "xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(
            0, 0, ["id", "text", "createTimeISO", "authorMeta/name", "authorMeta/fans", "diggCount", "playCount", "hashtags/0/name"]
        )
        sheet.write_row(1, 0, ["7524354454768212755", "hi", "2025-07-07T14:58:13.000Z", "lea", 149800, 158, 23140, "AI"])
    read = read_file(path)
    assert read.format == "apify" and (read.posts[0]["views"], read.posts[0]["views_rounding"], read.posts[0]["likes"]) == (23140, 50, 158)
    assert read.beside["creator_snapshot"][0]["followers"] == 149800 and read.beside["post"][0]["hashtags"] == ["ai"]
