"""`hexameter campaign ...`: set up a campaign and change it. Every word is checked by the desk, not here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.campaign_card import carded
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.errors import Usage
from hexameter.views.cli.safe import shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

WHO = Group("Which posts count", sort_key=1)
WINDOW = Group("When", sort_key=2)
MONEY = Group("What it costs", sort_key=3)

Given = list[str] | None
Creators = Annotated[
    list[str] | None, Parameter(name="--creator", metavar="HANDLE", group=WHO, help="A creator's handle. May be repeated.")
]
Hashtags = Annotated[
    list[str] | None, Parameter(name="--hashtag", metavar="TAG", group=WHO, help="A hashtag of the campaign. May be repeated.")
]
Mentions = Annotated[
    list[str] | None, Parameter(name="--mention", metavar="HANDLE", group=WHO, help="A handle that posts mention. May be repeated.")
]


def create(
    name: Annotated[str, Parameter(name="NAME", help="The campaign's name; its short name is made from it.")],
    /,
    *,
    hashtag: Hashtags = None,
    mention: Mentions = None,
    creator: Creators = None,
    from_day: Annotated[str, Parameter(metavar="DAY", name="--from", group=WINDOW, help="First day, like 2025-07-01.")],
    to_day: Annotated[str, Parameter(metavar="DAY", name="--to", group=WINDOW, help="Last day, counted whole.")],
    tz: Annotated[
        str | None, Parameter(metavar="ZONE", group=WINDOW, help="Time zone in which days begin, like Europe/Paris. Left out: UTC.")
    ] = None,
    cost: Annotated[str | None, Parameter(metavar="AMOUNT", group=MONEY, help="What the whole campaign costs, like 500.00.")] = None,
    currency: Annotated[str | None, Parameter(metavar="CODE", group=MONEY, help="Its currency, like EUR.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Opens a campaign."""
    document = ctx.app.campaigns.create(
        name,
        from_day=from_day,
        to_day=to_day,
        tz=tz,
        hashtags=tuple(hashtag or ()),
        mentions=tuple(mention or ()),
        creators=tuple(creator or ()),
        cost=cost,
        currency=currency,
    )
    return carded(document)


def listed(
    *, archived: Annotated[bool, Parameter(help="Also the campaigns that were put away.")] = False, common: Common | None = None, ctx: Ctx
) -> Answer:
    """Lists campaigns."""
    document = ctx.app.campaigns.list(archived)
    return Answer(document, lambda: _list(document))


def show(campaign: Slug, /, *, common: Common | None = None, ctx: Ctx) -> Answer:
    """Shows one campaign."""
    return carded(ctx.app.campaigns.show(campaign))


