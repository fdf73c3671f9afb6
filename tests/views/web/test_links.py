"""Nobody is shown a way that is closed to them: every link, chart and form of every page a role can reach is open to it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.routing import Match

from hexameter.services.people import ROLES
from hexameter.views.web.access import Ways
from hexameter.views.web.app import PAGES
from tests.views.web.test_access import Town, town  # noqa: F401  (a fixture)

LED = re.compile(r'(?:href|data-chart|data-row|data-copy)="(/[^"]*)"')
SENT = re.compile(r'(?:form)?action="(/[^"]*)"')
ROUTES = [route for group in PAGES for route in group.router.routes]
WAYS = Ways(ROUTES)
LEAST_PAGES = {"client": 6, "analyst": 15, "manager": 24, "owner": 26}  # kinds of pages each role comes to by following links


@pytest.mark.parametrize("role", ROLES)
def test_every_way_shown_is_open(town: Town, role: str) -> None:  # noqa: F811
    browser, session = town.browsers[role], town.app.desk.people.session(town.browsers[role].cookies["hx_session"])
    waiting, seen, closed = [("/", "the start")], {"/static/{stem}.{digest}.{ending}"}, []
    for path, shown_on in waiting:
        kind = _kind(path)
        if kind in seen:
            continue
        seen.add(kind)
        answer = browser.get(path)
        if answer.status_code >= 400:
            closed.append(f"{shown_on} leads to {path}: {answer.status_code}")
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            waiting += [(urljoin(path, unescape(there)).partition("#")[0], path) for there in LED.findall(answer.text)]
            sent = {unescape(there).partition("#")[0] for there in SENT.findall(answer.text)}
            closed += [f"{path} sends to {there}" for there in sent if not any(WAYS.open(session, there, m) for m in ("GET", "POST"))]
    assert not closed, "\n".join(sorted(closed))
    assert len(seen) >= LEAST_PAGES[role]


def _kind(path: str) -> str:
    """The route of an address: one of each is enough, with words behind it and without. A desk's tabs are a page each."""
    parts = urlsplit(path)
    scope = {"type": "http", "path": parts.path, "method": "GET"}
    route = next((r.path for r in ROUTES if r.matches(scope)[0] is Match.FULL), parts.path)  # type: ignore[attr-defined]
    return (parts.path if route.endswith("{tab}") else route) + ("?" if parts.query else "")
