"""The six numbers as a page for people, drawn from the same document that `--json` prints. It computes nothing and rounds only to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hexameter.views.cli import look, words
from hexameter.views.cli.receipt import receipt_lines
from hexameter.views.cli.safe import plain, shortened
from hexameter.views.cli.sparkline import sparkline

if TYPE_CHECKING:
    from rich.console import RenderableType

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One line of the page.

    label   what it is, in a campaign manager's words
    key     the figure in the KPI's object, dotted
    write   how the figure is written
    beside  what is said right of it, from the KPI's object
    why     the reason, when the figure is null
    always  whether the line is shown even when the figure is null
    """

    label: str
    key: str
    write: Callable[[Any], str] = words.number
    beside: Callable[[Figures], str] = lambda figures: ""
    why: str = "not read"
    always: bool = True


def page(document: Figures) -> Iterator[RenderableType]:
    """The whole answer of `hexameter kpis`.

    In      document  as `--json` prints it
    Out     what to print, one after the other
    """
    yield look.heading(title_of(document))
    yield look.text(when_of(document))
    yield look.gap()
    yield _grid(document)
    yield look.gap()
    yield from (look.note(line) for line in receipt_lines(document))
    for name, drawn in BREAKDOWNS.items():
        if document.get(name) is not None:
            yield look.gap()
            yield from drawn(document[name])


def title_of(document: Figures) -> str:
    """What the numbers are about.

    Example title_of({"scope": {"kind": "campaign", "id": "glowday"}}) -> "Campaign glowday"
    """
    kind, name = document["scope"]["kind"], document["scope"].get("id") or ""
    if kind == "all":
        return "Every imported post"
    sign = {"creator": "@", "hashtag": "#"}.get(kind, "")
    return f"{kind.capitalize()} {sign}{name}"


def when_of(document: Figures) -> str:
    """The period and the instant, in one line."""
    period = document.get("period") or {}
    days = f"{period.get('from')} to {period.get('to')}, {period.get('tz')}" if period.get("from") else "no post yet, so no period"
    return f"{days} · as of {words.instant(document['as_of'])}"


def _grid(document: Figures) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, heading, lines in SECTIONS:
        figures = document.get(name)
        if figures is None:
            continue
        grid.add_row(Text(heading, style="bold"), "", "")
        for label, value, beside in _rows(figures, lines):
            grid.add_row(f"  {label}", Text(value, style="" if value != words.NOTHING else "dim"), Text(plain(beside), style="dim"))
    return grid


