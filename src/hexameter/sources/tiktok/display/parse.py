"""Answers of the Display API: the account's profile, and its own public posts. It asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.sources.tiktok.bodies import list_at, object_at
from hexameter.sources.tiktok.sheet import Sheet, counted, media_of


def read_profile(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """The account's counters, under the handle it has now."""
    item = sheet.next(object_at(answer, "data", "user"))
    counters = {
        "followers": item.count("followers", "follower_count"),
        "following": item.count("following", "following_count"),
        "likes_total": item.count("likes_total", "likes_count"),
        "videos_total": item.count("videos_total", "video_count"),
    }
    if not item.odd and all(v is None for v in counters.values()):
        item.refuse("followers", "", "the answer holds no counter of the profile")
    if sheet.refused(item):
        return
    handle = item.handle("username") or sheet.context.get("handle")
    sheet.reading("creator_snapshot", sheet.stamp(creator_id=sheet.context["creator_id"], handle=handle, precision="exact", **counters))


def read_videos(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """Posts with their counters."""
    for raw in list_at(answer, "data", "videos"):
        item = sheet.next(raw)
        counters = {c: item.count(c, key) for c, key in _COUNTERS.items()}
        url = item.text("share_url")
        duration = item.real("duration_seconds", "duration")
        post = sheet.post(
            item, url=url, caption=item.text("video_description", "title"), media_type=media_of(url), duration_seconds=duration
        )
        if post is not None:
            sheet.reading("post_snapshot", counted(post, sheet, **counters))
            sheet.beside("post", post)


_COUNTERS = {"views": "view_count", "likes": "like_count", "comments": "comment_count", "shares": "share_count"}
