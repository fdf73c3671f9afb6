"""Work begun before it is asked for: bounded, in order, and what it raises comes in its turn."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from hexameter.services.ahead import Ahead


def test_items_come_in_order_and_only_some_are_made_ahead() -> None:
    made: list[int] = []
    enough = threading.Event()

    def items() -> Generator[int, None, None]:
        for n in range(10):
            made.append(n)
            if n == 2:
                enough.set()
            yield n

    ahead = Ahead(items(), 3)
    assert enough.wait(10)
    assert made == [0, 1, 2]
    assert list(ahead) == list(range(10))
    ahead.close()


def test_once_they_are_asked_for_one_is_made_at_a_time() -> None:
    made: list[int] = []

    def items() -> Generator[int, None, None]:
        for n in range(10):
            made.append(n)
            yield n

    ahead = Ahead(items(), 4)
    for n in ahead:
        if n >= 3:  # those made early are used up
            assert len(made) <= n + 2
    assert made == list(range(10))
    ahead.close()


def test_what_is_raised_comes_after_the_items_before_it() -> None:
    def items() -> Generator[int, None, None]:
        yield 1
        raise ZeroDivisionError

    found = iter(Ahead(items(), 2))
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_what_is_not_wanted_is_ended() -> None:
    ended = threading.Event()

    def items() -> Generator[int, None, None]:
        try:
            yield from range(10)
        finally:
            ended.set()

    Ahead(items(), 2).close()
    assert ended.is_set()
