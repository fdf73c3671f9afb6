"""Every route for every kind of person, generated from the router: a route without a row fails, and so does one that lets in too many."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from fastapi import APIRouter

from hexameter.errors import OurError
from hexameter.main import App, open_app
from hexameter.services.people import ROLES
from hexameter.views.web.access import check_every, least_of
from hexameter.views.web.app import PAGES, open_web
from tests.views.homes import CREATE, fill, hexameter
from tests.views.web.conftest import TestClient, client

PASSWORD = "four words stand here"
POST = "7523537000000000001"
FILLED = {
    "slug": "glowday",
    "kpi": "views",
    "name": "views",
    "post_id": POST,
    "handle": "lea",
    "act": "role",
    "person_id": "999",
    "number": "9",
    "draft": "9",
}
# The least role each route needs. Opening one to more people is a decision: it is made here too.
LEAST = {
    "anyone": """GET /static/{stem}.{digest}.{ending}|GET /healthz|GET /connect/tiktok/callback|GET /first-run|POST /first-run|GET /login|
POST /login|POST /preferences|GET /invitations/{token}|POST /invitations/{token}|GET /passwords/{token}|POST /passwords/{token}|
GET /sign-on|GET /sign-on/callback|GET /c/{token}|
GET /c/{token}/brief.pdf|GET /c/{token}/connect|POST /c/{token}/{what}|GET /apply/{token}|POST /apply/{token}|
GET /go/{code}|POST /shop/shopify|POST /shop/shopify/{workspace}""",
    "somebody": "POST /logout|GET /profile|POST /profile|POST /profile/password|POST /profile/sessions|POST /workspace|"
    "POST /profile/tokens|POST /profile/tokens/{number}/revoke",
    "client": """GET /|GET /campaigns/{slug}|GET /campaigns/{slug}/charts/{name}.json|GET /campaigns/{slug}/receipts/{kpi}|
GET /campaigns/{slug}/row|GET /live|POST /tour""",
    "analyst": """GET /campaigns/{slug}/posts.csv|GET /posts/{post_id}|GET /posts/{post_id}/charts/growth.json|GET /creators/{handle}|
GET /creators/{handle}/charts/{name}.json|GET /creators/{handle}/posts.csv|GET /campaigns/{slug}/inbox|GET /campaigns/{slug}/desk/{tab}|
GET /campaigns/{slug}/desk/brief.pdf|GET /campaigns/{slug}/desk/links/{code}.svg|GET /campaigns/{slug}/desk/links/{code}.png|
GET /campaigns/{slug}/desk/drafts/{number}/{draft}|
GET /rate-cards|GET /alerts|POST /alerts/read|POST /alerts/subscriptions|POST /alerts/subscriptions/{number}/{act}|
GET /explore|GET /explore/{name}|GET /hashtags|GET /hashtags/{tag}|GET /hashtags/{tag}/charts/weekly.json|GET /inbox|GET /search""",
    "manager": """GET /campaigns/new|POST /campaigns|GET /import|POST /import|GET /import/rejects/{key}|GET /campaigns/check|
