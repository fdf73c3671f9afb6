"""The same campaign's six KPIs as an analyst would write them in DuckDB SQL, over the same Parquet files. No code of Hexameter is used.

Every figure `measure` gives without breakdowns is computed, bootstrap intervals (in numpy, with draws made once) and jumps included. What this lake
does not need is left out, to the analyst's advantage: aliases of creators, ties between sources, what was known when, retention curves.
"""
# ruff: noqa: E501  (SQL reads better unbroken)

from __future__ import annotations

from functools import lru_cache
from typing import Any

import duckdb
import numpy as np

# The rows everything else is computed from: the campaign's posts, their readings, their creators' followers.
BASE = (
    """
create or replace temp table posts as
select post_id, creator_id, handle, published_at, cast(published_at as date) as day, hashtags
from (
  select post_id, any_value(creator_id) as creator_id, any_value(handle) as handle, any_value(published_at) as published_at,
         any_value(hashtags) as hashtags
  from read_parquet({post}) where creator_id in ({creators}) group by post_id
)
where published_at >= timestamp '{start}' and published_at < timestamp '{end}' and list_contains(hashtags, '{tag}')
""",
    """
create or replace temp table readings as
select s.post_id, s.captured_at, source, precision, views, likes, comments, shares, saves, reach, views_6s, views_paid,
       coalesce(views_rounding, 0) as vr, coalesce(likes_rounding, 0) as lr, coalesce(comments_rounding, 0) as cr, coalesce(shares_rounding, 0) as sr
from read_parquet({post_snapshot}) s
where creator_id in ({creators}) and captured_at <= timestamp '{as_of}' and post_id in (select post_id from posts)
""",
    """
create or replace temp table audience as
select creator_id, captured_at, followers, coalesce(followers_rounding, 0) as fr from read_parquet({creator_snapshot})
where creator_id in ({creators}) and captured_at <= timestamp '{as_of}' and followers is not null
""",
    """
create or replace temp table newest as
select post_id, arg_max(struct_pack(source, precision), captured_at) as read_by,
       arg_max(views, captured_at) as v, arg_max(likes, captured_at) as l, arg_max(comments, captured_at) as c, arg_max(shares, captured_at) as s,
       arg_max(saves, captured_at) as saves, arg_max(views_6s, captured_at) as v6, arg_max(views_paid, captured_at) as paid,
       arg_max(vr, captured_at) filter (views is not null) as vr,
       arg_max(lr + cr + sr, captured_at) filter (likes + comments + shares is not null) as ir,
       arg_max(struct_pack(i := likes + comments + shares, v := views, ir := lr + cr + sr, vr := vr), captured_at)
         filter (likes + comments + shares + views is not null) as by_views,
       arg_max(struct_pack(i := likes + comments + shares, v := reach, ir := lr + cr + sr), captured_at)
         filter (likes + comments + shares + reach is not null) as by_reach,
       arg_max(struct_pack(i := likes + comments, ir := lr + cr), captured_at) filter (likes + comments is not null) as by_followers,
       arg_max(views, captured_at) filter (captured_at <= timestamp '{end}') as v_end,
       arg_max(views, captured_at, 2) as last_views, max(captured_at, 2) filter (views is not null) as last_at
from readings group by post_id
""",
)

