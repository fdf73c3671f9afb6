"""Work begun before it is asked for, in a thread beside. It does not know what the work is."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """The items of a generator, made in a thread from now on. What it raises comes in its turn.

    In      items  none of them None
            most   how many may wait before the first is asked for; from then on one is made at a time
    """

    def __init__(self, items: Generator[T, None, None], most: int) -> None:
        self._items = items
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._waiting: deque[Future[T | None]] = deque(self._beside.submit(next, items, None) for _ in range(most))

    def __iter__(self) -> Iterator[T]:
        while (item := self._waiting.popleft().result()) is not None:
            if not self._waiting:
                self._waiting.append(self._beside.submit(next, self._items, None))
            yield item

    def close(self) -> None:
        """Make no more; what is under way is waited for."""
        for item in self._waiting:
            item.cancel()
        self._beside.submit(self._items.close)
        self._beside.shutdown()
