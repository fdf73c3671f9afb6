"""Measured documents, kept while what they depend on stands. It measures nothing itself: the house does, one question at a time."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_KEPT = 192
_HEAVIEST = 1_500_000  # points of growth curves in all that is kept: some 200 MB
SLOT_MINUTES = 5  # divides an hour and every zone's offset, so that a new local day is a new slot
WHOLE = {"posts": True, "creators": True, "hashtags": True, "curves": True, "definition": "all"}


class Measured:
    """The answers of one house.

    "As of now" means: as of the first time the question was asked in these five minutes of the clock, which is the instant the answer
    names. New readings and decisions change the version, so they are seen at once; only the passing of time waits.
    """

    def __init__(self, house: Any, beside: Measured | None = None) -> None:
        """Answers of a house; `beside`: those of another view of the same house, whose engine both wait for."""
        self._house = house
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._weight = 0
        self._turn: Any = threading.RLock() if beside is None else beside._turn  # an engine serves one thread at a time
        self._door = threading.Lock()

    def look(self, campaign: str | None = None) -> Look:
        """The house as it stands now, for one page: asked once, so that all its parts agree.

        Raises  NotFound  an unknown campaign
        """
        return Look(self, self._house, campaign, self._house.version_of(campaign), _slot(self._house.clock.now()))

    def now(self) -> datetime:
        """The house's present."""
        present: datetime = self._house.clock.now()
        return present

    def knows(self, key: tuple[Any, ...]) -> bool:
        """Whether something is kept under a key."""
        with self._door:
            return key in self._kept

    def alone(self, what: Callable[[], Any]) -> Any:
        """Work that needs the engine, in its turn; nothing is kept."""
        with self._turn:
            return what()

    def remembered(self, key: tuple[Any, ...], make: Callable[[], Any], stands: Callable[[], bool] = lambda: True) -> Any:
        """What was made under a key, or is made now; it is kept if what the key says still stands when it is made."""
        with self._door:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with self._turn:
            with self._door:
                if key in self._kept:  # another request asked meanwhile
                    return self._kept[key]
            made = make()
            if stands():
                with self._door:
                    self._keep(key, made)
        return made

    def _keep(self, key: tuple[Any, ...], made: Any) -> None:
        self._kept[key] = made
        self._weight += _weight(made)
        while len(self._kept) > _KEPT or (self._weight > _HEAVIEST and len(self._kept) > 1):
            self._weight -= _weight(self._kept.popitem(last=False)[1])


@dataclass(frozen=True)
class Look:
    """One page's view of the house: definitions, lake and desk at one version, the present to a slot of the clock."""

    measured: Measured
    house: Any
    campaign: str | None
    version: str
    slot: str

    def stands(self) -> bool:
        """Whether nothing changed since this look was taken."""
        return bool(self.house.version_of(self.campaign) == self.version)

    def stands_at_once(self) -> bool:
        """Whether the same look would be taken now, as far as is known without reading anything: quick enough for an event loop."""
        now = self.slot == _slot(self.house.clock.now())
        return bool(now and self.house.version_at_once(self.campaign) == self.version)

    def key(self, **ask: Any) -> str:
        """What the answer depends on, without measuring: for ETag."""
        return hashlib.sha256(repr(self._key(ask)).encode()).hexdigest()[:32]

    def numbers(self, **ask: Any) -> dict[str, Any]:
        """The measured document of a question.

        Raises  as the house's `kpis` does
        """
        document: dict[str, Any] = self.measured.remembered(self._key(ask), lambda: self.house.kpis(**ask), self.stands)
        return document

    def other(self, what: Callable[[], Any], *names: Any) -> Any:
        """Another answer of the house that stands while its version does: kept by its names."""
        return self.measured.remembered((self.version, *names), what, self.stands)

    def _key(self, ask: dict[str, Any]) -> tuple[Any, ...]:
        slot = None if ask.get("as_of") else self.slot
        return (self.version, slot, *sorted((k, str(v)) for k, v in ask.items() if v is not None))


def _slot(now: datetime) -> str:
    """The five minutes of the clock that an instant lies in.

    Example _slot(datetime(2025, 8, 1, 12, 34)) -> "2025-08-01T12:30"
    """
    return f"{now.replace(minute=now.minute - now.minute % SLOT_MINUTES):%Y-%m-%dT%H:%M}"


def _weight(made: Any) -> int:
    """How much room an answer takes, in points of growth curves."""
    posts = made.get("posts") if isinstance(made, dict) else None
    return 100 + sum(50 + len(post.get("curve") or ()) for post in posts) if isinstance(posts, list) else 100
