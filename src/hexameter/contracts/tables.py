"""The lake's tables: column, type, unit, grain and key of each. It does not read or write them.

Documentation (`docs/tables.md`), the lake, the formats and the engines are all written from these rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

TEXT = pa.string()
COUNT = pa.int64()
REAL = pa.float64()
FLAG = pa.bool_()
DAY = pa.date32()
INSTANT = pa.timestamp("us", tz="UTC")
WORDS = pa.list_(pa.string())


@dataclass(frozen=True)
class Column:
    """One column: its Arrow type, its unit and what it means."""

    name: str
    type: pa.DataType
    unit: str
    meaning: str


@dataclass(frozen=True)
class Table:
    """One table of the lake.

    `grain` says what one row is; `key` and content decide whether a row is new. `cluster_by` is the order of rows within a file.
    `by_month` partitions by the month of the post's id; `derived` tables may be dropped and rebuilt from the others.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    cluster_by: tuple[str, ...]
    by_month: bool = False
    derived: bool = False

    @cached_property
    def content(self) -> tuple[str, ...]:
        """Columns a source fills in: all but those the lake adds itself."""
        return tuple(c.name for c in self.columns if c.name not in LAKE_COLUMNS)

    @cached_property
    def schema(self) -> pa.Schema:
        """The table as stored."""
        return pa.schema([pa.field(c.name, c.type) for c in self.columns])

    @cached_property
    def source_schema(self) -> pa.Schema:
        """The table as a source hands it over: without the columns the lake adds."""
        return pa.schema([pa.field(c.name, c.type) for c in self.columns if c.name not in LAKE_COLUMNS])


_PROVENANCE = (
    Column("batch_id", TEXT, "", "the import or request that brought this row; see table batch"),
    Column("seq", COUNT, "row", "order of the row within its batch; the later of two contradicting rows wins"),
    Column("ingested_at", INSTANT, "UTC", "when the lake learned of this row; 'as known at S' is ingested_at <= S"),
)
_MONTH = Column("month", TEXT, "YYYY-MM", "UTC month in which the post's id was issued (id >> 32); 0000-00 when the id carries no time")
LAKE_COLUMNS = frozenset({"batch_id", "seq", "ingested_at", "month"})

_POST_ID = Column("post_id", TEXT, "", "TikTok's id of the post, as text: it exceeds 2^53")
_CREATOR_ID = Column("creator_id", TEXT, "", "TikTok's numeric user id as text where the source gives it, else '@' + handle")
_HANDLE = Column("handle", TEXT, "", "handle without '@', lower case; may change over time")
_CAPTURED = Column("captured_at", INSTANT, "UTC", "when the source read the counters")
_SOURCE = Column("source", TEXT, "", "where the reading came from: csv, apify, tiktok_studio, ...")
_PRECISION = Column("precision", TEXT, "exact|rounded", "rounded when any counter of the row was shown rounded (541.2K)")


def _rounding(counter: str) -> Column:
    meaning = f"half-width of the interval of a rounded {counter} (541.2K: 50); null or 0 when exact"
    return Column(f"{counter}_rounding", COUNT, "±count", meaning)


POST = Table(
    "post",
    "a post, as described by one source at one time; the newest non-null description wins",
    ("post_id",),
    (
        _POST_ID,
        _CREATOR_ID,
        _HANDLE,
        Column("published_at", INSTANT, "UTC", "when the post went public; from its id when the source is silent"),
        Column("caption", TEXT, "", "caption as read, NUL characters removed"),
        Column("hashtags", WORDS, "", "NFC + casefold, without '#'; from the source's list, else from the caption"),
        Column("mentions", WORDS, "", "handles mentioned, without '@', lower case"),
        Column("duration_seconds", REAL, "seconds", "length of the video"),
        Column("media_type", TEXT, "video|photo", "kind of post"),
        Column("music_id", TEXT, "", "id of the sound, when the source gives it undamaged"),
        Column("url", TEXT, "", "address of the post without query"),
        Column("region", TEXT, "ISO 3166-1", "country the source ties to the post or its creator's registration"),
        Column("is_ad", FLAG, "", "used in an ad, as the source says"),
        Column("paid_partnership", FLAG, "", "disclosed as branded content"),
        Column("first_seen_at", INSTANT, "UTC", "capture time of the reading that carried this description"),
        *_PROVENANCE,
        _MONTH,
    ),
    ("creator_id", "post_id"),
    by_month=True,
)

