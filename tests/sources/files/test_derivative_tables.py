"""Tables of 4CAT, PyKTOK, traktok and minet, by their own column names."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.sources.files.reading import read_text

from hexameter.contracts.records import ImportOptions
from hexameter.errors import MissingCaptureTime

OPTIONS = ImportOptions(captured_at=datetime(2025, 8, 1, tzinfo=UTC))
ID = "7527623000473079054"
TABLES = {
    "4cat": (
        "id,thread_id,author,author_full,author_followers,body,timestamp,unix_timestamp,is_ad,is_paid_partnership,tiktok_url,likes,comments,"
        "shares,plays,hashtags,location_created\n"
        f'{ID},{ID},Lea,Léa,45700,"Hello, you",2025-07-16 10:22:00,1752661320,False,True,'
        f'https://www.tiktok.com/@lea/video/{ID},38900,504,2124,1600000,"GlowDay,ad",US\n'
    ),
    "pyktok": (
        "video_id,video_timestamp,video_duration,video_locationcreated,video_diggcount,video_sharecount,video_commentcount,video_playcount,"
        "video_description,video_is_ad,author_username,author_followercount\n"
        f'{ID},2025-07-16T10:22:00,31,US,38900,2124,504,1600000,"Hello #GlowDay, you",False,Lea,45700\n'
    ),
    "minet": (
        "id,description,timestamp,utc_time,video_id,video_duration,author_id,author_unique_id,author_follower_count,music_id,digg_count,"
        "share_count,comment_count,play_count,challenges_titles,is_ad\n"
        f'{ID},"Hello",1752661320.0,2025-07-16T10:22:00,v123,31,68,Lea,45700,7444705832342027834,38900,2124,504,1600000,GlowDay|ad,false\n'
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_row_is_a_rounded_reading(tmp_path: Path, name: str) -> None:
    read = read_text(tmp_path, TABLES[name], OPTIONS)
    [reading] = read.posts
    assert read.format == name == reading["source"] and reading["post_id"] == ID
    assert [reading[c] for c in ("views", "likes", "comments", "shares", "saves")] == [1600000, 38900, 504, 2124, None]
    assert (reading["views_rounding"], reading["likes_rounding"], reading["precision"]) == (50000, 50, "rounded")
    [post] = read.beside["post"]
    assert post["handle"] == "lea" and "glowday" in post["hashtags"] and post["published_at"] == datetime(2025, 7, 16, 10, 22, tzinfo=UTC)
    assert [(c["followers"], c["followers_rounding"]) for c in read.beside["creator_snapshot"]] == [(45700, 50)]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_asks_for_its_time(tmp_path: Path, name: str) -> None:
    with pytest.raises(MissingCaptureTime):
        read_text(tmp_path, TABLES[name])


def test_a_damaged_id_is_refused(tmp_path: Path) -> None:
    read = read_text(tmp_path, TABLES["minet"].replace(ID, "7.52762E+18"), OPTIONS)
    assert (read.read, read.rejected, read.rejects[0]["field"], read.rejects[0]["value"]) == (1, 1, "post_id", "7.52762E+18")
