"""The API over a real socket: two workspaces with the same campaign, and a token of every role and scope."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from hexameter.main import App, open_app
from hexameter.services.people import ROLES
from tests.views.homes import CREATE, fill, hexameter

PASSWORD = "four words stand here"
POST = "7523537000000000001"


@dataclass
class Api:
    """A server with its people's tokens by (role, scope)."""

    app: App
    address: str
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))

    def ask(self, method: str, path: str, who: tuple[str, str] | str | None = ("owner", "write"), **how: Any) -> httpx.Response:
        """One request; `who`: a role and a scope, a secret, or nobody."""
        secret = self.secrets[who] if isinstance(who, tuple) else who
        headers = {**({"authorization": f"Bearer {secret}"} if secret else {}), **how.pop("headers", {})}
        return self.client.request(method, f"{self.address}/api/v1{path}", headers=headers, **how)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("api")
    home = fill(folder / "home", folder)
    assert hexameter("workspace", "create", "acme", home=home).status == 0
    assert hexameter("--workspace", "acme", "import", folder / "worked.csv", home=home).status == 0
    words = CREATE.replace("500.00", "777.00").split()
    assert hexameter("--workspace", "acme", "campaign", "create", "glowday", *words, home=home).status == 0
    told = {"now": "2025-08-01T00:00:00Z", "api_requests_per_minute": "100000"}
    with open_app(str(home), overrides=told) as app, served(app) as address:
        made, people = Api(app, address), app.desk.people
        people.add_owner("owner", "owner", PASSWORD)
        for role, workspace in (*((role, "main") for role in ROLES[:-1]), ("stranger", "acme")):
            token = people.invitations.invite(workspace, "manager" if role == "stranger" else role, "owner")
            people.invitations.accept(token, role, role, PASSWORD)
        for role in (*ROLES, "stranger"):
            for scope in ("read", "write"):
                token, secret = people.tokens.make(role, "acme" if role == "stranger" else "main", scope, scope)
                made.secrets[role, scope], made.numbers[role, scope] = secret, token.id
                if role == "client" and scope == "read":
                    people.members.share("main", token.person_id, "glowday", False, "owner")
        yield made
        made.client.close()


class served:
    """A real server over an app, for a block."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stop = threading.Event()
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        how = {"port": 0, "track": False, "started": self._told.put, "stop": self._stop}
        self._thread = threading.Thread(target=app.serve, kwargs=how, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return str(self._told.get(timeout=30)["address"])

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()


def is_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """An error in the one shape, with nothing of a page or a traceback in it."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    assert "<html" not in answer.text and "Traceback" not in answer.text
    told: dict[str, Any] = json.loads(answer.text)
    assert told["status"] == status and told["what"].endswith(".") and told["type"] == "about:blank"
    assert told.keys() == {"type", "title", "status", "detail", "kind", "what", "expected", "remedy", "field", "value"}
    return told
