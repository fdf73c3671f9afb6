"""Creators and the readings of their followers, as frames. It computes no growth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.contracts.frames import FRAMES
from hexameter.kpis.arrays import Numbers, Places, as_kind, codes, firsts, numbers
from hexameter.kpis.calendar import local_days
from hexameter.kpis.identity import Pairs, canonical
from hexameter.kpis.newest import Moments
from hexameter.kpis.reading import in_order


def followers(rows: pa.Table, aliases: Mapping[str, str], moments: Moments) -> pa.Table:
    """The frame `followers`: one row a creator and instant, the winner; each creator's together and in order.

    In      rows  reading.READ_OF_CREATOR, creator_id as the lake has it
    """
    rows = rows.set_column(rows.column_names.index("creator_id"), "creator_id", canonical(rows["creator_id"], aliases))
    order, who = in_order(rows, "creator_id", moments.sources)
    at = numbers(rows, "captured_at").values[order]
    starts = firsts(who, at)
    winners = rows.take(pa.array(order[np.append(starts[1:], len(order)) - 1] if len(order) else order))
    day = local_days(numbers(winners, "captured_at"), moments.tz, moments.last_year).arrow(pa.int32()).cast(pa.date32())
    shape = FRAMES["followers"]
    return pa.table([day if f.name == "day" else as_kind(winners[f.name], f.type) for f in shape], schema=shape)


def creators(ids: Iterable[str], aliases: Mapping[str, str], pairs: Pairs) -> pa.Table:
    """The frame `creators`: each with the latest name it was first seen under."""
    spelt: dict[str, list[str]] = {}
    for alias, who in aliases.items():
        spelt.setdefault(who, []).append(alias)
    wanted = sorted(ids)
    found = pairs.handles([*wanted, *aliases])
    rows = [{"creator_id": i, "handle": _handle(i, [found[j] for j in (i, *spelt.get(i, ()))])} for i in wanted]
    return pa.Table.from_pylist(rows, schema=FRAMES["creators"])


def _handle(who: str, seen: Iterable[Mapping[str, object]]) -> str | None:
    names = [(at is not None, at, handle) for handles in seen for handle, at in handles.items()]
    if names:
        return max(names, key=lambda n: (n[0], n[1] or 0, n[2]))[2]
    return who[1:] if who.startswith("@") else None


class Audience:
    """Follower readings as arrays, to be looked up by creator and instant.

    In      frame  `followers`
    """

    def __init__(self, frame: pa.Table):
        self.at, self.followers = numbers(frame, "captured_at"), numbers(frame, "followers")
        rounding = numbers(frame, "followers_rounding").or_zero()
        self.rounding = Numbers(rounding, np.ones(len(rounding), np.bool_))
        who = codes(frame["creator_id"])
        self.starts = firsts(who)
        self.ends = np.append(self.starts[1:], len(who))[: len(self.starts)]
        self.creators = frame["creator_id"].combine_chunks().take(pa.array(self.starts))
        # one ascending number a row: the creator's place, then that of the instant among all instants
        self._instants = np.unique(self.at.values)
        self._keys = self._key(
            np.repeat(np.arange(len(self.starts)), self.ends - self.starts), np.searchsorted(self._instants, self.at.values)
        )

    def _key(self, creator: Places, instant: Places) -> Places:
        return creator * (len(self._instants) + 1) + instant

    def around(self, creators: pa.ChunkedArray, instants: Numbers) -> tuple[Places, Places]:
        """Rows of the newest reading of each creator at or before an instant, and of the earliest after it; -1 for none."""
        group = pc.fill_null(pc.index_in(creators, value_set=self.creators), -1).to_numpy().astype(np.int64)
        asked = (group >= 0) & instants.there
        if not asked.any():
            return np.full(len(asked), -1), np.full(len(asked), -1)
        own = np.maximum(group, 0)
        until = np.searchsorted(self._instants, instants.values, side="right")
        after = np.searchsorted(self._keys, self._key(own, until), side="left")
        early = np.where(asked & (after > self.starts[own]), after - 1, -1)
        return early, np.where(asked & (after < self.ends[own]), after, -1)
