"""A stand-in that runs, with the few requests that most of its tests begin with. It asserts nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np

from hexameter.standin.clock import DrivenClock
from hexameter.standin.server.app import open_server
from hexameter.standin.server.platform import Platform
from hexameter.standin.server.serving import serve
from hexameter.standin.server.tokens import ACCOUNT_SCOPES, DISPLAY_SCOPES, Credentials
from hexameter.standin.world import World

WORLD = World(seed=5, creators_count=40, booked=14, renamed=3, private_share=0.05)
EARLY = datetime(2025, 6, 22, tzinfo=UTC)
NOW = datetime(2025, 7, 20, 12, tzinfo=UTC)
APPS = Credentials()
BACK = "https://hexameter.example/connect/tiktok/callback"
LOCAL = "http://127.0.0.1:8686/connect/tiktok/callback"
VERIFIER = "v" * 50
CHALLENGE = hashlib.sha256(VERIFIER.encode()).hexdigest()
VIDEO_FIELDS = "id,create_time,share_url,title,video_description,duration,like_count,comment_count,share_count,view_count"
BUSINESS = "/open_api/v1.3"


@dataclass
class Stand:
    """A running stand-in: its clock, its state, and a client that talks to it."""

    clock: DrivenClock
    platform: Platform
    http: httpx.Client

    def wait(self, **by: float) -> None:
        """Let simulated time pass."""
        self.clock.advance(timedelta(**by))

    def until(self, second: int) -> None:
        """Let simulated time pass until a Unix second."""
        self.clock.advance(datetime.fromtimestamp(second, UTC) - self.clock.now())

    def consent(self, handle: str = "", **other: str) -> dict[str, str]:
        """A creator ticks all boxes of Login Kit's page; what the callback gets."""
        asked = {"client_key": APPS.client_key, "scope": ",".join(DISPLAY_SCOPES), "response_type": "code", "redirect_uri": BACK}
        handle = handle or self.busiest
        answer = self.http.post("/v2/auth/authorize/", params={**asked, "state": "s1", **other}, data={"handle": handle})
        return dict(httpx.URL(answer.headers["location"]).params)

    def token(self, **form: str) -> httpx.Response:
        """Login Kit's token endpoint."""
        return self.http.post("/v2/oauth/token/", data={"client_key": APPS.client_key, "client_secret": APPS.client_secret, **form})

    def exchange(self, code: str, **other: str) -> dict[str, Any]:
        """A code becomes tokens."""
        found: dict[str, Any] = self.token(grant_type="authorization_code", code=code, **{"redirect_uri": BACK, **other}).json()
        return found

    def display(self, handle: str = "", **other: str) -> dict[str, str]:
        """Headers with a token of a creator who consented."""
        return {"Authorization": f"Bearer {self.exchange(self.consent(handle, **other)['code'])['access_token']}"}

    def research(self) -> dict[str, str]:
        """Headers with a token of the researchers' app."""
        keys = {"client_key": APPS.research_key, "client_secret": APPS.research_secret}
        return {"Authorization": f"Bearer {self.token(grant_type='client_credentials', **keys).json()['access_token']}"}

    def accounts_grant(self, handle: str = "", scopes: str = ",".join(ACCOUNT_SCOPES)) -> dict[str, Any]:
        """What the Accounts API gives for a consent."""
        code = self.consent(handle, client_key=APPS.business_id, scope=scopes)["code"]
        body = {"client_id": APPS.business_id, "client_secret": APPS.business_secret, "grant_type": "authorization_code"}
        answer = self.http.post(f"{BUSINESS}/tt_user/oauth2/token/", json={**body, "auth_code": code, "redirect_uri": BACK})
        found: dict[str, Any] = answer.json()["data"]
        return found

    def advertiser(self) -> dict[str, str]:
        """Headers with the brand's token."""
        answer = self.http.post("/portal/auth", params={"app_id": APPS.business_id, "redirect_uri": BACK, "state": "s1"})
        code = httpx.URL(answer.headers["location"]).params["auth_code"]
        body = {"app_id": APPS.business_id, "secret": APPS.business_secret, "auth_code": code}
        return {"Access-Token": self.http.post(f"{BUSINESS}/oauth2/access_token/", json=body).json()["data"]["access_token"]}

    def business(self, path: str, headers: dict[str, str], **query: Any) -> dict[str, Any]:
        """A GET of the API for Business."""
        answer = self.http.get(BUSINESS + path, params=query, headers=headers)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def videos(self, headers: dict[str, str], fields: str = VIDEO_FIELDS, **body: Any) -> httpx.Response:
        """A page of Display's video list."""
        return self.http.post("/v2/video/list/", params={"fields": fields}, json=body, headers=headers)

    def all_videos(self, headers: dict[str, str], most: int = 200, **body: Any) -> list[list[dict[str, Any]]]:
        """All pages of it."""
        pages, cursor, more = [], None, True
        while more and len(pages) < most:
            data = self.videos(headers, **body, **({"cursor": cursor} if cursor else {})).json()["data"]
            pages.append(data["videos"])
            cursor, more = data["cursor"], data["has_more"]
        return pages

    def query(self, headers: dict[str, str], fields: str = "id,username,create_time,view_count,like_count", **body: Any) -> httpx.Response:
        """A page of the Research API's video query; the campaign's hashtag in the first weeks of July unless told otherwise."""
        asked = {"query": {"and": [hashtag(WORLD.hashtag)]}, "start_date": "20250701", "end_date": "20250720", **body}
        return self.http.post("/v2/research/video/query/", params={"fields": fields}, json=asked, headers=headers)

    def all_found(self, headers: dict[str, str], **body: Any) -> list[list[dict[str, Any]]]:
        """All pages of it; a refused search_id is asked for again."""
        pages: list[list[dict[str, Any]]] = []
        go_on: dict[str, Any] = {}
        more = True
        while more:
            answer = self.query(headers, **body, **go_on)
            if answer.status_code == 400:
                assert "is invalid or expired" in answer.json()["error"]["message"]
                continue
            data = answer.json()["data"]
            pages.append(data["videos"])
            go_on, more = {"cursor": data["cursor"], "search_id": data["search_id"]}, data["has_more"]
        return pages

    @property
    def busiest(self) -> str:
        """The handle of the creator with the most visible posts."""
        seen = self.platform.visible(np.arange(len(WORLD.works.post_id)), self.platform.second)
        return self.platform.handles(self.platform.second)[int(np.bincount(WORLD.works.creator[seen]).argmax())]

    def truth(self, handle: str = "") -> dict[str, dict[str, Any]]:
        """The world's readings at this instant by post, of one creator or of all."""
        rows = self.platform.readings(self.clock.now()).to_pylist()
        if handle:
            creator = self.platform.creator(handle, self.platform.second)
            rows = [r for r in rows if r["creator_id"] == str(WORLD.cast.creator_id[creator])]
        return {r["post_id"]: r for r in rows}


def hashtag(*names: str) -> dict[str, Any]:
    """A condition of the Research API."""
    return {"operation": "IN" if len(names) > 1 else "EQ", "field_name": "hashtag_name", "field_values": list(names)}


@contextmanager
def opened(now: datetime = NOW, world: World = WORLD, **other: Any) -> Iterator[Stand]:
    """A stand-in over real HTTP while the block runs; `other` as `open_server` takes it."""
    clock = DrivenClock(now)
    app = open_server(world, clock, **other)
    with serve(app) as url, httpx.Client(base_url=url, timeout=20) as http:
        yield Stand(clock, app.state.platform, http)
