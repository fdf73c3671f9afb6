"""The Display API as TIKTOK.md B2 and F5 have it: the creator's own, exact, and nothing else. Faults are tested elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hexameter.standin.server.ledger import Quotas
from tests.standin.server.stand import APPS, EARLY, WORLD, Stand, opened

USER_FIELDS = (
    "open_id,union_id,avatar_url,display_name,bio_description,is_verified,username,follower_count,following_count,likes_count,video_count"
)


@pytest.fixture
def stand() -> Iterator[Stand]:
    with opened() as running:
        yield running


def _counters(video: dict[str, Any]) -> dict[str, int]:
    return {
        name: video[f"{one}_count"] for name, one in (("views", "view"), ("likes", "like"), ("comments", "comment"), ("shares", "share"))
    }


def test_all_pages_together_are_the_truth(stand: Stand) -> None:
    headers = stand.display()
    for _ in range(3):
        stand.wait(hours=30)
        headers = stand.display()
        truth = stand.truth(stand.busiest)
        rows = [v for page in stand.all_videos(headers, max_count=7) for v in page]
        assert {v["id"]: _counters(v) for v in rows} == {
            i: {n: r[n] for n in ("views", "likes", "comments", "shares")} for i, r in truth.items()
        }
        assert len(rows) == len(truth) > 10


def test_pages_are_newest_first_before_a_cursor_in_milliseconds(stand: Stand) -> None:
    headers = stand.display()
    pages = stand.all_videos(headers, max_count=5)
    times = [v["create_time"] for page in pages for v in page]
    assert times == sorted(times, reverse=True) and [len(p) for p in pages[:-1]] == [5] * (len(pages) - 1)
    data = stand.videos(headers, cursor=times[3] * 1000, max_count=20).json()["data"]
    assert data["videos"][0]["create_time"] == times[4]
    assert stand.videos(headers, max_count=1).json()["data"]["cursor"] // 1000 == times[0]


def test_a_page_has_ten_videos_unless_asked_and_never_more_than_twenty(stand: Stand) -> None:
    headers = stand.display()
    assert len(stand.videos(headers).json()["data"]["videos"]) == 10
    answer = stand.videos(headers, max_count=21)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "invalid_params"


@pytest.mark.parametrize("fields", ["", "id,saves"])
def test_fields_are_named_and_known(stand: Stand, fields: str) -> None:
    answer = stand.videos(stand.display(), fields=fields)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "invalid_params"


def test_a_video_carries_the_documented_address_and_words(stand: Stand) -> None:
    video = stand.videos(stand.display()).json()["data"]["videos"][0]
    assert video["share_url"].startswith(f"https://www.tiktok.com/@{stand.busiest}/")
    assert video["share_url"].endswith(f"?utm_campaign=tt4d_open_api&utm_source={APPS.client_key}")
    assert isinstance(video["id"], str) and len(video["video_description"]) <= 150


def test_a_query_gives_own_videos_and_leaves_others_out(stand: Stand) -> None:
    headers, own = stand.display(), list(stand.truth(stand.busiest))[:3]
    other = next(i for i in stand.truth() if i not in stand.truth(stand.busiest))

    def ask(*ids: str) -> Any:
        body = {"filters": {"video_ids": ids}}
        return stand.http.post("/v2/video/query/", params={"fields": "id,view_count"}, json=body, headers=headers)

    found = {v["id"]: v["view_count"] for v in ask(*own, other, "123").json()["data"]["videos"]}
    assert found == {i: stand.truth()[i]["views"] for i in own}
    assert ask(*(str(i) for i in range(21))).status_code == ask().status_code == 400


def test_a_profile_is_the_worlds(stand: Stand) -> None:
    user = stand.http.get("/v2/user/info/", params={"fields": USER_FIELDS}, headers=stand.display()).json()["data"]["user"]
    (mine,) = [c for c in WORLD.creators(stand.clock.now()).to_pylist() if c["handle"] == stand.busiest]
    names = {"follower_count": "followers", "following_count": "following", "likes_count": "likes_total", "video_count": "videos_total"}
    assert {names[n]: user[n] for n in names} == {n: mine[n] for n in names.values()}
    assert user["username"] == mine["handle"]


def test_what_was_not_granted_is_refused(stand: Stand) -> None:
    headers = stand.display(ticked="user.info.basic")
    assert stand.http.get("/v2/user/info/", params={"fields": "display_name"}, headers=headers).status_code == 200
    for answer in (stand.videos(headers), stand.http.get("/v2/user/info/", params={"fields": "follower_count"}, headers=headers)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "scope_not_authorized")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer act.nothing"}, {"Access-Token": "act.nothing"}])
def test_without_a_good_token_nothing_is_read(stand: Stand, headers: dict[str, str]) -> None:
    answer = stand.videos(headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "access_token_invalid")


def test_the_601st_request_of_a_minute_is_refused(stand: Stand) -> None:
    headers = stand.display()
    codes = [stand.videos(headers, max_count=1).status_code for _ in range(600)]
    stand.wait(seconds=59)
    refused = stand.videos(headers, max_count=1)
    assert set(codes) == {200} and (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limit_exceeded")
    assert stand.http.get("/v2/user/info/", params={"fields": "display_name"}, headers=headers).status_code == 200
    stand.wait(seconds=1)
    assert stand.videos(headers, max_count=1).status_code == 200


def test_a_renamed_account_keeps_its_posts_and_shows_its_new_handle() -> None:
    creator = int(WORLD.changes.renamed_at.argmin())
    with opened(EARLY) as stand:
        before, after = str(WORLD.cast.handle[creator]), str(WORLD.changes.new_handle[creator])
        stand.until(int(WORLD.changes.renamed_at[creator]) - 1)
        headers = stand.display(before)
        assert all(f"/@{before}/" in v["share_url"] for v in stand.videos(headers).json()["data"]["videos"])
        stand.wait(seconds=1)
        rows = stand.videos(headers).json()["data"]["videos"]
        assert rows and all(f"/@{after}/" in v["share_url"] for v in rows)


def test_deleted_and_private_posts_drop_out_and_private_ones_come_back() -> None:
    spells = WORLD.changes
    place = int(((spells.private_until < WORLD.works.gone) & (spells.private_from < WORLD.window[1])).argmax())
    with opened(EARLY) as stand:
        post, creator = str(WORLD.works.post_id[place]), int(WORLD.works.creator[place])

        def seen(second: int) -> bool:
            stand.until(second)
            headers = stand.display(stand.platform.handles(second)[creator])
            return any(v["id"] == post for page in stand.all_videos(headers, max_count=20) for v in page)

        start, end = int(spells.private_from[place]), int(spells.private_until[place])
        assert [seen(s) for s in (start - 1, start, end - 1, end)] == [True, False, False, True]
        stand.platform.delete([place])
        assert not seen(end) and post not in stand.truth()


def test_limits_may_be_others_or_none() -> None:
    for allowed, codes in ((2, [200, 200, 429]), (0, [200, 200, 200])):
        with opened(quotas=Quotas(display_minute=allowed)) as stand:
            headers = stand.display()
            assert [stand.videos(headers, max_count=1).status_code for _ in range(3)] == codes
