"""1,000 creators and 60,000 live posts tracked over HTTP against the stand-in: planning, requests against limits, CPU, memory.

The stand-in runs in the same process by the same driven clock, so that its own work is in the figures. It asserts nothing.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hexameter.campaigns.tracking.inbox import Found
from hexameter.campaigns.tracking.watched import Watched
from hexameter.contracts.tracking import Account
from hexameter.main import Rehearsal
from hexameter.services.tracking.outlook import look
from hexameter.services.tracking.runner import PASS, Tracker
from hexameter.settings import read_settings
from hexameter.standin.clock import DrivenClock
from hexameter.standin.playing import Play
from hexameter.standin.server.app import open_server
from hexameter.standin.server.serving import serve
from hexameter.standin.world import World

SLUG = "large"
_START = date(2025, 7, 1)
_DAYS = 98  # a thousand creators post a little over 60,000 times in it


@dataclass
class Measured:
    """What some simulated hours took."""

    creators: int
    posts: int
    hours: float
    passes: int = 0
    readings: int = 0
    new_posts: int = 0
    cpu_seconds: float = 0.0
    planning_seconds: list[float] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)
    exceeded: Any = None
    peak_gib: float = 0.0
    read: int = 0


def measure(creators: int = 1_000, posts: int = 60_000, hours: float = 24.0, step: timedelta = timedelta(hours=1)) -> Measured:
    """Passes over a home of that size, one in ten creators with the Accounts API.

    In      step  between two passes
    """
    world = World(seed=7, start=_START, days=_DAYS, creators_count=creators, booked=creators)
    clock = DrivenClock(datetime(_START.year, _START.month, _START.day, tzinfo=UTC) + timedelta(days=_DAYS - 2))
    server = open_server(world, clock)
    with ExitStack() as stack:
        url, home = stack.enter_context(serve(server)), stack.enter_context(tempfile.TemporaryDirectory())
        settings = read_settings({}, {"home": home, **_addresses(url, server.state.platform.credentials)})
        with Rehearsal(settings, clock) as app:
            found = Measured(creators, _settle_in(app, world, clock, posts), hours)
            _say(f"{found.posts:,} posts of {creators:,} creators")
            _live(app, clock, found, clock.now() + timedelta(hours=hours), step)
            found.exceeded = server.state.platform.ledger.exceeded()
            read = app.sql("select count(distinct post_id) as n from post_snapshot", limit=1).to_pylist()[0]["n"]
            found.read = read
    found.peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return found


def _live(app: Rehearsal, clock: DrivenClock, found: Measured, end: datetime, step: timedelta) -> None:
    tracker = Tracker(app, every=max(step, PASS))
    while clock.now() < end:
        began, cpu = clock.now(), time.process_time()
        look(app, began, step)
        found.planning_seconds.append(time.process_time() - cpu)
        cpu = time.process_time()
        done = tracker.once()
        found.cpu_seconds += time.process_time() - cpu
        found.passes += 1
        found.readings += done["readings_stored"]
        found.new_posts += sum(done["found"].values())
        found.requests.update(done["requests_by_api"])
        _say(f"{done['at']}: {done['summary'][:70]} planned in {found.planning_seconds[-1]:.2f} s")
        clock.advance(max(began + step - clock.now(), timedelta(0)))


def _settle_in(app: Rehearsal, world: World, clock: DrivenClock, most: int) -> int:
    """The campaign, its consents and its posts as all those days of tracking would have left them on the desk. Out: how many posts."""
    now, handles = clock.now(), [str(h) for h in world.cast.handle]
    app.campaigns.create(
        "Large", from_day=_START, to_day=_START + timedelta(days=_DAYS + 30), hashtags=["glowday"], creators=handles, tz="UTC"
    )
    play, of = Play(None, clock, {}), {}  # type: ignore[arg-type]  # only its creators are needed
    for place, handle in enumerate(handles):
        login = "accounts" if place % 10 == 0 else "display"
        link = app.connections.begin(handle, login=login, campaign=SLUG)["url"]
        app.connections.answer(play.consent(link, handle))
    for connected in app.desk.accounts.all("active"):
        of[connected.account.handle] = connected.account
    ids = dict(zip(world.cast.creator_id.tolist(), handles, strict=True))
    shown = world.readings(now).slice(0, most).to_pylist()
    app.desk.inbox.found(SLUG, [Found(r["post_id"], ids[r["creator_id"]], "display", "#glowday", "auto") for r in shown], now)
    app.desk.watched.upsert([_watched(r, of[ids[r["creator_id"]]], now - timedelta(days=1)) for r in shown])
    return len(shown)


def _watched(row: dict[str, Any], account: Account, at: datetime) -> Watched:
    published = datetime.fromtimestamp(int(row["post_id"]) >> 32, UTC)
    api = "accounts" if account.login == "accounts" else "display"
    views = int(row["views"] * 0.98)
    return Watched(row["post_id"], account.creator_id, api, max(at, published), account.id, published_at=published, read=True, views=views)


def _addresses(url: str, known: Any) -> dict[str, str]:
    return {
        "tiktok_api_url": url,
        "tiktok_auth_url": url,
        "tiktok_business_url": f"{url}/open_api/v1.3",
        "tiktok_client_key": known.client_key,
        "tiktok_client_secret": known.client_secret,
        "tiktok_business_id": known.business_id,
        "tiktok_business_secret": known.business_secret,
    }


def lines(found: Measured) -> list[str]:
    """The section of bench/RESULTS.md."""
    planning = sorted(found.planning_seconds)
    said = ["## Tracking", ""]
    said += [f"{found.creators:,} connected creators (one in ten by the Accounts API) and {found.posts:,} live posts, read over HTTP from"]
    said += [f"the stand-in in the same process: {found.hours:.0f} simulated hours in {found.passes} passes.", "", "| | |", "|---|--:|"]
    said += [f"| posts found in those hours | {found.new_posts:,} |"]
    said += [
        f"| planning pass, processor seconds, median / worst (budget 2) | {planning[len(planning) // 2]:.2f} / {planning[-1]:.2f} |",
        f"| requests | {', '.join(f'{n:,} {api}' for api, n in sorted(found.requests.items()))} |",
        f"| limits exceeded, as the stand-in counts | {found.exceeded or 'none'} |",
        f"| readings stored | {found.readings:,} |",
        f"| posts with a reading (those outside the campaign included) | {found.read:,} |",
        f"| processor seconds of all passes, the stand-in's included | {found.cpu_seconds:,.0f} |",
        f"| peak memory GiB, the stand-in's included | {found.peak_gib:.2f} |",
        "",
    ]
    return said


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.tracking")
    parser.add_argument("--creators", type=int, default=1_000)
    parser.add_argument("--hours", type=float, default=24.0)
    asked = parser.parse_args()
    sys.stdout.write("\n".join(lines(measure(asked.creators, hours=asked.hours))) + "\n")


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")


if __name__ == "__main__":
    main()
