"""`hexameter campaign goal`: targets of a campaign, and how it stands against them. The rule of pace is services.goals'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.errors import Usage

if TYPE_CHECKING:
    from rich.console import RenderableType

_PACES = {"on_track": "on track", "behind": "behind", "at_risk": "at risk", "done": "done"}


def goal(
    campaign: Slug,
    figure: Annotated[str | None, Parameter(name="FIGURE", help="videos, views, interactions, followers, by_views_pct, cpm, ...")] = None,
    target: Annotated[str | None, Parameter(name="TARGET", help="Like 20, 50k, 1.5M, 5 (percent) or 9.50 (money).")] = None,
    /,
    *,
    remove: Annotated[str | None, Parameter(metavar="FIGURE", help="Take this figure's goal away.")] = None,
    as_of: Annotated[str | None, Parameter(metavar="TIME", help="As it stood then. Left out: now.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Sets a goal, takes one away, or shows how all stand."""
    if figure is not None and target is None:
        raise Usage(
            "hexameter campaign goal needs TARGET beside FIGURE.",
            field="TARGET",
            hint=f"Example: hexameter campaign goal {campaign} {figure} 20",
        )
    if remove is not None:
        ctx.app.campaigns.remove_goal(campaign, remove)
    if figure is not None:
        ctx.app.campaigns.set_goal(campaign, figure, target)
    document = ctx.app.goals(campaign, as_of)
    return Answer(document, lambda: _shown(document))


def _shown(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    if not document["goals"]:
        yield look.text(f"No goal yet. Set one: hexameter campaign goal {document['campaign']} views 1M")
        return
    heads = ("Goal", ">Target", ">So far", ">Expected by now", ">At this pace", "Pace")
    yield look.table(heads, [_row(goal) for goal in document["goals"]], flexible=("Goal", "Pace"))


def _row(goal: Mapping[str, Any]) -> tuple[str, ...]:
    write = {"count": _count, "percent": words.percent, "money": words.number}[goal["kind"]]
    bound = "at most " if goal["direction"] == "at_most" else ""
    pace = _PACES.get(goal["pace"] or "", f"{words.NOTHING} {goal['why']}")
    return (goal["title"], f"{bound}{write(goal['target'])}", *(write(goal[name]) for name in ("value", "expected", "at_this_pace")), pace)


def _count(value: float | None) -> str:
    return words.count(None if value is None else round(value))


COMMANDS = (
    Command(
        path=("campaign", "goal"),
        usage="hexameter campaign goal CAMPAIGN [FIGURE TARGET] [OPTIONS]",
        run=goal,
        group="Campaigns",
        summary="Set goals, and see whether they will be reached.",
        details="""Sets a target for a figure: videos, views, interactions, followers, growth_pct, by_views_pct, by_followers_pct,
        potential_reach, roi_pct at least; cpm, cpv, cpe at most. Without a figure, shows how every goal stands. What is counted up is
        expected to have reached the share of its target that the window has gone by: on track from there, behind from three quarters of
        it, at risk below. A rate or a cost is compared with the target itself.""",
        example="""hexameter campaign goal glowday views 1M
hexameter campaign goal glowday cpm 10
hexameter campaign goal glowday --remove cpm""",
        limits="Costs per view are in the campaign's currency. Pace is a straight line; it knows no season and no late post.",
    ),
)
