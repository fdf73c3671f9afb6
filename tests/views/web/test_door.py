"""Who gets in, and with which forms: every route, with and without an account, own and foreign forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hexameter.main import open_app
from hexameter.views.web.app import first_run, open_web
from hexameter.views.web.security import CSP
from tests.views.web.conftest import Web, client

FILLED = {"slug": "glowday", "kpi": "views", "name": "views", "post_id": "7523537000000000001", "handle": "lea", "key": "x"}
FILLED |= {"act": "role", "person_id": "999", "number": "9"}
# Every route of the pages has its row here: a new one fails the test until somebody says whether it is open.
ROUTES = {
    "GET /healthz": 200,
    "GET /connect/tiktok/callback": 400,
    "GET /first-run": 303,
    "POST /first-run": 403,
    "GET /login": 200,
    "POST /login": 403,
    "POST /preferences": 403,
    "GET /static/{stem}.{digest}.{ending}": 404,
    "POST /logout": 401,
    "GET /": 303,
    "GET /campaigns/new": 303,
    "POST /campaigns": 401,
    "GET /campaigns/check": 303,
    "GET /campaigns/{slug}": 303,
    "GET /campaigns/{slug}/row": 303,
    "GET /campaigns/{slug}/edit": 303,
    "POST /campaigns/{slug}/edit": 401,
    "GET /campaigns/{slug}/changed": 303,
    "POST /campaigns/{slug}/archive": 401,
    "POST /campaigns/{slug}/costs": 401,
    "GET /campaigns/{slug}/charts/{name}.json": 303,
    "GET /campaigns/{slug}/receipts/{kpi}": 303,
    "GET /campaigns/{slug}/posts.csv": 303,
    "GET /posts/{post_id}": 303,
    "GET /posts/{post_id}/charts/growth.json": 303,
    "GET /creators/{handle}": 303,
    "GET /creators/{handle}/charts/{name}.json": 303,
    "GET /creators/{handle}/posts.csv": 303,
    "GET /hashtags": 303,
    "GET /hashtags/{tag}": 303,
    "GET /hashtags/{tag}/charts/weekly.json": 303,
    "GET /inbox": 303,
    "GET /campaigns/{slug}/inbox": 303,
    "POST /campaigns/{slug}/inbox": 401,
    "GET /explore": 303,
    "GET /explore/{name}": 303,
    "GET /search": 303,
    "GET /import": 303,
    "POST /import": 401,
    "GET /import/rejects/{key}": 303,
    "GET /sign-on": 404,
    "GET /sign-on/callback": 400,
    "GET /people": 303,
    "POST /people/invitations": 401,
    "POST /people/invitations/{number}/withdraw": 401,
    "POST /people/{person_id}/{act}": 401,
    "GET /audit": 303,
    "GET /profile": 303,
    "POST /profile": 401,
    "POST /profile/password": 401,
    "GET /campaigns/{slug}/desk/{tab}": 303,
    "GET /campaigns/{slug}/desk/brief.pdf": 303,
    "GET /campaigns/{slug}/desk/drafts/{number}/{draft}": 303,
    "GET /rate-cards": 303,
    "POST /rate-cards": 401,
    "POST /rate-cards/rates": 401,
    "GET /alerts": 303,
    "POST /alerts/read": 401,
    "POST /alerts/subscriptions": 401,
    "POST /alerts/subscriptions/{number}/{act}": 401,
    "POST /alerts/deliveries/{number}/retry": 401,
    "GET /campaigns/{slug}/desk/links/{code}.svg": 303,
    "GET /campaigns/{slug}/desk/links/{code}.png": 303,
    "POST /campaigns/{slug}/desk/{tab}/{verb}": 401,
    "POST /import/look": 401,
    "GET /import/look/{key}": 303,
    "POST /import/look/{key}": 401,
    "GET /import/jobs/{key}": 303,
    "POST /import/undo": 401,
    "GET /connections": 303,
    "POST /connections/links": 401,
    "POST /connections/links/{word_of}/withdraw": 401,
    "POST /connections/end": 401,
    "GET /live": 303,
    "POST /tour": 401,
    "GET /c/{token}": 404,
    "GET /c/{token}/connect": 404,
    "GET /c/{token}/brief.pdf": 404,
    "POST /c/{token}/{what}": 403,
    "GET /apply/{token}": 404,
    "POST /apply/{token}": 403,
    "GET /go/{code}": 404,
    "POST /shop/shopify": 401,
    "POST /shop/shopify/{workspace}": 401,
    "POST /profile/sessions": 401,
    "POST /profile/tokens": 401,
    "POST /profile/tokens/{number}/revoke": 401,
    "POST /workspace": 401,
    "GET /invitations/{token}": 404,
    "POST /invitations/{token}": 403,
    "GET /passwords/{token}": 404,
    "POST /passwords/{token}": 403,
}


def _routes(web: Web) -> set[str]:
    from hexameter.views.web.app import PAGES

    return {f"{method} {route.path}" for group in PAGES for route in group.router.routes for method in route.methods}  # type: ignore[attr-defined]


def _filled(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: FILLED.get(m[1], "x"), path)


def test_every_route_is_listed(web: Web) -> None:
    assert _routes(web) == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_what_a_guest_gets(web: Web, route: str) -> None:
    method, path = route.split(" ")
    answer = web.guest.request(method, _filled(path))
    assert answer.status_code == ROUTES[route]
    if ROUTES[route] == 303 and path != "/first-run":
        assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("route", [r for r in ROUTES if r.startswith("POST") and "/shop/" not in r])
@pytest.mark.parametrize("form", [{}, {"csrf": "made-up"}, {"csrf": ""}])
def test_a_form_without_its_word_changes_nothing(web: Web, route: str, form: dict[str, str]) -> None:
    assert web.owner.post(_filled(route.split(" ")[1]), data=form).status_code == 403


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}])
def test_a_form_from_another_site_is_refused(web: Web, headers: dict[str, str]) -> None:
    answer = web.owner.post("/campaigns", data={"csrf": web.csrf, "name": "x"}, headers=headers)
    assert answer.status_code == 403


def test_a_body_without_length_or_end_is_not_read(web: Web) -> None:
    def endless() -> Iterator[bytes]:
        yield b"never read"

    assert web.guest.post("/login", content=endless()).status_code == 411
    assert web.guest.post("/login", content=b"x" * 300_000).status_code == 413
    assert web.guest.post("/import", content=b"", headers={"content-length": "3000000000"}).status_code == 413


def test_another_persons_word_does_not_do(web: Web) -> None:
    guest = client(web.pages)
    guest.get("/login")
    assert guest.post("/login", data={"csrf": web.csrf, "login": "marie", "password": "x"}).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "10.0.0.1:8686"])
def test_an_unknown_host_is_refused(web: Web, host: str) -> None:
    assert web.guest.get("/healthz", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("path", ["/login", "/nosuch", "/healthz", "/", "/connect/tiktok/callback"])
def test_every_answer_carries_the_policy(web: Web, path: str) -> None:
    headers = web.guest.get(path).headers
    assert headers["content-security-policy"] == CSP
    assert "unsafe" not in CSP and headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nx: y"])
def test_a_login_leads_nowhere_else(web: Web, there: str) -> None:
    answer = web.owner.get("/login", params={"next": there})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_session_cookie_is_out_of_reach(tmp_path: Path) -> None:
    with open_app(str(tmp_path / "home"), overrides={"public_url": "https://hexameter.example"}) as app:
        pages = open_web(app)
        made = first_run(pages, "https://hexameter.example")
        assert made
        browser = client(pages)
        browser.base_url = "https://hexameter.example"  # type: ignore[assignment]
        word = re.search(r'name="csrf" value="(\w+)"', browser.get(made).text)
        assert word
        form = {"csrf": word[1], "token": made.partition("=")[2], "login": "marie", "name": "Marie", "password": "four words stand here"}
        answer = browser.post("/first-run", data=form)
        assert answer.status_code == 303
        (cookie,) = [c for c in answer.headers.get_list("set-cookie") if "hx_session" in c and "Max-Age=0" not in c]
        assert cookie.startswith("__Host-hx_session=")
        assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/"} <= {part.strip() for part in cookie.split(";")}
        assert answer.headers["strict-transport-security"]
        assert browser.post("/first-run", data=form).status_code == 403
        assert first_run(pages, "") is None
