"""Columns of Arrow tables as numpy arrays: whole numbers beside whether they are there, groups, exact sums. It knows no KPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.errors import BadValue

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
_SAFE = 2.0**62
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Numbers:
    """Whole numbers, some of which were not read: `values` are 0 where `there` is false."""

    values: Whole
    there: Flags

    def at(self, places: Places) -> Numbers:
        """The numbers at some places; place -1 is none."""
        if not len(self.values):
            return Numbers(np.zeros(len(places), np.int64), np.zeros(len(places), np.bool_))
        return Numbers(self.values[places], self.there[places] & (places >= 0))

    def or_zero(self) -> Whole:
        """The numbers, 0 where one was not read."""
        return np.where(self.there, self.values, 0)

    def arrow(self, kind: pa.DataType | None = None) -> pa.Array:
        """Back as an Arrow column, of int64 or of a kind counted like it."""
        return as_kind(pa.array(self.values, mask=~self.there), kind or pa.int64())

    def __add__(self, other: Numbers) -> Numbers:
        sums = self.values + other.values
        # numpy wraps around: a sum beyond 2^63 has the sign of neither part
        if np.any((self.values ^ sums) & (other.values ^ sums) < 0):
            raise too_large()
        return Numbers(sums, self.there & other.there)


def numbers(rows: pa.Table, name: str) -> Numbers:
    """A column of whole numbers; instants as microseconds of UTC, days as days since 1970."""
    column = rows[name].combine_chunks()
    if pa.types.is_timestamp(column.type):
        column = as_kind(column, pa.timestamp("us")).cast(pa.int64())
    elif pa.types.is_date32(column.type):
        column = column.cast(pa.int32()).cast(pa.int64())
    if not column.null_count:
        return Numbers(column.to_numpy(), np.ones(len(column), np.bool_))
    return Numbers(pc.fill_null(column, 0).to_numpy(), flags(column.is_valid()))


def flags(column: pa.Array | pa.ChunkedArray) -> Flags:
    """A column of truths; null is false."""
    found: Flags = np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), dtype=np.bool_)
    return found


def codes(column: pa.ChunkedArray) -> Places:
    """A small number for each different text; null is one of them.

    Example b, a, b -> 0, 1, 0
    """
    return np.asarray(_encoded(column).indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def ranks(column: pa.ChunkedArray) -> Places:
    """The place of each text in the order of all, null last.

    Example b, a, b -> 1, 0, 1
    """
    encoded = _encoded(column)
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return np.asarray(place[encoded.indices.to_numpy(zero_copy_only=False)], dtype=np.int64)


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")


def firsts(*keys: Places) -> Places:
    """Where each run of equal keys begins.

    Example 4, 4, 7 -> 0, 2
    """
    if not len(keys[0]):
        return np.zeros(0, np.int64)
    new = np.zeros(len(keys[0]), np.bool_)
    new[0] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)


def as_kind(column: pa.Array | pa.ChunkedArray, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """A column as another kind; itself when it is of that kind, since casting costs as much as counting here."""
    return column if column.type == kind else column.cast(kind)


def one_of(column: pa.ChunkedArray, words: Any) -> Flags:
    """Whether each text is one of some words."""
    return flags(pc.is_in(column, value_set=pa.array(sorted(words), pa.string())))


def total(column: pa.ChunkedArray | pa.Array) -> int | None:
    """The exact sum of whole numbers; null when none was read.

    Raises  BadValue  a total beyond 2^63
    Example total(pa.array([1, None, 2])) -> 3
    """
    if len(column) == column.null_count:
        return None
    if abs(pc.sum(pc.cast(column, pa.float64(), safe=False)).as_py()) < _SAFE:
        found: int = pc.sum(column).as_py()
        return found
    exact: int = sum(value for value in column.to_pylist() if value is not None)
    if abs(exact) > _LARGEST:
        raise too_large()
    return exact


def plus(*columns: pa.ChunkedArray) -> pa.ChunkedArray:
    """Sums row by row; null where any is null.

    Raises  BadValue  a sum beyond 2^63
    """
    out = columns[0]
    for column in columns[1:]:
        try:
            out = pc.add_checked(out, column)
        except pa.ArrowInvalid as problem:
            raise too_large() from problem
    return out


def too_large() -> BadValue:
    """A total that no column of whole numbers can hold."""
    hint = "Look for a damaged counter in the files imported."
    return BadValue("a total is larger than a total can be (2^63 - 1).", hint=hint)
