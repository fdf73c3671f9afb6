"""Tables that research tools make of web items: 4CAT, PyKTOK (and traktok), minet. They are read by their own column names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.sources.files.cells import no_rejects
from hexameter.sources.files.json_items import Shape
from hexameter.sources.files.shaped import JSON_KINDS, paths_of, read_posts, web_rounding

_LIMITS = (
    "The table does not say when it was collected: give --captured-at. Counters of 10,000 and more are rounded by TikTok and marked so."
)


@dataclass(eq=False)
class DerivativeTable:
    """One tool's table: the columns that give it away, and where each field stands."""

    name: str
    title: str
    help: str
    example: str
    marks: frozenset[str]
    shape: Shape
    limits: str = _LIMITS

    def matches(self, sample: FileSample) -> bool:
        """Whether the tool's own columns are there."""
        return sample.kind not in JSON_KINDS and self.marks <= paths_of(sample)

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The rows as readings of posts and of their authors."""
        return read_posts((sample, options, progress), self.name, self.shape, _prepare)


def _prepare(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    prepared = frame.with_columns(rounded=pl.lit(True), followers_rounding=web_rounding("followers"))
    if "published_at" in frame.columns:
        # R and pandas write Unix seconds as 1625648448.0
        prepared = prepared.with_columns(pl.col("published_at").str.strip_suffix(".0"))
    return prepared, no_rejects()


FOURCAT = DerivativeTable(
    name="4cat",
    title="4CAT table of TikTok posts",
    help="CSV that 4CAT exports for a TikTok data set.",
    example=(
        "id,thread_id,author,author_followers,body,unix_timestamp,tiktok_url,likes,comments,shares,plays,hashtags\n"
        "7527623000473079054,7527623000473079054,lea,10400,Hello #glowday,1752661320,"
        "https://www.tiktok.com/@lea/video/7527623000473079054,1500,100,60,20000,glowday\n"
    ),
    marks=frozenset({"thread_id", "author", "body", "plays", "likes", "tiktok_url"}),
    shape=Shape(
        fields={
            "post_id": ["id"],
            "creator": ["author"],
            "creator_id": ["author_id"],
            "caption": ["body"],
            "published_at": ["unix_timestamp", "timestamp"],
            "url": ["tiktok_url"],
            "region": ["location_created"],
            "music_id": ["music_id"],
            "is_ad": ["is_ad"],
            "paid_partnership": ["is_paid_partnership"],
            "hashtags": ["hashtags", "challenges"],
            "views": ["plays"],
            "likes": ["likes"],
            "comments": ["comments"],
            "shares": ["shares"],
            "followers": ["author_followers"],
            "likes_total": ["author_likes"],
            "videos_total": ["author_videos"],
        }
    ),
)
PYKTOK = DerivativeTable(
    name="pyktok",
    title="PyKTOK or traktok table",
    help="CSV that PyKTOK (Python) or traktok (R) write for TikTok videos.",
    example=(
        "video_id,video_timestamp,video_duration,video_diggcount,video_sharecount,video_commentcount,video_playcount,video_description,"
        "author_username\n7527623000473079054,2025-07-16T10:22:00,31,1500,60,100,20000,Hello #glowday,lea\n"
    ),
    marks=frozenset({"video_id", "video_diggcount", "video_playcount"}),
    shape=Shape(
        fields={
            "post_id": ["video_id"],
            "creator": ["author_username"],
            "caption": ["video_description", "video_title"],
            "published_at": ["video_timestamp"],
            "duration_seconds": ["video_duration", "video_length"],
            "region": ["video_locationcreated"],
            "url": ["video_url"],
            "is_ad": ["video_is_ad"],
            "views": ["video_playcount"],
            "likes": ["video_diggcount"],
            "comments": ["video_commentcount"],
            "shares": ["video_sharecount"],
            "saves": ["video_collectcount"],
            "followers": ["author_followercount"],
            "following": ["author_followingcount"],
            "likes_total": ["author_heartcount"],
            "videos_total": ["author_videocount"],
        }
    ),
)
MINET = DerivativeTable(
    name="minet",
    title="minet table of TikTok videos",
    help="CSV that minet's tiktok commands write.",
    example=(
        "id,description,timestamp,author_id,author_unique_id,author_follower_count,digg_count,share_count,comment_count,play_count,"
        "challenges_titles\n7527623000473079054,Hello,1752661320,68,lea,10400,1500,60,100,20000,glowday|spring\n"
    ),
    marks=frozenset({"id", "digg_count", "play_count", "author_unique_id"}),
    shape=Shape(
        fields={
            "post_id": ["id"],
            "creator": ["author_unique_id"],
            "creator_id": ["author_id"],
            "caption": ["description"],
            "published_at": ["timestamp", "utc_time"],
            "duration_seconds": ["video_duration"],
            "music_id": ["music_id"],
            "is_ad": ["is_ad"],
            "hashtags": ["challenges_titles"],
            "views": ["play_count"],
            "likes": ["digg_count"],
            "comments": ["comment_count"],
            "shares": ["share_count"],
            "saves": ["collect_count"],
            "followers": ["author_follower_count"],
            "following": ["author_following_count"],
            "likes_total": ["author_heart_count"],
            "videos_total": ["author_video_count"],
        }
    ),
)
FORMATS = (FOURCAT, PYKTOK, MINET)
