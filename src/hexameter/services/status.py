"""What is in the home, at a glance: rows, batches, campaigns, and how fresh the readings are. It measures no KPI."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tables import TABLES
from hexameter.services.tracking.standing import tracking

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.contracts.protocols import Engine, Snapshot
    from hexameter.services.house import House

_LAST_BATCHES = 5


def status(house: House) -> dict[str, Any]:
    """The home in figures.

    Out  home, summary (one sentence), posts, creators, imports {batches, last}, newest {post_reading, follower_reading}, campaigns,
         tracking (services.tracking.standing), tables
    """
    snapshot = house.lake.snapshot()
    tables = _tables(snapshot)
    campaigns = [{"slug": c.slug, "from": str(c.period.from_day), "to": str(c.period.to_day)} for c in house.desk.campaigns()]
    engine = house.engine()
    try:
        posts, creators = (_count(engine, snapshot, name, key) for name, key in (("post", "post_id"), ("creator", "creator_id")))
        newest = {
            "post_reading": _newest(engine, snapshot, "post_snapshot"),
            "follower_reading": _newest(engine, snapshot, "creator_snapshot"),
        }
        last = _batches(engine, snapshot)
    finally:
        engine.release()
    batches = tables.get("batch", {}).get("rows", 0)
    return {
        "home": str(house.home),
        "summary": _sentence(batches, posts, creators, len(campaigns), newest["post_reading"]),
        "posts": posts,
        "creators": creators,
        "imports": {"batches": batches, "last": last},
        "newest": newest,
        "campaigns": campaigns,
        "tracking": tracking(house),
        "tables": tables,
    }


def _tables(snapshot: Snapshot) -> dict[str, dict[str, int]]:
    found = {}
    for table in TABLES:
        if table.name in snapshot.versions:
            files = snapshot.files(table.name)
            size = {"rows": sum(f.rows for f in files), "bytes": sum(f.bytes for f in files), "files": len(files)}
            found[table.name] = {**size, "version": snapshot.versions[table.name]}
    return found


def _count(engine: Engine, snapshot: Snapshot, name: str, key: str) -> int:
    if name not in snapshot.versions:
        return 0
    rows = engine.table(snapshot, name)
    return int(engine.fetch(rows.aggregate(n=rows[key].nunique()))["n"][0].as_py())


def _newest(engine: Engine, snapshot: Snapshot, name: str) -> str | None:
    if name not in snapshot.versions:
        return None
    rows = engine.table(snapshot, name)
    return _text(engine.fetch(rows.aggregate(newest=rows.captured_at.max()))["newest"][0].as_py())


def _batches(engine: Engine, snapshot: Snapshot) -> list[dict[str, Any]]:
    if "batch" not in snapshot.versions:
        return []
    rows: ir.Table = engine.table(snapshot, "batch")
    shown = rows.order_by(rows.ingested_at.desc()).limit(_LAST_BATCHES)
    wanted = ("batch_id", "source", "origin", "read", "stored", "duplicates", "rejected", "ended_at")
    return [{**row, "ended_at": _text(row["ended_at"])} for row in engine.fetch(shown.select(*wanted)).to_pylist()]


def _sentence(batches: int, posts: int, creators: int, campaigns: int, newest: str | None) -> str:
    if not batches:
        return "Nothing has been imported yet: hexameter import FILE, or hexameter demo for a simulated campaign."
    counted = ((posts, "post"), (creators, "creator"), (batches, "import"), (campaigns, "campaign"))
    said = ", ".join(f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in counted) + "."
    return said if newest is None else f"{said} The newest reading of a post is of {newest}."


def _text(moment: Any) -> str | None:
    return instant_text(moment.replace(tzinfo=UTC)) if isinstance(moment, datetime) else None
