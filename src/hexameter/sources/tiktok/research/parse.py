"""Answers of the Research API: posts of anyone, and a profile. It asks for nothing.

Fields that the API leaves out stay null: it omits zero and unknown alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.sources.files.text import hashtag_of
from hexameter.sources.tiktok.bodies import list_at, object_at
from hexameter.sources.tiktok.items import Item, id_of
from hexameter.sources.tiktok.sheet import Row, Sheet, counted, hashtags_in, words_of

_COUNTERS = {
    "views": ("view_count",),
    "likes": ("like_count",),
    "comments": ("comment_count",),
    "shares": ("share_count",),
    "saves": ("favorites_count", "favourites_count"),
}


def read_profile(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """The profile of the handle that was asked for: the answer does not repeat it."""
    data = object_at(answer, "data")
    item = sheet.next(object_at(data, "user") or data)
    counters = {
        "followers": item.count("followers", "follower_count"),
        "following": item.count("following", "following_count"),
        "likes_total": item.count("likes_total", "likes_count"),
        "videos_total": item.count("videos_total", "video_count"),
    }
    handle = sheet.context.get("handle")
    if not item.odd and (not handle or all(v is None for v in counters.values())):
        item.refuse("followers", "", "the answer holds no counter of the profile")
    if not sheet.refused(item):
        sheet.reading("creator_snapshot", sheet.stamp(creator_id=f"@{handle}", handle=handle, precision="exact", **counters))


def read_videos(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """Posts with their counters: those that carry one of the hashtags asked for, letter by letter, since TikTok matches loosely.

    Posts that an earlier page of the same list showed are left out: the list had to be begun again.
    """
    asked = frozenset(t for word in sheet.context.get("hashtags", "").split(",") if (t := hashtag_of(word)))
    seen = frozenset(sheet.context.get("seen", "").split(","))
    for raw in list_at(answer, "data", "videos"):
        found = object_at(raw)
        if (seen and id_of(found.get("id") or found.get("video_id")) in seen) or (asked and not _carries(found, asked)):
            continue
        _read_video(sheet.next(raw), sheet)


def _read_video(item: Item, sheet: Sheet) -> None:
    counters: Row = {c: item.count(c, *keys) for c, keys in _COUNTERS.items()}
    handle = item.handle("username")
    post_id = item.id("post_id", "id", "video_id")
    music = id_of(item.raw.get("music_id"))
    duration = item.real("duration_seconds", "video_duration")
    post = sheet.post(
        item,
        post_id=post_id,
        handle=handle,
        creator_id=f"@{handle}" if handle else None,
        caption=item.text("video_description"),
        hashtags=_tags(item.raw),
        mentions=words_of(item.raw.get("video_mention_list")),
        duration_seconds=duration,
        music_id=music,
        region=item.text("region_code"),
        # the answer has no address; that of a photo post, which lasts no time, would be another one
        url=f"https://www.tiktok.com/@{handle}/video/{post_id}" if handle and post_id and duration else None,
        paid_partnership=_branded(item.raw.get("video_tag")),
    )
    if post is not None:
        sheet.reading("post_snapshot", counted(post, sheet, **counters))
        sheet.beside("post", post)


def _tags(raw: Mapping[str, Any]) -> list[str] | None:
    return words_of(raw.get("hashtag_names")) or words_of(raw.get("hashtag_info_list"), "hashtag_description")


def _carries(raw: Mapping[str, Any], asked: frozenset[str]) -> bool:
    """Whether a post carries one of the hashtags; an object that is none is kept, to be told as a reject."""
    if not raw:
        return True
    listed = _tags(raw)
    caption = raw.get("video_description")
    words = listed if listed is not None else hashtags_in(caption) if isinstance(caption, str) else []
    return not asked.isdisjoint(t for word in words if (t := hashtag_of(word)))


def _branded(tags: Any) -> bool | None:
    """`video_tag`: type Branded, number 1 is a paid partnership. What it does not say is unknown."""
    for tag in tags if isinstance(tags, list) else [tags]:
        if isinstance(tag, dict) and str(tag.get("type")).lower().startswith("brand") and str(tag.get("number")) == "1":
            return True
    return None
