"""An import in steps without a browser: looked at, mended, run, taken back; each bad upload says its sentence on a whole page."""

from __future__ import annotations

import gzip
import html
import io
import re
import threading
import zipfile

import pytest

from tests.views.web.conftest import Web

HEAD = "post_id,creator,published_at,captured_at,Aufrufe gesamt,likes\n"
ROW = "7523537000000000091,zoe,2025-06-05T18:00Z,2025-06-30T12:00Z,20000,5\n"
BAD_ROW = "7523537000000000092,zoe,2025-06-05T18:00Z,2025-06-30T12:00Z,20000,-5\n"
_ZIP = io.BytesIO()
with zipfile.ZipFile(_ZIP, "w", zipfile.ZIP_DEFLATED) as bomb:
    bomb.writestr("bomb.csv", b"\0" * 300_000_000)


def text(answer: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer))


def look(web: Web, name: str, content: bytes, **wishes: str) -> str:
    """The address at which the file is looked at."""
    dropped = web.owner.post("/import/look", data={"csrf": web.csrf, **wishes}, files={"files": (name, content)})
    assert dropped.status_code == 303
    return str(dropped.headers["location"])


def imported(web: Web, place: str, **mapping: str) -> str:
    begun = web.owner.post(place, data={"csrf": web.csrf, "then": "import", **mapping})
    assert begun.status_code == 303
    for thread in threading.enumerate():
        if thread.name == "import":
            thread.join(60)
    return web.owner.get(begun.headers["location"]).text


def test_looked_at_mended_imported_and_taken_back(web: Web) -> None:
    before = web.app.kpis(campaign="glowday")
    rows = web.app.table("post_snapshot").num_rows
    place = look(web, "../../<b>zoe.csv", (HEAD + ROW + BAD_ROW).encode())
    page = web.owner.get(place)
    assert page.status_code == 200
    assert "Aufrufe gesamt" in text(page.text) and "zoe" in text(page.text)
    assert "<b>zoe" not in page.text
    assert web.app.table("post_snapshot").num_rows == rows, "nothing is stored by looking"
    mapping = {"column-0": "Aufrufe gesamt", "field-0": "views"}
    again = web.owner.post(place, data={"csrf": web.csrf, "then": "look", **mapping})
    assert again.headers["location"] == place
    assert "20000" in text(web.owner.get(place).text)
    done = imported(web, place, **mapping)
    assert "Left out" in text(done) and "likes" in text(done)
    assert web.app.table("post_snapshot").num_rows == rows + 1
    left_out = web.owner.get(re.findall(r"/import/rejects/[\w-]+", done)[0])
    assert left_out.headers["content-disposition"].startswith("attachment") and b'"-5"' in left_out.content
    batch = re.findall(r'name="batch" value="(\w+)"', done)[0]
    undone = web.owner.post("/import/undo", data={"csrf": web.csrf, "batch": batch})
    assert "was taken back" in text(web.owner.get(undone.headers["location"]).text)
    assert web.app.table("post_snapshot").num_rows == rows
    assert web.app.kpis(campaign="glowday")["views"] == before["views"]
    assert web.owner.post("/import/undo", data={"csrf": web.csrf, "batch": batch}).status_code == 303


def test_a_field_for_two_columns_is_told(web: Web) -> None:
    place = look(web, "zoe.csv", (HEAD + ROW).encode())
    mapping = {"column-0": "likes", "field-0": "views", "column-1": "Aufrufe gesamt", "field-1": "views"}
    told = web.owner.post(place, data={"csrf": web.csrf, "then": "look", **mapping})
    assert (told.status_code, "both mapped to views" in text(told.text)) == (400, True)


BAD = {
    "unknown format": ("x.csv", b"a,b\n1,2\n", "a"),
    "missing column": ("x.csv", b"handle,captured_at,views\nlea,2025-07-31T12:00Z,3\n", ""),
    "missing capture time": ("x.csv", b"post_id,creator,views\n7523537000000000091,lea,3\n", "captured"),
    "empty": ("x.csv", b"", "empty"),
    "binary": ("x.bin", bytes(range(256)) * 16, ""),
    "truncated gzip": ("x.csv.gz", gzip.compress((HEAD + ROW * 500).encode())[:60], ""),
    "zip bomb": ("x.zip", _ZIP.getvalue(), ""),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_upload_says_its_sentence_and_stores_nothing(web: Web, kind: str) -> None:
    name, content, word = BAD[kind]
    before = web.app.table("batch").num_rows
    place = look(web, name, content)
    page = web.owner.get(place)
    assert page.status_code == 400
    assert 'role="alert"' in page.text and word in text(page.text) and "</html>" in page.text
    assert "hexameter-shelf" not in page.text, "where it lies is nobody's business"
    done = imported(web, place)
    assert 'role="alert"' in done and "hexameter-shelf" not in done
    assert web.app.table("batch").num_rows == before


def test_a_time_zone_that_does_not_exist_is_told(web: Web) -> None:
    page = web.owner.get(look(web, "zoe.csv", (HEAD + ROW).encode(), tz="Europe/Pariss"))
    assert (page.status_code, "Pariss" in text(page.text)) == (400, True)


def test_what_is_on_the_shelf_is_its_owners(web: Web) -> None:
    assert web.owner.get("/import/look/guessed").status_code == 404
    assert web.guest.get(look(web, "zoe.csv", (HEAD + ROW).encode())).status_code in (303, 401)
    assert web.owner.post("/import/look", data={"csrf": web.csrf}).status_code == 400


def test_connections_show_links_and_sources(web: Web) -> None:
    page = web.owner.get("/connections")
    assert page.status_code == 200
    assert all(title in text(page.text) for title in (s["title"] for s in web.app.list_sources()["sources"]))
    told = web.owner.post("/connections/links", data={"csrf": web.csrf, "handle": "@lea", "login": "display"})
    assert told.status_code == 400 and 'role="alert"' in told.text, "without credentials the page says so"
    assert web.owner.post("/connections/end", data={"csrf": web.csrf, "handle": "nobody"}).status_code == 404


def test_the_version_moves_with_the_numbers_and_the_tour_can_be_put_away(web: Web) -> None:
    first = web.owner.get("/live?campaign=glowday").json()
    assert web.owner.get("/live?campaign=glowday").json() == first
    web.app.campaigns.add_cost("glowday", "1.00", creator="lea")
    assert web.owner.get("/live?campaign=glowday").json() != first
    assert 'class="card tour"' in web.owner.get("/").text
    ended = web.owner.post("/tour", data={"csrf": web.csrf})
    web.owner.cookies.set("hx_tour", ended.cookies["hx_tour"])
    assert 'class="card tour"' not in web.owner.get("/").text
    web.owner.cookies.delete("hx_tour")
