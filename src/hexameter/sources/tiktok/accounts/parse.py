"""Answers of the Accounts API: an account with its days and audience, and its posts with retention and audience. It asks for nothing.

Fields that TikTok leaves out of an answer (insights of posts idle for a week) stay null: the lake keeps the last value it was told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from hexameter.sources.tiktok.bodies import list_at, object_at
from hexameter.sources.tiktok.items import Item, blank
from hexameter.sources.tiktok.sheet import Row, Sheet, counted, media_of

_END_OF_DAY = time(23, 59, 59, tzinfo=UTC)
_SLICES = {  # list in the answer -> dimension, key
    "audience_ages": ("age", "age"),
    "audience_genders": ("gender", "gender"),
    "audience_countries": ("country", "country"),
    "audience_cities": ("city", "city_name"),
    "audience_types": ("viewer_type", "type"),
    "impression_sources": ("impression_source", "impression_source"),
}
_COUNTERS = {
    "views": ("video_views",),
    "likes": ("likes",),
    "comments": ("comments",),
    "shares": ("shares",),
    "saves": ("favorites",),
    "reach": ("reach",),
    "new_followers": ("new_followers",),
}


def read_profile(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """The account's totals now; beside them its days and its followers' audience."""
    item = sheet.next(object_at(answer, "data"))
    counters = {
        "followers": item.count("followers", "followers_count"),
        "following": item.count("following", "following_count"),
        "likes_total": item.count("likes_total", "total_likes"),
        "videos_total": item.count("videos_total", "videos_count"),
    }
    if not item.odd and all(v is None for v in counters.values()):
        item.refuse("followers", "", "the answer holds no counter of the account")
    if sheet.refused(item):
        return
    who = {"creator_id": sheet.context["creator_id"], "handle": item.handle("username") or sheet.context.get("handle")}
    sheet.reading("creator_snapshot", sheet.stamp(**who, precision="exact", **counters))
    for raw in list_at(item.raw, "metrics"):
        _read_day(Item(item.row, raw), sheet.context["creator_id"], sheet)
    _read_slices(item, {"creator_id": who["creator_id"], "post_id": ""}, sheet)


def read_videos(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """Posts with their counters; beside them who watched, from where and for how long."""
    for raw in list_at(answer, "data", "videos"):
        item = sheet.next(raw)
        counters: Row = {c: item.count(c, *keys) for c, keys in _COUNTERS.items()}
        counters["avg_watch_seconds"] = item.real("avg_watch_seconds", "average_time_watched")
        rate = item.real("full_watch_pct", "full_video_watched_rate", most=1.0)
        counters["full_watch_pct"] = None if rate is None else rate * 100
        url = item.text("share_url")
        kind = (item.text("media_type") or media_of(url) or "").lower() or None
        duration = item.real("duration_seconds", "video_duration")
        ad = item.raw.get("is_ad")
        post = sheet.post(
            item,
            url=url,
            caption=item.text("caption"),
            media_type=kind,
            duration_seconds=duration,
            is_ad=ad if isinstance(ad, bool) else None,
        )
        if post is None:
            continue
        sheet.reading("post_snapshot", counted(post, sheet, **counters))
        sheet.beside("post", post)
        _read_retention(item, post, sheet)
        _read_slices(item, {"creator_id": post["creator_id"], "post_id": post["post_id"]}, sheet)


def _read_day(item: Item, creator_id: str, sheet: Sheet) -> None:
    """One day of `metrics`. `daily_total_followers` is the day's net growth, whatever its name says; likes are gross.

    The handle is left out: today's may not have been that day's.
    """
    day = item.day("day", "date")
    figures = {
        "video_views": item.count("video_views"),
        "unique_viewers": item.count("unique_viewers", "unique_video_views"),
        "profile_views": item.count("profile_views"),
        "likes": item.count("likes"),
        "comments": item.count("comments", negative=True),
        "shares": item.count("shares"),
        "followers_net": item.count("followers_net", "daily_total_followers", negative=True),
    }
    won, lost = item.count("new_followers", "daily_new_followers"), item.count("lost_followers", "daily_lost_followers")
    total = item.count("followers", "followers_count")
    if figures["followers_net"] is None and won is not None and lost is not None:
        figures["followers_net"] = won - lost
    if day is None and not item.odd:
        item.refuse("day", "", "the figures name no day")
    if item.odd or day is None:
        sheet.note(item)
        return
    if any(v is not None for v in figures.values()):  # the newest days are blank for up to two days
        sheet.beside("account_day", {"creator_id": creator_id, "day": day, "source": sheet.source, **figures})
    if total is not None and (closed := datetime.combine(day, _END_OF_DAY)) <= sheet.at:
        past = {"creator_id": creator_id, "captured_at": closed, "source": sheet.source}
        sheet.beside("creator_snapshot", {**past, "followers": total, "precision": "exact"})
    for raw in list_at(item.raw, "audience_activity"):
        _read_hour(Item(item.row, raw), day.isoformat(), creator_id, sheet)


def _read_hour(item: Item, day: str, creator_id: str, sheet: Sheet) -> None:
    hour, active = item.count("hour"), item.count("count")
    if hour is not None and hour > 23:
        item.refuse("hour", hour, "expected 0 to 23")
    if hour is not None and active is not None and not item.odd:
        slice_ = {"creator_id": creator_id, "post_id": "", "dimension": "active_followers", "key": f"{day}T{hour:02d}"}
        sheet.beside("audience", sheet.stamp(**slice_, value=float(active)))
    sheet.note(item)


def _read_retention(item: Item, post: Row, sheet: Sheet) -> None:
    seen: set[float] = set()
    for raw in list_at(item.raw, "video_view_retention"):
        point = Item(item.row, raw)
        second, share = point.real("second"), point.real("share", "percentage", most=1.0)
        if second is not None and share is not None and second not in seen:
            seen.add(second)
            sheet.beside("retention", sheet.stamp(post_id=post["post_id"], second=second, share=share))
        sheet.note(point)


def _read_slices(item: Item, whose: Row, sheet: Sheet) -> None:
    for name, (dimension, key) in _SLICES.items():
        seen: set[str] = set()
        for raw in list_at(item.raw, name):
            part = Item(item.row, raw)
            label, share = part.text(key), part.real("share", "percentage", most=1.0)
            label = re.sub(r"\s+", " ", label).strip()[:120] if label and not blank(label) else None
            if label and share is not None and label not in seen:
                seen.add(label)
                sheet.beside("audience", sheet.stamp(**whose, dimension=dimension, key=label, share=share))
            sheet.note(part)
