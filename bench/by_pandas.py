"""The same campaign's six KPIs as a notebook computes them with pandas, over the same Parquet files. No code of Hexameter is used.

Whole columns are read, the campaign's rows cut out, and every figure of `handwritten` computed from them, in the same shape.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow.dataset as ds

from bench.handwritten import interval

COUNTERS = ["views", "likes", "comments", "shares", "saves", "reach", "views_6s", "views_paid"]
ROUNDINGS = ["views_rounding", "likes_rounding", "comments_rounding", "shares_rounding"]


def run(files: dict[str, list[str]], where: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """All six, from a whole read of the three tables."""
    start, end, as_of = (pd.Timestamp(where[name], tz="UTC") for name in ("start", "end", "as_of"))
    creators = set(where["creators"].replace("'", "").split(", "))
    posts = _frame(files["post"], ["post_id", "creator_id", "handle", "published_at", "hashtags"])
    posts = posts[posts.creator_id.isin(creators) & (posts.published_at >= start) & (posts.published_at < end)]
    posts = posts[posts.hashtags.map(lambda tags: where["tag"] in tags)].drop_duplicates("post_id").sort_values(["published_at", "post_id"])
    posts["day"] = posts.published_at.dt.floor("D")
    readings = _frame(files["post_snapshot"], ["post_id", "captured_at", "source", "precision", *COUNTERS, *ROUNDINGS])
    readings = readings[readings.post_id.isin(posts.post_id) & (readings.captured_at <= as_of)].sort_values("captured_at")
    readings = readings.fillna(dict.fromkeys(ROUNDINGS, 0))
    people = _frame(files["creator_snapshot"], ["creator_id", "captured_at", "followers", "followers_rounding"])
    people = people[people.creator_id.isin(creators) & (people.captured_at <= as_of) & people.followers.notna()].sort_values("captured_at")
    people = people.fillna({"followers_rounding": 0})
    newest = posts.set_index("post_id").join(readings.groupby("post_id")[COUNTERS].last())
    newest["i"] = newest.likes + newest.comments + newest.shares
    rates, intervals = _rates(posts, readings, people)
    return {
        "videos": [_videos(posts, start, min(end, as_of), where["days"])],
        "trend": [_trend(posts, readings, as_of)],
        "views": [_views(newest, readings, end)],
        "engagement_rate": [rates],
        "intervals": [interval(found) for found in intervals],
        "interactions": [_interactions(newest)],
        "interactions_by_day": _by_day(readings),
        "creators": _creators(newest),
        **_followers(people, start, end),
        "hashtag": [_hashtag(newest, people)],
        "weekly": _weekly(newest),
    }


def _frame(files: list[str], columns: list[str]) -> pd.DataFrame:
    return ds.dataset(files, format="parquet").to_table(columns=columns).to_pandas()


def _videos(posts: pd.DataFrame, start: pd.Timestamp, until: pd.Timestamp, days: int) -> tuple[Any, ...]:
    gaps = posts.published_at.diff().dt.total_seconds().dropna() / 3600
    edges = ((posts.published_at.min() - start).total_seconds(), (until - posts.published_at.max()).total_seconds())
    a_day, middle = posts.groupby("day").size(), gaps.median()
    activity = next(word for word, most in (("daily", 36), ("regular", 84), ("occasional", 336), ("rare", np.inf)) if middle <= most)
    silence, band = max(gaps.max() / 24, *(e / 86_400 for e in edges)), a_day.between(1, 3).sum() / days * 100
    return len(posts), len(posts) / days, len(a_day), middle, silence, band, activity


def _trend(posts: pd.DataFrame, readings: pd.DataFrame, as_of: pd.Timestamp) -> tuple[Any, ...]:
    known = readings[readings.views.notna()].merge(posts[["post_id", "published_at"]], on="post_id")
    week = known.published_at + pd.Timedelta(days=7)
    young = known[(known.captured_at <= week) | (week > as_of)].groupby("post_id").views.last()
    y = np.log1p(young.reindex(posts.post_id).dropna().to_numpy())
    a, b = np.triu_indices(len(y), 1)
    return (np.exp(np.median((y[b] - y[a]) / (b - a))) - 1) * 100, len(y)


def _views(newest: pd.DataFrame, readings: pd.DataFrame, end: pd.Timestamp) -> tuple[Any, ...]:
    v, seen = newest.views, readings[readings.views.notna()]
    rounding = seen.groupby("post_id").views_rounding.last()
    gained = seen[seen.captured_at <= end].groupby("post_id").views.last()
    two = seen.groupby("post_id").tail(2).groupby("post_id")
    hours = (two.captured_at.last() - two.captured_at.first()).dt.total_seconds() / 3600
    per_hour = ((two.views.last() - two.views.first()) / hours.where(hours > 0)).sum()
    low, high = v.sum() - rounding.sum(), v.sum() + rounding.sum()
    quarters = (v.median(), v.quantile(0.25), v.quantile(0.75))
    return v.sum(), v.mean(), *quarters, v.max(), v.count(), v.isna().sum(), low, high, gained.sum(), len(gained), per_hour


def _rates(posts: pd.DataFrame, readings: pd.DataFrame, people: pd.DataFrame) -> tuple[tuple[Any, ...], list[list[float]]]:
    of = readings.assign(i=readings.likes + readings.comments + readings.shares, j=readings.likes + readings.comments)
    of["ir"] = of.likes_rounding + of.comments_rounding + of.shares_rounding
    of["jr"] = of.likes_rounding + of.comments_rounding
    seen = of[of.i.notna() & of.views.notna()].groupby("post_id").last()
    reached = of[of.i.notna() & of.reach.notna()].groupby("post_id").last()
    liked = of[of.j.notna()].groupby("post_id").last()
    at = posts[["post_id", "creator_id", "published_at"]].sort_values("published_at")
    audience = people.rename(columns={"captured_at": "published_at"})[["creator_id", "published_at", "followers", "followers_rounding"]]
    before = pd.merge_asof(at, audience, on="published_at", by="creator_id").set_index("post_id")
    after = pd.merge_asof(at, audience, on="published_at", by="creator_id", direction="forward", allow_exact_matches=False)
    followers = before[["followers", "followers_rounding"]].combine_first(after.set_index("post_id")[["followers", "followers_rounding"]])
    liked = liked.join(followers)
    three = [
        _rate(seen.i, seen.views, seen.ir, seen.views_rounding),
        _rate(liked.j, liked.followers, liked.jr, liked.followers_rounding),
        _rate(reached.i, reached.reach, reached.ir, reached.reach * 0),
    ]
    flat = [figure for rate in three for figure in rate]
    return tuple(flat), [three[k][4] for k in range(3)]


def _rate(i: pd.Series, of: pd.Series, ir: pd.Series, of_rounding: pd.Series) -> tuple[Any, ...]:
    of = of.where(of > 0)
    rate = (i / of * 100).dropna()
    low, high = ((i - ir) / (of + of_rounding)).mean() * 100, ((i + ir) / (of - of_rounding)).mean() * 100
    pooled = i[of.notna()].sum() / of.sum() * 100 if of.sum() else None
    return rate.mean(), rate.median(), pooled, len(rate), rate.tolist(), low, high


def _interactions(newest: pd.DataFrame) -> tuple[Any, ...]:
    sums = (newest.likes.sum(), newest.comments.sum(), newest.shares.sum(), newest.i.sum())
    return *sums, newest.i.mean(), newest.i.median(), newest.i.count()


def _by_day(readings: pd.DataFrame) -> list[tuple[Any, ...]]:
    parts = ["likes", "comments", "shares"]
    last = readings.assign(day=readings.captured_at.dt.floor("D")).groupby(["post_id", "day"])[parts].last()
    gains = last.groupby("post_id").diff().fillna(last)
    days = gains.assign(i=gains.sum(axis=1)).groupby("day").sum().cumsum()
    return [(day.date(), *row) for day, row in zip(days.index, days.to_numpy(), strict=True)]


def _creators(newest: pd.DataFrame) -> list[tuple[Any, ...]]:
    found = newest.groupby(["creator_id", "handle"]).agg(i=("i", "sum"), n=("i", "count"), v=("views", "sum")).reset_index()
    found = found.assign(share=found.i * 100 / found.i.sum()).sort_values("i", ascending=False)
    return list(found[["creator_id", "handle", "i", "n", "share", "v"]].itertuples(index=False, name=None))


def _followers(people: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> dict[str, list[tuple[Any, ...]]]:
    inside = people[people.captured_at <= end]
    b = inside.groupby("creator_id").last()
    a = inside[inside.captured_at <= start].groupby("creator_id").last()
    a = a.combine_first(inside.groupby("creator_id").first())
    grown = b[b.captured_at > a.captured_at].join(a, rsuffix="_a")
    net, spread = grown.followers - grown.followers_a, grown.followers_rounding + grown.followers_rounding_a
    days = (grown.captured_at - grown.captured_at_a).dt.total_seconds() / 86_400
    total = grown.followers_a.sum()
    summed = (total, grown.followers.sum(), net.sum(), net.sum() / total * 100, (net / days).sum(), len(grown))
    daily = people[(people.captured_at < end) & (people.captured_at >= start - pd.Timedelta(days=60))]
    daily = daily.assign(day=daily.captured_at.dt.floor("D")).groupby(["creator_id", "day"]).followers.last()
    shown = daily[daily.index.get_level_values("day") >= start].groupby("day").agg(["sum", "count"])
    return {
        "followers": [(*summed, (net - spread).sum(), (net + spread).sum())],
        "followers_daily": list(shown.itertuples(name=None)),
        "jumps": [jump for creator, series in daily.groupby("creator_id") for jump in _jumps(creator, series.droplevel(0), start)],
    }


def _jumps(creator: str, series: pd.Series, start: pd.Timestamp) -> list[tuple[Any, ...]]:
    step, before = series.diff(), series.shift()
    net = step / (series.index.to_series().diff().dt.total_seconds() / 86_400)
    past = net.rolling("28D", closed="left")
    middle, n = past.median(), past.count()
    spread = 1.4826 * past.apply(lambda window: np.nanmedian(np.abs(window - np.nanmedian(window))), raw=True)
    strange = (series.index >= start) & (n >= 7) & (step.abs() > 0.01 * before) & ((net - middle).abs() > 6 * spread)
    return [(creator, day, step[day]) for day in series.index[strange]]


def _hashtag(newest: pd.DataFrame, people: pd.DataFrame) -> tuple[Any, ...]:
    reach, views, i = people.groupby("creator_id").followers.last(), newest.views.sum(), newest.i.sum()
    worth = (newest.views * 0.00689 + newest.likes * 0.09 + newest.comments * 3.52 + newest.shares * 1.72).sum()
    counts = (len(newest), newest.creator_id.nunique(), views, i, reach.sum(), len(reach))
    costs = (500.0 / views * 1000, 500.0 / views, 500.0 / i, 500.0 / len(newest))
    return *counts, newest.published_at.min(), newest.published_at.max(), *costs, worth


def _weekly(newest: pd.DataFrame) -> list[tuple[Any, ...]]:
    week = newest.day.dt.tz_localize(None).dt.to_period("W-SUN").dt.start_time
    found = newest.groupby(week).agg(n=("i", "size"), v=("views", "sum"), i=("i", "sum"))
    return list(found.itertuples(name=None))
