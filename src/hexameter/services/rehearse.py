"""Fills a home with a simulated campaign through the ordinary doors: consent, tracker, importer, KPIs. It makes nothing up itself."""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from hexameter.campaigns import DESK_FILE
from hexameter.contracts.spelling import instant_of, instant_text
from hexameter.errors import BadValue, Conflict
from hexameter.services.asking import Ask
from hexameter.services.campaign import Campaigns
from hexameter.services.collect import Wishes, collect
from hexameter.services.connecting import Connections
from hexameter.services.measure import measure
from hexameter.services.present import MovedClock
from hexameter.services.tracking.runner import Tracker

if TYPE_CHECKING:
    from hexameter.services.house import House

MARK = "demo.json"
_FEWEST_DAYS, _MOST_DAYS = 7, 365
_STEP = timedelta(hours=12)  # between two passes of a rehearsal: a month must not take long


class Delivery(Protocol):
    """One file that came in, and the options its sender would give."""

    @property
    def path(self) -> Path:
        """Where it lies."""
        ...

    @property
    def what(self) -> str:
        """What it is, for a person."""
        ...

    @property
    def creator(self) -> str | None:
        """Whose it is, where the file does not say."""
        ...

    @property
    def tz(self) -> str | None:
        """The zone of its times, where they have no offset."""
        ...


class Stage(Protocol):
    """A simulated campaign: what was agreed, what came in, what was sold (`standin.stage`)."""

    @property
    def name(self) -> str:
        """The campaign's name."""
        ...

    @property
    def hashtag(self) -> str:
        """Its hashtag, without '#'."""
        ...

    @property
    def tz(self) -> str:
        """Its zone."""
        ...

    @property
    def currency(self) -> str:
        """The currency of fees and orders."""
        ...

    @property
    def from_day(self) -> date:
        """First day."""
        ...

    @property
    def to_day(self) -> date:
        """Last day."""
        ...

    @property
    def now(self) -> datetime:
        """The present."""
        ...

    @property
    def fees(self) -> Mapping[str, int]:
        """Cents by handle."""
        ...

    @property
    def logins(self) -> Mapping[str, str]:
        """Who connects by which login, by handle; the brand among them."""
        ...

    def deliver(self, folder: Path) -> Iterable[Delivery]:
        """The files, written into a folder."""
        ...

    def orders(self) -> Iterable[dict[str, Any]]:
        """The words of `Desk.add_order`, one an order."""
        ...

    def slips(self) -> Mapping[str, str]:
        """Posts to include by hand, each with why."""
        ...


class Play(Protocol):
    """The stage's TikTok, running: settings that point at it, its clock, and creators who consent (`standin.playing`)."""

    @property
    def clock(self) -> MovedClock:
        """The simulated present."""
        ...

    @property
    def settings(self) -> Mapping[str, str]:
        """Addresses and keys."""
        ...

    def consent(self, link: str, handle: str) -> str:
        """A creator opens a link and consents. Out: the address at which their browser ends."""
        ...


@dataclass(frozen=True)
class Theatre:
    """What a rehearsal needs from outside.

    In      set_stage  (seed, days, now) -> the stage
            play       runs that stage's TikTok
            act        (settings, clock) -> the same home, reading that TikTok by that clock
    """

    set_stage: Callable[[int, int, datetime], Stage]
    play: Callable[[Any], AbstractContextManager[Play]]  # the very stage that set_stage made
    act: Callable[[Mapping[str, str], MovedClock], AbstractContextManager[House]]


def rehearse(theatre: Theatre, house: House, seed: int | None = None, days: int | None = None) -> dict[str, Any]:
    """A home with a simulated campaign in it, and its six KPIs. Asked again, the same home gets the same world: nothing new is stored.

    In      seed  of the world, 7 unless given
            days  length of the campaign, 30 unless given
    Out     seed, days, campaign, tracked {passes, requests, readings, gaps}, files [{file, what, format, read, stored, duplicates,
            rejected}], rejects, orders, kpis, next
    Raises  BadValue   days outside 7 to 365
            Conflict   the home holds something else already
    """
    wanted = _settled(house, seed, days)
    stage = theatre.set_stage(wanted["seed"], wanted["days"], instant_of(wanted["now"], "now"))
    house.home.mkdir(parents=True, exist_ok=True)
    _note(house, wanted)
    if "tracked" not in wanted:
        wanted["tracked"] = _live(stage, theatre, house)
        _note(house, wanted)
    slug = _agree(stage, house)
    imports = list(_take_in(stage, house))
    campaign = _decide(stage, house, slug)
    house.lake.compact()
    return {
        **wanted,
        "campaign": campaign,
        "files": [
            {name: part[name] for name in ("file", "what", "format", "read", "stored", "duplicates", "rejected")} for part in imports
        ],
        "rejects": [{"file": part["file"], **reject} for part in imports for reject in part["rejects"]],
        "orders": len(campaign["orders"]),
        "kpis": measure(Ask(campaign=slug), house),
        "next": list(_next(slug, house)),
    }


def _note(house: House, wanted: Mapping[str, Any]) -> None:
    """What the demo is made of, and how far it is: a demo that was interrupted goes on."""
    part = house.home / f"{MARK}.part"
    part.write_text(json.dumps(wanted), encoding="utf-8")
    part.replace(house.home / MARK)


