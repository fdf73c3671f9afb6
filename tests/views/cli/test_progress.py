"""Progress: drawn on a terminal only, only when the work lasts, and gone afterwards."""

from __future__ import annotations

import io

from hexameter.views.cli.progress import PATIENCE_SECONDS, Bars


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _work(stream: io.StringIO, lasting: float) -> str:
    seconds = _Seconds()
    bars = Bars(stream, seconds)
    bars.start("reading \x1b[31mclip.csv", 100)
    bars.advance(10)
    seconds.now = lasting
    bars.advance(40)
    bars.finish()
    return stream.getvalue()


def test_short_work_draws_nothing() -> None:
    assert _work(_Terminal(), PATIENCE_SECONDS / 2) == ""


def test_no_terminal_draws_nothing() -> None:
    assert _work(io.StringIO(), PATIENCE_SECONDS * 10) == ""


def test_long_work_is_drawn_with_its_name_made_safe() -> None:
    drawn = _work(_Terminal(), PATIENCE_SECONDS)
    assert "reading <U+001B>[31mclip.csv" in drawn
    assert "50%" in drawn


def test_pieces_within_pieces_and_a_close_midway() -> None:
    seconds = _Seconds()
    stream = _Terminal()
    bars = Bars(stream, seconds)
    bars.start("outer", None)
    bars.start("inner", 10)
    seconds.now = PATIENCE_SECONDS
    bars.advance(5)
    bars.finish()
    bars.advance(1)
    bars.close()
    bars.finish()
    bars.advance(1)
    assert "inner" in stream.getvalue() and "outer" in stream.getvalue()
