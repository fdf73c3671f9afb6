"""Instants and durations as files write them, column by column. It knows no table and never asks what time it is."""

from __future__ import annotations

import polars as pl

from hexameter.sources.files.cells import Parsed


def instants(cells: pl.Series, field: str, tz: str = "UTC") -> Parsed:
    """Instants in UTC: ISO 8601 with T or space, with or without offset and fraction, a date alone (its midnight), Unix seconds or ms.

    A time without an offset is local time of `tz`. One that the clocks skipped is refused; one that happened twice is the first.

    Out     values Datetime(us, UTC), why
    Raises  BadValue  `tz` is no time zone
    Example instants(pl.Series(["2025-07-01 02:00:00"]), "captured_at", "Europe/Paris") -> 2025-07-01T00:00Z
    """
    raise NotImplementedError


def durations(cells: pl.Series, field: str) -> Parsed:
    """Lengths in seconds: 31, 31.5, 00:31, 1:02:03.

    Out     values float64, why
    Example durations(pl.Series(["01:05"]), "duration_seconds") -> 65.0
    """
    raise NotImplementedError


def from_ids(ids: pl.Series) -> pl.Series:
    """The second at which TikTok issued an id (id >> 32), null where the id is not decimal or the time not in 2014..2100.

    Example from_ids(pl.Series(["7527623000473079054"])) -> 2025-07-16T10:21:...Z
    """
    raise NotImplementedError
