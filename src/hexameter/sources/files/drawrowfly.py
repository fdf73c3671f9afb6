"""Files of drawrowfly/tiktok-scraper, in use until about 2021. It does not scrape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.sources.files.capture_time import silent, told
from hexameter.sources.files.cells import no_rejects
from hexameter.sources.files.json_items import Shape
from hexameter.sources.files.shaped import paths_of, read_posts, web_rounding

SHAPE = Shape(
    items=("collector[*]",),
    fields={
        "post_id": ["id"],
        "creator": ["authorMeta.name"],
        "creator_id": ["authorMeta.id"],
        "caption": ["text"],
        "published_at": ["createTime"],
        "url": ["webVideoUrl"],
        "duration_seconds": ["videoMeta.duration"],
        "music_id": ["musicMeta.musicId"],
        "views": ["playCount"],
        "likes": ["diggCount"],
        "comments": ["commentCount"],
        "shares": ["shareCount"],
        "followers": ["authorMeta.fans"],
        "following": ["authorMeta.following"],
        "likes_total": ["authorMeta.heart"],
        "videos_total": ["authorMeta.video"],
    },
    lists={"hashtags": ["hashtags[*].name"], "mentions": ["mentions[*]"]},
)


class Drawrowfly:
    """What drawrowfly's scraper wrote."""

    name = "drawrowfly"
    title = "drawrowfly/tiktok-scraper"
    help = "Old collections of drawrowfly/tiktok-scraper: a JSON object with a `collector` list, the list alone, or its CSV."
    example = (
        '{"collector": [{"id": "6883211683402813710", "text": "Hello #fun", "createTime": 1602622611, "authorMeta": {"id": "68", "name": '
        '"lea"}, "covers": {"default": ""}, "playCount": 20000, "diggCount": 1500, "commentCount": 10, "shareCount": 6}], "zip": "trend"}\n'
    )
    limits = (
        "The time of the run comes from the number in the file's name; renamed files need --captured-at. No saves. "
        "Counters of 10,000 and more are rounded by TikTok and marked so."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether the file holds a collector list or its items."""
        paths = paths_of(sample)
        if "collector" in paths:
            return "collector.authorMeta" in paths or bool({"headers", "zip"} & paths)
        return "covers.default" in paths and any(p.startswith("authorMeta") for p in paths) and "createTimeISO" not in paths

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The items as readings of posts and, where it was a user's list, of their authors.

        Raises  MissingCaptureTime  neither the name nor --captured-at says when the run was
        """
        moment = told(sample, options)
        if moment is None:
            raise silent(sample)
        return read_posts((sample, replace(options, captured_at=moment), progress), self.name, SHAPE, _prepare)


def _prepare(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    return frame.with_columns(media_type=pl.lit("video"), rounded=pl.lit(True), followers_rounding=web_rounding("followers")), no_rejects()


FORMAT = Drawrowfly()
