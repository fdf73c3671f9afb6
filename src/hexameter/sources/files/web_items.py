"""Raw items of TikTok's web pages: item lists, Zeeschuimer lines, page hydration, TikTok-Api dumps. It fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.sources.files.cells import no_rejects
from hexameter.sources.files.json_items import ENVELOPE_LIMIT, Shape
from hexameter.sources.files.shaped import JSON_KINDS, paths_of, read_posts, web_rounding

_COUNTERS = {"views": "playCount", "likes": "diggCount", "comments": "commentCount", "shares": "shareCount", "saves": "collectCount"}
_PROFILE = {"followers": "followerCount", "following": "followingCount", "likes_total": "heartCount", "videos_total": "videoCount"}

SHAPE = Shape(
    items=(
        "itemList[*]",
        "item_list[*]",
        "items[*]",
        "ItemModule.*",
        '__DEFAULT_SCOPE__."webapp.video-detail".itemInfo.itemStruct',
        "itemInfo.itemStruct",
        "data.itemList[*]",
        "data.item_list[*]",
        "data[*]",
        "data",
    ),
    fields={
        "post_id": ["id"],
        "creator": ["author.uniqueId", "author"],
        "creator_id": ["author.id", "authorId"],
        "caption": ["desc", "imagePost.title"],
        "published_at": ["createTime"],
        "duration_seconds": ["video.duration"],
        "music_id": ["music.id"],
        "region": ["locationCreated"],
        "is_ad": ["isAd"],
        "paid_partnership": ["adAuthorization"],
        "_photo": ["imagePost"],
        **{c: [f"statsV2.{key}", f"stats.{key}"] for c, key in _COUNTERS.items()},
        **{c: [f"authorStatsV2.{key}", f"authorStats.{key}"] for c, key in _PROFILE.items()},
        **{f"_exact_{c}": [f"statsV2.{key}"] for c, key in _COUNTERS.items()},
        "_exact_followers": ["authorStatsV2.followerCount"],
    },
    lists={
        "hashtags": ["challenges[*].title", "textExtra[*].hashtagName"],
        "mentions": ["textExtra[*].userUniqueId"],
    },
    outer={"captured_at": ["extra.now", "timestamp_collected"]},
)

_PLACES = ("", "itemList.", "item_list.", "items.", "ItemModule.", "data.", "data.itemList.", "data.item_list.", "itemInfo.itemStruct.")


class WebItems:
    """Items as tiktok.com hands them to the browser."""

    name = "web_items"
    title = "TikTok web items"
    help = "Item lists, page data, Zeeschuimer NDJSON, TikTok-Api and bellingcat dumps: the JSON that tiktok.com hands to a browser."
    example = (
        '{"itemList": [{"id": "7527623000473079054", "desc": "Hello #glowday", "createTime": 1752661320, "author": {"id": "8", "uniqueId": '
        '"lea"}, "statsV2": {"playCount": "20000", "diggCount": "1500", "commentCount": "100", "shareCount": "60"}}], '
        '"extra": {"now": 1754006400000}}\n'
    )
    limits = (
        "`stats` of 10,000 and more are rounded by TikTok and marked so; `statsV2` is exact and preferred. Item lists carry their time "
        f"(extra.now), other files need --captured-at. A wrapping object may weigh {ENVELOPE_LIMIT // 2**20} MiB; arrays and NDJSON may be "
        "of any length."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether an item with web counters lies somewhere in the file."""
        if sample.kind not in JSON_KINDS:
            return False
        paths = paths_of(sample)
        if any(p.split(".")[0] in ("ItemModule", "__DEFAULT_SCOPE__") for p in paths):
            return True
        places = (*_PLACES, *(p for p in _scoped(paths)))
        return any(f"{place}{stats}.diggCount" in paths for place in places for stats in ("stats", "statsV2")) or _empty_list(paths)

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The items as readings of posts and of their authors."""
        return read_posts((sample, options, progress), self.name, SHAPE, _prepare)


def _scoped(paths: frozenset[str]) -> Iterator[str]:
    return (p.removesuffix("stats") for p in paths if p.endswith("itemStruct.stats"))


def _empty_list(paths: frozenset[str]) -> bool:
    return "itemList" in paths and "statusCode" in paths


def _prepare(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    photo = pl.col("_photo").is_not_null()
    handle = pl.when(~pl.col("creator").str.starts_with("{")).then("creator")  # a nameless author object is no handle
    kind = pl.when(photo).then(pl.lit("photo")).otherwise(pl.lit("video"))
    roundings = [_rounding(c).alias(f"{c}_rounding") for c in (*_COUNTERS, "followers")]
    prepared = frame.with_columns(handle.alias("creator"), *roundings, media_type=kind).with_columns(
        url=pl.format("https://www.tiktok.com/@{}/{}/{}", "creator", "media_type", "post_id")
    )
    return prepared.select(c for c in prepared.columns if not c.startswith("_")), no_rejects()


def _rounding(counter: str) -> pl.Expr:
    return pl.when(pl.col(f"_exact_{counter}").is_not_null()).then(0).otherwise(web_rounding(counter))


FORMAT = WebItems()
