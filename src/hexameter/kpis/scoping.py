"""A scope, an instant and a pinned lake become the frames of contracts/frames.py. It computes no figure.

Two steps, so that little is read: first which posts, from their descriptions; then the readings of those posts only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.contracts.frames import FRAMES, INSTANT
from hexameter.contracts.records import Keep, Money, Period, Scope
from hexameter.kpis import audience, calendar, describing, identity, money, newest, reading, retention
from hexameter.kpis.arrays import flags, numbers
from hexameter.kpis.building import built
from hexameter.kpis.describing import Rule
from hexameter.kpis.posts import post_readings, read_before, read_posts

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine, Snapshot

PRUNE_AT_MOST = 2_000  # ids handed to the engine as literals; more are joined
EVER = datetime(9999, 1, 1, tzinfo=UTC)
SOURCES_DISAGREE = timedelta(days=2)  # two sources may date one post differently; files are chosen with this margin

_ASKED = pa.schema([("as_of", INSTANT), ("known_at", INSTANT)])
_NO_POSTS = pa.schema(
    [
        *((name, pa.string()) for name in ("post_id", "creator_id", "handle")),
        ("published_at", INSTANT),
        *((name, pa.list_(pa.string())) for name in ("hashtags", "mentions")),
        ("first_seen_at", INSTANT),
        ("ingested_at", INSTANT),
        ("seq", pa.int64()),
        ("batch_id", pa.string()),
    ]
)
_WANTED = pa.schema([("post_id", pa.string()), ("published_at", INSTANT), ("in_period", pa.bool_())])


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
    """The frames of one question and the period they are about.

    reads    the queries of the lake the frames come from, by what they read
    moments  the instants its readings are looked at from
    """

    frames: Mapping[str, pa.Table]
    period: Period
    reads: Mapping[str, ir.Table]
    moments: newest.Moments


def scoped(engine: Engine, snapshot: Snapshot, question: Question) -> Scoped:
    """The frames of a question; its tables stay on the engine until `release`."""
    asked = engine.small("asked", _asked(question))
    pairs = identity.pairs_in(engine, snapshot)
    named = identity.named_creators(pairs, question.scope)
    reads = _post_reads(engine, snapshot, question, named, asked)
    rows = _fetched(engine, reads)
    found = _found(rows, pairs, question, named)
    lake = engine.table(snapshot, "post_snapshot", _keep(found, rows))
    period = question.period or question.scope.window or _default_period(engine, lake, asked, found, question)
    wanted = _wanted(found, period, question)
    held = engine.small("wanted", _columns(wanted))
    read = built(reading.of_posts, lake, held, asked)
    moments = _moments(question, period)
    reduced = engine.reduce(
        read, "post_id", {"newest": partial(newest.newest, moments=moments), "changes": partial(newest.changes, moments=moments)}
    )
    posts = read_posts(wanted, reduced["newest"], moments)
    of_creators, people = _people(engine, snapshot, question, (named, pairs, asked), (posts, moments))
    frames = {**_period_frames(question, period), **people, **_money_frames(pairs, question), "changes": _changes(reduced["changes"])}
    frames["post_readings"] = every = post_readings(posts, people["followers"], moments)
    frames["posts"] = every.filter(every["in_period"])
    frames["posts_before"] = read_before(posts, frames["period"])
    frames |= _word_frames(posts, question)
    reads |= {"readings": read, "followers": of_creators}
    if snapshot.files("retention"):
        reads["retention"] = built(retention.of_posts, engine.table(snapshot, "retention"), held, asked)
    frames["retention"] = (
        retention.newest_curves(engine.fetch(reads["retention"])) if "retention" in reads else FRAMES["retention"].empty_table()
    )
    return Scoped(frames, period, reads, moments)


def _asked(question: Question) -> pa.Table:
    moments = (question.as_of, question.known_at or EVER)
    return pa.table([[calendar.naive(m)] for m in moments], schema=_ASKED)


def _rule(scope: Scope, named: identity.Named | None) -> Rule:
    words, creators = bool(scope.hashtags or scope.mentions), scope.handles is not None or scope.creator_ids is not None
    return Rule(
        nothing=scope.kind == "post" or not (words or creators or scope.kind == "all"),
        creators=named.canonical if named else None,
        hashtags=scope.hashtags,
        mentions=scope.mentions,
        window=(scope.window.start_at, scope.window.end_at) if scope.window else None,
        included=_by_hand(scope),
        excluded=scope.excluded,
    )


def _by_hand(scope: Scope) -> frozenset[str]:
    return scope.included or (frozenset({scope.id}) if scope.kind == "post" else frozenset())


def _post_reads(
    engine: Engine, snapshot: Snapshot, question: Question, named: identity.Named | None, asked: ir.Table
) -> dict[str, ir.Table]:
    """The queries of descriptions that may make a post one of the scope."""
    scope = question.scope
    rule, out = _rule(scope, named), {}
    if not rule.nothing:
        lake = engine.table(snapshot, "post", _keep_by_rule(question, named))
        words = [("#", word) for word in sorted(rule.hashtags)] + [("@", word) for word in sorted(rule.mentions)]
        if words and named is None:  # without creators to go by, the lake looks for the words
            rows = engine.small("scope_words", pa.table({"kind": [k for k, _ in words], "word": [w for _, w in words]}))
            out["posts"] = built(describing.carrying, lake, asked, rows)
        else:
            out["posts"] = built(describing.post_rows, lake, asked)
    if rule.included:
        out["posts_by_hand"] = built(describing.post_rows, engine.table(snapshot, "post", Keep(post_ids=rule.included)), asked)
    return out


def _fetched(engine: Engine, reads: Mapping[str, ir.Table]) -> pa.Table:
    if not reads:
        return _NO_POSTS.empty_table()
    return pa.concat_tables(engine.fetch_all(reads).values()).combine_chunks()


def _found(rows: pa.Table, pairs: identity.Pairs, question: Question, named: identity.Named | None) -> pa.Table:
    """The scope's posts."""
    posts = describing.described(rows, question.as_of)
    known = identity.aliases(pairs, pc.unique(rows["creator_id"]).drop_null().to_pylist())
    ids = identity.canonical(posts["creator_id"], known)
    posts = posts.set_column(posts.column_names.index("creator_id"), "creator_id", ids)
    return describing.chosen(posts, _rule(question.scope, named))


