"""What the operator's own credentials read: the Research API with its search_id bug, and the Commercial Content API."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.sources.tiktok.scripted import NOW, Asked, Say, no, ok

from hexameter.contracts.tracking import Job
from hexameter.errors import Outage, Refused

SINCE, UNTIL = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
SEARCH = Job("research", "search", words=("glowday",), since=SINCE, until=UNTIL)
BUG = "Search Id 7378 is invalid or expired"


def video(post_id: int, **more: Any) -> dict[str, Any]:
    return {
        "id": post_id,
        "create_time": 1788300000,
        "username": "lea",
        "hashtag_names": ["glowday"],
        "view_count": 5,
        "video_duration": 9,
        **more,
    }


def with_token(answer: Callable[[Asked], Say]) -> Callable[[Asked], Say]:
    tokens = iter(range(1, 100))

    def scripted(asked: Asked) -> Say:
        if asked.path == "/v2/oauth/token/":
            return Say({"access_token": f"clt.{next(tokens)}", "expires_in": 7200, "token_type": "Bearer"})
        return answer(asked)

    return scripted


def pages_of(*pages: dict[str, Any] | Say) -> Callable[[Asked], Say]:
    left = [p if isinstance(p, Say) else Say(ok(p)) for p in pages]
    return with_token(lambda asked: left.pop(0) if len(left) > 1 else left[0])


def test_a_search_page_by_page_to_its_end(script) -> None:
    first = {"videos": [video(7527623000473079054)], "cursor": 100, "has_more": True, "search_id": "77"}
    empty = {"videos": [], "cursor": 200, "has_more": True, "search_id": "77"}
    last = {"videos": [video(7527623000473079055)], "cursor": 300, "has_more": False, "search_id": "77"}
    reading = script(pages_of(first, empty, last))
    pages = reading.pages(SEARCH)
    token, *asked = reading.server.asked
    assert token.form == {"client_key": "the-research-key", "client_secret": "the-research-secret", "grant_type": "client_credentials"}
    query = {"and": [{"operation": "EQ", "field_name": "hashtag_name", "field_values": ["glowday"]}]}
    begin = {"query": query, "start_date": "20260901", "end_date": "20260930", "max_count": 100}
    assert [a.json for a in asked] == [begin, begin | {"cursor": 100, "search_id": "77"}, begin | {"cursor": 200, "search_id": "77"}]
    assert [p.chunk.read for p in pages] == [1, 0, 1], "an empty page is no end"
    assert pages[0].resume == {"window": 0, "days": "20260901-20260930", "cursor": 100, "search_id": "77"} and pages[2].resume is None
    [row] = pages[0].chunk.readings["post_snapshot"].to_pylist()
    assert (row["post_id"], row["creator_id"], row["views"], row["likes"]) == ("7527623000473079054", "@lea", 5, None)
    [post] = pages[0].chunk.beside["post"].to_pylist()
    assert (post["url"], post["hashtags"]) == ("https://www.tiktok.com/@lea/video/7527623000473079054", ["glowday"])
    assert reading.line.spent == [(), *[("research.day",)] * 3]


def test_a_long_window_is_cut_and_hands_nothing_on(script) -> None:
    reading = script(pages_of({"videos": [], "cursor": 100, "has_more": False, "search_id": "77"}))
    pages = reading.pages(Job("research", "search", words=("a", "b"), since=SINCE - timedelta(days=40), until=UNTIL, country="fr"))
    asked = [a.json for a in reading.server.asked[1:]]
    assert [(a["start_date"], a["end_date"]) for a in asked] == [
        ("20260723", "20260821"),
        ("20260822", "20260920"),
        ("20260921", "20260930"),
    ]
    assert all("cursor" not in a and "search_id" not in a for a in asked)
    assert [c["operation"] for c in asked[0]["query"]["and"]] == ["IN", "EQ"]
    assert [p.resume for p in pages] == [{"window": 1}, {"window": 2}, None]
    reading.pages(Job("research", "search", words=("a",), since=SINCE - timedelta(days=40), until=UNTIL, resume={"window": 2}))
    assert reading.server.asked[-1].json["start_date"] == "20260921"


def test_a_fresh_search_id_is_waited_for(script) -> None:
    first = {"videos": [video(1111111)], "cursor": 100, "has_more": True, "search_id": 77}
    last = {"videos": [video(2222222)], "cursor": 200, "has_more": False, "search_id": 77}
    reading = script(pages_of(first, no("invalid_params", BUG), no("invalid_params", "Invalid count or cursor"), last))
    assert [p.chunk.read for p in reading.pages(SEARCH)] == [1, 1]
    assert reading.line.waits == [5.0, 10.0]
    assert len(reading.line.spent) == 1 + 4, "each try counts"


def test_a_search_id_that_stays_refused_begins_the_window_again_without_doubles(script) -> None:
    state = {"known": "77"}

    def answer(asked: Asked) -> Say:
        body = asked.json
        if body.get("search_id") == "77":
            state["known"] = "88"
            return no("invalid_params", BUG)
        if "search_id" not in body:
            rows = [video(1111111)] if state["known"] == "77" else [video(1111111), video(3333333)]
            return Say(ok({"videos": rows, "cursor": 100, "has_more": True, "search_id": state["known"]}))
        return Say(ok({"videos": [video(2222222)], "cursor": 200, "has_more": False, "search_id": "88"}))

    reading = script(with_token(answer))
    pages = reading.pages(SEARCH)
    ids = [i for p in pages for i in (p.chunk.readings["post_snapshot"]["post_id"].to_pylist() if p.chunk.read else [])]
    assert ids == ["1111111", "3333333", "2222222"]
    assert reading.line.waits == [5.0, 10.0, 15.0, 20.0, 25.0]
    assert pages[1].context["seen"] == "1111111"
    assert [reading.sources["research"].parse(p.body, p.context) for p in pages] == [p.chunk for p in pages]


def test_a_search_that_is_always_refused_ends_as_an_outage(script) -> None:
    def answer(asked: Asked) -> Say:
        if "search_id" in asked.json:
            return no("invalid_params", BUG)
        return Say(ok({"videos": [video(1111111)], "cursor": 100, "has_more": True, "search_id": "77"}))

    with pytest.raises(Outage, match="search id"):
        script(with_token(answer)).pages(SEARCH)


def test_other_invalid_parameters_are_refused_at_once(script) -> None:
    reading = script(pages_of(no("invalid_params", "end_date is more than 30 days after start_date")))
    with pytest.raises(Refused, match="more than 30 days"):
        reading.pages(SEARCH)
    assert len(reading.server.asked) == 2 and reading.line.waits == []


def test_hashtags_are_matched_letter_by_letter(script) -> None:
    rows = [
        video(1111111, hashtag_names=["GlowDay", "ad"]),
        video(2222222, hashtag_names=["glowdays"]),
        video(3333333, hashtag_names=[], video_description="so good #GLOWDAY"),
        video(4444444, hashtag_names=None, video_description="glowday"),
        video(5555555, hashtag_names=None, hashtag_info_list=[{"hashtag_id": 1, "hashtag_description": "glowday"}]),
    ]
    [page] = script(pages_of({"videos": rows, "cursor": 5, "has_more": False})).pages(SEARCH)
    assert page.chunk.readings["post_snapshot"]["post_id"].to_pylist() == ["1111111", "3333333", "5555555"]


def test_named_posts_in_windows_of_their_ids(script) -> None:
    old, new = (
        str(int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) << 32 | 5),
        str(int(datetime(2026, 10, 20, tzinfo=UTC).timestamp()) << 32),
    )
    near = str(int(datetime(2026, 3, 15, tzinfo=UTC).timestamp()) << 32)
    reading = script(pages_of({"videos": [], "has_more": False}))
    reading.pages(Job("research", "posts", posts=(new, near, old)))
    asked = [a.json for a in reading.server.asked[1:]]
    assert [a["query"]["and"][0]["field_values"] for a in asked] == [[old, near], [new]]
    assert [(a["start_date"], a["end_date"]) for a in asked] == [("20260301", "20260330"), ("20261020", "20261101")]


def test_a_row_of_the_real_world(script) -> None:
    row = video(7320768196569599275, username="حموديالباشا\x004", music_id=7159460238003800066, region_code="us", favorites_count=3)
    row |= {"video_tag": {"type": "Branded", "number": 1}, "video_mention_list": ["@Brand"], "video_description": "\ud83d half #glowday"}
    [page] = script(pages_of({"videos": [row], "has_more": False})).pages(SEARCH)
    [post] = page.chunk.beside["post"].to_pylist()
    assert post["handle"] == "حموديالباشا4" and post["music_id"] == "7159460238003800066" and post["region"] == "US"
    assert post["paid_partnership"] is True and post["mentions"] == ["brand"]


def test_a_profile_by_handle(script) -> None:
    data = {"follower_count": 232, "following_count": 45, "likes_count": 27155089, "video_count": 44, "display_name": "x"}
    reading = script(pages_of(data))
    [page] = reading.pages(Job("research", "profile", handle="@Joe123"))
    [row] = page.chunk.readings["creator_snapshot"].to_pylist()
    assert (row["creator_id"], row["handle"], row["followers"], row["likes_total"]) == ("@joe123", "joe123", 232, 27155089)
    assert reading.server.asked[1].json == {"username": "joe123"}


def test_a_user_that_is_not_found(script) -> None:
    with pytest.raises(Refused, match="cannot find the user"):
        script(pages_of(no("invalid_params", "Username joe is invalid: cannot find the user"))).pages(
            Job("research", "profile", handle="joe")
        )


def test_the_operators_token_is_kept_until_it_expires_or_is_refused(script) -> None:
    reading = script(with_token(lambda asked: Say(ok({"follower_count": 1}))))
    job = Job("research", "profile", handle="lea")
    reading.pages(job)
    reading.pages(job)
    reading.line.at = NOW + timedelta(seconds=7150)
    reading.pages(job)
    assert [a.headers.get("authorization") for a in reading.server.asked] == [None, "Bearer clt.1", "Bearer clt.1", None, "Bearer clt.2"]

    def old_refused(asked: Asked) -> Say:
        fresh = asked.headers["authorization"] == "Bearer clt.2"
        return Say(ok({"follower_count": 1})) if fresh else no("access_token_invalid", "", 401)

    reading = script(with_token(old_refused))
    assert len(reading.pages(job)) == 1 and len(reading.server.asked) == 4


def test_wrong_credentials_are_told_in_words(script) -> None:
    told = {"error": "invalid_client", "error_description": "Client secret the-research-secret is incorrect.", "log_id": "2"}
    for status in (200, 401):
        with pytest.raises(Refused, match="invalid_client.*Check the client key and secret of TikTok Research API") as raised:
            script(Say(told, status)).pages(SEARCH)
        assert "the-research-secret" not in str(raised.value)


def test_disclosed_partnerships(script) -> None:
    content = {
        "id": "v09044g40000",
        "create_timestamp": 1788300000,
        "label": "Paid partnership",
        "brand_names": ["My Awesome Co."],
        "creator": {"username": "Joe1234567"},
        "videos": [{"id": 19384729204821234, "status": "active", "url": "https://www.tiktok.com/@joe1234567/video/19384729204821234?x=1"}],
    }
    own = content | {"id": "w", "label": "Promotional content", "videos": [{"id": "19384729204821235"}]}
    odd = [content | {"videos": "none"}, 5, content | {"id": "n", "videos": None}]
    first = {"commercial_contents": [content, own, *odd], "has_more": "true", "search_id": 28374}
    reading = script(pages_of(first, {"commercial_contents": [], "has_more": "false", "search_id": "28374"}))
    pages = reading.pages(Job("commercial", "partnerships", words=("@Joe1234567",), since=SINCE, until=UNTIL, country="FR"))
    rows = pages[0].chunk.readings["post"].to_pylist()
    assert [(r["post_id"], r["creator_id"], r["paid_partnership"]) for r in rows] == [
        ("19384729204821234", "@joe1234567", True),
        ("19384729204821235", "@joe1234567", False),
    ]
    assert rows[0]["url"] == "https://www.tiktok.com/@joe1234567/video/19384729204821234"
    assert (pages[0].chunk.read, pages[0].chunk.rejected) == (4, 2)
    assert [p.resume for p in pages] == [{"search_id": "28374"}, None]
    asked = reading.server.asked[1].json
    span = {"min": "20260901", "max": "20260930"}
    assert asked["filters"] == {"content_published_date_range": span, "creator_country_code": "FR", "creator_usernames": ["joe1234567"]}
    assert json.loads(reading.server.asked[2].body)["search_id"] == "28374"
    assert reading.line.spent[1:] == [("commercial.day",)] * 2


def test_a_list_of_partnerships_whose_search_id_expired_begins_again(script) -> None:
    last = {"commercial_contents": [], "has_more": "false", "search_id": "9"}
    reading = script(pages_of(no("invalid_params", BUG), last))
    assert len(reading.pages(Job("commercial", "partnerships", since=SINCE, until=UNTIL, resume={"search_id": "8"}))) == 1
    assert ["search_id" in a.json for a in reading.server.asked[1:]] == [True, False]
    with pytest.raises(Outage):
        script(pages_of(no("invalid_params", BUG))).pages(Job("commercial", "partnerships", since=SINCE, until=UNTIL))
