"""A scope, an instant and a pinned lake become the frames of contracts/frames.py. It computes no figure.

Two steps, so that little is read: first which posts, from their descriptions; then the readings of those posts only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hexameter.contracts.frames import FRAMES, INSTANT
from hexameter.contracts.records import Keep, Money, Period, Scope
from hexameter.kpis import calendar, describing, identity, money, reading
from hexameter.kpis.describing import Rule

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine, Snapshot

PRUNE_AT_MOST = 2_000  # ids handed to the engine as literals; more are joined
EVER = datetime(9999, 1, 1, tzinfo=UTC)
DAWN = datetime(1970, 1, 1, tzinfo=UTC)
SOURCES_DISAGREE = timedelta(days=2)  # two sources may date one post differently; files are chosen with this margin

_ASKED = pa.schema([(name, INSTANT) for name in ("as_of", "known_at", "opens_at", "closes_at")])
_RULE = pa.schema([("kind", pa.string()), ("word", pa.string())])
_SOURCES = pa.schema([("source", pa.string()), ("place", pa.int64())])


@dataclass(frozen=True)
class Question:
    """What is asked: the scope, the instants, the zone of a default period, and what settings and the desk say."""

    scope: Scope
    as_of: datetime
    known_at: datetime | None
    period: Period | None
    tz: str
    source_order: tuple[str, ...]
    band: tuple[int, int]
    qualified_seconds: float
    money: Money


@dataclass(frozen=True)
class Scoped:
    """The frames of one question, on the engine, and the period they are about."""

    frames: Mapping[str, ir.Table]
    period: Period
    named: frozenset[str] | None


def built(function: Callable[..., Any], *parts: Any) -> Any:
    """An expression over held tables, built once in a process: tables of one name and shape are one object."""
    return _built(function, tuple(_Same(part) if isinstance(part, ir.Table) else part for part in parts))


@lru_cache(maxsize=512)
def _built(function: Callable[..., Any], parts: tuple[Any, ...]) -> Any:
    return function(*(part.table if isinstance(part, _Same) else part for part in parts))


class _Same:
    """A table as a cache key: compared by what it is, since == on a table builds an expression."""

    def __init__(self, table: ir.Table):
        self.table = table
        self._node = table.op()

    def __hash__(self) -> int:
        return hash(self._node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._node == other._node


def scoped(engine: Engine, snapshot: Snapshot, question: Question) -> Scoped:
    """The frames of a question, held on the engine until `release`."""
    asked = engine.small("asked", _asked(question))
    pairs = engine.table(snapshot, "creator")
    named = identity.named_creators(engine, pairs, question.scope)
    rule = engine.small("scope_rule", _rule(question.scope, named))
    known, posts, raw = _posts(engine, snapshot, question, named, (asked, pairs, rule))
    readings = _readings(engine, snapshot, question, posts, raw, asked)
    posts = engine.hold("scope_posts", built(_existing, posts, readings))
    period = question.period or question.scope.window or _default_period(engine, posts, question)
    frames = _period_frames(engine, question, period)
    segments = _segments(engine, period, question.as_of)
    frames["readings"] = engine.hold("readings", built(_frame, "readings", built(calendar.with_day, readings, "captured_at", segments)))
    by_hand_counts = question.period is None and question.scope.window is not None
    frames["posts"] = engine.hold("posts", built(_posts_frame, posts, frames["period"], segments, by_hand_counts))
    frames |= _creator_frames(engine, snapshot, question, named, (frames["posts"], known, asked, pairs, segments))
    frames |= _word_frames(engine, snapshot, question, (posts, frames["posts"], readings, frames["period"], asked, pairs))
    frames["post_readings"] = engine.hold(
        "post_readings", built(_post_readings, frames["posts"], frames["readings"], frames["followers"], frames["period"])
    )
    return Scoped(frames=frames, period=period, named=named.canonical if named else None)


def _asked(question: Question) -> pa.Table:
    window = question.scope.window
    opens, closes = (window.start_at, window.end_at) if window else (DAWN, EVER)
    moments = (question.as_of, question.known_at or EVER, opens, closes)
    return pa.table([[calendar.naive(m)] for m in moments], schema=_ASKED)


def _rule(scope: Scope, named: identity.Named | None) -> pa.Table:
    included = scope.included or (frozenset({scope.id}) if scope.kind == "post" else frozenset())
    words = {
        "#": scope.hashtags,
        "@": scope.mentions,
        "creator": named.canonical if named else (),
        "included": included,
        "excluded": scope.excluded,
    }
    rows = [(kind, word) for kind, found in words.items() for word in sorted(found)]
    return pa.table({"kind": [k for k, _ in rows], "word": [w for _, w in rows]}, schema=_RULE)


def _shape(scope: Scope) -> Rule:
    words = bool(scope.hashtags or scope.mentions)
    creators = scope.handles is not None or scope.creator_ids is not None
    return Rule(
        nothing=scope.kind == "post" or not (words or creators or scope.kind == "all"),
        creators=creators,
        words=words,
        window=scope.window is not None,
        included=bool(scope.included) or scope.kind == "post",
        excluded=bool(scope.excluded),
    )


Tables = tuple[ir.Table, ...]


def _posts(engine: Engine, snapshot: Snapshot, question: Question, named: identity.Named | None, tables: Tables) -> Tables:
    """The aliases, the scope's posts and the description rows they came from."""
    asked, pairs, rule = tables
    scope, shape = question.scope, _shape(question.scope)
    parts = []
    if not shape.nothing:
        found = engine.table(snapshot, "post", _keep_by_rule(question, named))
        parts.append(built(describing.post_rows, found, asked))
    if shape.included:
        hand = engine.table(snapshot, "post", Keep(post_ids=scope.included or frozenset({scope.id})))
        parts.append(built(describing.post_rows, hand, asked))
    if not parts:
        parts.append(built(describing.post_rows, engine.table(snapshot, "post", Keep(post_ids=frozenset())), asked))
    raw = engine.hold("post_rows", parts[0] if len(parts) == 1 else built(_either, *parts))
    known = engine.hold("aliases", built(identity.aliases, pairs, raw))
    posts = built(identity.canonical, built(describing.described, raw, asked), known)
    described = engine.hold("described", posts)
    return known, engine.hold("found_posts", built(describing.chosen, described, rule, asked, shape)), raw


