"""Readings and their order (KPIS.md section 0.3): the query that fetches them, and which of two counts. It computes no rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.kpis.arrays import Places, codes, flags, numbers, ranks

if TYPE_CHECKING:
    import ibis.expr.types as ir

COUNTERS = ("views", "likes", "comments", "shares", "saves", "reach", "views_paid", "views_6s")
ROUNDED = ("views", "likes", "comments", "shares", "saves")
# rate -> counters of the numerator, denominator in the same reading (None: followers, from the creator's readings)
FORMULAS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "by_followers": (("likes", "comments"), None),
    "by_views": (("likes", "comments", "shares"), "views"),
    "by_reach": (("likes", "comments", "shares"), "reach"),
}

_WEIGHED = ("captured_at", "source", "precision", "ingested_at", "seq", "batch_id")
READ = ("post_id", "published_at", "in_period", *_WEIGHED, *COUNTERS, *(f"{name}_rounding" for name in ROUNDED))
READ_OF_CREATOR = ("creator_id", *_WEIGHED, "followers", "followers_rounding")
_UNNAMED = 1_000_000  # the place of a source that settings do not name


def known(rows: ir.Table, asked: ir.Table, instant: str) -> ir.Table:
    """Rows read by as_of that the lake had by known_at.

    In      asked    one row: as_of, known_at
            instant  the column that says when a row was read
    """
    # one row joined to all is a cheaper plan than a subquery a bound
    bounded = rows.cross_join(asked)
    return bounded.filter(bounded[instant] <= bounded.as_of, bounded.ingested_at <= bounded.known_at)


def of_posts(snapshots: ir.Table, posts: ir.Table, asked: ir.Table) -> ir.Table:
    """Readings of some posts known at as_of.

    In      snapshots  lake table `post_snapshot`
            posts      post_id, published_at, in_period
    Out     READ
    """
    return known(snapshots.inner_join(posts, "post_id"), asked, "captured_at").select(*READ)


def of_creators(snapshots: ir.Table, ids: ir.Table, asked: ir.Table) -> ir.Table:
    """Follower readings of some creators known at as_of.

    In      snapshots  lake table `creator_snapshot`
            ids        creator_id, as the lake has it
    Out     READ_OF_CREATOR; followers is never null
    """
    read = snapshots.filter(snapshots.followers.notnull()).semi_join(ids, "creator_id")
    return known(read, asked, "captured_at").select(*READ_OF_CREATOR)


def _in_order(group: Places, at: Places) -> bool:
    apart, later = np.diff(group), np.diff(at)
    return bool(np.all((apart > 0) | ((apart == 0) & (later >= 0))))


def in_order(rows: pa.Table, who: str, sources: tuple[str, ...]) -> tuple[Places, Places]:
    """Places of the rows, those of one `who` together, from the one that counts least to the one that wins; and whose each is.

    By captured_at, exact over rounded, the order of sources in settings, then by name, ingested_at, seq: the last wins.

    In      sources  in order of trust
    """
    group, at = codes(rows[who]), numbers(rows, "captured_at").values
    if _in_order(group, at):
        places = np.arange(len(group))
    else:
        places = np.lexsort((at, group))
    same = (group[places[1:]] == group[places[:-1]]) & (at[places[1:]] == at[places[:-1]])
    if not same.any():
        return places, group[places]
    named = pc.index_in(rows["source"], value_set=pa.array(sources, pa.string()))
    trust = pc.fill_null(named, _UNNAMED).to_numpy()
    exact = flags(pc.equal(rows["precision"], "exact"))
    ties = (
        ranks(rows["batch_id"]),
        numbers(rows, "seq").values,
        numbers(rows, "ingested_at").values,
        -ranks(rows["source"]),
        -trust,
        exact,
    )
    places = np.lexsort((*ties, at, group))
    return places, group[places]
