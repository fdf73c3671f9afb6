"""The Research API's video query as TIKTOK.md A2, A3, A6 and F2 have it. People, comments and faults of the line are tested elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from hexameter.standin.server.faults import Faults
from hexameter.standin.server.platform import Lags
from tests.standin.server.stand import NOW, WORLD, Stand, hashtag, opened

ALL_FIELDS = (
    "id,video_description,create_time,region_code,share_count,view_count,like_count,comment_count,music_id,hashtag_names,username,"
    "effect_ids,playlist_id,voice_to_text,is_stem_verified,favorites_count,video_duration,hashtag_info_list,sticker_info_list,"
    "effect_info_list,video_mention_list,video_label,video_tag"
)


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with opened() as running:
        yield running


@pytest.fixture(scope="module")
def headers(stand: Stand) -> dict[str, str]:
    return stand.research()


def _tagged(stand: Stand, until: datetime) -> set[int]:
    first = datetime(2025, 7, 1, tzinfo=UTC)
    posts = WORLD.posts(stand.clock.now()).to_pylist()
    own = [p for p in posts if any(t.casefold() == WORLD.hashtag for t in p["hashtags"])]
    return {int(p["post_id"]) for p in own if first <= p["published_at"] <= until}


def _condition(field: str, *values: str, operation: str = "EQ") -> dict[str, Any]:
    return {"operation": operation, "field_name": field, "field_values": list(values)}


def test_all_pages_together_are_the_posts_with_the_hashtag(stand: Stand, headers: dict[str, str]) -> None:
    rows = [v for page in stand.all_found(headers, max_count=7) for v in page]
    truth = stand.truth()
    assert {v["id"] for v in rows} == _tagged(stand, datetime(2025, 7, 18, 12, tzinfo=UTC)) and len(rows) > 20
    assert all(v["view_count"] == truth[str(v["id"])]["views"] and v.get("like_count", 0) == truth[str(v["id"])]["likes"] for v in rows)
    assert [v["id"] for v in rows] == sorted((v["id"] for v in rows), reverse=True)


def test_a_post_is_archived_after_48_hours() -> None:
    newest = int(WORLD.works.published[WORLD.works.kind == "tagged"][60])
    with opened(datetime.fromtimestamp(newest + 48 * 3600 - 1, UTC)) as stand:
        asked = {
            "query": {"and": [_condition("video_id", str(WORLD.works.post_id[WORLD.works.kind == "tagged"][60]))]},
            "end_date": "20250731",
        }
        assert [len(stand.query(stand.research(), **asked).json()["data"]["videos"])] == [0]
        stand.wait(seconds=1)
        assert len(stand.query(stand.research(), **asked).json()["data"]["videos"]) == 1


def test_counters_may_lag() -> None:
    with opened(lags=Lags(research_counters=72)) as stand:
        rows = [v for page in stand.all_found(stand.research()) for v in page]
        then = {r["post_id"]: r["views"] for r in WORLD.readings(datetime(2025, 7, 17, 12, tzinfo=UTC)).to_pylist()}
        old = [v for v in rows if str(v["id"]) in then]
        assert len(old) > 10 and all(v.get("view_count", 0) == then[str(v["id"])] for v in old)


def test_numbers_are_numbers_and_zeros_are_left_out(stand: Stand, headers: dict[str, str]) -> None:
    rows = [v for page in stand.all_found(headers, fields=ALL_FIELDS, max_count=100) for v in page]
    assert all(isinstance(v["id"], int) and v["id"] > 2**53 and isinstance(v["music_id"], int) for v in rows)
    assert any("video_duration" not in v for v in rows), "a photo post has none"
    assert all(value for v in rows for value in v.values())
    assert any(v.get("video_tag") == {"type": 1, "number": 1} for v in rows)


def test_zeros_may_be_sent() -> None:
    with opened(faults=Faults(omit_zero=False)) as stand:
        rows = stand.query(stand.research(), fields="id,video_duration,is_stem_verified", max_count=100).json()["data"]["videos"]
        assert all(v["is_stem_verified"] is False for v in rows)


BAD = {
    "31 days apart": {"start_date": "20250601", "end_date": "20250702"},
    "end before start": {"start_date": "20250702", "end_date": "20250701"},
    "no such date": {"end_date": "20250731", "start_date": "20250732"},
    "dashes": {"start_date": "2025-07-01"},
    "EQ of two values": {"query": {"and": [_condition("hashtag_name", "a", "b")]}},
    "unknown field": {"query": {"and": [_condition("hashtag", "a")]}},
    "unknown operation": {"query": {"and": [_condition("hashtag_name", "a", operation="LIKE")]}},
    "a number as value": {"query": {"and": [{"operation": "EQ", "field_name": "music_id", "field_values": [1]}]}},
    "UK is GB": {"query": {"and": [_condition("region_code", "UK")]}},
    "no condition": {"query": {"and": []}},
    "101 rows": {"max_count": 101},
    "negative cursor": {"cursor": -1},
    "unknown search_id": {"search_id": "7", "cursor": 20},
    "unknown fields": {"fields": "id,views"},
    "no fields": {"fields": ""},
}


@pytest.mark.parametrize("asked", BAD.values(), ids=list(BAD))
def test_what_breaks_a_rule_is_refused(stand: Stand, headers: dict[str, str], asked: dict[str, Any]) -> None:
    answer = stand.query(headers, **asked)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "invalid_params" and answer.json()["error"]["message"]


def test_thirty_days_apart_and_text_plain_are_accepted(stand: Stand, headers: dict[str, str]) -> None:
    assert stand.query(headers, start_date="20250601", end_date="20250701").status_code == 200
    body = (
        b'{"query":{"and":[{"operation":"EQ","field_name":"keyword","field_values":["a"]}]},"start_date":"20250701","end_date":"20250702"}'
    )
    address = "/v2/research/video/query/?fields=id"
    assert stand.http.post(address, content=body, headers={**headers, "Content-Type": "text/plain"}).status_code == 200


def test_conditions_combine(stand: Stand, headers: dict[str, str]) -> None:
    def ids(**query: Any) -> set[int]:
        return {v["id"] for page in stand.all_found(headers, query={f"{w.rstrip('_')}": c for w, c in query.items()}) for v in page}

    tagged, french, own = hashtag(WORLD.hashtag), _condition("region_code", "FR"), _condition("username", stand.busiest.upper())
    both = ids(and_=[tagged, french])
    assert both == ids(and_=[tagged], not_=[_condition("region_code", "US")]) < ids(and_=[tagged])
    assert ids(or_=[tagged, own]) == ids(and_=[tagged]) | ids(and_=[own])
    assert both and ids(and_=[own]) - ids(and_=[tagged])


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (_condition("view_count", "50000", operation="GTE"), lambda v: v["view_count"] >= 50_000),
        (_condition("create_date", "20250710", operation="LT"), lambda v: v["create_time"] < 1_752_105_600),
        (_condition("video_length", "SHORT", "MID", operation="IN"), lambda v: v.get("video_duration", 0) <= 60),
        (_condition("keyword", "@GLOWLAB"), lambda v: "@glowlab" in v["video_description"]),
    ],
    ids=["views", "date", "length", "keyword"],
)
def test_a_condition_holds_for_what_is_found(stand: Stand, headers: dict[str, str], condition: Any, holds: Any) -> None:
    fields = "id,view_count,create_time,video_duration,video_description"
    found, rest = (stand.all_found(headers, fields=fields, query={w: [condition]}, max_count=100) for w in ("and", "not"))
    assert found[0] and rest[0]
    assert all(holds(v) for page in found for v in page) and not any(holds(v) for page in rest for v in page)


def test_a_hashtag_may_match_longer_ones() -> None:
    with opened(faults=Faults(fuzzy=True)) as stand:
        rows = [v for page in stand.all_found(stand.research(), fields="id,hashtag_names", max_count=100) for v in page]
        assert any(WORLD.hashtag not in [t.casefold() for t in v["hashtag_names"]] for v in rows)


def test_a_search_id_belongs_to_its_query(stand: Stand, headers: dict[str, str]) -> None:
    first = stand.query(headers, max_count=5).json()["data"]
    answer = stand.query(headers, query={"and": [hashtag("fyp")]}, search_id=first["search_id"], cursor=first["cursor"])
    assert answer.status_code == 400 and first["search_id"] in answer.json()["error"]["message"]


def test_a_fresh_search_id_is_refused_at_first() -> None:
    with opened(faults=Faults(refused_search_attempts=3)) as stand:
        headers = stand.research()
        first = stand.query(headers, max_count=5).json()["data"]
        go_on = {"max_count": 5, "search_id": first["search_id"], "cursor": first["cursor"]}
        answers = [stand.query(headers, **go_on) for _ in range(4)]
        assert [a.status_code for a in answers] == [400, 400, 400, 200]
        assert answers[0].json()["error"]["message"] == f"Search Id {first['search_id']} is invalid or expired"


def test_pages_of_a_search_stay_as_they_were_while_new_posts_arrive() -> None:
    with opened() as running:
        headers = running.research()
        whole = [v["id"] for page in running.all_found(headers, max_count=6) for v in page]
        first = running.query(headers, max_count=6).json()["data"]
        running.wait(minutes=50)
        second = running.query(headers, max_count=6, cursor=6, search_id=first["search_id"]).json()["data"]
        assert [v["id"] for v in (*first["videos"], *second["videos"])] == whole[:12]


SPOILT = Faults(seed=3, short_pages=0.3, empty_pages=1, duplicate_rows=0.5, reordered_rows=0.5, nul_usernames=1)


def test_spoilt_pages_still_hold_every_row(stand: Stand, headers: dict[str, str]) -> None:
    wanted = {v["id"] for page in stand.all_found(headers) for v in page}
    with opened(faults=SPOILT) as running:
        pages = running.all_found(running.research(), max_count=20)
        ids = [v["id"] for page in pages for v in page]
        assert set(ids) == wanted
        assert len(ids) > len(wanted), "some come twice"
        assert ids != sorted(ids, reverse=True), "some are out of order"
        assert any(0 < len(page) < 20 for page in pages[:-1]), "short pages with has_more"
        assert [] in pages[:-1], "an empty page with has_more"
        assert all("\0" in v["username"] for page in pages for v in page)


def test_a_post_deleted_between_pages_drops_out() -> None:
    with opened() as stand:
        headers = stand.research()
        whole = [v["id"] for page in stand.all_found(headers, max_count=5) for v in page]
        first = stand.query(headers, max_count=5).json()["data"]
        stand.platform.delete([stand.platform.by_id[whole[6]]])
        second = stand.query(headers, max_count=5, cursor=5, search_id=first["search_id"]).json()["data"]
        assert [v["id"] for v in second["videos"]] == [whole[5], *whole[7:10]] and second["cursor"] == 10


def test_random_rows_are_some_of_them_in_one_page(stand: Stand, headers: dict[str, str]) -> None:
    data = stand.query(headers, is_random=True, max_count=5).json()["data"]
    assert len(data["videos"]) == 5 and data["has_more"] is False


def test_a_thousand_requests_a_day_and_not_one_more() -> None:
    with opened() as stand:
        headers = stand.research()
        one = {"query": {"and": [_condition("video_id", "1")]}, "max_count": 1}
        assert {stand.query(headers, **one).status_code for _ in range(1000)} == {200}
        refused = stand.query(headers, **one)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "daily_quota_limit_exceeded")
        profile = stand.http.post("/v2/research/user/info/", params={"fields": "display_name"}, json={"username": "x"}, headers=headers)
        assert profile.status_code == 429, "one budget for all of them"
        stand.wait(hours=11, minutes=59)
        assert stand.query(stand.research(), **one).status_code == 429
        stand.wait(minutes=1)
        assert stand.query(stand.research(), **one).status_code == 200
        assert stand.platform.ledger.exceeded() == {"research.day": (1003, 1000)}


def test_a_500_costs_a_request_too() -> None:
    with opened(faults=Faults(storm=1)) as stand:
        stand.platform.faults = Faults()
        headers = stand.research()
        stand.platform.faults = Faults(storm=1)
        answers = [stand.query(headers) for _ in range(5)]
        assert {a.status_code for a in answers} == {500} and answers[0].json()["error"]["code"] == "internal_error"
        assert stand.platform.ledger.counts() == {"research.day": 5}


def test_a_display_token_opens_no_research(stand: Stand) -> None:
    assert stand.query(stand.display()).json()["error"]["code"] == "access_token_invalid"
    assert stand.clock.now() == NOW and np.all(WORLD.works.published[:-1] <= WORLD.works.published[1:])
