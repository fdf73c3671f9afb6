"""`hexameter campaign cost|revenue|rate`: what a campaign cost and earned. Amounts and currencies are checked by the desk, not here."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.campaign_card import carded
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.errors import Usage

GROUP = "Campaigns"


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
        str | None, Parameter(metavar="NUMBER", help="Take out the cost with this number, as the campaign's card shows it.")
    ] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Records a cost, or takes one out."""
    if remove is not None:
        return carded(ctx.app.campaigns.remove_cost(campaign, remove))
    if amount is None:
        raise Usage(
            "hexameter campaign cost needs AMOUNT, or --remove with a cost's number.",
            field="AMOUNT",
            hint="Example: hexameter campaign cost glowday 300",
        )
    return carded(ctx.app.campaigns.add_cost(campaign, amount, currency=currency, kind=kind, creator=creator, note=note))


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
    return carded(ctx.app.campaigns.add_order(campaign, order, amount, currency=currency, creator=creator, code=code, ordered_at=at))


def rate(
    from_currency: Annotated[str, Parameter(name="FROM", help="The currency to convert, like USD.")],
    to_currency: Annotated[str, Parameter(name="TO", help="Into this one, like EUR.")],
    rate: Annotated[str, Parameter(name="RATE", help="What one unit of the first was worth in the second, like 0.92.")],
    /,
    *,
    on: Annotated[str, Parameter(metavar="DAY", help="The day of the rate, like 2025-07-01.")],
    source: Annotated[str | None, Parameter(metavar="TEXT", help="Where the rate comes from.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Records an exchange rate."""
    document = ctx.app.campaigns.set_rate(from_currency, to_currency, on, rate, source)
    said = f"On {document['dated']}, 1 {document['from']} was worth {document['rate']} {document['to']}."
    return Answer(document, lambda: [look.text(said)])


def rates(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Lists exchange rates."""
    document = ctx.app.campaigns.rates()
    rows = [(r["dated"], r["from"], r["to"], f"{r['rate']:g}", r["source"] or words.NOTHING) for r in document]
    shown = look.table(("Day", "From", "To", ">Rate", "Source"), rows, flexible=("Source",)) if rows else look.text("No rate yet.")
    return Answer(document, lambda: [shown])


COMMANDS = (
    Command(
        path=("campaign", "cost"),
        usage="hexameter campaign cost CAMPAIGN AMOUNT [OPTIONS]",
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
        example="""hexameter campaign revenue glowday 89.90 --order A-1001 --creator lea
hexameter campaign revenue glowday --order A-1001-refund -- -20""",
        limits="The same order number twice counts once. A refund is an order of its own with a negative amount.",
    ),
    Command(
        path=("campaign", "rate"),
        run=rate,
        group=GROUP,
        summary="Record an exchange rate, for costs in two currencies.",
        details="Says what one unit of a currency was worth in another on a day. The newest one by then is used.",
        example='hexameter campaign rate USD EUR 0.92 --on 2025-07-01 --source "ECB"',
        limits="For every campaign. Without a rate, sums of two currencies are refused.",
    ),
    Command(
        path=("campaign", "rates"),
        run=rates,
        group=GROUP,
        summary="List the exchange rates, newest first.",
        details="Each with its day and source. An amount is converted at the newest rate by its own day; else at the first there is.",
        example="hexameter campaign rates",
        limits="A rate for the same day again takes the place of the one before.",
    ),
)
