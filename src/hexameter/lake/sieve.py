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

_ONE = np.uint64(1)
_ORDER, _MASK = "_order", "_mask"
IN_LAKE = -1  # the order of rows that are stored already: before every row of the batch


class KeyFilter:
    """A Bloom filter of key hashes: what it has not seen is new for certain; what it has seen goes on to the exact comparison.

    It grows in three steps to 84 MiB. Of new keys it gives 0.3 % a needless second look at 5 M keys, 0.5 % at 20 M, 1 % at 37 M, and
    more from there on (measured).
    """

    _STEPS = ((1 << 19, 1_000_000), (1 << 21, 4_000_000), (1 << 23, 32_000_000))  # words, and the keys meant for them

    def __init__(self) -> None:
        self._maps: list[_Map] = []
        self._room = 0

    def seen(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Whether each key may have been added before."""
        met = np.zeros(len(hashes), dtype=np.bool_)
        for taken in self._maps:
            met |= taken.all_of(hashes)
        return met

    def add(self, ascending: Hashes) -> None:
        """Remember keys, in ascending order."""
        if self._room <= 0 and len(self._maps) < len(self._STEPS):
            words, self._room = self._STEPS[len(self._maps)]
            self._maps.append(_Map(words))
        self._room -= len(ascending)
        self._maps[-1].add(ascending)


class _Map:
    """Words of 64 bits; every hash takes three bits of one of them, so that looking it up costs one miss of the cache.

    Hashes in ascending order have their words in ascending order: those of one word are joined before it is written.
    """

    def __init__(self, words: int) -> None:
        self._shift = np.uint64(64 - (words.bit_length() - 1))
        self._words = np.zeros(words, dtype=np.uint64)

    def all_of(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Whether the bits of each hash are taken."""
        bits = _bits(hashes)
        return np.asarray((self._words[hashes >> self._shift] & bits) == bits)

    def add(self, ascending: Hashes) -> None:
        """Take the bits of each hash."""
        if len(ascending) == 0:
            return
        word = ascending >> self._shift
        first = np.flatnonzero(np.r_[True, word[1:] != word[:-1]])
        self._words[word[first]] |= np.bitwise_or.reduceat(_bits(ascending), first)


def _bits(hashes: Hashes) -> Hashes:
    """Three of a word's bits, told by the lower end of the hash; the upper end tells the word."""
    chosen = [_ONE << ((hashes >> np.uint64(shift)) & np.uint64(63)) for shift in (0, 6, 12)]
    return np.asarray(chosen[0] | chosen[1] | chosen[2])


class Told:
    """Leaves out most rows whose key and content stood earlier in the batch, at little cost; it forgets some, which the exact
    comparison finds, and keeps none back that is new: 128 bits tell rows apart.
    """

    _PLACES = 1 << 20

    def __init__(self, table: Table) -> None:
        self._columns = [*table.key, *compared_columns(table)]
        self._one, self._two = (np.zeros(self._PLACES, dtype=np.uint64) for _ in range(2))
        self._row = np.zeros(self._PLACES, dtype=np.int32)

    def new(self, rows: pl.DataFrame) -> npt.NDArray[np.bool_]:
        """Which rows are not known to repeat one of these, or one taken before."""
        there = set(rows.columns)
        content = rows[[c for c in self._columns if c in there]]
        names = sum(1 << self._columns.index(c) for c in content.columns)  # rows with other columns say something else
        one, two = (content.hash_rows(seed=seed + names).to_numpy() for seed in (1_000_003, 7_368_787))
        place = (one & np.uint64(self._PLACES - 1)).astype(np.int64)
        numbers = np.arange(rows.height, dtype=np.int32)
        self._row[place[::-1]] = numbers[::-1]
        first = self._row[place]  # of the rows that share the place
        repeats = (first != numbers) & (one[first] == one) & (two[first] == two)
        new = ~(repeats | ((self._one[place] == one) & (self._two[place] == two)))
        self._one[place[new]], self._two[place[new]] = one[new], two[new]
        return np.asarray(new)


def key_hashes(table: Table, rows: pl.DataFrame) -> Hashes:
    """A 64-bit hash of each row's key. Polars promises it within one process and version only, so it is never stored."""
    return rows[list(table.key)].hash_rows(seed=17).to_numpy()


def picked(rows: pl.DataFrame, wanted: npt.NDArray[np.bool_]) -> pl.DataFrame:
    """The rows where `wanted` holds. A few of many are copied: as views they would keep the text of all rows for as long as they wait."""
    if wanted.all():
        return rows
    few = rows[np.flatnonzero(wanted)]
    return few if few.height * 2 > rows.height else copied(few)


def copied(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with texts of their own."""
    own = pl.from_arrow(rows.to_arrow(compat_level=pl.CompatLevel.oldest()))
    assert isinstance(own, pl.DataFrame)
    return own


def among(hashes: Hashes, wanted: Hashes) -> npt.NDArray[np.bool_]:
    """Which hashes are among `wanted`, which is sorted. Cheaper than a set where one list is asked for many times."""
    if len(wanted) == 0:
        return np.zeros(len(hashes), dtype=np.bool_)
    place = np.searchsorted(wanted, hashes)
    place[place == len(wanted)] = 0
    return np.asarray(wanted[place] == hashes)


def settle(table: Table, suspects: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Compare rows that may be known with every row of the same keys, value by value.

    In      suspects  rows of the batch with `seq`
            known     rows of the lake (`_order` -1) and of the batch (`_order` = seq) that share a key with a suspect
    Out     one row a suspect, in their order: repeats (an earlier row says at least as much, and the same), contradicts
            (an earlier row with the same key has another non-null value)
    """
    compared = compared_columns(table)
    columns = [*table.key, *compared]
    mine = _comparable(suspects.with_columns(pl.col("seq").alias(_ORDER)), columns).with_row_index("_row")
    every = pl.concat([_comparable(known, columns), mine.drop("_row")], rechunk=True)
    exact = _first_alike(mine, every, columns) < mine[_ORDER]  # nearly all repeats are, and this is the cheap question
    verdict = pl.DataFrame({"repeats": exact, "contradicts": pl.repeat(False, len(exact), eager=True)})
    rest = mine.filter(~exact)
    if rest.height:
        every = every.join(rest.select(table.key).unique(), on=table.key, how="semi", nulls_equal=True)
        told = _repeats(table, rest, every, compared).join(_contradicts(table, rest, every, compared), on="_row")
        verdict = verdict.with_row_index("_row").update(told, on="_row", how="left").drop("_row")
    return verdict


def _comparable(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Lists become text, so that they can be compared; the count keeps [] apart from ['']."""
    lists = [c for c in columns if rows.schema[c] == pl.List(pl.String)]
    texts = [pl.format("{}:{}", pl.col(c).list.len(), pl.col(c).list.join("\x00")).alias(c) for c in lists]
    return rows.select(*columns, pl.col(_ORDER).cast(pl.Int64)).with_columns(texts)


def _repeats(table: Table, rest: pl.DataFrame, every: pl.DataFrame, compared: list[str]) -> pl.DataFrame:
    """Rows of which every non-null value stands in one earlier row with the same key: _row, repeats.

    Done for each pattern of nulls at once: among the rows that have these columns, the first with the same values.
    """
    pattern = pl.concat_str([pl.col(c).is_null().cast(pl.UInt8) for c in compared]) if compared else pl.lit("")
    found = []
    for (mask,), rows in rest.with_columns(pattern.alias(_MASK)).partition_by(_MASK, as_dict=True).items():
        present = [c for c, null in zip(compared, str(mask), strict=False) if null == "0"]
        having = every.filter(pl.all_horizontal(pl.col(c).is_not_null() for c in present)) if present else every
        first = _first_alike(rows, having, [*table.key, *present])
        found.append(rows.select("_row", repeats=first < pl.col(_ORDER)))
    return pl.concat(found)


def _first_alike(rows: pl.DataFrame, having: pl.DataFrame, same: list[str]) -> pl.Series:
    """For each row the smallest order among rows that are equal in the columns `same` (each row is among them itself).

    Found by hash, then every pair is compared by value; the day two different rows share a hash, the slow way decides.
    """
    hashed = having.select(pl.col(_ORDER), h=having.select(same).hash_rows(seed=17)).with_row_index("_at")
    first = hashed.sort(_ORDER).unique("h", keep="first")
    met = pl.DataFrame({"h": rows.select(same).hash_rows(seed=17)}).join(first, on="h", how="left", maintain_order="left")
    twin = having.select(pl.col(same).gather(met["_at"]))
    if all(rows[c].eq_missing(twin[c]).all() for c in same):
        return met[_ORDER]
    exact = having.group_by(same).agg(pl.col(_ORDER).min())
    return rows.select(same).join(exact, on=same, how="left", nulls_equal=True, maintain_order="left")[_ORDER]


def _contradicts(table: Table, rest: pl.DataFrame, every: pl.DataFrame, compared: list[str]) -> pl.DataFrame:
    """Rows that have another non-null value than some earlier row with the same key: _row, contradicts."""
    key = list(table.key)
    several = every.filter(pl.len().over(key) > 1).sort(_ORDER)
    lines = [every.clear().select(*key, _ORDER, contradicts=pl.lit(True))]
    for c in compared:
        told = several.filter(pl.col(c).is_not_null()).select(*key, _ORDER, pl.col(c).alias("value"))
        if told.height == 0:
            continue
        told = told.with_columns(first=pl.col("value").first().over(key))
        told = told.with_columns(other=pl.when(pl.col("value") != pl.col("first")).then(pl.col(_ORDER)).min().over(key))
        # Another value than the first: the first is earlier. The first value again: only if another one came in between.
        told = told.filter((pl.col("value") != pl.col("first")) | (pl.col("other") < pl.col(_ORDER)))
        lines.append(told.select(*key, _ORDER, contradicts=True))
    contradicting = pl.concat(lines).unique()
    on = [*key, _ORDER]
    asked = rest.select("_row", *on).join(contradicting, on=on, how="left", nulls_equal=True)
    return asked.select("_row", pl.col("contradicts").fill_null(False))
