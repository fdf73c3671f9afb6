"""Single sign-on through the pages: members and invited addresses come in, others do not, and a return nobody began leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from hexameter.main import App, open_app
from hexameter.views.web.app import open_web
from tests.sources.oidc.provider import StandIn, providing
from tests.views.web.conftest import PASSWORD, client


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[App, FastAPI, StandIn]]:
    with providing() as standin:
        settings = {"oidc_issuer": standin.address, "oidc_client_id": standin.client_id, "oidc_client_secret": standin.client_secret}
        with open_app(str(tmp_path / "home"), overrides={**settings, "oidc_name": "Example"}) as app:
            app.desk.people.add_owner("marie@example.com", "Marie", PASSWORD)
            yield app, open_web(app), standin


def test_an_invited_address_comes_in_and_others_do_not(site: tuple[App, FastAPI, StandIn]) -> None:
    app, pages, standin = site
    browser = client(pages)
    assert "Log in with Example" in browser.get("/login").text
    back = standin.authorise(browser.get("/sign-on", params={"next": "/profile"}).headers["location"])
    refused = browser.get("/sign-on/callback", params=back)
    assert refused.status_code == 403 and "no invitation names it" in refused.text
    app.desk.people.invitations.invite("main", "analyst", "marie@example.com", "lea@example.com")
    back = standin.authorise(browser.get("/sign-on", params={"next": "/profile"}).headers["location"])
    assert client(pages).get("/sign-on/callback", params=back).status_code == 400  # begun in another browser
    answer = browser.get("/sign-on/callback", params=back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/profile")
    assert "lea@example.com" in browser.get("/profile").text
    assert browser.get("/people").status_code == 403  # an analyst
    assert browser.get("/sign-on/callback", params=back).status_code == 400  # once
