"""Jumps in a creator's daily follower series, up and down, by robust z. It says unexplained, never bought."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median
from typing import Any

from hexameter.kpis.answers import plain

WINDOW_DAYS = 28
FEWEST = 7
Z_ABOVE = 6.0
SHARE_ABOVE = 0.01
_TO_SIGMA = 1.4826  # MAD of a normal distribution to its standard deviation


def jumps(series: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Days whose net gain stands out from the 28 days before them.

    A net is the difference between two read days, per day between them. It is flagged when its robust z (distance from
    the median in units of 1.4826 MAD, at least 7 nets) is above 6 and the whole step is above 1 % of the followers before it.

    In      series  one creator's read days ascending: day, followers, in_period
    Out     day, net, z (null when the days before were all alike), direction
    """
    read: list[Any] = []
    nets: list[float] = []
    out = []
    for before, now in zip(series, series[1:], strict=False):
        step, days = now["followers"] - before["followers"], (now["day"] - before["day"]).days
        first = bisect_left(read, now["day"] - timedelta(days=WINDOW_DAYS))
        recent = nets[first:]
        read.append(now["day"])
        nets.append(step / days)
        if not now["in_period"] or len(recent) < FEWEST or abs(step) <= SHARE_ABOVE * before["followers"]:
            continue
        usual = median(recent)
        away = step / days - usual
        spread = _TO_SIGMA * median(abs(net - usual) for net in recent)
        if abs(away) > Z_ABOVE * spread:
            z = away / spread if spread else None
            out.append({"day": plain(now["day"]), "net": step, "z": z, "direction": "up" if step > 0 else "down"})
    return out
