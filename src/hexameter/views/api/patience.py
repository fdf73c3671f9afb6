"""How many requests in a minute: a bucket for each caller that fills by itself. It is kept in this process only."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.exceptions import HTTPException

_KNOWN = 10_000


class Patience:
    """Buckets by caller; the caller seen longest ago is forgotten.

    In      a_minute  how many requests refill in a minute, and how many may come at once
            clock     seconds that only go forward
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = a_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._door = threading.Lock()

    def take(self, who: str) -> None:
        """One more request.

        Raises  HTTPException  429, with Retry-After
        """
        now = self._clock()
        with self._door:
            left, at = self._buckets.pop(who, (float(self._most), now))
            left = min(float(self._most), left + (now - at) * self._most / 60)
            self._buckets[who] = (left - 1 if left >= 1 else left, now)
            while len(self._buckets) > _KNOWN:
                self._buckets.popitem(last=False)
        if left < 1:
            wait = math.ceil((1 - left) * 60 / self._most)
            said = f"More than {self._most} requests in a minute. Wait {wait} s, then go on."
            raise HTTPException(429, said, headers={"retry-after": str(wait)})
