"""`hexameter lake ...`: care of the stored readings. Only erase takes anything away from what was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from cyclopts import Parameter

from hexameter.errors import BadValue
from hexameter.views.cli import look
from hexameter.views.cli.command import Answer, Command, Common, Ctx

GROUP = "Look after it"


def compact(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Joins small files."""
    return _told(ctx.app.upkeep.compact())


def maintain(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Brings the derived tables up to date."""
    return _told(ctx.app.upkeep.maintain())


def vacuum(
    *,
    keep_hours: Annotated[
        float | None, Parameter(metavar="HOURS", help="Keep files of versions younger than this many hours. Left out: a week.")
    ] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Removes files that no kept version needs."""
    words = {} if keep_hours is None else {"keep_hours": keep_hours}
    return _told(ctx.app.upkeep.vacuum(**words))


def erase(
    creator: Annotated[str, Parameter(name="CREATOR", help="The creator's handle.")],
    /,
    *,
    yes: Annotated[bool, Parameter(help="Do it. Without it, nothing is erased.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Erases one creator for good."""
    if not yes:
        raise BadValue(
            f"This would erase every post and reading of '{creator}' for good, in all versions.",
            field="yes",
            value=creator,
            hint=f"If you mean it: hexameter lake erase {creator} --yes",
        )
    return _told(ctx.app.upkeep.erase(creator))


def history(
    table: Annotated[str | None, Parameter(name="TABLE", help="Only this table, like post_snapshot.")] = None,
    /,
    *,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Shows what happened to the tables."""
    words = {} if table is None else {"table": table}
    return _told(ctx.app.upkeep.history(**words))


def _told(document: Mapping[str, Any]) -> Answer:
    return Answer(document, lambda: look.outline(document))


COMMANDS = (
    Command(
        path=("lake", "compact"),
        run=compact,
        group=GROUP,
        summary="Join many small files into few large ones.",
        details="Makes reading faster after many imports. Numbers do not change, and other commands may go on meanwhile.",
        example="hexameter lake compact",
        limits="The small files stay until hexameter lake vacuum.",
    ),
    Command(
        path=("lake", "maintain"),
        run=maintain,
        group=GROUP,
        summary="Bring everything derived up to date: roll-ups, then compaction.",
        details="Rebuilds what is derived from the readings where it lags behind. Fit for a nightly run.",
        example="hexameter lake maintain",
        limits="Takes minutes on a lake of many millions of readings.",
    ),
    Command(
        path=("lake", "vacuum"),
        run=vacuum,
        group=GROUP,
        summary="Remove files that no kept version needs any more.",
        details="""Frees disk space after compaction. Numbers do not change; --known-at still works, since readings themselves are never
        removed.""",
        example="hexameter lake vacuum --keep-hours 168",
        limits="Reading by the number of an older version stops working for versions whose files were removed.",
    ),
    Command(
        path=("lake", "erase"),
        run=erase,
        group=GROUP,
        summary="Erase one creator for good, with every post and reading.",
        details="""For a person who asks to be forgotten. Removes the creator's posts, readings and audience from every table and
        every older version, and the handle from the campaigns.""",
        example="hexameter lake erase lea --yes",
        limits="""Cannot be undone. Numbers of the past change with it, and their receipts say so. Files you imported from are yours to
        delete.""",
    ),
    Command(
        path=("lake", "history"),
        run=history,
        group=GROUP,
        summary="What happened to the stored tables, newest first.",
        details="Shows the versions of each table: when it was written, by what, and how many rows came in.",
        example="hexameter lake history post_snapshot",
        limits="Versions before a vacuum are listed but can no longer be read.",
    ),
)
