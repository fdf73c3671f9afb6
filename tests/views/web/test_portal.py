"""Pages that open by a link: guessing, replay, expiry, revocation, enumeration, open redirects, and what they never show."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hexameter.main import App, open_app
from hexameter.services.drafts import MOST
from hexameter.views.web.app import open_web
from tests.views.homes import fill
from tests.views.web.conftest import TestClient, client

SECRET = "shop-secret-for-tests"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = {"now": "2025-08-01T00:00:00Z", "shop_secret": SECRET}
    with open_app(str(fill(tmp_path / "home", tmp_path)), overrides=settings) as opened:
        opened.desk.people.add_owner("marie", "Marie", "four words stand here")
        opened.briefs.write("glowday", {"goal": "<b>Show</b> it", "links": "https://example.com/kit"})
        yield opened


@pytest.fixture
def guest(app: App) -> TestClient:
    """A creator's browser."""
    return client(open_web(app))


def send(guest: TestClient, page: str, where: str, **fields: str) -> tuple[int, str]:
    """A form of a page, sent with its word."""
    shown = guest.get(page)
    (csrf,) = set(re.findall(r'name="csrf" value="([^"]+)"', shown.text))
    answer = guest.post(where, data={"csrf": csrf, **fields})
    return answer.status_code, answer.text


def test_a_creators_page(app: App, guest: TestClient) -> None:
    app.campaigns.add_cost("glowday", "123.45", creator="lea")
    app.deliverables.add("glowday", "lea", "1 video", "2025-07-10")
    path = app.doors.invite("glowday", "lea")["path"]
    shown = guest.get(path)
    assert shown.status_code == 200 and "&lt;b&gt;Show&lt;/b&gt; it" in shown.text and "<b>Show" not in shown.text
    assert "33,000" in shown.text and "123" not in re.sub(r'value="[^"]*"|/c/[^"]*', "", shown.text)
    assert shown.headers["referrer-policy"] == "same-origin" and shown.headers["cache-control"] == "no-store"
    number = str(app.deliverables.list("glowday", "lea")["deliverables"][0]["number"])
    assert send(guest, path, f"{path}/draft", number=number, link="https://drive.example.com/1")[0] == 303
    assert send(guest, path, f"{path}/comment", number=number, text="Here it is")[0] == 303
    assert send(guest, path, f"{path}/post", post="https://www.tiktok.com/@lea/video/7529310000000000009")[0] == 303
    assert send(guest, path, f"{path}/code", post="7523537000000000001", code="#abcdefgh", days="30")[0] == 303
    assert send(guest, path, f"{path}/answer", answer="yes")[0] == 303
    assert app.candidates.show("glowday", "lea")["stage"] == "accepted"
    assert app.rights.list("glowday")[0]["days_left"] == 30 and "#abcdefgh" not in guest.get(path).text
    owed = app.deliverables.list("glowday", "lea")["deliverables"][0]
    assert (owed["state"], owed["comments"][0]["by"]) == ("draft", "@lea")
    status, text = send(guest, path, f"{path}/post", post="nonsense here")
    assert status == 400 and "neither a post" in text
    french = guest.get(path, headers={"accept-language": "fr"}).text
    assert "Votre brief" in french and "Objectif" in french


def test_what_opens_nothing_answers_alike(app: App, guest: TestClient) -> None:
    """Unknown, ended, revoked, and a link for something else cannot be told apart: status, headers, words."""
    revoked = app.doors.make("glowday", "lea")["path"]
    app.doors.revoke("glowday", creator="lea")
    other = app.doors.make("glowday")["path"].replace("/apply/", "/c/")
    with open_app(str(app.home), overrides={"now": "2025-01-01T00:00:00Z"}) as before:
        ended = before.doors.make("glowday", "lea", 30)["path"]
    answers = [guest.get(path) for path in ("/c/" + "A" * 22, revoked, ended, other, "/c/%00", "/c/x")]
    assert {a.status_code for a in answers} == {404}
    kept = {
        (re.sub(r'value="[^"]*"|/c/[^"]*', "", a.text), tuple(sorted(set(a.headers) - {"content-length", "set-cookie"}))) for a in answers
    }
    assert len(kept) == 1


