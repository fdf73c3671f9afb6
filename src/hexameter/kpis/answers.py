"""Fetched results as plain Python values fit for JSON: None for null, whole numbers as int, days and instants as ISO text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa


def row(result: pa.Table) -> dict[str, Any]:
    """The only row of a result."""
    found: list[dict[str, Any]] = result.to_pylist()
    return found[0]


def plain(value: Any) -> Any:
    """A value as JSON shows it.

    Example plain(date(2025, 7, 1)) -> "2025-07-01"
    """
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def ratio(up: float | None, down: float | None, times: float = 1.0) -> float | None:
    """up / down * times; null when either is null or down is 0.

    Example ratio(1980, 25000, 100) -> 7.92
    """
    return None if up is None or down is None or down == 0 else up * times / down


def difference(end: int | None, start: int | None) -> int | None:
    """end - start; null when either is null."""
    return None if end is None or start is None else end - start
