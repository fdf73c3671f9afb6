"""`hexameter best-time`, `forecast`, `reuse`, `audit`, `affinity`, `clause-effects`: what to do about the numbers. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.values import whole_number

if TYPE_CHECKING:
    from rich.console import RenderableType

AsOf = Annotated[str | None, Parameter(metavar="TIME", help="As it stood at this time, like 2025-08-01. Left out: now.")]


def best_time(
    *,
    campaign: Annotated[str | None, Parameter(metavar="NAME", help="The creators of a campaign.")] = None,
    creator: Annotated[str | None, Parameter(metavar="HANDLE", help="One creator, leaning on the others.")] = None,
    tz: Annotated[str | None, Parameter(metavar="ZONE", help="The audience's time zone, like Europe/Paris.")] = None,
    as_of: AsOf = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Says when posts did better."""
    document = ctx.app.insights.best_time(campaign=campaign, creator=creator, tz=tz, as_of=as_of)
    return Answer(document, lambda: _best_time(document))


def _best_time(document: dict[str, Any]) -> Iterator[RenderableType]:
    yield look.heading(f"{document['verdict'][:1].upper()}{document['verdict'][1:]}, hours of {document['scope']['tz']}")
    yield look.text(document["why"])
    rows = [
        (w["label"], f"{w['gain_pct']:+.0f} %", f"{w['low_pct']:+.0f} to {w['high_pct']:+.0f}", w["n"], w["next"]["at"][0])
        for w in document["windows"]
    ]
    if rows:
        yield look.table(("Window", ">Gain", ">95 %", ">Posts", "Next"), rows)
    yield look.note(_counted(document))
    yield look.note("; ".join(f"{p['name']}: {p['says']}" for p in document["priors"]) + ". They contradict each other and weigh little.")


def forecast(campaign: Slug, /, *, as_of: AsOf = None, common: Common | None = None, ctx: Ctx) -> Answer:
    """Forecasts views on day 30."""
    document = ctx.app.insights.forecast(campaign, as_of=as_of)
    return Answer(document, lambda: _forecast(document))


def _forecast(document: dict[str, Any]) -> Iterator[RenderableType]:
    rows = [
        (p["post_id"], f"@{p['creator']}", words.count(p["views_now"]), _count(p["views"]), f"{_count(p['low'])} to {_count(p['high'])}")
        for p in document["posts"]
    ]
    yield look.table(("Post", "Creator", ">Views now", ">On day 30", ">80 %"), rows)
    yield look.note(_counted(document))


def reuse(campaign: Slug, /, *, as_of: AsOf = None, common: Common | None = None, ctx: Ctx) -> Answer:
    """Ranks posts worth boosting."""
    document = ctx.app.insights.reuse(campaign, as_of=as_of)
    return Answer(document, lambda: _reuse(document))


def _reuse(document: dict[str, Any]) -> Iterator[RenderableType]:
    rows = [(p["rank"], p["post_id"], f"@{p['creator']}", p["state"], "; ".join(p["reasons"])) for p in document["posts"]]
    yield look.table((">Rank", "Post", "Creator", "State", "Why"), rows, folded=("Why",))
    yield look.note(_counted(document))


def audit(campaign: Slug, /, *, as_of: AsOf = None, common: Common | None = None, ctx: Ctx) -> Answer:
    """Finds posts a campaign missed."""
    document = ctx.app.insights.audit(campaign, as_of=as_of)
    return Answer(document, lambda: _audit(document))


def _audit(document: dict[str, Any]) -> Iterator[RenderableType]:
    rows = [(f["post_id"], f"@{f['creator']}", f["published_at"], f["evidence"]) for f in document["findings"]]
    if rows:
        yield look.table(("Post", "Creator", "Published", "Why it may belong"), rows, folded=("Why it may belong",))
        yield look.note(f"To add one: hexameter campaign include {document['campaign']} POST")
    else:
        yield look.text("Nothing seems to be missing.")
    unseen = document["unseen"]
    said = "" if unseen["unseen"] is None else f"{unseen['unseen']:.0f} posts unseen ({unseen['low']:.0f} to {unseen['high']:.0f} in all). "
    yield look.note(f"Never seen: {unseen['verdict']}. {said}{unseen['why']}")


