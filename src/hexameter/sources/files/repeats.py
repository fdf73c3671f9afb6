"""What a file tells with every reading, a post's description or its creator's profile, is handed over once. It counts nothing.

Its memory is bounded: in a file of millions of posts something may be handed over again, which the lake leaves out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from hexameter.contracts.tables import BY_NAME

_SEEDS = (1_000_003, 7_368_787)
_NOT_TOLD = frozenset({"first_seen_at"})  # the first telling says when
_PLACES = 1 << 20

_Hashes = npt.NDArray[np.uint64]
_Places = npt.NDArray[np.int64]


class Once:
    """Remembers what rows of one lake table said, as 128 bits a row, half of them of the key: two rows that differ are told apart.

    In      table  the lake table the rows are meant for; its columns may still be raw where equal cells mean the same
    """

    def __init__(self, table: str) -> None:
        self._key = BY_NAME[table].key
        self._content = BY_NAME[table].content
        self._columns = [c for c in self._content if c not in _NOT_TOLD]
        # each row said has two places; a row whose places are both taken by others drives one of them out
        self._said = np.zeros((_PLACES, 2), dtype=np.uint64)  # both halves side by side: looking one up costs one miss of the cache
        self._first = np.zeros(_PLACES, dtype=np.int32)

    def fresh(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that say something no earlier row of the file said, as far as is remembered; of their columns the table's."""
        there = set(rows.columns)
        rows = rows[[c for c in self._content if c in there]]
        if rows.height == 0:
            return rows
        high, low = self._hashes(rows)
        one, other = ((half & np.uint64(_PLACES - 1)).astype(np.int64) for half in (low, high))
        new = np.flatnonzero(~self._holds(one, high, low))
        new = new[~self._holds(other[new], high[new], low[new])]
        new = new[self._firsts(one[new], high[new], low[new])]
        taken = self._said[one[new], 1] != 0
        place = np.where(taken, other[new], one[new])
        self._said[place, 0], self._said[place, 1] = high[new], low[new]
        return rows if len(new) == rows.height else _apart(rows[new], rows.height)

    def _hashes(self, rows: pl.DataFrame) -> tuple[_Hashes, _Hashes]:
        """Of what each row says, and of its key."""
        # columns without a value say nothing, and hashing them costs as much as the others
        there = set(rows.columns)
        said = rows[[c for c in self._columns if c in there and rows[c].null_count() < rows.height]]
        names = sum(1 << self._columns.index(c) for c in said.columns)
        key = said[[c for c in self._key if c in said.columns]]
        parts = zip((said, key if key.width else said), _SEEDS, strict=True)
        high, low = (part.hash_rows(seed=seed + names).to_numpy() for part, seed in parts)
        return high, low

    def _holds(self, place: _Places, high: _Hashes, low: _Hashes) -> npt.NDArray[np.bool_]:
        said = self._said.take(place, axis=0)
        return np.asarray((said[:, 1] == low) & (said[:, 0] == high))

    def _firsts(self, place: _Places, high: _Hashes, low: _Hashes) -> npt.NDArray[np.bool_]:
        """Which of these rows are not said by one before them; of rows that share a place, only the first is compared with."""
        numbers = np.arange(len(place), dtype=np.int32)
        self._first[place[::-1]] = numbers[::-1]
        before = self._first[place]
        return np.asarray((before == numbers) | (high[before] != high) | (low[before] != low))


def _apart(few: pl.DataFrame, of: int) -> pl.DataFrame:
    """A few of many rows, copied: as views they would keep the text of all rows for as long as they wait to be stored."""
    if few.height * 2 > of:
        return few
    copied = pl.from_arrow(few.to_arrow(compat_level=pl.CompatLevel.oldest()))
    assert isinstance(copied, pl.DataFrame)
    return copied
