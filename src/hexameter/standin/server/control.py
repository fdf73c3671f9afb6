"""Routes under /_control/ that drive the stand-in from outside: time, faults, accounts, posts, and what really happened.

They are no part of any API and exist only when the server was opened for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hexameter.standin.clock import DrivenClock
from hexameter.standin.server.answers import as_json
from hexameter.standin.server.faults import faults_from
from hexameter.standin.server.platform import Platform

Given = Mapping[str, Any]


def routes(platform: Platform) -> list[Route]:
    """All of them: GET asks, POST changes (with a JSON object)."""
    doors: dict[str, Callable[[Platform, Given], Any]] = {
        "GET clock": _time,
        "POST clock": _advance,
        "GET faults": lambda p, _: asdict(p.faults),
        "POST faults": _faults,
        "GET truth": _truth,
        "GET accounts": _accounts,
        "GET ledger": _ledger,
        "POST revoke": _revoke,
        "POST rename": _rename,
        "POST delete": _delete,
    }
    return [_route(platform, door, answer) for door, answer in doors.items()]


def _route(platform: Platform, door: str, answer: Callable[[Platform, Given], Any]) -> Route:
    method, _, name = door.partition(" ")

    async def handle(request: Request) -> Response:
        try:
            given = dict(request.query_params) if method == "GET" else json.loads(await request.body() or b"{}")
            return as_json(answer(platform, given))
        except (ValueError, TypeError, LookupError) as problem:
            return as_json({"error": str(problem)}, 400)

    return Route(f"/_control/{name}", handle, methods=[method])


def _time(platform: Platform, given: Given) -> dict[str, str]:
    return {"now": platform.clock.now().astimezone(UTC).isoformat()}


def _advance(platform: Platform, given: Given) -> dict[str, str]:
    clock = platform.clock
    if not isinstance(clock, DrivenClock):
        raise ValueError("this server's clock is not a driven one")
    by = datetime.fromisoformat(given["to"]) - clock.now() if "to" in given else timedelta(seconds=float(given["seconds"]))
    clock.advance(by)
    return _time(platform, given)


def _faults(platform: Platform, given: Given) -> dict[str, Any]:
    platform.faults = faults_from(dict(given))
    return asdict(platform.faults)


def _truth(platform: Platform, given: Given) -> dict[str, Any]:
    at = datetime.fromisoformat(given["at"]) if "at" in given else platform.clock.now()
    rows = platform.readings(at).to_pylist()
    handles = platform.handles(int(at.timestamp()))
    names = dict(zip(platform.world.cast.creator_id.tolist(), handles, strict=True))
    shown = [{**r, "captured_at": r["captured_at"].isoformat(), "handle": names[r["creator_id"]]} for r in rows]
    return {"at": at.isoformat(), "readings": shown}


def _accounts(platform: Platform, given: Given) -> dict[str, Any]:
    at = datetime.fromisoformat(given["at"]) if "at" in given else platform.clock.now()
    names = platform.handles(int(at.timestamp()))
    rows = platform.world.creators(at).to_pylist()
    shown = [{**r, "handle": names[i], "captured_at": at.isoformat()} for i, r in enumerate(rows)]
    return {"at": at.isoformat(), "accounts": shown}


def _ledger(platform: Platform, given: Given) -> dict[str, Any]:
    ledger = platform.ledger
    ends = {f"{name} {outcome}": count for (name, outcome), count in sorted(ledger.outcomes.items())}
    return {"counts": ledger.counts(), "worst": ledger.worst(), "exceeded": ledger.exceeded(), "outcomes": ends}


def _revoke(platform: Platform, given: Given) -> dict[str, int]:
    app = given.get("app", "display")
    return {"ended": platform.tokens.revoke(app, -1 if app == "advertiser" else _creator(platform, given))}


def _rename(platform: Platform, given: Given) -> dict[str, str]:
    taken = platform.creator(str(given["to"]), platform.second)
    if taken is not None:
        raise ValueError(f"the handle {given['to']} is taken")
    platform.rename(_creator(platform, given), str(given["to"]))
    return {"handle": str(given["to"])}


def _delete(platform: Platform, given: Given) -> dict[str, str]:
    platform.delete([platform.by_id[int(given["post_id"])]])
    return {"post_id": str(given["post_id"])}


def _creator(platform: Platform, given: Given) -> int:
    creator = platform.creator(str(given["handle"]), platform.second)
    if creator is None:
        raise ValueError(f"nobody is called {given['handle']}")
    return creator
