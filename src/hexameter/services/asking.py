"""What may be asked of the numbers, and how the words of a question become scope, period and instants. It measures nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hexameter.contracts.records import Money, Period, Scope
from hexameter.contracts.spelling import day_of, handle_of, hashtag_of, instant_of, post_id_of, zone_of
from hexameter.errors import BadValue

if TYPE_CHECKING:
    from hexameter.campaigns.campaign import Campaign
    from hexameter.services.house import House


@dataclass(frozen=True)
class Ask:
    """A question as a view hears it: one scope, and how to look at it. Days and instants may be text.

    campaign   slug · creator  handle or profile address · hashtag · post  id or address · all  every post
    definition  other houses' engagement rates to show beside ours, by comma, or "all" (kpis.presets); rate_card  a price list's name
    posts, creators, hashtags   add these breakdowns; curves: with posts, the growth curve of each
    """

    campaign: str | None = None
    creator: str | None = None
    hashtag: str | None = None
    post: str | None = None
    all: bool = False
    from_day: str | date | None = None
    to_day: str | date | None = None
    tz: str | None = None
    as_of: str | datetime | None = None
    known_at: str | datetime | None = None
    definition: str | None = None
    rate_card: str | None = None
    posts: bool = False
    creators: bool = False
    hashtags: bool = False
    curves: bool = False
    explain: bool = False


@dataclass(frozen=True)
class Question:
    """An `Ask` whose every word was understood.

    first_day, last_day  of the period; both None: the scope's own. Only a last day: from the first post on
    """

    scope: Scope
    first_day: date | None
    last_day: date | None
    tz: str
    as_of: datetime
    known_at: datetime | None
    money: Money
    campaign: Campaign | None
    ask: Ask


def understand(ask: Ask, house: House) -> Question:
    """The question behind the words.

    Raises  BadValue  no scope or two, a day, zone or instant that is none, from after to; NotFound  an unknown campaign
    """
    _one_scope(ask)
    campaign = None if ask.campaign is None else house.desk.campaign(ask.campaign)
    scope = _lake_scope(ask) if campaign is None else campaign.scope
    tz = zone_of(ask.tz or (scope.window.tz if scope.window else house.settings["timezone"]))
    if scope.window:
        scope = replace(scope, window=replace(scope.window, tz=tz))
    as_of = house.clock.now() if ask.as_of is None else instant_of(ask.as_of, "as_of", tz)
    return Question(
        scope=scope,
        first_day=_first_day(ask, scope),
        last_day=_last_day(ask, scope, as_of, tz),
        tz=tz,
        as_of=as_of,
        known_at=None if ask.known_at is None else instant_of(ask.known_at, "known_at", tz),
        money=Money() if campaign is None else campaign.money(house.desk.rates(), until=as_of),
        campaign=campaign,
        ask=ask,
    )


def period_from(first: date, last: date, tz: str) -> Period:
    """A period of whole local days.

    Raises  BadValue  the first day after the last
    """
    if first > last:
        raise BadValue(
            f"from is {first}, after to, which is {last}.", field="from", value=str(first), hint="Exchange them, or leave one out."
        )
    return Period(first, last, tz)


def _one_scope(ask: Ask) -> None:
    given = [name for name in ("campaign", "creator", "hashtag", "post") if getattr(ask, name) is not None]
    given += ["all"] if ask.all else []
    if len(given) != 1:
        said = f"Both {' and '.join(given)} are given." if given else "Nothing says which posts are meant."
        hint = "Give one of --campaign SLUG, --creator HANDLE, --hashtag TAG, --post ID or --all."
        raise BadValue(said, field="scope", value=" ".join(given) or None, hint=hint)


def _lake_scope(ask: Ask) -> Scope:
    if ask.creator is not None:
        handle = handle_of(ask.creator)
        return Scope("creator", handle, handles=frozenset({handle}))
    if ask.hashtag is not None:
        tag = hashtag_of(ask.hashtag)
        return Scope("hashtag", tag, hashtags=frozenset({tag}))
    if ask.post is not None:
        post = post_id_of(ask.post)
        return Scope("post", post, included=frozenset({post}))
    return Scope("all", "all")


def _first_day(ask: Ask, scope: Scope) -> date | None:
    if ask.from_day is not None:
        return day_of(ask.from_day, "from")
    return scope.window.from_day if scope.window and ask.to_day is not None else None


def _last_day(ask: Ask, scope: Scope, as_of: datetime, tz: str) -> date | None:
    if ask.to_day is not None:
        return day_of(ask.to_day, "to")
    if ask.from_day is None:
        return None
    today = as_of.astimezone(ZoneInfo(tz)).date()
    return scope.window.to_day if scope.window else max(today, day_of(ask.from_day, "from"))
