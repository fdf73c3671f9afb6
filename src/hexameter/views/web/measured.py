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
WHOLE = {"posts": True, "creators": True, "hashtags": True, "curves": True, "definition": "all"}


class Measured:
    """The answers of one house.

    "As of now" means: as of the first time the question was asked in this minute. New readings and decisions change the version, so
    they are seen at once; only the passing of time waits for the next minute.
    """

    def __init__(self, house: Any, beside: Measured | None = None) -> None:
        """Answers of a house; `beside`: those of another view of the same house, whose engine both wait for."""
        self._house = house
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._turn: Any = threading.RLock() if beside is None else beside._turn  # an engine serves one thread at a time
        self._door = threading.Lock()

    def look(self, campaign: str | None = None) -> Look:
        """The house as it stands now, for one page: asked once, so that all its parts agree.

        Raises  NotFound  an unknown campaign
        """
        return Look(self, self._house, self._house.version_of(campaign), self._house.clock.now().strftime("%Y-%m-%dT%H:%M"))

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

    def remembered(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What was made under a key, or is made now."""
        with self._door:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        with self._turn:
            with self._door:
                if key in self._kept:  # another request asked meanwhile
                    return self._kept[key]
            made = make()
            with self._door:
                self._kept[key] = made
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return made


@dataclass(frozen=True)
class Look:
    """One page's view of the house: definitions, lake and desk at one version, the present to the minute."""

    measured: Measured
    house: Any
    version: str
    minute: str

    def key(self, **ask: Any) -> str:
        """What the answer depends on, without measuring: for ETag."""
        return hashlib.sha256(repr(self._key(ask)).encode()).hexdigest()[:32]

    def numbers(self, **ask: Any) -> dict[str, Any]:
        """The measured document of a question.

        Raises  as the house's `kpis` does
        """
        document: dict[str, Any] = self.measured.remembered(self._key(ask), lambda: self.house.kpis(**ask))
        return document

    def other(self, what: Callable[[], Any], *names: Any) -> Any:
        """Another answer of the house that stands while its version does: kept by its names."""
        return self.measured.remembered((self.version, *names), what)

    def _key(self, ask: dict[str, Any]) -> tuple[Any, ...]:
        minute = None if ask.get("as_of") else self.minute
        return (self.version, minute, *sorted((k, str(v)) for k, v in ask.items() if v is not None))
