"""`track`, `connect`, `disconnect`, `sources`, `quota`, `reparse`: how a campaign fills itself. They decide nothing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.output import put
from hexameter.views.cli.safe import shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Track"


def track(
    *,
    once: Annotated[bool, Parameter(help="One pass, then end: for cron. Left out: pass after pass until ctrl-C.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer | None:
    """Reads TikTok."""
    if once:
        document = ctx.app.track_once()
        return Answer(document, lambda: _pass(document))
    _until_interrupted(ctx, (common or Common()).json)
    return None


def _until_interrupted(ctx: Ctx, as_json: bool) -> None:
    """Pass after pass, each told when it ends; ctrl-C ends it after the requests under way."""
    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        ctx.app.track(stop, lambda document: put(Answer(document, lambda: _line(document)), as_json))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _line(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.text(f"{words.instant(document['at'])}  {document['summary']}")
    for notice in document["notices"]:
        yield look.note(notice, 2)


def _pass(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.text(document["summary"])
    for notice in document["notices"]:
        yield look.text(notice)
    if document["gaps"]:
        yield look.gap()
        yield look.heading("What could not be read")
        yield from _gaps(document["gaps"])
    if document["next_due"]:
        yield look.note(f"Next reading due at {words.instant(document['next_due'])}.")


def _gaps(gaps: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    rows = [(g["reason"], words.instant(g["from_at"])[:16], g["sentence"]) for g in gaps[:20]]
    yield look.table(("Why", "Since (UTC)", "What"), rows, folded=("What",))
    if len(gaps) > 20:
        yield look.note(f"and {len(gaps) - 20} more: --json lists all.")


def connect(
    handle: Annotated[str, Parameter(name="HANDLE", help="The creator's handle, or the brand's for --login advertiser.")],
    /,
    *,
    campaign: Annotated[str | None, Parameter(metavar="SLUG", help="For which campaign consent is asked; noted with it.")] = None,
    login: Annotated[
        str,
        Parameter(
            metavar="WAY",
            help="display (any creator), accounts (reach and watch time; needs TikTok's approval) or advertiser (the brand's ads).",
        ),
    ] = "display",
    answer: Annotated[
        str | None,
        Parameter(metavar="ADDRESS", help="The address at which the creator's browser ended, when hexameter serve was not running."),
    ] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Makes a link, or takes its answer."""
    if answer is not None:
        done = ctx.app.connections.answer(answer)
        return Answer(done, lambda: iter([look.text(done["message"])]))
    document = ctx.app.connections.begin(handle, login=login, campaign=campaign)
    return Answer(document, lambda: _link(document))


def _link(document: Mapping[str, Any]) -> Iterator[RenderableType | look.Verbatim]:
    yield look.text(f"Send this link to @{document['handle']}. It works once, for half an hour; the consent lasts until it is taken back.")
    yield look.Verbatim(document["url"])
    yield look.note(f"The answer goes to {document['redirect_uri']}: hexameter serve must run there.")


