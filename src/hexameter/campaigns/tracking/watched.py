"""Posts that are read again and again, as the planner sees them. The readings themselves are in the lake."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from hexameter.campaigns.database import insert_for, reading, writing
from hexameter.campaigns.tracking.tables import WATCHED
from hexameter.contracts.tracking import Api

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = pa.timestamp("us", tz="UTC")
_INSTANTS = frozenset({"published_at", "first_seen_at", "last_read_at", "before_at", "gone_at"})
SCHEMA = pa.schema(
    [(c.name, _INSTANT if c.name in _INSTANTS else pa.string() if isinstance(c.type, sa.Text) else pa.int64()) for c in WATCHED.columns]
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A post as it was just seen in a list, or read.

    In      seen_at   the house's instant
            read      whether its counters were read then; `views` None: this one was not among them
    """

    post_id: str
    creator_id: str
    api: Api
    seen_at: datetime
    account_id: int | None = None
    published_at: datetime | None = None
    read: bool = False
    views: int | None = None


class WatchedPosts:
    """The posts under watch at this desk."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def upsert(self, posts: Iterable[Watched]) -> None:
        """Note posts that were seen or read. Said again, or in another order, it comes to the same.

        A newer reading moves the last one to `before`; an older one changes nothing. A post seen after it was gone is there again.
        """
        with writing(self._engine) as connection:
            note(connection, posts)

    def gone(self, post_ids: Iterable[str], at: datetime, why: str) -> int:
        """These posts are no longer to be had; said twice, the first instant stands.

        Out     how many were there before
        """
        change = (
            sa.update(WATCHED)
            .where(WATCHED.c.post_id == sa.bindparam("of"), WATCHED.c.gone_at.is_(None))
            .values(gone_at=_micros(at), why=why)
        )
        with writing(self._engine) as connection:
            return sum(connection.execute(change, {"of": post_id}).rowcount for post_id in set(post_ids))

    def forget(self, post_ids: Iterable[str]) -> int:
        """Watch these posts no more, as if they had never been seen.

        Out     how many there were
        """
        statement = sa.delete(WATCHED).where(WATCHED.c.post_id == sa.bindparam("of"))
        with writing(self._engine) as connection:
            return sum(connection.execute(statement, {"of": post_id}).rowcount for post_id in set(post_ids))

    def table(self, gone: bool = False) -> pa.Table:
        """All posts under watch, as columns; those that are gone only when asked for.

        Out     post_id, creator_id, account_id (int64, null: no account), api, published_at (null: not told), first_seen_at,
                last_read_at (null: never read), last_views (null: not read then), before_at and before_views (the last reading of views
                before that one; null: none), gone_at, why. Instants are UTC, to the microsecond.
        """
        statement = sa.select(WATCHED).order_by(WATCHED.c.post_id)
        if not gone:
            statement = statement.where(WATCHED.c.gone_at.is_(None))
        with reading(self._engine) as connection:
            rows = connection.execute(statement).cursor
            values = list(zip(*rows.fetchall(), strict=True)) if rows is not None else []
        if not values:
            return SCHEMA.empty_table()
        plain = (pa.int64() if pa.types.is_timestamp(f.type) else f.type for f in SCHEMA)
        columns = [pa.array(column, type=kind) for column, kind in zip(values, plain, strict=True)]
        return pa.Table.from_arrays([c.cast(f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def note(connection: sa.Connection, posts: Iterable[Watched]) -> None:
    """`WatchedPosts.upsert` within a transaction that does more."""
    rows = [_row(post) for post in sorted(posts, key=lambda p: p.post_id)]
    if rows:
        connection.execute(_insert(connection.dialect.name), rows)


def _row(post: Watched) -> dict[str, Any]:
    seen = _micros(post.seen_at)
    return {
        "post_id": post.post_id,
        "creator_id": post.creator_id,
        "account_id": post.account_id,
        "api": post.api,
        "published_at": None if post.published_at is None else _micros(post.published_at),
        "first_seen_at": seen,
        "last_read_at": seen if post.read else None,
        "last_views": post.views if post.read else None,
        "before_at": None,
        "before_views": None,
        "gone_at": None,
        "why": None,
    }


@functools.cache
def _insert(dialect: str) -> sa.Insert:
    insert = insert_for(dialect, WATCHED)
    old, new = WATCHED.c, insert.excluded
    newer = sa.and_(new.last_read_at.is_not(None), sa.or_(old.last_read_at.is_(None), new.last_read_at > old.last_read_at))
    moves = sa.and_(newer, old.last_views.is_not(None))
    later = sa.case((new.first_seen_at > old.first_seen_at, True), else_=False)
    back = sa.and_(old.gone_at.is_not(None), new.first_seen_at > old.gone_at)
    change: sa.Insert = insert.on_conflict_do_update(
        index_elements=["post_id"],
        set_={
            "creator_id": sa.case((later, new.creator_id), else_=old.creator_id),
            "account_id": sa.func.coalesce(new.account_id, old.account_id),
            "api": sa.case((newer, new.api), else_=old.api),
            "published_at": sa.func.coalesce(old.published_at, new.published_at),
            "first_seen_at": sa.case((later, old.first_seen_at), else_=new.first_seen_at),
            "before_at": sa.case((moves, old.last_read_at), else_=old.before_at),
            "before_views": sa.case((moves, old.last_views), else_=old.before_views),
            "last_read_at": sa.case((newer, new.last_read_at), else_=old.last_read_at),
            "last_views": sa.case((newer, new.last_views), else_=old.last_views),
            "gone_at": sa.case((back, None), else_=old.gone_at),
            "why": sa.case((back, None), else_=old.why),
        },
    )
    return change


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
