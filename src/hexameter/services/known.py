"""Whether the lake has ever seen a creator, hashtag or post, asked only when a question found nothing. It measures nothing."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hexameter.errors import NotFound

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.contracts.protocols import Engine, Snapshot
    from hexameter.contracts.records import Scope

_LISTED = 100_000  # names compared with a misspelt one


def require_known(scope: Scope, engine: Engine, snapshot: Snapshot) -> None:
    """Nothing, when what the scope names was seen at least once.

    Raises  NotFound  with the nearest name
    """
    if scope.kind not in ("creator", "hashtag", "post"):
        return
    try:
        known = _seen(scope, _names(scope.kind, engine, snapshot), engine)
    finally:
        engine.release()
    if known is None:
        return
    near = difflib.get_close_matches(scope.id, [k for k in known if k], n=1, cutoff=0.6)
    mark = {"creator": "@", "hashtag": "#", "post": ""}[scope.kind]
    hint = f"Did you mean {mark}{near[0]}?" if near else "Import a file that holds it: hexameter import FILE."
    raise NotFound(f"unknown {scope.kind} '{mark}{scope.id}': no imported file mentions it.", field=scope.kind, value=scope.id, hint=hint)


def unseen_creators(handles: Sequence[str], engine: Engine, snapshot: Snapshot) -> list[str]:
    """The handles of whom no imported file says anything."""
    try:
        creators = engine.table(snapshot, "creator")
        seen = set(engine.fetch(creators.filter(creators.handle.isin(list(handles))).select("handle").distinct())["handle"].to_pylist())
    finally:
        engine.release()
    return [handle for handle in handles if handle not in seen]


def _seen(scope: Scope, names: ir.Table, engine: Engine) -> list[str | None] | None:
    """None when the name was seen, else the names that were."""
    if engine.fetch(names.filter(names.name == scope.id).limit(1)).num_rows:
        return None
    known: list[str | None] = engine.fetch(names.distinct().limit(_LISTED))["name"].to_pylist() if scope.kind != "post" else []
    return known


def _names(kind: str, engine: Engine, snapshot: Snapshot) -> ir.Table:
    if kind == "creator":
        creators = engine.table(snapshot, "creator")
        return creators.select(name=creators.handle)
    posts = engine.table(snapshot, "post")
    if kind == "post":
        return posts.select(name=posts.post_id)
    return posts.select(name=posts.hashtags.unnest())
