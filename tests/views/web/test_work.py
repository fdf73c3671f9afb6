"""Working a campaign in the browser: each side shows what the verbs keep, and its forms do what the verbs do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno

from hexameter.main import App, open_app
from hexameter.views.web.app import open_web
from tests.views.homes import fill
from tests.views.web.conftest import PASSWORD, TestClient, client

WORK = "/campaigns/glowday/desk"
POST = "7523537000000000001"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with open_app(str(fill(tmp_path / "home", tmp_path)), overrides={"now": "2025-08-01T00:00:00Z"}) as opened:
        opened.desk.people.add_owner("marie", "Marie", PASSWORD)
        yield opened


class Manager:
    """Marie's browser."""

    def __init__(self, app: App) -> None:
        token = app.desk.people.log_in("marie", PASSWORD, "test")
        session = app.desk.people.session(token)
        assert session is not None
        self.csrf, self.browser = session.csrf, client(open_web(app), token)

    def get(self, tab: str, **headers: str) -> str:
        answer = self.browser.get(f"{WORK}/{tab}", headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, where: str, **fields: str) -> tuple[int, str]:
        answer = self.browser.post(f"{WORK}/{where}", data={"csrf": self.csrf, **fields})
        return answer.status_code, answer.text


@pytest.fixture
def manager(app: App) -> Manager:
    return Manager(app)


def test_every_side_shows_itself_empty_and_in_french(manager: Manager) -> None:
    for tab, english, french in (
        ("brief", "Write a version", "Écrire une version"),
        ("candidates", "Nobody yet", "Personne pour l’instant"),
        ("deliverables", "Nothing is owed yet", "Rien n’est dû"),
        ("rights", "The ledger is empty", "Le registre est vide"),
        ("money", "No order yet", "Pas encore de commande"),
        ("find", "There is nothing to rank by yet", "Rien encore pour classer"),
        ("audit", "Nothing seems to be missing", "Rien ne semble manquer"),
        ("reuse", "Nothing here buys an ad", "Rien ici n’achète"),
    ):
        assert english in manager.get(tab)
        assert french in manager.get(tab, **{"accept-language": "fr"})


def test_a_brief_is_written_and_checked(app: App, manager: Manager) -> None:
    assert manager.post("brief/write", goal="<i>Show</i> it", hashtags="glowday", disclosure="yes", min_seconds="15")[0] == 303
    shown = manager.get("brief")
    assert "&lt;i&gt;Show" in shown and "<i>Show" not in shown and "No hashtag discloses it" in shown
    assert app.briefs.show("glowday")["made_by"] == "Marie"
    status, text = manager.post("brief/write", goal="kept in the form", min_seconds="soon")
    assert status == 400 and "expected seconds" in text and "kept in the form" in text
    assert manager.post("brief/template", name="summer")[0] == 303
    assert manager.post("brief/write", template="summer", creator="lea")[0] == 303
    assert app.briefs.tailored("glowday") == ["lea"]


def test_a_brief_is_taken_away_as_a_pdf(app: App, manager: Manager) -> None:
    assert manager.browser.get(f"{WORK}/brief.pdf").status_code == 404  # nothing was written
    app.briefs.write("glowday", {"goal": "Show it"})
    app.briefs.write("glowday", {"goal": "Show it, Léa"}, creator="lea")
    assert f'href="{WORK}/brief.pdf"' in manager.get("brief") and f'href="{WORK}/brief.pdf?creator=lea"' in manager.get("brief?creator=lea")
    taken = manager.browser.get(f"{WORK}/brief.pdf?creator=lea")
    assert taken.headers["content-disposition"] == 'attachment; filename="brief-glowday-lea.pdf"'
    assert taken.content == app.briefs.pdf("glowday", "lea") != app.briefs.pdf("glowday")
    assert manager.browser.get(f"{WORK}/brief.pdf?creator=not%20a%20handle").status_code == 400


