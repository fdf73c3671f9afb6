"""A second pair of eyes: the six KPIs in plain DuckDB SQL, by correlated subqueries, written from KPIS.md alone. It uses none of the KPI code."""
# ruff: noqa: E501  (SQL reads better unbroken)

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from hexameter.contracts.records import Period

# one place where "the winning reading" is spelt: newest, exact before rounded, source by name, later known, later in its batch
WINNER = "order by r.captured_at desc, (r.precision = 'exact') desc, r.source asc, r.ingested_at desc, r.seq desc limit 1"
WINNER_OF_FOLLOWERS = WINNER.replace("r.captured_at desc", "r.captured_at {way}")


def _newest(column: str, needed: str, until: str = "$as_of") -> str:
    """Scalar subquery: `column` of the newest reading of post p at which every needed counter was read."""
    present = " and ".join(f"r.{name} is not null" for name in needed.split())
    return f"(select {column} from post_snapshot r where r.post_id = p.post_id and r.captured_at <= {until} and {present} {WINNER})"


def _followers(condition: str, way: str = "desc", column: str = "r.followers") -> str:
    order = WINNER_OF_FOLLOWERS.format(way=way)
    return f"(select {column} from creator_snapshot r where r.creator_id = p.creator_id and r.captured_at <= $as_of and r.followers is not null and {condition} {order})"


POSTS = f"""
create or replace temp table scoped as
select p.*, {_newest("r.views", "views")} as views, {_newest("r.likes", "likes")} as likes, {_newest("r.comments", "comments")} as comments,
       {_newest("r.shares", "shares")} as shares,
       {_newest("r.likes + r.comments + r.shares", "likes comments shares views")} as up_v, {_newest("r.views", "likes comments shares views")} as down_v,
       {_newest("r.likes + r.comments", "likes comments")} as up_f,
       coalesce({_followers("r.captured_at <= p.published_at")}, {_followers("r.captured_at > p.published_at", "asc")}) as down_f,
       {_newest("r.views", "views", "least($start, $as_of)")} as at_start, {_newest("r.views", "views", "least($end, $as_of)")} as at_end,
       cast(timezone($tz, timezone('UTC', p.published_at)) as date) as day,
       p.published_at >= $start as inside
from (select distinct post_id, creator_id, published_at, hashtags from post) p
where p.published_at < $end and list_contains(hashtags, $tag)
  and exists (select 1 from post_snapshot r where r.post_id = p.post_id and r.captured_at <= $as_of)
"""

FIGURES = """
with inside as (select *, likes + comments + shares as interactions, 100.0 * up_v / nullif(down_v, 0) as rate_v, 100.0 * up_f / nullif(down_f, 0) as rate_f
                from scoped where inside)
select count(*) as "videos.videos", count(distinct day) filter (day <= cast(timezone($tz, timezone('UTC', $as_of)) as date)) as "videos.active_days",
       sum(views)::bigint as "views.total", avg(views) as "views.mean", median(views) as "views.median",
       quantile_cont(views, 0.25) as "views.p25", quantile_cont(views, 0.75) as "views.p75", max(views) as "views.max", count(views) as "views.n",
       (select sum(at_end - case when inside then 0 else at_start end)::bigint from scoped) as "views.gained",
       avg(rate_v) as "engagement_rate.by_views_pct.mean", median(rate_v) as "engagement_rate.by_views_pct.median",
       count(rate_v) as "engagement_rate.by_views_pct.n", count(*) - count(rate_v) as "engagement_rate.by_views_pct.n_excluded",
       100.0 * sum(up_v) filter (rate_v is not null) / sum(down_v) filter (rate_v is not null) as "engagement_rate.by_views_pct.pooled",
       avg(rate_f) as "engagement_rate.by_followers_pct.mean", median(rate_f) as "engagement_rate.by_followers_pct.median",
       count(rate_f) as "engagement_rate.by_followers_pct.n",
       100.0 * sum(up_f) filter (rate_f is not null) / sum(down_f) filter (rate_f is not null) as "engagement_rate.by_followers_pct.pooled",
       sum(likes)::bigint as "interactions.likes", sum(comments)::bigint as "interactions.comments", sum(shares)::bigint as "interactions.shares",
       sum(interactions)::bigint as "interactions.interactions", count(interactions) as "interactions.n",
       median(interactions) as "interactions.median_per_post",
       count(distinct creator_id) as "hashtag.creators", sum(views)::bigint as "hashtag.views", min(published_at) as "first", max(published_at) as "last",
       (select max(v) from (select sum(views) as v from inside group by creator_id)) * 100.0 / nullif(sum(views), 0) as "hashtag.share_of_top_creator_pct"
from inside
"""

AUDIENCE = f"""
with people as (select creator_id, bool_or(inside) as posted from scoped group by creator_id),
edges as (
  select p.creator_id, p.posted, {_followers("true")} as latest,
         coalesce({_followers("r.captured_at <= $start")}, {_followers("r.captured_at > $start and r.captured_at <= least($end, $as_of)", "asc")}) as a,
         coalesce({_followers("r.captured_at <= $start", column="r.captured_at")},
                  {_followers("r.captured_at > $start and r.captured_at <= least($end, $as_of)", "asc", "r.captured_at")}) as a_at,
         {_followers("r.captured_at <= least($end, $as_of)")} as b, {_followers("r.captured_at <= least($end, $as_of)", column="r.captured_at")} as b_at
  from people p
), measured as (select * from edges where a_at < b_at)
select (select sum(latest)::bigint from edges where posted) as "hashtag.potential_reach",
       (select sum(a)::bigint from measured) as "followers.start", (select sum(b - a)::bigint from measured) as "followers.net",
       (select 100.0 * sum(b - a) / nullif(sum(a), 0) from measured) as "followers.growth_pct", (select count(*) from measured) as "followers.n",
       (select sum((b - a) / (epoch(b_at - a_at) / 86400)) from measured) as "followers.per_day"
"""


def figures(lake: Mapping[str, pa.Table], tag: str, period: Period, as_of: datetime) -> dict[str, Any]:
    """The figures of a hashtag's posts in a period, by dotted path into `measure`'s object."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    for name in ("post", "post_snapshot", "creator_snapshot"):
        con.register(f"given_{name}", lake[name])
        moments = [f.name for f in lake[name].schema if pa.types.is_timestamp(f.type)]
        naive = ", ".join(f"cast({m} as timestamp) as {m}" for m in moments)
        con.execute(f"create temp table {name} as select * replace ({naive}) from given_{name}")
    naive_moments = {k: v.replace(tzinfo=None) for k, v in (("as_of", as_of), ("start", period.start_at), ("end", period.end_at))}
    asked = {**naive_moments, "tz": period.tz, "tag": tag}
    con.execute(POSTS, asked)
    out: dict[str, Any] = {}
    for query in (FIGURES, AUDIENCE):
        used = {k: v for k, v in asked.items() if f"${k}" in query}
        found = con.execute(query, used) if used else con.execute(query)
        out |= dict(zip([d[0] for d in found.description], found.fetchone(), strict=True))
    con.close()
    return out
