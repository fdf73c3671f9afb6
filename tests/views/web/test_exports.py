"""What leaves the pages as a file is in the log: who, from which workspace, by which address."""

from __future__ import annotations

import re

import pytest

from tests.views.web.conftest import Web

TAKEN = ("/campaigns/glowday/posts.csv", "/explore/post?file=post.csv&q=handle%3Dlea", "/explore/post?file=post.parquet")


@pytest.mark.parametrize("path", TAKEN)
def test_a_download_is_in_the_log(web: Web, path: str) -> None:
    before = len(web.app.desk.people.audit.list("main"))
    assert "attachment" in web.owner.get(path).headers["content-disposition"]
    (line, *_) = lines = web.app.desk.people.audit.list("main")
    assert (line["who"], line["what"], line["about"]) == ("marie", "export", path)
    assert len(lines) == before + 1


def test_a_page_that_is_only_looked_at_is_not(web: Web) -> None:
    before = web.app.desk.people.audit.list("main")
    assert web.owner.get("/explore/post").status_code == 200
    assert web.guest.get("/campaigns/glowday/posts.csv").status_code == 303
    assert web.app.desk.people.audit.list("main") == before


def test_a_token_is_made_shown_once_and_revoked_on_the_profile(web: Web) -> None:
    made = web.owner.post("/profile/tokens", data={"csrf": web.csrf, "name": "ware<b>house", "scope": "write", "days": "30"})
    (secret,) = re.findall(r"<code>(hx_[\w-]{43})</code>", made.text)
    assert "ware&lt;b&gt;house" in made.text and secret not in web.owner.get("/profile").text
    found = web.app.desk.people.bearer(secret)
    assert found is not None and (found[0].login, found[1].scope) == ("marie", "write")
    assert web.owner.post("/profile/tokens", data={"csrf": web.csrf, "name": "x", "days": "1e9"}).status_code == 400
    assert web.owner.post(f"/profile/tokens/{found[1].id}/revoke", data={"csrf": web.csrf}).status_code == 303
    assert web.app.desk.people.bearer(secret) is None


def test_the_log_is_read_page_by_page(web: Web) -> None:
    for n in range(60):
        web.app.desk.people.audit.note("main", "marie", "export", f"/paged/{n:02}")
    total = web.app.desk.people.audit.count("main")
    pages = (total + 49) // 50
    first, second, last = (web.owner.get(f"/audit?page={n}").text for n in (1, 2, 10**6))
    assert "/paged/59" in first and "/paged/10" in first and "/paged/09" not in first
    assert "/paged/09" in second and "/paged/10" not in second
    assert f"Page 1 of {pages}" in first and 'rel="next"' in first and 'rel="prev"' not in first
    assert f"Page {pages} of {pages}" in last and 'rel="next"' not in last
    assert web.owner.get("/audit?page=x").status_code == 200
