"""Pages without a browser: not sent twice, sorted and cut on the server, whole whatever goes wrong."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import threading

import pytest
from httpx import Response

from tests.views.web.conftest import Web

CAMPAIGN = "/campaigns/glowday?as_of=2025-08-01"


def test_a_page_the_browser_has_is_not_sent_again(web: Web) -> None:
    first = web.owner.get(CAMPAIGN)
    tag = first.headers["etag"]
    again = web.owner.get(CAMPAIGN, headers={"if-none-match": tag})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert web.owner.get(CAMPAIGN, headers={"if-none-match": tag, "accept-language": "fr"}).status_code == 200
    web.app.campaigns.add_cost("glowday", "1.00", creator="lea")
    assert web.owner.get(CAMPAIGN, headers={"if-none-match": tag}).status_code == 200


def test_posts_are_sorted_filtered_and_addressed(web: Web) -> None:
    def posts(query: str) -> list[str]:
        return re.findall(r"<bdi>(\w) #glowday</bdi>", web.owner.get(f"{CAMPAIGN}{query}").text)

    assert posts("&sort=views") == ["A", "D", "B", "C"]
    assert posts("&sort=comments&order=asc") == ["C", "B", "A", "D"]  # what was not read comes last
    assert posts("&q=b") == ["B"]
    assert posts("&page=99") == ["A", "D", "B", "C"]
    assert posts("&sort=1;drop") == ["A", "D", "B", "C"]


def test_the_definition_changes_the_tile_and_is_named(web: Web) -> None:
    page = web.owner.get(f"{CAMPAIGN}&definition=hypeauditor").text
    tile = page[page.index('id="engagement_rate"') :]
    assert "7.92\u202f%" in tile[:800] and "HypeAuditor" in tile[:900]


@pytest.mark.parametrize("name", ["views", "interactions", "ages", "engagement", "followers"])
def test_charts_are_specifications(web: Web, name: str) -> None:
    answer = web.owner.get(f"/campaigns/glowday/charts/{name}.json?as_of=2025-08-01")
    document = answer.json()
    assert document["spec"]["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert set(document["themes"]) == {"light", "dark"}
    assert web.owner.get(str(answer.url), headers={"if-none-match": answer.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/campaigns/glowdy", 404, "Did you mean glowday?"),
        ("/campaigns/glowday?as_of=yesterday", 400, "is not a time"),
        ("/campaigns/glowday?from=2025-07-31&to=2025-07-01", 400, "after to"),
        ("/campaigns/glowday/charts/nosuch.json", 404, "no such page"),
        ("/campaigns/glowday/receipts/nosuch", 404, "no such page"),
        ("/posts/1", 404, "unknown post"),
        ("/creators/nobody", 404, "unknown creator"),
        ("/posts/..%2F..%2Fetc", 404, "no such page"),
        ("/static/../app.0.py", 404, ""),
        ("/static/app.0.py", 404, ""),
    ],
)
def test_mistakes_end_as_pages(web: Web, path: str, status: int, said: str) -> None:
    answer = web.owner.get(path)
    assert answer.status_code == status
    assert said in answer.text and "Traceback" not in answer.text


def test_a_campaign_without_posts_says_what_to_do(web: Web) -> None:
    web.app.campaigns.create("Quiet", from_day="2025-07-01", to_day="2025-07-31", hashtags=["quiet"], creators=["nobody"])
    page = web.owner.get("/campaigns/quiet").text
    assert "No post of this campaign has been read yet" in page and "no post yet" in page
    assert web.owner.get("/").status_code == 200


def test_what_a_spreadsheet_gets(web: Web) -> None:
    answer = web.owner.get("/campaigns/glowday/posts.csv?as_of=2025-08-01")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-disposition"] == 'attachment; filename="glowday-posts.csv"'
    assert [row["views"] for row in rows] == ["20000", "5000", "0", "8000"]


def imported(web: Web, name: str, content: bytes) -> Response:
    """The page after an import, once it is done."""
    begun = web.owner.post("/import", data={"csrf": web.csrf}, files=[("files", (name, content, "text/csv"))])
    assert begun.status_code == 303 and begun.headers["location"].startswith("/import/jobs/")
    for thread in threading.enumerate():
        if thread.name == "import":
            thread.join(60)
    return web.owner.get(begun.headers["location"])


def test_a_file_is_imported_and_its_bad_rows_handed_back(web: Web) -> None:
    text = (
        "post_id,creator,captured_at,views\n7523537000000000009,nour,2025-07-31T12:00Z,12x\n7523537000000000010,nour,2025-07-31T12:00Z,5\n"
    )
    answer = imported(web, "../<b>.csv", text.encode())
    assert answer.status_code == 200
    assert "&lt;b&gt;.csv" in answer.text and "<b>.csv" not in answer.text
    key = re.search(r"/import/rejects/([\w-]+)", answer.text)
    assert key
    left_out = web.owner.get(f"/import/rejects/{key[1]}")
    assert '"12x"' in left_out.text and "attachment" in left_out.headers["content-disposition"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"{", b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_read_ends_in_a_sentence(web: Web, content: bytes) -> None:
    answer = imported(web, "x.csv", content)
    assert answer.status_code == 400
    assert 'class="error" role="alert"' in answer.text and tempfile.gettempdir() not in answer.text


def test_a_creator_whom_nobody_asked_is_told_so(web: Web) -> None:
    for query in ("", "?state=made-up&code=1", "?state=made-up&error=access_denied&error_description=<b>no</b>"):
        answer = web.guest.get(f"/connect/tiktok/callback{query}")
        assert answer.status_code == 400
        assert "was not connected" in answer.text and "<b>no" not in answer.text