def test_guessing_ends_soon(app: App, guest: TestClient) -> None:
    path = app.doors.make("glowday", "lea")["path"]
    said = [guest.get(f"/c/guess-{n}").status_code for n in range(25)]
    assert said[:20] == [404] * 20 and set(said[20:]) == {429}
    assert guest.get(path).status_code == 429


def test_a_form_without_its_word_changes_nothing(app: App, guest: TestClient) -> None:
    path = app.doors.make("glowday", "lea")["path"]
    assert guest.post(f"{path}/answer", data={"answer": "yes"}).status_code == 403
    assert guest.post(f"{path}/answer", data={"answer": "yes", "csrf": "x"}, headers={"origin": "https://evil.example"}).status_code == 403
    assert app.candidates.list("glowday")["candidates"] == []


def test_revoked_in_the_middle(app: App, guest: TestClient) -> None:
    path = app.doors.make("glowday", "lea")["path"]
    (csrf,) = set(re.findall(r'name="csrf" value="([^"]+)"', guest.get(path).text))
    app.doors.revoke("glowday", creator="lea")
    answer = guest.post(f"{path}/post", data={"csrf": csrf, "post": "https://www.tiktok.com/@lea/video/7529310000000000009"})
    assert answer.status_code == 404 and app.inbox.list("glowday")["posts"] == []


def test_a_link_to_one_thing_opens_no_other_page(app: App, guest: TestClient) -> None:
    guest.get(app.doors.make("glowday", "lea")["path"])
    for path in ("/", "/campaigns/glowday", "/c", "/c/", "/go/", "/applying"):
        assert guest.get(path).status_code in (303, 404, 307), path
    assert guest.get("/campaigns/glowday").headers["location"].startswith("/login")


def test_an_application(app: App, guest: TestClient) -> None:
    path = app.doors.make("glowday")["path"]
    assert send(guest, path, path, handle="not a handle!", message="x")[0] == 400
    assert send(guest, path, path, handle="@Zoe", message="<script>")[0] == 303
    assert "has arrived" in guest.get(f"{path}?done=1").text
    assert app.candidates.show("glowday", "zoe")["stage"] == "applied"


def test_a_tracked_link_leads_to_its_own_address_only(app: App, guest: TestClient) -> None:
    link = app.selling.add_link("glowday", "https://shop.example.com/x", "lea")
    for tail in ("", "?to=https://evil.example", "?next=//evil.example&utm_source=evil"):
        answer = guest.get(f"/go/{link['code']}{tail}")
        assert (answer.status_code, answer.headers["location"]) == (302, link["destination"])
        assert "set-cookie" not in answer.headers
    assert app.selling.links("glowday")[0]["clicks"] == 3
    for code in ("zzzzzzzz", "https:%2F%2Fevil.example", "..%2F..", "%00", "//evil.example"):
        answer = guest.get(f"/go/{code}")
        assert answer.status_code in (303, 404) and "evil" not in answer.headers.get("location", "").replace("%2Fevil", "")
    app.selling.close_link(link["code"])
    assert guest.get(f"/go/{link['code']}").status_code == 404