def _live(stage: Stage, theatre: Theatre, house: House) -> dict[str, int]:
    """The campaign's days, tracked over HTTP one pass after another by a clock that is moved."""
    total: Counter[str] = Counter()
    with theatre.play(stage) as play, theatre.act(play.settings, play.clock) as there:
        last = there.desk.jobs.last_pass()
        if last is not None and last > play.clock.now():  # interrupted before
            play.clock.advance(last - play.clock.now())
        slug = _agree(stage, there)
        _connect(stage, play, there, slug)
        house.progress.start(f"Tracking {(stage.to_day - stage.from_day).days + 1} simulated days", _hours(stage.now - play.clock.now()))
        tracker = Tracker(there, workers=1, every=_STEP)
        try:
            while play.clock.now() < stage.now:
                began = play.clock.now()
                found = tracker.once()
                total.update(passes=1, requests=found["requests"], readings=found["readings_stored"])
                due = instant_of(found["next_due"], "next_due") if found["next_due"] else began + _STEP
                goal = min(max(due, began + _STEP, play.clock.now()), stage.now)
                play.clock.advance(goal - play.clock.now())
                house.progress.advance(_hours(goal - began))
        finally:
            house.progress.finish()
        return {**total, "gaps": len(there.desk.gaps.list())}


def _connect(stage: Stage, play: Play, house: House, slug: str) -> None:
    """Every creator but one consents, some with reach and watch time; the brand connects its ads."""
    connections = Connections(house)
    for handle, login in stage.logins.items():
        link = connections.begin(handle, login=login, campaign=slug)
        connections.answer(play.consent(link["url"], handle))


def _hours(length: timedelta) -> int:
    return max(0, int(length / timedelta(hours=1)))


def _settled(house: House, seed: int | None, days: int | None) -> dict[str, Any]:
    """What this home's demo is made of: as it was the first time, else as asked now."""
    mark = house.home / MARK
    if not mark.exists():
        if any((house.home / part).exists() for part in ("lake", DESK_FILE)):
            raise Conflict(
                f"{house.home} holds your own campaigns already; simulated posts must not stand among real ones.",
                field="home",
                value=str(house.home),
                hint="Name an empty folder: hexameter demo --home ./demo",
            )
        length = 30 if days is None else days
        if not _FEWEST_DAYS <= length <= _MOST_DAYS:
            raise BadValue(f"days is {length}; a demo lasts {_FEWEST_DAYS} to {_MOST_DAYS} days.", field="days", value=str(length))
        return {"seed": 7 if seed is None else seed, "days": length, "now": instant_text(house.clock.now())}
    known: dict[str, Any] = json.loads(mark.read_text(encoding="utf-8"))
    for name, asked in (("seed", seed), ("days", days)):
        if asked is not None and asked != known[name]:
            raise Conflict(
                f"{house.home} holds a demo with {name} {known[name]}, not {asked}.",
                field=name,
                value=str(asked),
                hint="Delete that folder, or name another one with --home.",
            )
    return known


def _agree(stage: Stage, house: House) -> str:
    """The campaign is opened, creators are booked."""
    desk = Campaigns(house)
    campaign = next((c for c in desk.list() if c["name"] == stage.name), None) or desk.create(
        stage.name,
        from_day=stage.from_day,
        to_day=stage.to_day,
        hashtags=[stage.hashtag],
        creators=list(stage.fees),
        tz=stage.tz,
    )
    slug = str(campaign["slug"])
    if not campaign["costs"]:
        for handle, cents in stage.fees.items():
            desk.add_cost(slug, f"{cents / 100:.2f}", currency=stage.currency, kind="fee", creator=handle)
    return slug


def _take_in(stage: Stage, house: House) -> Iterator[dict[str, Any]]:
    """Every file goes through the importer, one batch each."""
    house.progress.start("Filling the demo", None)
    try:
        for delivery in stage.deliver(house.home / "files"):
            outcome = collect([delivery.path], Wishes(creator=delivery.creator, tz=delivery.tz), house)
            house.progress.advance(outcome["read"])
            yield {**outcome, "file": delivery.path.name, "what": delivery.what}
    finally:
        house.progress.finish()


def _decide(stage: Stage, house: House, slug: str) -> dict[str, Any]:
    """Orders are recorded, and posts that the hashtag missed are included by hand."""
    there = {order.order_id for order in house.desk.campaign(slug).orders}
    for order in stage.orders():
        if order["order_id"] not in there:
            house.desk.add_order(slug, currency=stage.currency, **order)
    for post_id, why in stage.slips().items():
        house.desk.decide(slug, [post_id], "include", why)
    return Campaigns(house).show(slug)


def _next(slug: str, house: House) -> Iterator[dict[str, str]]:
    """What to try next, over this home."""
    home = f"--home {shlex.quote(str(house.home))}"
    yield {"command": f"hexameter serve {home} --no-track", "what": "the same in your browser, each number with its receipt"}
    yield {"command": f"hexameter explain engagement_rate --campaign {slug} {home}", "what": "formula, receipt, the posts left out and why"}
    yield {"command": f"hexameter kpis --campaign {slug} --creators {home}", "what": "who delivered, creator by creator"}
    query = "SELECT origin, source, read, stored, rejected FROM batch ORDER BY ended_at"
    yield {"command": f'hexameter sql "{query}" {home}', "what": "every import, as rows"}
