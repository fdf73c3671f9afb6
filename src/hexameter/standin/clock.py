"""A clock that is driven by hand: the simulated present. It never looks at the machine's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class DrivenClock:
    """A present that moves only when told to (`contracts.protocols.Clock`)."""

    def __init__(self, now: datetime):
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """The simulated instant, UTC and aware."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Let time pass; it never runs backwards.

        Raises  ValueError  a negative duration
        """
        if by < timedelta(0):
            raise ValueError(f"time does not run backwards: {by}")
        self._now += by
        return self._now
