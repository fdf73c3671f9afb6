"""drawrowfly's collections of until 2021."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.sources.files.reading import read_json

from hexameter.errors import MissingCaptureTime

ITEM: dict[str, Any] = {
    "id": "6883211682994815198",
    "text": "caption #stitch",
    "createTime": "1602622611",
    "authorMeta": {"id": "6815614325443064518", "name": "lea", "fans": 45700, "following": 1, "heart": 9, "video": 3},
    "musicMeta": {"musicId": "222500945099575271"},
    "covers": {"default": "x"},
    "webVideoUrl": "https://www.tiktok.com/@lea/video/6883211682994815198",
    "videoMeta": {"height": 1024, "width": 576, "duration": 10},
    "diggCount": 6268,
    "shareCount": 26,
    "playCount": 45700,
    "commentCount": 68,
    "mentions": ["@mia"],
    "hashtags": [{"id": "1", "name": "stitch"}, {"id": "2", "name": "Dutch"}],
}
NAME = "trend_1608230000000.json"


@pytest.mark.parametrize("content", [{"headers": {}, "collector": [ITEM], "zip": "trend"}, [ITEM]], ids=["collector", "list"])
def test_a_collection_is_read_at_the_time_in_its_name(tmp_path: Path, content: object) -> None:
    read = read_json(tmp_path, content, name=NAME)
    [reading] = read.posts
    assert read.format == "drawrowfly" and reading["captured_at"] == datetime(2020, 12, 17, 18, 33, 20, tzinfo=UTC)
    assert (reading["views"], reading["views_rounding"], reading["likes"], reading["saves"]) == (45700, 50, 6268, None)
    assert read.beside["post"][0]["hashtags"] == ["stitch", "dutch"] and read.beside["post"][0]["mentions"] == ["mia"]
    assert (read.beside["creator_snapshot"][0]["followers"], read.beside["creator_snapshot"][0]["followers_rounding"]) == (45700, 50)


def test_a_trend_s_authors_have_no_figures(tmp_path: Path) -> None:
    plain = {**ITEM, "authorMeta": {"id": "6815614325443064518", "name": "lea"}}
    assert "creator_snapshot" not in read_json(tmp_path, {"collector": [plain], "zip": "trend"}, name=NAME).beside


def test_a_renamed_collection_asks_for_its_time(tmp_path: Path) -> None:
    with pytest.raises(MissingCaptureTime):
        read_json(tmp_path, {"collector": [ITEM]}, name="trend.json")
