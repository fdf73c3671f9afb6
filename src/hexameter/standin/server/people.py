"""The Research API's profiles, followers and comments. Followers and commenters are made up on the spot, always the same ones."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from hexameter.standin.server.asked import fields_of, invalid, text, whole
from hexameter.standin.server.faults import chance
from hexameter.standin.server.gate import Call

_USER_FIELDS = (
    *("display_name", "bio_description", "avatar_url", "is_verified", "follower_count", "following_count", "likes_count", "video_count"),
    "bio_url",
)
_COMMENT_FIELDS = ("id", "video_id", "text", "like_count", "reply_count", "parent_comment_id", "create_time")
_REACHABLE_FOLLOWERS = 5_000
_REACHABLE_COMMENTS = 1_000
# Somebody follows so often; only who and when matter, not how many there really are.
_FOLLOWS_EVERY = 137
_WORDS = ("so good", "trop bien", "", "where is it from?", "***", "j'adore", "link?", "😍")


def user_info(call: Call) -> dict[str, Any]:
    """POST /v2/research/user/info/: counters as they are now; the username is not in the answer."""
    names, creator = fields_of(call, _USER_FIELDS), _user(call)
    profile = call.platform.profile(creator, call.second)
    found = {
        "display_name": call.platform.written(creator, call.second).title(),
        "bio_description": "simulated",
        "avatar_url": f"https://p16-sign-va.tiktokcdn.com/{creator}.jpeg",
        "is_verified": creator % 11 == 0,
        "follower_count": profile["followers"],
        "following_count": profile["following"],
        "likes_count": profile["likes_total"],
        "video_count": profile["videos_total"],
        "bio_url": "",
    }
    return {name: found[name] for name in names}


def followers(call: Call) -> dict[str, Any]:
    """POST /v2/research/user/followers/: back in time from a cursor in seconds; some 5,000 can be reached."""
    return _people(call, "user_followers", "fan")


def following(call: Call) -> dict[str, Any]:
    """POST /v2/research/user/following/: the same, the other way."""
    return _people(call, "user_following", "star")


def _people(call: Call, key: str, kind: str) -> dict[str, Any]:
    creator, count = _user(call), whole(call.body, "max_count", 20, 100)
    cursor = min(whole(call.body, "cursor", call.second, least=0), call.second)
    profile = call.platform.profile(creator, call.second)
    newest = call.second // _FOLLOWS_EVERY
    last = newest - min(profile["followers" if kind == "fan" else "following"], _REACHABLE_FOLLOWERS)
    first = cursor // _FOLLOWS_EVERY
    end = max(first - count, last)
    shown = [k for k in range(first, end, -1) if chance(creator, kind, k) > 0.1]
    rows = [{"display_name": f"{kind} {k % 1000}", "username": f"{kind}_{zlib.crc32(f'{creator}:{k}'.encode()):08x}"} for k in shown]
    return {key: rows, "cursor": end * _FOLLOWS_EVERY + _FOLLOWS_EVERY - 1, "has_more": end > last}


def comments(call: Call) -> dict[str, Any]:
    """POST /v2/research/video/comment/list/: the first thousand of a post's; replies of one comment by its id."""
    names, count = fields_of(call, _COMMENT_FIELDS), whole(call.body, "max_count", 10, 100)
    cursor, video, parent = whole(call.body, "cursor", 0, least=0), call.body.get("video_id"), call.body.get("comment_id")
    if (video is None) == (parent is None):
        raise invalid("Exactly one of video_id and comment_id is required")
    if parent is not None:
        return {"comments": [], "cursor": cursor, "has_more": False}
    place = call.platform.by_id.get(int(str(video))) if str(video).isdecimal() else None
    if place is None or not _seen(call, place):
        raise invalid(f"Video {video} is invalid: cannot find the video")
    which = call.platform.by_creator[int(call.platform.world.works.creator[place])]
    total = min(int(call.platform.counts(which[which == place], call.second)["comments"][0]), _REACHABLE_COMMENTS)
    rows = [_comment(call, place, i) for i in range(cursor, min(cursor + count, total))]
    bare = call.platform.faults.omit_zero
    shown = [{n: row[n] for n in names if row[n] or not bare} for row in rows]
    return {"comments": shown, "cursor": min(cursor + count, total), "has_more": cursor + count < total}


def _seen(call: Call, place: int) -> bool:
    own = call.platform.by_creator[int(call.platform.world.works.creator[place])]
    return bool((call.platform.visible(own, call.second) == place).any())


def _comment(call: Call, place: int, i: int) -> Mapping[str, Any]:
    works = call.platform.world.works
    video, published = int(works.post_id[place]), int(works.published[place])
    draw = int(chance(video % 2**31, "comment", i) * 2**20)
    return {
        "id": video + 1 + i * 2**16,
        "video_id": video,
        "text": _WORDS[draw % len(_WORDS)],
        "like_count": draw % 13,
        "reply_count": 0,
        "parent_comment_id": video,
        "create_time": published + (call.second - published) * draw // 2**20,
    }


def _user(call: Call) -> int:
    name = text(call.body, "username")
    creator = call.platform.creator(name, call.second)
    if creator is None:
        raise invalid(f"{name} is invalid: cannot find the user")
    return creator
