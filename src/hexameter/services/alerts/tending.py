"""One round of telling: look what is new, queue it for who wants it, send what is due. Cut short anywhere, the next round goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hexameter.campaigns.alerts.outbox import Delivery
from hexameter.campaigns.alerts.subscriptions import Subscription
from hexameter.errors import BadValue, PlatformError, Unusable
from hexameter.services.alerts.digest import digest_of
from hexameter.services.alerts.rules import KINDS

if TYPE_CHECKING:
    from hexameter.campaigns.campaign import Campaign
    from hexameter.services.house import House

_EVERY = timedelta(minutes=15)
_AFTER = timedelta(days=30)  # a campaign that ended is watched a little longer
_CHORE = "alerts"
_MORNING = 8
_AT_ONCE = 500
_NEWEST = 10_000


def tend(house: House, at_once: bool = False) -> dict[str, int]:
    """Raise, queue and deliver.

    In      at_once  look even when the last look was a moment ago
    Out     raised, queued, sent, failed (for good), waiting
    """
    raised = _look(house, at_once)
    queued = _queue(house)
    return {"raised": raised, "queued": queued, **deliver(house)}


def _look(house: House, at_once: bool) -> int:
    """Run every rule over every campaign that is running or ended lately, and what outlives a campaign over those long over."""
    now, desk = house.clock.now(), house.desk
    last = desk.chores.all().get(_CHORE)
    if last is not None and now - last < _EVERY and not at_once:
        return 0
    watched, over = _watched(house, now)
    found = [alert for kind in KINDS for about in (None, *watched, *(over if kind.outlives else ())) for alert in kind.find(house, about)]
    desk.chores.done([_CHORE], now)
    return desk.alerts.add(found, now)


def _watched(house: House, now: datetime) -> tuple[list[Campaign], list[Campaign]]:
    """Campaigns that run or ended lately; those that ended before, of which only rights may still be in use."""
    running, over = [], []
    for campaign in house.desk.campaigns():
        today = now.astimezone(ZoneInfo(campaign.period.tz)).date()
        if today > campaign.period.to_day + _AFTER:
            over.append(campaign)
        elif today >= campaign.period.from_day:
            running.append(campaign)
    return running, over


def _queue(house: House) -> int:
    """Alerts for every subscription that wants them, and digests whose morning has come."""
    now, desk = house.clock.now(), house.desk
    alerts = desk.alerts.list(limit=_NEWEST)
    queued = 0
    for wanted in desk.subscriptions.list():
        mine = [(f"alert:{a.id}", a.id) for a in alerts if a.id > wanted.from_alert and wanted.wants(a.kind, a.campaign)]
        queued += desk.outbox.queue(wanted.id, [*mine, *((key, None) for key in digest_keys(wanted, now))], now)
    return queued


def digest_keys(wanted: Subscription, now: datetime) -> list[str]:
    """The digest that is due by now: of today from eight in the morning, of Monday for a weekly one; none before the first full morning.

    Example of a daily one in Europe/Paris at 2025-07-03T07:00Z: ["digest:2025-07-03"]
    """
    if wanted.digest == "none":
        return []
    tz = ZoneInfo(wanted.tz)
    local = now.astimezone(tz)
    day = (local if local.hour >= _MORNING else local - timedelta(days=1)).date()
    if wanted.digest == "weekly":
        day -= timedelta(days=day.weekday())
    made = wanted.made_at.astimezone(tz).date() if wanted.made_at else day
    return [f"digest:{day.isoformat()}"] if day > made else []


def deliver(house: House) -> dict[str, int]:
    """Send what is due, each once; what fails waits for its next try.

    Out  sent, failed (for good), waiting
    """
    outbox, sent = house.desk.outbox, 0
    known = {s.id: s for s in house.desk.subscriptions.list()}
    for _ in range(_AT_ONCE):
        delivery = outbox.take(house.clock.now())
        if delivery is None:
            break
        wanted = known.get(delivery.subscription_id)
        if wanted is not None:
            sent += _send(house, delivery, wanted)
    return {"sent": sent, "failed": len(outbox.list("failed")), "waiting": len(outbox.list("waiting"))}


def _send(house: House, delivery: Delivery, wanted: Subscription) -> bool:
    outbox, number = house.desk.outbox, delivery.id
    try:
        message = house.letters.alert(_told(delivery, wanted)) if delivery.alert else house.letters.digest(_digest(house, delivery, wanted))
        house.couriers[wanted.channel].send(wanted.target, message, house.desk.subscriptions.secret(wanted.id))
    except (PlatformError, BadValue, Unusable) as problem:
        from hexameter.errors import Refused

        (outbox.never if isinstance(problem, Refused) else outbox.again)(number, str(problem), house.clock.now())
        return False
    outbox.sent(number, house.clock.now())
    return True


def _told(delivery: Delivery, wanted: Subscription) -> dict[str, Any]:
    """An alert as a letter needs it."""
    alert = delivery.alert
    assert alert is not None and alert.raised_at is not None
    return {
        "key": _key(delivery),
        "kind": alert.kind,
        "campaign": alert.campaign,
        "subject": alert.subject,
        "sentence": alert.sentence,
        "facts": dict(alert.facts),
        "raised_at": alert.raised_at.isoformat(),
        "language": wanted.language,
        "tz": wanted.tz,
    }


def _digest(house: House, delivery: Delivery, wanted: Subscription) -> dict[str, Any]:
    day = delivery.key.removeprefix("digest:")
    return {"key": _key(delivery), "language": wanted.language, **digest_of(house, wanted, day)}


def _key(delivery: Delivery) -> str:
    return f"{delivery.subscription_id}-{delivery.id}"
