"""A home that tracks a simulated TikTok over HTTP by a clock that is driven, and the truth beside it. It asserts nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from hexameter.main import Rehearsal
from hexameter.services.tracking.runner import Tracker
from hexameter.settings import read_settings
from hexameter.standin.clock import DrivenClock
from hexameter.standin.server.app import open_server
from hexameter.standin.server.faults import Faults
from hexameter.standin.server.platform import Lags, Platform
from hexameter.standin.server.serving import serve
from hexameter.standin.server.tokens import Credentials, Lifetimes
from hexameter.standin.world import World

SLUG = "glowday"
STEP = timedelta(hours=6)
START = date(2025, 7, 1)


def small_world(days: int = 6, booked: int = 6, **other: Any) -> World:
    """A world of a few creators whose campaign lasts some days."""
    return World(**{"seed": 9, "start": START, "days": days, "creators_count": booked + 6, "booked": booked, "after": 4, **other})


@dataclass
class Stage:
    """A home, the TikTok it reads, and the clock of both."""

    app: Rehearsal
    clock: DrivenClock
    platform: Platform
    url: str
    passes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.platform.world

    @property
    def booked(self) -> list[str]:
        """Handles of the campaign's creators, as they were at the beginning."""
        return [str(h) for h, b in zip(self.world.cast.handle, self.world.cast.booked, strict=True) if b]

    @cached_property
    def tracker(self) -> Tracker:
        return Tracker(self.app, workers=1, every=STEP)

    def book(self, *handles: str, **other: Any) -> None:
        """Open the campaign over the world's days."""
        last = self.world.start + timedelta(days=self.world.days - 1)
        given = {"hashtags": [self.world.hashtag], "creators": list(handles or self.booked), "tz": self.world.tz, **other}
        self.app.campaigns.create("Glowday", **{"from_day": self.world.start, "to_day": last, **given})

    def answer_of(self, link: str, handle: str, **form: str) -> str:
        """A creator opens a link: the address at which their browser ends."""
        address: str = httpx.post(link, data={"handle": handle, "decision": "allow", **form}).headers["location"]
        return address

    def connect(self, handle: str, login: str = "display", **form: str) -> dict[str, Any]:
        """A creator consents."""
        link = self.app.connections.begin(handle, login=login, campaign=SLUG)["url"]
        return self.app.connections.answer(self.answer_of(link, handle, **form))

    def once(self) -> dict[str, Any]:
        """One pass; time stands still but for what is waited."""
        self.passes.append(self.tracker.once())
        return self.passes[-1]

    def live(self, length: timedelta, step: timedelta = STEP) -> None:
        """Pass after pass, `step` apart."""
        end = self.clock.now() + length
        while self.clock.now() < end:
            began = self.clock.now()
            self.once()
            self.clock.advance(max(began + step - self.clock.now(), timedelta(0)))

    def rows(self, question: str) -> list[dict[str, Any]]:
        """Rows of the lake; instants are aware."""
        found: list[dict[str, Any]] = self.app.sql(question, limit=10**6).to_pylist()
        return [{k: v.replace(tzinfo=UTC) if isinstance(v, datetime) and v.tzinfo is None else v for k, v in r.items()} for r in found]

    def creator_id(self, handle: str) -> str:
        """The world's number of whoever had a handle at the beginning."""
        return str(self.world.cast.creator_id[self.booked_place(handle)])

    def booked_place(self, handle: str) -> int:
        return [str(h) for h in self.world.cast.handle].index(handle)


