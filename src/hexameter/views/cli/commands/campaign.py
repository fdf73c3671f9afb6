"""`hexameter campaign ...`: set up a campaign and change it. Every word is checked by the desk, not here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.safe import shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

WHO = Group("Which posts count", sort_key=1)
WINDOW = Group("When", sort_key=2)
MONEY = Group("What it costs", sort_key=3)

Slug = Annotated[str, Parameter(name="CAMPAIGN", help="The campaign's short name: hexameter campaign list.")]
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
    document = ctx.app.campaign.create(
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
    return Answer(document, lambda: _card(document))


def listed(
    *, archived: Annotated[bool, Parameter(help="Also the campaigns that were put away.")] = False, common: Common | None = None, ctx: Ctx
) -> Answer:
    """Lists campaigns."""
    document = ctx.app.campaign.list(archived)
    return Answer(document, lambda: _list(_campaigns(document)))


def show(campaign: Slug, /, *, common: Common | None = None, ctx: Ctx) -> Answer:
    """Shows one campaign."""
    return _carded(ctx.app.campaign.show(campaign))


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
    return _carded(ctx.app.campaign.add(campaign, creators=creator or (), hashtags=hashtag or (), mentions=mention or ()))


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
    return _carded(ctx.app.campaign.remove(campaign, creators=creator or (), hashtags=hashtag or (), mentions=mention or ()))


def cost(
    campaign: Slug,
    amount: Annotated[str | None, Parameter(name="AMOUNT", help="Like 500, 500.00 or 1.200,50.")] = None,
    /,
    *,
    currency: Annotated[str | None, Parameter(metavar="CODE", help="Like EUR. Left out: the campaign's own.")] = None,
    kind: Annotated[str, Parameter(metavar="KIND", help="fee, product or boost.")] = "fee",
    creator: Annotated[str | None, Parameter(metavar="HANDLE", help="For this creator. Left out: for the whole campaign.")] = None,
    note: Annotated[str | None, Parameter(metavar="TEXT", help="A remark, like the number of the invoice.")] = None,
    remove: Annotated[
        int | None, Parameter(metavar="NUMBER", help="Take out the cost with this number, as the campaign's card shows it.")
    ] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Records a cost, or takes one out."""
    return _carded(ctx.app.campaign.cost(campaign, amount, currency, kind=kind, creator=creator, note=note, remove=remove))