def _either(first: ir.Table, second: ir.Table) -> ir.Table:
    return ibis.union(first, second, distinct=False).distinct()


def _keep_by_rule(question: Question, named: identity.Named | None) -> Keep:
    window = question.scope.window
    published = (window.start_at - SOURCES_DISAGREE, window.end_at + SOURCES_DISAGREE) if window else None
    creators = named.in_lake if named and len(named.in_lake) <= PRUNE_AT_MOST else None
    return Keep(creator_ids=creators, published=published)


def _readings(engine: Engine, snapshot: Snapshot, question: Question, posts: ir.Table, raw: ir.Table, asked: ir.Table) -> ir.Table:
    sources = engine.small("source_order", _sources(question.source_order))
    lake = engine.table(snapshot, "post_snapshot", _keep_of(engine, posts, raw))
    return engine.hold("scope_readings", built(_scope_readings, lake, posts, asked, sources))


def _sources(order: tuple[str, ...]) -> pa.Table:
    named = list(dict.fromkeys(name.strip() for name in order if name.strip()))
    return pa.table({"source": named, "place": list(range(len(named)))}, schema=_SOURCES)


def _keep_of(engine: Engine, posts: ir.Table, raw: ir.Table) -> Keep | None:
    ids = engine.fetch(built(_first_ids, posts))["post_id"].to_pylist()
    if len(ids) > PRUNE_AT_MOST:
        return None
    # the ids under which the lake may hold a post's readings are those its descriptions carry
    creators = engine.fetch(built(_raw_creators, raw, posts))["creator_id"].to_pylist()
    few = None not in creators and len(creators) <= PRUNE_AT_MOST
    return Keep(post_ids=frozenset(ids), creator_ids=frozenset(creators) if few else None)


def _first_ids(posts: ir.Table) -> ir.Table:
    return posts.select("post_id").limit(PRUNE_AT_MOST + 1)


def _raw_creators(raw: ir.Table, posts: ir.Table) -> ir.Table:
    return raw.semi_join(posts, "post_id").select("creator_id").distinct()


def _scope_readings(lake: ir.Table, posts: ir.Table, asked: ir.Table, sources: ir.Table) -> ir.Table:
    columns = [c for c in FRAMES["readings"].names if c not in ("day", "order_key")]
    return reading.ordered(lake.semi_join(posts, "post_id"), asked, sources, "post_id").select(*columns, "order_key")


def _existing(posts: ir.Table, readings: ir.Table) -> ir.Table:
    return posts.semi_join(readings, "post_id")


