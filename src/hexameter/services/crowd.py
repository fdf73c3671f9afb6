"""What insights need of the lake: posts with their growth, creators with their words, posts around a campaign. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from hexameter.contracts.records import Keep
from hexameter.errors import NotFound
from hexameter.insights.affinity import Candidate, allowed
from hexameter.insights.growth import Curves, Places, curves_of
from hexameter.services.asking import Ask
from hexameter.services.measure import measure

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.contracts.protocols import Engine
    from hexameter.services.house import House


@dataclass(frozen=True)
class Crowd:
    """Posts as arrays: whose (a number), when published (microseconds; -1 unknown), growth; where each post id is; names by number."""

    creator: Places
    published: Places
    curves: Curves
    row: dict[str, int]
    names: tuple[str, ...]

    def number_of(self, handle: str) -> int | None:
        """A creator's number; None when no post is theirs."""
        return self.names.index(handle) if handle in self.names else None


def campaign_posts(house: House, campaign: str, at: datetime) -> list[dict[str, Any]]:
    """The posts a campaign counts at an instant, as `kpis` shows them; none when nothing of it was read by then.

    Raises  NotFound  an unknown campaign
    """
    try:
        posts: list[dict[str, Any]] = measure(Ask(campaign=campaign, as_of=at, posts=True), house)["posts"]
    except NotFound as problem:
        if problem.field == "campaign":
            raise
        return []
    return posts


def read_crowd(house: House, at: datetime, handles: Iterable[str] | None, outcome: str = "views", choosing: bool = False) -> Crowd:
    """The posts of some creators, or of all, as known at an instant.

    In      outcome   views, interactions or reach: the counter whose growth is read
            choosing  only readings of sources that may be used to choose creators
    """
    naive, snapshot, engine = _naive(at), house.lake.snapshot(), house.engine()
    try:
        rows = engine.table(snapshot, "post")
        posts = rows.group_by("post_id").agg(who=rows.handle.max().fill_null(rows.creator_id.max()), published_at=rows.published_at.min())
        if handles is not None:
            posts = posts.filter(posts.who.isin(sorted(handles)))
        read = engine.table(snapshot, "post_snapshot")
        read = read.filter(read.captured_at <= naive)
        read = _choosable(engine, read) if choosing else read
        if outcome == "interactions":
            read = read.mutate(views=read.likes + read.comments + read.shares)  # null when one of them was not read
        elif outcome == "reach":
            read = read.mutate(views=read.reach)
        kept = read.filter(read.views.notnull()).select("post_id", "captured_at", "views")
        found = engine.fetch_all({"posts": posts, "readings": kept.semi_join(posts, "post_id")})
    finally:
        engine.release()
    posts_found = found["posts"].sort_by("post_id")
    names = sorted({who for who in posts_found["who"].to_pylist() if who is not None})
    number = {who: at for at, who in enumerate(names)} | {None: len(names)}
    creator = np.array([number[who] for who in posts_found["who"].to_pylist()], np.int64)
    published = np.asarray(posts_found["published_at"].cast(pa.int64()).fill_null(-1).to_numpy(), np.int64)
    ids = posts_found["post_id"].combine_chunks()
    row = {post: at for at, post in enumerate(ids.to_pylist())}
    return Crowd(creator, published, curves_of(ids, published, found["readings"]), row, tuple(names))


def vicinity(house: House, at: datetime, between: tuple[datetime, datetime], handles: frozenset[str] | None) -> list[dict[str, Any]]:
    """Posts published between two instants, of some creators or of all: post_id, creator, creator_id, published_at, hashtags, mentions."""
    rows = _posts(house, at, between)
    if handles is not None:
        rows = rows.filter(rows.handle.isin(sorted(handles)))
    newest: dict[str, dict[str, Any]] = {}
    for row in _fetched(house, rows.order_by("ingested_at", "seq")):
        newest[row["post_id"]] = {
            "post_id": row["post_id"],
            "creator": row["handle"],
            "creator_id": row["creator_id"],
            "published_at": _aware(row["published_at"]),
            "hashtags": row["hashtags"],
            "mentions": row["mentions"],
        }
    return list(newest.values())