def signed(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_a_workspaces_shop_has_a_secret_of_its_own(app: App, guest: TestClient) -> None:
    acme = Path(app.workspaces.create("acme")["home"])
    app.workspaces.close()
    (acme / "hexameter.toml").write_text('shop_secret = "the secret of acme"', encoding="utf-8")
    inside = app.workspaces.open("acme")
    inside.campaigns.create("glowday", hashtags=["glowday"], from_day="2025-07-01", to_day="2025-07-31", currency="EUR")
    for house in (app, inside):
        house.selling.add_code("glowday", "LEA10")
    order = {"created_at": "2025-07-10T11:00:00Z", "currency": "EUR", "total_price": "80.00", "discount_codes": [{"code": "LEA10"}]}
    refused = set()
    for n, (where, secret, status) in enumerate(
        (
            ("/acme", "the secret of acme", 200),
            ("/acme", SECRET, 401),
            ("", "the secret of acme", 401),
            ("/main", SECRET, 200),
            ("/nowhere", SECRET, 401),
        )
    ):
        body = json.dumps({**order, "id": n}).encode()
        answer = guest.post(f"/shop/shopify{where}", content=body, headers={"x-shopify-hmac-sha256": signed(secret, body)})
        assert answer.status_code == status, (where, answer.text)
        refused |= {answer.text} if status == 401 else set()
    assert len(refused) == 1, "which workspaces there are is not told"
    assert [house.selling.money("glowday")["total"]["revenue"] for house in (app, inside)] == [80.0, 80.0]


def test_a_shops_webhook_is_signed(app: App, guest: TestClient) -> None:
    app.selling.add_code("glowday", "LEA10", "lea")
    order = {
        "id": 1,
        "created_at": "2025-07-10T11:00:00Z",
        "currency": "EUR",
        "total_price": "80.00",
        "discount_codes": [{"code": "LEA10"}],
    }
    body = json.dumps(order).encode()
    signature = signed(SECRET, body)
    post = {"content-type": "application/json", "x-shopify-topic": "orders/create"}
    assert guest.post("/shop/shopify", content=body, headers=post).status_code == 401
    assert guest.post("/shop/shopify", content=body + b" ", headers=post | {"x-shopify-hmac-sha256": signature}).status_code == 401
    for outcome in ("recorded", "known"):  # delivered twice
        answer = guest.post("/shop/shopify", content=body, headers=post | {"x-shopify-hmac-sha256": signature})
        assert answer.status_code == 200 and answer.json()[outcome] == 1
    assert app.selling.money("glowday")["total"]["revenue"] == 80.0


def test_the_brief_is_taken_away_as_a_pdf(app: App, guest: TestClient) -> None:
    path = app.doors.make("glowday", "lea")["path"]
    assert f'href="{path}/brief.pdf"' in guest.get(path).text
    app.briefs.write("glowday", {"goal": "Only for Léa"}, creator="lea")
    taken = guest.get(f"{path}/brief.pdf", headers={"accept-language": "fr"})
    assert taken.status_code == 200 and taken.content == app.briefs.pdf("glowday", "lea", language="fr")
    assert taken.headers["content-type"] == "application/pdf"
    assert taken.headers["content-disposition"] == 'attachment; filename="brief.pdf"'
    assert taken.content != app.briefs.pdf("glowday", language="fr")
    app.doors.revoke("glowday", creator="lea")
    assert guest.get(f"{path}/brief.pdf").status_code == 404
    app.campaigns.create("Bare", hashtags=["bare"], from_day="2025-07-01", to_day="2025-07-31")
    assert guest.get(f"{app.doors.make('bare', 'lea')['path']}/brief.pdf").status_code == 404


FILM = b"\x00\x00\x00\x18ftypmp42" + b"a film" * 50


def upload(guest: TestClient, path: str, name: str, content: bytes, number: str) -> tuple[int, str]:
    (csrf,) = set(re.findall(r'name="csrf" value="([^"]+)"', guest.get(path).text))
    files = {"file": (name, content, "text/html")}
    answer = guest.post(f"{path}/draft", data={"csrf": csrf, "number": number}, files=files)
    return answer.status_code, answer.text


def kept(app: App) -> list[bytes]:
    folder = app.home / "drafts"
    return [file.read_bytes() for file in folder.iterdir()] if folder.is_dir() else []


def owed(app: App, creator: str) -> str:
    app.deliverables.add("glowday", creator, "1 video", "2025-07-10")
    return str(app.deliverables.list("glowday", creator)["deliverables"][0]["number"])


def test_a_draft_is_handed_in_as_a_file_and_served_to_members_only(app: App, guest: TestClient) -> None:
    number, path = owed(app, "lea"), app.doors.make("glowday", "lea")["path"]
    hostile = "../../<img src=x>\u202e X-Evil: 1.html"
    assert upload(guest, path, hostile, FILM, number)[0] == 303 and kept(app) == [FILM]
    shown = guest.get(path).text
    assert "&lt;img src=x&gt;" in shown and "<img src=x>" not in shown and "draft handed in" in shown
    draft = app.deliverables.list("glowday", "lea")["deliverables"][0]["drafts"][0]["id"]
    where = f"/campaigns/glowday/desk/drafts/{number}/{draft}"
    assert guest.get(where).status_code == 303  # to the login page
    member = client(open_web(app), app.desk.people.log_in("marie", "four words stand here", "test"))
    assert f'href="{where}"' in member.get("/campaigns/glowday/desk/deliverables").text
    taken = member.get(where)
    assert taken.content == FILM and taken.headers["content-type"] == "video/mp4" and "x-evil" not in taken.headers
    assert taken.headers["content-disposition"] == f'attachment; filename="draft-glowday-{number}-{draft}.mp4"'
    assert taken.headers["x-content-type-options"] == "nosniff" and "default-src 'none'" in taken.headers["content-security-policy"]
    app.campaigns.create("Other", hashtags=["other"], from_day="2025-07-01", to_day="2025-07-31")
    for wrong in (f"/campaigns/other/desk/drafts/{number}/{draft}", f"/campaigns/glowday/desk/drafts/{number}/999"):
        assert member.get(wrong).status_code == 404


def test_a_file_that_is_no_draft_is_refused_by_its_content(app: App, guest: TestClient) -> None:
    number, path = owed(app, "lea"), app.doors.make("glowday", "lea")["path"]
    for name, content in (
        ("film.mp4", b"<script>alert(1)</script>"),
        ("x.svg", b"<svg onload=x>"),
        ("a.mp4", b""),
        ("b.zip", b"PK\x03\x04 x"),
    ):
        status, text = upload(guest, path, name, content, number)
        assert status == 400 and "no draft by its content" in text and "<script>alert" not in text
    assert kept(app) == [] and app.deliverables.list("glowday", "lea")["deliverables"][0]["state"] == "owed"
    over = {"content-length": str(210 * 1024**2), "content-type": "multipart/form-data; boundary=x"}
    assert guest.post(f"{path}/draft", content=b"x", headers=over).status_code == 413
    assert guest.post(f"{path}/post", content=b"x", headers={**over, "content-length": "400000"}).status_code == 413


def test_a_file_is_taken_only_where_it_is_owed(app: App, guest: TestClient) -> None:
    number, others, path = owed(app, "lea"), owed(app, "mia"), app.doors.make("glowday", "lea")["path"]
    assert upload(guest, path, "a.mp4", FILM, others)[0] == 404 and upload(guest, path, "a.mp4", FILM, "0")[0] == 404
    app.deliverables.add("glowday", "lea", "a second video")
    app.deliverables.finish(int(number))
    assert upload(guest, path, "a.mp4", FILM, number)[0] == 409 and kept(app) == []
    (csrf,) = set(re.findall(r'name="csrf" value="([^"]+)"', guest.get(path).text))
    app.doors.revoke("glowday", creator="lea")
    files = {"file": ("a.mp4", FILM, "video/mp4")}
    for closed in (path, "/c/never-was"):
        assert guest.post(f"{closed}/draft", data={"csrf": csrf, "number": number}, files=files).status_code == 404
    assert kept(app) == []


def test_a_deliverable_takes_so_many_files_and_no_more(app: App, guest: TestClient) -> None:
    number, path = owed(app, "lea"), app.doors.make("glowday", "lea")["path"]
    for n in range(MOST):
        app.doors.hand_in_draft(path.removeprefix("/c/"), "a", int(number), file=_film(app, n))
    status, text = upload(guest, path, "a.mp4", FILM, number)
    assert status == 409 and "files already" in text and len(kept(app)) == MOST


def test_drafts_go_with_their_creator_and_their_deliverable(app: App) -> None:
    numbers = {creator: int(owed(app, creator)) for creator in ("lea", "mia")}
    for creator, number in numbers.items():
        app.deliverables.hand_in(number, file=_film(app, 1), by=creator)  # the same film: kept once
    app.deliverables.hand_in(numbers["lea"], file=_film(app, 2), by="lea")
    assert len(kept(app)) == 2
    app.upkeep.erase("lea")
    assert kept(app) == [_film(app, 1).read_bytes()]  # mia's, too
    app.deliverables.remove(numbers["mia"])
    assert kept(app) == []


def _film(app: App, n: int) -> Path:
    path = app.home.parent / f"{n}.mp4"
    path.write_bytes(FILM + bytes([n]))
    return path
