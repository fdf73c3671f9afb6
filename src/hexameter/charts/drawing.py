"""The charts of the campaign, creator and post pages as Vega-Lite specifications, by Altair. They carry no colour: see `theme`.

A chart is made once for a language and filled with rows each time: Altair takes a tenth of a second, filling takes none.
`say` translates the words of a chart. `gaps` are spans {start, end, why} (days, both included) in which reading failed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import altair as alt

from hexameter.charts import series

Spec = dict[str, Any]
Say = Callable[[str], str]
Gaps = Sequence[Mapping[str, str]]
_UTC = alt.Scale(type="utc")
_HEIGHT = 260
_BROKEN: Literal["break-paths-show-domains"] = "break-paths-show-domains"


def cumulative_views(document: Mapping[str, Any], gaps: Gaps = (), say: Say = str) -> Spec:
    """Views by local day, with a ring on days on which posts were published; days nobody read stay empty.

    In      document  of `services.measure`, with posts and curves
    """
    published = {row["day"]: row["posts"] for row in series.posts_by_day(document)}
    rows = [{**row, "y": row["views"], "published": published.get(row["day"], 0)} for row in series.views_by_day(document)]
    words = _Words(say("Views"), say("Day"), say("Note"), say("Posts published"))
    rings = [row for row in rows if row["published"] and row["y"] is not None]
    return _filled(_cumulative(words, True), rows=_read(rows), rings=rings, **_spans(document, gaps, say))


def cumulative_interactions(document: Mapping[str, Any], gaps: Gaps = (), say: Say = str) -> Spec:
    """Likes, comments and shares together, by local day."""
    rows = [{"day": str(row["day"])[:10], "y": row["interactions"]} for row in document["interactions"]["cumulative"]]
    words = _Words(say("Interactions"), say("Day"), say("Note"), "")
    return _filled(_cumulative(words, False), rows=_read(rows), **_spans(document, gaps, say))


def views_by_age(document: Mapping[str, Any], say: Say = str) -> Spec:
    """Every post's views at the same ages, and their median in bold."""
    words = (say("Age of the post, days"), say("Views"), say("Creator"), say("Post"), say("Median"), say("Posts"))
    rows = series.views_by_age(document)
    return _filled(_ages(*words), rows=rows, middle=series.median_by_age(rows, min(5, max(len(document["posts"]), 1))))


def engagement(document: Mapping[str, Any], say: Say = str) -> Spec:
    """How the posts' engagement rates are spread, by views and by followers, with the mean of each."""
    found = series.rates(document)
    rows = {name: [row for row in found if row["formula"] == name] for name in ("by_views_pct", "by_followers_pct")}
    means = {f"{name}_mean": [{"mean": document["engagement_rate"][name]["mean"]}] for name in rows if rows[name]}
    spec = _spread(say("By views"), say("By followers"), say("Posts"), say("Mean, %"))
    there = [part for part, name in zip(spec["vconcat"], rows, strict=True) if rows[name]]
    return {**spec, "vconcat": there, "datasets": {**rows, **means}}


def followers(daily: Sequence[Mapping[str, Any]], anomalies: Sequence[Mapping[str, Any]] = (), say: Say = str) -> Spec:
    """Followers by local day; over days without a reading a dashed line; flagged jumps as dots."""
    rows = series.complete_days(daily, "followers")
    flagged = {str(found["day"])[:10] for found in anomalies}
    known = [row for row in rows if row["followers"] is not None]
    jumps = [row for row in known if row["day"] in flagged]
    return _filled(_followers(say("Followers"), say("Day")), rows=rows, known=known, jumps=jumps)


def growth(curve: Sequence[Sequence[float]], say: Say = str) -> Spec:
    """One post's views by its age, every reading a ring.

    In      curve  (age in hours, views), by age
    """
    words = (say("Age of the post, days"), say("Age, hours"), say("Views"))
    return _filled(_growth(*words), rows=[{"age_hours": age, "views": views} for age, views in curve])


class _Words(tuple[str, ...]):
    """What a cumulative chart says: its title, day, note, published."""

    def __new__(cls, *words: str) -> _Words:
        return super().__new__(cls, words)


@functools.cache
def _cumulative(words: _Words, rings: bool) -> Spec:
    title, day, note, published = words
    x, y = _days(), _axis("y", title)
    tips = [alt.Tooltip("day:T", title=day, format="%-d %b %Y"), alt.Tooltip("y:Q", title=title, format=",")]
    if rings:
        tips.append(alt.Tooltip("published:Q", title=published))
    base = alt.Chart(alt.NamedData(name="rows")).encode(x=x, y=y, tooltip=tips)
    layers = [_bands("unfinished", note), _bands("gap", note)]
    layers += [base.mark_area(style="under", invalid=_BROKEN), base.mark_line(style="main", invalid=_BROKEN)]
    if rings:
        layers.append(alt.Chart(alt.NamedData(name="rings")).mark_point(style="ring", size=36, filled=True).encode(x=x, y=y, tooltip=tips))
    return _made(alt.layer(*layers))


