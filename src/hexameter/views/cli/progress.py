"""Draws how far long work is: on standard error, only on a terminal, only when it lasts. It never writes to standard output."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from hexameter.views.cli.safe import shortened

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

PATIENCE_SECONDS = 2.0


@dataclass
class _Piece:
    what: str
    total: int | None
    begun: float
    done: int = 0
    task: Any = None


class Bars:
    """One bar for each piece of work under way, shown once a piece has lasted two seconds.

    In      stream   where to draw; nothing is drawn when it is no terminal
            seconds  a clock that only goes forward
    """

    def __init__(self, stream: TextIO | None = None, seconds: Callable[[], float] = time.monotonic):
        self._stream = stream or sys.stderr
        self._seconds = seconds
        self._pieces: list[_Piece] = []
        self._drawn: RichProgress | None = None

    def start(self, what: str, total: int | None) -> None:
        """A piece of work begins."""
        self._pieces.append(_Piece(shortened(what, 36), total, self._seconds()))

    def advance(self, units: int) -> None:
        """So many more units of the innermost piece are done."""
        if not self._pieces:
            return
        piece = self._pieces[-1]
        piece.done += units
        if piece.task is None and self._due(piece):
            self._show(piece)
        if piece.task is not None and self._drawn is not None:
            self._drawn.update(piece.task, completed=piece.done)

    def finish(self) -> None:
        """The innermost piece is done; with the last one the drawing goes away."""
        if not self._pieces:
            return
        piece = self._pieces.pop()
        if piece.task is not None and self._drawn is not None:
            self._drawn.remove_task(piece.task)
        if not self._pieces:
            self.close()

    def close(self) -> None:
        """Takes the drawing off the terminal, whatever happened."""
        self._pieces.clear()
        if self._drawn is not None:
            self._drawn.stop()
            self._drawn = None

    def _due(self, piece: _Piece) -> bool:
        return self._stream.isatty() and self._seconds() - piece.begun >= PATIENCE_SECONDS

    def _show(self, piece: _Piece) -> None:
        if self._drawn is None:
            self._drawn = _drawing(self._stream)
            self._drawn.start()
        piece.task = self._drawn.add_task(piece.what, total=piece.total, completed=piece.done)


def _drawing(stream: TextIO) -> RichProgress:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from hexameter.views.cli.output import console_for

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
    )
    return Progress(*columns, console=console_for(stream), transient=True)
