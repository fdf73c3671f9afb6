"""Files in, tables out: imports, their undoing, the lake's tables, downloads. Whatever leaves as a file is in the audit log."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from hexameter.errors import BadValue, NotFound
from hexameter.views.api.caller import Caller
from hexameter.views.api.route import Route, Taken
from hexameter.views.api.routes.numbers import LOOKING

LARGEST = 2 * 10**9
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
_BREAKDOWNS = ("posts", "creators", "hashtags")


def take_in(
    caller: Caller, path: Path, format: str | None = None, captured_at: str | None = None, creator: str | None = None,
    tz: str | None = None, columns: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Import a file sent as the body: how many rows were stored, duplicate or rejected, and why. `columns`: FIELD=COLUMN, by comma."""
    wishes = {"format": format, "captured_at": captured_at, "creator": creator, "tz": tz, "columns": _mapping(columns)}
    found: dict[str, Any] = caller.house.collect([path], **wishes)
    return {**found, "file": path.name}


def table_file(caller: Caller, table: str, kind: str = "csv", q: str = "", sort: str = "", order: str = "desc") -> Taken:
    """A lake table's rows that a filter leaves, as a file: csv or parquet."""
    path = _place(kind)
    try:
        caller.measured.alone(lambda: caller.house.take(table, path, kind, q=q, sort=sort, order=order))
    except BaseException:
        path.unlink()
        raise
    return Taken(path, f"{table}.{kind}", MEDIA_TYPES[kind], f"{table}.{kind}: {q}" if q else f"{table}.{kind}")


def campaign_file(caller: Caller, slug: str, what: str, kind: str = "csv", **ask: Any) -> Taken:
    """The posts, creators or hashtags of a campaign, as a file: csv or parquet."""
    if what not in _BREAKDOWNS:
        raise NotFound(f"there is no file of {what[:50]}.", field="what", value=what, hint=f"Known: {', '.join(_BREAKDOWNS)}.")
    path = _place(kind)
    try:
        caller.measured.alone(lambda: caller.house.export(what, path, kind=kind, campaign=slug, **ask))
    except BaseException:
        path.unlink()
        raise
    return Taken(path, f"{slug}-{what}.{kind}", MEDIA_TYPES[kind], f"campaign {slug}: {what}.{kind}")


def _mapping(text: str | None) -> dict[str, str]:
    pairs = [part.partition("=") for part in (text or "").split(",") if part.strip()]
    if not all(equals for _, equals, _ in pairs):
        raise BadValue(f"columns is '{(text or '')[:80]}'; expected FIELD=COLUMN, by comma.", field="columns", value=text)
    return {field.strip(): column.strip() for field, _, column in pairs}


def _place(kind: str) -> Path:
    if kind not in MEDIA_TYPES:
        raise BadValue(f"kind is '{kind[:50]}'; expected csv or parquet.", field="kind", value=kind)
    handle, place = tempfile.mkstemp(suffix=f".{kind}")
    os.close(handle)
    return Path(place)


ROUTES = (
    Route("POST", "/imports", take_in, "manager", "lake", {"format": "table"}, upload=LARGEST),
    Route("DELETE", "/imports/{batch}", "undo", "manager", "lake"),
    Route("GET", "/formats", "formats", "client", "lake", listed="", key=("name",)),
    Route("GET", "/tables", "tables", "analyst", "lake", listed="", key=("name",)),
    Route("GET", "/tables/{table}", "browse", "analyst", "lake", {"q": "handle=lea", "page": 1},
          words={"q": str, "sort": str, "order": str, "page": int}),
    Route("GET", "/tables/{table}/file", table_file, "analyst", "lake", {"kind": "csv"}),
    Route("GET", "/campaigns/{slug}/files/{what}", campaign_file, "analyst", "lake",
          {"kind": "csv", "as_of": "2025-08-01T00:00:00Z"}, LOOKING),
    Route("GET", "/search", "search", "analyst", "lake", {"words": "glow"}),
)  # fmt: skip
