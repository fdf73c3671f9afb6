"""`inbox`, `hand-in`, `campaign rule`, `campaign link`: which posts were found for a campaign, and how. They decide nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.safe import shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Track"
_Slug = Annotated[str, Parameter(name="CAMPAIGN", help="The campaign's short name.")]


def inbox(
    campaign: _Slug,
    /,
    *,
    state: Annotated[str | None, Parameter(metavar="STATE", help="Only auto, review, included or excluded.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Found posts."""
    document = ctx.app.inbox.list(campaign, state)
    return Answer(document, lambda: _inbox(document))


def _inbox(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    counted = ", ".join(f"{n} {name}" for name, n in document["counts"].items() if n) or "nothing yet"
    yield look.text(f"{document['campaign']}: {counted}. It looks for: {document['rule'] or 'every post of its creators'}")
    rows = [
        (
            p["state"],
            p["post_id"],
            f"@{p['handle']}" if p["handle"] else words.NOTHING,
            words.instant(p["found_at"])[:16],
            p["via"],
            p["matched"],
        )
        for p in document["posts"][:100]
    ]
    if rows:
        yield look.table(("State", "Post", "Creator", "Found (UTC)", "By", "Because of"), rows, flexible=("Because of", "Creator"))
    if len(document["posts"]) > 100:
        yield look.note(f"and {len(document['posts']) - 100} older ones: --json lists all.")
    for handed in document["to_open"]:
        yield look.text(
            f"{shortened(handed['address'], 60)}, handed in by {handed['by']}, is a short link: open it and hand in the long address "
            f"with --instead-of {handed['number']}."
        )


def hand_in(
    campaign: _Slug,
    address: Annotated[str, Parameter(name="ADDRESS", help="The post's address, or its id.")],
    /,
    *,
    by: Annotated[str, Parameter(metavar="WHO", help="Who handed it in.")] = "manager",
    instead_of: Annotated[int | None, Parameter(metavar="NUMBER", help="The short link that was opened to get this address.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Takes an address."""
    document = ctx.app.inbox.hand_in(campaign, address, by, instead_of)
    return Answer(document, lambda: _handed(document))


def _handed(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    if document["post_id"] is None:
        yield look.text("A short link carries no id: open it in a browser and hand in the long address.")
    else:
        yield look.text(f"Post {document['post_id']} is in the inbox, to be reviewed. The tracker reads it with its next pass.")


def rule(
    campaign: _Slug,
    text: Annotated[
        str | None, Parameter(name="RULE", help="The new rule in quotes; '' takes it away. Left out: shows the present one.")
    ] = None,
    /,
    *,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Shows or sets a rule."""
    document = ctx.app.inbox.rule(campaign, text)
    return Answer(document, lambda: iter([look.text(document["rule"] or "Every post of its creators in its window.")]))


def link(
    campaign: _Slug,
    tiktok_one: Annotated[str, Parameter(name="ID", help="The campaign's id in TikTok One.")],
    /,
    *,
    remove: Annotated[bool, Parameter(help="Take the link away.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Links a campaign to TikTok One."""
    document = ctx.app.inbox.link(campaign, tiktok_one, remove)
    return Answer(document, lambda: iter([look.text(f"In TikTok One: {', '.join(document['tiktok_one']) or 'nothing'}.")]))


COMMANDS = (
    Command(
        path=("inbox",),
        usage="hexameter inbox CAMPAIGN [OPTIONS]",
        run=inbox,
        group=GROUP,
        summary="The posts that were found for a campaign.",
        details="""auto: counts by the campaign's hashtags, mentions and creators. review: the finding rule matched, or somebody handed it
        in. included and excluded: decided by hand, with hexameter campaign include and exclude.""",
        example="hexameter inbox glowday --state review",
        limits="A post in review does not count until it is included.",
    ),
    Command(
        path=("hand-in",),
        usage="hexameter hand-in CAMPAIGN ADDRESS [OPTIONS]",
        run=hand_in,
        group=GROUP,
        summary="Hand in a post by its address.",
        details="The post goes into the inbox, to be reviewed, and is read with the next pass when its creator is connected.",
        example="hexameter hand-in glowday 7527623000473079054",
        limits="Short links (vm.tiktok.com) carry no id: they wait until somebody opens them.",
    ),
    Command(
        path=("campaign", "rule"),
        usage="hexameter campaign rule CAMPAIGN [RULE]",
        run=rule,
        group=GROUP,
        summary="How a campaign finds posts: words with AND, OR, NOT.",
        details="""A rule is made of #hashtags, @mentions, words and "phrases in quotes", with AND, OR, NOT and parentheses. What it finds
        beyond the campaign's own hashtags and creators goes to review.""",
        example="""hexameter campaign rule glowday '#glowday OR ("glow day" AND NOT giveaway)'""",
        limits="It sees captions as TikTok's API gives them; the Display API cuts them at 150 characters.",
    ),
    Command(
        path=("campaign", "link"),
        usage="hexameter campaign link CAMPAIGN ID [OPTIONS]",
        run=link,
        group=GROUP,
        summary="Say which campaign of TikTok One a campaign is.",
        details="Its report there is then read every day: organic and paid views apart.",
        example="hexameter campaign link glowday 7400000000000000123",
        limits="Needs the brand connected: hexameter connect BRAND --login advertiser.",
    ),
)