GET /campaigns/{slug}/changed|GET /campaigns/{slug}/edit|POST /campaigns/{slug}/edit|POST /campaigns/{slug}/archive|
POST /campaigns/{slug}/costs|POST /campaigns/{slug}/inbox|POST /campaigns/{slug}/desk/{tab}/{verb}|GET /connections|
POST /connections/end|POST /connections/links|POST /connections/links/{word_of}/withdraw|GET /import/jobs/{key}|
POST /alerts/deliveries/{number}/retry|POST /rate-cards|POST /rate-cards/rates|
GET /import/look/{key}|POST /import/look|POST /import/look/{key}|POST /import/undo""",
    "owner": "GET /people|POST /people/invitations|POST /people/invitations/{number}/withdraw|POST /people/{person_id}/{act}|GET /audit",
}
ROUTES = {route.strip(): least for least, routes in LEAST.items() for route in routes.split("|")}
KINDS = ("anonymous", *ROLES)
KNOWN = {
    f"{method} {route.path}": least_of(route)  # type: ignore[attr-defined]
    for group in PAGES
    for route in group.router.routes
    for method in route.methods  # type: ignore[attr-defined]
}


@dataclass
class Town:
    """Two workspaces with the same campaign, and somebody of every kind; `browsers` and `words` by kind."""

    app: App
    browsers: dict[str, TestClient] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    home = fill(folder / "home", folder)
    assert hexameter("workspace", "create", "acme", home=home).status == 0
    assert hexameter("--workspace", "acme", "import", folder / "worked.csv", home=home).status == 0
    words = CREATE.replace("500.00", "777.00").split()
    assert hexameter("--workspace", "acme", "campaign", "create", "glowday", *words, home=home).status == 0
    with open_app(str(home), overrides={"now": "2025-08-01T00:00:00Z"}) as app:
        pages, people = open_web(app), app.desk.people
        made = Town(app)
        people.add_owner("owner", "owner", PASSWORD)
        for role, workspace in (*((role, "main") for role in ROLES[:-1]), ("stranger", "acme")):
            token = people.invitations.invite(workspace, "manager" if role == "stranger" else role, "owner")
            people.invitations.accept(token, role, role, PASSWORD)
        for login in (*ROLES, "stranger"):
            token = people.begin(login)
            session = people.session(token)
            assert session is not None
            made.browsers[login], made.words[login], made.ids[login] = client(pages, token), session.csrf, session.person_id
        made.browsers["anonymous"] = client(pages)
        people.members.share("main", made.ids["client"], "glowday", False, "owner")
        yield made


def test_every_route_has_its_row() -> None:
    assert KNOWN == ROUTES


def test_a_page_that_does_not_say_who_may_open_it_stops_the_start() -> None:
    router = APIRouter()
    router.get("/silent")(lambda: None)
    with pytest.raises(OurError, match="/silent"):
        check_every(router.routes)


CLOSED = [route for route, least in ROUTES.items() if least != "anyone" and route != "POST /logout"]  # which would end the test's session


@pytest.mark.parametrize(("route", "kind"), list(itertools.product(CLOSED, KINDS)))
def test_who_may_open_what(town: Town, route: str, kind: str) -> None:
    method, path = route.split(" ")
    filled = re.sub(r"\{(\w+)\}", lambda m: FILLED.get(m[1], "x"), path)
    answer = town.browsers[kind].request(method, filled, data={"csrf": town.words.get(kind, "")} if method == "POST" else None)
    least = ROUTES[route]
    if kind == "anonymous":
        assert answer.status_code == (303 if method == "GET" else 401)
    elif least == "somebody" or ROLES.index(kind) >= ROLES.index(least):
        assert answer.status_code not in (401, 403, 500), answer.text[:300]
        assert "/login" not in answer.headers.get("location", "")
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/campaigns/glowday", "/campaigns/glowday/receipts/hashtag", "/campaigns/glowday/charts/views.json", "/"])
def test_a_client_sees_a_shared_campaign_without_its_money(town: Town, path: str) -> None:
    answer = town.browsers["client"].get(path)
    assert answer.status_code == 200
    assert "500.00" not in answer.text


def test_a_client_sees_no_other_campaign(town: Town) -> None:
    hidden = ["--hashtag", "#other", "--from", "2025-07-01", "--to", "2025-07-31"]
    assert hexameter("campaign", "create", "hidden", *hidden, home=town.app.home).status == 0
    for path in ("/campaigns/hidden", "/campaigns/hidden/receipts/views", "/campaigns/nosuch"):
        assert town.browsers["client"].get(path).status_code == 404
    assert "/campaigns/hidden" not in town.browsers["client"].get("/").text
    assert "/campaigns/hidden" in town.browsers["analyst"].get("/").text


def test_what_was_shared_can_be_hidden_again(town: Town) -> None:
    members, number = town.app.desk.people.members, town.ids["client"]
    members.share("main", number, "glowday", True, "owner")
    assert "500.00" in town.browsers["client"].get("/campaigns/glowday").text
    members.unshare("main", number, "glowday", "owner")
    assert town.browsers["client"].get("/campaigns/glowday").status_code == 404
    members.share("main", number, "glowday", False, "owner")
    assert "500.00" not in town.browsers["client"].get("/campaigns/glowday").text


def test_two_workspaces_with_the_same_ids_do_not_see_each_other(town: Town) -> None:
    ours, theirs = (town.browsers[kind].get("/campaigns/glowday") for kind in ("manager", "stranger"))
    assert "500.00" in ours.text and "777.00" not in ours.text
    assert "777.00" in theirs.text and "500.00" not in theirs.text
    assert ours.headers["etag"] != theirs.headers["etag"]
    assert town.browsers["stranger"].get("/campaigns/hidden").status_code == 404


def test_a_workspace_of_others_is_not_there(town: Town) -> None:
    answer = town.browsers["stranger"].post("/workspace", data={"csrf": town.words["stranger"], "workspace": "main"})
    assert answer.status_code == 404
    assert town.browsers["stranger"].get("/").status_code == 200


def test_an_owner_of_both_looks_at_one_at_a_time(town: Town) -> None:
    owner, word = town.browsers["owner"], town.words["owner"]
    tags = {owner.get("/campaigns/glowday").headers["etag"]}
    assert owner.post("/workspace", data={"csrf": word, "workspace": "acme"}).status_code == 303
    there = owner.get("/campaigns/glowday", headers={"if-none-match": next(iter(tags))})
    assert there.status_code == 200 and "777.00" in there.text
    assert owner.post(f"/people/{town.ids['client']}/role", data={"csrf": word, "role": "owner"}).status_code == 404
    assert owner.post("/workspace", data={"csrf": word, "workspace": "main"}).status_code == 303
    assert "500.00" in owner.get("/campaigns/glowday").text