def test_a_rules_move_says_why_and_is_undone(app: App, manager: Manager) -> None:
    app.candidates.add("glowday", ["lea"], stage="accepted")
    app.campaigns.include("glowday", [POST])
    shown = manager.get("candidates")
    assert "A post counts in the campaign." in shown and "Undo the move of @lea" in shown
    assert "Une publication compte dans la campagne." in manager.get("candidates", **{"accept-language": "fr"})
    assert manager.post("candidates/undo", creator="lea")[0] == 303 and app.candidates.show("glowday", "lea")["stage"] == "accepted"
    assert "Undo the move" not in manager.get("candidates")
    assert manager.post("candidates/undo", creator="lea")[0] == 409


def test_candidates_are_moved_and_invited(app: App, manager: Manager) -> None:
    assert manager.post("candidates/add", handles="@zoe, @tom")[0] == 303
    assert manager.post("candidates/move", creator="zoe", stage="short-listed", note="<b>yes</b>")[0] == 303
    assert "&lt;b&gt;yes" in manager.get("candidates")
    status, text = manager.post("candidates/link", creator="zoe")
    assert status == 200 and "/c/" in text and app.candidates.show("glowday", "zoe")["stage"] == "invited"
    number = str(app.doors.list("glowday")[0]["number"])
    assert "/c/" not in manager.get("candidates")
    assert manager.post("candidates/revoke", number=number)[0] == 303 and app.doors.list("glowday")[0]["state"] == "revoked"
    assert manager.post("candidates/move", creator="nobody", stage="invited")[0] == 404


def test_deliverables_rights_and_money(app: App, manager: Manager) -> None:
    assert manager.post("deliverables/add", creator="lea", what="1 video", due="2025-07-10")[0] == 303
    number = str(app.deliverables.list("glowday")["deliverables"][0]["number"])
    assert manager.post("deliverables/draft", number=number, link="https://drive.example.com/1")[0] == 303
    assert manager.post("deliverables/comment", number=number, text="Show the label", changes="1")[0] == 303
    assert "changes asked for" in manager.get("deliverables") and "late" in manager.get("deliverables")
    assert manager.post("deliverables/approve", number=number)[0] == 303
    assert manager.post("deliverables/finish", number=number, post=POST)[0] == 303
    assert manager.post("deliverables/approve", number="999")[0] == 404
    assert manager.post("rights/grant", post=POST, creator="lea", code="#abcdefgh", days="10")[0] == 303
    assert manager.post("rights/use", post=POST, on="1")[0] == 303
    shown = manager.get("rights")
    assert "ends soon" in shown and "#abcdefgh" not in shown and app.rights.list("glowday")[0]["in_use"]
    assert manager.post("money/code", code="LEA10", creator="lea")[0] == 303
    assert manager.post("money/link", to="https://shop.example.com/", creator="lea")[0] == 303
    assert manager.post("money/cost", amount="12,50", kind="boost")[0] == 303
    assert manager.post("money/link", to="javascript:alert(1)")[0] == 400
    assert "lea10" in manager.get("money") and "512.5" in manager.get("money")


ORDERS = """order_id,amount,currency,ordered_at,code
A1,80.00,EUR,2025-07-10T10:00Z,LEA10
=A2,many,EUR,2025-07-10T10:00Z,LEA10
A3,5.00,EUR,2025-07-10T10:00Z,
"""


def _hand_in(manager: Manager, where: str, name: str, text: str) -> tuple[int, str]:
    files = {"file": (name, text.encode(), "text/csv")}
    answer = manager.browser.post(f"{WORK}/{where}", data={"csrf": manager.csrf}, files=files)
    return answer.status_code, answer.text


def test_tables_of_orders_and_candidates_are_handed_in(app: App, manager: Manager) -> None:
    app.selling.add_code("glowday", "LEA10", "lea")
    status, text = _hand_in(manager, "money/orders", "<b>\u202eorders.csv", ORDERS)
    assert status == 200 and "&lt;b&gt;" in text and "<b>" not in text and "Row 2" in text and "many" in text
    assert [order["order_id"] for order in app.selling.money("glowday")["orders"]] == ["A1"]
    assert "Known already</dt><dd>1" in _hand_in(manager, "money/orders", "orders.csv", ORDERS)[1]
    status, text = _hand_in(manager, "candidates/import", "list.csv", "handle,note\n@zoe,<i>good</i>\nnot a handle!,x\n")
    assert status == 200 and "Row 2" in text and "<i>good" not in text and app.candidates.show("glowday", "zoe")["stage"] == "found"
    assert _hand_in(manager, "candidates/import", "list.csv", "name\nzoe\n")[0] == 400
    assert _hand_in(manager, "money/orders", "orders.csv", "a,b\n1,2\n")[0] == 400
    assert manager.post("money/orders")[0] == 400
    over = {"content-length": str(60 * 1024**2), "content-type": "multipart/form-data; boundary=x"}
    assert manager.browser.post(f"{WORK}/money/orders", content=b"x", headers=over).status_code == 413


