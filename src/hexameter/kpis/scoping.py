"""A scope, an instant and a pinned lake become the frames of contracts/frames.py. It computes no figure.

Two steps, so that little is read: first which posts, from their descriptions; then the readings of those posts only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hexameter.contracts.frames import FRAMES, INSTANT
from hexameter.contracts.records import Keep, Money, Period, Scope
from hexameter.kpis import calendar, describing, identity, money, reading
from hexameter.kpis.building import built
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


def scoped(engine: Engine, snapshot: Snapshot, question: Question) -> Scoped:
    """The frames of a question, held on the engine until `release`."""
    asked = engine.small("asked", _asked(question))
    pairs = engine.table(snapshot, "creator")
    named = identity.named_creators(engine, pairs, question.scope)
    rule = engine.small("scope_rule", _rule(question.scope, named))
    _, found, raw = _posts(engine, snapshot, question, named, (asked, pairs, rule))
    segments = _segments(engine, question)
    readings = _readings(engine, snapshot, question, (found, raw, asked), segments)
    period = question.period or question.scope.window or _default_period(engine, found, readings, question)
    frames = {"readings": readings, **_period_frames(engine, question, period)}
    by_hand_counts = question.period is None and question.scope.window is not None
    frames["posts"] = engine.hold("posts", built(_posts_frame, found, readings, frames["period"], segments, by_hand_counts))
    frames |= _creator_frames(engine, snapshot, question, named, (frames["posts"], asked, pairs, segments))
    frames |= _word_frames(engine, snapshot, question, (found, frames["posts"], readings, frames["period"], asked, pairs))
    frames["post_readings"] = engine.hold(
        "post_readings", built(_post_readings, frames["posts"], readings, frames["followers"], frames["period"])
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


def _readings(engine: Engine, snapshot: Snapshot, question: Question, tables: Tables, segments: ir.Table | None) -> ir.Table:
    posts, raw, asked = tables
    sources = engine.small("source_order", _sources(question.source_order))
    lake = engine.table(snapshot, "post_snapshot", _keep_of(engine, posts, raw))
    return engine.hold("readings", built(_readings_frame, lake, posts, asked, sources, segments))


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


def _readings_frame(lake: ir.Table, posts: ir.Table, asked: ir.Table, sources: ir.Table, segments: ir.Table | None) -> ir.Table:
    known = reading.ordered(lake.semi_join(posts, "post_id"), asked, sources)
    return _frame("readings", calendar.with_day(known, "captured_at", segments))


def _default_period(engine: Engine, found: ir.Table, readings: ir.Table, question: Question) -> Period:
    first = engine.fetch(built(_first_published, found, readings))["first"][0].as_py()
    last_day = calendar.local_day(question.as_of, question.tz)
    first_day = calendar.local_day(first.replace(tzinfo=UTC), question.tz) if first else last_day
    return Period(min(first_day, last_day), last_day, question.tz)


def _first_published(found: ir.Table, readings: ir.Table) -> ir.Table:
    read = found.semi_join(readings, "post_id")
    return read.agg(first=read.published_at.min())


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


def _segments(engine: Engine, question: Question) -> ir.Table | None:
    given = question.period or question.scope.window
    tz = given.tz if given else question.tz
    if calendar.is_utc(tz):
        return None
    last_year = max(question.as_of.year, given.to_day.year if given else 0) + 1
    return engine.small("day_segments", calendar.day_segments(tz, last_year))


def _frame(name: str, rows: ir.Table) -> ir.Table:
    return rows.select(*FRAMES[name].names)


def _posts_frame(found: ir.Table, readings: ir.Table, period: ir.Table, segments: ir.Table | None, by_hand_counts: bool) -> ir.Table:
    posts = found.semi_join(readings, "post_id").cross_join(period.select("start_at", "end_at"))
    end = posts.published_at < posts.end_at
    inside = ibis.coalesce((posts.published_at >= posts.start_at) & end, False)
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
    posts, asked, pairs, segments = tables
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
    best = reading.winners(read, asked, sources)
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
    curves = engine.small("retention", FRAMES["retention"].empty_table())
    if snapshot.files("retention"):
        curves = engine.hold("retention", built(_retention, engine.table(snapshot, "retention"), posts, asked))
    paid, earned = question.money.costs, question.money.revenues
    handles = {h for h in (*(c.handle for c in paid), *(r.handle for r in earned)) if h is not None}
    payees = identity.canonical_of(engine, pairs, handles)
    return {
        "own_hashtags": engine.small("own_hashtags", own),
        "post_hashtags": engine.hold("post_hashtags", built(_post_hashtags, found, posts)),
        "posts_before": engine.hold("posts_before", built(_posts_before, found, readings, period)),
        "retention": curves,
        "costs": engine.small("costs", money.cost_rows(question.money, payees)),
        "revenues": engine.small("revenues", money.revenue_rows(question.money, payees)),
    }


def _post_hashtags(found: ir.Table, posts: ir.Table) -> ir.Table:
    return describing.hashtags_of(found.semi_join(posts, "post_id"))


def _posts_before(found: ir.Table, readings: ir.Table, period: ir.Table) -> ir.Table:
    older = found.cross_join(period.select("before_at", "start_at"))
    older = older.filter(older.published_at >= older.before_at, older.published_at < older.start_at).select("post_id", "start_at")
    seen = readings.inner_join(older, "post_id")
    seen = seen.filter(seen.captured_at <= seen.start_at)
    return seen.group_by("post_id").agg(views=seen.views.argmax(seen.order_key, where=seen.views.notnull()))


def _retention(lake: ir.Table, posts: ir.Table, asked: ir.Table) -> ir.Table:
    known = reading.known(lake.semi_join(posts, "post_id"), asked, "captured_at")
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
