"""Whether the lake has ever seen a creator, hashtag or post, asked only when a question found nothing. It measures nothing."""

from __future__ import annotations

import difflib
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
    names = _names(scope.kind, engine, snapshot)
    column = names.columns[0]
    if engine.fetch(names.filter(names[column] == scope.id).limit(1)).num_rows:
        return
    known = engine.fetch(names.distinct().limit(_LISTED))[column].to_pylist() if scope.kind != "post" else []
    near = difflib.get_close_matches(scope.id, [k for k in known if k], n=1, cutoff=0.6)
    mark = {"creator": "@", "hashtag": "#", "post": ""}[scope.kind]
    hint = f"Did you mean {mark}{near[0]}?" if near else "Import a file that holds it: hexameter import FILE."
    raise NotFound(f"unknown {scope.kind} '{mark}{scope.id}': no imported file mentions it.", field=scope.kind, value=scope.id, hint=hint)


def _names(kind: str, engine: Engine, snapshot: Snapshot) -> ir.Table:
    if kind == "creator":
        creators = engine.table(snapshot, "creator")
        return creators.select(name=creators.handle)
    posts = engine.table(snapshot, "post")
    if kind == "post":
        return posts.select(name=posts.post_id)
    return posts.select(name=posts.hashtags.unnest())
