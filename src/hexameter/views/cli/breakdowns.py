"""The tables under the six numbers: posts, creators, hashtags. Rows are shown in the order in which the services give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hexameter.views.cli import look, words
from hexameter.views.cli.kpi_lines import at, series
from hexameter.views.cli.sparkline import sparkline

if TYPE_CHECKING:
    from rich.console import RenderableType

Figures = Mapping[str, Any]
SHOWN = 50


def posts(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    """One line a post; a rounded counter carries a tilde. Likes, comments and shares one by one where the terminal is wide enough."""
    yield look.heading(f"Posts ({words.count(len(rows))})")
    curved = any(row.get("curve") for row in rows)
    cells = [
        (
            row.get("post_id"),
            _who(row),
            _day(row),
            *(_counter(row, name) for name in ("views", "likes", "comments", "shares", "interactions")),
            words.percent(row.get("by_views_pct")),
            *([sparkline([views for _, views in row.get("curve") or ()], 8)] if curved else []),
        )
        for row in rows[:SHOWN]
    ]
    columns = (
        "Post",
        "Creator",
        "Day",
        ">Views",
        ">Likes",
        ">Comments",
        ">Shares",
        ">Interactions",
        ">By views",
        *(["By age"] if curved else []),
    )
    yield look.table(columns, cells, flexible=("Creator",), spare=("Likes", "Comments", "Shares", *(["Interactions"] if curved else [])))
    if any(row.get("rounding") for row in rows):
        yield look.note("~ shown rounded by its source")
    for reason, n in sorted(Counter(_reason(row) for row in rows if row.get("by_views_pct") is None).items()):
        yield look.note(f"— {reason}: {words.plural(n, 'post')}")
    yield from _rest(rows)


def creators(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    """One line a creator, with the followers day by day."""
    yield look.heading(f"Creators ({words.count(len(rows))})")
    cells = [
        (
            _who(row),
            words.count(at(row, "videos.videos")),
            words.count(at(row, "views.total")),
            words.percent(at(row, "engagement_rate.by_views_pct.mean")),
            words.count(at(row, "interactions.interactions")),
            words.signed(at(row, "followers.net")),
            series(at(row, "followers.daily"), "followers", 8),
        )
        for row in rows[:SHOWN]
    ]
    columns = ("Creator", ">Videos", ">Views", ">By views", ">Interactions", ">Followers", "Day by day")
    yield look.table(columns, cells, flexible=("Creator",), spare=("Day by day",))
    yield from _rest(rows)


def hashtags(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    """One line a hashtag."""
    yield look.heading(f"Hashtags ({words.count(len(rows))})")
    cells = [
        (
            f"#{row.get('hashtag') or '?'}",
            *(words.count(row.get(name)) for name in ("videos", "creators", "views", "interactions")),
            words.percent(at(row, "by_views_pct.mean")),
        )
        for row in rows[:SHOWN]
    ]
    yield look.table(("Hashtag", ">Videos", ">Creators", ">Views", ">Interactions", ">By views"), cells, flexible=("Hashtag",))
    yield from _rest(rows)


BREAKDOWNS: dict[str, Callable[[Any], Iterator[RenderableType]]] = {"posts": posts, "creators": creators, "hashtags": hashtags}


def _who(row: Figures) -> str:
    return f"@{row['creator']}" if row.get("creator") else str(row.get("creator_id") or words.NOTHING)


def _day(row: Figures) -> str:
    return str(row.get("published_at") or words.NOTHING)[:10]


def _counter(row: Figures, name: str) -> str:
    return ("~" if (row.get("rounding") or {}).get(name) else "") + words.count(row.get(name))


def _reason(row: Figures) -> str:
    return str((row.get("reasons") or {}).get("by_views_pct") or "not read")


def _rest(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    if len(rows) > SHOWN:
        yield look.note(f"The first {SHOWN} of {words.count(len(rows))}; --json or hexameter export has all of them.")