def disconnect(
    handle: Annotated[str, Parameter(name="HANDLE", help="The creator's handle.")],
    /,
    *,
    erase: Annotated[bool, Parameter(help="Also erase everything about the creator, from every version of the lake.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Ends a connection."""
    document = ctx.app.connections.end(handle)
    if erase:
        document = {**document, "erased": ctx.app.upkeep.erase(handle)}
    return Answer(document, lambda: _ended(document))


def _ended(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    said = f"@{document['handle']} is no longer connected ({', '.join(document['ended'])}). Reading stops at once."
    yield look.text(said if document["told"] else f"{said} TikTok could not be told; the creator can end it in TikTok's settings too.")
    if "erased" in document:
        yield look.text("Everything about the creator is erased.")
    else:
        yield look.note(f"What was read stays. To erase it: hexameter lake erase {document['handle']}")


def sources(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """TikTok's APIs and the connected accounts."""
    document = ctx.app.list_sources()
    return Answer(document, lambda: _sources(document))


def _sources(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    rows = [("ready" if s["ready"] else "--", s["name"], s["title"], s["why_not"] or s["help"]) for s in document["sources"]]
    yield look.table(("", "Source", "What it is", "What it gives, or what is missing"), rows, folded=("What it gives, or what is missing",))
    yield look.gap()
    yield look.heading("Connected accounts")
    accounts = [
        (f"@{a['handle']}" if a["handle"] else words.NOTHING, a["login"], a["status"], words.instant(a["since"])[:16], a["why"] or "")
        for a in document["accounts"]
    ]
    if accounts:
        yield look.table(("Creator", "By", "State", "Since (UTC)", "Why"), accounts, folded=("Why",))
    else:
        yield look.text("None yet. Make a link for a creator: hexameter connect HANDLE --campaign SLUG")
    if document["gaps"]:
        yield look.gap()
        yield look.heading("What cannot be read now")
        yield from _gaps(document["gaps"])


def quota(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """What is left of each limit."""
    document = ctx.app.quota()
    return Answer(document, lambda: _quota(document))


def _quota(document: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    if not document:
        yield look.text("Nothing was requested yet: hexameter track")
        return
    rows = [
        (
            shortened(q["bucket"], 46),
            words.count(q["used"]),
            words.NOTHING if q["allowed"] is None else words.count(q["allowed"]),
            "day" if q["daily"] else f"{q['seconds']} s",
            words.instant(q["free_at"])[:16] if q["free_at"] else "now",
        )
        for q in document
    ]
    yield look.table(("Limit", ">Used", ">Allowed", "In a", "Free from (UTC)"), rows, flexible=("Limit",))


def reparse(
    batch: Annotated[str | None, Parameter(name="BATCH", help="Only this batch. Left out: every kept answer.")] = None,
    /,
    *,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Reads kept answers again."""
    document = ctx.app.reparse(batch)
    return Answer(document, lambda: _reparsed(document))


def _reparsed(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.text(
        f"{words.plural(document['answers'], 'kept answer')} read again: {words.count(document['changed'])} of "
        f"{words.plural(document['read'], 'row')} read differently now and were stored beside the old ones; the new ones count."
    )


COMMANDS = (
    Command(
        path=("connect",),
        usage="hexameter connect HANDLE [OPTIONS]",
        run=connect,
        group=GROUP,
        summary="A link on which a creator lets you read their account.",
        details="""Prints a link for the creator. On it TikTok asks for consent; the creator needs no account here. Then their new
        videos are found and their counters read by themselves.""",
        example="""hexameter connect lea --campaign glowday
hexameter connect glowlab --login advertiser""",
        limits="The link works once, for 30 minutes. It needs your TikTok app's credentials in the settings; see hexameter sources.",
    ),
    Command(
        path=("disconnect",),
        usage="hexameter disconnect HANDLE [OPTIONS]",
        run=disconnect,
        group=GROUP,
        summary="End a creator's connection; reading stops.",
        details="""TikTok is told, the tokens are dropped, and the end is noted in the log of consent. What was read stays unless you
        erase it.""",
        example="hexameter disconnect lea",
        limits="With --erase nothing about the creator is left, and numbers that contained their posts change.",
    ),
    Command(
        path=("track",),
        run=track,
        group=GROUP,
        summary="Read TikTok by itself, within its limits.",
        details="""Finds the campaigns' videos and reads their counters where the numbers move most, until they stop moving. Files dropped
        into the folder inbox of the home are imported too. Several may run at once; none does another's work.""",
        example="""hexameter track
hexameter track --once --json""",
        limits="""Only creators who connected are read, or, with research credentials, public posts by hashtag up to 48 hours late.
        What cannot be read is listed as a gap with its reason; exit status 0 all the same.""",
    ),
    Command(
        path=("sources",),
        run=sources,
        group=GROUP,
        summary="TikTok's APIs, what each needs, and who is connected.",
        details="Says of each API what it gives and whether it can be used, lists the connected accounts and what cannot be read now.",
        example="hexameter sources",
        limits="It asks TikTok nothing: a key that TikTok would refuse looks ready until the first request.",
    ),
    Command(
        path=("quota",),
        run=quota,
        group=GROUP,
        summary="How much of TikTok's limits is used up.",
        details="Every limit that was spent from: how many requests count against it now, and from when there is leave again.",
        example="hexameter quota",
        limits="It counts what this home sent; others who use the same keys are noticed when TikTok refuses.",
    ),
    Command(
        path=("reparse",),
        usage="hexameter reparse [BATCH] [OPTIONS]",
        run=reparse,
        group=GROUP,
        summary="Read TikTok's kept answers again, after a parser was mended.",
        details="Rows that read differently now are stored beside the old ones and count from now on; the same rows change nothing.",
        example="hexameter reparse",
        limits="Answers are kept for as many days as the setting raw_days says.",
    ),
)
