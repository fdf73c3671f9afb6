"""Hashtags, inbox, explore and search without a browser: whole whatever is asked, decisions kept, hostile words only words."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

import pytest

from tests.views.web.conftest import Web

HOSTILE = '"><img src=x onerror=alert(1)>\u202e\U0001f600'
LOST = "7530000000000000077"


@pytest.mark.parametrize(
    "path", ["/hashtags", "/hashtags/glowday", "/inbox", "/campaigns/glowday/inbox", "/explore", "/explore/post", "/search"]
)
@pytest.mark.parametrize(
    "query", ["", "?q=views>", "?with=" + quote(HOSTILE), "?q=" + quote(HOSTILE), "?page=9999&sort=nosuch&state=nosuch"]
)
def test_a_page_stays_whole(web: Web, path: str, query: str) -> None:
    answer = web.owner.get(path + query)
    assert answer.status_code == 200, answer.text
    assert "<img src=x" not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("path", "said"),
    [("/hashtags/glowdy", "Did you mean #glowday?"), ("/explore/pots", "Did you mean post?"), ("/campaigns/nosuch/inbox", "nosuch")],
)
def test_what_is_unknown_says_what_to_do(web: Web, path: str, said: str) -> None:
    answer = web.owner.get(path)
    assert answer.status_code == 404 and said in answer.text


def test_hashtags_are_compared_and_a_missing_one_is_said(web: Web) -> None:
    added = web.owner.get("/hashtags/glowday?add=%23Nothing")
    assert added.headers["location"] == "/hashtags/glowday?with=nothing"
    page = web.owner.get(added.headers["location"]).text
    assert "unknown hashtag &#39;#nothing&#39;" in page
    spec = web.owner.get("/hashtags/glowday/charts/weekly.json?with=nothing").json()["spec"]
    assert spec["usermeta"]["series"]["names"] == ["#glowday"]
    assert [row["views"] for row in spec["datasets"]["rows"]] == [20000, 5000, 0, 8000]


def test_a_decision_is_kept_and_taken_back(web: Web) -> None:
    def decide(**form: str) -> int:
        answer = web.owner.post("/campaigns/glowday/inbox", data={"csrf": web.csrf, **form}, headers={"accept": "application/json"})
        return answer.status_code

    web.app.inbox.hand_in("glowday", f"https://www.tiktok.com/@tom/video/{LOST}")
    assert LOST in web.owner.get("/campaigns/glowday/inbox?state=review").text
    assert decide(decision="include", post=LOST) == 200
    assert LOST in web.owner.get("/campaigns/glowday/inbox?state=included").text
    assert decide(one=f"exclude {LOST}") == 200
    assert web.app.inbox.list("glowday")["counts"]["excluded"] == 1
    assert decide(decision="rules", post=LOST) == 200
    assert web.app.inbox.list("glowday")["counts"]["review"] == 1
    assert decide(decision="include") == 400 and decide(decision="drop", post=LOST) == 400
    led = web.owner.post("/campaigns/glowday/inbox", data={"csrf": web.csrf, "one": f"rules {LOST}", "back": "//evil.example"})
    assert (led.status_code, led.headers["location"]) == (303, "/")


def test_a_lake_table_leaves_as_filtered(web: Web) -> None:
    answer = web.owner.get("/explore/post_snapshot?q=views>=8000&columns=views&sort=views&order=asc&file=post_snapshot.csv")
    assert [row["views"] for row in csv.DictReader(io.StringIO(answer.text))] == ["8000", "20000"]
    parquet = web.owner.get("/explore/post?file=post.parquet")
    assert parquet.content[:4] == b"PAR1" and parquet.headers["content-disposition"] == 'attachment; filename="post.parquet"'
    added = web.owner.get("/explore/post?column=caption&relation=:&value=two+words&q=a")
    assert added.headers["location"] == "/explore/post?q=a+caption%3A%22two+words%22"


def test_what_is_named_exactly_is_opened(web: Web) -> None:
    assert web.owner.get("/search?q=@lea").headers["location"] == "/creators/lea"
    assert web.owner.get("/search?q=7523537000000000001").headers["location"] == "/posts/7523537000000000001"
    assert "/hashtags/glowday" in web.owner.get("/search?q=glow").text


def test_a_post_says_why_it_counts(web: Web) -> None:
    assert "counted by the rules" in web.owner.get("/posts/7523537000000000001").text
