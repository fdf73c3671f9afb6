"""Rows of an answer, gathered by lake table, become a chunk. It checks no value: `items` does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
import pyarrow as pa

from hexameter.contracts.records import Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.sources.files.cells import REJECT_SCHEMA
from hexameter.sources.files.descriptions import described, raw
from hexameter.sources.files.text import words_in
from hexameter.sources.tiktok.items import Item, handle_in, issued_at

Row = dict[str, Any]
_TEXTS = ("caption", "url", "region", "music_id", "media_type")
_LISTS = ("hashtags", "mentions")


class Sheet:
    """What one answer says, row by row.

    In      context  the page's: source (`api`), captured_at, creator_id, handle
    """

    def __init__(self, context: Mapping[str, str]):
        self.context = context
        self.source = context["api"]
        self.at = datetime.fromisoformat(context["captured_at"])
        self._readings: dict[str, list[Row]] = {}
        self._beside: dict[str, list[Row]] = {}
        self._rejects: list[tuple[int, str, str, str]] = []
        self._read = 0
        self._rejected = 0

    def next(self, raw: object) -> Item:
        """The next object of the answer, counted as read."""
        self._read += 1
        return Item(self._read, raw)

    def refused(self, item: Item) -> bool:
        """Whether something of the object could not be read: it is then left out whole, with the reasons."""
        odd = bool(item.odd)
        self._rejected += odd
        self.note(item)
        return odd

    def note(self, item: Item) -> None:
        """Tell what could not be read, although the object stays: a slice of an audience, a second of a retention curve."""
        self._rejects += [(item.row, *odd) for odd in item.odd]
        item.odd = []

    def reading(self, table: str, row: Row) -> None:
        """A row that counts as read."""
        self._readings.setdefault(table, []).append(row)

    def beside(self, table: str, row: Row) -> None:
        """A row that accompanies a reading."""
        self._beside.setdefault(table, []).append(row)

    def stamp(self, **row: Any) -> Row:
        """A row with when and from where it was read."""
        return {"captured_at": self.at, "source": self.source, **row}

    def post(self, item: Item, **known: Any) -> Row | None:
        """Who and what a post is: post_id, creator_id, handle, published_at, url and whatever else is known of it.

        `known` wins; creator_id and handle else come from the address and the context. None: it cannot be a row, and says why.
        """
        post_id = known.pop("post_id", None) or item.id("post_id", "id", "item_id", "video_id")
        handle = known.pop("handle", None) or handle_in(known.get("url")) or self.context.get("handle") or None
        creator = known.pop("creator_id", None) or self.context.get("creator_id") or (f"@{handle}" if handle else None)
        published = known.pop("published_at", None) or item.instant("published_at", "create_time")
        if post_id is None and not item.odd:
            item.refuse("post_id", "", "no id of the post; expected one like 7527623000473079054")
        if creator is None and not item.odd:
            item.refuse("creator", "", "the answer does not say whose post it is")
        if self.refused(item) or post_id is None:
            return None
        return {
            "post_id": post_id,
            "creator_id": creator,
            "handle": handle,
            "published_at": published or issued_at(post_id),
            "first_seen_at": self.at,
            **known,
        }

    def chunk(self) -> Chunk:
        """Everything gathered, as lake tables."""
        return Chunk(
            read=self._read,
            readings={name: _table(name, rows) for name, rows in self._readings.items()},
            beside={name: _table(name, rows) for name, rows in self._beside.items()},
            rejects=pa.Table.from_pylist(
                [dict(zip(REJECT_SCHEMA.names, reject, strict=True)) for reject in self._rejects], schema=REJECT_SCHEMA
            ),
            rejected=self._rejected,
        )


def counted(post: Row, sheet: Sheet, **counters: Any) -> Row:
    """A reading of a post's counters.

    In      post  as `Sheet.post` gave it
    """
    return sheet.stamp(post_id=post["post_id"], creator_id=post["creator_id"], precision="exact", **counters)


def _table(name: str, rows: list[Row]) -> pa.Table:
    if name == "post":
        rows = _described(rows)
    return pa.Table.from_pylist(rows, schema=BY_NAME[name].source_schema)


def _described(rows: list[Row]) -> list[Row]:
    """Captions, hashtags, mentions, addresses and the rest as every source spells them."""
    texts = {c: pl.Series(c, [r.get(c) for r in rows], dtype=pl.String) for c in _TEXTS}
    lists = {c: pl.Series(c, [r.get(c) for r in rows], dtype=pl.List(pl.String)) for c in _LISTS}
    spelt = {s.name: s.to_list() for s in described(pl.DataFrame(raw(pl.DataFrame({**texts, **lists}))))}
    return [row | {c: values[i] for c, values in spelt.items()} for i, row in enumerate(rows)]


def words_of(value: object, *keys: str) -> list[str] | None:
    """A list of words from a list of text, or of objects that carry the word under one of the keys; None where there is no such list.

    Example words_of([{"hashtag_name": "fun"}, "ad"], "hashtag_name") -> ["fun", "ad"]
    """
    if not isinstance(value, list):
        return None
    named = (next((v.get(k) for k in keys if v.get(k)), None) if isinstance(v, dict) else v for v in value)
    found = [word for word in named if isinstance(word, str)]
    return found or None


def media_of(url: str | None) -> str | None:
    """Whether an address is a photo's or a video's; None where it does not say.

    Example media_of("https://www.tiktok.com/@lea/photo/1") -> "photo"
    """
    return next((kind for kind in ("photo", "video") if url and f"/{kind}/" in url), None)


def hashtags_in(caption: str) -> list[str]:
    """The hashtags of a caption, as every source cuts them out.

    Example hashtags_in("Hello #GlowDay") -> ["glowday"]
    """
    return list(words_in(pl.Series([caption]))[0][0])