def routes_of(house: House, at: datetime, counted: frozenset[str]) -> dict[str, frozenset[str]]:
    """By which ways (formats, APIs) the counted posts were found; files of one format are one way."""
    sources = _sources(house)
    out: dict[str, set[str]] = {}
    if counted:
        for row in _fetched(house, _posts(house, at, None).filter(lambda t: t.post_id.isin(sorted(counted)))):
            out.setdefault(sources.get(row["batch_id"], "unknown"), set()).add(row["post_id"])
    return {name: frozenset(ids) for name, ids in out.items()}


def candidates(house: House, at: datetime) -> tuple[list[Candidate], int]:
    """Creators with their captions and tags, of rows whose source may be used to choose creators; and how many rows may not."""
    sources, out, kept, left = _sources(house), dict[str, dict[str, Any]](), set[str](), 0
    for row in _fetched(house, _posts(house, at, None).order_by("ingested_at", "seq")):
        if not allowed(sources.get(row["batch_id"])):
            left += 1
        elif row["handle"]:
            out.setdefault(row["handle"], {})[row["post_id"]] = row
            kept.add(row["post_id"])
    month = _naive(at) - timedelta(days=30)
    people = [
        Candidate(
            creator=who,
            captions=tuple(p["caption"] or "" for p in posts.values()),
            hashtags=tuple(tuple(p["hashtags"] or ()) for p in posts.values()),
            recent_posts=sum(p["published_at"] is not None and p["published_at"] >= month for p in posts.values()),
        )
        for who, posts in sorted(out.items())
    ]
    return people, left


def active_hours(house: House, at: datetime, creator: str | None) -> list[dict[str, Any]] | None:
    """Mean active followers by hour of the account's day; None where no export has them."""
    if creator is None:
        return None
    snapshot, engine = house.lake.snapshot(), house.engine()
    try:
        rows, names = engine.table(snapshot, "audience"), engine.table(snapshot, "creator")
        own = names.filter(names.handle == creator).select("creator_id").distinct()
        rows = rows.filter((rows.dimension == "active_followers") & (rows.captured_at <= _naive(at))).semi_join(own, "creator_id")
        hours = rows.mutate(hour=rows.key.right(2)).group_by("hour").agg(followers=lambda t: t.value.mean())
        found: list[dict[str, Any]] = engine.fetch(hours.order_by("hour")).to_pylist()
    finally:
        engine.release()
    return [{"hour": int(row["hour"]), "followers": row["followers"]} for row in found] or None


def followers_of(house: House, at: datetime) -> dict[str, int]:
    """Newest known followers by handle at an instant, of sources that may be used to choose creators."""
    snapshot, engine = house.lake.snapshot(), house.engine()
    try:
        read = engine.table(snapshot, "creator_snapshot")
        read = _choosable(engine, read.filter(read.followers.notnull() & read.handle.notnull() & (read.captured_at <= _naive(at))))
        newest = read.group_by("handle").agg(followers=lambda t: t.followers.argmax(t.captured_at))
        found: list[dict[str, Any]] = engine.fetch(newest).to_pylist()
    finally:
        engine.release()
    return {row["handle"]: row["followers"] for row in found}


def _choosable(engine: Engine, read: ir.Table) -> ir.Table:
    names = engine.fetch(read.select("source").distinct())["source"].to_pylist()
    return read.filter(read.source.isin([name for name in names if allowed(name)]))


def _posts(house: House, at: datetime, between: tuple[datetime, datetime] | None) -> ir.Table:
    table = house.engine().table(house.lake.snapshot(), "post", None if between is None else Keep(published=between))
    table = table.filter(table.first_seen_at.isnull() | (table.first_seen_at <= _naive(at)))
    if between is not None:
        table = table.filter((table.published_at >= _naive(between[0])) & (table.published_at < _naive(between[1])))
    return table


def _fetched(house: House, rows: ir.Table) -> list[dict[str, Any]]:
    engine = house.engine()
    try:
        found: list[dict[str, Any]] = engine.fetch(rows).to_pylist()
    finally:
        engine.release()
    return found


def _sources(house: House) -> dict[str, str]:
    rows = house.engine().table(house.lake.snapshot(), "batch").select("batch_id", "source")
    return {row["batch_id"]: row["source"] for row in _fetched(house, rows)}


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def _aware(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
