"""The info.json that yt-dlp writes beside a TikTok video. It does not run yt-dlp."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.sources.files.cells import REJECTS
from hexameter.sources.files.json_items import Shape
from hexameter.sources.files.shaped import JSON_KINDS, leave_out, paths_of, read_posts

SHAPE = Shape(
    items=("entries[*]",),
    fields={
        "post_id": ["id"],
        "creator": ["uploader"],
        "creator_id": ["uploader_id"],
        "caption": ["description", "title"],
        "published_at": ["timestamp", "upload_date"],
        "captured_at": ["epoch"],
        "url": ["webpage_url", "url"],
        "duration_seconds": ["duration"],
        "views": ["view_count"],
        "likes": ["like_count"],
        "comments": ["comment_count"],
        "shares": ["repost_count"],  # yt-dlp's word for TikTok's shareCount
        "saves": ["save_count"],
        "_type": ["_type"],
        "_extractor": ["extractor_key", "ie_key", "extractor"],
    },
    outer={"_epoch": ["epoch"]},
)


class YtDlp:
    """A TikTok video's info.json, or a dump of a playlist of them."""

    name = "ytdlp"
    title = "yt-dlp info.json"
    help = "What yt-dlp --write-info-json (or --dump-json, --dump-single-json) writes for TikTok videos."
    example = (
        '{"id": "7527623000473079054", "uploader": "lea", "description": "Hello #glowday", "timestamp": 1752661320, "view_count": 20000, '
        '"like_count": 1500, "comment_count": 100, "repost_count": 60, "extractor_key": "TikTok", "epoch": 1754006400}\n'
    )
    limits = (
        "Shares are read from repost_count. Counters of 10,000 and more are rounded by TikTok and marked so. Hashtags come from the "
        "description. A playlist's own entry and videos of other sites are left out. The time is the file's own (epoch)."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether yt-dlp wrote it, about TikTok as far as its head tells."""
        if sample.kind not in JSON_KINDS:
            return False
        paths = paths_of(sample)
        known = re.search(r'"(?:extractor_key|extractor|ie_key)"\s*:\s*"([^"]*)"', sample.head)
        if known:
            return known.group(1).lower().startswith(("tiktok", "vm.tiktok")) or "entries" in paths
        return "id" in paths and {"formats.format_id", "formats.url"} <= paths  # long format lists push the extractor out of the head

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The videos as readings of posts."""
        return read_posts((sample, options, progress), self.name, SHAPE, _prepare)


def _prepare(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    playlist = pl.col("_type").is_in(["playlist", "multi_video"])
    own = pl.lit("this is a playlist's own entry; it has no counters of a post")
    videos, lists = leave_out(frame, playlist, "item", pl.col("post_id"), own)
    foreign = ~pl.col("_extractor").str.to_lowercase().str.contains("tiktok")
    why = pl.format("this is a video of {}, not of TikTok", "_extractor")
    ours, others = leave_out(videos, foreign, "item", pl.col("url"), why)
    day = pl.col("published_at").str.replace(r"^(\d{4})(\d{2})(\d{2})$", "${1}-${2}-${3}")  # upload_date, UTC
    prepared = ours.with_columns(
        published_at=day,
        captured_at=pl.coalesce("captured_at", "_epoch"),
        media_type=pl.when(pl.col("url").str.contains("/photo/")).then(pl.lit("photo")).otherwise(pl.lit("video")),
        rounded=pl.lit(True),
    )
    return prepared.select(c for c in prepared.columns if not c.startswith("_")), pl.concat([lists, others]).select(*REJECTS)


FORMAT = YtDlp()
