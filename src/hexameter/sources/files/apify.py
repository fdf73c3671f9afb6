"""Data sets of the two usual Apify actors, as JSON, CSV or XLSX, whole or a selected view. It does not talk to Apify."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.sources.files.capture_time import silent, told
from hexameter.sources.files.json_items import Shape
from hexameter.sources.files.shaped import leave_out, paths_of, read_posts, read_shape, web_rounding

_PROFILE = ("followers", "following", "likes_total", "videos_total")
_ERROR = {"_error": ["error", "errorCode"], "_told": ["errorDescription", "error", "errorCode"], "_input": ["input", "url"]}
CLOCKWORKS = Shape(
    fields={
        "post_id": ["id"],
        "creator": ["authorMeta.name"],
        "creator_id": ["authorMeta.id"],
        "caption": ["text"],
        "published_at": ["createTimeISO", "createTime"],
        "url": ["webVideoUrl"],
        "duration_seconds": ["videoMeta.duration"],
        "music_id": ["musicMeta.musicId"],
        "region": ["locationCreated"],
        "is_ad": ["isAd"],
        "paid_partnership": ["isSponsored"],
        "views": ["playCount"],
        "likes": ["diggCount"],
        "comments": ["commentCount"],
        "shares": ["shareCount"],
        "saves": ["collectCount"],
        "followers": ["authorMeta.fans"],
        "following": ["authorMeta.following"],
        "likes_total": ["authorMeta.heart"],
        "videos_total": ["authorMeta.video"],
        "_slides": ["isSlideshow"],
        **_ERROR,
    },
    lists={"hashtags": ["hashtags[*].name"], "mentions": ["mentions[*]"]},
    dotted=True,
)
APIDOJO = Shape(
    fields={
        "post_id": ["id"],
        "creator": ["channel.username"],
        "creator_id": ["channel.id"],
        "caption": ["title"],
        "published_at": ["uploadedAt", "uploadedAtFormatted"],
        "url": ["postPage"],
        "duration_seconds": ["video.duration"],
        "views": ["views"],
        "likes": ["likes"],
        "comments": ["comments"],
        "shares": ["shares"],
        "saves": ["bookmarks"],
        "followers": ["channel.followers"],
        "following": ["channel.following"],
        "videos_total": ["channel.videos"],
        **_ERROR,
    },
    lists={"hashtags": ["hashtags[*]"]},
    dotted=True,
)
_ACTORS = {"clockworks": CLOCKWORKS, "apidojo": APIDOJO}
_COUNTS = {"playCount", "diggCount", "commentCount", "shareCount", "collectCount"}


class Apify:
    """A data set that an Apify actor wrote."""

    name = "apify"
    title = "Apify data set (clockworks, apidojo)"
    help = "Results of clockworks/tiktok-scraper and apidojo/tiktok-scraper: JSON, NDJSON, CSV or XLSX, all fields or a selected view."
    example = (
        '[{"id": "7527623000473079054", "text": "Hello #glowday", "createTimeISO": "2025-07-16T10:22:00.000Z", "authorMeta": {"id": "68", '
        '"name": "lea", "fans": 10400}, "playCount": 20000, "diggCount": 1500, "commentCount": 100, "shareCount": 60}]\n'
    )
    limits = (
        "The time of the run comes from the file's name; renamed files need --captured-at. Counters of 10,000 and more are rounded by "
        "TikTok and marked so. When a run shows several profile figures of one creator, its most frequent one is kept."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether items of one of the actors lie in the file."""
        return _actor(paths_of(sample)) is not None

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The items as readings of posts and of their authors; error items are rejects with the actor's words.

        Raises  MissingCaptureTime  neither the name nor --captured-at says when the run was
        """
        moment = told(sample, options)
        if moment is None:
            raise silent(sample)
        shape = _ACTORS[_actor(paths_of(sample)) or "clockworks"]
        profiles = _profiles(sample, shape)
        dated = replace(options, captured_at=moment)
        return read_posts((sample, dated, progress), self.name, shape, lambda frame: _prepare(frame, profiles))


def _actor(paths: frozenset[str]) -> str | None:
    if any(p == "covers" or p.startswith(("covers.", "collector")) for p in paths):
        return None  # drawrowfly's, of the same ancestry
    ours = any(p.startswith(("authorMeta.", "videoMeta.", "musicMeta.")) for p in paths) or bool({"createTimeISO", "webVideoUrl"} & paths)
    if ours and (paths & _COUNTS or "createTimeISO" in paths):
        return "clockworks"
    if ("channel.username" in paths or "channel.id" in paths) and {"postPage", "uploadedAt", "uploadedAtFormatted", "bookmarks"} & paths:
        return "apidojo"
    failed = "error" in paths and "input" in paths and bool({"errorDescription", "errorCode"} & paths)
    return "clockworks" if failed else None


def _profiles(sample: FileSample, shape: Shape) -> pl.DataFrame:
    """One set of profile figures a creator: the most frequent in the run, of equals the one with most followers.

    Items of one run differ (19.4 M and 21.1 M followers, seen 2023-09), because pages are cached apart.
    """
    wanted = ("creator", "creator_id", *_PROFILE)
    slim = replace(shape, fields={k: v for k, v in shape.fields.items() if k in wanted}, lists={}, outer={})
    keys = [k for k in wanted if k in slim.fields]
    counted = [piece.frame.group_by(keys).len() for piece in read_shape(sample, slim)]
    if not counted:
        return pl.DataFrame(schema=dict.fromkeys((*keys, "_at_row"), pl.String))
    votes = pl.concat(counted).group_by(keys).agg(pl.col("len").sum()).drop_nulls("followers")
    order = votes.with_columns(_n=pl.col("followers").cast(pl.Int64, strict=False)).sort(
        ["len", "_n", *keys], descending=True, nulls_last=True
    )
    return order.unique("creator", keep="first", maintain_order=True).select(keys)


def _prepare(frame: pl.DataFrame, profiles: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    failed = pl.col("_error").is_not_null() & pl.col("post_id").is_null()
    why = pl.format("the actor could not read this one: {}", pl.coalesce("_told", "_error"))
    posts, errors = leave_out(frame, failed, "item", pl.col("_input"), why)
    figures = [c for c in _PROFILE if c in profiles.columns]
    joined = posts.drop(figures).join(profiles.select("creator", *figures), on="creator", how="left", maintain_order="left")
    kind = pl.lit("video")
    if "_slides" in frame.columns:
        kind = pl.when(pl.col("_slides").str.to_lowercase() == "true").then(pl.lit("photo")).otherwise(kind)
    prepared = joined.with_columns(media_type=kind, rounded=pl.lit(True), followers_rounding=web_rounding("followers"))
    return prepared.select(c for c in prepared.columns if not c.startswith("_")), errors


FORMAT = Apify()
