"""Which ids of the lake are the same creator: "@handle" is the numeric id its handle is linked to, when there is exactly one.

A handle seen under several numeric ids (it changed hands) is linked to none of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hexameter.contracts.records import Scope
from hexameter.kpis.building import built

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine


@dataclass(frozen=True)
class Named:
    """The creators a scope names: the one id each is known by here, and every id the lake may hold for them."""

    canonical: frozenset[str]
    in_lake: frozenset[str]


def named_creators(engine: Engine, pairs: ir.Table, scope: Scope) -> Named | None:
    """The creators a scope names; None when it takes any creator.

    In      pairs  lake table `creator`: creator_id, handle
    """
    if scope.handles is None and scope.creator_ids is None:
        return None
    ids = set(scope.creator_ids or ())
    handles = set(scope.handles or ()) | {i[1:] for i in ids if i.startswith("@")}
    links = _linked(engine, pairs, "handle", handles)
    numeric = {i for _, i in links} | {i for i in ids if not i.startswith("@")}
    # a numeric id may have had other handles, under which older readings are kept
    others = {h for h, _ in _linked(engine, pairs, "creator_id", numeric)} - handles
    owners = _owners(links | _linked(engine, pairs, "handle", others))
    return _named(ids, set(scope.handles or ()), handles | others, owners)


def canonical_of(engine: Engine, pairs: ir.Table, handles: Iterable[str]) -> dict[str, str]:
    """The one id each handle is known by here; "@handle" where it is linked to none or several."""
    asked = sorted(set(handles))
    owners = _owners(_linked(engine, pairs, "handle", asked))
    return {h: next(iter(owners[h])) if len(owners.get(h, ())) == 1 else f"@{h}" for h in asked}


def _named(ids: set[str], asked: set[str], handles: set[str], owners: Mapping[str, set[str]]) -> Named:
    alias = {f"@{h}": next(iter(owners[h])) for h in handles if len(owners.get(h, ())) == 1}
    canonical = {alias.get(i, i) for i in ids}
    for handle in asked:
        linked = owners.get(handle, set())
        if not linked & canonical:
            canonical |= {alias[f"@{handle}"]} if f"@{handle}" in alias else {f"@{handle}", *linked}
    return Named(frozenset(canonical), frozenset(canonical | {a for a, i in alias.items() if i in canonical}))


def _owners(links: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = defaultdict(set)
    for handle, creator_id in links:
        if not creator_id.startswith("@"):
            owners[handle].add(creator_id)
    return owners


def _linked(engine: Engine, pairs: ir.Table, column: str, words: Iterable[str]) -> set[tuple[str, str]]:
    asked = sorted(set(words))
    if not asked:
        return set()
    rows = engine.small("asked_creators", pa.table({"word": asked}, schema=pa.schema([("word", pa.string())])))
    found = engine.fetch(built(linked_pairs, pairs, rows, column))
    return {(h, i) for h, i in zip(found["handle"].to_pylist(), found["creator_id"].to_pylist(), strict=True) if h is not None}


def linked_pairs(pairs: ir.Table, asked: ir.Table, column: str) -> ir.Table:
    """The (creator_id, handle) pairs whose `column` is among the asked words."""
    return pairs.semi_join(asked, pairs[column] == asked.word).select("creator_id", "handle")


def aliases(pairs: ir.Table, ids: ir.Table) -> ir.Table:
    """The "@handle" ids that stand for a numeric one, for handles connected with `ids`.

    In      pairs  lake table `creator`: creator_id, handle
            ids    creator_id: the ids of interest
    Out     alias, canonical; one row an alias
    """
    spelt = ids.filter(ids.creator_id.startswith("@"))
    spelt = spelt.select(handle=spelt.creator_id.substr(1))
    known = pairs.semi_join(ids, "creator_id").select("handle")
    handles = ibis.union(spelt, known).distinct()
    numeric = pairs.filter(~pairs.creator_id.startswith("@"))
    owners = numeric.semi_join(handles, "handle").group_by("handle").agg(low=numeric.creator_id.min(), high=numeric.creator_id.max())
    single = owners.filter(owners.low == owners.high)
    return single.select(alias=ibis.literal("@") + single.handle, canonical=single.low)


def canonical(rows: ir.Table, known: ir.Table) -> ir.Table:
    """Rows with their creator_id replaced by the canonical one."""
    joined = rows.left_join(known, rows.creator_id == known["alias"])
    return joined.select(*(c for c in rows.columns if c != "creator_id"), creator_id=ibis.coalesce(joined.canonical, joined.creator_id))