@dataclass
class Truth:
    """The simulated world at any instant, computed once an instant."""

    platform: Platform
    _posts: dict[datetime, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def posts(self, at: datetime) -> dict[str, dict[str, Any]]:
        """Every post that can be seen at an instant, by id."""
        if at not in self._posts:
            self._posts[at] = {r["post_id"]: r for r in self.platform.readings(at).to_pylist()}
        return self._posts[at]

    def of_handle(self, handle: str, at: datetime) -> dict[str, Any]:
        """The profile of whoever has a handle at an instant."""
        place = self.platform.creator(handle, int(at.timestamp()))
        return {} if place is None else self.platform.profile(place, int(at.timestamp()))

    def wrong_posts(self, rows: list[dict[str, Any]], lags: Mapping[str, timedelta] | None = None) -> Counter[str]:
        """How often a reading differs from the truth at its instant, and in what. Zeros that an API left out may be missing."""
        found: Counter[str] = Counter()
        for row in rows:
            seen = self.posts(row["captured_at"]).get(row["post_id"])
            lag = (lags or {}).get(row["source"], timedelta(0))
            then = self.platform.world.truth(row["post_id"], row["captured_at"] - lag).__dict__ if seen and lag else seen
            if row["source"] == "ads":
                true = self.platform.world.truth(row["post_id"], row["captured_at"])
                found[f"ads {row['views_paid']} {true.views_paid}"] += row["views_paid"] != true.views_paid
                found["ads tells more"] += any(row[n] is not None for n in ("views", "likes", "comments", "shares", "saves"))
                continue
            if then is None:
                found[f"{row['source']}: {row['post_id']} could not be seen at {row['captured_at']}"] += 1
                continue
            for name in ("views", "likes", "comments", "shares", "saves"):
                hidden = row["source"] == "display" and name == "saves"
                fits = row[name] is None if hidden else row[name] == then[name] or (row[name] is None and then[name] == 0)
                found[f"{row['source']} {name}: {row[name]} is not {then[name]}"] += not fits
        return +found

    def wrong_profiles(self, rows: list[dict[str, Any]], names: Mapping[str, str] | None = None) -> Counter[str]:
        """The same of readings of profiles, by the handle they carry, else by that which belongs to their creator_id."""
        found: Counter[str] = Counter()
        for row in rows:
            # a day of an account's own series carries no handle, and followers only
            owner = row["handle"] or (names or {}).get(row["creator_id"], "")
            true = self.of_handle(owner, row["captured_at"])
            for name in ("followers", "following", "likes_total", "videos_total"):
                hidden = row["handle"] is None and name != "followers"
                fits = row[name] is None if hidden else row[name] == true.get(name) or (row[name] is None and not true.get(name))
                found[f"{row['source']} @{owner} at {row['captured_at']} {name}: {row[name]} is not {true.get(name)}"] += not fits
        return +found


@contextmanager
def staged(
    home: Path, world: World | None = None, faults: Faults | None = None, *, lags: Lags | None = None, lifetimes: Lifetimes | None = None,
    early: timedelta = timedelta(days=1), research: bool = False, **settings: str,
) -> Iterator[Stage]:  # fmt: skip
    """A home beside a running stand-in; the clock stands `early` before the campaign begins.

    In      research  whether the home has research credentials
            settings  others of the home's
    """
    clock_at = datetime.fromtimestamp((world or small_world()).window[0], UTC) - early
    clock = DrivenClock(clock_at)
    server = open_server(world or small_world(), clock, faults, lifetimes, lags=lags)
    with serve(server) as url:
        words = {"home": str(home), **addresses(url, server.state.platform.credentials, research=research), **settings}
        with Rehearsal(read_settings({}, words), clock) as app:
            yield Stage(app, clock, server.state.platform, url)


def addresses(url: str, known: Credentials, *, research: bool = False) -> dict[str, str]:
    """The settings by which a home finds the stand-in."""
    found = {
        "tiktok_api_url": url,
        "tiktok_auth_url": url,
        "tiktok_business_url": f"{url}/open_api/v1.3",
        "tiktok_client_key": known.client_key,
        "tiktok_client_secret": known.client_secret,
        "tiktok_business_id": known.business_id,
        "tiktok_business_secret": known.business_secret,
    }
    return found | ({"tiktok_research_key": known.research_key, "tiktok_research_secret": known.research_secret} if research else {})
