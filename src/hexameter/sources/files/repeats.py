"""What a file tells with every reading, a post's description or its creator's profile, is handed over once. It counts nothing."""

from __future__ import annotations

import polars as pl

from hexameter.contracts.tables import BY_NAME

_SEEDS = (1_000_003, 7_368_787)
_NOT_TOLD = frozenset({"first_seen_at"})  # the first telling says when


class Once:
    """Remembers what rows of one lake table said, as 128 bits a row: two rows of a file that differ are told apart.

    In      table  the lake table the rows are meant for
    """

    def __init__(self, table: str) -> None:
        self._columns = [c for c in BY_NAME[table].content if c not in _NOT_TOLD]
        self._told = pl.DataFrame(schema={"told": pl.Int128})

    def fresh(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that say something no earlier row of the file said."""
        if rows.height == 0:
            return rows
        # columns without a value say nothing, and hashing them costs as much as the others
        said = rows.select(c for c in self._columns if c in rows.columns and rows[c].null_count() < rows.height)
        names = sum(1 << self._columns.index(c) for c in said.columns)
        high, low = (said.hash_rows(seed=seed + names) for seed in _SEEDS)
        both = pl.DataFrame({"high": high, "low": low}).select(told=pl.col("high").cast(pl.Int128) * 2**63 + pl.col("low").cast(pl.Int128))
        first = both.with_row_index("at").filter(pl.col("told").is_first_distinct())
        new = first.join(self._told, on="told", how="anti", maintain_order="left")
        self._told = pl.concat([self._told, new.select("told")])
        return rows if new.height == rows.height else rows[new["at"]]