def _keep_by_rule(question: Question, named: identity.Named | None) -> Keep:
    window = question.scope.window
    published = (window.start_at - SOURCES_DISAGREE, window.end_at + SOURCES_DISAGREE) if window else None
    creators = named.in_lake if named and len(named.in_lake) <= PRUNE_AT_MOST else None
    return Keep(creator_ids=creators, published=published)


def _keep(found: pa.Table, rows: pa.Table) -> Keep | None:
    if found.num_rows > PRUNE_AT_MOST:
        return None
    # the ids under which the lake may hold a post's readings are those its descriptions carry
    raw = rows.filter(pc.is_in(rows["post_id"], value_set=found["post_id"].combine_chunks()))
    creators = pc.unique(raw["creator_id"]).to_pylist()
    few = None not in creators and len(creators) <= PRUNE_AT_MOST
    return Keep(post_ids=frozenset(found["post_id"].to_pylist()), creator_ids=frozenset(creators) if few else None)


def _default_period(engine: Engine, lake: ir.Table, asked: ir.Table, found: pa.Table, question: Question) -> Period:
    everything = found.append_column("in_period", pa.array(np.ones(found.num_rows, np.bool_)))
    first = engine.fetch(built(_first_published, lake, engine.small("wanted", _columns(everything)), asked))["first"][0].as_py()
    last_day = calendar.local_day(question.as_of, question.tz)
    first_day = calendar.local_day(first.replace(tzinfo=UTC), question.tz) if first else last_day
    return Period(min(first_day, last_day), last_day, question.tz)


