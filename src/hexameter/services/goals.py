"""How a campaign stands against its goals: one plain rule, the same on every page and on the command line. It measures nothing itself.

A figure that is counted up (videos, views, interactions, followers) is expected to have reached, of its target, the share of the window
that has gone by: `expected` = target * elapsed; kept up until the end, the growth so far leads to `at_this_pace` = value / elapsed.
  done      the target is reached
  on_track  at least `expected`
  behind    at least three quarters of it
  at_risk   less
A figure that is a level (a rate, a cost per view) is compared with the target itself: met is on_track while the window is open and done
after it; missed by at most a quarter is behind, by more is at_risk. It cannot be told (null, with the reason) before a twentieth of the
window has gone by, without a value, or when another period than the campaign's window is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.goals import FIGURES, Figure, figure_of
from hexameter.contracts.records import Period
from hexameter.contracts.spelling import instant_of

if TYPE_CHECKING:
    from hexameter.services.house import House

ENOUGH, TOO_EARLY = 0.75, 0.05
PACES = ("at_risk", "behind", "on_track", "done")  # the most urgent first
_PATHS: Mapping[str, tuple[str, ...]] = {
    "videos": ("videos", "videos"),
    "views": ("views", "total"),
    "by_views_pct": ("engagement_rate", "by_views_pct", "mean"),
    "by_followers_pct": ("engagement_rate", "by_followers_pct", "mean"),
    "interactions": ("interactions", "interactions"),
    "followers": ("followers", "net"),
    "growth_pct": ("followers", "growth_pct"),
    "potential_reach": ("hashtag", "potential_reach"),
    **{name: ("hashtag", name) for name in ("roi_pct", "cpm", "cpv", "cpe")},
}


def figures() -> list[dict[str, Any]]:
    """The figures that may have a goal: figure, title, kpi, kind (count, percent, money), direction."""
    return [
        {"figure": f.name, "title": f.title, "kpi": f.kpi, "kind": f.kind, "direction": "at_most" if f.at_most else "at_least"}
        for f in FIGURES
    ]


def standing(slug: str, house: House, as_of: str | None = None) -> dict[str, Any]:
    """A campaign's goals as they stand: campaign, as_of, pace (the most urgent), goals.

    Raises  NotFound, BadValue
    """
    from hexameter.services.asking import Ask
    from hexameter.services.campaign import shown
    from hexameter.services.measure import measure

    campaign = shown(house.desk.campaign(slug))
    document = measure(Ask(campaign=slug, as_of=as_of), house)
    found = paces(campaign, document)
    return {"campaign": slug, "as_of": document["as_of"], "pace": most_urgent(found), "goals": found}


def paces(campaign: Mapping[str, Any], document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every goal of a campaign beside the figure it is about, in the order of the six KPIs.

    In      campaign  of services.campaign.shown
            document  of services.measure, over the campaign's window
    Out     figure, title, kpi, kind, direction, target, value, reached_pct, expected, at_this_pace, pace, why
    Null    value: not measured; expected and at_this_pace: a level, or too early; pace: it cannot be told, and why says why
    """
    elapsed = _elapsed(campaign, document)
    targets = {goal["figure"]: goal["target"] for goal in campaign.get("goals") or ()}
    return [_goal(figure_of(f.name), targets[f.name], document, elapsed) for f in FIGURES if f.name in targets]


def most_urgent(found: Sequence[Mapping[str, Any]]) -> str | None:
    """The pace that needs somebody first; null when none can be told.

    Example most_urgent([{"pace": "done"}, {"pace": "behind"}, {"pace": None}]) -> "behind"
    """
    return next((pace for pace in PACES if any(goal["pace"] == pace for goal in found)), None)


def pace(value: float, target: float, elapsed: float, *, grows: bool, at_most: bool = False) -> str:
    """The rule of this module.

    In      elapsed  share of the window gone by, 0 to 1
    Example pace(10, 20, 0.5, grows=True) -> "on_track", pace(7, 20, 0.5, grows=True) -> "at_risk", pace(5, 4, 1.0, grows=False) -> "done"
    """
    met = value <= target if at_most else value >= target
    if grows:
        if met:
            return "done"
        expected = target * elapsed
        return "on_track" if value >= expected else "behind" if value >= expected * ENOUGH else "at_risk"
    if met:
        return "done" if elapsed >= 1 else "on_track"
    near = value * ENOUGH <= target if at_most else value >= target * ENOUGH
    return "behind" if near else "at_risk"


def _goal(figure: Figure, target: float, document: Mapping[str, Any], elapsed: float | str) -> dict[str, Any]:
    value = _value(document, figure.name)
    why = elapsed if isinstance(elapsed, str) else "it was not measured" if value is None else None
    told = None if isinstance(elapsed, str) or value is None else elapsed
    growing = figure.grows and told is not None and told > 0
    return {
        "figure": figure.name,
        "title": figure.title,
        "kpi": figure.kpi,
        "kind": figure.kind,
        "direction": "at_most" if figure.at_most else "at_least",
        "target": target,
        "value": value,
        "reached_pct": None if value is None else value / target * 100,
        "expected": target * told if growing and told is not None else None,
        "at_this_pace": value / told if growing and told and value is not None else None,
        "pace": None if told is None or value is None else pace(value, target, told, grows=figure.grows, at_most=figure.at_most),
        "why": why,
    }


def _value(document: Mapping[str, Any], name: str) -> float | None:
    found: Any = document
    for part in _PATHS[name]:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, int | float) else None


def _elapsed(campaign: Mapping[str, Any], document: Mapping[str, Any]) -> float | str:
    """The share of the window gone by, or why it cannot be told."""
    if any(document["period"][name] != campaign[name] for name in ("from", "to", "tz")):
        return "goals are about the campaign's own window"
    window = Period(date.fromisoformat(campaign["from"]), date.fromisoformat(campaign["to"]), campaign["tz"])
    as_of: datetime = instant_of(document["as_of"], "as_of")
    share = (as_of - window.start_at) / (window.end_at - window.start_at)
    if share < 0:
        return "the window has not begun"
    return "it is too early to tell" if share < TOO_EARLY else min(share, 1.0)
