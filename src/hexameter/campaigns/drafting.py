"""Checks what a person asked for and turns it into the desk's values. It asks no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hexameter.campaigns.campaign import COST_KINDS, Draft
from hexameter.campaigns.goals import Goal, goal_of
from hexameter.campaigns.money import currency_of, minor_units
from hexameter.campaigns.naming import slug_of
from hexameter.contracts.records import Period
from hexameter.contracts.spelling import day_of, handle_of, hashtag_of, zone_of
from hexameter.errors import BadValue, did_you_mean


@dataclass(frozen=True)
class Checked:
    """A draft whose every part holds."""

    slug: str
    name: str
    period: Period
    currency: str | None
    hashtags: tuple[str, ...]
    mentions: tuple[str, ...]
    creators: tuple[str, ...]
    cost_minor: int | None
    goals: tuple[Goal, ...]


def check(draft: Draft) -> Checked:
    """A draft, checked.

    Raises  BadValue  with the option at fault
    """
    if draft.cost is not None and draft.currency is None:
        raise BadValue(f"cost is {draft.cost}, in no currency.", field="currency", hint="Add it, like --currency EUR.")
    currency = None if draft.currency is None else currency_of(draft.currency)
    return Checked(
        slug=slug_of(draft.name),
        name=clean_text(draft.name),
        period=period_of(draft.from_day, draft.to_day, draft.tz),
        currency=currency,
        hashtags=each(draft.hashtags, hashtag_of),
        mentions=each(draft.mentions, lambda text: handle_of(text, "mention")),
        creators=each(draft.creators, handle_of),
        cost_minor=None if draft.cost is None or currency is None else cost_minor(draft.cost, currency),
        goals=goals_of(draft.goals),
    )


def goals_of(given: Iterable[tuple[str, str]]) -> tuple[Goal, ...]:
    """Goals by figure; of a figure said twice, the last.

    Raises  BadValue
    """
    found = (goal_of(name, target) for name, target in given)
    return tuple(sorted({goal.figure: goal for goal in found}.values(), key=lambda goal: goal.figure))


def period_of(from_day: object, to_day: object, tz: str) -> Period:
    """A period of whole local days.

    Raises  BadValue  a day or zone that is none, or the first day after the last
    """
    first, last = day_of(_text(from_day), "from"), day_of(_text(to_day), "to")
    if first > last:
        raise BadValue(f"from is {first}, after to, which is {last}.", field="from", value=str(first), hint="Exchange them.")
    return Period(first, last, zone_of(tz))


def cost_minor(amount: str, currency: str) -> int:
    """A cost in minor units; it cannot be negative.

    Raises  BadValue
    """
    minor = minor_units(amount, currency, "cost")
    if minor < 0:
        raise BadValue(
            f"cost is '{amount}'; it cannot be negative.", field="cost", value=amount, hint="Record money that came in as revenue."
        )
    return minor


def cost_kind(kind: str) -> str:
    """One of fee, product, boost.

    Raises  BadValue
    """
    if kind not in COST_KINDS:
        raise BadValue(f"'{kind}' is not a kind of cost.", field="kind", value=kind, hint=did_you_mean(kind, COST_KINDS))
    return kind


def each(texts: Iterable[str], form: Callable[[str], str]) -> tuple[str, ...]:
    """The one form of each, doubles left out, sorted."""
    return tuple(sorted({form(text) for text in texts}))


def clean_text(text: str) -> str:
    """Free text without outer blanks and NUL, which PostgreSQL refuses."""
    return text.replace("\x00", "").strip()


def _text(day: object) -> str:
    return str(day)
