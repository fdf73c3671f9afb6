"""Verbs that come in a later release: they say so, plainly."""

from __future__ import annotations

from hexameter.errors import UserError
from hexameter.views.cli.command import Answer, Command, Common, Ctx

GROUP = "Later releases"


class NotYet(UserError):
    """The verb is planned but not there."""


def report(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Reports for the boss."""
    raise NotYet(
        "Reports as PDF and slides come in a later release; this one exports rows.",
        hint="Until then: hexameter export posts posts.xlsx --campaign NAME",
    )


COMMANDS = (
    Command(
        path=("report",),
        run=report,
        group=GROUP,
        summary="PDF, slides and spreadsheets (later release).",
        details="Will write a report for a campaign. Now it only says so.",
        example="hexameter report",
        limits="Not in this release: exit status 2.",
    ),
)
