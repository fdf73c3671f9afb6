"""How many alerts somebody has not read, for the bell in every page's head. It shows none."""

from __future__ import annotations

import threading
from collections import OrderedDict

from fastapi import Request

from hexameter.views.web.places import Place

_MOST = 512


class Bell:
    """The counts of one workspace by reader, each kept while the workspace's desk stands still."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._door = threading.Lock()

    def count(self, place: Place, reader: str) -> int:
        """How many alerts this reader has not read."""
        beat = place.house.desk.pulse.beat()  # before the question: what changes meanwhile makes the count old at once
        with self._door:
            known = self._known.get(reader)
        if known is not None and beat is not None and known[0] == beat:
            return known[1]
        n = int(place.house.alerts.unread(reader))
        if beat is not None:
            with self._door:
                self._known[reader] = (beat, n)
                while len(self._known) > _MOST:
                    self._known.popitem(last=False)
        return n


def unread_of(request: Request) -> int | None:
    """The number beside the bell; None: this person has no bell."""
    session = getattr(request.state, "session", None)
    if session is None or not session.may("analyst"):
        return None
    place: Place = request.state.place
    return place.part("bell", Bell).count(place, session.login)