def test_creators_are_ranked_for_the_brief_and_short_listed(app: App, manager: Manager) -> None:
    app.briefs.write("glowday", {"goal": "Glow in the morning", "hashtags": "glowday"})
    shown = manager.get("find")
    (first,) = app.insights.affinity("Glow in the morning", ["glowday"])["creators"]
    assert f'value="{first["score"]}"' in shown and "; ".join(first["why"]) in shown.replace("&#39;", "'")
    assert manager.post("find/shortlist", creator="lea")[0] == 303
    assert app.candidates.show("glowday", "lea")["stage"] == "short-listed"
    answer = manager.browser.get(f"{WORK}/find?like=<script>")
    assert answer.status_code == 400 and "<script>" not in answer.text


def test_a_misspelt_tag_is_included_with_one_click(app: App, manager: Manager, tmp_path: Path) -> None:
    file = tmp_path / "missed.csv"
    row = "7529310000000000077,lea,2025-07-22T07:00Z,2025-07-31T12:00Z,<b>E #glwoday,9000,400,1,10"
    file.write_text(f"post_id,creator,published_at,captured_at,caption,views,likes,comments,shares\n{row}\n", encoding="utf-8")
    app.collect([file])
    shown = manager.get("audit")
    assert "#glwoday for #glowday" in shown and "<b>E" not in shown
    assert manager.post("audit/include", post="7529310000000000077", why="misspelt")[0] == 303
    assert "7529310000000000077" not in manager.get("audit")
    assert app.kpis(campaign="glowday")["videos"]["videos"] == 5


def test_a_queue_shows_rights_and_the_brief(app: App, manager: Manager) -> None:
    app.briefs.write("glowday", {"goal": "Glow", "hashtags": "glowday", "disclosure": "yes"})
    assert "Note that it was asked for" in manager.get("reuse")
    assert manager.post("reuse/ask", post=POST, creator="lea")[0] == 303
    app.rights.grant("glowday", POST, code="#abcdefgh", days=10)
    (post,) = [p for p in app.insights.reuse("glowday")["posts"] if p["post_id"] == POST]
    assert (post["clauses"], post["music"], post["state"]) == ("fail", None, "blocked")
    assert (post["ledger"]["days_left"], post["ledger"]["has_code"]) == (10, True)
    shown = manager.get("reuse")
    assert "10 days left" in shown and "with a code" in shown and "look it up" in shown and "#abcdefgh" not in shown


def test_a_tracked_link_is_closed(app: App, manager: Manager) -> None:
    code = app.selling.add_link("glowday", "https://shop.example.com/", "lea")["code"]
    assert manager.post("money/close", code="another")[0] == 404 and app.selling.follow(code)
    assert manager.post("money/close", code=code)[0] == 303 and app.selling.follow(code) is None


def test_a_campaign_nobody_read_has_whole_pages(app: App, manager: Manager) -> None:
    app.campaigns.create("Empty", hashtags=["none"], from_day="2025-07-01", to_day="2025-07-31", tz="UTC")
    for tab in ("find", "audit", "reuse"):
        assert manager.browser.get(f"/campaigns/empty/desk/{tab}").status_code == 200


def test_no_form_without_its_word_and_no_page_without_a_session(app: App, manager: Manager) -> None:
    assert manager.browser.post(f"{WORK}/candidates/add", data={"handles": "zoe"}).status_code == 403
    guest: TestClient = client(open_web(app))
    assert guest.get(f"{WORK}/money").status_code == 303
    assert manager.browser.get(f"{WORK}/nothing").status_code == 404 and manager.post("brief/nothing")[0] == 404