KPIS = {
    "videos": """
with gaps as (select epoch(published_at - lag(published_at) over (order by published_at)) / 3600 as hours from posts),
     days as (select day, count(*) as k from posts group by day),
     edges as (select min(epoch(published_at - timestamp '{start}')) as before,
                      min(epoch(least(timestamp '{end}', timestamp '{as_of}') - published_at)) as after from posts)
select (select count(*) from posts) as videos, (select count(*) from posts) / {days} as per_day, (select count(*) from days) as active_days,
       (select median(hours) from gaps) as median_gap_hours,
       (select greatest(max(hours) / 24, (select before / 86400 from edges), (select after / 86400 from edges)) from gaps) as longest_silence_days,
       (select count(*) from days where k between 1 and 3) / {days} * 100 as days_in_recommended_band_pct,
       (select case when median(hours) <= 36 then 'daily' when median(hours) <= 84 then 'regular' when median(hours) <= 336 then 'occasional'
                    else 'rare' end from gaps) as activity
""",
    "trend": """
with young as materialized (
  select post_id, row_number() over (order by published_at, post_id) as i, ln(1 + arg_max(views, captured_at)) as y
  from readings join posts using (post_id)
  where (captured_at <= published_at + interval 7 day or published_at + interval 7 day > timestamp '{as_of}') and views is not null
  group by post_id, published_at
)
select (exp(median((b.y - a.y) / (b.i - a.i))) - 1) * 100, (select count(*) from young) from young a join young b on a.i < b.i
""",
    "views": """
select sum(v), avg(v), median(v), quantile_cont(v, 0.25), quantile_cont(v, 0.75), max(v), count(v), count(*) - count(v), sum(v - vr), sum(v + vr),
       sum(v_end), count(v_end), sum((last_views[1] - last_views[2]) / (epoch(last_at[1] - last_at[2]) / 3600)),
       sum(v6), count(v6), sum(v - paid), sum(paid), count(paid)
from newest
""",
    "engagement_rate": """
with f as (
  select p.post_id, max_by(struct_pack(followers, fr), captured_at) filter (captured_at <= published_at) as before,
         min_by(struct_pack(followers, fr), captured_at) filter (captured_at > published_at) as later
  from posts p join audience a using (creator_id) group by p.post_id
), e as (
  select by_views.i as i, nullif(by_views.v, 0) as v, by_views.ir as ir, by_views.vr as vr, by_reach.i as ri, nullif(by_reach.v, 0) as r,
         by_reach.ir as rir, by_followers.i as j, by_followers.ir as jr, nullif(coalesce(before, later).followers, 0) as w,
         coalesce(before, later).fr as wr, before is not null as at_post
  from newest left join f using (post_id)
)
select avg(i / v) * 100, median(i / v) * 100, sum(i) filter (v > 0) / sum(v) filter (i is not null) * 100, count(i / v), list(i / v * 100),
       avg((i - ir) / (v + vr)) * 100, avg((i + ir) / nullif(v - vr, 0)) * 100,
       avg(j / w) * 100, median(j / w) * 100, sum(j) filter (w > 0) / sum(w) filter (j is not null) * 100, count(j / w), list(j / w * 100),
       avg((j - jr) / (w + wr)) * 100, avg((j + jr) / nullif(w - wr, 0)) * 100, count(*) filter (j / w is not null and at_post),
       avg(ri / r) * 100, median(ri / r) * 100, sum(ri) filter (r > 0) / sum(r) filter (ri is not null) * 100, count(ri / r), list(ri / r * 100),
       avg((ri - rir) / r) * 100, avg((ri + rir) / r) * 100
from e
""",
    "interactions": """
select sum(l), sum(c), sum(s), sum(l + c + s), avg(l + c + s), median(l + c + s), count(l + c + s), sum(saves), count(l), count(c), count(s),
       count(saves), sum(l + c + s - ir), sum(l + c + s + ir)
from newest
""",
    "interactions_by_day": """
with last_of_day as (
  select post_id, cast(captured_at as date) as day, arg_max(likes, captured_at) as l, arg_max(comments, captured_at) as c,
         arg_max(shares, captured_at) as s
  from readings group by all
), gains as (
  select day, l - coalesce(lag(l) over w, 0) as l, c - coalesce(lag(c) over w, 0) as c, s - coalesce(lag(s) over w, 0) as s
  from last_of_day window w as (partition by post_id order by day)
)
select day, sum(sum(l)) over (order by day), sum(sum(c)) over (order by day), sum(sum(s)) over (order by day), sum(sum(l + c + s)) over (order by day)
from gains group by day order by day
""",
    "creators": """
select creator_id, handle, sum(l + c + s) as i, count(l + c + s), i * 100 / sum(i) over (), sum(v)
from newest join posts using (post_id) group by all order by i desc
""",
    "followers": """
with edges as (
  select creator_id, max_by(struct_pack(followers, captured_at, fr), captured_at) as b,
         coalesce(max_by(struct_pack(followers, captured_at, fr), captured_at) filter (captured_at <= timestamp '{start}'),
                  min_by(struct_pack(followers, captured_at, fr), captured_at)) as a
  from audience where captured_at <= timestamp '{end}' group by creator_id
), grown as (select *, b.followers - a.followers as net from edges where b.captured_at > a.captured_at)
select sum(a.followers), sum(b.followers), sum(net), sum(net) / sum(a.followers) * 100, sum(net / (epoch(b.captured_at - a.captured_at) / 86400)),
       count(*), sum(net - a.fr - b.fr), sum(net + a.fr + b.fr), max(a.captured_at) filter (a.captured_at > timestamp '{start}')
from grown
""",
    "followers_by_day": """
create or replace temp table followers_by_day as
select creator_id, cast(captured_at as date) as day, arg_max(followers, captured_at) as f from audience
where captured_at < timestamp '{end}' and captured_at >= timestamp '{start}' - interval 60 day group by all
""",
    "followers_daily": "select day, sum(f), count(*) from followers_by_day where day >= date '{start}' group by day order by day",
    "jumps": """
with steps as (
  select creator_id, day, f - lag(f) over w as step, lag(f) over w as before, step / (day - lag(day) over w) as net
  from followers_by_day window w as (partition by creator_id order by day)
), judged as (
  select *, median(net) over w as middle, 1.4826 * mad(net) over w as spread, count(net) over w as n
  from steps window w as (partition by creator_id order by day range between interval 28 day preceding and interval 1 day preceding)
)
select creator_id, day, step, (net - middle) / nullif(spread, 0) from judged
where day >= date '{start}' and n >= 7 and abs(step) > 0.01 * before and abs(net - middle) > 6 * spread
""",
    "hashtag": """
with reach as (select creator_id, max_by(followers, captured_at) as f from audience group by creator_id)
select count(*), count(distinct creator_id), sum(v), sum(l + c + s), (select sum(f) from reach), (select count(*) from reach),
       min(published_at), max(published_at), 500.0 / sum(v) * 1000 as cpm, 500.0 / sum(v) as cpv, 500.0 / sum(l + c + s) as cpe, 500.0 / count(*),
       sum(v) * 0.00689 + sum(l) * 0.09 + sum(c) * 3.52 + sum(s) * 1.72 as media_value, list(distinct read_by)
from newest join posts using (post_id)
""",
    "weekly": """
select date_trunc('week', day), count(*), sum(v), sum(l + c + s) from newest join posts using (post_id) group by 1 order by 1
""",
    "hashtags": """
select tag, count(*) as n, sum(v) as views, rank() over (order by views desc)
from (select post_id, unnest(hashtags) as tag from posts) join newest using (post_id) group by tag order by views desc, n desc limit 21
""",
}

INTERVALS = (4, 11, 19)  # where `engagement_rate` gives the rates themselves


def run(con: duckdb.DuckDBPyConnection, where: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """All six: three reads of the files, then the figures."""
    for statement in BASE:
        con.execute(statement.format(**where))
    found = {name: con.execute(sql.format(**where)).fetchall() for name, sql in KPIS.items()}
    found["intervals"] = [interval(found["engagement_rate"][0][place]) for place in INTERVALS]
    return found


def interval(rates: list[float | None] | None) -> tuple[Any, ...]:
    """Bounds of the mean, 95 %, by bootstrap."""
    values = np.sort([rate for rate in rates or () if rate is not None])
    if len(values) < 3:
        return (None, None)
    return tuple(np.quantile(values[_draws(len(values))].mean(axis=1), (0.025, 0.975)).tolist())


@lru_cache(maxsize=4)
def _draws(n: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(20250701).integers(0, n, (2_000, n))
