"""The same campaign's six KPIs as an analyst would write them in DuckDB SQL, over the same Parquet files. No code of Hexameter is used."""

from __future__ import annotations

from typing import Any

import duckdb

# The rows everything else is computed from: the campaign's posts, their readings, their creators' followers.
BASE = (
    """
create or replace temp table posts as
select post_id, creator_id, published_at, cast(published_at as date) as day
from (
  select post_id, any_value(creator_id) as creator_id, any_value(published_at) as published_at, any_value(hashtags) as hashtags
  from read_parquet({post}) where creator_id in ({creators}) group by post_id
)
where published_at >= timestamp '{start}' and published_at < timestamp '{end}' and list_contains(hashtags, '{tag}')
""",
    """
create or replace temp table readings as
select s.post_id, s.creator_id, s.captured_at, views, likes, comments, shares
from read_parquet({post_snapshot}) s
where creator_id in ({creators}) and captured_at <= timestamp '{as_of}' and post_id in (select post_id from posts)
""",
    """
create or replace temp table audience as
select creator_id, captured_at, followers from read_parquet({creator_snapshot})
where creator_id in ({creators}) and captured_at <= timestamp '{as_of}' and followers is not null
""",
)

KPIS = {
    "videos": """
with gaps as (select epoch(published_at - lag(published_at) over (order by published_at)) / 3600 as hours from posts),
     days as (select day, count(*) as k from posts group by day)
select (select count(*) from posts) as videos, (select count(*) from posts) / {days} as per_day, (select count(*) from days) as active_days,
       (select median(hours) from gaps) as median_gap_hours, (select max(hours) / 24 from gaps) as longest_silence_days,
       (select count(*) from days where k between 1 and 3) / {days} * 100 as days_in_recommended_band_pct
""",
    "trend": """
with young as (
  select post_id, row_number() over (order by published_at, post_id) as i, ln(1 + arg_max(views, captured_at)) as y
  from readings join posts using (post_id)
  where captured_at <= published_at + interval 7 day and views is not null group by post_id, published_at
)
select median((b.y - a.y) / (b.i - a.i)) from young a join young b on a.i < b.i
""",
    "views": """
with newest as (select post_id, arg_max(views, captured_at) as v from readings where views is not null group by post_id)
select sum(v), avg(v), median(v), quantile_cont(v, 0.25), quantile_cont(v, 0.75), max(v), count(*) from newest
""",
    "engagement_rate": """
with r as (
  select post_id, max_by(struct_pack(likes, comments, shares, views), captured_at) as x from readings
  where likes is not null and comments is not null and shares is not null and views is not null group by post_id
), f as (
  select p.post_id, max_by(followers, captured_at) filter (captured_at <= published_at) as before,
         min_by(followers, captured_at) filter (captured_at > published_at) as later
  from posts p join audience a using (creator_id) group by p.post_id
), e as (
  select (x.likes + x.comments + x.shares)::double as i, (x.likes + x.comments)::double as j, x.views as v, coalesce(before, later) as w
  from r left join f using (post_id)
)
select avg(i / nullif(v, 0)) * 100, median(i / nullif(v, 0)) * 100, sum(i) filter (v > 0) / sum(v) filter (v > 0) * 100,
       avg(j / nullif(w, 0)) * 100, median(j / nullif(w, 0)) * 100, sum(j) filter (w > 0) / sum(w) filter (w > 0) * 100
from e
""",
    "interactions": """
select sum(l), sum(c), sum(s), sum(l + c + s), avg(l + c + s), median(l + c + s), count(l + c + s) from (
  select arg_max(likes, captured_at) as l, arg_max(comments, captured_at) as c, arg_max(shares, captured_at) as s
  from readings group by post_id
)
""",
    "interactions_by_day": """
with last_of_day as (
  select post_id, cast(captured_at as date) as day, arg_max(likes + comments + shares, captured_at) as i from readings group by all
)
select day, sum(gain) from (
  select day, i - coalesce(lag(i) over (partition by post_id order by day), 0) as gain from last_of_day
) group by day order by day
""",
    "followers": """
with edges as (
  select creator_id, max_by(followers, captured_at) as b,
         coalesce(max_by(followers, captured_at) filter (captured_at <= timestamp '{start}'), min_by(followers, captured_at)) as a
  from audience where captured_at <= timestamp '{end}' group by creator_id
)
select sum(a), sum(b), sum(b - a), sum(b - a) / sum(a) * 100 from edges
""",
    "hashtag": """
with newest as (
  select creator_id, post_id, max_by(views, captured_at) as v, max_by(likes + comments + shares, captured_at) as i
  from readings group by all
), reach as (select creator_id, max_by(followers, captured_at) as f from audience group by creator_id)
select count(*), count(distinct creator_id), sum(v), sum(i), (select sum(f) from reach), avg(i / nullif(v, 0)) * 100,
       500.0 / sum(v) * 1000 as cpm, 500.0 / sum(i) as cpe
from newest
""",
    "weekly": "select date_trunc('week', day), count(*) from posts group by 1 order by 1",
}


def run(con: duckdb.DuckDBPyConnection, where: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """All six: three reads of the files, then the figures."""
    for statement in BASE:
        con.execute(statement.format(**where))
    return {name: con.execute(sql.format(**where)).fetchall() for name, sql in KPIS.items()}
