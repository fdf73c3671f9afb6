"""A series as one line of block characters. It fills no gap: a missing value is a dot."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"


def sparkline(values: Sequence[float | None], width: int = 24) -> str:
    """The shape of a series, lowest to highest; "" when fewer than two values are there.

    In      values  in order of time; None = not read
            width   at most so many characters; longer series show the last value of each stretch
    Out     block characters; a flat series is drawn low
    Example sparkline([1, 2, None, 8]) -> "▁▂·█"
    """
    series = _thinned(list(values), width)
    known = [v for v in series if v is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    return "".join(GAP if v is None else _block(v, low, high) for v in series)


def _block(value: float, low: float, high: float) -> str:
    if high == low:
        return BLOCKS[0]
    return BLOCKS[min(int((value - low) / (high - low) * len(BLOCKS)), len(BLOCKS) - 1)]


def _thinned(values: list[float | None], width: int) -> list[float | None]:
    """One value for each of `width` stretches: the last that was read in it."""
    if len(values) <= width:
        return values
    edges = [round(i * len(values) / width) for i in range(width + 1)]
    stretches = [values[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    return [next((v for v in reversed(stretch) if v is not None), None) for stretch in stretches]