def _rows(figures: Figures, lines: Sequence[Line]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        value = at(figures, line.key)
        if value is None and not line.always:
            continue
        beside = (
            line.beside(figures) if value is not None else "; ".join(part for part in (reason(figures, line), line.beside(figures)) if part)
        )
        yield line.label, line.write(value), beside


def at(figures: Any, key: str) -> Any:
    """A figure by its dotted key; None when it is not there.

    Example at({"a": {"b": 1}}, "a.b") -> 1
    """
    for part in key.split("."):
        figures = figures.get(part) if isinstance(figures, Mapping) else None
    return figures


def reason(figures: Figures, line: Line) -> str:
    """Why a figure is not there: what the services say, else what it commonly means."""
    said = figures.get("reasons") or figures.get("why")
    if isinstance(said, Mapping) and said.get(line.key):
        return str(said[line.key])
    return line.why


def counted(figures: Figures, noun: str = "post") -> str:
    """How many were counted and how many were left out.

    Example counted({"n": 3, "n_excluded": 1}) -> "3 posts counted, 1 left out"
    """
    if figures.get("n") is None:
        return ""
    left_out = figures.get("n_excluded") or 0
    return f"{words.plural(figures['n'], noun)} counted" + (f", {words.count(left_out)} left out" if left_out else "")


def rounding(figures: Figures, low: str = "rounding_low", high: str = "rounding_high", write: Callable[[Any], str] = words.count) -> str:
    """The interval that rounded counters leave, "" when all were exact."""
    least, most = figures.get(low), figures.get(high)
    if least is None or most is None or least == most:
        return ""
    return f"rounded counters: {write(least)} to {write(most)}"


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _rate(key: str, label: str, why: str) -> Line:
    def beside(figures: Figures) -> str:
        rate = figures.get(key) or {}
        middle = (
            f"median {words.percent(rate.get('median'))}, pooled {words.percent(rate.get('pooled'))}"
            if rate.get("mean") is not None
            else ""
        )
        spread = f"95 % sure of {words.percent(rate['low'])} to {words.percent(rate['high'])}" if rate.get("low") is not None else ""
        return _joined(middle, spread, counted(rate), rounding(rate, write=words.percent))

    return Line(label, f"{key}.mean", words.percent, beside, why)


def _per_unit(label: str, key: str, why: str, write: Callable[[Any], str] = words.number, always: bool = False) -> Line:
    return Line(
        label,
        key,
        write,
        lambda f: str(f.get("currency") or "") if f.get(key) is not None and not key.endswith("_pct") else "",
        why,
        always,
    )


def _series(figures: Figures, *names: str) -> str:
    """The first series among the names as a sparkline; each is a list of numbers or of objects with one number beside their time."""
    for name in names:
        rows = figures.get(name)
        if isinstance(rows, Sequence) and rows and not isinstance(rows, str):
            return sparkline([_value(row) for row in rows])
    return ""


_SERIES_VALUES = ("views", "followers", "interactions", "total", "value", "videos")


def _value(row: Any) -> float | None:
    if isinstance(row, Mapping):
        found = next((row[name] for name in _SERIES_VALUES if name in row), None)
        return found if isinstance(found, (int, float)) else None
    return row if isinstance(row, (int, float)) else None


def _videos_beside(figures: Figures) -> str:
    return f"{words.number(figures.get('per_day'))} a day" if figures.get("per_day") is not None else ""


def _jumps(figures: Figures) -> str:
    found = [row for row in figures.get("anomalies") or [] if isinstance(row, Mapping)]
    named = [f"{row.get('day')} {words.signed(row.get('net', row.get('followers_delta')))}" for row in found[:3]]
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return f"! unusual jump: {', '.join(named)}{more}" if found else ""


def _followers_beside(figures: Figures) -> str:
    since = f"measured since {figures['measured_since']}" if figures.get("measured_since") else ""
    return _joined(
        f"{words.count(figures.get('start'))} to {words.count(figures.get('end'))}",
        since,
        _jumps(figures),
        _series(figures, "series", "daily"),
    )


def _activity(figures: Figures) -> str:
    silence = figures.get("longest_silence_days")
    gap = figures.get("median_gap_hours")
    return _joined(
        f"typical gap {words.number(gap / 24)} days" if gap is not None else "",
        f"longest silence {words.number(silence)} days" if silence is not None else "",
    )


def _money(key: str, label: str, why: str = "not recorded", always: bool = False) -> Line:
    return Line(
        label,
        key,
        lambda v: words.NOTHING if v is None else f"{v:,.2f}",
        lambda f: str(f.get("currency") or "") if f.get(key) is not None else "",
        why,
        always,
    )


SECTIONS: tuple[tuple[str, str, tuple[Line, ...]], ...] = (
    (
        "videos",
        "Videos produced",
        (
            Line("Videos", "videos", words.count, _videos_beside),
            Line(
                "Activity", "activity", lambda v: words.NOTHING if v is None else str(v), _activity, "no post in the period", always=False
            ),
            Line(
                "Days with a post",
                "active_day_share_pct",
                words.percent,
                lambda f: words.plural(f.get("active_days"), "day"),
                "no day has begun",
                False,
            ),
            Line(
                "In the advised band",
                "days_in_recommended_band_pct",
                words.percent,
                lambda f: "of days: 1 to 3 posts, a 2023 article's advice",
                always=False,
            ),
            Line("Views trend, by post", "views_trend_pct_per_post", words.percent, why="needs five posts", always=False),
        ),
    ),
    (
        "views",
        "Views per publication",
        (
            Line("Total", "total", words.count, lambda f: _joined(counted(f), rounding(f)), "no post had its views read"),
            Line("Average", "mean", words.number, why="no post had its views read"),
            Line(
                "Median",
                "median",
                words.number,
                lambda f: f"half of the posts: {words.number(f.get('p25'))} to {words.number(f.get('p75'))}",
                "no views",
                False,
            ),
            Line("Best post", "max", words.count, why="no views", always=False),
            Line("Gained in the period", "gained", words.count, why="no reading at the period's start", always=False),
            Line("Qualified views", "qualified_views", words.count, why="no retention curve was read", always=False),
        ),
    ),
    (
        "engagement_rate",
        "Engagement rate per post (average)",
        (
            _rate("by_views_pct", "By views", "no post with views and all its interactions"),
            _rate("by_followers_pct", "By followers", "no follower count, or no likes and comments"),
            _rate("by_reach_pct", "By reach", "no source told the unique viewers"),
        ),
    ),
    (
        "interactions",
        "Interactions",
        (
            Line(
                "Likes+comments+shares",
                "interactions",
                words.count,
                lambda f: _joined(counted(f), rounding(f)),
                "no post had all three read",
            ),
            Line("Likes", "likes", words.count),
            Line("Comments", "comments", words.count),
            Line("Shares", "shares", words.count),
            Line("Saves", "saves", words.count, lambda f: "beside, not inside the sum" if f.get("saves") is not None else "", always=False),
            Line(
                "Average per post",
                "mean_per_post",
                words.number,
                lambda f: f"median {words.number(f.get('median_per_post'))}",
                always=False,
            ),
        ),
    ),
    (
        "followers",
        "Follower growth",
        (
            Line("Net", "net", words.signed, _followers_beside, "needs two readings of the followers"),
            Line("Growth", "growth_pct", words.percent, lambda f: "", "no reading to start from", False),
            Line("Per day", "per_day", words.number, lambda f: "", "needs two readings", False),
        ),
    ),
    (
        "hashtag",
        "Hashtag performance and return",
        (
            Line("Videos", "videos", words.count, lambda f: f"by {words.plural(f.get('creators'), 'creator')}"),
            Line("Views (global reach)", "views", words.count, why="no post had its views read"),
            Line(
                "Potential reach",
                "potential_reach",
                words.count,
                lambda f: "followers of its creators, added up",
                "no follower count was read",
            ),
            Line("Cost", "cost_minor", lambda v: words.NOTHING if v is None else words.count(v), lambda f: "", "no cost recorded"),
            _per_unit("Cost per 1,000 views", "cpm", "no cost, or no views", always=True),
            _per_unit("Cost per interaction", "cpe", "no cost, or no interaction", always=True),
            _per_unit("Cost per video", "cost_per_video", "no cost"),
            _money("revenue", "Revenue"),
            Line("Return on cost", "roi_pct", words.percent, lambda f: "", "no revenue or no cost recorded"),
            _money("media_value", "Media value", "no rate card"),
        ),
    ),
)


def _posts(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    yield look.heading(f"Posts ({words.count(len(rows))})")
    cells = [
        (
            shortened(f"@{row.get('handle') or row.get('creator') or '?'}", 14),
            str(row.get("published_at") or "")[:10],
            words.count(row.get("views")),
            words.count(row.get("likes")),
            words.count(row.get("comments")),
            words.count(row.get("shares")),
            words.percent(row.get("by_views_pct")),
            row.get("post_id"),
        )
        for row in rows
    ]
    yield look.table(
        ("Creator", "Published", ">Views", ">Likes", ">Com.", ">Shares", ">By views", "Post"), cells, flexible=("Creator", "Post")
    )
    if any((row.get("precision") == "rounded") for row in rows):
        yield look.note("Some counters were shown rounded by their source; --json has each post's precision.")


def _creators(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    yield look.heading(f"Creators ({words.count(len(rows))})")
    cells = [
        (
            shortened(f"@{row.get('handle') or row.get('creator') or '?'}", 20),
            words.count(first(row, "videos", "videos.videos")),
            words.count(first(row, "views", "views.total")),
            words.percent(first(row, "by_views_pct", "by_views_pct.mean", "engagement_rate.by_views_pct.mean")),
            words.count(first(row, "interactions", "interactions.interactions")),
            words.signed(first(row, "followers_net", "followers.net", "net")),
        )
        for row in rows
    ]
    yield look.table(("Creator", ">Videos", ">Views", ">By views", ">Interactions", ">Followers"), cells, flexible=("Creator",))


def _hashtags(rows: Sequence[Figures]) -> Iterator[RenderableType]:
    yield look.heading(f"Hashtags ({words.count(len(rows))})")
    cells = [
        (
            shortened(f"#{row.get('hashtag') or '?'}", 24),
            words.count(row.get("videos")),
            words.count(row.get("creators")),
            words.count(row.get("views")),
            words.count(row.get("interactions")),
            words.percent(first(row, "by_views_pct", "by_views_pct.mean")),
        )
        for row in rows
    ]
    yield look.table(("Hashtag", ">Videos", ">Creators", ">Views", ">Interactions", ">By views"), cells, flexible=("Hashtag",))


def first(row: Figures, *keys: str) -> Any:
    """The first of some figures that is a number; None when none is.

    Example first({"views": {"total": 3}}, "views", "views.total") -> 3
    """
    return next((value for key in keys if isinstance(value := at(row, key), (int, float))), None)


BREAKDOWNS: dict[str, Callable[[Any], Iterator[RenderableType]]] = {"posts": _posts, "creators": _creators, "hashtags": _hashtags}
