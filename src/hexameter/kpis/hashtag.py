"""Hashtag performance and its return (KPIS.md section 6), for any scope's posts. Without costs it says null."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hexameter.kpis.answers import plain, ratio, reals, row
from hexameter.kpis.reading import COUNTERS
from hexameter.kpis.statistics import mean, median

CO_HASHTAGS = 20


class Hashtag:
    """What a hashtag, or any scope's posts, brought in a period. Its return is added by `kpis.returns`."""

    name = "hashtag"
    title = "Hashtag performance and return"
    unit = "several"
    formula = "sums over the posts that carry it; return = cost against views, interactions and revenue"
    source = "KPIS.md section 6"

    def tables(self, frames: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
        """Totals (one row), rates (one row a post), days, creators' share, hashtags beside, money."""
        posts = frames["post_readings"]
        posts = posts.filter(posts.in_period)
        return {
            "totals": _totals(frames, posts),
            "rates": posts.select("by_views_up", "by_views_down"),
            "days": _by_day(posts),
            "hashtags": _beside(frames, posts),
            "money": _money(frames),
        }

    def summary(self, results: Mapping[str, pa.Table]) -> dict[str, Any]:
        """The figures of section 6 but for those that need a price list or a currency."""
        t = row(results["totals"])
        return {
            "videos": t["videos"],
            "creators": t["creators"],
            "views": t["views"],
            "views_label": "global reach: views, not people",
            "potential_reach": t["potential_reach"],
            "potential_reach_n": t["reach_n"],
            "potential_reach_n_excluded": t["creators"] - t["reach_n"],
            "interactions": t["interactions"],
            "by_views_pct": _rate(results["rates"]),
            "share_of_top_creator_pct": ratio(t["top_views"], t["views"], 100),
            "first_seen": plain(t["first_seen"]),
            "last_seen": plain(t["last_seen"]),
            "weekly": weekly(results["days"]),
            "videos_before": t["videos_before"],
            "views_before": t["views_before"],
            "growth_videos_pct": ratio(t["videos"] - t["videos_before"], t["videos_before"], 100),
            "growth_views_pct": None
            if t["views_end"] is None
            else ratio(t["views_end"] - (t["views_before"] or 0), t["views_before"], 100),
            **_rank_and_beside(results["hashtags"]),
        }


def _totals(frames: Mapping[str, ir.Table], posts: ir.Table) -> ir.Table:
    sums = posts.agg(
        videos=posts.count(),
        views=posts.views.sum(),
        views_end=posts.views_end.sum(),
        interactions=(posts.likes + posts.comments + posts.shares).sum(),
        first_seen=posts.published_at.min(),
        last_seen=posts.published_at.max(),
        **{f"{name}_read": posts[name].sum() for name in COUNTERS[1:4]},
    )
    known = posts.filter(posts.creator_id.notnull())
    each = known.group_by("creator_id").agg(views=known.views.sum())
    reach = latest_followers(frames["followers"])
    joined = each.left_join(reach, "creator_id").drop("creator_id_right")
    people = joined.agg(
        creators=joined.count(), top_views=joined.views.max(), potential_reach=joined.followers.sum(), reach_n=joined.followers.count()
    )
    before = frames["posts_before"]
    earlier = before.agg(videos_before=before.count(), views_before=before.views.sum())
    return sums.cross_join(people).cross_join(earlier)


def latest_followers(followers: ir.Table) -> ir.Table:
    """Each creator's newest followers at as_of.

    Out     creator_id, followers int64
    """
    return followers.group_by("creator_id").agg(followers=followers.followers.argmax(followers.captured_at))


def _rate(posts: pa.Table) -> dict[str, Any]:
    kept = posts.drop_null()
    kept = kept.filter(pa.compute.not_equal(kept["by_views_down"], 0))
    each = reals(kept, "by_views_up") * 100 / reals(kept, "by_views_down")
    up, down = (pa.compute.sum(kept[name]).as_py() for name in ("by_views_up", "by_views_down"))
    return {
        "mean": mean(each),
        "median": median(each),
        "pooled": ratio(up, down, 100),
        "n": len(each),
        "n_excluded": posts.num_rows - len(each),
    }


def _by_day(posts: ir.Table) -> ir.Table:
    dated = posts.filter(posts.day.notnull())
    total = dated.likes + dated.comments + dated.shares
    return dated.group_by("day").agg(videos=dated.count(), views=dated.views.sum(), interactions=total.sum())


def weekly(days: pa.Table) -> list[dict[str, Any]]:
    """Posts published in each week (Monday to Sunday, local) and their newest counters; weeks without a post are absent."""
    weeks: dict[Any, dict[str, Any]] = {}
    for day in sorted(days.to_pylist(), key=lambda d: d["day"]):
        monday = day["day"] - timedelta(days=day["day"].weekday())
        week = weeks.setdefault(monday, {"week": plain(monday), "videos": 0, "views": None, "interactions": None})
        week["videos"] += day["videos"]
        for name in ("views", "interactions"):
            if day[name] is not None:
                week[name] = (week[name] or 0) + day[name]
    return list(weeks.values())


def _beside(frames: Mapping[str, ir.Table], posts: ir.Table) -> ir.Table:
    """Hashtags seen on the scope's posts: the scope's own, and the foremost others; ahead = how many have more views."""
    carried = frames["post_hashtags"].inner_join(posts.select("post_id", "views"), "post_id")
    each = carried.group_by("hashtag").agg(videos=carried.count(), views=carried.views.sum())
    mine = frames["own_hashtags"].mutate(own=ibis.literal(True)).rename(own_hashtag="hashtag")
    marked = each.left_join(mine, each.hashtag == mine.own_hashtag).drop("own_hashtag")
    marked = marked.mutate(own=ibis.coalesce(marked.own, False), weight=ibis.coalesce(marked.views, -1))
    ranked = marked.mutate(ahead=ibis.rank().over(order_by=ibis.desc(marked.weight)))
    seen = ranked.mutate(place=ibis.row_number().over(order_by=[ranked.ahead, ibis.desc(ranked.videos), ranked.hashtag]))
    return seen.filter(seen.own | (seen.place < CO_HASHTAGS + 20)).drop("weight")


def _rank_and_beside(hashtags: pa.Table) -> dict[str, Any]:
    rows = sorted(hashtags.to_pylist(), key=lambda h: h["place"])
    own = [h for h in rows if h["own"]]
    others = [{name: h[name] for name in ("hashtag", "videos", "views")} for h in rows if not h["own"]]
    return {"rank": min((h["ahead"] + 1 for h in own), default=None), "co_hashtags": others[:CO_HASHTAGS]}


def _money(frames: Mapping[str, ir.Table]) -> ir.Table:
    costs, revenues = frames["costs"], frames["revenues"]
    spent = costs.agg(cost_minor=costs.amount_minor.sum(), costs=costs.count())
    earned = revenues.agg(revenue_minor=revenues.amount_minor.sum(), revenues=revenues.count())
    return spent.cross_join(earned)
