"""A campaign as a card: what counts for it, what it cost, what was decided by hand. It shows no measured number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer

if TYPE_CHECKING:
    from rich.console import RenderableType


def carded(document: Mapping[str, Any]) -> Answer:
    """A campaign as a command's answer."""
    return Answer(document, lambda: card(document))


def card(campaign: Mapping[str, Any]) -> Iterator[RenderableType]:
    """A campaign for people."""
    yield look.heading(f"{campaign['name']} (short name: {campaign['slug']})")
    yield look.pairs(_card_rows(campaign))
    for warning in campaign.get("warnings") or ():
        yield look.text(f"Note: {warning}")
    yield look.note(f"Its numbers: hexameter kpis --campaign {campaign['slug']}")


def _card_rows(campaign: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Window", f"{campaign['from']} to {campaign['to']}, {campaign['tz']}"
    yield "Hashtags", " ".join(f"#{tag}" for tag in campaign["hashtags"]) or words.NOTHING
    if campaign["mentions"]:
        yield "Mentions", " ".join(f"@{handle}" for handle in campaign["mentions"])
    yield "Creators", " ".join(f"@{handle}" for handle in campaign["creators"]) or "anyone"
    for line in campaign["costs"]:
        yield "Cost", _cost(line)
    for order in campaign["orders"]:
        yield "Revenue", f"{_amount(order['amount_minor'], order['currency'])}, order {order['order_id']}{_for(order)}"
    for goal in campaign["goals"]:
        yield "Goal", f"{goal['figure']} {words.number(goal['target'])}"
    for post in campaign["posts"]:
        why = f": {post['why']}" if post["why"] else ""
        yield ("Counted in" if post["decision"] == "include" else "Left out"), f"{post['post_id']}{why}"
    if campaign["archived_at"]:
        yield "Put away", words.instant(campaign["archived_at"])


def _cost(line: Mapping[str, Any]) -> str:
    remark = f" ({line['note']})" if line.get("note") else ""
    return f"{_amount(line['amount_minor'], line['currency'])}, {line['kind']}{_for(line)}{remark}, no. {line['id']}"


def _for(line: Mapping[str, Any]) -> str:
    return f" for @{line['handle']}" if line.get("handle") else ""


def _amount(minor: int, currency: str) -> str:
    from hexameter.services.amounts import amount_text

    return amount_text(minor, currency)
