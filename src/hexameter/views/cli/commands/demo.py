"""`hexameter demo`: a simulated campaign to look at. It measures nothing real."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.kpi_page import page

if TYPE_CHECKING:
    from rich.console import RenderableType

CAMPAIGN = "glowday"


def demo(
    *,
    seed: Annotated[int | None, Parameter(metavar="N", help="Another simulated world; the same seed gives the same world.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Fills the home with a simulated campaign."""
    document = ctx.app.demo(**({} if seed is None else {"seed": seed}))
    return Answer(document, lambda: _show(document))


def _show(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    numbers = document.get("kpis") or document
    yield look.text("A simulated campaign: its creators, posts and counters are made up.")
    yield look.gap()
    yield from page(numbers)
    slug = numbers.get("scope", {}).get("id") or CAMPAIGN
    yield look.gap()
    yield look.heading("What to try next")
    for line in (
        f"hexameter kpis --campaign {slug} --creators",
        f"hexameter explain engagement_rate --campaign {slug}",
        "hexameter status",
    ):
        yield look.text(f"  {line}")


COMMANDS = (
    Command(
        path=("demo",),
        run=demo,
        group="Start here",
        summary="See it work: a simulated campaign and its six numbers.",
        details="""Fills the home with a made-up campaign: creators of several sizes, their posts, counters read again and again, rounded
        counters, a deleted post, a misspelt hashtag. Then shows its six numbers and leaves everything there to explore.""",
        example="hexameter demo --home ./demo",
        limits="Nothing in it is real. Use a home of its own, so that simulated posts do not stand among real ones.",
    ),
)
