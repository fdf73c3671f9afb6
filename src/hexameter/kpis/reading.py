"""The reading of a post at an instant (KPIS.md section 0.3): which reading counts for a counter and for a rate. It computes no rate."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

COUNTERS = ("views", "likes", "comments", "shares", "saves", "reach", "views_paid", "views_6s")
ROUNDED = ("views", "likes", "comments", "shares", "saves")
# rate -> counters of the numerator, denominator in the same reading (None: followers, from the creator's readings)
FORMULAS: dict[str, tuple[tuple[str, ...], str | None]] = {
    "by_followers": (("likes", "comments"), None),
    "by_views": (("likes", "comments", "shares"), "views"),
    "by_reach": (("likes", "comments", "shares"), "reach"),
}


def ordered(snapshots: ir.Table, asked: ir.Table, sources: ir.Table, of: str) -> ir.Table:
    """Readings known at as_of with their total order within each post or creator.

    By captured_at, exact over rounded, the order of sources in settings, then by name, ingested_at, seq: a larger order_key wins.

    In      snapshots  lake rows
            asked      as_of, known_at
            sources    source, place: 0 is trusted most
            of         post_id or creator_id
    """
    known = snapshots.filter(snapshots.captured_at <= asked.as_of.as_scalar(), snapshots.ingested_at <= asked.known_at.as_scalar())
    trusted = sources.rename(trusted="source")
    placed = known.left_join(trusted, known.source == trusted.trusted).drop("trusted")
    exact = ibis.coalesce((placed.precision == "exact").cast("int64"), 0)
    place = ibis.coalesce(placed.place, 1_000_000)
    order = [placed.captured_at, exact, ibis.desc(place), ibis.desc(placed.source), placed.ingested_at, placed.seq, placed.batch_id]
    return placed.mutate(order_key=ibis.row_number().over(group_by=of, order_by=order)).drop("place")


def winners(followers: ir.Table) -> ir.Table:
    """One reading a creator and instant."""
    best = followers.group_by("creator_id", "captured_at").agg(order_key=followers.order_key.max())
    return followers.semi_join(best, ["creator_id", "captured_at", "order_key"])


def post_readings(posts: ir.Table, readings: ir.Table, followers: ir.Table, period: ir.Table) -> ir.Table:
    """One row a post of the frame `posts`, with the frame `post_readings`' columns."""
    newest = _newest(posts, readings, period)
    last_two = _before_last(readings)
    at_post = _followers_at(posts, followers)
    joined = posts.left_join(newest, "post_id").drop("post_id_right")
    joined = joined.left_join(last_two, "post_id").drop("post_id_right")
    joined = joined.left_join(at_post, "post_id").drop("post_id_right")
    later = ibis.coalesce(joined.published_at >= period.start_at.as_scalar(), False)
    return joined.mutate(views_start=ibis.ifelse(later, 0, joined.views_start))


def _newest(posts: ir.Table, readings: ir.Table, period: ir.Table) -> ir.Table:
    # one pass over the readings: everything about a post that its own readings say
    born = posts.select("post_id", "published_at")
    r = readings.drop("day").inner_join(born, "post_id")
    key = r.order_key
    out: dict[str, ir.Value] = {
        "captured_at": r.captured_at.max(),
        "source": r.source.argmax(key),
        "precision": r.precision.argmax(key, where=r.precision.notnull()),
    }
    for name in COUNTERS:
        out[name] = r[name].argmax(key, where=r[name].notnull())
    for name in ROUNDED:
        out[f"{name}_rounding"] = _width(r, name).argmax(key, where=r[name].notnull())
    for rate, (ups, down) in FORMULAS.items():
        out |= _parts(r, rate, ups, down)
    seen, week = r.views.notnull(), r.published_at + ibis.interval(days=7)
    young = ibis.coalesce(week > period.as_of.as_scalar(), False)
    out["views_start"] = r.views.argmax(key, where=seen & (r.captured_at <= period.start_at.as_scalar()))
    out["views_end"] = r.views.argmax(key, where=seen & (r.captured_at <= period.elapsed_end_at.as_scalar()))
    out["views_7d"] = r.views.argmax(key, where=seen & (young | (r.captured_at <= week)))
    return r.group_by("post_id").agg(**out)


def _parts(r: ir.Table, rate: str, ups: tuple[str, ...], down: str | None) -> dict[str, ir.Value]:
    needed = [*ups, *([down] if down else [])]
    whole = ibis.and_(*(r[name].notnull() for name in needed))
    up, width = r[ups[0]], _width(r, ups[0])
    for name in ups[1:]:
        up, width = up + r[name], width + _width(r, name)
    out = {f"{rate}_up": up.argmax(r.order_key, where=whole), f"{rate}_up_rounding": width.argmax(r.order_key, where=whole)}
    if down:
        out[f"{rate}_down"] = r[down].argmax(r.order_key, where=whole)
        out[f"{rate}_down_rounding"] = _width(r, down).argmax(r.order_key, where=whole)
    return out


def _width(r: ir.Table, counter: str) -> ir.IntegerValue:
    # reach is never shown rounded and has no rounding column: its width is a column of zeros
    return ibis.coalesce(r[f"{counter}_rounding"], 0) if counter in ROUNDED else r[counter] * 0


def _before_last(readings: ir.Table) -> ir.Table:
    seen = readings.filter(readings.views.notnull())
    last = seen.group_by("post_id").agg(views_last_at=seen.captured_at.max())
    older = seen.inner_join(last, "post_id")
    older = older.filter(older.captured_at < older.views_last_at)
    before = older.group_by("post_id").agg(
        views_before_last=older.views.argmax(older.order_key), views_before_last_at=older.captured_at.max()
    )
    return last.left_join(before, "post_id").drop("post_id_right")


def _followers_at(posts: ir.Table, followers: ir.Table) -> ir.Table:
    """Followers of a post's creator: the newest reading at or before publication, else the earliest after it."""
    f = posts.select("post_id", "creator_id", "published_at").inner_join(followers.drop("day"), "creator_id")
    at_post, after = f.captured_at <= f.published_at, f.captured_at > f.published_at
    width = ibis.coalesce(f.followers_rounding, 0)
    both = f.group_by("post_id").agg(
        early=f.followers.argmax(f.captured_at, where=at_post),
        early_rounding=width.argmax(f.captured_at, where=at_post),
        early_at=f.captured_at.max(where=at_post),
        late=f.followers.argmin(f.captured_at, where=after),
        late_rounding=width.argmin(f.captured_at, where=after),
        late_at=f.captured_at.min(where=after),
    )
    basis = ibis.cases((both.early_at.notnull(), "at_post"), (both.late_at.notnull(), "after_post"), else_=ibis.null("string"))
    return both.select(
        "post_id",
        by_followers_down=ibis.coalesce(both.early, both.late),
        by_followers_down_rounding=ibis.coalesce(both.early_rounding, both.late_rounding),
        basis=basis,
        followers_at=ibis.coalesce(both.early_at, both.late_at),
    )
