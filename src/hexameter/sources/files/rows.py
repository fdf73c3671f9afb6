"""The last step of every format of posts and creators: canonical columns in, lake tables and rejects out. It reads no file.

A format renames its columns to the names in `FIELDS`, leaves them raw (text, or typed as Parquet had them), numbers the rows and calls
`Rows.chunk`; numbers, times, ids, handles, hashtags and captions are understood here, in one place for all formats.
"""

from __future__ import annotations

import polars as pl

from hexameter.contracts.records import Chunk, ImportOptions

COUNTERS = ("views", "likes", "comments", "shares", "saves")
MORE_COUNTERS = ("reach", "views_paid", "views_2s", "views_6s", "new_followers")
PROFILE_COUNTERS = ("followers", "following", "likes_total", "videos_total")
REALS = ("duration_seconds", "avg_watch_seconds", "full_watch_pct")
FLAGS = ("is_ad", "paid_partnership")
TEXTS = ("caption", "media_type", "music_id", "url", "region")

# What `Rows.chunk` understands. Any subset may be given, beside `row`.
FIELDS: tuple[str, ...] = (
    "post_id",
    "creator",
    "creator_id",
    "published_at",
    "captured_at",
    "hashtags",
    "mentions",
    *TEXTS,
    *FLAGS,
    *REALS,
    *COUNTERS,
    *MORE_COUNTERS,
    *PROFILE_COUNTERS,
)


class Rows:
    """Turns raw frames of one file into chunks; one instance a file, frames in file order.

    It remembers what earlier frames showed about the file (which sign marks decimals in a column), nothing else.

    In      source   the source of the readings: csv, apify, ...
            options  what the user said: --captured-at, --creator, --tz
    """

    def __init__(self, source: str, options: ImportOptions) -> None:
        self.source = source
        self.options = options

    def chunk(self, frame: pl.DataFrame, broken: pl.DataFrame | None = None) -> Chunk:
        """All the rules for rows, over one bounded frame.

        In      frame   `row` (int64, 1 = first data row) and any of FIELDS, raw: text as in the file, or typed. Details:
                        creator       handle, @handle or profile address;   creator_id  numeric user id, if the source has it
                        hashtags, mentions  list of text, or text (separated by space, comma, |, or a JSON list); absent -> from the caption
                        views, ...    any spelling of a number; beside them `<counter>_rounding` (int) where the source knows it, or one
                                      column `rounded` (bool): counters of that row are web counters, rounded from 10,000 on
                        times         ISO 8601, Unix seconds or milliseconds; durations seconds, mm:ss or h:mm:ss
                broken  rows that could not be cut into cells: row, field, value, why (one entry a row, not in `frame`)
        Out     readings: post_snapshot for rows with post_id, creator_snapshot for rows without; beside: post, creator_snapshot
        Raises  MissingCaptureTime  the frame has no captured_at (or it is blank throughout) and no --captured-at was given
                BadValue            --creator or --tz is not what it should be
        Example a frame with row 1, post_id "1", creator "lea", captured_at "2025-07-01", views "541.2K" -> one reading, views_rounding 50
        """
        raise NotImplementedError
