"""The stand-in as a process: python -m hexameter.standin.server. It prints one JSON line with its address and serves until it is ended."""

from __future__ import annotations

import argparse
import json
import signal
import threading
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from hexameter.standin.clock import DrivenClock
from hexameter.standin.server.app import open_server
from hexameter.standin.server.faults import faults_from
from hexameter.standin.server.ledger import Quotas
from hexameter.standin.server.serving import serve
from hexameter.standin.server.tokens import Credentials
from hexameter.standin.world import World


class _Machine:
    """The machine's own time."""

    def now(self) -> datetime:
        """The present, UTC."""
        return datetime.now(UTC)


def main() -> None:
    """Serve a world by a driven clock (or the machine's own), with the control routes."""
    asked = _arguments()
    live = _Machine()
    half = timedelta(days=asked.days // 2)
    world = World(
        seed=asked.seed,
        start=asked.start or ((live.now() - half).date() if asked.live else World.start),
        days=asked.days,
        creators_count=asked.creators,
        booked=asked.booked,
        renamed=asked.renamed,
        private_share=asked.private_share,
    )
    clock = live if asked.live else DrivenClock(asked.now or datetime.fromtimestamp(world.window[0], UTC))
    faults, quotas = faults_from(json.loads(asked.faults)), Quotas(**json.loads(asked.quotas))
    app = open_server(world, clock, faults, quotas=quotas, controlled=True)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with serve(app, asked.port) as url:
        print(
            json.dumps({"url": url, "business_url": f"{url}/open_api/v1.3", "now": clock.now().isoformat(), **asdict(Credentials())}),
            flush=True,
        )
        ended.wait()


def _arguments() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="python -m hexameter.standin.server", description=__doc__)
    words.add_argument("--port", type=int, default=0, help="0: any free one")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--start", type=date.fromisoformat, default=None, help="first day of the campaign")
    words.add_argument("--days", type=int, default=World.days)
    words.add_argument("--creators", type=int, default=World.creators_count)
    words.add_argument("--booked", type=int, default=World.booked)
    words.add_argument("--renamed", type=int, default=0, help="booked creators who change their handle")
    words.add_argument("--private-share", type=float, default=0.0, help="posts that are private for some days")
    words.add_argument("--now", type=datetime.fromisoformat, default=None, help="ISO 8601 with offset; the campaign's start unless given")
    words.add_argument("--live", action="store_true", help="by the machine's own time, in the middle of a campaign")
    words.add_argument("--quotas", default="{}", help='limits other than the documented ones, JSON like {"app_second": 0}; 0: none')
    words.add_argument("--faults", default="{}", help='JSON, like {"seed": 3, "storm": 0.1}')
    return words.parse_args()


if __name__ == "__main__":
    main()
