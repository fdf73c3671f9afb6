"""The desk's pulse: it moves with every change, whoever made it, and stands still otherwise."""

from __future__ import annotations

from collections.abc import Callable

from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk


def test_a_change_by_anybody_moves_the_pulse(open_desk: Callable[[], Desk]) -> None:
    desk, other = open_desk(), open_desk()
    first = desk.pulse.beat()
    if first is None:  # PostgreSQL has none
        return
    desk.campaigns()
    assert desk.pulse.beat() == first
    desk.create(Draft("A", "2025-07-01", "2025-07-02", "UTC"))
    second = desk.pulse.beat()
    other.archive("a")
    assert len({first, second, desk.pulse.beat()}) == 3
