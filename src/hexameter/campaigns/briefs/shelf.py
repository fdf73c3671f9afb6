"""Briefs as they are kept: every change is a new version with who and when; nothing is overwritten. It checks no post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.briefs.brief import Brief, brief_of, brief_text, changed
from hexameter.campaigns.briefs.tables import BRIEF, TEMPLATE
from hexameter.campaigns.database import reading, writing
from hexameter.campaigns.rows import hold, key_of, one
from hexameter.campaigns.tables import CAMPAIGN
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import handle_of
from hexameter.errors import BadValue, NotFound, did_you_mean

EVERYONE = ""  # the handle of the campaign's own brief


@dataclass(frozen=True)
class BriefVersion:
    """One version of a brief; `handle` EVERYONE: for every creator who has none of their own."""

    handle: str
    version: int
    brief: Brief
    made_by: str
    made_at: datetime
    why: str | None


@dataclass(frozen=True)
class TemplateVersion:
    """One version of a template."""

    name: str
    version: int
    brief: Brief
    made_by: str
    made_at: datetime


class Briefs:
    """The briefs of this desk."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def write(
        self,
        slug: str,
        words: Mapping[str, Any],
        by: str,
        *,
        creator: str | None = None,
        template: str | None = None,
        version: int | None = None,
        why: str | None = None,
    ) -> BriefVersion:
        """A new version: the newest one (a creator's first: the campaign's) with some fields given anew.

        Words that change nothing make no version.

        In      creator   tailored to this creator
                template  start from this template's newest version instead
                version   start from this version instead: how an old one comes back
        Raises  BadValue, NotFound
        """
        handle = EVERYONE if creator is None else handle_of(creator)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            known = _versions(connection, key, handle)
            brief = changed(self._start(connection, key, known, template, version), words)
            if known and known[-1].brief == brief:
                return known[-1]
            made = BriefVersion(handle, len(known) + 1, brief, by.strip() or "manager", self._clock.now(), why)
            connection.execute(
                sa.insert(BRIEF).values(
                    campaign_id=key,
                    handle=handle,
                    version=made.version,
                    body=brief_text(brief),
                    made_by=made.made_by,
                    made_at=made.made_at,
                    why=why,
                )
            )
        return made

    def _start(self, connection: sa.Connection, key: int, known: list[BriefVersion], template: str | None, version: int | None) -> Brief:
        if template is not None:
            return _template(connection, template).brief
        if version is not None:
            return _numbered(known, version).brief
        if known:
            return known[-1].brief
        common = _versions(connection, key, EVERYONE)
        return common[-1].brief if common else _blank(connection, key)

    def versions(self, slug: str, creator: str | None = None) -> list[BriefVersion]:
        """Every version for a creator, or for everyone, oldest first.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            return _versions(connection, key_of(connection, slug), EVERYONE if creator is None else handle_of(creator))

    def tailored(self, slug: str) -> list[str]:
        """Creators who have a brief of their own."""
        with reading(self._engine) as connection:
            mine = sa.select(BRIEF.c.handle).where(BRIEF.c.campaign_id == key_of(connection, slug), BRIEF.c.handle != EVERYONE)
            return list(connection.execute(mine.distinct().order_by(BRIEF.c.handle)).scalars())

    def current(self, slug: str, creator: str | None = None, at: datetime | None = None, version: int | None = None) -> BriefVersion:
        """The brief in force for a creator (their own, else everyone's).

        In      at  the newest version by then; when none was written yet, the first
        Raises  NotFound  no brief was written
        """
        with reading(self._engine) as connection:
            key = key_of(connection, slug)
            own = [] if creator is None else _versions(connection, key, handle_of(creator))
            known = own or _versions(connection, key, EVERYONE)
        if not known:
            raise NotFound(
                f"campaign '{slug}' has no brief yet.", field="brief", hint=f"Write one: hexameter brief write {slug} --goal ..."
            )
        return _numbered(known, version) if version is not None else in_force(known, at)

    def all(self, slug: str) -> dict[str, list[BriefVersion]]:
        """Every version, by handle (EVERYONE: the campaign's own), oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(_of(key_of(connection, slug)))
            found: dict[str, list[BriefVersion]] = {}
            for row in rows:
                found.setdefault(row.handle, []).append(_version(row))
        return found

    def save_template(self, name: str, brief: Brief, by: str) -> TemplateVersion:
        """Keep a brief as a template; the same name again is a new version of it."""
        clean = " ".join(name.replace("\x00", "").split())
        if not 1 <= len(clean) <= 100:
            raise BadValue("A template needs a name of at most 100 signs.", field="name", value=clean[:100])
        with writing(self._engine) as connection:
            newest = sa.select(sa.func.max(TEMPLATE.c.version)).where(TEMPLATE.c.name == clean)
            made = TemplateVersion(clean, int(connection.execute(newest).scalar() or 0) + 1, brief, by, self._clock.now())
            row = {"name": clean, "version": made.version, "body": brief_text(brief), "made_by": by, "made_at": made.made_at}
            connection.execute(sa.insert(TEMPLATE).values(**row))
        return made

    def templates(self) -> list[TemplateVersion]:
        """The newest version of each template, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(TEMPLATE).order_by(TEMPLATE.c.name, TEMPLATE.c.version)).all()
        return list({row.name: _template_of(row) for row in rows}.values())


def in_force(known: list[BriefVersion], at: datetime | None) -> BriefVersion:
    """The newest version made by an instant; None: the newest of all; when all are later, the first.

    In      known  oldest first, at least one
    """
    return next((v for v in reversed(known) if at is None or v.made_at <= at), known[0])


def _of(key: int) -> sa.Select[Any]:
    return sa.select(BRIEF).where(BRIEF.c.campaign_id == key).order_by(BRIEF.c.handle, BRIEF.c.version)


def _versions(connection: sa.Connection, key: int, handle: str) -> list[BriefVersion]:
    return [_version(row) for row in connection.execute(_of(key).where(BRIEF.c.handle == handle))]


def _version(row: sa.Row[Any]) -> BriefVersion:
    return BriefVersion(row.handle, row.version, brief_of(row.body), row.made_by, row.made_at, row.why)


def _template_of(row: sa.Row[Any]) -> TemplateVersion:
    return TemplateVersion(row.name, row.version, brief_of(row.body), row.made_by, row.made_at)


def _numbered(known: list[BriefVersion], version: int) -> BriefVersion:
    found = next((v for v in known if v.version == version), None)
    if found is None:
        raise NotFound(f"the brief has no version {version}; the newest is {len(known)}.", field="version", value=str(version))
    return found


def _template(connection: sa.Connection, name: str) -> TemplateVersion:
    newest = sa.select(TEMPLATE).where(TEMPLATE.c.name == name.strip()).order_by(TEMPLATE.c.version.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is None:
        known = connection.execute(sa.select(TEMPLATE.c.name).distinct()).scalars().all()
        hint = did_you_mean(name, known) or "Save one: hexameter brief template NAME --from CAMPAIGN."
        raise NotFound(f"unknown template '{name}'.", field="template", value=name, hint=hint)
    return _template_of(row)


def _blank(connection: sa.Connection, key: int) -> Brief:
    """What the campaign itself already says."""
    slug = connection.execute(sa.select(CAMPAIGN.c.slug).where(CAMPAIGN.c.id == key)).scalar_one()
    campaign = one(connection, slug)
    first, last = campaign.period.from_day.isoformat(), campaign.period.to_day.isoformat()
    return Brief(hashtags=campaign.hashtags, mentions=campaign.mentions, from_day=first, to_day=last)