def affinity(
    *text: Annotated[str, Parameter(name="WORDS", help="What the brief is about.")],
    hashtag: Annotated[list[str] | None, Parameter(metavar="TAG", help="A hashtag of the brief; may be given again.")] = None,
    like: Annotated[str | None, Parameter(metavar="HANDLE", help="Rank creators by likeness to this one instead.")] = None,
    limit: Annotated[str | None, Parameter(metavar="N", help="At most so many creators; 20 otherwise.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Ranks creators for a brief."""
    most = whole_number(limit, "limit") or 20
    document = ctx.app.insights.affinity(" ".join(text), hashtag, like, most)
    return Answer(document, lambda: _affinity(document))


def _affinity(document: dict[str, Any]) -> Iterator[RenderableType]:
    rows = [(p["rank"], f"@{p['creator']}", f"{p['score']:.0f}", "; ".join(p["why"])) for p in document["creators"]]
    yield look.table((">Rank", "Creator", ">Score", "Why"), rows, folded=("Why",)) if rows else look.text("Nobody matches.")
    yield look.note(_counted(document))


def clause_effects(
    *,
    campaign: Annotated[str | None, Parameter(metavar="NAME", help="One campaign's briefs. Left out: all, clauses by kind.")] = None,
    as_of: AsOf = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Says which clauses went with better results."""
    document = ctx.app.insights.clause_effects(campaign, as_of=as_of)
    return Answer(document, lambda: _clause_effects(document))


def _clause_effects(document: dict[str, Any]) -> Iterator[RenderableType]:
    rows = [
        (
            c["clause"],
            c["verdict"],
            words.NOTHING if c["effect_pct"] is None else f"{c['effect_pct']:+.0f} %",
            words.NOTHING if c["low_pct"] is None else f"{c['low_pct']:+.0f} to {c['high_pct']:+.0f}",
            c["passed"],
            c["failed"],
            c["creators"],
        )
        for c in document["clauses"]
    ]
    columns = ("Clause", "Went with", ">Views when kept", ">95 %", ">Kept", ">Broken", ">Creators")
    yield look.table(columns, rows, flexible=("Clause",)) if rows else look.text("No brief was written, or none of its posts was found.")
    yield look.note(_counted(document))


def _counted(document: dict[str, Any]) -> str:
    made = f"method {document['method']} {document['version']}; as of {document['as_of']}"
    return f"n {document['n']}, left out {document['n_excluded']}; {made}"


def _count(value: float | None) -> str:
    return words.NOTHING if value is None else words.count(round(value))


COMMANDS = (
    Command(
        path=("best-time",),
        run=best_time,
        group="Numbers",
        summary="When posts did better than their creator's own level.",
        details="""Compares posts with the same creator's others at the same age, by weekday and hour of the audience's zone. It names a
        window only when shuffled posts hardly ever show one as good, and says so when no time stands out.""",
        example="hexameter best-time --creator lea --tz Europe/Paris",
        limits="""Times are chosen, not drawn: a gain is association. A gain of a fifth in nine hours of the week needs some 4,000 posts
        to be found half of the time; a test told the window's shape beforehand finds hardly more. The interval is of the window named,
        and allows for its choice: in simulations it held that window's gain 412 times of 419, and the gain that was planted, whose hours
        may be fewer, 400 of 417. Where there was no best time, 197 of 200 named none.""",
    ),
    Command(
        path=("forecast",),
        run=forecast,
        group="Numbers",
        summary="Views of a campaign's posts on day 30, with an interval.",
        details="Carries each post on as the posts did that were read before it, and gives the middle 80 percent of them.",
        example="hexameter forecast glowday",
        limits="Needs 30 imported posts that were read both at a post's age and at day 30; a boost it knows nothing of changes everything.",
    ),
    Command(
        path=("reuse",),
        run=reuse,
        group="Numbers",
        summary="Which posts are worth boosting, the surest first.",
        details="Ranks by how far a post surely lies above its creator's own level at the same age; says what is too early to judge.",
        example="hexameter reuse glowday",
        limits="A creator needs six posts read at that age. Of the sound it knows only whether it is the brief's own.",
    ),
    Command(
        path=("audit",),
        run=audit,
        group="Campaigns",
        summary="Posts a campaign probably missed.",
        details="""Finds misspelt hashtags, the creators' posts without the hashtag, posts just outside the window, and estimates how many
        posts no way of finding has seen.""",
        example="hexameter audit glowday",
        limits="Sees only posts that were imported or read. The estimate takes the ways of finding as independent.",
    ),
    Command(
        path=("affinity",),
        run=affinity,
        group="Campaigns",
        summary="Creators for a brief, or like another one.",
        details="Ranks creators by the words and hashtags of their posts, and says why.",
        example="""hexameter affinity "skin care routine" --hashtag skincare
hexameter affinity --like lea""",
        limits="Uses imported files and public data only: TikTok forbids ranking creators by what its account APIs gave for measuring.",
    ),
    Command(
        path=("clause-effects",),
        run=clause_effects,
        group="Campaigns",
        summary="Which clauses of a brief went with more or fewer views.",
        details="""Compares posts that kept a clause with posts of the same creators that broke it, by views on day 7. The intervals are
        widened for asking of several clauses at once: all of them hold together 95 times in 100.""",
        example="""hexameter clause-effects
hexameter clause-effects --campaign glowday""",
        limits="""Needs ten posts that kept a clause and ten that broke it, of creators who did both; says "not enough data" otherwise. What
        went together need not be cause: a creator may keep clauses in the posts they care most for.""",
    ),
)
