"""Columns of Arrow tables as numpy arrays: whole numbers beside whether they are there, groups, exact sums. It knows no KPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from hexameter.errors import BadValue

Reals = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
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

    def ordered(self, places: Places) -> Numbers:
        """The numbers in another order; every place is one."""
        return Numbers(self.values[places], self.there[places])

    def or_zero(self) -> Whole:
        """The numbers, 0 where one was not read."""
        return np.where(self.there, self.values, 0)

    def plain(self) -> list[int | None]:
        """As Python's numbers, None where one was not read."""
        return [value if there else None for value, there in zip(self.values.tolist(), self.there.tolist(), strict=True)]

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
    return whole_numbers(rows[name])


def whole_numbers(column: pa.ChunkedArray | pa.Array) -> Numbers:
    """As `numbers`, of a column by itself."""
    column = whole(column)
    if pa.types.is_timestamp(column.type):
        column = as_kind(column, pa.timestamp("us")).view(pa.int64())
    elif pa.types.is_date32(column.type):
        column = column.view(pa.int32()).cast(pa.int64())
    n, missing = len(column), column.null_count
    if not missing:
        return Numbers(column.to_numpy(), np.ones(n, np.bool_))
    if missing == n:
        return Numbers(np.zeros(n, np.int64), np.zeros(n, np.bool_))
    there = valid(column)
    return Numbers(np.where(there, _raw(column), 0), there)


def reals(rows: pa.Table, name: str) -> Reals:
    """A column of numbers as float64, null as NaN (for numpy's eyes only: callers leave NaN out)."""
    if pa.types.is_floating(rows.schema.field(name).type):
        return np.asarray(rows[name].to_numpy(zero_copy_only=False), dtype=np.float64)
    found = numbers(rows, name)
    out = found.values.astype(np.float64)
    out[~found.there] = np.nan
    return out


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece."""
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def valid(column: pa.ChunkedArray | pa.Array) -> Flags:
    """Where a column is not null: its own bits, for asking Arrow costs more than counting here."""
    column = whole(column)
    bits = column.buffers()[0]
    if not column.null_count or bits is None:
        return np.full(len(column), not column.null_count)
    start, end = column.offset, column.offset + len(column)
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=end, bitorder="little")[start:].view(np.bool_)


def _raw(column: pa.Array) -> Whole:
    """Whole numbers with whatever stands where one is null."""
    kind = column.type.to_pandas_dtype()
    found = np.frombuffer(column.buffers()[1], kind, count=column.offset + len(column))[column.offset :]
    return found.astype(np.int64, copy=False)


def flags(column: pa.Array | pa.ChunkedArray) -> Flags:
    """A column of truths; null is false."""
    full = column if not column.null_count else pc.fill_null(column, False)
    return np.asarray(full.to_numpy(zero_copy_only=False), dtype=np.bool_)


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


def by_group(groups: Places, values: Numbers, count: int) -> Numbers:
    """The exact sum of the values of each group 0 .. count - 1; not there where none was read."""
    order = np.argsort(groups, kind="stable")
    starts = firsts(groups[order])
    sums, there = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    if len(starts):
        found = groups[order][starts]
        sums[found] = np.add.reduceat(values.or_zero()[order], starts)
        there[found] = np.logical_or.reduceat(values.there[order], starts)
    return Numbers(sums, there)


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
    least, most = pc.min_max(column).as_py().values()
    if max(-least, most) * len(column) <= _LARGEST:
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
