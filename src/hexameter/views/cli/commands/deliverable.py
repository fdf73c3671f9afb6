"""`hexameter deliverable ...`, `rights ...`, `portal ...`: what creators owe, what may run as an ad, and links for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.errors import Usage

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Work a campaign"
Number = Annotated[int, Parameter(name="NUMBER", help="The deliverable's number, as the list shows it.")]
By = Annotated[str, Parameter(metavar="WHO", help="Who did it.")]
CreatorOnly = Annotated[str | None, Parameter(metavar="HANDLE", help="Only this creator's.")]


def listed(campaign: Slug, /, *, creator: CreatorOnly = None, common: Common | None = None, ctx: Ctx) -> Answer:
    """Lists what is owed."""
    document = ctx.app.deliverables.list(campaign, creator)
    return Answer(document, lambda: _list(document["deliverables"]))


def add(
    campaign: Slug,
    creator: Annotated[str, Parameter(name="HANDLE", help="Who owes it.")],
    what: Annotated[str | None, Parameter(name="WHAT", help="Like '2 videos'. Left out: what the brief asks for.")] = None,
    /,
    *,
    due: Annotated[str | None, Parameter(metavar="DAY", help="The last day, like 2025-07-10.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Notes what is owed."""
    verbs = ctx.app.deliverables
    document = verbs.from_brief(campaign, creator) if what is None else verbs.add(campaign, creator, what, due)
    return Answer(document, lambda: _list(document["deliverables"]))


