"""The pages over the worked example, asked without a browser."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI

from hexameter.main import App, open_app
from hexameter.views.web.app import open_web
from tests.views.homes import fill

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette would rather have a newer httpx, which nothing else here uses
    from starlette.testclient import TestClient

PASSWORD = "four words stand here"


@dataclass
class Web:
    """The application, a browser without an account, and one of the owner's; `csrf` is the word of the owner's forms."""

    app: App
    pages: FastAPI
    guest: TestClient
    owner: TestClient
    csrf: str


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Only read: what writes to it makes a campaign of its own."""
    folder = tmp_path_factory.mktemp("web")
    with open_app(str(fill(folder / "home", folder)), overrides={"now": "2025-08-01T00:00:00Z"}) as app:
        pages = open_web(app)
        app.desk.people.add_owner("marie", "Marie", PASSWORD)
        token = app.desk.people.log_in("marie", PASSWORD, "test")
        session = app.desk.people.session(token)
        assert session is not None
        yield Web(app, pages, client(pages), client(pages, token), session.csrf)


def client(pages: FastAPI, token: str | None = None) -> TestClient:
    """A browser on this machine."""
    cookies = {} if token is None else {"hx_session": token}
    return TestClient(pages, base_url="http://127.0.0.1:8686", cookies=cookies, follow_redirects=False)
