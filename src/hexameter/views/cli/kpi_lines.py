"""What the page of the six numbers says, as data: label, figure, what stands beside it, why it may be missing. No layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hexameter.views.cli import words
from hexameter.views.cli.sparkline import sparkline

Figures = Mapping[str, Any]


def silent(figures: Figures) -> str:
    """Nothing beside the figure."""
    return ""


@dataclass(frozen=True)
class Line:
    """One line of the page.

    label   what it is, in a campaign manager's words
    key     the figure in the KPI's object, dotted
    write   how the figure is written
    beside  what is said right of it, from the KPI's object
    why     the reason, when the figure is null; "" = the line is left out then
    """

    label: str
    key: str
    write: Callable[[Any], str] = words.number
    beside: Callable[[Figures], str] = silent
    why: str = ""


def at(figures: Any, key: str) -> Any:
    """A figure by its dotted key; None when it is not there.

    Example at({"a": {"b": 1}}, "a.b") -> 1
    """
    for part in key.split("."):
        figures = figures.get(part) if isinstance(figures, Mapping) else None
    return figures


def joined(*parts: str) -> str:
    """The parts that say something, with semicolons."""
    return "; ".join(part for part in parts if part)


def counted(figures: Figures, prefix: str = "", noun: str = "post") -> str:
    """How many were counted and how many were left out.

    Example counted({"n": 3, "n_excluded": 1}) -> "3 posts counted, 1 left out"
    """
    n = figures.get(f"{prefix}n")
    if n is None:
        return ""
    left_out = figures.get(f"{prefix}n_excluded") or 0
    return f"{words.plural(n, noun)} counted" + (f", {words.count(left_out)} left out" if left_out else "")


def rounding(figures: Figures, write: Callable[[Any], str] = words.count, value: Any = None) -> str:
    """The interval that rounded counters leave, "" when all were exact.

    In      value  the figure itself: an interval as wide on both sides is written with ±
    Example rounding({"rounding_low": 90, "rounding_high": 110}, value=100) -> "± 10, as counters were shown rounded"
    """
    low, high = figures.get("rounding_low"), figures.get("rounding_high")
    if low is None or low == high:
        return ""
    if high is None:
        return f"at least {write(low)}, as counters were shown rounded"
    if isinstance(value, int) and value - low == high - value:
        return f"± {words.count(value - low)}, as counters were shown rounded"
    if write(low) == write(high):
        return "rounded counters change it by less than is shown"
    return f"{write(low)} to {write(high)}, as counters were shown rounded"


def of_other_houses(figures: Figures) -> Iterator[tuple[str, str, str]]:
    """Each other house's engagement rate that was asked for: its name, the rate, and how that house counts. No number without its name."""
    for house in figures.get("definitions") or ():
        window = f"newest {house['last_posts']} posts of each creator" if house.get("last_posts") else ""
        window = f"posts of the last {house['last_days']} days" if house.get("last_days") else window
        source = f"as in {house['source']}" if house.get("confirmed") else f"not confirmed: {house['source']}"
        formula = f"{house['formula'].removesuffix(' × 100')}, {house['statistic']}"
        yield house["definition"], words.percent(house["value_pct"]), joined(formula, window, counted(house), source.replace(";", ","))


def series(rows: Any, name: str, width: int = 24) -> str:
    """A column of a series as a sparkline; days without a row are dots.

    Days summed over fewer creators than the fullest day are dots too: they would look like a fall.

    Example series([{"day": "2025-07-01", "followers": 1}, {"day": "2025-07-03", "followers": 8}], "followers") -> "▁·█"
    """
    if not isinstance(rows, Sequence) or not rows:
        return ""
    fullest = max((row.get("n") or 0 for row in rows), default=0)
    values = [row.get(name) if (row.get("n") or fullest) == fullest else None for row in rows]
    return sparkline(_on_their_days(rows, values), width)


def _on_their_days(rows: Sequence[Figures], values: list[Any]) -> list[Any]:
    if "day" not in rows[0]:
        return values
    days = [date.fromisoformat(str(row["day"])[:10]).toordinal() for row in rows]
    by_day = dict(zip(days, values, strict=True))
    return [by_day.get(day) for day in range(days[0], days[-1] + 1)]


def _rate(key: str, label: str, why: str) -> Line:
    def beside(figures: Figures) -> str:
        rate = figures.get(key) or {}
        if rate.get("mean") is None:
            return counted(rate)
        low, high = rate.get("low"), rate.get("high")
        sure = f"95 % interval {words.percent(low)} to {words.percent(high)}" if low is not None else ""
        middle = f"median {words.percent(rate.get('median'))}, pooled {words.percent(rate.get('pooled'))}"
        return joined(middle, counted(rate), sure, rounding(rate, words.percent))

    return Line(label, f"{key}.mean", words.percent, beside, why)


def _amount(label: str, key: str, why: str = "", currency: str = "currency") -> Line:
    def write(value: Any) -> str:
        return words.NOTHING if value is None else f"{value:,.2f}" if abs(value) >= 1 or value == 0 else words.number(value)

    return Line(label, key, write, lambda f: str(f.get(currency) or "") if f.get(key) is not None else "", why)


def _silence(figures: Figures) -> str:
    gap, silence = figures.get("median_gap_hours"), figures.get("longest_silence_days")
    return joined(
        f"a post every {words.duration(gap)}" if gap is not None else "",
        f"longest silence {words.duration(silence * 24)}" if silence is not None else "",
    )


def _active(figures: Figures) -> str:
    return f"a post on {words.count(figures.get('active_days'))} of {words.plural(figures.get('days'), 'day')}"


