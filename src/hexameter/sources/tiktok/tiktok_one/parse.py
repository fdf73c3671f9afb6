"""Answers of TikTok One: a campaign's posts with views split into organic and paid, and a creator's public card. It asks for nothing.

Its numbers may be text. Shares of unclear unit (two and six second "views", a completion rate without %) are not read: a wrong unit is
worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.sources.tiktok.bodies import list_at, object_at
from hexameter.sources.tiktok.items import Item, real_of
from hexameter.sources.tiktok.sheet import Row, Sheet, counted, media_of

_COUNTERS = {"views": "video_views", "likes": "likes", "comments": "comments", "shares": "shares", "saves": "favorites", "reach": "reach"}


def read_report(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """The campaign's posts: totals with what was paid of the views."""
    for raw in list_at(answer, "data", "videos"):
        item = sheet.next(raw)
        about = Item(item.row, item.raw.get("video_info") or {})
        maker = Item(item.row, item.raw.get("creator_info") or {})
        counters: Row = {c: _total(item, c, key) for c, key in _COUNTERS.items()}
        counters["views_paid"] = item.count("views_paid", "video_views_paid")
        counters["avg_watch_seconds"] = item.real("avg_watch_seconds", "average_view_time")
        counters["full_watch_pct"] = _completion(item)
        post_id, published = about.id("post_id", "video_id"), about.instant("published_at", "create_time")
        item.odd += about.odd
        url = about.text("share_url")
        post = sheet.post(
            item, post_id=post_id, published_at=published, handle=maker.handle("handle_name"), url=url, media_type=media_of(url)
        )
        if post is not None:
            sheet.reading("post_snapshot", counted(post, sheet, **counters))
            sheet.beside("post", post)


def read_card(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """A creator's public totals. Their `creator_id` is the marketplace's own, so the handle names them."""
    item = sheet.next(object_at(answer, "data"))
    handle = item.handle("handle_name") or sheet.context.get("handle")
    counters = {
        "followers": item.count("followers", "followers_count"),
        "following": item.count("following", "following_count"),
        "likes_total": item.count("likes_total", "likes_count"),
        "videos_total": item.count("videos_total", "videos_count"),
    }
    if not item.odd and (handle is None or all(v is None for v in counters.values())):
        item.refuse("followers", "", "the answer holds no counter of a named creator")
    if not sheet.refused(item):
        sheet.reading("creator_snapshot", sheet.stamp(creator_id=f"@{handle}", handle=handle, precision="exact", **counters))


def _total(item: Item, counter: str, key: str) -> int | None:
    """The total; where only its two parts are given, their sum."""
    total = item.count(counter, key)
    if total is not None or item.odd:
        return total
    organic, paid = item.count(f"{counter}_organic", f"{key}_organic"), item.count(f"{counter}_paid", f"{key}_paid")
    return None if organic is None or paid is None or counter == "reach" else organic + paid


def _completion(item: Item) -> float | None:
    """The completion rate where it carries its percent sign; a bare number may be of either unit."""
    value = item.raw.get("video_completion_rate")
    number = real_of(value.strip().removesuffix("%")) if isinstance(value, str) and value.strip().endswith("%") else None
    return number if number is not None and 0 <= number <= 100 else None
