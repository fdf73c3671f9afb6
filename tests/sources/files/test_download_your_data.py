"""The account archive: the profile is a reading, posts without an id are accounted for, private parts never surface."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.sources.files.reading import read_json

from hexameter.contracts.records import ImportOptions
from hexameter.errors import MissingCaptureTime


def archive(link: str = "https://example.invalid/signed", **more: Any) -> dict[str, Any]:
    post = {"Date": "2025-09-04 01:08:55", "Link": link, "Likes": "109", "WhoCanView": "Everyone", "Title": "N/A"}
    return {
        "Comment": {"Comments": {"CommentsList": [{"date": "2026-02-26 20:45:05", "comment": "PRIVATE words"}]}},
        "Direct Message": {"Direct Messages": {"ChatHistory": {"Chat History with PRIVATE:": [{"Content": "PRIVATE"}]}}},
        "Post": {"Posts": {"VideoList": [post]}},
        "Profile And Settings": {
            "Follower": {"FansList": [{"Date": "2026-02-27 08:00:00", "UserName": "PRIVATE"}]},
            "Following": {"Following": None},
            "Profile Info": {"ProfileMap": {"userName": "Lea", "followerCount": 5012, "followingCount": 3552, "likesReceived": "16443"}},
        },
        "Your Activity": {"Login History": {"LoginHistoryList": [{"IP": "PRIVATE"}]}},
        **more,
    }


def test_the_profile_is_read_as_of_the_newest_date_of_its_lists(tmp_path: Path) -> None:
    read = read_json(tmp_path, archive())
    [creator] = read.readings["creator_snapshot"]
    assert (creator["creator_id"], creator["handle"], creator["captured_at"]) == ("@lea", "lea", datetime(2026, 2, 27, 8, tzinfo=UTC))
    assert (creator["followers"], creator["following"], creator["likes_total"], creator["precision"]) == (5012, 3552, 16443, "exact")


def test_captured_at_wins(tmp_path: Path) -> None:
    at = datetime(2026, 2, 28, tzinfo=UTC)
    assert read_json(tmp_path, archive(), ImportOptions(captured_at=at)).readings["creator_snapshot"][0]["captured_at"] == at


def test_a_post_without_an_id_is_rejected_without_its_signed_link(tmp_path: Path) -> None:
    read = read_json(tmp_path, archive())
    assert (read.read, read.rejected) == (2, 1)
    assert read.rejects == [{"row": 1, "field": "post_id", "value": "2025-09-04 01:08:55Z", "why": read.rejects[0]["why"]}]
    assert "carries no post id" in read.rejects[0]["why"]


def test_nothing_private_comes_out(tmp_path: Path) -> None:
    assert "PRIVATE" not in json.dumps([vars(read_json(tmp_path, archive()))], default=str)


def test_an_older_archive_s_links_carry_the_id(tmp_path: Path) -> None:
    post = {"Date": "2023-09-04 01:08:55", "Link": "https://www.tiktokv.com/share/video/7546034662345678901/", "Likes": "109"}
    profile = {"Profile Information": {"ProfileMap": {"userName": "lea"}}}
    fans = {"Follower List": {"FansList": [{"Date": "2023-10-01 00:00:00", "UserName": "x"}]}}
    read = read_json(tmp_path, {"Activity": fans, "Profile": profile, "Video": {"Videos": {"VideoList": [post]}}})
    [reading] = read.posts
    assert (read.format, read.read, read.rejected) == ("download_your_data", 1, 0)
    assert (reading["post_id"], reading["likes"], reading["views"]) == ("7546034662345678901", 109, None)
    assert reading["captured_at"] == datetime(2023, 10, 1, tzinfo=UTC) and reading["creator_id"] == "@lea"


def test_an_archive_without_dates_asks_for_its_time(tmp_path: Path) -> None:
    empty = archive(Post={"Posts": {"VideoList": None}})
    empty["Profile And Settings"]["Follower"]["FansList"] = None
    with pytest.raises(MissingCaptureTime):
        read_json(tmp_path, empty)
