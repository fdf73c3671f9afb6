"""A simulated campaign as its manager meets it: who was booked for how much, which files came in, the orders. It imports nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from hexameter.contracts.records import local_midnight
from hexameter.standin.chance import stream
from hexameter.standin.files.apify import write_apify
from hexameter.standin.files.canonical import write_sheet
from hexameter.standin.files.studio import write_studio
from hexameter.standin.tiers import TIERS
from hexameter.standin.world import World

TZ = "Europe/Paris"


@dataclass(frozen=True)
class Delivery:
    """One file that came in: what it is, and what its sender has to say beside it (options of `hexameter import`)."""

    path: Path
    what: str
    creator: str | None = None
    tz: str | None = None


@dataclass(frozen=True)
class Stage:
    """A campaign of `days` whole days that ended last midnight, seen at `now`.

    In      seed  of the world
            days  at least 7
            now   the present: the newest reading is younger than half a day
    """

    seed: int
    days: int
    now: datetime
    name: str = "Glowday"
    hashtag: str = "glowday"
    brand: str = "glowlab"
    tz: str = TZ
    currency: str = "EUR"

    @cached_property
    def world(self) -> World:
        """The world behind it."""
        return World(seed=self.seed, start=self.from_day, days=self.days, tz=self.tz, hashtag=self.hashtag, brand=self.brand)

    @property
    def to_day(self) -> date:
        """The campaign's last day: yesterday."""
        return self.now.astimezone(ZoneInfo(self.tz)).date() - timedelta(days=1)

    @property
    def from_day(self) -> date:
        """The campaign's first day."""
        return self.to_day - timedelta(days=self.days - 1)

    @cached_property
    def fees(self) -> dict[str, int]:
        """What each booked creator is paid, in cents, by handle."""
        cast = self.world.cast
        return {str(cast.handle[i]): TIERS[cast.tier[i]].fee_minor for i in np.flatnonzero(cast.booked)}

    @property
    def connected(self) -> str:
        """The booked creator who sends a Studio export: the biggest."""
        return list(self.fees)[-1]

    @property
    def unconnected(self) -> str:
        """The booked creator who never opens the link: what is known of them comes from a scraper."""
        return list(self.fees)[1]

    @cached_property
    def logins(self) -> dict[str, str]:
        """Who connects by which login: every third creator with reach and watch time, the brand with its ads."""
        ways = {handle: "accounts" if i % 3 == 0 else "display" for i, handle in enumerate(self.fees) if handle != self.unconnected}
        return {**ways, self.brand: "advertiser"}

    def orders(self) -> Iterator[dict[str, Any]]:
        """Orders by promo code, more where more was watched, and one refund."""
        rng, world = stream(self.seed, "orders"), self.world
        start = local_midnight(self.from_day, self.tz)
        views = np.bincount(world.works.creator, weights=world.curves.eventual, minlength=world.creators_count)
        for place in np.flatnonzero(world.cast.booked):
            handle = str(world.cast.handle[place])
            for number in range(int(rng.poisson(min(views[place] / 40_000, 9)))):
                at = start + timedelta(seconds=int(rng.integers(0, self.days * 86_400)))
                amount = f"{rng.lognormal(np.log(140), 0.4):.2f}"
                code = f"{handle.upper()[:6]}10"
                yield {
                    "order_id": f"{handle}-{number + 1}",
                    "amount": amount,
                    "creator": handle,
                    "code": code,
                    "ordered_at": at,
                }
        yield {"order_id": "refund-1", "amount": "-39.90", "creator": None, "code": None, "ordered_at": self.now}

    def slips(self) -> dict[str, str]:
        """Posts of the campaign that its hashtag misses, by id, each with why it belongs: what a manager would include by hand."""
        works, which = self.world.works, self.world.public(self.now)
        missed = which[works.kind[which] == "misspelt"]
        return {str(works.post_id[i]): f"hashtag misspelt: #{works.hashtags[i][0]}" for i in missed}

    def deliver(self, folder: Path) -> Iterator[Delivery]:
        """The files, each written when it is asked for: two scraper runs, a Studio export, a sheet typed by hand."""
        folder.mkdir(parents=True, exist_ok=True)
        half = local_midnight(self.from_day + timedelta(days=self.days // 2), self.tz)
        for at in (half + timedelta(hours=3), self.now - timedelta(hours=1)):
            yield Delivery(write_apify(self.world, at, folder), f"a scraper's run of {at:%B} {at.day}")
        studio = folder / f"Studio_{self.connected}.zip"
        write_studio(self.world, self.connected, self.now - timedelta(minutes=30), self.days + 7, studio)
        yield Delivery(studio, "a creator's TikTok Studio export", self.connected, self.tz)
        sheet = folder / "typed-by-hand.csv"
        write_sheet(self.world, half + timedelta(hours=1), sheet)
        yield Delivery(sheet, "a sheet typed by hand")
