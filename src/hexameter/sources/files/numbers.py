"""Counters and other numbers as people and exports write them, column by column. It knows no table and no file."""

from __future__ import annotations

import polars as pl

from hexameter.sources.files.cells import Parsed


def counters(cells: pl.Series, field: str, decimal: str | None = None) -> Parsed:
    """Whole numbers of any spelling: 1234, 1 234, 12.345, 12,345, 541.2K, 1,6 M; blank, -, --, N/A and undefined are null.

    In      cells    text or typed
            field    the name used in reasons
            decimal  "." or "," when the file is known to use it; None: decided by the evidence in the column
    Out     values int64, rounding int64, why: negative, over 2^63-1, fraction, not a number
    Example counters(pl.Series(["541.2K", "-5"]), "views") -> 541200 ±50; refused: views is "-5"; a counter cannot be negative
    """
    raise NotImplementedError


def reals(cells: pl.Series, field: str, decimal: str | None = None) -> Parsed:
    """Numbers with a fraction: 0.59, 0,59, 12.3%, 1 234,56 €. A percent sign is dropped, not divided by.

    Out     values float64 (never NaN or infinite), why
    Example reals(pl.Series(["12.3%"]), "full_watch_pct") -> 12.3
    """
    raise NotImplementedError


def whole_numbers(cells: pl.Series, field: str, decimal: str | None = None) -> Parsed:
    """Like `counters`, for daily figures that may be negative."""
    raise NotImplementedError