def _band(figures: Figures) -> str:
    band = figures.get("recommended_per_day") or {}
    return f"of days with {band.get('low')} to {band.get('high')} posts; {band.get('source')}"


def _followers(figures: Figures) -> str:
    since = f"measured since {str(figures['measured_since'])[:10]}" if figures.get("measured_since") else ""
    span = f"{words.count(figures.get('start'))} to {words.count(figures.get('end'))}" if figures.get("net") is not None else ""
    several = counted(figures, noun="creator") if (figures.get("n") or 0) + (figures.get("n_excluded") or 0) > 1 else ""
    return joined(span, several, since, rounding(figures, words.signed, figures.get("net")))


def jumps(figures: Figures) -> str:
    """The flagged days of a follower series, the largest three."""
    found = sorted((row for row in figures.get("anomalies") or () if isinstance(row, Mapping)), key=lambda row: -abs(row.get("net") or 0))
    named = [f"{str(row.get('day'))[:10]} @{row.get('creator')} {words.signed(row.get('net'))}" for row in found[:3]]
    return "; ".join([*named, *([f"and {len(found) - 3} more"] if len(found) > 3 else [])])


def _views(figures: Figures) -> str:
    drawn = series(figures.get("weekly"), "views")
    return joined(counted(figures), rounding(figures, value=figures.get("total")), f"by week of publication {drawn}" if drawn else "")


def _interactions(figures: Figures) -> str:
    drawn = series(figures.get("cumulative"), "interactions")
    return joined(counted(figures), rounding(figures, value=figures.get("interactions")), f"day by day {drawn}" if drawn else "")


def _growth(figures: Figures) -> str:
    drawn = series(figures.get("daily"), "followers")
    return f"day by day {drawn}" if drawn else ""


def _rank(figures: Figures) -> str:
    rank = figures.get("rank")
    return joined(
        f"by {words.plural(figures.get('creators'), 'creator')}", f"rank {words.count(rank)} among the hashtags seen" if rank else ""
    )


SECTIONS: tuple[tuple[str, str, tuple[Line, ...]], ...] = (
    (
        "videos",
        "Videos produced",
        (
            Line(
                "Videos",
                "videos",
                words.count,
                lambda f: f"{words.number(f['per_day'])} a day" if f.get("per_day") is not None else "",
                "none",
            ),
            Line("Activity", "activity", str, _silence),
            Line("Active days", "active_day_share_pct", words.percent, _active),
            Line("Advised pace", "days_in_recommended_band_pct", words.percent, _band),
            Line("Views trend", "views_trend_pct_per_post", words.percent, lambda f: "from one post to the next"),
        ),
    ),
    (
        "views",
        "Views per publication",
        (
            Line("Total", "total", words.count, _views, "no post had its views read"),
            Line("Average", "mean", words.number, silent, "no post had its views read"),
            Line(
                "Median", "median", words.number, lambda f: f"the middle half: {words.number(f.get('p25'))} to {words.number(f.get('p75'))}"
            ),
            Line("Best post", "max", words.count),
            Line("Gained", "gained", words.count, lambda f: joined("in the period", counted(f, "gained_"))),
            Line("Per hour", "per_hour", words.number, lambda f: "between the last two readings"),
            Line(
                "Qualified",
                "qualified_views",
                words.number,
                lambda f: joined(f"watched {words.number(f.get('qualified_seconds'))} seconds or more", counted(f, "qualified_")),
            ),
            Line("From ads", "views_paid", words.count, lambda f: f"{words.count(f.get('views_organic'))} organic"),
        ),
    ),
    (
        "engagement_rate",
        "Engagement rate per post, average",
        (
            _rate("by_views_pct", "By views", "no post with views and all of its interactions"),
            _rate("by_followers_pct", "By followers", "no follower count, or likes and comments not read"),
            _rate("by_reach_pct", "By reach", "unique viewers come only from the creator's own account"),
        ),
    ),
    (
        "interactions",
        "Interactions",
        (
            Line("Total", "interactions", words.count, _interactions, "no post had likes, comments and shares read"),
            Line("Likes", "likes", words.count, silent, "not read"),
            Line("Comments", "comments", words.count, silent, "not read"),
            Line("Shares", "shares", words.count, silent, "not read"),
            Line("Saves", "saves", words.count, lambda f: "beside the total, not in it"),
            Line("Average per post", "mean_per_post", words.number, lambda f: f"median {words.number(f.get('median_per_post'))}"),
        ),
    ),
    (
        "followers",
        "Follower growth",
        (
            Line("Net", "net", words.signed, _followers, "needs two readings of the followers"),
            Line("Growth", "growth_pct", words.percent, _growth),
            Line("Per day", "per_day", words.signed),
            Line("! Unusual jumps", "anomalies", lambda found: words.count(len(found)), jumps),
        ),
    ),
    (
        "hashtag",
        "Hashtag performance and return",
        (
            Line("Videos", "videos", words.count, _rank, "none"),
            Line("Global reach", "views", words.count, lambda f: "views, not people", "no post had its views read"),
            Line(
                "Potential reach",
                "potential_reach",
                words.count,
                lambda f: "followers of its creators, added up",
                "no follower count was read",
            ),
            Line("Top creator", "share_of_top_creator_pct", words.percent, lambda f: "of the views"),
            _amount("Cost", "cost", "no cost recorded"),
            _amount("per 1,000 views", "cpm", "no cost, or no views"),
            _amount("per interaction", "cpe", "no cost, or no interactions"),
            _amount("per video", "cost_per_video"),
            _amount("Revenue", "revenue", "no sale recorded"),
            Line("Return on cost", "roi_pct", words.percent, silent, "needs a cost and a sale"),
            _amount("Media value", "media_value", currency="media_value_currency"),
        ),
    ),
)
