"""Goals of a campaign: which figures may have a target, and how a target is written. Whether one is reached is not decided here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from hexameter.campaigns.database import upsert
from hexameter.campaigns.tables import GOAL
from hexameter.errors import BadValue, did_you_mean

Kind = Literal["count", "percent", "money"]
_LARGEST = 1e15
_TARGET = re.compile(r"(?P<body>\d[\d.,]*)(?P<times>[kKmM]?)\s*%?")
_BLANKS = re.compile(r"[\s'’_\u00a0\u202f]")


@dataclass(frozen=True)
class Figure:
    """A figure that may have a target: its own of the six KPIs, its unit, and whether less is better.

    grows  it is counted up while the campaign runs, so that part of the target is expected by part of the window
    """

    name: str
    title: str
    kpi: str
    kind: Kind
    grows: bool = False
    at_most: bool = False


FIGURES: tuple[Figure, ...] = (
    Figure("videos", "Videos", "videos", "count", grows=True),
    Figure("views", "Views", "views", "count", grows=True),
    Figure("by_views_pct", "Engagement rate by views", "engagement_rate", "percent"),
    Figure("by_followers_pct", "Engagement rate by followers", "engagement_rate", "percent"),
    Figure("interactions", "Interactions", "interactions", "count", grows=True),
    Figure("followers", "New followers", "followers", "count", grows=True),
    Figure("growth_pct", "Follower growth", "followers", "percent", grows=True),
    Figure("potential_reach", "Potential reach", "hashtag", "count"),
    Figure("roi_pct", "Return on cost", "hashtag", "percent"),
    Figure("cpm", "Cost per 1,000 views", "hashtag", "money", at_most=True),
    Figure("cpv", "Cost per view", "hashtag", "money", at_most=True),
    Figure("cpe", "Cost per interaction", "hashtag", "money", at_most=True),
)
_NAMED = {figure.name: figure for figure in FIGURES}


@dataclass(frozen=True)
class Goal:
    """A target for one figure: percent, a count, or money in major units of the campaign's currency."""

    figure: str
    target: float


def figure_of(name: str) -> Figure:
    """A figure by its name.

    Raises  BadValue  with the nearest name
    """
    found = _NAMED.get(name.strip().lower())
    if found is None:
        raise BadValue(f"'{name}' cannot have a goal.", field="goal", value=name, hint=did_you_mean(name, list(_NAMED)))
    return found


def goal_of(name: str, target: str) -> Goal:
    """A goal as a person writes it: a point or a comma as decimal mark, blanks between thousands, k and M for 1,000 and 1,000,000.

    Raises  BadValue
    Example goal_of("views", "1.5M") -> Goal("views", 1500000.0)
    """
    figure = figure_of(name)
    found = _TARGET.fullmatch(_BLANKS.sub("", target.strip()))
    value = None if found is None else _number(found["body"], figure.kind == "count" and not found["times"])
    if found is None or value is None:
        raise _refused(figure, target)
    value *= {"k": 1e3, "m": 1e6}.get(found["times"].lower(), 1)
    if not 0 < value <= _LARGEST or (figure.kind == "count" and value != int(value)):
        raise _refused(figure, target)
    return Goal(figure.name, value)


def keep(connection: sa.Connection, campaign_id: int, goal: Goal) -> None:
    """Set a goal; an earlier target of the figure is replaced."""
    row = {"campaign_id": campaign_id, "figure": goal.figure, "target": goal.target}
    change = upsert(connection, GOAL).values(**row)
    connection.execute(change.on_conflict_do_update(index_elements=["campaign_id", "figure"], set_={"target": goal.target}))


def drop(connection: sa.Connection, campaign_id: int, figure: str) -> bool:
    """Take a goal away; False when there is none."""
    return bool(connection.execute(sa.delete(GOAL).where(GOAL.c.campaign_id == campaign_id, GOAL.c.figure == figure)).rowcount)


def _number(body: str, whole: bool) -> float | None:
    """Digits with marks as a number; of a count, a mark before three digits separates thousands."""
    if whole and re.fullmatch(r"\d{1,3}([.,]\d{3})+", body):
        return float(re.sub("[.,]", "", body))
    try:
        return float(body.replace(",", "."))
    except ValueError:
        return None


def _refused(figure: Figure, target: str) -> BadValue:
    expected = {"count": "a whole number above 0, like 20, 50k or 1.5M", "percent": "percent above 0, like 5 or 5.5",
                "money": "an amount above 0, like 9.50"}[figure.kind]  # fmt: skip
    return BadValue(f"the goal of {figure.name} is '{target}'.", field="goal", value=target, hint=f"Expected {expected}.")
