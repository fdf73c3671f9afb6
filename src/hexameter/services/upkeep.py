"""The care of the lake, and the erasure of a person from lake and desk. How the lake does it is its own business."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hexameter.contracts.spelling import MADE_OF_LOGIN, handle_of, instant_text
from hexameter.contracts.tables import BY_NAME
from hexameter.errors import BadValue, Conflict, NotFound, did_you_mean
from hexameter.services.drafts import drop

if TYPE_CHECKING:
    from hexameter.services.house import House

_KEPT_HOURS = 7 * 24.0


class Upkeep:
    """Every verb over the lake's files; each says what it did, in figures."""

    def __init__(self, house: House) -> None:
        self._house = house

    def compact(self) -> dict[str, Any]:
        """Join small files into few large ones.

        Out  tables {name: {files before and after}}
        """
        return {"tables": self._house.lake.compact()}

    def maintain(self) -> dict[str, Any]:
        """Bring what is derived up to date, then join small files.

        Out  rows_computed {roll-up: n}, tables as of compact
        """
        return {"rows_computed": self._house.lake.maintain(), **self.compact()}

    def vacuum(self, keep_hours: float = _KEPT_HOURS) -> dict[str, Any]:
        """Remove files that no version of the last hours needs.

        Out     files_removed {table: n}
        Raises  BadValue  a negative number of hours
        """
        if not 0 <= keep_hours < 1e6:
            raise BadValue(f"keep_hours is {keep_hours}; expected 0 or more.", field="keep_hours", value=str(keep_hours))
        return {"files_removed": self._house.lake.vacuum(math.ceil(keep_hours))}

    def history(self, table: str | None = None) -> dict[str, Any]:
        """What happened to one table, or to each, newest first.

        Out     {table: [{version, written_at, operation, rows}]}
        Raises  NotFound  an unknown table
        """
        if table is not None and table not in BY_NAME:
            raise NotFound(f"the lake has no table '{table}'.", field="table", value=table, hint=did_you_mean(table, BY_NAME))
        found = {name: [_commit(row) for row in self._house.lake.history(name)] for name in ([table] if table else BY_NAME)}
        return {name: rows for name, rows in found.items() if rows or name == table}

    def erase(self, creator: str) -> dict[str, Any]:
        """Erase a creator, by handle or numeric id, from the desk and from every version of the lake.

        The desk goes first: a retry after a crash still finds in the lake which posts were the creator's.

        Out     creator, handles, creator_ids, lake {table: rows removed}, desk {table: rows changed or removed}
        Raises  NotFound  neither lake nor desk knows the creator; Conflict  a handle that several creators have used: give the id
        """
        person = _person(creator, self._house)
        files = self._house.desk.deliverables.files(person.handles)
        desk = self._house.desk.forget(person.handles, person.post_ids)
        if not (person.known or desk):
            raise NotFound(
                f"unknown creator '{creator}': neither an imported file nor a campaign mentions it.", field="creator", value=creator
            )
        drop(self._house.home, files - self._house.desk.deliverables.files())
        ids = [i for i in person.ids if not i.startswith("@")]
        lake = self._house.lake.erase_creator(creator_ids=ids, handles=person.handles) if person.known else {}
        return {"creator": creator, "handles": sorted(person.handles), "creator_ids": sorted(ids), "lake": lake, "desk": desk}


@dataclass(frozen=True)
class _Person:
    ids: frozenset[str]
    handles: frozenset[str]
    post_ids: frozenset[str]
    known: bool


def _person(creator: str, house: House) -> _Person:
    """Who is meant: every id and handle that is theirs alone, and their posts."""
    engine, snapshot = house.engine(), house.lake.snapshot()
    text = handle_of(creator)
    try:
        pairs = engine.table(snapshot, "creator").select("creator_id", "handle").distinct()
        rows = engine.fetch(pairs).to_pylist()
        owners = {r["creator_id"] for r in rows if r["handle"] == text and not r["creator_id"].startswith("@")}
        owners = {text} if text.isdigit() and any(r["creator_id"] == text for r in rows) else owners
        if len({i for i in owners if not i.startswith(MADE_OF_LOGIN)}) > 1:
            hint = f"Give the id of the one you mean: {', '.join(sorted(owners))}."
            raise Conflict(f"several creators have used the handle '{text}'.", field="creator", value=creator, hint=hint)
        shared = {r["handle"] for r in rows if r["creator_id"] not in owners and not r["creator_id"].startswith("@")}
        handles = ({r["handle"] for r in rows if r["creator_id"] in owners} | ({text} - owners)) - shared
        ids = owners | {f"@{h}" for h in handles}
        posts = engine.table(snapshot, "post")
        theirs = engine.fetch(posts.filter(posts.creator_id.isin(sorted(ids))).select("post_id").distinct())["post_id"].to_pylist()
    finally:
        engine.release()
    known = bool(owners or theirs or any(r["creator_id"] in ids for r in rows))
    return _Person(frozenset(ids), frozenset(handles), frozenset(theirs), known)


def _commit(row: Mapping[str, Any]) -> dict[str, Any]:
    metrics = row.get("operationMetrics") or {}
    added = metrics.get("num_added_rows", metrics.get("numOutputRows"))
    moment = datetime.fromtimestamp(row["timestamp"] / 1000, UTC) if row.get("timestamp") is not None else None
    return {
        "version": row.get("version"),
        "written_at": None if moment is None else instant_text(moment),
        "operation": row.get("operation"),
        "rows": None if added is None else int(added),
    }
