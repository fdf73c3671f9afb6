"""Columns of files about other things than posts; a row with a refused cell is left out whole. It parses nothing itself."""

from __future__ import annotations

import polars as pl

from hexameter.contracts.records import Chunk
from hexameter.sources.files.cells import Parsed, no_rejects, rejects_of
from hexameter.sources.files.chunks import chunk_of


class Checked:
    """A frame whose raw columns give way to parsed ones, with the reasons of what was refused.

    In      frame  `row` (int64, 1 = first data row) and raw columns
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.rejects = [no_rejects()]

    def take(self, name: str, parsed: Parsed) -> None:
        """Put a parsed column in the place of the raw one; its refused cells become rejects."""
        if parsed.why is not None:
            self.rejects.append(rejects_of(self.frame["row"], self.frame[name], name, parsed.why))
        self.frame = self.frame.with_columns(parsed.values.alias(name))

    def refuse(self, bad: pl.Expr, field: str, value: pl.Expr, why: pl.Expr) -> None:
        """Leave out the rows where `bad` holds."""
        told = self.frame.select(bad=bad.fill_null(False), value=value.cast(pl.String), why=why)
        reasons = told.select(pl.when("bad").then("why")).to_series()
        self.rejects.append(rejects_of(self.frame["row"], told["value"].fill_null(""), field, reasons))

    def good(self) -> pl.DataFrame:
        """The rows of which nothing was refused."""
        return self.frame.join(pl.concat(self.rejects).select("row"), on="row", how="anti", maintain_order="left")

    def chunk(self, table: str, broken: pl.DataFrame | None = None) -> Chunk:
        """The chunk: good rows as readings of a lake table; `broken` rows (not in the frame) are rejects, too."""
        more = [] if broken is None else [broken]
        return chunk_of(self.frame.height + sum(b.height for b in more), {table: self.good()}, rejects=[*self.rejects, *more])
