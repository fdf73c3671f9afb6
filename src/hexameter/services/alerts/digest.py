"""What a morning's or a week's digest says: each campaign's six numbers, how they moved, what needs somebody. It writes no letter."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hexameter.campaigns.alerts.subscriptions import Subscription
from hexameter.contracts.spelling import instant_text
from hexameter.services import comparing
from hexameter.services.asking import Ask
from hexameter.services.measure import measure

if TYPE_CHECKING:
    from hexameter.campaigns.campaign import Campaign
    from hexameter.services.house import House

_SPAN = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
_ENDED = timedelta(days=7)


def digest_of(house: House, wanted: Subscription, day: str) -> dict[str, Any]:
    """The digest of a day: what stood at its first hour, and how it moved within a day or a week.

    Out  day, digest, from_at, to_at, public_url, campaigns [{slug, name, document, changes, gaps}], alerts [sentence]
    """
    tz = ZoneInfo(wanted.tz)
    until = min(datetime.combine(date.fromisoformat(day), time(8), tz), house.clock.now())
    since = until - _SPAN[wanted.digest]
    alerts = [a for a in house.desk.alerts.list(limit=1_000) if a.raised_at and since <= a.raised_at < until]
    told = [a for a in alerts if wanted.campaign is None or a.campaign in (None, wanted.campaign)]
    return {
        "day": day,
        "digest": wanted.digest,
        "from_at": instant_text(since),
        "to_at": instant_text(until),
        "public_url": house.settings["public_url"],
        "campaigns": [_one(house, c, since, until) for c in _running(house, wanted, until)],
        "alerts": [a.sentence for a in told],
    }


def _running(house: House, wanted: Subscription, until: datetime) -> list[Campaign]:
    named = [c for c in house.desk.campaigns() if wanted.campaign in (None, c.slug)]
    return [c for c in named if c.period.from_day <= until.astimezone(ZoneInfo(c.period.tz)).date() <= c.period.to_day + _ENDED]


def _one(house: House, campaign: Campaign, since: datetime, until: datetime) -> dict[str, Any]:
    now, before = (measure(Ask(campaign=campaign.slug, as_of=at, posts=True, curves=True), house) for at in (until, since))
    open_gaps = [g.sentence for g in house.desk.gaps.list(campaign=campaign.slug, from_at=since, to_at=until) if g.to_at is None]
    return {"slug": campaign.slug, "name": campaign.name, "document": now, "changes": comparing.changes(now, before), "gaps": open_gaps}
