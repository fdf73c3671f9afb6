"""`hexameter demo`: a simulated campaign to look at. It measures nothing real."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.kpi_page import page
from hexameter.views.cli.safe import shortened
from hexameter.views.cli.values import whole_number

if TYPE_CHECKING:
    from rich.console import RenderableType


def demo(
    *,
    seed: Annotated[str | None, Parameter(metavar="N", help="Another simulated world; the same number gives the same world.")] = None,
    days: Annotated[str | None, Parameter(metavar="N", help="Length of the campaign, 7 to 365 days. Left out: 30.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Fills the home with a simulated campaign."""
    document = ctx.app.demo(seed=whole_number(seed, "seed"), days=whole_number(days, "days"))
    return Answer(document, lambda: _show(document))


def _show(document: Mapping[str, Any]) -> Iterator[RenderableType | look.Verbatim]:
    yield look.text("A simulated campaign. Creators, posts and counters are made up; everything else is as with real files.")
    yield look.gap()
    tracked = document["tracked"]
    requests, passes, readings, gaps = (words.count(tracked[name]) for name in ("requests", "passes", "readings", "gaps"))
    yield look.text(
        f"Tracked over HTTP from a TikTok on this machine: {requests} requests in {passes} passes, {readings} readings. TikTok failed now "
        f"and then: {gaps} gaps are recorded, and no number is made up."
    )
    yield look.gap()
    yield look.heading("Files that came in beside it")
    rows = [
        (f.get("what") or f["file"], f["format"], *(words.count(n) for n in (f["read"], sum(f["stored"].values()), f["rejected"])))
        for f in document["files"]
    ]
    columns = ("File", "Read as", ">Rows", ">Stored", ">Left out")
    yield look.table(columns, [(shortened(name, 40), *rest) for name, *rest in rows], flexible=("File",))
    yield look.gap()
    yield from page(document["kpis"])
    yield look.gap()
    yield look.heading("What to try next")
    for step in document["next"]:
        yield look.Verbatim(f"  {step['command']}")
        yield look.note(step["what"], 4)


COMMANDS = (
    Command(
        path=("demo",),
        run=demo,
        group="Start here",
        summary="See it work: a simulated campaign and its six numbers.",
        details="""Fills the home with a made-up campaign: creators of several sizes, their posts, counters read again and again,
        rounded counters, a deleted post, a misspelt hashtag. Then shows its six numbers and leaves everything there to explore.""",
        example="hexameter demo --home ./demo",
        limits="Nothing in it is real, and it wants a home of its own: simulated posts must not stand among real ones.",
    ),
)
