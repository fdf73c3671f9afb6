"""What a post is, from its descriptions, and which posts a scope takes (KPIS.md section 0.9). Pure Ibis; counters are not looked at."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

DESCRIBED = ("creator_id", "handle", "published_at", "hashtags", "mentions")


@dataclass(frozen=True)
class Rule:
    """The shape of a scope's rule: which conditions apply. The words themselves are rows of a small table, so queries keep their text."""

    nothing: bool
    creators: bool
    words: bool
    window: bool
    included: bool
    excluded: bool


def post_rows(post: ir.Table, asked: ir.Table) -> ir.Table:
    """Descriptions the lake had at known_at, narrowed to the columns a scope needs."""
    columns = ("post_id", *DESCRIBED, "first_seen_at", "ingested_at", "seq", "batch_id")
    bounded = post.cross_join(asked.select("known_at"))
    return bounded.filter(bounded.ingested_at <= bounded.known_at).select(*columns)


def described(rows: ir.Table, asked: ir.Table) -> ir.Table:
    """One row a post: of each attribute the newest value not after as_of, else the earliest after it.

    In      rows   post_rows
            asked  as_of
    Out     post_id, creator_id, handle, published_at, hashtags, mentions
    """
    rows = rows.cross_join(asked.select("as_of"))
    early = ibis.coalesce(rows.first_seen_at <= rows.as_of, False)
    marked = rows.mutate(
        early=early.cast("int64"),
        forward=ibis.ifelse(early, rows.first_seen_at, ibis.null("timestamp")),
        backward=ibis.ifelse(early, ibis.null("timestamp"), rows.first_seen_at),
    )
    order = [marked.early, marked.forward, ibis.desc(marked.backward), marked.ingested_at, marked.seq, marked.batch_id]
    ranked = marked.mutate(order_key=ibis.row_number().over(group_by="post_id", order_by=order))
    newest = {name: ranked[name].argmax(ranked.order_key, where=ranked[name].notnull()) for name in DESCRIBED}
    return ranked.group_by("post_id").agg(**newest)


def chosen(posts: ir.Table, rule: ir.Table, asked: ir.Table, shape: Rule) -> ir.Table:
    """The posts of a scope: found by its rule or added by hand, and not excluded.

    In      posts  described, creator_id canonical
            rule   kind, word: '#' hashtag, '@' mention, 'creator', 'included', 'excluded'
            asked  opens_at, closes_at: the scope's own window
    Out     the columns of posts, and by_hand
    """
    hand = rule.filter(rule.kind == "included")
    out = _found(posts, rule, asked, shape).mutate(by_hand=ibis.literal(False))
    if shape.included:
        added = posts.semi_join(hand, posts.post_id == hand.word).mutate(by_hand=ibis.literal(True))
        out = ibis.union(out.anti_join(hand, out.post_id == hand.word), added)
    if shape.excluded:
        barred = rule.filter(rule.kind == "excluded")
        out = out.anti_join(barred, out.post_id == barred.word)
    return out


def _found(posts: ir.Table, rule: ir.Table, asked: ir.Table, shape: Rule) -> ir.Table:
    if shape.nothing:
        return posts.filter(ibis.literal(False))
    found = posts
    if shape.window:
        found = found.cross_join(asked.select("opens_at", "closes_at"))
        found = found.filter(found.published_at >= found.opens_at, found.published_at < found.closes_at).drop("opens_at", "closes_at")
    if shape.creators:
        named = rule.filter(rule.kind == "creator")
        found = found.semi_join(named, found.creator_id == named.word)
    if shape.words:
        carrying = _words(found).semi_join(rule, ["kind", "word"])
        found = found.semi_join(carrying, "post_id")
    return found


def _words(posts: ir.Table) -> ir.Table:
    tags = posts.select("post_id", word=posts.hashtags.unnest()).mutate(kind=ibis.literal("#"))
    mentions = posts.select("post_id", word=posts.mentions.unnest()).mutate(kind=ibis.literal("@"))
    return ibis.union(tags, mentions)


def hashtags_of(posts: ir.Table) -> ir.Table:
    """One row a post and hashtag, as the frame `post_hashtags`."""
    return posts.select("post_id", hashtag=posts.hashtags.unnest()).distinct()
