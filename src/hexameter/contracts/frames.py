"""The frames a KPI sees: lake tables cut down to one scope and one as_of. How they are cut is `kpis/scoping.py`; here are their columns.

Every frame is already limited to what was known at as_of. Times are UTC instants; `day` columns are dates in the period's zone, so that no KPI
handles zones or daylight saving. `order_key` is a per-post (per-creator) total order of readings: by captured_at, then exact over rounded, then the
order of sources in settings, then ingested_at, then seq. A larger key wins.
"""

from __future__ import annotations

import pyarrow as pa

INSTANT = pa.timestamp("us")  # engines see naive UTC: Spark and DuckDB render zoned instants differently
_TEXT, _COUNT, _REAL, _FLAG, _DAY = pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32()

FRAMES: dict[str, pa.Schema] = {
    # one row
    "period": pa.schema(
        [
            ("from_day", _DAY),
            ("to_day", _DAY),
            ("start_at", INSTANT),
            ("end_at", INSTANT),
            ("as_of", INSTANT),
            ("elapsed_end_at", INSTANT),  # min(end_at, as_of)
            ("days", _COUNT),  # local days of the period that have begun by as_of
            ("band_low", _COUNT),  # recommended posts a day, setting recommended_per_day
            ("band_high", _COUNT),
            ("qualified_seconds", _REAL),  # threshold of a qualified view, setting qualified_view_seconds
        ]
    ),
    # one row a local day of the period that has begun by as_of
    "days": pa.schema([("day", _DAY), ("starts_at", INSTANT), ("ends_at", INSTANT)]),
    # one row a post in scope that exists as of as_of and was published before the period's end;
    # in_period: it belongs to the period (every KPI but `gained` counts only these)
    "posts": pa.schema(
        [
            ("post_id", _TEXT),
            ("creator_id", _TEXT),
            ("handle", _TEXT),
            ("published_at", INSTANT),
            ("day", _DAY),
            ("in_period", _FLAG),
            ("post_order", _COUNT),  # 0.. by published_at, post_id within in_period posts; null otherwise
        ]
    ),
    # all readings <= as_of of those posts
    "readings": pa.schema(
        [
            ("post_id", _TEXT),
            ("captured_at", INSTANT),
            ("day", _DAY),
            ("order_key", _COUNT),
            ("source", _TEXT),
            ("precision", _TEXT),
            ("views", _COUNT),
            ("likes", _COUNT),
            ("comments", _COUNT),
            ("shares", _COUNT),
            ("saves", _COUNT),
            ("reach", _COUNT),
            ("views_paid", _COUNT),
            ("views_6s", _COUNT),
            ("views_rounding", _COUNT),
            ("likes_rounding", _COUNT),
            ("comments_rounding", _COUNT),
            ("shares_rounding", _COUNT),
            ("saves_rounding", _COUNT),
        ]
    ),
    # one row a creator: those the scope names, else those of the posts
    "creators": pa.schema([("creator_id", _TEXT), ("handle", _TEXT)]),
    # all follower readings <= as_of of those creators, followers not null
    "followers": pa.schema(
        [
            ("creator_id", _TEXT),
            ("captured_at", INSTANT),
            ("day", _DAY),
            ("order_key", _COUNT),
            ("source", _TEXT),
            ("followers", _COUNT),
            ("followers_rounding", _COUNT),
        ]
    ),
    # newest retention curve <= as_of of each post
    "retention": pa.schema([("post_id", _TEXT), ("captured_at", INSTANT), ("second", _REAL), ("share", _REAL)]),
    # one row a post and hashtag
    "post_hashtags": pa.schema([("post_id", _TEXT), ("hashtag", _TEXT)]),
    # the scope's posts in the period of equal length just before, for growth; views is their reading at that period's end
    "posts_before": pa.schema([("post_id", _TEXT), ("views", _COUNT)]),
    # money, in one currency; creator_id null = whole campaign
    "costs": pa.schema([("creator_id", _TEXT), ("kind", _TEXT), ("amount_minor", _REAL)]),
    "revenues": pa.schema([("creator_id", _TEXT), ("amount_minor", _REAL)]),
}
