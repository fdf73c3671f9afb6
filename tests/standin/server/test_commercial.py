"""The Commercial Content API as TIKTOK.md A9 and F4 have it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hexameter.standin.server.faults import Faults
from tests.standin.server.stand import WORLD, Stand, opened

WINDOW = {"min": "20250701", "max": "20250720"}


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with opened() as running:
        yield running


def _ask(stand: Stand, fields: str = "id,label,brand_names,creator,videos,create_date", **body: Any) -> httpx.Response:
    asked = {"filters": {"content_published_date_range": WINDOW}, **body}
    address = "/v2/research/adlib/commercial_content/query/"
    return stand.http.post(address, params={"fields": fields}, json=asked, headers=stand.research())


def test_all_pages_together_are_the_disclosed_partnerships_of_the_eea(stand: Stand) -> None:
    rows, body, more = [], {"max_count": 3}, "true"
    while more == "true":
        data = _ask(stand, **body).json()["data"]
        rows += data["commercial_contents"]
        body, more = {"max_count": 3, "search_id": data["search_id"]}, data["has_more"]
    assert more == "false"
    posts = [
        p for p in WORLD.posts(stand.clock.now()).to_pylist() if p["kind"] in ("tagged", "misspelt", "untagged") and "ad" in p["hashtags"]
    ]
    zones = dict(zip(WORLD.cast.creator_id.tolist(), WORLD.cast.zone.tolist(), strict=True))
    wanted = {
        int(p["post_id"]) for p in posts if zones[p["creator_id"]] == "Europe/Paris" and f"{p['published_at']:%Y%m%d}" >= WINDOW["min"]
    }
    assert [v["id"] for r in rows for v in r["videos"]] == sorted(wanted, reverse=True) and len(wanted) > 10
    assert all(r["brand_names"] == ["Glowlab"] and isinstance(r["id"], str) for r in rows)


def test_has_more_may_be_a_bool() -> None:
    with opened(faults=Faults(has_more_text=False)) as stand:
        assert _ask(stand, max_count=1).json()["data"]["has_more"] is True


def test_it_can_be_asked_for_creators(stand: Stand) -> None:
    name = _ask(stand, max_count=1).json()["data"]["commercial_contents"][0]["creator"]["username"]
    filters = {"content_published_date_range": WINDOW, "creator_usernames": [name], "creator_country_code": "FR"}
    rows = _ask(stand, filters=filters, max_count=50).json()["data"]["commercial_contents"]
    assert rows and {r["creator"]["username"] for r in rows} == {name}


@pytest.mark.parametrize(
    "body",
    [
        {"filters": {"content_published_date_range": {"min": "20221001", "max": "20221010"}}},
        {"filters": {"content_published_date_range": WINDOW, "creator_country_code": "GB"}},
        {"filters": {}},
        {"max_count": 51},
        {"search_id": "5"},
    ],
    ids=["too early", "not in the EEA", "no dates", "51 rows", "unknown search_id"],
)
def test_what_breaks_a_rule_is_refused(stand: Stand, body: dict[str, Any]) -> None:
    assert _ask(stand, **body).json()["error"]["code"] == "invalid_params"


def test_other_filters_need_a_new_search(stand: Stand) -> None:
    first = _ask(stand, max_count=1).json()["data"]["search_id"]
    other = {"content_published_date_range": {**WINDOW, "max": "20250719"}}
    assert _ask(stand, filters=other, search_id=first).status_code == 400


def test_a_page_may_be_asked_for_twice(stand: Stand) -> None:
    first = _ask(stand, max_count=2).json()["data"]["search_id"]
    once, again = (_ask(stand, max_count=2, search_id=first).json()["data"]["commercial_contents"] for _ in range(2))
    assert once == again and len(once) == 2
