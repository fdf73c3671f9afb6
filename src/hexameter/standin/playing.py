"""A stage set up for a rehearsal: its TikTok over HTTP on this machine, a clock to drive, creators who consent. It stores nothing."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPMessage
from typing import IO, Any

from hexameter.contracts.records import local_midnight
from hexameter.standin.clock import DrivenClock
from hexameter.standin.server.app import open_server
from hexameter.standin.server.faults import Faults
from hexameter.standin.server.platform import Platform
from hexameter.standin.server.serving import serve
from hexameter.standin.stage import Stage

# Now and then TikTok answers with an error; the demo shows that nothing is lost by it.
DEMO_FAULTS = Faults(seed=11, storm=0.04, gateway_timeout=0.01, rate_limited_retry_after=0.01, token_expired=0.01, cut_body=0.005)


@dataclass(frozen=True)
class Play:
    """A running rehearsal. `settings` point Hexameter at the local TikTok, whose `faults` may be set at any time."""

    stage: Stage
    clock: DrivenClock
    settings: Mapping[str, str]
    platform: Platform

    def goes_wrong(self, faults: Faults) -> None:
        """From now on these faults happen."""
        self.platform.faults = faults

    def consent(self, link: str, handle: str) -> str:
        """What a creator does with a link: consents to everything. Out: the address at which their browser ends."""
        form = urllib.parse.urlencode({"handle": handle, "decision": "allow"}).encode()
        opener = urllib.request.build_opener(_Staying)
        try:
            opener.open(urllib.request.Request(link, form), timeout=10)  # noqa: S310  a loopback address of our own server
        except urllib.error.HTTPError as answer:
            if answer.code == 302:
                return str(answer.headers["Location"])
            raise
        raise RuntimeError("the stand-in did not send the creator back")


@contextmanager
def play(stage: Stage, faults: Faults = DEMO_FAULTS) -> Iterator[Play]:
    """Serve the stage's world over HTTP while the block runs; the clock stands at the campaign's eve."""
    eve = local_midnight(stage.from_day, stage.tz) - timedelta(days=2)
    clock = DrivenClock(datetime.fromtimestamp(int(eve.timestamp()), UTC))
    server = open_server(stage.world, clock, faults)
    known = server.state.platform.credentials
    with serve(server) as url:
        settings = {
            "tiktok_api_url": url,
            "tiktok_auth_url": url,
            "tiktok_business_url": f"{url}/open_api/v1.3",
            "tiktok_client_key": known.client_key,
            "tiktok_client_secret": known.client_secret,
            "tiktok_business_id": known.business_id,
            "tiktok_business_secret": known.business_secret,
            "public_url": "http://127.0.0.1:8686",
        }
        yield Play(stage, clock, settings, server.state.platform)


class _Staying(urllib.request.HTTPRedirectHandler):
    """Stays where it is: nobody listens at the address to which the creator is sent back."""

    def redirect_request(self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str) -> Any:
        """No further request."""
        return None
