"""Weeks side by side: posts or views a week of one or several hashtags, as Vega-Lite. It carries no colour: see `theme`."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from hexameter.charts.drawing import Say, Spec


def weekly(weeks: Mapping[str, Sequence[Mapping[str, Any]]], say: Say = str) -> Spec:
    """Views of the posts published each week, a line a name; the names can be hidden one by one.

    In      weeks  by name: rows {week, videos, views}; a week whose views nobody read has no dot
    """
    names = list(weeks)
    rows = [
        {"week": str(row["week"])[:10], "views": row["views"], "videos": row["videos"], "name": name}
        for name, each in weeks.items()
        for row in each
        if row["views"] is not None
    ]
    made = _weekly(tuple(names), say("Week from"), say("Views"), say("Posts"), say("Hashtag"))
    return {**made, "datasets": {"rows": rows}, "usermeta": {"series": {"field": "name", "names": names}}}


@functools.lru_cache(maxsize=64)
def _weekly(names: tuple[str, ...], week: str, views: str, posts: str, hashtag: str) -> Spec:
    x = alt.X("week:T", title=None, scale=alt.Scale(type="utc"), axis=alt.Axis(format="%-d %b", grid=False, labelOverlap=True, tickCount=6))
    y = alt.Y("views:Q", title=views, axis=alt.Axis(format="~s", domain=False, ticks=False, tickCount=4))
    tips = [
        alt.Tooltip("name:N", title=hashtag),
        alt.Tooltip("week:T", title=week, format="%-d %b %Y"),
        alt.Tooltip("views:Q", title=views, format=","),
        alt.Tooltip("videos:Q", title=posts),
    ]
    colour = alt.Color("name:N", scale=alt.Scale(domain=list(names)), legend=None)
    base = alt.Chart(alt.NamedData(name="rows")).encode(x=x, y=y, color=colour, tooltip=tips)
    made: Spec = (
        (base.mark_line(strokeWidth=2.25) + base.mark_point(size=48, filled=True, opacity=1))
        .properties(width="container", height=260)
        .to_dict()
    )
    made.pop("config", None)
    return made
