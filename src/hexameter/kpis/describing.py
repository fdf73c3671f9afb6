"""What a post is, from its descriptions, and which posts a scope takes (KPIS.md section 0.9). Counters are not looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.kpis.arrays import Flags, codes, firsts, numbers, one_of, ranks, valid
from hexameter.kpis.calendar import micros

DESCRIBED = ("creator_id", "handle", "published_at", "hashtags", "mentions")


@dataclass(frozen=True)
class Rule:
    """Which posts a scope takes. None: the condition does not apply.

    nothing   no post but those added by hand
    included  added by hand, and excluded: whatever the rule says
    """

    nothing: bool
    creators: frozenset[str] | None
    hashtags: frozenset[str]
    mentions: frozenset[str]
    window: tuple[datetime, datetime] | None
    included: frozenset[str]
    excluded: frozenset[str]


def post_rows(post: ir.Table, asked: ir.Table) -> ir.Table:
    """Descriptions the lake had at known_at, narrowed to the columns a scope needs."""
    columns = ("post_id", *DESCRIBED, "first_seen_at", "ingested_at", "seq", "batch_id")
    bounded = post.cross_join(asked)
    return bounded.filter(bounded.ingested_at <= bounded.known_at).select(*columns)


def carrying(post: ir.Table, asked: ir.Table, words: ir.Table) -> ir.Table:
    """post_rows of the posts that some description gives one of the words.

    In      words  kind ('#' hashtag, '@' mention), word
    """
    rows = post_rows(post, asked)
    tags = rows.select("post_id", word=rows.hashtags.unnest()).mutate(kind=ibis.literal("#"))
    mentions = rows.select("post_id", word=rows.mentions.unnest()).mutate(kind=ibis.literal("@"))
    return rows.semi_join(ibis.union(tags, mentions).semi_join(words, ["kind", "word"]), "post_id")


def described(rows: pa.Table, as_of: datetime) -> pa.Table:
    """One row a post: of each attribute the newest value not after as_of, else the earliest after it.

    In      rows  post_rows
    Out     post_id, creator_id, handle, published_at, hashtags, mentions
    """
    post, seen, until = codes(rows["post_id"]), numbers(rows, "first_seen_at"), micros(as_of)
    if not len(post) or len(firsts(np.sort(post))) == len(post):
        return rows.select(["post_id", *DESCRIBED])
    early = seen.there & (seen.values <= until)
    # earlier is better after as_of, later is better before it
    moment = np.where(early, seen.values, np.where(seen.there, -seen.values, until))
    order = np.lexsort((ranks(rows["batch_id"]), numbers(rows, "seq").values, numbers(rows, "ingested_at").values, moment, early, post))
    starts = firsts(post[order])
    newest = {"post_id": rows["post_id"].take(pa.array(order[starts]))}
    for name in DESCRIBED:
        told = valid(rows[name])[order]
        last = np.maximum.reduceat(np.where(told, np.arange(len(order)), -1), starts)
        newest[name] = rows[name].combine_chunks().take(pa.array(order[last], mask=last < 0))
    return pa.table(newest)


def chosen(posts: pa.Table, rule: Rule) -> pa.Table:
    """The posts of a scope: found by its rule or added by hand, and not excluded.

    In      posts  described, creator_id canonical
    Out     the columns of posts, and by_hand
    """
    by_hand = one_of(posts["post_id"], rule.included)
    kept = (_found(posts, rule) | by_hand) & ~one_of(posts["post_id"], rule.excluded)
    return posts.append_column("by_hand", pa.array(by_hand)).filter(pa.array(kept))


def _found(posts: pa.Table, rule: Rule) -> Flags:
    found = np.full(posts.num_rows, not rule.nothing)
    if rule.window:
        opens, closes = (micros(edge) for edge in rule.window)
        published = numbers(posts, "published_at")
        found &= published.there & (published.values >= opens) & (published.values < closes)
    if rule.creators is not None:
        found &= one_of(posts["creator_id"], rule.creators)
    if rule.hashtags or rule.mentions:
        found &= _carries(posts["hashtags"], rule.hashtags) | _carries(posts["mentions"], rule.mentions)
    return found


def _carries(lists: pa.ChunkedArray, words: Iterable[str]) -> Flags:
    held = lists.combine_chunks()
    found = np.zeros(len(held), np.bool_)
    parents = pc.list_parent_indices(held).to_numpy()
    found[parents[one_of(pc.list_flatten(held), words)]] = True
    return found


def hashtags_of(posts: pa.Table) -> pa.Table:
    """One row a post and hashtag, as the frame `post_hashtags`."""
    lists = posts["hashtags"].combine_chunks()
    pairs = pa.table({"post_id": posts["post_id"].take(pc.list_parent_indices(lists)), "hashtag": pc.list_flatten(lists)})
    return pairs.group_by(["post_id", "hashtag"]).aggregate([])
