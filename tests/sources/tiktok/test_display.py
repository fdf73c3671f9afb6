"""The Display API: profile, newest posts by cursor, named posts; what the answers become."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.sources.tiktok.scripted import CREATOR, NOW, Asked, Say, ok

from hexameter.contracts.tracking import Job
from hexameter.errors import OurError, Outage, ScopeMissing

NEWEST = Job("display", "newest", CREATOR)


def video(post_id: str, create_time: Any = 1752661320, **more: Any) -> dict[str, Any]:
    url = f"https://www.tiktok.com/@lea/video/{post_id}?utm_campaign=tt4d_open_api&utm_source=awx"
    counters = {"view_count": 20000, "like_count": 1500, "comment_count": 100, "share_count": 60}
    return {"id": post_id, "create_time": create_time, "share_url": url, "video_description": "Hello #GlowDay @Brand", **counters, **more}


def test_a_post_as_the_lake_keeps_it(script) -> None:
    [page] = script(ok({"videos": [video("7527623000473079054", duration=12)], "cursor": 1, "has_more": False})).pages(NEWEST)
    assert page.chunk.readings["post_snapshot"].drop_columns(["source"]).to_pylist()[0] == {
        "post_id": "7527623000473079054",
        "creator_id": "open:open-1",
        "captured_at": NOW,
        "views": 20000,
        "likes": 1500,
        "comments": 100,
        "shares": 60,
        **dict.fromkeys(("saves", "reach", "views_paid", "views_2s", "views_6s", "avg_watch_seconds", "full_watch_pct", "new_followers")),
        "precision": "exact",
        **dict.fromkeys(f"{c}_rounding" for c in ("views", "likes", "comments", "shares", "saves")),
    }
    [post] = page.chunk.beside["post"].to_pylist()
    assert post == {
        "post_id": "7527623000473079054",
        "creator_id": "open:open-1",
        "handle": "lea",
        "published_at": datetime(2025, 7, 16, 10, 22, tzinfo=UTC),
        "caption": "Hello #GlowDay @Brand",
        "hashtags": ["glowday"],
        "mentions": ["brand"],
        "duration_seconds": 12.0,
        "media_type": "video",
        "music_id": None,
        "url": "https://www.tiktok.com/@lea/video/7527623000473079054",
        "region": None,
        "is_ad": None,
        "paid_partnership": None,
        "first_seen_at": NOW,
    }
    assert page.resume is None


def test_pages_go_back_to_since_by_cursor(script) -> None:
    first = ok({"videos": [video("1000000001", 1793534400), video("1000000002", 1793448000)], "cursor": 1793448000000, "has_more": True})
    second = ok({"videos": [video("1000000003", 1790000000)], "cursor": 1790000000000, "has_more": True})
    reading = script(first, second)
    pages = reading.pages(replace(NEWEST, since=datetime(2026, 10, 20, tzinfo=UTC)))
    assert [a.json for a in reading.server.asked] == [{"max_count": 20}, {"max_count": 20, "cursor": 1793448000000}]
    assert [p.resume for p in pages] == [{"cursor": 1793448000000}, None], "older than asked for: the end"
    assert reading.server.asked[0].headers["authorization"] == "Bearer act.first"


def test_an_old_pinned_post_is_no_end(script) -> None:
    pinned, fresh = video("1000000001", 1500000000), video("1000000002", 1793534400)
    reading = script(ok({"videos": [pinned, fresh], "cursor": 5, "has_more": True}), ok({"videos": [], "cursor": 4, "has_more": False}))
    assert len(reading.pages(replace(NEWEST, since=datetime(2026, 10, 20, tzinfo=UTC)))) == 2


def test_a_killed_job_goes_on_where_it_was(script) -> None:
    reading = script(ok({"videos": [], "cursor": 4, "has_more": False}))
    reading.pages(replace(NEWEST, resume={"cursor": 1793448000000}))
    assert reading.server.asked[0].json["cursor"] == 1793448000000


@pytest.mark.parametrize("videos", [[], [video("1000000001")]])
def test_a_list_that_goes_round_in_circles_is_an_outage_not_an_end(videos: list, script) -> None:
    reading = script(ok({"videos": videos, "cursor": 7, "has_more": True}))
    with pytest.raises(Outage, match="round in circles"):
        reading.pages(NEWEST)
    assert len(reading.server.asked) == 3


def test_named_posts_twenty_a_request(script) -> None:
    def answer(asked: Asked) -> Say:
        return Say(ok({"videos": [video(i) for i in asked.json["filters"]["video_ids"] if i != "1000000003"]}))

    ids = tuple(str(1000000000 + i) for i in range(25))
    reading = script(answer)
    pages = reading.pages(Job("display", "posts", CREATOR, posts=ids))
    assert [p.chunk.read for p in pages] == [19, 5], "a post that TikTok leaves out is not made up"
    assert [p.resume for p in pages] == [{"done": 20}, None]
    assert pages[1].context["posts"] == ",".join(ids[20:])
    reading.pages(Job("display", "posts", CREATOR, posts=ids, resume={"done": 20}))
    assert reading.server.asked[-1].json["filters"]["video_ids"] == list(ids[20:])


def test_a_changed_handle_stands_beside_the_same_creator(script) -> None:
    reading = script(ok({"user": {"username": "Lea.New", "follower_count": 10, "likes_count": 0}}))
    [page] = reading.pages(Job("display", "profile", CREATOR))
    [row] = page.chunk.readings["creator_snapshot"].to_pylist()
    assert (row["creator_id"], row["handle"], row["followers"], row["likes_total"], row["following"]) == (
        "open:open-1",
        "lea.new",
        10,
        0,
        None,
    )
    moved = video("1000000001") | {"share_url": "https://www.tiktok.com/@lea.new/photo/1000000001"}
    [page] = script(ok({"videos": [moved], "has_more": False})).pages(NEWEST)
    [post] = page.chunk.beside["post"].to_pylist()
    assert (post["creator_id"], post["handle"], post["media_type"]) == ("open:open-1", "lea.new", "photo")


def test_only_granted_fields_are_asked_for(script) -> None:
    reading = script(ok({"user": {"follower_count": 10}}))
    some = replace(CREATOR, scopes=frozenset({"user.info.basic", "user.info.stats"}))
    reading.pages(Job("display", "profile", some))
    assert "username" not in reading.server.asked[0].query["fields"]
    with pytest.raises(ScopeMissing, match="video.list"):
        reading.pages(Job("display", "newest", some))
    assert len(reading.server.asked) == 1, "refused before anything was sent"


def test_a_job_without_its_account_is_our_defect(script) -> None:
    with pytest.raises(OurError):
        script(ok({})).pages(Job("display", "newest"))


def test_an_unreadable_row_is_a_reject_and_the_others_stay(script) -> None:
    rows = [
        video("1000000001"),
        video("1000000002", view_count=-4),
        video("1000000003", like_count="1.5"),
        video("1000000004", share_count=True),
        video("1000000005", comment_count=[1]),
        video("1000000006", view_count=2**63),
        video("1000000007", "yesterday"),
        video("", view_count=1),
        "not an object",
        video("1000000008", view_count="17", like_count=12.0, share_count=None, comment_count="-"),
    ]
    [page] = script(ok({"videos": rows, "has_more": False})).pages(NEWEST)
    chunk = page.chunk
    kept = chunk.readings["post_snapshot"].select(["post_id", "views", "likes", "comments", "shares"]).to_pylist()
    assert [tuple(r.values()) for r in kept] == [("1000000001", 20000, 1500, 100, 60), ("1000000008", 17, 12, None, None)]
    assert (chunk.read, chunk.rejected) == (10, 8)
    assert [r["field"] for r in chunk.rejects.to_pylist()] == [
        "views",
        "likes",
        "shares",
        "comments",
        "views",
        "published_at",
        "post_id",
        "item",
    ]
    assert chunk.rejects.to_pylist()[0]["why"] == 'views is "-4"; a counter cannot be negative'


def test_a_kept_body_gives_the_same_chunk_again(script) -> None:
    reading = script(ok({"videos": [video("1000000001"), video("2", view_count="x")], "has_more": False}))
    [page] = reading.pages(NEWEST)
    again = reading.sources["display"].parse(page.body, page.context)
    assert again == page.chunk
    assert all(isinstance(v, str) for v in page.context.values())
