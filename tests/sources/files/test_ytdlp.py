"""yt-dlp's info.json: shares are repost_count, the time is epoch."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.sources.files.reading import read_json

from hexameter.contracts.records import ImportOptions

AT = datetime(2025, 8, 1, tzinfo=UTC)


def info(number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "id": str(7527623000473079054 + number),
        "formats": [{"format_id": "h264", "url": "https://example.invalid/v"}],
        "title": "Hello #Glow...",
        "description": "Hello #GlowDay @mia",
        "timestamp": 1752661320,
        "upload_date": "20250716",
        "duration": 31,
        "uploader": "Lea",
        "uploader_id": "6815614325443064518",
        "channel": "Léa",
        "channel_id": "MS4w",
        "view_count": 541200,
        "like_count": 1500,
        "repost_count": 60,
        "comment_count": 100,
        "webpage_url": "https://www.tiktok.com/@lea/video/7527623000473079054",
        "extractor": "TikTok",
        "extractor_key": "TikTok",
        "epoch": 1754006400,
        "_type": "video",
        **more,
    }


def test_a_video_is_a_reading_at_its_epoch(tmp_path: Path) -> None:
    read = read_json(tmp_path, info(), name="a.info.json")
    [reading] = read.posts
    assert read.format == "ytdlp" and reading["captured_at"] == AT and reading["creator_id"] == "6815614325443064518"
    assert (reading["views"], reading["likes"], reading["comments"], reading["shares"], reading["saves"]) == (541200, 1500, 100, 60, None)
    assert (reading["views_rounding"], reading["precision"]) == (50, "rounded")
    [post] = read.beside["post"]
    assert post["caption"] == "Hello #GlowDay @mia" and post["hashtags"] == ["glowday"] and post["mentions"] == ["mia"]
    assert post["published_at"] == datetime(2025, 7, 16, 10, 22, tzinfo=UTC) and post["handle"] == "lea"


def test_the_epoch_wins_over_captured_at(tmp_path: Path) -> None:
    options = ImportOptions(captured_at=datetime(2025, 9, 1, tzinfo=UTC))
    assert read_json(tmp_path, info(), options).posts[0]["captured_at"] == AT
    silent = info()
    del silent["epoch"]
    assert read_json(tmp_path, silent, options).posts[0]["captured_at"] == options.captured_at


def test_lines_with_a_playlist_s_own_entry_and_another_site(tmp_path: Path) -> None:
    playlist = {
        "id": "lea",
        "_type": "playlist",
        "extractor_key": "TikTokUser",
        "extractor": "tiktok:user",
        "title": "lea",
        "epoch": 1754006400,
    }
    other = info(2, extractor="youtube", extractor_key="Youtube")
    read = read_json(tmp_path, "\n".join(json.dumps(x) for x in (info(), playlist, other)), name="dump.ndjson")
    assert (read.read, read.rejected) == (3, 2)
    assert [r["row"] for r in read.rejects] == [2, 3]
    assert "playlist" in read.rejects[0]["why"] and "Youtube" in read.rejects[1]["why"]


def test_a_single_json_of_a_playlist_holds_its_entries(tmp_path: Path) -> None:
    dump = {"_type": "playlist", "extractor_key": "TikTokUser", "id": "lea", "epoch": 1754006400, "entries": [info(0, epoch=None), info(1)]}
    read = read_json(tmp_path, dump)
    assert [p["captured_at"] for p in read.posts] == [AT, AT]


def test_a_day_alone_dates_the_post(tmp_path: Path) -> None:
    old = info(timestamp=None)
    read = read_json(tmp_path, old)
    assert read.beside["post"][0]["published_at"] == datetime(2025, 7, 16, tzinfo=UTC)
