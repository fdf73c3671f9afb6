"""Pages that are kept: the very same again, squeezed; never one that a change made old, and never another person's."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI, Request

from hexameter.campaigns.tracking.gaps import of_creator
from hexameter.main import App, open_app
from hexameter.services.present import StoodClock
from hexameter.views.web import access
from hexameter.views.web.app import open_web
from hexameter.views.web.door import masked
from hexameter.views.web.measured import Measured
from tests.views.homes import CREATE, fill, hexameter
from tests.views.web.conftest import TestClient, client

PASSWORD = "four words stand here"
NOW = "2025-08-01T00:00:00Z"
PAGE = "/campaigns/glowday"
ALONG = "--hashtag #glowday --from 2025-07-10 --to 2025-07-20"
LATER = "post_id,creator,captured_at,views\n7523537000000000001,lea,2025-07-31T13:00Z,20777\n"


@dataclass
class Town:
    """A home with the worked example, served; and people who look at it."""

    app: App
    pages: FastAPI
    folder: Path
    marie: TestClient
    noor: TestClient
    token: str

    def look(self, browser: TestClient | None = None, path: str = PAGE) -> tuple[str, str]:
        """The name of the page and its text, as a browser with an empty cache gets it."""
        answer = (browser or self.marie).get(path)
        assert answer.status_code == 200, answer.text
        return answer.headers["etag"], answer.text


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    home = fill(tmp_path / "home", tmp_path)
    with open_app(str(home), overrides={"now": NOW, "rate_card": "ours"}) as app:
        app.selling.save_card("ours", "EUR", "a test", per_1000_views=10.0)
        pages, people = open_web(app), app.desk.people
        people.add_owner("marie", "Marie", PASSWORD)
        people.invitations.accept(people.invitations.invite("main", "analyst", "marie"), "noor", "Noor", PASSWORD)
        tokens = [people.begin(login) for login in ("marie", "noor")]
        marie, noor = (client(pages, token) for token in tokens)
        yield Town(app, pages, tmp_path, marie, noor, tokens[0])


def _routed(town: Town) -> list[str]:
    """Paths of the requests that come as far as the routes, from now on."""
    paths: list[str] = []

    async def admit(request: Request) -> None:
        paths.append(request.url.path)
        await access.admit(request)

    town.pages.dependency_overrides[access.admit] = admit
    return paths


def _imported(town: Town) -> None:
    more = town.folder / "more.csv"
    more.write_text(LATER, encoding="utf-8")
    assert hexameter("import", more, home=town.app.home).status == 0  # another desk and lake over the same home, as another process has


def _another_campaign(town: Town) -> None:
    assert hexameter("campaign", "create", "beside", *ALONG.split(), home=town.app.home).status == 0


def _renamed(town: Town) -> None:
    town.app.campaigns.change(
        "glowday", name="Glow", from_day="2025-07-01", to_day="2025-07-31", tz="UTC", hashtags=["glowday"], creators=["lea"], currency="EUR"
    )


def _not_read(town: Town) -> None:
    town.app.desk.gaps.open("display", "creator", of_creator("lea"), "outage", "TikTok did not answer.", datetime(2025, 7, 30, tzinfo=UTC))


CHANGES: dict[str, Callable[[Town], object]] = {
    "another process imports": _imported,
    "another process opens a campaign with the same hashtag": _another_campaign,
    "it is renamed": _renamed,
    "a time could not be read": _not_read,
    "a post is left out": lambda town: town.app.campaigns.exclude("glowday", ["7523537000000000001"], "a test"),
    "money was spent": lambda town: town.app.campaigns.add_cost("glowday", "41.00", creator="lea"),
    "money came in": lambda town: town.app.campaigns.add_order("glowday", "R-1", "99.00"),
    "a goal is set": lambda town: town.app.campaigns.set_goal("glowday", "views", "90000"),
    "a creator joins": lambda town: town.app.campaigns.add("glowday", "creators", ["zoe"]),
    "the price list changes": lambda town: town.app.selling.save_card("ours", "EUR", "a test", per_1000_views=50.0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_by_the_next_request_and_gone_with_it(town: Town, change: str) -> None:
    tag, before = town.look()
    assert town.look() == (tag, before)
    CHANGES[change](town)
    changed, after = town.look()
    assert changed != tag
    assert town.marie.get(PAGE, headers={"if-none-match": tag}).status_code == 200
    assert _plain(after) == _plain(_made_anew(town)) != _plain(before)


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_answered_at_the_door_is_let_through_after_a_change(town: Town, change: str) -> None:
    tag, before = town.look()
    routed = _routed(town)
    again = {"if-none-match": tag}
    assert town.look() == (tag, before) and town.marie.get(PAGE, headers=again).status_code == 304
    assert routed == []
    CHANGES[change](town)
    assert town.marie.get(PAGE, headers=again).status_code == 200
    assert routed == [PAGE]


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (f"{PAGE}?tz=Asia/Tokyo", {}),
        (PAGE, {"accept-language": "fr"}),
        (PAGE, {"accept-encoding": "identity"}),
        (PAGE, {"host": "localhost:8686"}),
        (PAGE, {"cookie": "hx_session={token}; hx_theme=dark"}),
        (PAGE, {"cookie": "hx_session={token}; hx_tour=over"}),
        (f"{PAGE}/charts/views.json", {}),
    ],
)
def test_another_request_is_not_answered_at_the_door(town: Town, path: str, headers: dict[str, str]) -> None:
    tag, _ = town.look()
    routed = _routed(town)
    sent = {name: value.replace("{token}", town.token) for name, value in headers.items()}
    assert town.marie.get(path, headers={**sent, "if-none-match": tag}).status_code == 200
    assert routed == [path.partition("?")[0]]
    assert town.marie.get(path, headers=sent).status_code == 200
    assert len(routed) == 1  # it is remembered beside the first


def test_only_a_look_is_answered_at_the_door(town: Town) -> None:
    town.look()
    assert town.marie.request("POST", PAGE).status_code in (403, 405, 411)
    assert town.marie.head(PAGE).status_code == 405
    assert town.marie.get(PAGE, headers={"host": "evil.example"}).status_code == 421


def test_another_five_minutes_are_not_answered_at_the_door(town: Town) -> None:
    tag, _ = town.look()
    town.app.clock = StoodClock(datetime(2025, 8, 1, 0, 5, tzinfo=UTC))
    answer = town.marie.get(PAGE, headers={"if-none-match": tag})
    assert answer.status_code == 200 and answer.headers["etag"] != tag


def test_a_clients_page_is_answered_at_the_door_while_it_is_shared(town: Town) -> None:
    people = town.app.desk.people
    people.invitations.accept(people.invitations.invite("main", "client", "marie"), "cleo", "Cleo", PASSWORD)
    cleo = client(town.pages, people.begin("cleo"))
    person = people.session(cleo.cookies["hx_session"])
    assert person is not None
    people.members.share("main", person.person_id, "glowday", True, "marie")
    tag, text = town.look(cleo)
    routed = _routed(town)
    assert town.look(cleo) == (tag, text) and routed == [] and "500.00" in text
    with open_app(str(town.app.home)) as elsewhere:  # as another process
        elsewhere.desk.people.members.share("main", person.person_id, "glowday", False, "marie")
    other, without = town.look(cleo)
    assert other != tag and "500.00" not in without
    with open_app(str(town.app.home)) as elsewhere:
        elsewhere.desk.people.members.unshare("main", person.person_id, "glowday", "marie")
    assert cleo.get(PAGE, headers={"if-none-match": other}).status_code == 404


def test_an_import_taken_back_leaves_the_page_as_it_was(town: Town) -> None:
    _, before = town.look()
    _imported(town)
    _, between = town.look()
    batch = next(row["batch_id"] for row in town.app.lake.batches().to_pylist() if row["origin"] == "more.csv")
    with open_app(str(town.app.home)) as elsewhere:  # as another process
        elsewhere.undo(batch)
    _, after = town.look()
    assert "20,777" in between
    assert "20,777" not in after and _figures(after) == _figures(before) != _figures(between)


def test_people_change_and_their_pages_with_them(town: Town) -> None:
    _, english = town.look()
    people = town.app.desk.people
    session = people.session(town.token)
    assert session is not None
    people.change_profile(session.person_id, "Marie-Lou", "fr", "Europe/Paris", "dark")
    _, french = town.look()
    assert 'lang="en"' in english and 'lang="fr" data-theme="dark"' in french and "Marie-Lou" in french
    assert town.marie.get(PAGE, headers={"accept-language": "en"}).text == french  # her own choice is the stronger one


def test_nobody_gets_anothers_page(town: Town) -> None:
    (tag, hers), (other, theirs) = town.look(), town.look(town.noor)
    assert tag != other
    assert ">Marie</a>" in hers and ">Marie</a>" not in theirs and ">Noor</a>" in theirs and ">Noor</a>" not in hers
    assert town.noor.get(PAGE, headers={"if-none-match": tag}).status_code == 200
    answer = town.noor.get(PAGE)
    assert answer.headers["cache-control"] == "private, no-cache" and "cookie" in answer.headers["vary"]


def test_a_role_and_a_session_end_at_once(town: Town) -> None:
    town.look(town.noor)
    people, noor = town.app.desk.people, town.app.desk.people.session(town.noor.cookies["hx_session"])
    assert noor is not None
    with open_app(str(town.app.home)) as elsewhere:  # as another process
        elsewhere.desk.people.members.change_role("main", noor.person_id, "client", "marie")
    assert town.noor.get(PAGE).status_code == 303  # who has another role logs in anew
    again = client(town.pages, people.begin("noor"))
    assert again.get(PAGE).status_code == 404  # nothing was shared with her yet
    people.members.share("main", noor.person_id, "glowday", False, "marie")
    _, text = town.look(again)
    assert "500.00" not in text
    with open_app(str(town.app.home)) as elsewhere:
        elsewhere.desk.people.members.unshare("main", noor.person_id, "glowday", "marie")
    assert again.get(PAGE).status_code == 404
    people.log_out_everywhere(noor.person_id)
    assert again.get(PAGE).status_code == 303


def test_a_workspace_made_again_under_its_name_is_another_one(town: Town) -> None:
    words = CREATE.replace("500.00", "777.00").split()

    def made(name: str) -> tuple[str, str]:
        assert hexameter("workspace", "create", "acme", home=town.app.home).status == 0
        assert hexameter("--workspace", "acme", "campaign", "create", "glowday", *words, home=town.app.home).status == 0
        file = town.folder / f"{name}.csv"
        file.write_text(
            LATER.replace("views\n", "views,caption,published_at\n").replace("20777", f"20777,{name} #glowday,2025-07-05T18:00Z")
        )
        assert hexameter("--workspace", "acme", "import", file, home=town.app.home).status == 0
        town.app.workspaces.open("acme").selling.save_card("ours", "EUR", "a test", per_1000_views=10.0)
        town.app.desk.people.go_to(town.token, "acme")
        return town.look()

    first, text = made("Anna")
    town.app.desk.people.go_to(town.token, "main")
    town.app.workspaces.delete("acme")
    second, again = made("Bert")
    assert "Anna" in text and "Anna" not in again and "Bert" in again and first != second


def test_a_page_goes_out_squeezed_and_is_kept_so(town: Town) -> None:
    squeezed = town.marie.get(PAGE, headers={"accept-encoding": "gzip"})
    plain = town.marie.get(PAGE, headers={"accept-encoding": "identity"})
    assert squeezed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert int(squeezed.headers["content-length"]) * 4 < len(plain.content) == int(plain.headers["content-length"])
    assert squeezed.headers["etag"] != plain.headers["etag"]
    for answer in (squeezed, plain):
        asked = {"accept-encoding": answer.headers.get("content-encoding", "identity")}
        assert town.marie.get(PAGE, headers=asked).content == answer.content  # with the same mask in its forms: it was not made again
        for said in (answer.headers["etag"], f"W/{answer.headers['etag']}", f'"x", {answer.headers["etag"]}'):
            again = town.marie.get(PAGE, headers={**asked, "if-none-match": said})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])


def test_answers_to_forms_are_not_squeezed(town: Town) -> None:
    """They show links that let somebody in, beside words of the form."""
    answer = town.marie.post("/people/invitations", data={"csrf": _word(town.look()[1]), "role": "analyst", "login": "x" * 30})
    assert "/invitations/" in answer.text and len(answer.content) > 2000
    assert "content-encoding" not in answer.headers


def test_the_word_of_forms_is_never_shown_twice_alike(town: Town) -> None:
    words = {_word(town.look(path=f"{PAGE}?page={n}")[1]) for n in range(4)}
    assert len(words) == 4
    for given in words:
        assert town.marie.post("/tour", data={"csrf": given}).status_code == 303
    spoilt = [word[:-4] + "AAAA" for word in words] + [masked("x" * 43), masked("x" * 7), "", "A" * 172, "ä" * 172, " " * 172]
    assert {town.marie.post("/tour", data={"csrf": given}).status_code for given in spoilt} == {403}


def test_what_changed_while_it_was_measured_is_not_kept(town: Town) -> None:
    measured = Measured(town.app)
    look = measured.look("glowday")

    def overtaken() -> str:
        town.app.campaigns.add_cost("glowday", "1.00")
        return "made of both"

    assert look.other(overtaken, "a name") == "made of both"
    town.app.campaigns.remove_cost("glowday", max(cost["id"] for cost in town.app.campaigns.show("glowday")["costs"]))
    again = measured.look("glowday")
    assert again.version == look.version and again.other(lambda: "made of one", "a name") == "made of one"


def _word(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _made_anew(town: Town) -> str:
    """The page as a server that was just started makes it."""
    with open_app(str(town.app.home), overrides={"now": NOW, "rate_card": "ours"}) as app:
        return str(client(open_web(app), town.token).get(PAGE).text)


def _plain(page: str) -> str:
    return page.replace(_word(page), "")


def _figures(page: str) -> list[str]:
    return re.findall(r'<p class="figure"><data value="([^"]+)">', page)


def test_a_kept_page_is_what_it_says(town: Town) -> None:
    """The bytes themselves, before a browser opens them."""
    with town.marie.stream("GET", PAGE, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw).decode().startswith("<!doctype html>")
