"""Hashtag lists of TikTok's Creative Center, saved as JSON. It fetches nothing: the address needs signed headers."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.sources.files.capture_time import silent
from hexameter.sources.files.checked import Checked
from hexameter.sources.files.json_items import Shape
from hexameter.sources.files.numbers import counters
from hexameter.sources.files.shaped import JSON_KINDS, paths_of, read_shape
from hexameter.sources.files.text import hashtag_lists

SHAPE = Shape(
    items=("data.list[*]",),
    fields={
        "hashtag": ["hashtag_name"],
        "country": ["country_info.id", "country_code"],
        "views": ["video_views"],
        "posts": ["publish_cnt"],
        "rank": ["rank"],
    },
)


class CreativeCenter:
    """A page of the Creative Center's popular hashtags."""

    name = "creative_center"
    title = "TikTok Creative Center hashtags"
    help = "Saved JSON of the Creative Center's list of popular hashtags: views, posts and rank by country."
    example = (
        '{"data": {"list": [{"hashtag_name": "summer", "country_info": {"id": "US"}, "rank": 1, '
        '"publish_cnt": 2886791, "video_views": 19583705445}]}}\n'
    )
    limits = (
        "The list does not say when it was taken: give --captured-at. Views and posts are those of the list's own period and country (7, "
        "30 or 120 days); the `trend` values are shares, not counts, and are not kept."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether the file is a list of hashtags with their views and posts."""
        if sample.kind not in JSON_KINDS:
            return False
        paths = paths_of(sample)
        return any(f"{p}hashtag_name" in paths and {f"{p}publish_cnt", f"{p}video_views"} & paths for p in ("data.list.", ""))

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The hashtags as readings.

        Raises  MissingCaptureTime  no --captured-at was given
        """
        if options.captured_at is None:
            raise silent(sample)
        progress.start(f"Reading {sample.name}", None)
        for piece in read_shape(sample, SHAPE):
            yield _chunk(piece.frame, piece.broken, options)
            progress.advance(piece.frame.height)
        progress.finish()


def _chunk(frame: pl.DataFrame, broken: pl.DataFrame, options: ImportOptions) -> Chunk:
    checked = Checked(frame)
    for counter in ("views", "posts", "rank"):
        checked.take(counter, counters(frame[counter], counter, "."))
    checked.frame = checked.frame.with_columns(
        hashtag=hashtag_lists(frame["hashtag"]).list.get(0, null_on_oob=True),
        country=pl.col("country").fill_null("").str.to_uppercase(),
        captured_at=pl.lit(options.captured_at, pl.Datetime("us", "UTC")),
        source=pl.lit("creative_center"),
    )
    checked.refuse(pl.col("hashtag").is_null(), "hashtag", pl.lit(""), pl.lit("no hashtag is given"))
    return checked.chunk("hashtag_snapshot", broken)


FORMAT = CreativeCenter()