def _default_period(engine: Engine, posts: ir.Table, question: Question) -> Period:
    first = engine.fetch(built(_first_published, posts))["first"][0].as_py()
    last_day = calendar.local_day(question.as_of, question.tz)
    first_day = calendar.local_day(first.replace(tzinfo=UTC), question.tz) if first else last_day
    return Period(min(first_day, last_day), last_day, question.tz)


def _first_published(posts: ir.Table) -> ir.Table:
    return posts.agg(first=posts.published_at.min())


def _period_frames(engine: Engine, question: Question, period: Period) -> dict[str, ir.Table]:
    days = calendar.elapsed_days(period, question.as_of)
    start, end, as_of = (calendar.naive(m) for m in (period.start_at, period.end_at, question.as_of))
    row = {
        "from_day": period.from_day,
        "to_day": period.to_day,
        "start_at": start,
        "before_at": calendar.naive(calendar.before(period, days.num_rows)),
        "end_at": end,
        "as_of": as_of,
        "elapsed_end_at": min(end, as_of),
        "days": days.num_rows,
        "band_low": question.band[0],
        "band_high": question.band[1],
        "qualified_seconds": question.qualified_seconds,
    }
    return {"period": engine.small("period", pa.Table.from_pylist([row], schema=FRAMES["period"])), "days": engine.small("days", days)}


def _segments(engine: Engine, period: Period, as_of: datetime) -> ir.Table | None:
    if calendar.is_utc(period.tz):
        return None
    return engine.small("day_segments", calendar.day_segments(period.tz, max(as_of.year, period.to_day.year) + 1))


def _frame(name: str, rows: ir.Table) -> ir.Table:
    return rows.select(*FRAMES[name].names)


def _posts_frame(posts: ir.Table, period: ir.Table, segments: ir.Table | None, by_hand_counts: bool) -> ir.Table:
    end = posts.published_at < period.end_at.as_scalar()
    inside = ibis.coalesce((posts.published_at >= period.start_at.as_scalar()) & end, False)
    known = posts.mutate(in_period=inside | posts.by_hand if by_hand_counts else inside)
    known = calendar.with_day(known.filter(ibis.coalesce(end, False) | known.in_period), "published_at", segments)
    # posts without a known time of publication come last
    order = [known.published_at.isnull().cast("int64"), known.published_at, known.post_id]
    place = ibis.row_number().over(group_by="in_period", order_by=order)
    numbered = known.mutate(place=place)
    return _frame("posts", numbered.mutate(post_order=ibis.ifelse(numbered.in_period, numbered.place, ibis.null("int64"))))


def _creator_frames(
    engine: Engine, snapshot: Snapshot, question: Question, named: identity.Named | None, tables: Tables
) -> dict[str, ir.Table]:
    posts, known, asked, pairs, segments = tables
    ids = pa.table({"creator_id": sorted(named.canonical) if named else []}, schema=pa.schema([("creator_id", pa.string())]))
    scope_ids = engine.small("scope_creators", ids)
    everyone = engine.hold("everyone", built(_everyone, posts, scope_ids))
    audience = engine.hold("audience_ids", built(_audience_ids, everyone, pairs))
    found = engine.fetch(built(_first_lake_ids, audience))["lake_id"].to_pylist()
    keep = Keep(creator_ids=frozenset(found)) if len(found) <= PRUNE_AT_MOST else None
    sources = engine.small("source_order", _sources(question.source_order))
    lake = engine.table(snapshot, "creator_snapshot", keep)
    followers = engine.hold("followers", built(_followers, lake, audience, asked, sources, segments))
    creators = engine.hold("creators", built(_creators, everyone, audience, pairs, scope_ids, named is not None))
    return {"followers": followers, "creators": creators}


def _everyone(posts: ir.Table, scope_ids: ir.Table) -> ir.Table:
    """Creators whose followers matter: those the scope names, and those of its posts, published in the period or before."""
    of_posts = posts.filter(posts.creator_id.notnull()).select("creator_id")
    return ibis.union(of_posts, scope_ids).distinct()


def _audience_ids(everyone: ir.Table, pairs: ir.Table) -> ir.Table:
    found = identity.aliases(pairs, everyone)
    spelt = found.semi_join(everyone, found.canonical == everyone.creator_id).select(lake_id=found["alias"], creator_id=found.canonical)
    return ibis.union(everyone.select(lake_id=everyone.creator_id, creator_id=everyone.creator_id), spelt).distinct()


