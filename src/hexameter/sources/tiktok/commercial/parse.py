"""Answers of the Commercial Content API: posts disclosed as paid partnerships, without counters. It asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.sources.tiktok.bodies import list_at, object_at
from hexameter.sources.tiktok.items import Item
from hexameter.sources.tiktok.sheet import Sheet, media_of


def read_contents(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """The posts of each disclosed content: who, when, where. "Promotional content" promotes the creator's own brand: no partnership."""
    for raw in list_at(answer, "data", "commercial_contents"):
        content = Item(0, raw)
        videos = list_at(raw, "videos")
        if content.odd or (videos == [] and object_at(raw).get("videos") not in (None, [])):
            item = sheet.next(raw)
            if not item.odd:
                item.refuse("videos", item.raw.get("videos"), "expected a list of posts")
            sheet.refused(item)
            continue
        handle = Item(0, content.raw.get("creator") or {}).handle("username")
        own = "promotional" in (content.text("label") or "").lower()
        for video in videos:
            item = sheet.next(video)
            when = Item(item.row, content.raw)
            published = when.instant("published_at", "create_timestamp")
            item.odd += when.odd
            url = item.text("url")
            post = sheet.post(item, published_at=published, handle=handle, url=url, media_type=media_of(url), paid_partnership=not own)
            if post is not None:
                sheet.reading("post", post)