POST_SNAPSHOT = Table(
    "post_snapshot",
    "one reading of one post's counters; running totals, never summed over time",
    ("post_id", "captured_at", "source"),
    (
        _POST_ID,
        _CREATOR_ID,
        _CAPTURED,
        _SOURCE,
        Column("views", COUNT, "count", "public views: plays that started"),
        Column("likes", COUNT, "count", "likes"),
        Column("comments", COUNT, "count", "comments"),
        Column("shares", COUNT, "count", "shares"),
        Column("saves", COUNT, "count", "saves (favourites, bookmarks)"),
        Column("reach", COUNT, "count", "unique viewers; creator-authorised sources only"),
        Column("views_paid", COUNT, "count", "views an ad paid for, where a source splits them"),
        Column("views_2s", COUNT, "count", "plays of at least 2 seconds"),
        Column("views_6s", COUNT, "count", "plays of at least 6 seconds"),
        Column("avg_watch_seconds", REAL, "seconds", "average time watched"),
        Column("full_watch_pct", REAL, "percent", "share of plays watched to the end"),
        Column("new_followers", COUNT, "count", "followers won by the post"),
        _PRECISION,
        _rounding("views"),
        _rounding("likes"),
        _rounding("comments"),
        _rounding("shares"),
        _rounding("saves"),
        *_PROVENANCE,
        _MONTH,
    ),
    ("creator_id", "post_id", "captured_at"),
    by_month=True,
)

CREATOR_SNAPSHOT = Table(
    "creator_snapshot",
    "one reading of one creator's profile counters",
    ("creator_id", "captured_at", "source"),
    (
        _CREATOR_ID,
        _HANDLE,
        _CAPTURED,
        _SOURCE,
        Column("followers", COUNT, "count", "followers"),
        Column("following", COUNT, "count", "accounts followed"),
        Column("likes_total", COUNT, "count", "likes over all posts"),
        Column("videos_total", COUNT, "count", "posts shown on the profile"),
        _PRECISION,
        _rounding("followers"),
        *_PROVENANCE,
    ),
    ("creator_id", "captured_at"),
)

HASHTAG_SNAPSHOT = Table(
    "hashtag_snapshot",
    "one reading of one hashtag's counters in one country",
    ("hashtag", "country", "captured_at", "source"),
    (
        Column("hashtag", TEXT, "", "NFC + casefold, without '#'"),
        Column("country", TEXT, "ISO 3166-1", "country the figures are for; '' for the world"),
        _CAPTURED,
        _SOURCE,
        Column("views", COUNT, "count", "views of the hashtag's videos in the source's period"),
        Column("posts", COUNT, "count", "videos published with it in the source's period"),
        Column("rank", COUNT, "position", "place in the source's list, 1 first"),
        *_PROVENANCE,
    ),
    ("hashtag", "captured_at"),
)

ACCOUNT_DAY = Table(
    "account_day",
    "one account's daily figures as the platform reports them; may be negative",
    ("creator_id", "day", "source"),
    (
        _CREATOR_ID,
        _HANDLE,
        Column("day", DAY, "local date", "the account's local day"),
        _SOURCE,
        Column("video_views", COUNT, "count/day", "views of all videos that day"),
        Column("unique_viewers", COUNT, "count/day", "people who watched"),
        Column("new_viewers", COUNT, "count/day", "of them, first-time viewers"),
        Column("returning_viewers", COUNT, "count/day", "of them, returning viewers"),
        Column("profile_views", COUNT, "count/day", "visits to the profile"),
        Column("likes", COUNT, "count/day", "likes, net"),
        Column("comments", COUNT, "count/day", "comments, net of deletions: may be negative"),
        Column("shares", COUNT, "count/day", "shares"),
        Column("followers_net", COUNT, "count/day", "followers won less followers lost"),
        *_PROVENANCE,
    ),
    ("creator_id", "day"),
)

PAID_DAY = Table(
    "paid_day",
    "one ad's daily delivery",
    ("ad_id", "day", "source"),
    (
        Column("ad_id", TEXT, "", "id of the ad, or its name where the report carries no id"),
        Column("day", DAY, "advertiser's date", "day of delivery"),
        _SOURCE,
        Column("post_id", TEXT, "", "the post the ad shows, where known"),
        Column("spend_minor", COUNT, "minor units", "money spent"),
        Column("currency", TEXT, "ISO 4217", "currency of spend_minor"),
        *(
            Column(n, COUNT, "count/day", m)
            for n, m in (
                ("impressions", "times shown"),
                ("reach", "people reached"),
                ("views", "plays"),
                ("views_2s", "plays of at least 2 seconds"),
                ("views_6s", "plays of at least 6 seconds"),
                ("views_p25", "plays to 25 %"),
                ("views_p50", "plays to 50 %"),
                ("views_p75", "plays to 75 %"),
                ("views_p100", "plays to the end"),
                ("clicks", "clicks"),
                ("conversions", "conversions"),
            )
        ),
        *_PROVENANCE,
    ),
    ("ad_id", "day"),
)

RETENTION = Table(
    "retention",
    "share of a post's viewers still watching at one second, at one reading",
    ("post_id", "captured_at", "source", "second"),
    (
        _POST_ID,
        _CAPTURED,
        _SOURCE,
        Column("second", REAL, "seconds", "time into the video"),
        Column("share", REAL, "0..1", "share of plays still running"),
        *_PROVENANCE,
    ),
    ("post_id", "captured_at", "second"),
)