def _first_lake_ids(audience: ir.Table) -> ir.Table:
    return audience.select("lake_id").limit(PRUNE_AT_MOST + 1)


def _followers(lake: ir.Table, audience: ir.Table, asked: ir.Table, sources: ir.Table, segments: ir.Table | None) -> ir.Table:
    read = lake.filter(lake.followers.notnull())
    read = read.rename(lake_id="creator_id").inner_join(audience, "lake_id")
    best = reading.winners(reading.ordered(read, asked, sources, "creator_id"))
    return _frame("followers", calendar.with_day(best, "captured_at", segments))


def _creators(everyone: ir.Table, audience: ir.Table, pairs: ir.Table, scope_ids: ir.Table, named: bool) -> ir.Table:
    wanted = everyone.semi_join(scope_ids, "creator_id") if named else everyone
    linked = pairs.filter(pairs.handle.notnull()).rename(lake_id="creator_id").inner_join(audience, "lake_id")
    # the latest name a creator was first seen under
    order = [linked.first_seen_at.isnull().cast("int64") * -1, linked.first_seen_at, linked.handle]
    ranked = linked.mutate(place=ibis.row_number().over(group_by="creator_id", order_by=order))
    handles = ranked.group_by("creator_id").agg(handle=ranked.handle.argmax(ranked.place))
    joined = wanted.left_join(handles, "creator_id").drop("creator_id_right")
    spelt = ibis.ifelse(joined.creator_id.startswith("@"), joined.creator_id.substr(1), ibis.null("string"))
    return joined.select("creator_id", handle=ibis.coalesce(joined.handle, spelt))


def _word_frames(engine: Engine, snapshot: Snapshot, question: Question, tables: Tables) -> dict[str, ir.Table]:
    found, posts, readings, period, asked, pairs = tables
    own = pa.table({"hashtag": sorted(question.scope.hashtags)}, schema=FRAMES["own_hashtags"])
    curves = engine.table(snapshot, "retention")
    paid, earned = question.money.costs, question.money.revenues
    handles = {h for h in (*(c.handle for c in paid), *(r.handle for r in earned)) if h is not None}
    payees = identity.canonical_of(engine, pairs, handles)
    return {
        "own_hashtags": engine.small("own_hashtags", own),
        "post_hashtags": engine.hold("post_hashtags", built(_post_hashtags, found, posts)),
        "posts_before": engine.hold("posts_before", built(_posts_before, found, readings, period)),
        "retention": engine.hold("retention", built(_retention, curves, posts, asked)),
        "costs": engine.small("costs", money.cost_rows(question.money, payees)),
        "revenues": engine.small("revenues", money.revenue_rows(question.money, payees)),
    }


def _post_hashtags(found: ir.Table, posts: ir.Table) -> ir.Table:
    return describing.hashtags_of(found.semi_join(posts, "post_id"))


def _posts_before(found: ir.Table, readings: ir.Table, period: ir.Table) -> ir.Table:
    start = period.start_at.as_scalar()
    older = found.filter(found.published_at >= period.before_at.as_scalar(), found.published_at < start)
    seen = readings.filter(readings.captured_at <= start)
    views = seen.group_by("post_id").agg(views=seen.views.argmax(seen.order_key, where=seen.views.notnull()))
    return _frame("posts_before", older.inner_join(views, "post_id"))


def _retention(lake: ir.Table, posts: ir.Table, asked: ir.Table) -> ir.Table:
    known = lake.filter(lake.captured_at <= asked.as_of.as_scalar(), lake.ingested_at <= asked.known_at.as_scalar())
    known = known.semi_join(posts, "post_id")
    newest = known.group_by("post_id").agg(captured_at=known.captured_at.max())
    curve = known.semi_join(newest, ["post_id", "captured_at"])
    one_source = curve.group_by("post_id").agg(source=curve.source.min())
    curve = curve.semi_join(one_source, ["post_id", "source"])
    order = [curve.ingested_at, curve.seq, curve.batch_id]
    ranked = curve.mutate(place=ibis.row_number().over(group_by=["post_id", "second"], order_by=order))
    return (
        ranked.group_by("post_id", "captured_at", "second").agg(share=ranked.share.argmax(ranked.place)).select(*FRAMES["retention"].names)
    )


def _post_readings(posts: ir.Table, readings: ir.Table, followers: ir.Table, period: ir.Table) -> ir.Table:
    return _frame("post_readings", reading.post_readings(posts, readings, followers, period))
