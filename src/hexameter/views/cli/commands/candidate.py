"""`hexameter candidate ...`: who may work on a campaign and how far each has come. It ranks nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.safe import shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Work a campaign"
Handle = Annotated[str, Parameter(name="HANDLE", help="A creator's handle, with or without @.")]
By = Annotated[str, Parameter(metavar="WHO", help="Who did it.")]


def listed(
    campaign: Slug,
    /,
    *,
    stage: Annotated[str | None, Parameter(metavar="STAGE", help="Only this stage.")] = None,
    tag: Annotated[str | None, Parameter(metavar="TAG", help="Only with this tag.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Lists candidates."""
    document = ctx.app.candidates.list(campaign, stage, tag)
    return Answer(document, lambda: _list(document))


def add(
    campaign: Slug,
    /,
    *handles: Handle,
    stage: Annotated[str, Parameter(metavar="STAGE", help="Where they begin.")] = "found",
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Adds candidates."""
    document = ctx.app.candidates.add(campaign, handles, by, stage)
    return Answer(document, lambda: _list(document))


def move(
    campaign: Slug,
    stage: Annotated[
        str,
        Parameter(name="STAGE", help="found, applied, short-listed, invited, accepted, briefed, posted, done or declined."),
    ],
    /,
    *handles: Handle,
    note: Annotated[str | None, Parameter(metavar="TEXT", help="A note beside it.")] = None,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Moves candidates."""
    document = ctx.app.candidates.move(campaign, handles, stage, by, note)
    return Answer(document, lambda: _list(document))


def undo(campaign: Slug, handle: Handle, /, *, by: By = "manager", common: Common | None = None, ctx: Ctx) -> Answer:
    """Takes a rule's move back."""
    document = ctx.app.candidates.undo(campaign, handle, by)
    return Answer(document, lambda: _one(document))


def note(
    campaign: Slug,
    handle: Handle,
    text: Annotated[str | None, Parameter(name="TEXT", help="The note. Left out: shows what happened so far.")] = None,
    /,
    *,
    tag: Annotated[list[str] | None, Parameter(name="--tag", metavar="TAG", help="Give a tag. May be repeated.")] = None,
    untag: Annotated[list[str] | None, Parameter(name="--untag", metavar="TAG", help="Take a tag away. May be repeated.")] = None,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Notes and tags."""
    if tag or untag:
        ctx.app.candidates.tag(campaign, handle, tag or (), untag or ())
    document = ctx.app.candidates.note(campaign, handle, text, by) if text else ctx.app.candidates.show(campaign, handle)
    return Answer(document, lambda: _one(document))


def import_list(
    campaign: Slug,
    file: Annotated[Path, Parameter(name="FILE", help="A CSV with a column of handles; note, tags and stage are taken too.")],
    /,
    *,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Imports a list."""
    document = ctx.app.candidates.import_file(campaign, file, by)
    return Answer(document, lambda: _imported(document))


def _list(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    counted = ", ".join(f"{n} {stage}" for stage, n in document["counts"].items() if n) or "nobody yet"
    yield look.text(f"{document['campaign']}: {counted}.")
    rows = [
        (
            c["stage"],
            f"@{c['handle']}",
            words.instant(c["since"])[:10],
            ", ".join(c["tags"]),
            ", ".join(f"{e['campaign']} ({e['stage']})" for e in c["elsewhere"]),
        )
        for c in document["candidates"]
    ]
    if rows:
        yield look.table(("Stage", "Creator", "Since", "Tags", "Other campaigns"), rows, flexible=("Tags", "Other campaigns", "Creator"))


def _one(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    tags = f" ({', '.join(document['tags'])})" if document["tags"] else ""
    yield look.heading(f"@{document['handle']}: {document['stage']}{tags}")
    rows = [(words.instant(e["at"])[:16], e["campaign"], e["what"], _said(e), e["by"]) for e in document["history"]]
    yield look.table(("When (UTC)", "Campaign", "What", "", "By"), rows, folded=("",), flexible=("Campaign", "By"))


def _said(event: Mapping[str, Any]) -> str:
    why = f": {event['led']['why']}" if event["led"] else ""
    return shortened(f"{event['text']}{why}", 300)


def _imported(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.text(f"{document['added']} new, {document['known']} were there, {document['rejected']} left out.")
    rows = [(str(r["row"]), r["field"], shortened(str(r["value"]), 30), r["why"]) for r in document["rejects"]]
    if rows:
        yield look.table((">Row", "Field", "Value", "Why"), rows, folded=("Why",))


COMMANDS = (
    Command(
        path=("candidate", "list"),
        run=listed,
        group=GROUP,
        summary="Who may work on a campaign, and how far each has come.",
        details="Stages: found, applied, short-listed, invited, accepted, briefed, posted, done, declined.",
        example="hexameter candidate list glowday --stage short-listed",
        limits="Shows where somebody stands; it does not say who fits best.",
    ),
    Command(
        path=("candidate", "add"),
        usage="hexameter candidate add CAMPAIGN HANDLE... [OPTIONS]",
        run=add,
        group=GROUP,
        summary="Put creators on the list of candidates.",
        details="Whoever is there already stays where they are.",
        example="hexameter candidate add glowday lea mia --by anna",
        limits="Nothing is read from TikTok before somebody is short-listed.",
    ),
    Command(
        path=("candidate", "move"),
        usage="hexameter candidate move CAMPAIGN STAGE HANDLE... [OPTIONS]",
        run=move,
        group=GROUP,
        summary="Move candidates to another stage.",
        details="""From short-listing on their followers are recorded every day. Whoever accepts becomes a creator of the campaign, so that
        their posts count.""",
        example="""hexameter candidate move glowday short-listed lea
hexameter candidate move glowday declined tom --note "no time in July" """.rstrip(),
        limits="""Three moves happen by themselves: briefed, when somebody who accepted opens the page with the brief; posted, when a post
        of theirs counts; done, when all they owe is done. None leads back, out of declined, or to a stage somebody was at before.
        Followers are read through the creator's own connection, or with research credentials. Moving somebody back does not take
        them out of the campaign: hexameter campaign remove.""",
    ),
    Command(
        path=("candidate", "undo"),
        run=undo,
        group=GROUP,
        summary="Take back the move that a rule made last.",
        details="The candidate is where they were before; the rule does not make that move again.",
        example="hexameter candidate undo glowday lea",
        limits="A person's move is not undone: move them again instead.",
    ),
    Command(
        path=("candidate", "note"),
        usage="hexameter candidate note CAMPAIGN HANDLE [TEXT] [OPTIONS]",
        run=note,
        group=GROUP,
        summary="Write a note about a candidate, tag them, or show their history.",
        details="History is everything that happened here and in other campaigns, with who and when.",
        example="""hexameter candidate note glowday lea "prefers mornings" --tag skincare
hexameter candidate note glowday lea""",
        limits="A note is not changed or removed; erasing the creator removes all of it.",
    ),
    Command(
        path=("candidate", "import"),
        run=import_list,
        group=GROUP,
        summary="Import candidates from a CSV.",
        details="Needs a column handle (or creator, username); note, tags and stage are taken where they are there. Good rows are taken.",
        example="hexameter candidate import glowday candidates.csv",
        limits="UTF-8, at most 10 MB. The same file again adds nobody twice.",
    ),
)
