"""The workspaces of a home, by name. Their folders and lakes are opened elsewhere; see services.workspaces."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hexameter.campaigns.access.audit import noted
from hexameter.campaigns.access.tables import AUDIT, INVITATION, MEMBERSHIP, SESSION, SHARED, TOKEN, WORKSPACE
from hexameter.campaigns.database import reading, writing
from hexameter.errors import BadValue, Conflict, NotFound, did_you_mean

FIRST = "main"  # the home itself
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class Space:
    """One workspace."""

    slug: str
    name: str


class Spaces:
    """The list of workspaces."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now

    def list(self) -> list[Space]:
        """The first one and all that were made, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(WORKSPACE).order_by(WORKSPACE.c.slug)).all()
        return [Space(FIRST, "Main"), *(Space(row.slug, row.name) for row in rows)]

    def one(self, slug: str) -> Space:
        """One of them.

        Raises  NotFound
        """
        known = {space.slug: space for space in self.list()}
        if slug not in known:
            raise NotFound(f"no workspace '{slug[:50]}'.", field="workspace", value=slug[:50], hint=did_you_mean(slug, list(known)))
        return known[slug]

    def add(self, slug: str, name: str, owners: tuple[str, ...] = ()) -> Space:
        """Note a new one; the owners of the first workspace own it too.

        Raises  BadValue  not a name for a folder; Conflict  it is there
        """
        space = Space(slug_of(slug), " ".join(name.split())[:100] or slug_of(slug))
        with writing(self._engine) as connection:
            taken = connection.execute(sa.select(WORKSPACE.c.slug).where(WORKSPACE.c.slug == space.slug)).first()
            if taken is not None or space.slug == FIRST:
                raise Conflict(f"There is a workspace '{space.slug}' already.", field="workspace", value=space.slug)
            connection.execute(sa.insert(WORKSPACE).values(slug=space.slug, name=space.name, made_at=self._now()))
            owning = sa.select(MEMBERSHIP.c.person_id).where(MEMBERSHIP.c.workspace == FIRST, MEMBERSHIP.c.role == "owner")
            for (person,) in connection.execute(owning).all():
                connection.execute(sa.insert(MEMBERSHIP).values(person_id=person, workspace=space.slug, role="owner"))
            noted(connection, self._now(), FIRST, "command line", "workspace made", space.slug)
        return space

    def forget(self, slug: str) -> None:
        """Take one off the list, with all that was noted about it and its people."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(WORKSPACE).where(WORKSPACE.c.slug == slug))
            connection.execute(sa.update(SESSION).where(SESSION.c.workspace == slug).values(workspace=None))
            for table in (MEMBERSHIP, SHARED, INVITATION, TOKEN, AUDIT):
                connection.execute(sa.delete(table).where(table.c.workspace == slug))


def slug_of(text: str) -> str:
    """A workspace's name as it stands in paths.

    Raises   BadValue
    Example  slug_of("Acme") -> "acme"
    """
    clean = text.strip().casefold()
    if not _SLUG.fullmatch(clean):
        hint = "Expected 1 to 40 small letters a to z, digits and dashes."
        raise BadValue(f"the workspace's name is '{clean[:50]}'.", field="workspace", value=clean[:50], hint=hint)
    return clean
