"""Working a campaign in the browser: each side shows what the verbs keep, and its forms do what the verbs do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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


def test_no_form_without_its_word_and_no_page_without_a_session(app: App, manager: Manager) -> None:
    assert manager.browser.post(f"{WORK}/candidates/add", data={"handles": "zoe"}).status_code == 403
    guest: TestClient = client(open_web(app))
    assert guest.get(f"{WORK}/money").status_code == 303
    assert manager.browser.get(f"{WORK}/nothing").status_code == 404 and manager.post("brief/nothing")[0] == 404
