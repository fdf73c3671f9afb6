"""What the lake holds about single posts: how they describe themselves, and every reading of one. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hexameter.contracts.records import Keep
from hexameter.contracts.spelling import instant_text, post_id_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.services.house import House

_DESCRIBED = ("post_id", "handle", "published_at", "caption", "duration_seconds", "media_type", "url", "region", "paid_partnership")
_READ = ("captured_at", "source", "views", "likes", "comments", "shares", "saves", "reach", "precision", "views_rounding", "batch_id")
_LAST = 1000


def descriptions(house: House, post_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Posts in their own words, by id: handle, published_at, caption, duration_seconds, media_type, url, region, paid_partnership.

    The newest description stands; a post the lake does not know has none.
    """
    wanted = sorted(set(post_ids))
    if not wanted:
        return {}
    rows = _rows(house, "post", wanted, (*_DESCRIBED, "ingested_at", "seq"))
    rows.sort(key=lambda row: (row.pop("ingested_at"), row.pop("seq")))
    return {row["post_id"]: {name: _shown(value) for name, value in row.items()} for row in rows}


def readings(house: House, post: str, as_of: str | datetime | None = None) -> list[dict[str, Any]]:
    """Every reading of a post, newest first, at most 1,000: its counters, source, precision, and the batch and file it came by.

    In      post   an id or an address
    Raises  BadValue
    """
    until = house.clock.now() if as_of is None else as_of
    rows = _rows(house, "post_snapshot", [post_id_of(post)], _READ)
    known = [{name: _shown(value) for name, value in row.items()} for row in rows if _instant(row["captured_at"]) <= _instant(until)]
    known.sort(key=lambda row: (row["captured_at"], row["source"]), reverse=True)
    origins = _origins(house, {row["batch_id"] for row in known})
    return [{**row, "origin": origins.get(row["batch_id"])} for row in known[:_LAST]]


def _rows(house: House, name: str, post_ids: list[str], columns: tuple[str, ...]) -> list[dict[str, Any]]:
    snapshot, engine = house.lake.snapshot(), house.engine()
    if name not in snapshot.versions:
        return []
    try:
        table: ir.Table = engine.table(snapshot, name, Keep(post_ids=frozenset(post_ids)))
        rows: list[dict[str, Any]] = engine.fetch(table.filter(table.post_id.isin(post_ids)).select(*columns)).to_pylist()
    finally:
        engine.release()
    return rows


def _origins(house: House, batches: set[str]) -> dict[str, str]:
    snapshot, engine = house.lake.snapshot(), house.engine()
    if not batches or "batch" not in snapshot.versions:
        return {}
    try:
        table: ir.Table = engine.table(snapshot, "batch")
        rows = engine.fetch(table.filter(table.batch_id.isin(sorted(batches))).select("batch_id", "origin")).to_pylist()
    finally:
        engine.release()
    return {row["batch_id"]: row["origin"] for row in rows}


def _instant(value: str | datetime) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _shown(value: Any) -> Any:
    return instant_text(_instant(value)) if isinstance(value, datetime) else value
