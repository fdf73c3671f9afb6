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


def known(rows: ir.Table, asked: ir.Table, instant: str) -> ir.Table:
    """Rows read by as_of that the lake had by known_at.

    In      asked    one row: as_of, known_at
            instant  the column that says when a row was read
    """
    # one row joined to all is a cheaper plan than a subquery a bound
    bounded = rows.cross_join(asked.select("as_of", "known_at"))
    return bounded.filter(bounded[instant] <= bounded.as_of, bounded.ingested_at <= bounded.known_at).drop("as_of", "known_at")


def ordered(snapshots: ir.Table, asked: ir.Table, sources: ir.Table) -> ir.Table:
    """Post readings known at as_of with their total order within each post.

    By captured_at, exact over rounded, the order of sources in settings, then by name, ingested_at, seq: a larger order_key wins.

    In      snapshots  lake rows
            asked      as_of, known_at
            sources    source, place: 0 is trusted most
    """
    r, exact, place = _weighed(snapshots, asked, sources)
    order = [r.captured_at, exact, ibis.desc(place), ibis.desc(r.source), r.ingested_at, r.seq, r.batch_id]
    return r.mutate(order_key=ibis.row_number().over(group_by="post_id", order_by=order)).drop("place")


def winners(snapshots: ir.Table, asked: ir.Table, sources: ir.Table) -> ir.Table:
    """Creator readings known at as_of, one a creator and instant, by the same order."""
    r, exact, place = _weighed(snapshots, asked, sources)
    order = [ibis.desc(exact), place, r.source, ibis.desc(r.ingested_at), ibis.desc(r.seq), ibis.desc(r.batch_id)]
    ranked = r.mutate(beaten_by=ibis.row_number().over(group_by=["creator_id", "captured_at"], order_by=order))
    return ranked.filter(ranked.beaten_by == 0).drop("place", "beaten_by")


def _weighed(snapshots: ir.Table, asked: ir.Table, sources: ir.Table) -> tuple[ir.Table, ir.Value, ir.Value]:
    r = known(snapshots, asked, "captured_at")
    trusted = sources.rename(trusted="source")
    r = r.left_join(trusted, r.source == trusted.trusted).drop("trusted")
    return r, ibis.coalesce((r.precision == "exact").cast("int64"), 0), ibis.coalesce(r.place, 1_000_000)


def post_readings(posts: ir.Table, readings: ir.Table, followers: ir.Table, period: ir.Table) -> ir.Table:
    """One row a post of the frame `posts`, with the frame `post_readings`' columns."""
    newest = _newest(posts, readings, period)
    before = _before_last(readings, newest)
    at_post = _followers_at(posts, followers)
    joined = posts.left_join(newest, "post_id").drop("post_id_right")
    joined = joined.left_join(before, "post_id").drop("post_id_right")
    joined = joined.left_join(at_post, "post_id").drop("post_id_right")
    later = ibis.coalesce(joined.published_at >= period.start_at.as_scalar(), False)
    return joined.mutate(views_start=ibis.ifelse(later, 0, joined.views_start))


def _newest(posts: ir.Table, readings: ir.Table, period: ir.Table) -> ir.Table:
    """Everything about a post that its own readings say.

    First the largest order_key of each condition, which is cheap over many readings; then the values, from the few readings that hold one.
    """
    born = posts.select("post_id", "published_at").cross_join(period.select("start_at", "elapsed_end_at", "as_of"))
    r = readings.drop("day").inner_join(born, "post_id")
    keys = r.group_by("post_id").agg(**{f"key_{name}": r.order_key.max(where=which) for name, which in _conditions(r).items()})
    held = r.select("post_id", "captured_at", "source", "precision", *COUNTERS, *(f"{n}_rounding" for n in ROUNDED), "order_key")
    held = held.inner_join(keys, "post_id")
    held = held.filter(ibis.or_(*(held.order_key == held[name] for name in keys.columns if name != "post_id")))
    return held.group_by("post_id").agg(**_values(held))


def _conditions(r: ir.Table) -> dict[str, ir.BooleanValue]:
    """What a reading must have to be the one a figure takes."""
    seen, week = r.views.notnull(), r.published_at + ibis.interval(days=7)
    out: dict[str, ir.BooleanValue] = {"any": r.order_key.notnull(), "precision": r.precision.notnull()}
    out |= {name: r[name].notnull() for name in COUNTERS}
    out |= {rate: ibis.and_(*(r[n].notnull() for n in (*ups, *([down] if down else [])))) for rate, (ups, down) in FORMULAS.items()}
    out["views_start"] = seen & (r.captured_at <= r.start_at)
    out["views_end"] = seen & (r.captured_at <= r.elapsed_end_at)
    out["views_7d"] = seen & ((week > r.as_of) | (r.captured_at <= week))
    return out


def _values(h: ir.Table) -> dict[str, ir.Value]:
    def at(name: str, value: ir.Value) -> ir.Value:
        return value.max(where=h.order_key == h[f"key_{name}"])

    out = {"captured_at": at("any", h.captured_at), "source": at("any", h.source), "precision": at("precision", h.precision)}
    out |= {name: at(name, h[name]) for name in COUNTERS}
    out |= {f"{name}_rounding": at(name, _width(h, name)) for name in ROUNDED}
    for rate, (ups, down) in FORMULAS.items():
        out[f"{rate}_up"] = at(rate, _sum([h[name] for name in ups]))
        out[f"{rate}_up_rounding"] = at(rate, _sum([_width(h, name) for name in ups]))
        if down:
            out |= {f"{rate}_down": at(rate, h[down]), f"{rate}_down_rounding": at(rate, _width(h, down))}
    out |= {name: at(name, h.views) for name in ("views_start", "views_end", "views_7d")}
    return out | {"views_last_at": at("views", h.captured_at)}


def _sum(values: list[ir.IntegerColumn]) -> ir.IntegerColumn:
    total = values[0]
    for value in values[1:]:
        total = total + value
    return total


def _width(r: ir.Table, counter: str) -> ir.IntegerValue:
    # reach is never shown rounded and has no rounding column: its width is a column of zeros
    return ibis.coalesce(r[f"{counter}_rounding"], 0) if counter in ROUNDED else r[counter] * 0


def _before_last(readings: ir.Table, newest: ir.Table) -> ir.Table:
    older = readings.select("post_id", "captured_at", "order_key", "views").inner_join(newest.select("post_id", "views_last_at"), "post_id")
    older = older.filter(older.views.notnull(), older.captured_at < older.views_last_at)
    return older.group_by("post_id").agg(
        views_before_last=older.views.argmax(older.order_key), views_before_last_at=older.captured_at.max()
    )


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
