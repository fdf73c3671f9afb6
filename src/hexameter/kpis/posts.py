"""One row a post: who posted it and when, the reading that counts, and its creator's followers then. It computes no rate."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.contracts.frames import FRAMES
from hexameter.kpis.arrays import Numbers, as_kind, flags, numbers
from hexameter.kpis.audience import Audience
from hexameter.kpis.calendar import local_days
from hexameter.kpis.newest import Moments


def read_posts(posts: pa.Table, newest: pa.Table, moments: Moments) -> pa.Table:
    """The posts that were read by as_of, in the order of their publication, each with its newest readings.

    In      posts   post_id, published_at, in_period and other columns
            newest  newest.newest
    Out     the columns of both, day, post_order (among posts of the period; null otherwise)
    """
    posts = posts.filter(pc.is_in(posts["post_id"], value_set=newest["post_id"].combine_chunks()))
    # posts without a known time of publication come last
    posts = posts.take(pc.sort_indices(posts, [("published_at", "ascending"), ("post_id", "ascending")]))
    place = pc.index_in(posts["post_id"], value_set=newest["post_id"].combine_chunks())
    inside = flags(posts["in_period"])
    order = Numbers(np.cumsum(inside) - 1, inside).arrow()
    day = local_days(numbers(posts, "published_at"), moments.tz, moments.last_year).arrow(pa.int32()).cast(pa.date32())
    columns = {**_columns(posts), "day": day, "post_order": order, **_columns(newest.take(place).drop_columns(["post_id"]))}
    return pa.table(columns)


def _columns(rows: pa.Table) -> dict[str, pa.ChunkedArray]:
    return dict(zip(rows.column_names, rows.columns, strict=True))


def post_readings(posts: pa.Table, followers: pa.Table, moments: Moments) -> pa.Table:
    """The frame `post_readings`.

    In      posts      read_posts
            followers  the frame
    """
    columns = _columns(posts) | _followers_at(posts, followers)
    published, start = numbers(posts, "published_at"), numbers(posts, "views_start")
    later = published.there & (published.values >= moments.start_at)
    columns["views_start"] = Numbers(np.where(later, 0, start.values), later | start.there).arrow()
    shape = FRAMES["post_readings"]
    return pa.table([as_kind(columns[field.name], field.type) for field in shape], schema=shape)


def _followers_at(posts: pa.Table, followers: pa.Table) -> dict[str, pa.Array]:
    """Followers of a post's creator: the newest reading at or before publication, else the earliest after it."""
    audience, published = Audience(followers), numbers(posts, "published_at")
    early, late = audience.around(posts["creator_id"], published)
    row = np.where(early >= 0, early, late)
    basis = np.where(early >= 0, "at_post", "after_post")
    return {
        "by_followers_down": audience.followers.at(row).arrow(),
        "by_followers_down_rounding": audience.rounding.at(row).arrow(),
        "basis": pa.array(basis, pa.string(), mask=row < 0),
        "followers_at": audience.at.at(row).arrow(),
    }


def read_before(posts: pa.Table, period: pa.Table) -> pa.Table:
    """The frame `posts_before`: the scope's posts of as many days just before the period, read by then.

    In      posts   read_posts
            period  the frame
    """
    published = numbers(posts, "published_at")
    low, high = (numbers(period, edge).values[0] for edge in ("before_at", "start_at"))
    older = published.there & (published.values >= low) & (published.values < high) & flags(posts["read_before"])
    return posts.filter(pa.array(older)).select(["post_id", "views_start"]).rename_columns(["post_id", "views"])
