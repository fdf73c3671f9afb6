"""Hashtags on the rise: as the platform's own lists say, and as the lake's posts show. It foretells nothing."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from hexameter.contracts.records import Keep
from hexameter.contracts.spelling import instant_of, instant_text

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine, Snapshot
    from hexameter.services.house import House

DAYS = 7
_MOST = 500


def rising(house: House, as_of: str | datetime | None = None) -> dict[str, Any]:
    """Two lists of hashtags.

    Out     as_of, listed [{hashtag, country, rank, views, posts, captured_at, source}] newest reading of each,
            rising [{hashtag, posts, posts_before, posts_delta, creators, views}]: posts of the last seven whole days (UTC)
            against the seven before
    Null    views: no reading of those posts
    """
    now = house.clock.now() if as_of is None else instant_of(as_of, "as_of")
    snapshot, engine = house.lake.snapshot(), house.engine()
    try:
        listed = _listed(engine, snapshot, now.astimezone(UTC).replace(tzinfo=None))
        risen = _risen(engine, snapshot, now.astimezone(UTC).replace(tzinfo=None))
    finally:
        engine.release()
    return {"as_of": instant_text(now), "listed": listed, "rising": risen}


def _listed(engine: Engine, snapshot: Snapshot, until: datetime) -> list[dict[str, Any]]:
    rows = engine.table(snapshot, "hashtag_snapshot")
    rows = rows.filter(rows.captured_at <= until)
    newest = rows.group_by(["hashtag", "country", "source"]).aggregate(at=rows.captured_at.max())
    same = [rows.hashtag == newest.hashtag, rows.country == newest.country, rows.source == newest.source, rows.captured_at == newest.at]
    found = rows.join(newest, same).select(rows.hashtag, rows.country, rows.rank, rows.views, rows.posts, rows.captured_at, rows.source)
    said = engine.fetch(found.distinct().order_by(found.captured_at.desc(), found.rank.asc(nulls_first=False), found.hashtag).limit(_MOST))
    return [{**row, "captured_at": instant_text(row["captured_at"].replace(tzinfo=UTC))} for row in said.to_pylist()]


def _risen(engine: Engine, snapshot: Snapshot, until: datetime) -> list[dict[str, Any]]:
    """Of each hashtag with more posts than the week before. Views are each post's newest reading, added over the posts."""
    today = datetime.combine(until.date(), time())
    start, middle = today - timedelta(days=2 * DAYS), today - timedelta(days=DAYS)
    posts = engine.table(snapshot, "post", Keep(published=(start.replace(tzinfo=UTC), today.replace(tzinfo=UTC))))
    posts = posts.filter((posts.published_at >= start) & (posts.published_at < today) & (posts.first_seen_at <= until))
    tagged = posts.select("post_id", "creator_id", late=posts.published_at >= middle, hashtag=posts.hashtags.unnest()).distinct()
    read = engine.table(snapshot, "post_snapshot")
    read = read.filter(read.views.notnull() & (read.captured_at <= until) & read.post_id.isin(posts.post_id))
    newest = read.group_by("post_id").aggregate(views=read.views.argmax(read.captured_at))
    rows = tagged.left_join(newest, "post_id")
    found = rows.group_by("hashtag").aggregate(
        posts=rows.post_id.nunique(where=rows.late),
        posts_before=rows.post_id.nunique(where=~rows.late),
        creators=rows.creator_id.nunique(where=rows.late),
        views=rows.views.sum(where=rows.late),
    )
    found = found.mutate(posts_delta=found.posts - found.posts_before)
    found = found.filter(found.posts_delta > 0)
    risen: list[dict[str, Any]] = engine.fetch(found.order_by(found.posts_delta.desc(), found.hashtag).limit(_MOST)).to_pylist()
    return risen
