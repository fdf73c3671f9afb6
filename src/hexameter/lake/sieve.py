"""Which rows of a batch are new to the lake: a cheap test that lets new rows pass, and an exact comparison for the rest.

It reads lake files but writes none, and it does not count.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from hexameter.contracts.tables import Table
from hexameter.lake.layout import compared_columns

Hashes = npt.NDArray[np.uint64]

_ORDER, _MASK = "_order", "_mask"
IN_LAKE = -1  # the order of rows that are stored already: before every row of the batch


class KeyFilter:
    """A Bloom filter of key hashes: what it has not seen is new for certain; what it has seen goes on to the exact comparison.

    Its memory does not grow: 2^28 bits let through 0.14 % of 5 M new keys for a needless second look, 10 % of 50 M.
    """

    def __init__(self, bits: int = 28):
        self._bytes = np.zeros(1 << (bits - 3), dtype=np.uint8)
        self._mask = np.uint64((1 << bits) - 1)

    def seen(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Whether each key may have been added before."""
        first, second = self._places(hashes)
        return np.asarray(self._test(first) & self._test(second))

    def add(self, hashes: Hashes) -> None:
        """Remember keys."""
        for place in self._places(hashes):
            np.bitwise_or.at(self._bytes, place >> np.uint64(3), np.uint8(1) << (place & np.uint64(7)).astype(np.uint8))

    def _places(self, hashes: Hashes) -> tuple[Hashes, Hashes]:
        return hashes & self._mask, (hashes >> np.uint64(32)) & self._mask

    def _test(self, place: Hashes) -> npt.NDArray[np.bool_]:
        bits = self._bytes[place >> np.uint64(3)] >> (place & np.uint64(7)).astype(np.uint8)
        return np.asarray(bits & np.uint8(1), dtype=np.bool_)


def key_hashes(table: Table, rows: pl.DataFrame) -> Hashes:
    """A 64-bit hash of each row's key. Polars promises it within one process and version only, so it is never stored."""
    return rows.select(table.key).hash_rows(seed=17).to_numpy()


def digests(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Two independent 64-bit hashes of key and compared content, as columns d1 and d2: 128 bits tell repeats within one file apart."""
    told = rows.select(*table.key, *compared_columns(table))
    return pl.DataFrame({"d1": told.hash_rows(seed=1_000_003), "d2": told.hash_rows(seed=7_368_787)})


def settle(table: Table, suspects: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Compare rows that may be known with every row of the same keys, value by value.

    In      suspects  rows of the batch with `seq`
            known     rows of the lake (`_order` -1) and of the batch (`_order` = seq) that share a key with a suspect
    Out     one row a suspect, in their order: repeats (an earlier row says at least as much, and the same), contradicts
            (an earlier row with the same key has another non-null value)
    """
    compared = compared_columns(table)
    columns = [*table.key, *compared]
    mine = _comparable(suspects.with_columns(pl.col("seq").alias(_ORDER)), columns)
    every = pl.concat([_comparable(known, columns), mine])
    repeats = _repeats(table, mine, every, compared)
    contradicts = _contradicts(table, every, compared)
    asked = mine.select(*table.key, _ORDER).join(contradicts, on=[*table.key, _ORDER], how="left", nulls_equal=True, maintain_order="left")
    return pl.DataFrame({"repeats": repeats, "contradicts": asked["contradicts"].fill_null(False)})


def _comparable(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Lists become text, so that they can be compared; the count keeps [] apart from ['']."""
    lists = [c for c in columns if rows.schema[c] == pl.List(pl.String)]
    texts = [pl.format("{}:{}", pl.col(c).list.len(), pl.col(c).list.join("\x00")).alias(c) for c in lists]
    return rows.select(*columns, pl.col(_ORDER).cast(pl.Int64)).with_columns(texts)


def _repeats(table: Table, mine: pl.DataFrame, every: pl.DataFrame, compared: list[str]) -> pl.Series:
    """Rows of which every non-null value stands in one earlier row with the same key.

    Done for each pattern of nulls at once: among the rows that have these columns, the first with the same values.
    """
    pattern = pl.concat_str([pl.col(c).is_null().cast(pl.UInt8) for c in compared]) if compared else pl.lit("")
    mine = mine.with_columns(pattern.alias(_MASK)).with_row_index("_row")
    found = []
    for (mask,), rows in mine.partition_by(_MASK, as_dict=True).items():
        present = [c for c, null in zip(compared, str(mask), strict=False) if null == "0"]
        same = [*table.key, *present]
        first = every.filter(pl.all_horizontal(pl.col(c).is_not_null() for c in present) if present else True)
        first = first.group_by(same).agg(pl.col(_ORDER).min().alias("_first"))
        met = rows.join(first, on=same, how="left", nulls_equal=True)
        found.append(met.select("_row", repeats=pl.col("_first") < pl.col(_ORDER)))
    if not found:
        return pl.Series([], dtype=pl.Boolean)
    return pl.concat(found).sort("_row")["repeats"].fill_null(False)


def _contradicts(table: Table, every: pl.DataFrame, compared: list[str]) -> pl.DataFrame:
    """Keys and orders of rows that have another non-null value than some earlier row with the same key."""
    key = list(table.key)
    several = every.filter(pl.len().over(key) > 1).sort(_ORDER)
    lines = []
    for c in compared:
        told = several.filter(pl.col(c).is_not_null()).select(*key, _ORDER, pl.col(c).alias("value"))
        if told.height == 0:
            continue
        told = told.with_columns(first=pl.col("value").first().over(key))
        told = told.with_columns(other=pl.when(pl.col("value") != pl.col("first")).then(pl.col(_ORDER)).min().over(key))
        # Another value than the first: the first is earlier. The first value again: only if another one came in between.
        told = told.filter((pl.col("value") != pl.col("first")) | (pl.col("other") < pl.col(_ORDER)))
        lines.append(told.select(*key, _ORDER, contradicts=True))
    nothing = every.clear().select(*key, _ORDER, contradicts=pl.lit(True))
    return pl.concat([nothing, *lines]).unique()