def _first_published(lake: ir.Table, wanted: ir.Table, asked: ir.Table) -> ir.Table:
    read = reading.of_posts(lake, wanted, asked)
    return read.agg(first=read.published_at.min())


def _columns(posts: pa.Table) -> pa.Table:
    return posts.select(_WANTED.names).cast(_WANTED)


def _wanted(found: pa.Table, period: Period, question: Question) -> pa.Table:
    """The posts published before the period's end, and whether each belongs to it: one added by hand always to a campaign's own window."""
    published = numbers(found, "published_at")
    until = published.there & (published.values < calendar.micros(period.end_at))
    inside = until & (published.values >= calendar.micros(period.start_at))
    if question.period is None and question.scope.window is not None:
        inside |= flags(found["by_hand"])
    return found.append_column("in_period", pa.array(inside)).filter(pa.array(until | inside))


def _moments(question: Question, period: Period) -> newest.Moments:
    end, as_of = calendar.micros(period.end_at), calendar.micros(question.as_of)
    named = tuple(dict.fromkeys(name.strip() for name in question.source_order if name.strip()))
    last_year = max(question.as_of.year, period.to_day.year) + 1
    return newest.Moments(calendar.micros(period.start_at), min(end, as_of), as_of, named, period.tz, last_year)


def _period_frames(question: Question, period: Period) -> dict[str, pa.Table]:
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
    return {"period": pa.Table.from_pylist([row], schema=FRAMES["period"]), "days": days}


def _people(
    engine: Engine,
    snapshot: Snapshot,
    question: Question,
    who: tuple[identity.Named | None, identity.Pairs, ir.Table],
    of: tuple[pa.Table, newest.Moments],
) -> tuple[ir.Table, dict[str, pa.Table]]:
    """The query of follower readings, and the frames `followers` and `creators`."""
    (named, pairs, asked), (posts, moments) = who, of
    # creators whose followers matter: those the scope names, and those of its posts, published in the period or before
    everyone = {i for i in pc.unique(posts["creator_id"]).to_pylist() if i is not None} | (named.canonical if named else frozenset())
    spelt = {alias: i for alias, i in identity.aliases(pairs, everyone).items() if i in everyone}
    ids = sorted({*everyone, *spelt})
    keep = Keep(creator_ids=frozenset(ids)) if len(ids) <= PRUNE_AT_MOST else None
    wanted = engine.small("audience_ids", pa.table({"creator_id": pa.array(ids, pa.string())}))
    query = built(reading.of_creators, engine.table(snapshot, "creator_snapshot", keep), wanted, asked)
    followers = audience.followers(engine.fetch(query), spelt, moments)
    shown = named.canonical if named else everyone
    return query, {"followers": followers, "creators": audience.creators(shown, spelt, pairs)}


def _changes(parts: pa.Table) -> pa.Table:
    """The frame `changes`: days as dates."""
    shape = FRAMES["changes"]
    return pa.table([(parts["day"].cast(pa.int32()) if f.name == "day" else parts[f.name]).cast(f.type) for f in shape], schema=shape)


def _word_frames(posts: pa.Table, question: Question) -> dict[str, pa.Table]:
    own = pa.table({"hashtag": sorted(question.scope.hashtags)}, schema=FRAMES["own_hashtags"])
    return {"own_hashtags": own, "post_hashtags": describing.hashtags_of(posts)}


def _money_frames(pairs: identity.Pairs, question: Question) -> dict[str, pa.Table]:
    paid, earned = question.money.costs, question.money.revenues
    handles = {h for h in (*(c.handle for c in paid), *(r.handle for r in earned)) if h is not None}
    payees = identity.canonical_of(pairs, handles)
    return {"costs": money.cost_rows(question.money, payees), "revenues": money.revenue_rows(question.money, payees)}
