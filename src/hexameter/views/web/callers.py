"""Who is asking and where, remembered while the home's desk stands still. It decides nothing: accounts are the desk's business.

A logout, another role, a shared campaign or a deleted workspace is a change of the desk, by whichever process, and is seen by the next
request. A desk that does not say whether it changed (PostgreSQL) is asked every time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import NamedTuple

from hexameter.services.people import Session
from hexameter.views.web.places import Place, Places

_MOST = 512
_SECONDS = 60.0  # then the desk is asked all the same: sessions run out, and it notes when each was last seen


class Caller(NamedTuple):
    """Somebody with a session, and the workspace they look at."""

    session: Session
    place: Place


class Callers:
    """Those who asked lately, by the token of their session."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: OrderedDict[str, tuple[int, float, Caller]] = OrderedDict()
        self._door = threading.Lock()

    def at_once(self, token: str) -> Caller | None:
        """Whose token it is, without a question to the desk but whether it changed; None: it has to be asked."""
        with self._door:
            found = self._known.get(token)
        if found is None or found[1] < time.monotonic() or found[0] != self._places.root.desk.pulse.beat():
            return None
        return found[2]

    def asked(self, token: str) -> Caller | None:
        """Whose token it is; None: nobody's, or no longer.

        Raises  NotFound  its workspace was deleted this moment
        """
        beat = self._places.root.desk.pulse.beat()  # before the question: what changes meanwhile makes the answer old at once
        session = self._places.people.session(token)
        caller = None if session is None else Caller(session, self._places.place(session.workspace))
        with self._door:
            self._known.pop(token, None)
            if caller is not None and beat is not None:
                self._known[token] = (beat, time.monotonic() + _SECONDS, caller)
                while len(self._known) > _MOST:
                    self._known.popitem(last=False)
        return caller
