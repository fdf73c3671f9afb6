"""The tables under the six numbers: posts, creators, hashtags. Rows are shown in the order in which the services give them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hexameter.views.cli import look, words
from hexameter.views.cli.kpi_lines import at
from hexameter.views.cli.safe import shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

Figures = Mapping[str, Any]
SHOWN = 50


def first(row: Figures, *keys: str) -> Any:
    """The first of some figures that is a number; None when none is.

    Example first({"views": {"total": 3}}, "views", "views.total") -> 3
    """
    return next((value for key in keys if isinstance(value := at(row, key), (int, float))), None)


def posts(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    """One line a post; a rounded counter carries a tilde."""
    yield look.heading(f"Posts ({words.count(len(rows))})")
    cells = [
        (row.get("post_id"), _who(row, 13), _day(row), *(_counter(row, name) for name in _COUNTERS), words.percent(row.get("by_views_pct")))
        for row in rows
    ]
    columns = ("Post", "Creator", "Day", ">Views", ">Likes", ">Comm.", ">Shares", ">By views")
    yield look.table(columns, cells[:SHOWN], flexible=("Creator",))
    if any(row.get("precision") == "rounded" for row in rows):
        yield look.note("~ shown rounded by its source.")
    yield from _rest(rows)


def creators(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    """One line a creator."""
    yield look.heading(f"Creators ({words.count(len(rows))})")
    cells = [
        (
            _who(row, 22),
            words.count(first(row, "videos", "videos.videos")),
            words.count(first(row, "views", "views.total")),
            words.percent(first(row, "by_views_pct", "by_views_pct.mean", "engagement_rate.by_views_pct.mean")),
            words.count(first(row, "interactions", "interactions.interactions")),
            words.signed(first(row, "net", "followers_net", "followers.net")),
        )
        for row in rows
    ]
    yield look.table(("Creator", ">Videos", ">Views", ">By views", ">Interactions", ">Followers"), cells[:SHOWN], flexible=("Creator",))
    yield from _rest(rows)


def hashtags(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    """One line a hashtag."""
    yield look.heading(f"Hashtags ({words.count(len(rows))})")
    cells = [
        (
            shortened(f"#{row.get('hashtag') or '?'}", 26),
            words.count(row.get("videos")),
            words.count(row.get("creators")),
            words.count(row.get("views")),
            words.count(row.get("interactions")),
            words.percent(first(row, "by_views_pct", "by_views_pct.mean")),
        )
        for row in rows
    ]
    yield look.table(("Hashtag", ">Videos", ">Creators", ">Views", ">Interactions", ">By views"), cells[:SHOWN], flexible=("Hashtag",))
    yield from _rest(rows)


_COUNTERS = ("views", "likes", "comments", "shares")
BREAKDOWNS: dict[str, Callable[[Any], Iterator[RenderableType]]] = {"posts": posts, "creators": creators, "hashtags": hashtags}


def _who(row: Figures, width: int) -> str:
    return shortened(f"@{row.get('handle') or row.get('creator') or '?'}", width)


def _day(row: Figures) -> str:
    return str(row.get("published_at") or words.NOTHING)[:10]


def _counter(row: Figures, name: str) -> str:
    return ("~" if row.get(f"{name}_rounding") else "") + words.count(row.get(name))


def _rest(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    if len(rows) > SHOWN:
        yield look.note(f"The first {SHOWN} of {words.count(len(rows))}; --json or hexameter export has all of them.")
