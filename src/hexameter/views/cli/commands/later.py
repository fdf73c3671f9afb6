"""Verbs that come in a later release: they say so, plainly."""

from __future__ import annotations

from hexameter.errors import UserError
from hexameter.views.cli.command import Answer, Command, Common, Ctx

GROUP = "Later releases"


class NotYet(UserError):
    """The verb is planned but not there."""


def track(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Reading TikTok again and again."""
    raise NotYet("Reading TikTok by itself comes in a later release; this one imports files.", hint="Until then: hexameter import FILE")


def report(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Reports for the boss."""
    raise NotYet(
        "Reports as PDF and slides come in a later release; this one exports rows.",
        hint="Until then: hexameter export posts posts.xlsx --campaign NAME",
    )


COMMANDS = (
    Command(
        path=("track",),
        run=track,
        group=GROUP,
        summary="Read TikTok again and again by itself (later release).",
        details="Will read the counters of a campaign's posts on a schedule. Now it only says so.",
        example="hexameter track",
        limits="Not in this release: exit status 2.",
    ),
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
