"""The Research API's profiles, followers and comments, as TIKTOK.md A4, A5 and F3 have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.standin.server.stand import WORLD, Stand, opened


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with opened() as running:
        yield running


@pytest.fixture(scope="module")
def headers(stand: Stand) -> dict[str, str]:
    return stand.research()


def _ask(stand: Stand, headers: dict[str, str], path: str, fields: str = "", **body: Any) -> Any:
    return stand.http.post(f"/v2/research/{path}/", params={"fields": fields} if fields else {}, json=body, headers=headers)


def test_a_profile_is_the_worlds_and_flat(stand: Stand, headers: dict[str, str]) -> None:
    data = _ask(stand, headers, "user/info", "follower_count,likes_count,video_count,is_verified", username=stand.busiest).json()["data"]
    (mine,) = [c for c in WORLD.creators(stand.clock.now()).to_pylist() if c["handle"] == stand.busiest]
    assert (data["follower_count"], data["likes_count"], data["video_count"]) == (
        mine["followers"],
        mine["likes_total"],
        mine["videos_total"],
    )
    assert "username" not in data


def test_an_unknown_user_is_named(stand: Stand, headers: dict[str, str]) -> None:
    answer = _ask(stand, headers, "user/info", "follower_count", username="nobody.at.all")
    assert answer.status_code == 400 and answer.json()["error"]["message"] == "nobody.at.all is invalid: cannot find the user"


@pytest.mark.parametrize("kind", ["followers", "following"])
def test_people_go_back_in_time_and_end(stand: Stand, headers: dict[str, str], kind: str) -> None:
    names: list[str] = []
    body: dict[str, Any] = {"username": stand.busiest, "max_count": 100}
    more, sizes = True, []
    while more:
        data = _ask(stand, headers, f"user/{kind}", **body).json()["data"]
        names += [p["username"] for p in data[f"user_{kind}"]]
        sizes.append(len(data[f"user_{kind}"]))
        assert data["cursor"] < body.get("cursor", stand.platform.second)
        body["cursor"], more = data["cursor"], data["has_more"]
    assert len(set(names)) == len(names) <= 5_000 and max(sizes) < 100
    assert (len(sizes) == 50) == (kind == "followers")


def test_comments_are_the_first_thousand(stand: Stand, headers: dict[str, str]) -> None:
    post = max(stand.truth().values(), key=lambda r: r["comments"])
    ids: list[int] = []
    cursor, more = 0, True
    while more:
        fields = "id,video_id,parent_comment_id,text,create_time"
        data = _ask(stand, headers, "video/comment/list", fields, video_id=int(post["post_id"]), max_count=100, cursor=cursor).json()[
            "data"
        ]
        assert all(c["parent_comment_id"] == c["video_id"] == int(post["post_id"]) for c in data["comments"])
        ids += [c["id"] for c in data["comments"]]
        cursor, more = data["cursor"], data["has_more"]
    assert len(set(ids)) == len(ids) == min(post["comments"], 1_000)


def test_comments_are_of_a_video_or_of_a_comment(stand: Stand, headers: dict[str, str]) -> None:
    for body in ({}, {"video_id": 1, "comment_id": 2}, {"video_id": 1}):
        assert _ask(stand, headers, "video/comment/list", "id", **body).status_code == 400