def test_a_tracked_link_has_a_qr_code_that_is_its_address(app: App, manager: Manager) -> None:
    link = app.selling.add_link("glowday", "https://shop.example.com/<serum>", "lea")
    shown = manager.get("money")
    for kind, begins, media_type in (("svg", b"<?xml", "image/svg+xml"), ("png", b"\x89PNG", "image/png")):
        where = f"{WORK}/links/{link['code']}.{kind}"
        assert f'href="{where}"' in shown
        taken = manager.browser.get(where)
        assert taken.status_code == 200 and taken.content.startswith(begins) and taken.headers["content-type"].startswith(media_type)
        assert taken.headers["content-disposition"] == f'attachment; filename="glowday-{link["code"]}.{kind}"'
    module = segno.make(link["url"], error="q", micro=False)  # the very pattern of the address, and of no other
    path = re.search(r'class="qrline"[^>]* d="([^"]+)"', app.selling.qr("glowday", link["code"]).decode())
    assert path and path[1] == re.search(r' d="([^"]+)"', module.svg_inline(border=4))[1]  # type: ignore[index]
    app.campaigns.create("Other", hashtags=["other"], from_day="2025-07-01", to_day="2025-07-31")
    assert manager.browser.get(f"/campaigns/other/desk/links/{link['code']}.svg").status_code == 404
    app.selling.close_link(link["code"])
    assert manager.browser.get(f"{WORK}/links/{link['code']}.svg").status_code == 404 and f"{link['code']}.svg" not in manager.get("money")


def test_reasons_and_evidence_are_said_in_french(app: App, manager: Manager, tmp_path: Path) -> None:
    app.briefs.write("glowday", {"goal": "Glow", "hashtags": "glowday", "mentions": "brand", "disclosure": "yes"})
    file = tmp_path / "missed.csv"
    row = "7529310000000000077,lea,2025-07-22T07:00Z,2025-07-31T12:00Z,E #glwoday,9000,400,1,10"
    file.write_text(f"post_id,creator,published_at,captured_at,caption,views,likes,comments,shares\n{row}\n", encoding="utf-8")
    app.collect([file])
    for tab, french in (
        ("brief", "@brand manque ; présents : aucun."),
        ("audit", "#glwoday pour #glowday : deux lettres interverties"),
        ("find", "a utilisé #glowday"),
        ("reuse", "clause non respectée : "),
    ):
        assert french in manager.get(tab, **{"accept-language": "fr"}), tab
    post = manager.browser.get("/posts/7528930000000000003", headers={"accept-language": "fr"}).text
    assert "vues : zéro" in post


def test_a_budget_is_spent_on_the_page(app: App, manager: Manager) -> None:
    first = manager.get("plan")
    assert "Choose creators" in first and "Whom to book" not in first
    asked = "plan?budget=500&fees=lea%3D300%20mia%3D100&most=nano%3D1"
    told = app.insights.portfolio("glowday", "500", fee=["lea=300", "mia=100"], most=["nano=1"])
    shown = manager.get(asked)
    for row in told["creators"]:
        assert f'data-creator="{row["creator"]}"' in shown
    assert told["left_out"] and all(f"@{row['creator']}" in shown for row in told["left_out"])
    assert "How such choices did before" in shown and "Not enough data" in shown
    assert "Qui retenir" in manager.get(asked, **{"accept-language": "fr"})
    assert "counted twice" in manager.get("plan?budget=500&outcome=reach&fees=lea%3D300")
    wrong = manager.get("plan?budget=%3Cb%3E&fees=lea")
    assert 'role="alert"' in wrong and "<b>" not in wrong


def test_clause_effects_stand_under_the_audit(app: App, manager: Manager) -> None:
    assert "No brief was written" in manager.get("audit")
    app.briefs.write("glowday", {"goal": "Show it", "hashtags": ["glowday"]})
    shown = manager.get("audit")
    for clause in app.insights.clause_effects("glowday")["clauses"]:
        assert clause["verdict"] == "not enough data" and f'data-clause="{clause["clause"]}"' in shown
    assert "not enough data" in shown