def draft(
    number: Number,
    /,
    *,
    link: Annotated[str | None, Parameter(metavar="URL", help="Where the draft is.")] = None,
    file: Annotated[Path | None, Parameter(metavar="FILE", help="The draft itself, at most 200 MB; a copy is kept.")] = None,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Takes a draft."""
    return _changed(ctx.app.deliverables.hand_in(number, link=link, file=file, by=by))


def comment(
    number: Number,
    text: Annotated[str, Parameter(name="TEXT", help="What to say.")],
    /,
    *,
    changes: Annotated[bool, Parameter(help="Send it back: changes are asked for.")] = False,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Comments."""
    return _changed(ctx.app.deliverables.comment(number, text, by, changes))


def approve(number: Number, /, *, by: By = "manager", common: Common | None = None, ctx: Ctx) -> Answer:
    """Approves a draft."""
    return _changed(ctx.app.deliverables.approve(number, by))


def done(
    number: Number,
    post: Annotated[str | None, Parameter(name="POST", help="The post it became, by address or id.")] = None,
    /,
    *,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Ticks it off."""
    return _changed(ctx.app.deliverables.finish(number, post))


def reminders(
    *,
    days: Annotated[int, Parameter(metavar="NUMBER", help="How many days ahead.")] = 3,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """What is due."""
    document = ctx.app.deliverables.reminders(days)
    return Answer(document, lambda: _list(document))


def _changed(document: Mapping[str, Any]) -> Answer:
    return Answer(document, lambda: _list([document]))


def _list(rows: Iterable[Mapping[str, Any]]) -> Iterator[RenderableType]:
    shown = [
        (
            str(d["number"]),
            f"@{d['creator']}",
            d["what"],
            "no day" if d["due"] is None else words.instant(d["due"])[:10],
            d["timing"],
            d["state"],
            f"{len(d['drafts'])}/{len(d['comments'])}",
        )
        for d in rows
    ]
    if not shown:
        yield look.text("Nothing is owed.")
        return
    yield look.table((">No.", "Creator", "What", "Due", "Timing", "State", ">Drafts/comments"), shown, flexible=("What", "Creator"))


Post = Annotated[str, Parameter(name="POST", help="The post, by address or id.")]


def rights(
    campaign: Annotated[str | None, Parameter(name="CAMPAIGN", help="Left out: every campaign's.")] = None,
    /,
    *,
    expiring: Annotated[int | None, Parameter(metavar="DAYS", help="Only what ends within so many days.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Shows the ledger."""
    document = ctx.app.rights.list(campaign) if expiring is None else ctx.app.rights.expiring(expiring)
    return Answer(document, lambda: _ledger(document))


def ask(
    campaign: Slug,
    post: Post,
    /,
    *,
    creator: Annotated[str | None, Parameter(metavar="HANDLE", help="Whose post it is.")] = None,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Notes that it was asked for."""
    document = ctx.app.rights.ask(campaign, post, by, creator)
    return Answer(document, lambda: _ledger([document]))


def grant(
    campaign: Slug,
    post: Post,
    /,
    *,
    code: Annotated[str | None, Parameter(metavar="CODE", help="The Spark Ads code; it is kept sealed.")] = None,
    days: Annotated[int | None, Parameter(metavar="NUMBER", help="Good for so many days.")] = None,
    valid_from: Annotated[str | None, Parameter(name="--from", metavar="TIME", help="Good from then on. Left out: now.")] = None,
    until: Annotated[str | None, Parameter(metavar="TIME", help="Good until then, instead of --days.")] = None,
    creator: Annotated[str | None, Parameter(metavar="HANDLE", help="Whose post it is.")] = None,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Notes that it was granted."""
    document = ctx.app.rights.grant(campaign, post, by, code=code, valid_from=valid_from, until=until, days=days, creator=creator)
    return Answer(document, lambda: _ledger([document]))


def use(
    campaign: Slug,
    post: Post,
    /,
    *,
    stop: Annotated[bool, Parameter(help="It does not run as an ad any more.")] = False,
    refused: Annotated[bool, Parameter(help="The creator said no.")] = False,
    ended: Annotated[bool, Parameter(help="The right has ended; the code is forgotten.")] = False,
    show_code: Annotated[bool, Parameter(help="Show the code.")] = False,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Notes whether it runs."""
    if show_code:
        secret = ctx.app.rights.code(campaign, post)
        return Answer(secret, lambda: iter([look.text(secret["code"] or "No code was given.")]))
    verbs = ctx.app.rights
    document = verbs.refuse(campaign, post, by, ended) if refused or ended else verbs.use(campaign, post, by, not stop)
    return Answer(document, lambda: _ledger([document]))


def _ledger(rows: Iterable[Mapping[str, Any]]) -> Iterator[RenderableType]:
    shown = [
        (
            r["campaign"],
            r["post_id"],
            f"@{r['creator']}" if r["creator"] else words.NOTHING,
            r["state"],
            "yes" if r["has_code"] else "no",
            words.NOTHING if r["days_left"] is None else str(r["days_left"]),
            "yes" if r["in_use"] else "no",
        )
        for r in rows
    ]
    if not shown:
        yield look.text("The ledger is empty.")
        return
    yield look.table(("Campaign", "Post", "Creator", "State", "Code", ">Days left", "In use"), shown, flexible=("Campaign", "Creator"))


def link(
    campaign: Slug,
    creator: Annotated[str | None, Parameter(name="HANDLE", help="Whose page. Left out: the application form.")] = None,
    /,
    *,
    days: Annotated[int, Parameter(metavar="NUMBER", help="Good for so many days.")] = 90,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Makes a link."""
    document = ctx.app.doors.make(campaign, None, days, by) if creator is None else ctx.app.doors.invite(campaign, creator, days, by)
    return Answer(
        document, lambda: iter([look.Verbatim(document["url"]), look.note(f"Good until {words.instant(document['expires_at'])}.")])
    )


def links(campaign: Slug, /, *, common: Common | None = None, ctx: Ctx) -> Answer:
    """Lists links."""
    document = ctx.app.doors.list(campaign)
    rows = [
        (str(x["number"]), x["purpose"], f"@{x['creator']}" if x["creator"] else "anyone", words.instant(x["expires_at"])[:10], x["state"])
        for x in document
    ]
    shown = look.table((">No.", "Opens", "For", "Until", "State"), rows) if rows else look.text("No link yet.")
    return Answer(document, lambda: iter([shown]))


def revoke(
    campaign: Slug,
    number: Annotated[int | None, Parameter(name="NUMBER", help="The link's number.")] = None,
    /,
    *,
    creator: Annotated[str | None, Parameter(metavar="HANDLE", help="Every link of this creator.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Closes links."""
    if number is None and creator is None:
        raise Usage("Nothing says which link to close.", field="NUMBER", hint="Give its number, or --creator HANDLE.")
    document = ctx.app.doors.revoke(campaign, number, creator)
    return Answer(document, lambda: iter([look.text(f"{words.plural(document['revoked'], 'link')} closed.")]))


def _command(path: str, run: Any, summary: str, details: str, example: str, limits: str, usage: str | None = None) -> Command:
    return Command(
        path=tuple(path.split()), run=run, summary=summary, details=details, example=example, limits=limits, group=GROUP, usage=usage
    )


COMMANDS = (
    _command(
        "deliverable list",
        listed,
        "What creators owe, by day.",
        "Timing: late, due (within three days), later, open (no day), done. State: owed, draft, changes, approved, done.",
        "hexameter deliverable list glowday --creator lea",
        "A day ends at midnight in the campaign's zone.",
    ),
    _command(
        "deliverable add",
        add,
        "Note what a creator owes.",
        "Without words: everything the creator's brief asks for. Said again, nothing is doubled.",
        """hexameter deliverable add glowday lea "2 videos" --due 2025-07-10
hexameter deliverable add glowday lea""",
        "One entry may ask for several videos; it is ticked off as one.",
        "hexameter deliverable add CAMPAIGN HANDLE [WHAT] [OPTIONS]",
    ),
    _command(
        "deliverable draft",
        draft,
        "Hand in a draft: a link, or a file.",
        "It then waits to be approved. Creators do the same on their own page.",
        "hexameter deliverable draft 3 --link https://drive.example.com/x --by lea",
        "Files of at most 200 MB; they are kept in the home.",
    ),
    _command(
        "deliverable comment",
        comment,
        "Say something about a draft.",
        "With --changes it goes back to the creator.",
        'hexameter deliverable comment 3 "Show the label" --changes',
        "A comment is not changed or removed.",
    ),
    _command(
        "deliverable approve",
        approve,
        "Approve the newest draft.",
        "It may then be posted.",
        "hexameter deliverable approve 3 --by anna",
        "Needs a draft.",
    ),
    _command(
        "deliverable done",
        done,
        "Tick a deliverable off, with the post it became.",
        "It is no longer due, whatever its day.",
        "hexameter deliverable done 3 7527623000473079054",
        "The post is not counted in by this: hexameter campaign include.",
        "hexameter deliverable done NUMBER [POST]",
    ),
    _command(
        "deliverable reminders",
        reminders,
        "What to remind creators of: late, or due soon.",
        "Of every campaign that is not archived. Each has a key, so that a script sends it once.",
        "hexameter deliverable reminders --days 3 --json",
        "It sends nothing.",
    ),
    _command(
        "rights list",
        rights,
        "The ledger of ad rights: granted, code, days left, in use.",
        "What ends first stands on top. With --expiring: what ends soon, and what has ended and still runs.",
        """hexameter rights list glowday
hexameter rights list --expiring 14""",
        "It knows what was entered here or on the creator's page, not what TikTok has.",
        "hexameter rights list [CAMPAIGN] [OPTIONS]",
    ),
    _command(
        "rights ask",
        ask,
        "Note that a creator was asked for the right to a post.",
        "A right that is granted already stays as it is.",
        "hexameter rights ask glowday 7527623000473079054 --creator lea",
        "It sends nothing.",
    ),
    _command(
        "rights grant",
        grant,
        "Note that a creator agreed, with the Spark Ads code.",
        "The code is kept sealed. Its days count from now, unless --from says otherwise.",
        "hexameter rights grant glowday 7527623000473079054 --code CODE1234 --days 30",
        "Whether TikTok takes the code shows only in Ads Manager.",
    ),
    _command(
        "rights use",
        use,
        "Note whether a post runs as an ad, or that its right ended.",
        "A post whose right is not granted, or over, cannot be marked as running.",
        """hexameter rights use glowday 7527623000473079054
hexameter rights use glowday 7527623000473079054 --stop""",
        "It starts and stops no ad.",
    ),
    _command(
        "portal link",
        link,
        "Make a link to a creator's own page, or to the application form.",
        "The page needs no account: brief, deliverables, posts, connection, code, own numbers. A candidate becomes invited.",
        """hexameter portal link glowday lea --days 60
hexameter portal link glowday""",
        "Whoever has the link has the page; its address is shown only now. Close it with: hexameter portal revoke.",
        "hexameter portal link CAMPAIGN [HANDLE] [OPTIONS]",
    ),
    _command(
        "portal list",
        links,
        "The links that were made for a campaign.",
        "Shows for whom, until when, and whether each is open, ended or revoked.",
        "hexameter portal list glowday",
        "The address itself is not kept.",
    ),
    _command(
        "portal revoke",
        revoke,
        "Close a link, or every link of a creator.",
        "From then on it answers like a link that never was.",
        """hexameter portal revoke glowday 3
hexameter portal revoke glowday --creator lea""",
        "What was handed in through it stays.",
        "hexameter portal revoke CAMPAIGN [NUMBER] [OPTIONS]",
    ),
)