def revenue(
    campaign: Slug,
    amount: Annotated[str, Parameter(name="AMOUNT", help="What was sold, like 89.90. A refund is negative: -- -20")],
    /,
    *,
    order: Annotated[str, Parameter(metavar="NUMBER", help="The order's number: the same order twice counts once.")],
    currency: Annotated[str | None, Parameter(metavar="CODE", help="Like EUR. Left out: the campaign's own.")] = None,
    creator: Annotated[str | None, Parameter(metavar="HANDLE", help="The creator whose code or link sold it.")] = None,
    code: Annotated[str | None, Parameter(metavar="CODE", help="The promo code.")] = None,
    at: Annotated[str | None, Parameter(metavar="TIME", help="When it was ordered, like 2025-07-15T10:00. Left out: now.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Records a sale."""
    return _carded(ctx.app.campaign.revenue(campaign, order, amount, currency, creator=creator, code=code, ordered_at=at))


Posts = Annotated[str, Parameter(name="POST", help="Posts, by address or id.")]
Why = Annotated[str | None, Parameter(metavar="TEXT", help="The reason, for whoever asks later.")]


def include(campaign: Slug, /, *posts: Posts, why: Why = None, common: Common | None = None, ctx: Ctx) -> Answer:
    """Counts posts in, whatever the rules say."""
    return _carded(ctx.app.campaign.include(campaign, posts, why))


def exclude(campaign: Slug, /, *posts: Posts, why: Why = None, common: Common | None = None, ctx: Ctx) -> Answer:
    """Leaves posts out, whatever the rules say."""
    return _carded(ctx.app.campaign.exclude(campaign, posts, why))


def archive(
    campaign: Slug,
    /,
    *,
    back: Annotated[bool, Parameter(help="Take it out of the archive again.")] = False,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Puts a campaign away."""
    return _carded(ctx.app.campaign.archive(campaign, not back))


def _carded(document: Mapping[str, Any]) -> Answer:
    return Answer(document, lambda: _card(document))


def _campaigns(document: Any) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = document["campaigns"] if isinstance(document, Mapping) else document
    return found


def _period(campaign: Mapping[str, Any]) -> str:
    period = campaign.get("period") or campaign
    return f"{period.get('from')} to {period.get('to')}"


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
            _period(c),
            shortened(" ".join(f"#{t}" for t in c.get("hashtags", ())), 20),
            words.count(len(c.get("creators", ()))),
        )
        for c in campaigns
    ]
    yield look.table(("Campaign", "Name", "Window", "Hashtags", ">Creators"), rows, flexible=("Name", "Hashtags"))


def _card(campaign: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.heading(f"{campaign.get('name')} (short name: {campaign['slug']})")
    yield look.pairs(_card_rows(campaign))
    yield look.note(f"Its numbers: hexameter kpis --campaign {campaign['slug']}")


def _card_rows(campaign: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    zone = (campaign.get("period") or campaign).get("tz")
    yield "  Window", f"{_period(campaign)}, {zone}"
    yield "  Hashtags", " ".join(f"#{tag}" for tag in campaign.get("hashtags", ())) or "any"
    if campaign.get("mentions"):
        yield "  Mentions", " ".join(f"@{handle}" for handle in campaign["mentions"])
    yield "  Creators", " ".join(f"@{handle}" for handle in campaign.get("creators", ())) or "anyone"
    for line in campaign.get("costs") or ():
        yield "  Cost", _cost(line)
    if campaign.get("included"):
        yield "  Counted in", words.plural(len(campaign["included"]), "post") + " by hand"
    if campaign.get("excluded"):
        yield "  Left out", words.plural(len(campaign["excluded"]), "post") + " by hand"
    if campaign.get("archived_at"):
        yield "  Put away", words.instant(campaign["archived_at"])


def _cost(line: Mapping[str, Any]) -> str:
    number = f"no. {line['id']}: " if line.get("id") is not None else ""
    whom = f" for @{line['handle']}" if line.get("handle") else ""
    remark = f" ({line['note']})" if line.get("note") else ""
    return f"{number}{words.money(line.get('amount'), line.get('currency'))}, {line.get('kind')}{whom}{remark}"


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
        path=("campaign", "cost"),
        run=cost,
        group=GROUP,
        summary="Record what was spent: fees, products, boosts.",
        details="Adds one cost, for one creator or for the whole campaign. With --remove, takes one out by its number.",
        example="""hexameter campaign cost glowday 300 --creator lea --note "invoice 17"
hexameter campaign cost glowday 120.50 --currency EUR --kind boost
hexameter campaign cost glowday --remove 2""",
        limits="All costs should be in one currency, or an exchange rate with its date must be known: sums of two currencies are refused.",
    ),
    Command(
        path=("campaign", "revenue"),
        run=revenue,
        group=GROUP,
        summary="Record a sale that the campaign brought, or a refund.",
        details="Adds one order by promo code or tracked link. The return on cost is counted from these.",
        example="""hexameter campaign revenue glowday 89.90 --order A-1001 --creator lea --code LEA10
hexameter campaign revenue glowday --order A-1001-refund -- -20""",
        limits="The same order number twice counts once. A refund is an order of its own with a negative amount.",
    ),
    Command(
        path=("campaign", "include"),
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
        run=exclude,
        group=GROUP,
        summary="Leave posts out, whatever the rules say.",
        details="For posts that carry the hashtag but do not belong to the campaign.",
        example='hexameter campaign exclude glowday 7527623000473079054 --why "another brand\'s video"',
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