AUDIENCE = Table(
    "audience",
    "one slice of a creator's or a post's audience at one reading",
    ("creator_id", "post_id", "captured_at", "source", "dimension", "key"),
    (
        _CREATOR_ID,
        Column("post_id", TEXT, "", "the post, or '' when the slice is of the creator's followers"),
        _CAPTURED,
        _SOURCE,
        Column("dimension", TEXT, "", "gender, country, city, age, active_followers (by hour), ..."),
        Column("key", TEXT, "", "the slice: Female, FR, 18-24, 2026-02-21T05, ..."),
        Column("share", REAL, "0..1", "share of the audience; null where the dimension is a count"),
        Column("value", REAL, "count", "count, for dimensions that are counts"),
        *_PROVENANCE,
    ),
    ("creator_id", "captured_at"),
)

BATCH = Table(
    "batch",
    "one import or request, written when it is complete",
    ("batch_id",),
    (
        Column("batch_id", TEXT, "", "derived from content and options, so a retry is the same batch"),
        Column("source", TEXT, "", "the format or connector"),
        Column("origin", TEXT, "", "file name or request, without secrets"),
        Column("sha256", TEXT, "hex", "of the file's bytes"),
        Column("read", COUNT, "rows", "rows found"),
        Column("stored", COUNT, "rows", "readings stored"),
        Column("duplicates", COUNT, "rows", "readings that were already there"),
        Column("conflicts", COUNT, "rows", "of the stored, readings that contradict one with the same key"),
        Column("rejected", COUNT, "rows", "rows left out, each listed with its reason"),
        Column("started_at", INSTANT, "UTC", "begin"),
        Column("ended_at", INSTANT, "UTC", "end"),
        Column("ingested_at", INSTANT, "UTC", "when the lake learned of the batch"),
    ),
    ("batch_id",),
)

CREATOR = Table(
    "creator",
    "a creator's id with a handle it was seen under; the lake adds rows from every table that carries both",
    ("creator_id", "handle"),
    (
        _CREATOR_ID,
        _HANDLE,
        Column("first_seen_at", INSTANT, "UTC", "capture time of the reading that showed the pair first"),
        *_PROVENANCE,
    ),
    ("handle", "creator_id"),
)

POST_LATEST = Table(
    "post_latest",
    "each post's newest known value of every counter; a roll-up of post_snapshot, may be dropped and rebuilt",
    ("post_id",),
    (
        _POST_ID,
        _CREATOR_ID,
        Column("captured_at", INSTANT, "UTC", "the newest reading of any counter"),
        *(Column(n, COUNT, "count", f"newest {n} that was read") for n in ("views", "likes", "comments", "shares", "saves", "reach")),
        _MONTH,
    ),
    ("creator_id", "post_id"),
    by_month=True,
    derived=True,
)

CREATOR_DAY = Table(
    "creator_day",
    "a creator's last follower reading of each UTC day; a roll-up of creator_snapshot",
    ("creator_id", "day"),
    (
        _CREATOR_ID,
        Column("day", DAY, "UTC date", "day of the reading"),
        Column("captured_at", INSTANT, "UTC", "the last reading of that day"),
        Column("followers", COUNT, "count", "followers at that reading"),
    ),
    ("creator_id", "day"),
    derived=True,
)

HASHTAG_DAY = Table(
    "hashtag_day",
    "posts published with a hashtag on one UTC day and their newest counters; a roll-up of post and post_latest",
    ("hashtag", "day"),
    (
        Column("hashtag", TEXT, "", "NFC + casefold, without '#'"),
        Column("day", DAY, "UTC date", "day of publication"),
        Column("posts", COUNT, "count", "posts published that day"),
        Column("creators", COUNT, "count", "distinct creators among them"),
        Column("views", COUNT, "count", "sum of their newest views; null when none was read"),
        Column("interactions", COUNT, "count", "sum of their newest likes + comments + shares, posts with all three read"),
    ),
    ("hashtag", "day"),
    derived=True,
)

TABLES: tuple[Table, ...] = (
    POST,
    POST_SNAPSHOT,
    CREATOR,
    CREATOR_SNAPSHOT,
    HASHTAG_SNAPSHOT,
    ACCOUNT_DAY,
    PAID_DAY,
    RETENTION,
    AUDIENCE,
    BATCH,
    POST_LATEST,
    CREATOR_DAY,
    HASHTAG_DAY,
)
BY_NAME: dict[str, Table] = {t.name: t for t in TABLES}

# The readings an import accounts for: read = stored + duplicates + rejected is counted on the first of these a batch carries.
READINGS: tuple[str, ...] = (
    "post_snapshot",
    "creator_snapshot",
    "account_day",
    "paid_day",
    "hashtag_snapshot",
    "audience",
    "retention",
    "post",
)

# The counters of a post reading that sources may show rounded.
ROUNDED_COUNTERS: tuple[str, ...] = ("views", "likes", "comments", "shares", "saves")