def add(
    campaign: Slug,
    /,
    *,
    creator: Creators = None,
    hashtag: Hashtags = None,
    mention: Mentions = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Adds creators, hashtags or mentions."""
    return carded(_each(ctx.app.campaigns.add, campaign, creator, hashtag, mention))


def remove(
    campaign: Slug,
    /,
    *,
    creator: Creators = None,
    hashtag: Hashtags = None,
    mention: Mentions = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Takes creators, hashtags or mentions out."""
    return carded(_each(ctx.app.campaigns.remove, campaign, creator, hashtag, mention))


Posts = Annotated[str, Parameter(name="POST", help="Posts, by address or id.")]
Why = Annotated[str | None, Parameter(metavar="TEXT", help="The reason, for whoever asks later.")]


def include(campaign: Slug, /, *posts: Posts, why: Why = None, common: Common | None = None, ctx: Ctx) -> Answer:
    """Counts posts in, whatever the rules say."""
    return carded(ctx.app.campaigns.include(campaign, posts, why))


def exclude(campaign: Slug, /, *posts: Posts, why: Why = None, common: Common | None = None, ctx: Ctx) -> Answer:
    """Leaves posts out, whatever the rules say."""
    return carded(ctx.app.campaigns.exclude(campaign, posts, why))


def undecide(campaign: Slug, /, *posts: Posts, common: Common | None = None, ctx: Ctx) -> Answer:
    """Lets the rules decide about posts again."""
    return carded(ctx.app.campaigns.undecide(campaign, posts))


def archive(
    campaign: Slug,
    /,
    *,
    back: Annotated[bool, Parameter(help="Take it out of the archive again.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Puts a campaign away."""
    return carded(ctx.app.campaigns.archive(campaign, not back))


def _each(change: Callable[[str, str, Sequence[str]], Any], campaign: str, creators: Given, hashtags: Given, mentions: Given) -> Any:
    """One change after the other; the campaign as it is after the last."""
    wanted = [(what, words) for what, words in (("creators", creators), ("hashtags", hashtags), ("mentions", mentions)) if words]
    if not wanted:
        raise Usage("Nothing says what to change.", field="creator", hint="Give --creator HANDLE, --hashtag TAG or --mention HANDLE.")
    return [change(campaign, what, words) for what, words in wanted][-1]


def _list(campaigns: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    if not campaigns:
        yield look.text(
            "No campaign yet. Open one: hexameter campaign create 'Glow Day' --hashtag glowday --from 2025-07-01 --to 2025-07-31"
        )
        return
    rows = [
        (
            c["slug"],
            shortened(c.get("name"), 24),
            f"{c['from']} to {c['to']}",
            shortened(" ".join(f"#{t}" for t in c.get("hashtags", ())), 20),
            words.count(len(c.get("creators", ()))),
        )
        for c in campaigns
    ]
    yield look.table(("Campaign", "Name", "Window", "Hashtags", ">Creators"), rows, flexible=("Name", "Hashtags"))


_LIMITS = "Changes only what counts for the campaign; stored readings stay as they are."
GROUP = "Campaigns"

COMMANDS = (
    Command(
        path=("campaign", "create"),
        run=create,
        group=GROUP,
        summary="Open a campaign: its window, hashtags, creators and cost.",
        details="""A post counts for the campaign when one of its creators published it in the window with one of its hashtags or mentions.
        Without creators, anyone's post with the hashtag counts; without hashtags and mentions, every post of its creators counts.""",
        example="""hexameter campaign create "Glow Day" --hashtag glowday --creator lea \\
    --from 2025-07-01 --to 2025-07-31 --cost 500 --currency EUR""",
        limits="The short name is made from the name and stays. Asked again with the very same words, it changes nothing.",
    ),
    Command(
        path=("campaign", "list"),
        run=listed,
        group=GROUP,
        summary="List the campaigns.",
        details="Shows each campaign with its short name, window, hashtags and number of creators.",
        example="hexameter campaign list --archived",
        limits="Campaigns that were put away are shown only with --archived.",
    ),
    Command(
        path=("campaign", "show"),
        run=show,
        group=GROUP,
        summary="Show one campaign: what counts, and what it costs.",
        details="Shows the window, hashtags, mentions, creators, costs, revenue and the posts counted in or left out by hand.",
        example="hexameter campaign show glowday",
        limits="Shows what was decided, not what was measured: see hexameter kpis --campaign glowday.",
    ),
    Command(
        path=("campaign", "add"),
        run=add,
        group=GROUP,
        summary="Add creators, hashtags or mentions.",
        details="Adds to the campaign; what is already there stays as it is.",
        example="hexameter campaign add glowday --creator mia --creator tom --hashtag glowdayfr",
        limits=_LIMITS,
    ),
    Command(
        path=("campaign", "remove"),
        run=remove,
        group=GROUP,
        summary="Take creators, hashtags or mentions out.",
        details="Takes them out of the campaign, so that their posts no longer count.",
        example="hexameter campaign remove glowday --creator tom",
        limits=f"{_LIMITS} To erase a person's readings: hexameter lake erase.",
    ),
    Command(
        path=("campaign", "include"),
        usage="hexameter campaign include CAMPAIGN POST... [OPTIONS]",
        run=include,
        group=GROUP,
        summary="Count posts in, whatever the rules say.",
        details="For posts that belong to the campaign although the hashtag is missing or misspelt, or the day is outside the window.",
        example="""hexameter campaign include glowday --why "hashtag misspelt" \\
    https://www.tiktok.com/@lea/video/7527623000473079054""",
        limits="""The post must have been imported to be counted. Short links (vm.tiktok.com) carry no id: open them and give the long
        address.""",
    ),
    Command(
        path=("campaign", "exclude"),
        usage="hexameter campaign exclude CAMPAIGN POST... [OPTIONS]",
        run=exclude,
        group=GROUP,
        summary="Leave posts out, whatever the rules say.",
        details="For posts that carry the hashtag but do not belong to the campaign.",
        example='hexameter campaign exclude glowday 7527623000473079054 --why "not ours"',
        limits=_LIMITS,
    ),
    Command(
        path=("campaign", "undecide"),
        usage="hexameter campaign undecide CAMPAIGN POST...",
        run=undecide,
        group=GROUP,
        summary="Let the rules decide about posts again.",
        details="Takes back what include or exclude said about posts.",
        example="hexameter campaign undecide glowday 7527623000473079054",
        limits=_LIMITS,
    ),
    Command(
        path=("campaign", "archive"),
        run=archive,
        group=GROUP,
        summary="Put a campaign away, or take it out again.",
        details="A campaign that was put away is not listed any more. Its numbers stay and can still be asked for.",
        example="""hexameter campaign archive glowday
hexameter campaign archive glowday --back""",
        limits="Nothing is deleted.",
    ),
)
