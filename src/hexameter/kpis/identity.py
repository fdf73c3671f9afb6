"""Which ids of the lake are the same creator: "@handle" is the id its handle is linked to, when there is exactly one.

A numeric id goes before one that the desk made of a login ("open:..."), which then stands for it too. A handle seen under several numeric
ids (it changed hands) is linked to none of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.contracts.records import Scope
from hexameter.contracts.spelling import MADE_OF_LOGIN
from hexameter.kpis.building import built

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine, Snapshot


@dataclass(frozen=True)
class Named:
    """The creators a scope names: the one id each is known by here, and every id the lake may hold for them."""

    canonical: frozenset[str]
    in_lake: frozenset[str]


@dataclass
class _Known:
    """What was looked up: the words asked for by column, ids by handle, handles by id with their instants."""

    asked: dict[str, set[str]] = field(default_factory=lambda: {"handle": set(), "creator_id": set()})
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    handles: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))


class Pairs:
    """The lake table `creator`, looked up by handle or by id; a word is asked for once.

    In      known  what earlier questions of the same files found, to be added to
    """

    def __init__(self, engine: Engine, lake: ir.Table, known: _Known | None = None):
        self._engine = engine
        self.lake = lake
        self._known = _Known() if known is None else known

    def ids(self, handles: Iterable[str]) -> dict[str, set[str]]:
        """The ids each handle was seen under."""
        self._ask("handle", set(handles))
        return {h: self._known.ids[h] for h in handles}

    def handles(self, ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """The handles each id was seen under, with the instant it was first."""
        # "@handle" is seen under its own handle and no other
        self._ask("handle", {i[1:] for i in ids if i.startswith("@")})
        self._ask("creator_id", {i for i in ids if not i.startswith("@")})
        return {i: self._known.handles[i] for i in ids}

    def _ask(self, column: str, words: set[str]) -> None:
        unasked = sorted(words - self._known.asked[column])
        if not unasked:
            return
        rows = self._engine.small(f"asked_{column}", pa.table({"word": unasked}, schema=pa.schema([("word", pa.string())])))
        found = self._engine.fetch(built(linked_pairs, self.lake, rows, column))
        self._known.asked[column] |= words
        for creator_id, handle, at in zip(*(found[name].to_pylist() for name in found.column_names), strict=True):
            self._known.asked["creator_id"].add(creator_id)
            if handle is not None:
                self._known.ids[handle].add(creator_id)
                self._known.handles[creator_id][handle] = at


# Files of the lake never change, so what was found in some of them holds as long as a question is about the same.
_KEPT: WeakKeyDictionary[Engine, tuple[frozenset[str], _Known]] = WeakKeyDictionary()
_KEPT_WORDS = 100_000


def pairs_in(engine: Engine, snapshot: Snapshot) -> Pairs:
    """The pairs of a pinned snapshot, with what the engine's last questions found in the same files."""
    files = frozenset(file.path for file in snapshot.files("creator"))
    kept, known = _KEPT.get(engine, (None, _Known()))
    if kept != files or sum(map(len, known.asked.values())) > _KEPT_WORDS:
        known = _Known()
    _KEPT[engine] = files, known
    return Pairs(engine, engine.table(snapshot, "creator"), known)


def linked_pairs(pairs: ir.Table, asked: ir.Table, column: str) -> ir.Table:
    """Every pair of the ids that have a pair whose `column` is among the asked words: creator_id, handle, first_seen_at."""
    wanted = asked if column == "creator_id" else pairs.semi_join(asked, pairs[column] == asked.word).select(word="creator_id")
    return pairs.semi_join(wanted, pairs.creator_id == wanted.word).select("creator_id", "handle", "first_seen_at")


def named_creators(pairs: Pairs, scope: Scope) -> Named | None:
    """The creators a scope names; None when it takes any creator."""
    if scope.handles is None and scope.creator_ids is None:
        return None
    ids = set(scope.creator_ids or ())
    handles = set(scope.handles or ()) | {i[1:] for i in ids if i.startswith("@")}
    linked = {i for found in pairs.ids(handles).values() for i in found}
    numeric = linked | {i for i in ids if not i.startswith("@")}
    # a numeric id may have had other handles, under which older readings are kept
    handles |= {h for found in pairs.handles(numeric).values() for h in found}
    owners = _owners(pairs, handles)
    return _named(ids, set(scope.handles or ()), owners, _aliases(pairs, owners))


def canonical_of(pairs: Pairs, handles: Iterable[str]) -> dict[str, str]:
    """The one id each handle is known by here; "@handle" where it is linked to none or several."""
    asked = sorted(set(handles))
    owners = _owners(pairs, asked)
    return {h: next(iter(owners[h])) if len(owners[h]) == 1 else f"@{h}" for h in asked}


def _named(ids: set[str], asked: set[str], owners: Mapping[str, set[str]], alias: Mapping[str, str]) -> Named:
    canonical = {alias.get(i, i) for i in ids}
    for handle in asked:
        linked = owners[handle]
        if not linked & canonical:
            canonical |= {alias[f"@{handle}"]} if f"@{handle}" in alias else {f"@{handle}", *linked}
    return Named(frozenset(canonical), frozenset(canonical | {a for a, i in alias.items() if i in canonical}))


def _owners(pairs: Pairs, handles: Iterable[str]) -> dict[str, set[str]]:
    """The ids a handle was seen under: the platform's own, or where there are none, those made of a login."""
    found = {}
    for handle, ids in pairs.ids(handles).items():
        own = {i for i in ids if not i.startswith("@")}
        found[handle] = {i for i in own if not i.startswith(MADE_OF_LOGIN)} or own
    return found


def _aliases(pairs: Pairs, owners: Mapping[str, set[str]]) -> dict[str, str]:
    """What stands for another id: "@handle", and an id made of a login whose owner's numeric id is known."""
    single = {handle: next(iter(ids)) for handle, ids in owners.items() if len(ids) == 1}
    made: dict[str, set[str]] = defaultdict(set)
    for handle, owner in single.items():
        for one in pairs.ids([handle])[handle]:
            if one.startswith(MADE_OF_LOGIN) and one != owner:
                made[one].add(owner)
    numbers = {one: next(iter(found)) for one, found in made.items() if len(found) == 1}
    return {f"@{handle}": numbers.get(owner, owner) for handle, owner in single.items()} | numbers


def aliases(pairs: Pairs, ids: Iterable[str]) -> dict[str, str]:
    """The ids that stand for another, for handles connected with `ids`: alias -> canonical id."""
    known = set(ids)
    handles = {i[1:] for i in known if i.startswith("@")}
    handles |= {h for found in pairs.handles(known).values() for h in found}
    return _aliases(pairs, _owners(pairs, handles))


def canonical(column: pa.ChunkedArray, known: Mapping[str, str]) -> pa.ChunkedArray:
    """Ids with those that stand for another replaced by it.

    In      known  `aliases`
    """
    if not known:
        return column
    encoded = pc.dictionary_encode(column.combine_chunks())
    ids = pa.array([known.get(i, i) for i in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([ids.take(encoded.indices)])
