"""Every route for every role and scope, generated from the table; every example of the description works."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from hexameter.errors import OurError
from hexameter.services.people import ROLES
from hexameter.views.api.asked import verb_of
from hexameter.views.api.route import Route
from hexameter.views.api.table import ROUTES, check_every
from tests.views.api.conftest import POST, Api, is_problem
from tests.views.homes import WORKED

FILLED = {"slug": "glowday", "kpi": "views", "handle": "lea", "creator": "lea", "hashtag": "glowday", "post": POST, "figure": "views",
          "table": "post", "what": "posts", "number": "1", "code": "nosuch", "draft": "2", "batch": "nosuch"}  # fmt: skip
# The least role each route needs. Opening one to more people is a decision: it is made here too.
LEAST = {
    "client": """GET /campaigns|GET /campaigns/{slug}|GET /campaigns/{slug}/gaps|GET /campaigns/{slug}/kpis|
GET /campaigns/{slug}/kpis/{kpi}|
GET /campaigns/{slug}/receipts/{kpi}|GET /campaigns/{slug}/posts|GET /campaigns/{slug}/creators|GET /campaigns/{slug}/hashtags|
GET /definitions|GET /presets|GET /formats""",
    "analyst": """GET /campaigns/{slug}/goals|GET /campaigns/{slug}/inbox|GET /status|GET /kpis|GET /creators|GET /creators/{handle}/kpis|
GET /creators/{handle}/posts|GET /hashtags|GET /hashtags/{hashtag}/kpis|GET /hashtags/{hashtag}/posts|GET /posts/{post}/kpis|
GET /posts/{post}/readings|GET /campaigns/{slug}/brief|GET /campaigns/{slug}/brief/versions|GET /campaigns/{slug}/brief/preview|
GET /campaigns/{slug}/brief/pdf|GET /campaigns/{slug}/links/{code}/qr|GET /rate-cards|GET /exchange-rates|
GET /deliverables/{number}/drafts/{draft}/file|
GET /campaigns/{slug}/clauses|GET /brief-templates|GET /campaigns/{slug}/candidates|GET /campaigns/{slug}/candidates/{creator}|
GET /campaigns/{slug}/deliverables|GET /reminders|GET /rights|GET /rights/expiring|GET /campaigns/{slug}/links|GET /campaigns/{slug}/codes|
GET /campaigns/{slug}/money|GET /advice/best-time|GET /advice/affinity|GET /campaigns/{slug}/forecast|GET /campaigns/{slug}/ad-reuse|
GET /campaigns/{slug}/capture-audit|GET /advice/portfolio-test|GET /advice/clause-effects|GET /campaigns/{slug}/portfolio|
GET /tables|GET /tables/{table}|GET /tables/{table}/file|GET /campaigns/{slug}/files/{what}|GET /search|
GET /alerts|POST /alerts/read|GET /alerts/kinds|GET /alerts/subscriptions|POST /alerts/subscriptions|
DELETE /alerts/subscriptions/{number}""",
}
OPEN = {route.strip(): least for least, routes in LEAST.items() for route in routes.split("|")}
BODY_OF = {"/deliverables/{number}/drafts/file": "%PDF-1.7 a draft",
           "/imports": WORKED, "/campaigns/{slug}/candidates/file": "handle,note\nzoe,new\n",
           "/campaigns/{slug}/orders/file": "order_id,amount,currency,ordered_at\nB-1,10.00,EUR,2025-07-12T10:00Z\n"}  # fmt: skip


def filled(route: Route) -> str:
    """A route's address over the worked example."""
    return re.sub(r"\{(\w+)\}", lambda m: FILLED[m[1]], route.path)


def sent(api: Api, route: Route, who: Any, path: str | None = None) -> httpx.Response:
    """A route's own example."""
    how: dict[str, Any] = {}
    if route.method == "GET" or route.upload:
        how["params"] = dict(route.example)
    elif route.example:
        how["json"] = dict(route.example)
    if route.upload:
        how["content"] = BODY_OF[route.path].encode()
    return api.ask(route.method, path or filled(route), who, **how)


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def test_every_route_says_the_least_role_it_was_decided_to_need() -> None:
    assert {named(r): r.least for r in ROUTES if r.least != "manager"} == OPEN


@pytest.mark.parametrize("broken", [{"least": "anybody"}, {"run": lambda caller: None}, {}])
def test_a_route_that_is_silent_or_stands_twice_stops_the_start(broken: dict[str, Any]) -> None:
    with pytest.raises(OurError, match=re.escape(named(ROUTES[0]))):
        check_every((replace(ROUTES[0], **broken), *ROUTES[:1]))


def test_every_example_of_the_description_works(api: Api) -> None:
    done = set()
    made: dict[str, str] = {}
    order = [r for m in ("PUT", "POST", "GET", "PATCH", "DELETE") for r in ROUTES if r.method == m]
    for route in order:
        path = filled(route)
        if route.path.startswith("/links/"):
            path = f"/links/{made['/campaigns/{slug}/links']}"
        if route.path == "/campaigns/{slug}/links/{code}/qr":
            path = f"/campaigns/glowday/links/{made['/campaigns/{slug}/links']}/qr"
        if route.path == "/imports/{batch}":
            path = f"/imports/{made['/imports']}"
        if route.path == "/alerts/deliveries/{number}/retry":
            continue  # nothing was sent yet, so there is no failure to send again: this route's success is not tested
        if route.run == "candidates.undo":  # only a rule's move is undone
            api.app.candidates.move("glowday", ["lea"], "accepted")
            api.app.campaigns.include("glowday", [POST])
        answer = sent(api, route, ("owner", "write"), path)
        assert answer.status_code == route.status, (named(route), answer.text[:400])
        told = answer.json() if answer.headers["content-type"] == "application/json" else {}
        made.setdefault(route.path, str(told.get("batch") or told.get("code") or ""))
        if route.listed is not None:
            assert {"items", "n_items", "next"} <= told.keys()
        done.add(named(route))
    assert len(done) == len(ROUTES) - 1


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_who_may_call_what(api: Api, route: Route) -> None:
    path = re.sub(r"\{(\w+)\}", lambda m: FILLED[m[1]] if m[1] not in ("number", "batch", "code") else "999", route.path)
    wrong = {} if route.method == "GET" else {"content": b"x"} if route.upload else {"json": {"nosuch": 1}}  # so that nothing is changed
    for role, scope in itertools.product(ROLES, ("read", "write")):
        answer = api.ask(route.method, path, (role, scope), **wrong)
        if ROLES.index(role) >= ROLES.index(route.least) and (scope == "write" or route.method == "GET"):
            assert answer.status_code not in (401, 403, 500), (role, scope, answer.text[:300])
        else:
            is_problem(answer, 403)
    assert "Authorization: Bearer" in is_problem(api.ask(route.method, path, None, **wrong), 401)["detail"]


def test_verbs_say_what_they_do() -> None:
    assert all(verb_of(route).__doc__ for route in ROUTES)
