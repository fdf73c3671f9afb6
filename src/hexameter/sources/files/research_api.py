"""Bodies of TikTok's Research API (and the Display API's, of the same shape): videos, a user; comments hold no counters of posts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.errors import BadFile, BadValue, UnknownFormat
from hexameter.sources.files.json_items import Shape
from hexameter.sources.files.shaped import JSON_KINDS, Prepare, leave_out, paths_of, read_posts

SHAPE = Shape(
    items=("data.videos[*]", "data.comments[*]", "data.user", "data", "videos[*]"),
    fields={
        "post_id": ["id", "video_id"],
        "creator": ["username"],
        "published_at": ["create_time"],
        "caption": ["video_description", "title"],
        "duration_seconds": ["video_duration", "duration"],
        "music_id": ["music_id"],
        "region": ["region_code"],
        "url": ["share_url"],
        "views": ["view_count"],
        "likes": ["like_count"],
        "comments": ["comment_count"],
        "shares": ["share_count"],
        "saves": ["favorites_count", "favourites_count"],
        "followers": ["follower_count"],
        "following": ["following_count"],
        "likes_total": ["likes_count"],
        "videos_total": ["video_count"],
        "_comment": ["parent_comment_id"],
    },
    lists={"hashtags": ["hashtag_names"], "mentions": ["video_mention_list"]},
)
_VIDEO = {"view_count", "like_count", "share_count", "comment_count"}
_ITEM = {"video_description", "region_code", "share_url"}
_PLACES = ("data.videos.", "data.comments.", "videos.", "data.user.", "data.", "")
_USER = {"follower_count", "likes_count", "following_count"}


class ResearchApi:
    """What the Research API answered, saved as it came."""

    name = "research_api"
    title = "TikTok Research API answers"
    help = "Saved answers of /v2/research/video/query/ and /v2/research/user/info/; the Display API's video lists have the same shape."
    example = (
        '{"data": {"videos": [{"id": 7527623000473079054, "create_time": 1752661320, "username": "lea", "video_description": "Hello #fun", '
        '"view_count": 20000, "like_count": 1500, "comment_count": 100, "share_count": 60}], "has_more": false}, "error": {"code": "ok"}}\n'
    )
    limits = (
        "Answers carry no time: give --captured-at. A user's answer does not name the user: give --creator. Comments are recognised and "
        "left out: they hold no counters of a post. Zero counters are omitted by the API and stay unread."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether the file holds videos, a user or comments of the API, or a query meant for it."""
        if sample.kind not in JSON_KINDS:
            return False
        paths = paths_of(sample)
        if _is_query(paths) or _is_failure(paths) or any(_holds(paths, place) for place in _PLACES):
            return True
        return "error.log_id" in paths and bool({"data.comments", "data.videos"} & paths)

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The answer's videos or user as readings.

        Raises  UnknownFormat  a query instead of an answer
                BadFile        the API's error instead of an answer
                BadValue       a user's answer without --creator
        """
        paths = paths_of(sample)
        if _is_query(paths):
            raise UnknownFormat(
                f"'{sample.name}' is a query for the Research API, not an answer: it holds conditions, no counters.",
                value=sample.name,
                hint="Import the answer it brought.",
            )
        if _is_failure(paths):
            code = re.search(r'"code"\s*:\s*"([^"]*)"', sample.head)
            raise BadFile(
                f"'{sample.name}' is an error of TikTok's API ({code.group(1) if code else 'unknown'}), not an answer with videos."
            )
        if _holds_user(paths) and not options.creator and not {"data.username", "data.user.username"} & paths:
            raise BadValue(f"'{sample.name}' does not say whose profile it is.", field="creator", hint="Add --creator HANDLE.")
        return read_posts((sample, options, progress), self.name, SHAPE, _prepared_for(options), bare_profiles=True)


def _holds(paths: frozenset[str], place: str) -> bool:
    keys = {p.removeprefix(place) for p in paths if p.startswith(place)}
    video = bool(keys & _VIDEO) and bool(keys & _ITEM) and "id" in keys
    return video or ({"parent_comment_id", "video_id"} <= keys) or (place.startswith("data") and len(keys & _USER) > 1)


def _holds_user(paths: frozenset[str]) -> bool:
    return any(p in paths for p in ("data.follower_count", "data.user.follower_count"))


def _is_query(paths: frozenset[str]) -> bool:
    return any(f"{place}{part}.field_name" in paths for place in ("", "query.") for part in ("and", "or", "not"))


def _is_failure(paths: frozenset[str]) -> bool:
    return {"error.code", "error.log_id"} <= paths and not any(p.startswith("data.") for p in paths)


def _prepared_for(options: ImportOptions) -> Prepare:
    def prepare(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        named = frame.with_columns(creator=pl.coalesce("creator", pl.lit(options.creator, pl.String)))
        why = pl.lit("this is a comment; Hexameter keeps the counters of posts, and a comment holds none")
        posts, comments = leave_out(named, pl.col("_comment").is_not_null(), "item", pl.col("post_id"), why)
        return posts.drop("_comment"), comments

    return prepare


FORMAT = ResearchApi()
