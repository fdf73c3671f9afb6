"""The frames a KPI sees: the lake cut to one scope and one as_of, as small Arrow tables. How is in `kpis/scoping.py`; here are the columns.

Every frame is already limited to what was known at as_of. Times are UTC instants; `day` columns are dates in the period's zone, so that no
KPI handles zones or daylight saving. Which of two readings of a post counts is settled before (`kpis/reading.py`).
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
            ("before_at", INSTANT),  # start of the days before the period that growth compares with
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
    # one row a post in scope that exists as of as_of and was published before the period's end, with its reading at as_of
    # (KPIS.md section 0.3), in the order of publication; `posts` are those of them in the period
    "post_readings": pa.schema(
        [
            ("post_id", _TEXT),
            ("creator_id", _TEXT),
            ("handle", _TEXT),
            ("published_at", INSTANT),
            ("day", _DAY),
            ("in_period", _FLAG),  # it belongs to the period: every KPI but `gained` counts only these
            ("by_hand", _FLAG),  # added by hand, not found by the scope's rule
            ("post_order", _COUNT),  # 0.. by published_at, post_id within in_period posts; null otherwise
            ("captured_at", INSTANT),  # of the newest reading of any counter, as are source and precision
            ("source", _TEXT),
            ("precision", _TEXT),
            # each counter by itself: its newest value, and the rounding of that value
            *((counter, _COUNT) for counter in ("views", "likes", "comments", "shares", "saves", "reach", "views_paid", "views_6s")),
            *((f"{counter}_rounding", _COUNT) for counter in ("views", "likes", "comments", "shares", "saves")),
            # rates: numerator and denominator from the newest reading that has all of them
            *((f"{rate}_{part}", _COUNT) for rate in ("by_views", "by_reach") for part in ("up", "up_rounding", "down", "down_rounding")),
            ("by_followers_up", _COUNT),
            ("by_followers_up_rounding", _COUNT),
            ("by_followers_down", _COUNT),
            ("by_followers_down_rounding", _COUNT),
            ("basis", _TEXT),  # at_post, after_post; null without followers
            ("followers_at", INSTANT),
            # views at other instants
            ("views_start", _COUNT),  # at the period's start; 0 when published after it
            ("views_end", _COUNT),  # at the period's end or as_of
            ("views_7d", _COUNT),  # at age 7 days, or the newest when younger
            ("views_last_at", INSTANT),
            ("views_before_last", _COUNT),
            ("views_before_last_at", INSTANT),
        ]
    ),
    # how much the running totals of the period's posts moved on each local day; null where nothing was known yet
    "changes": pa.schema([("day", _DAY), *((name, _COUNT) for name in ("likes", "comments", "shares", "interactions"))]),
    # one row a creator: those the scope names, else those of the posts, published in the period or before (like `gained`)
    "creators": pa.schema([("creator_id", _TEXT), ("handle", _TEXT)]),
    # follower readings <= as_of of those creators and of the posts' creators, followers not null; one a creator and instant, the winner
    "followers": pa.schema(
        [
            ("creator_id", _TEXT),
            ("captured_at", INSTANT),
            ("day", _DAY),
            ("source", _TEXT),
            ("followers", _COUNT),
            ("followers_rounding", _COUNT),
        ]
    ),
    # newest retention curve <= as_of of each post
    "retention": pa.schema([("post_id", _TEXT), ("captured_at", INSTANT), ("second", _REAL), ("share", _REAL)]),
    # hashtags the scope itself names
    "own_hashtags": pa.schema([("hashtag", _TEXT)]),
    # one row a post of `post_readings` and hashtag
    "post_hashtags": pa.schema([("post_id", _TEXT), ("hashtag", _TEXT)]),
    # the scope's posts in as many days just before the period as have begun of it, for growth; views is their reading at that period's end
    "posts_before": pa.schema([("post_id", _TEXT), ("views", _COUNT)]),
    # money, in one currency; creator_id null = whole campaign
    "costs": pa.schema([("creator_id", _TEXT), ("kind", _TEXT), ("amount_minor", _REAL)]),
    "revenues": pa.schema([("creator_id", _TEXT), ("amount_minor", _REAL)]),
}
FRAMES["posts"] = FRAMES["post_readings"]
