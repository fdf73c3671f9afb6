"""`hexameter money ...`: codes, tracked links, orders, price lists, and the return. To whom an order is owed is not decided here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.command import Answer, Command, Common, Ctx

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Work a campaign"
ForCreator = Annotated[str | None, Parameter(metavar="HANDLE", help="Whose it is. Left out: the campaign's own.")]


def show(
    campaign: Slug,
    /,
    *,
    rate_card: Annotated[str | None, Parameter(metavar="NAME", help="Price list for media value.")] = None,
    as_of: Annotated[str | None, Parameter(metavar="TIME", help="As it stood at this time. Left out: now.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Shows the return."""
    document = ctx.app.selling.money(campaign, rate_card, as_of)
    return Answer(document, lambda: _money(document))


def code(
    campaign: Slug,
    code: Annotated[str, Parameter(name="CODE", help="The promo code, like LEA10.")],
    /,
    *,
    creator: ForCreator = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Says whose a code is."""
    document = ctx.app.selling.add_code(campaign, code, creator)
    whose = f"@{document['creator']}'s" if document["creator"] else "the campaign's own"
    return Answer(document, lambda: iter([look.text(f"Code {document['code']} is {whose}.")]))


def link(
    campaign: Slug,
    to: Annotated[str, Parameter(name="ADDRESS", help="Where in the shop it leads.")],
    /,
    *,
    creator: ForCreator = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Makes a tracked link."""
    document = ctx.app.selling.add_link(campaign, to, creator)
    return Answer(document, lambda: iter([look.Verbatim(document["url"]), look.note(f"It leads to {document['destination']}")]))


def qr(
    campaign: Slug,
    code: Annotated[str, Parameter(name="CODE", help="The end of the link's address, behind /go/.")],
    file: Annotated[Path, Parameter(name="FILE", help="Where to write it; ending in .svg or .png.")],
    /,
    *,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Writes a link's QR code."""
    from hexameter.services.whole import write_whole

    content = ctx.app.selling.qr(campaign, code, file.suffix.lower().lstrip("."))
    write_whole(file, content)
    return Answer({"code": code, "path": str(file), "bytes": len(content)}, lambda: iter([look.text(f"The QR code is in {file}.")]))


def orders(
    file: Annotated[Path, Parameter(name="FILE", help="A CSV with a row for each order.")],
    /,
    *,
    campaign: Annotated[str | None, Parameter(metavar="NAME", help="Credit this campaign's codes and links only.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Imports orders."""
    document = ctx.app.selling.import_orders(file, campaign)
    return Answer(document, lambda: _orders(document))


def card(
    name: Annotated[str | None, Parameter(name="NAME", help="The price list's name. Left out: lists them.")] = None,
    /,
    *,
    currency: Annotated[str, Parameter(metavar="CODE", help="Its currency.")] = "EUR",
    views: Annotated[float, Parameter(metavar="PRICE", help="Of a thousand views.")] = 0.0,
    like: Annotated[float, Parameter(metavar="PRICE", help="Of a like.")] = 0.0,
    comment: Annotated[float, Parameter(metavar="PRICE", help="Of a comment.")] = 0.0,
    share: Annotated[float, Parameter(metavar="PRICE", help="Of a share.")] = 0.0,
    source: Annotated[str, Parameter(metavar="TEXT", help="Where the prices come from.")] = "",
    by: Annotated[str, Parameter(metavar="WHO", help="Who did it.")] = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Keeps a price list."""
    if name is None:
        listed = ctx.app.selling.cards()
        return Answer(listed, lambda: look.outline(listed) if listed else iter([look.text("No price list yet; the preset is skeepers.")]))
    prices = {"per_1000_views": views, "per_like": like, "per_comment": comment, "per_share": share}
    document = ctx.app.selling.save_card(name, currency, source, by, **prices)
    return Answer(document, lambda: look.outline(document))


def _money(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    total, worth, currency = document["total"], document["worth"], document["total"]["currency"]
    yield look.heading(
        f"{document['campaign']}: cost {words.money(total['cost'], currency)}, revenue {words.money(total['revenue'], currency)}"
    )
    named = (("CPM", "cpm"), ("CPV", "cpv"), ("CPE", "cpe"), ("a video", "cost_per_video"))
    yield look.pairs((title, words.money(total[name], currency)) for title, name in named)
    yield look.pairs([("ROI", words.percent(total["roi_pct"])), ("ROAS", words.number(total["roas"]))])
    card = worth["rate_card"]
    if card:
        value = words.money(worth["media_value"], worth["media_value_currency"])
        yield look.note(f"Media value {value} by the price list {card['name']} {card['version']}; it is no revenue.")
    rows = [
        (f"@{c['creator']}", words.money(c["cost"], currency), words.money(c["revenue"], currency), words.percent(c["roi_pct"]))
        for c in document["creators"]
    ]
    if rows:
        yield look.gap()
        yield look.table(("Creator", ">Cost", ">Revenue", ">ROI"), rows, flexible=("Creator",))
    links = [(x["url"], f"@{x['creator']}" if x["creator"] else words.NOTHING, words.count(x["clicks"])) for x in document["links"]]
    if links:
        yield look.gap()
        yield look.table(("Link", "Creator", ">Clicks"), links, flexible=("Creator",))


def _orders(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    counted = f"{document['recorded']} recorded, {document['known']} were there, {document['nobodys']} owed to nobody we know"
    yield look.text(f"{counted}, {document['rejected']} left out.")
    rows = [(str(r["row"] or ""), r["field"] or "", str(r["value"] or ""), r["why"]) for r in document["rejects"]]
    if rows:
        yield look.table((">Row", "Field", "Value", "Why"), rows, folded=("Why",), flexible=("Value",))


COMMANDS = (
    Command(
        path=("money", "show"),
        run=show,
        group=GROUP,
        summary="What a campaign cost and earned, whole and by creator.",
        details="""CPM, CPV, CPE, ROI and ROAS from the costs and orders that were entered; amounts in other currencies at the rate of their
        own day (hexameter campaign rate). Media value stands apart.""",
        example="hexameter money show glowday --json",
        limits="Without a cost, or with a cost of zero, there is no return: a dash, never a number.",
    ),
    Command(
        path=("money", "code"),
        run=code,
        group=GROUP,
        summary="Say whose a promo code is.",
        details="Orders with the code are owed to that creator, even when the buyer came by another creator's link.",
        example="hexameter money code glowday LEA10 --creator lea",
        limits="One code, one owner in a campaign. A later campaign may use it again.",
        usage="hexameter money code CAMPAIGN CODE [OPTIONS]",
    ),
    Command(
        path=("money", "link"),
        run=link,
        group=GROUP,
        summary="Make a tracked link to the shop.",
        details="""Our own address /go/CODE leads to the stored one, with UTM words put in. Clicks are counted by day; who clicked is not
        kept.""",
        example="hexameter money link glowday https://shop.example.com/glow --creator lea",
        limits="It leads to its stored address only. hexameter serve must be reachable at public_url.",
        usage="hexameter money link CAMPAIGN ADDRESS [OPTIONS]",
    ),
    Command(
        path=("money", "qr"),
        run=qr,
        group=GROUP,
        summary="Write a tracked link's QR code.",
        details="For a parcel, a poster or a video: an SVG for print, a PNG for screens. A quarter of it may be soiled or covered.",
        example="hexameter money qr glowday k7fq2m9x glow.svg",
        limits="It carries the link's address at public_url; set that before you print.",
        usage="hexameter money qr CAMPAIGN CODE FILE",
    ),
    Command(
        path=("money", "orders"),
        run=orders,
        group=GROUP,
        summary="Import orders, and owe each to a creator.",
        details="""A creator's code beats another creator's link; else the last link touched within 30 days; each order once. Columns:
        order_id, amount, currency, ordered_at, code, link, touched_at, refund_of. Shopify's own export is understood.""",
        example="hexameter money orders orders.csv --campaign glowday",
        limits="Orders with no code or link of yours are owed to nobody and not kept. No buyer's name or address is read.",
    ),
    Command(
        path=("money", "card"),
        run=card,
        group=GROUP,
        summary="Keep a price list for media value, or list them.",
        details="The same name again is a new version; NAME@1 asks for an old one. Media value is never revenue.",
        example="""hexameter money card ours --views 6 --like 0.05 --source "media plan 2025"
hexameter money card""",
        limits="A price list needs a source.",
    ),
)
