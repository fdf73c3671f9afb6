"""Where the present comes from, and a progress that draws nothing. It holds no rule of the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, UTC."""
        return datetime.now(UTC)


class StoodClock:
    """A clock that stands still, for rehearsals and tests (setting `now`)."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """The instant it was set to."""
        return self._moment


class NoProgress:
    """Draws nothing."""

    def start(self, what: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, units: int) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""


class MovedClock(Protocol):
    """A present that moves only when told to: a rehearsal's."""

    def now(self) -> datetime:
        """The present, UTC."""
        ...

    def advance(self, by: timedelta) -> datetime:
        """Let time pass."""
        ...
