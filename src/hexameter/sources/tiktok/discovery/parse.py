"""Answers of Discovery: trending hashtags of one country. It asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.sources.files.text import hashtag_of
from hexameter.sources.tiktok.bodies import list_at
from hexameter.sources.tiktok.sheet import Sheet


def read_trends(answer: Mapping[str, Any], sheet: Sheet) -> None:
    """Hashtags with their rank, views and posts in the list's own period."""
    for raw in list_at(answer, "data", "list"):
        item = sheet.next(raw)
        counters = {
            "views": item.count("views"),
            "posts": item.count("posts"),
            "rank": item.count("rank", "rank_position"),
        }
        hashtag = hashtag_of(item.text("hashtag_name") or "")
        if not item.odd and hashtag is None:
            item.refuse("hashtag", "", "no hashtag is given")
        if sheet.refused(item):
            continue
        country = sheet.context.get("country", "").upper()
        sheet.reading("hashtag_snapshot", sheet.stamp(hashtag=hashtag, country=country, **counters))
