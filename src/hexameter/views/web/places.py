"""The workspaces as the pages see them: each with its house, its kept answers and what else must not be shared. It opens none itself."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from hexameter.services.people import Session
from hexameter.views.web.client_house import ClientHouse
from hexameter.views.web.measured import Measured

Made = TypeVar("Made")
_CLIENTS = 16
FIRST = "main"  # the home itself


class Place:
    """One workspace.

    slug, house, measured  its name, its verbs and their kept answers
    mark                   a word no other workspace, and no other server, ever has: in the names of kept pages
    """

    def __init__(self, slug: str, house: Any) -> None:
        self.slug = slug
        self.house = house
        self.measured = Measured(house)
        self.mark = secrets.token_hex(8)
        self._parts: dict[str, Any] = {}
        self._clients: OrderedDict[tuple[tuple[str, bool], ...], tuple[Any, Measured]] = OrderedDict()
        self._door = threading.Lock()

    def part(self, name: str, make: Callable[[], Made]) -> Made:
        """Something kept for this workspace only, made when first asked for: rejects, running imports."""
        with self._door:
            if name not in self._parts:
                self._parts[name] = make()
            made: Made = self._parts[name]
            return made

    def seen_by(self, session: Session | None) -> tuple[Any, Measured]:
        """House and kept answers as somebody sees them: a client's show the shared campaigns only."""
        if session is None or session.may("analyst"):
            return self.house, self.measured
        key = tuple(sorted(session.shared.items()))
        with self._door:
            if key not in self._clients:
                limited = ClientHouse(self.house, session.shared)
                self._clients[key] = (limited, Measured(limited, beside=self.measured))
                while len(self._clients) > _CLIENTS:
                    self._clients.popitem(last=False)
            self._clients.move_to_end(key)
            return self._clients[key]


class Places:
    """Every workspace of a home, each made when somebody first looks at it."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._places: dict[str, tuple[Any, Place]] = {}
        self._door = threading.Lock()

    @property
    def people(self) -> Any:
        """The accounts of the home."""
        return self.root.desk.people

    def place(self, slug: str) -> Place:
        """A workspace.

        Raises  NotFound  there is none of this name
        """
        return self._of(slug, self.root.workspaces.open(slug))

    def answering(self, state: str) -> Place:
        """The workspace in which a creator's link was made; the first one when none knows it."""
        house = self.root.workspaces.answering(state)
        slug = FIRST if house is self.root else house.home.name
        return self._of(slug, house)

    def every(self) -> list[Place]:
        """All workspaces, the first one first: for links that name none."""
        return [self.place(space["slug"]) for space in self.root.workspaces.list()]

    def _of(self, slug: str, house: Any) -> Place:
        with self._door:
            known = self._places.get(slug)
            if known is None or known[0] is not house:  # a workspace deleted and made again is another one
                known = self._places[slug] = (house, Place(slug, house))
            return known[1]
