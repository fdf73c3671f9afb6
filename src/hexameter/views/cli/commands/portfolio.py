"""`hexameter portfolio`, `portfolio-test`: whom to book for a budget, and how such choices did. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.services.amounts import amount_text
from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.values import whole_number

if TYPE_CHECKING:
    from rich.console import RenderableType

AsOf = Annotated[str | None, Parameter(metavar="TIME", help="With what was known at this time, like 2025-08-01. Left out: now.")]
Outcome = Annotated[str, Parameter(metavar="NAME", help="views, interactions or reach.")]
Fees = Annotated[str | None, Parameter(metavar="FILE", help="Price list: CSV with handle and fee, perhaps posts and tier.")]


def portfolio(
    campaign: Slug,
    /,
    *,
    budget: Annotated[str, Parameter(metavar="AMOUNT", help="What may be spent, like 5000.")],
    outcome: Outcome = "views",
    fees: Fees = None,
    fee: Annotated[list[str] | None, Parameter(metavar="HANDLE=AMOUNT", help="One creator's price; may be given again.")] = None,
    min: Annotated[list[str] | None, Parameter(metavar="TIER=N", help="At least so many creators of a tier; may be given again.")] = None,
    max: Annotated[list[str] | None, Parameter(metavar="TIER=N", help="At most so many creators of a tier; may be given again.")] = None,
    currency: Annotated[str | None, Parameter(metavar="CODE", help="Of budget and prices, like EUR. Left out: the campaign's.")] = None,
    as_of: AsOf = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Chooses creators for a budget."""
    document = ctx.app.insights.portfolio(
        campaign, budget, outcome=outcome, fees=fees, fee=fee or [], least=min or [], most=max or [], currency=currency, as_of=as_of
    )
    return Answer(document, lambda: _portfolio(document))


def _portfolio(document: dict[str, Any]) -> Iterator[RenderableType]:
    code, outcome = document["currency"], document["outcome"]
    yield look.text(document["why"])
    rows = [
        (f"@{p['creator']}", p["tier"] or words.NOTHING, amount_text(p["price_minor"], code), *_figures(p)) for p in document["creators"]
    ]
    if rows:
        columns = ("Creator", "Tier", ">Price", f">Expected {outcome}", ">80 %", ">Posts read")
        total = ("In all", "", amount_text(document["cost_minor"], code), *_figures(document)[:2], "")
        yield look.table(columns, [*rows, total])
    if document["left_out"]:
        yield look.heading("Left out")
        yield look.table(("Creator", "Why"), [(f"@{p['creator']}", p["why"]) for p in document["left_out"]], folded=("Why",))
    if document["overlap"]:
        yield look.note(document["overlap"])
    yield look.note(_counted(document))


def portfolio_test(
    *campaigns: Annotated[str, Parameter(name="CAMPAIGN", help="Past campaigns. Left out: all of them.")],
    outcome: Outcome = "views",
    share: Annotated[str | None, Parameter(metavar="PERCENT", help="The budget, of what all creators cost; 50 otherwise.")] = None,
    fees: Fees = None,
    as_of: AsOf = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Tests choosing by portfolio on past campaigns."""
    percent = whole_number(share, "share")
    document = ctx.app.insights.portfolio_test(
        list(campaigns), outcome=outcome, share_pct=50 if percent is None else percent, fees=fees, as_of=as_of
    )
    return Answer(document, lambda: _tested(document))


_WAYS = {"portfolio": "Portfolio", "cheapest": "Cheapest", "followers": "Followers", "random": "Random", "hindsight": "Hindsight"}


def _tested(document: dict[str, Any]) -> Iterator[RenderableType]:
    tested = document["campaigns"]
    yield look.heading(f"{document['verdict'][:1].upper()}{document['verdict'][1:]}: {document['outcome']} that came, by way of choosing")
    if tested:
        columns = ("Campaign", ">Pool", ">Budget", *(f">{title}" for title in _WAYS.values()), ">Said, 80 %")
        rows = [
            (
                row["campaign"],
                row["pool"],
                amount_text(row["budget_minor"], row["currency"]),
                *(_count(row["ways"][way]["came"]) for way in _WAYS),
                f"{_count(row['said']['low'])} to {_count(row['said']['high'])}",
            )
            for row in tested
        ]
        total = ("In all", "", "", *(_count(document["total"][way]) for way in _WAYS), f"held in {document['held']} of {len(tested)}")
        yield look.table(columns, [*rows, total], flexible=("Campaign",), spare=("Pool", "Budget"))
    for row in document["untested"]:
        yield look.note(f"{row['campaign']} was not tested. {row['why']}")
    yield look.note(_counted(document))


def _figures(row: dict[str, Any]) -> tuple[str, str, str]:
    return _count(row["expected"]), f"{_count(row['low'])} to {_count(row['high'])}", words.count(row.get("rests_on"))


def _counted(document: dict[str, Any]) -> str:
    made = f"method {document['method']} {document['version']}; as of {document['as_of']}"
    return f"n {document['n']}, left out {document['n_excluded']}; on day {document['day']} of each post; {made}"


def _count(value: float | None) -> str:
    return words.NOTHING if value is None else words.count(round(value))


COMMANDS = (
    Command(
        path=("portfolio",),
        run=portfolio,
        group="Campaigns",
        summary="Whom to book for a budget, and what it can be expected to bring.",
        details="""Chooses, among a campaign's candidates and creators, those who together can be expected to bring most for the money.
        What a creator brings is taken from the posts of the last year, leaning on the others' where they are few; prices are those of
        the list, of --fee, or the fees recorded on the campaign. Says of everybody left out why.""",
        example="""hexameter portfolio glowday --budget 500 --fee lea=300
hexameter portfolio glowday --budget 500 --fee lea=300 --min nano=1""",
        limits="""A creator needs a price and three posts read near day 7. Tiers are by followers (nano, micro from 10,000, mid from
        100,000, macro from 500,000, mega from 1,000,000) unless the list names them. Creators are taken as independent; boosts count as
        views. Readings of TikTok's account APIs may not be used to choose creators and are left out.""",
    ),
    Command(
        path=("portfolio-test",),
        run=portfolio_test,
        group="Campaigns",
        summary="How choosing by portfolio would have done in past campaigns.",
        details="""Chooses with what was known before each campaign's first day and counts what came, beside the cheapest per expected view,
        the most followers, random sets (the mean of 500) and the best set in hindsight. Fees are those recorded on the campaign, or of a
        price list.""",
        example="hexameter portfolio-test\nhexameter portfolio-test glowday --share 30",
        limits="""Only creators who were booked and posted can be chosen again, so it says nothing of those nobody booked. A deal counts as
        the mean of its posts; the interval is of one post each. Known before means read before: a file imported later
        with readings from then counts as known.""",
    ),
)
