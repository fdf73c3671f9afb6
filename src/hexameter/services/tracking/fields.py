"""What is under watch: each campaign with its creators and the route through which each can be read. It plans nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hexameter.contracts.records import local_midnight
from hexameter.contracts.tracking import Account, Api
from hexameter.services.tracking.finding import Hunt

if TYPE_CHECKING:
    from hexameter.campaigns.campaign import Campaign
    from hexameter.campaigns.desk import Desk
    from hexameter.campaigns.tracking.accounts import Connected
    from hexameter.contracts.tracking import ApiSource

# A creator connected twice is read through the API that tells more.
_BY_LOGIN: Mapping[str, Api] = {"accounts": "accounts", "display": "display"}
_ORDER = ("accounts", "display")


@dataclass(frozen=True)
class Route:
    """Through what a creator is read: an account, or (None) the operator's research credentials."""

    key: str
    api: Api
    account: Account | None


RESEARCH = Route("research", "research", None)


@dataclass(frozen=True)
class Watch:
    """One campaign under watch: what it looks for, when it ends, until when its posts are read, its creators' routes (None: no way), and
    the route to posts of anyone (None: there is none).
    """

    campaign: Campaign
    hunt: Hunt
    end: datetime
    keep_until: datetime
    routes: Mapping[str, Route | None]
    anyone: Route | None


def watches(desk: Desk, sources: Mapping[Api, ApiSource], now: datetime, retention: timedelta) -> list[Watch]:
    """The campaigns that are watched at an instant: from when they were made (creators' followers are recorded from then on) until
    `retention` after their end (or after they were made, when that was later). Archived ones are not.
    """
    every = desk.accounts.all()
    ways = by_handle(c for c in every if c.status == "active")
    research = RESEARCH if "research" in sources and not sources["research"].ready() else None
    found = []
    candidates = desk.candidates.recorded()
    for campaign in desk.campaigns():
        end = local_midnight(campaign.period.to_day + timedelta(days=1), campaign.period.tz)
        until = max(end, campaign.created_at) + retention
        if now < until:
            routes = {handle: route_of(ways.get(handle, ()), sources) or research for handle in campaign.creators}
            # a candidate's followers are recorded from short-listing on, where there is a way; nobody is asked for one
            chosen = set(candidates.get(campaign.slug, ())) - set(campaign.creators)
            routes |= {h: way for h in sorted(chosen) if (way := route_of(ways.get(h, ()), sources) or research) is not None}
            hunt = hunt_of(campaign, every, desk.rules.of(campaign.slug))
            found.append(Watch(campaign, hunt, end, until, routes, None if campaign.creators else research))
    return found


def by_handle(connected: Iterable[Connected]) -> dict[str, list[Account]]:
    """Accounts by every handle their owners have or had."""
    found: dict[str, list[Account]] = defaultdict(list)
    for one in connected:
        for name in names(one):
            found[name].append(one.account)
    return found


def route_of(accounts: Iterable[Account], sources: Mapping[Api, ApiSource]) -> Route | None:
    """The best of a creator's accounts to read them through; None: none of them can be used."""
    theirs = [a for a in accounts if a.login in _BY_LOGIN and not sources[_BY_LOGIN[a.login]].ready()]
    theirs.sort(key=lambda a: (_ORDER.index(a.login), a.id))
    return route_through(theirs[0]) if theirs else None


def route_through(account: Account) -> Route:
    """The route that an account is."""
    return Route(f"{account.login}:{account.id}", _BY_LOGIN[account.login], account)


def hunt_of(campaign: Campaign, connected: Iterable[Connected], rule: object) -> Hunt:
    """What a campaign looks for. A creator who renamed is found under every handle they had, and by the id that never changes."""
    handles = set(campaign.creators)
    theirs = [c for c in connected if handles & names(c)]
    every = handles | {name for c in theirs for name in names(c)}
    ids = {f"@{handle}" for handle in every} | {c.account.creator_id for c in theirs}
    return Hunt(
        campaign=campaign.slug,
        window=campaign.period,
        creator_ids=frozenset(ids) if campaign.creators else None,
        handles=frozenset(every) if campaign.creators else None,
        hashtags=frozenset(campaign.hashtags),
        mentions=frozenset(campaign.mentions),
        rule=rule,  # type: ignore[arg-type]
    )


def names(connected: Connected) -> frozenset[str]:
    """Every handle an account's owner has had."""
    return frozenset(name for name, _ in connected.handles if name) | {connected.account.handle} - {""}
