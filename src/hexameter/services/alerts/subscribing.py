"""Alerts for views: list, read, subscribe, deliveries, try again. It sends nothing but a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexameter.campaigns.alerts.outbox import Delivery
from hexameter.campaigns.alerts.raised import Alert
from hexameter.campaigns.alerts.subscriptions import CHANNELS, DIGESTS, Subscription, Wanted
from hexameter.contracts.messages import Message
from hexameter.contracts.spelling import instant_text, zone_of
from hexameter.errors import BadValue, NotFound, did_you_mean
from hexameter.services.alerts.rules import KINDS, NAMES
from hexameter.services.alerts.tending import tend

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hexameter.services.house import House

LANGUAGES = ("en", "fr")


class AlertsOf:
    """Every verb over alerts.

    Raises  BadValue, NotFound, Conflict  as each says
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def kinds(self) -> list[dict[str, str]]:
        """The kinds of alerts there are: name, title, help, and the sentence that an alert's facts are put into."""
        return [{"name": k.name, "title": k.title, "help": k.help, "sentence": k.sentence} for k in KINDS]

    def unread(self, reader: str) -> int:
        """How many alerts somebody has not read."""
        return self._house.desk.alerts.unread(reader)

    def read(self, reader: str, alerts: Iterable[int]) -> None:
        """Somebody has read these."""
        self._house.desk.alerts.mark_read(reader, alerts, self._house.clock.now())

    def subscribe(
        self,
        target: str,
        *,
        channel: str | None = None,
        kinds: Iterable[str] = (),
        campaign: str | None = None,
        digest: str = "none",
        tz: str | None = None,
        language: str = "en",
        person: str = "",
    ) -> dict[str, Any]:
        """Have alerts sent somewhere from now on.

        In      target   an e-mail address, or the address of a webhook
                channel  email or webhook; None: whichever the target is
        Out     the subscription; of a webhook also `secret`, shown this once
        Raises  BadValue  a target that is not called, an unknown kind; Conflict  told already
        """
        way = channel or ("webhook" if "://" in target else "email")
        _one_of("channel", way, CHANNELS)
        _one_of("digest", digest, DIGESTS)
        _one_of("language", language, LANGUAGES)
        for kind in kinds:
            _one_of("kind", kind, NAMES)
        if campaign is not None:
            self._house.desk.campaign(campaign)
        zone = zone_of(tz or self._house.settings["timezone"])
        there = self._house.couriers[way].check(target)
        wanted = Wanted(way, there, person, tuple(dict.fromkeys(kinds)), campaign, digest, zone, language)  # type: ignore[arg-type]
        made, secret = self._house.desk.subscriptions.add(wanted, self._house.clock.now())
        return _subscription(made) | ({"secret": secret} if secret else {})

    def unsubscribe(self, number: int, person: str | None = None) -> None:
        """End a subscription; `person`: only one of theirs."""
        if person is not None and number not in {s.id for s in self._house.desk.subscriptions.list(person)}:
            raise NotFound(f"there is no subscription number {number}.", field="subscription", value=str(number))
        self._house.desk.subscriptions.remove(number)

    def subscriptions(self, person: str | None = None) -> list[dict[str, Any]]:
        """Who is told what, and where; no secret is among it."""
        return [_subscription(s) for s in self._house.desk.subscriptions.list(person)]

    def deliveries(self, state: str | None = None) -> list[dict[str, Any]]:
        """Deliveries, newest first: to whom, state, tries, what went wrong last."""
        known = {s.id: s for s in self._house.desk.subscriptions.list()}
        return [_delivery(d, known.get(d.subscription_id)) for d in self._house.desk.outbox.list(state)]

    def retry(self, number: int) -> dict[str, int]:
        """Try a delivery again, whatever came before."""
        if number not in {d.id for d in self._house.desk.outbox.list(limit=100_000)}:
            raise NotFound(f"there is no delivery number {number}.", field="delivery", value=str(number))
        self._house.desk.outbox.retry(number, self._house.clock.now())
        return self.send()

    def send(self) -> dict[str, int]:
        """Look what is new and send it: raised, queued, sent, failed, waiting."""
        return tend(self._house, at_once=True)

    def test(self, number: int) -> dict[str, Any]:
        """Send one message to a subscriber, to see that it arrives.

        Raises  PlatformError  it did not, and why
        """
        found = next((s for s in self._house.desk.subscriptions.list() if s.id == number), None)
        if found is None:
            raise NotFound(f"there is no subscription number {number}.", field="subscription", value=str(number))
        said = "This is a test: alerts of Hexameter arrive here."
        key = f"test-{number}-{instant_text(self._house.clock.now())}"
        secret = self._house.desk.subscriptions.secret(number)
        self._house.couriers[found.channel].send(found.target, Message(key, "Test", said, {"kind": "test", "sentence": said}), secret)
        return {"sent": 1, "target": found.target}

    def list(self, reader: str = "", campaign: str | None = None, unread: bool = False) -> list[dict[str, Any]]:
        """Alerts, newest first: id, kind, campaign, subject, sentence, facts, raised_at, read (by this reader)."""
        return [_alert(a) for a in self._house.desk.alerts.list(reader, campaign, unread)]


def _one_of(field: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise BadValue(f"unknown {field} '{value}'.", field=field, value=value, hint=did_you_mean(value, known))


def _alert(alert: Alert) -> dict[str, Any]:
    return {**vars(alert), "facts": dict(alert.facts), "raised_at": instant_text(alert.raised_at) if alert.raised_at else None}


def _subscription(kept: Subscription) -> dict[str, Any]:
    told = {k: v for k, v in vars(kept).items() if k != "from_alert"}
    return {**told, "kinds": list(kept.kinds), "made_at": instant_text(kept.made_at) if kept.made_at else None}


def _delivery(delivery: Delivery, to: Subscription | None) -> dict[str, Any]:
    return {
        "number": delivery.id,
        "target": to.target if to else None,
        "what": delivery.alert.sentence if delivery.alert else delivery.key,
        "state": delivery.state,
        "tries": delivery.tries,
        "next_at": instant_text(delivery.next_at) if delivery.state == "waiting" else None,
        "last_error": delivery.last_error,
        "ended_at": instant_text(delivery.ended_at) if delivery.ended_at else None,
    }
