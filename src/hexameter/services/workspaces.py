"""Workspaces: complete homes below the home, each with its own lake, desk and key. Only people and their sessions are the home's own."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.access.spaces import FIRST, Space, slug_of
from hexameter.campaigns.database import drop_schema, make_schema, schema_of
from hexameter.errors import BadValue, Unusable
from hexameter.services.tokens import TokensOf

if TYPE_CHECKING:
    from hexameter.services.house import House

FOLDER = "workspaces"
_LOOK_SECONDS = 30.0  # how soon the tracker sees a workspace that was made meanwhile

Opener = Callable[[dict[str, str]], Any]


class Workspaces:
    """The workspaces of a home.

    In      root    the home itself: the first workspace
            opener  opens a house over other settings (main's)
    """

    def __init__(self, root: House, opener: Opener) -> None:
        self._root = root
        self._opener = opener
        self._opened: dict[str, Any] = {}
        self._door = threading.Lock()

    def list(self) -> list[dict[str, Any]]:
        """Every workspace: slug, name, home."""
        return [self._shown(space) for space in self._spaces.list()]

    def create(self, name: str) -> dict[str, Any]:
        """Make one; the owners of the first workspace own it.

        Raises  BadValue  a name that will not do as a folder's; Conflict  it is there; Unusable  the folder cannot be made
        """
        slug = slug_of(name)
        space = self._spaces.add(slug, name.strip())
        try:
            self.open(slug).desk.campaigns()  # its database and folder are made now, so that a fault shows here
        except BaseException:
            self._spaces.forget(slug)
            raise
        return self._shown(space)

    def open(self, slug: str) -> Any:
        """The verbs over one workspace; opened once and closed with the home.

        Raises  NotFound  there is none of this name
        """
        space = self._spaces.one(slug)
        if space.slug == FIRST:
            return self._root
        with self._door:
            if space.slug not in self._opened:
                make_schema(self._root.settings["database_url"], _schema(space.slug))
                self._opened[space.slug] = self._opener(self._settings(space.slug))
            return self._opened[space.slug]

    def delete(self, slug: str) -> dict[str, Any]:
        """Erase a workspace: lake, desk, key, files, and whatever the home knows of it.

        Raises  NotFound  there is none; BadValue  the first one, which is the home itself; Unusable  files that cannot be removed
        """
        space = self._spaces.one(slug)
        if space.slug == FIRST:
            hint = "Remove the home's folder instead."
            raise BadValue("The first workspace is the home itself.", field="workspace", value=slug, hint=hint)
        shown = self._shown(space)
        with self._door:
            gone = self._opened.pop(space.slug, None)
        if gone is not None:
            gone.close()
        self._spaces.forget(space.slug)  # nobody finds it any more while its files go
        folder = self._root.home / FOLDER / space.slug
        try:
            if folder.exists():
                shutil.rmtree(folder)
        except OSError as problem:
            raise Unusable(
                f"{folder} cannot be removed: {problem.strerror}.", field="workspace", hint="Remove the folder by hand."
            ) from problem
        drop_schema(self._root.settings["database_url"], _schema(space.slug))
        return shown

    @property
    def tokens(self) -> TokensOf:
        """The tokens for programs, of every workspace: make, list, revoke."""
        return TokensOf(self._root)

    def answering(self, state: str) -> Any:
        """The workspace whose link to connect an account carries this state; the first one when nobody's does."""
        for space in self._spaces.list():
            house = self.open(space.slug)
            if house.desk.connecting.knows(state):
                return house
        return self._root

    def track(self, stop: threading.Event) -> None:
        """Run a tracker for each workspace, those made meanwhile too, until `stop` is set; one that is deleted is let go."""
        running: dict[str, tuple[threading.Event, threading.Thread]] = {}
        while not stop.is_set():
            known = {space.slug for space in self._spaces.list()}
            for slug in known - running.keys():
                ending = threading.Event()
                running[slug] = (ending, threading.Thread(target=self._track_one, args=(slug, ending), daemon=True))
                running[slug][1].start()
            for slug in running.keys() - known:
                running.pop(slug)[0].set()
            stop.wait(_LOOK_SECONDS)
        for ending, _ in running.values():
            ending.set()
        for _, thread in running.values():
            thread.join()

    def _track_one(self, slug: str, ending: threading.Event) -> None:
        """The tracker has a house of its own: the pages' engine serves one thread at a time."""
        self.open(slug)  # makes what is missing
        with self._opener(dict(self._root.settings) if slug == FIRST else self._settings(slug)) as apart:
            apart.track(ending)

    def close(self) -> None:
        """Let go of every workspace but the home itself."""
        with self._door:
            opened, self._opened = list(self._opened.values()), {}
        for house in opened:
            house.close()

    @property
    def _spaces(self) -> Any:
        return self._root.desk.people.spaces

    def _settings(self, slug: str) -> dict[str, str]:
        """The home's settings, over a folder, a database and a watched folder of its own."""
        own = {
            "home": str(self._root.home / FOLDER / slug),
            "database_url": schema_of(self._root.settings["database_url"], _schema(slug)),
            "watch_folder": "",
        }
        return {**self._root.settings, **own}

    def _shown(self, space: Space) -> dict[str, Any]:
        home = self._root.home if space.slug == FIRST else self._root.home / FOLDER / space.slug
        return {"slug": space.slug, "name": space.name, "home": str(home)}


def _schema(slug: str) -> str:
    return f"workspace_{slug.replace('-', '_d_')}"