@functools.cache
def _ages(title: str, views: str, creator: str, post: str, median: str, posts: str) -> Spec:
    age = alt.X("age_hours:Q", title=title, scale=alt.Scale(type="sqrt"), axis=_age_axis())
    chart = alt.Chart(alt.NamedData(name="rows"))
    tips = [alt.Tooltip("creator:N", title=creator), alt.Tooltip("post_id:N", title=post), alt.Tooltip("views:Q", title=views, format=",")]
    each = chart.mark_line(style="faint").encode(x=age, y=_axis("views", views), detail="post_id:N", tooltip=tips)
    told = [alt.Tooltip("views:Q", title=median, format=",.0f"), alt.Tooltip("n:Q", title=posts)]
    middle = alt.Chart(alt.NamedData(name="middle")).encode(x=age, y=_axis("views", views), tooltip=told)
    return _made(each + middle.mark_line(style="main") + middle.mark_point(style="ring", size=40, filled=True))


@functools.cache
def _spread(by_views: str, by_followers: str, posts: str, mean: str) -> Spec:
    parts = [_histogram(name, title, posts, mean) for name, title in (("by_views_pct", by_views), ("by_followers_pct", by_followers))]
    made: Spec = alt.vconcat(*parts, spacing=10).to_dict()
    made.pop("config", None)
    return made


def _histogram(name: str, title: str, posts: str, mean: str) -> Any:
    bins = alt.Bin(maxbins=24)
    count = alt.Y("count():Q", title=posts, axis=alt.Axis(tickMinStep=1, format="d", domain=False, ticks=False, tickCount=3))
    tips = [alt.Tooltip("rate:Q", bin=bins, title="%"), alt.Tooltip("count():Q", title=posts)]
    bars = alt.Chart(alt.NamedData(name=name)).mark_bar(style="bars", binSpacing=1)
    spread = bars.encode(x=alt.X("rate:Q", bin=bins, title=f"{title}, %", axis=alt.Axis(grid=False)), y=count, tooltip=tips)
    rule = alt.Chart(alt.NamedData(name=f"{name}_mean")).mark_rule(style="mean")
    line = rule.encode(x=alt.X("mean:Q"), tooltip=[alt.Tooltip("mean:Q", title=mean, format=".2f")])
    return (spread + line).properties(width="container", height=88)


@functools.cache
def _followers(title: str, day: str) -> Spec:
    x, y = _days(), _axis("followers", title, zero=False)
    tips = [alt.Tooltip("day:T", title=day, format="%-d %b %Y"), alt.Tooltip("followers:Q", title=title, format=",")]
    across = alt.Chart(alt.NamedData(name="known")).mark_line(style="missing").encode(x=x, y=y)
    line = alt.Chart(alt.NamedData(name="rows")).mark_line(style="main", invalid=_BROKEN).encode(x=x, y=y, tooltip=tips)
    dots = alt.Chart(alt.NamedData(name="jumps")).mark_point(style="jump", size=60, filled=True).encode(x=x, y=y, tooltip=tips)
    return _made(across + line + dots)


@functools.cache
def _growth(title: str, hours: str, views: str) -> Spec:
    tips = [alt.Tooltip("age_hours:Q", title=hours, format=",.1f"), alt.Tooltip("views:Q", title=views, format=",")]
    age = alt.X("age_hours:Q", title=title, axis=_age_axis())
    base = alt.Chart(alt.NamedData(name="rows")).encode(x=age, y=_axis("views", views), tooltip=tips)
    return _made(base.mark_area(style="under") + base.mark_line(style="main") + base.mark_point(style="ring", size=22, filled=True))


def _bands(style: str, note: str) -> Any:
    where = alt.X("start:T", scale=_UTC)
    return alt.Chart(alt.NamedData(name=style)).mark_rect(style=style).encode(x=where, x2="end:T", tooltip=alt.Tooltip("why:N", title=note))


def _spans(document: Mapping[str, Any], gaps: Gaps, say: Say) -> dict[str, list[Spec]]:
    today = series.unfinished_day(document["period"], document["as_of"])
    unfinished = [] if today is None else [_span(today.isoformat(), today.isoformat(), say("The day is not over"))]
    return {"unfinished": unfinished, "gap": [_span(g["start"], g["end"], g["why"]) for g in gaps]}


def _span(start: str, end: str, why: str) -> Spec:
    return {"start": start, "end": (date.fromisoformat(end) + timedelta(days=1)).isoformat(), "why": why}


def _read(rows: list[Spec]) -> list[Spec]:
    """The rows, or none when nothing was read on any day."""
    return rows if any(row["y"] is not None for row in rows) else []


def _days() -> alt.X:
    return alt.X("day:T", title=None, scale=_UTC, axis=alt.Axis(format="%-d %b", grid=False, labelOverlap=True, tickCount=6))


def _axis(name: str, title: str, zero: bool = True) -> alt.Y:
    axis = alt.Axis(format="~s", domain=False, ticks=False, tickCount=4)
    return alt.Y(f"{name}:Q", title=title, axis=axis, scale=alt.Scale(zero=zero, nice=True))


def _age_axis() -> alt.Axis:
    return alt.Axis(values=[24 * n for n in (1, 2, 3, 5, 7, 10, 14, 21, 30)], labelExpr="datum.value / 24", grid=False)


def _made(chart: Any) -> Spec:
    made: Spec = chart.properties(width="container", height=_HEIGHT).to_dict()
    made.pop("config", None)
    return made


def _filled(spec: Spec, **rows: list[Spec]) -> Spec:
    """The template with its rows; layers that only mark something are left out when there is nothing to mark."""
    filled = {**spec, "datasets": rows}
    if "layer" in spec:
        names = [part.get("data", {}).get("name", "rows") for part in spec["layer"]]
        filled["layer"] = [part for part, name in zip(spec["layer"], names, strict=True) if name == "rows" or rows[name]]
    return filled
