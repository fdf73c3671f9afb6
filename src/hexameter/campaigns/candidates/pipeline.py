"""Candidates of a campaign and how far each has come: found, applied, short-listed, ... Every move is kept with who and when.

Whoever accepts becomes a creator of the campaign. It ranks nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.candidates.rules import RULES, reason_of, rule_of, signed
from hexameter.campaigns.candidates.tables import CANDIDATE, EVENT, STAGES, TAG
from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.rows import hold, key_of
from hexameter.campaigns.tables import CAMPAIGN, CREATOR
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import handle_of
from hexameter.errors import BadValue, Conflict, NotFound, did_you_mean

RECORDED = ("short-listed", "invited", "accepted", "briefed", "posted")  # whose followers are read every day
MEMBERS = ("accepted", "briefed", "posted", "done")
_LONGEST = 5_000


@dataclass(frozen=True)
class Event:
    """Something that happened to a candidate: `what` is stage, note or application; `text` says to which, or what was written."""

    campaign: str
    what: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Candidate:
    """One candidate of one campaign; `elsewhere`: stages in other campaigns, newest first."""

    handle: str
    stage: str
    since: datetime
    added_at: datetime
    tags: tuple[str, ...]
    history: tuple[Event, ...]
    elsewhere: tuple[tuple[str, str, datetime], ...]


class Pipeline:
    """The candidates of this desk."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, slug: str, handles: Iterable[str], by: str, stage: str = "found") -> int:
        """Put creators on the list; one who is there already stays where they are.

        Out     how many are new
        Raises  BadValue, NotFound
        """
        wanted = sorted({handle_of(handle) for handle in handles})
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            there = set(connection.execute(sa.select(CANDIDATE.c.handle).where(CANDIDATE.c.campaign_id == key)).scalars())
            new = [handle for handle in wanted if handle not in there]
            for handle in new:
                self._move(connection, key, handle, stage_of(stage), by)
        return len(new)

    def move(self, slug: str, handles: Iterable[str], stage: str, by: str, note: str | None = None) -> list[str]:
        """Move candidates to a stage; accepted ones become creators of the campaign. Moved to where they are, nothing happens.

        Out     who was moved
        Raises  BadValue; NotFound  a campaign, or somebody who is no candidate
        """
        wanted, to = sorted({handle_of(handle) for handle in handles}), stage_of(stage)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            rows = connection.execute(sa.select(CANDIDATE.c.handle, CANDIDATE.c.stage).where(CANDIDATE.c.campaign_id == key))
            there = {row.handle: row.stage for row in rows}
            for handle in wanted:
                _require(slug, handle, there)
            moved = [handle for handle in wanted if there[handle] != to]
            for handle in moved:
                self._move(connection, key, handle, to, by)
            if note:
                for handle in wanted:
                    self._note(connection, key, handle, "note", _clean(note), by)
        return moved

    def lead(self, slug: str, rule: str, about: Mapping[str, str]) -> list[str]:
        """Move candidates as a rule has it (candidates.rules); whoever it does not concern, or was there before, stays.

        In      about  by handle, what the move rests on
        Out     who was moved
        Raises  NotFound
        """
        to = rule_of(rule)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            asked = (CANDIDATE.c.campaign_id == key, CANDIDATE.c.stage.in_(to.begins), CANDIDATE.c.handle.in_(sorted(about)))
            been = sa.select(EVENT.c.handle).where(EVENT.c.campaign_id == key, EVENT.c.what == "stage", EVENT.c.text.in_(to.beyond))
            moved = sorted(connection.execute(sa.select(CANDIDATE.c.handle).where(*asked, CANDIDATE.c.handle.not_in(been))).scalars())
            for handle in moved:
                self._move(connection, key, handle, to.stage, signed(to, about[handle]))
        return moved

    def take_back(self, slug: str, handle: str, by: str) -> str:
        """Undo the last move of a candidate, when a rule made it; the rule does not make it again.

        Out     the stage they are at again
        Raises  BadValue, NotFound; Conflict  a person moved them last
        """
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            name = self._known(connection, slug, key, handle)
            mine = (EVENT.c.campaign_id == key, EVENT.c.handle == name, EVENT.c.what == "stage")
            moves = connection.execute(sa.select(EVENT.c.text, EVENT.c.by).where(*mine).order_by(EVENT.c.id.desc()).limit(2)).all()
            if len(moves) < 2 or reason_of(moves[0].by) is None:
                hint = f"Move them: hexameter candidate move {slug} STAGE {name}."
                raise Conflict(f"@{name} was not moved by a rule last.", field="creator", value=name, hint=hint)
            self._move(connection, key, name, moves[1].text, by)
        return str(moves[1].text)

    def movable(self) -> dict[str, tuple[str, ...]]:
        """By campaign that is not archived: the candidates whom a rule may lead on."""
        stages = sorted({stage for rule in RULES for stage in rule.begins})
        rows = (
            sa.select(CAMPAIGN.c.slug, CANDIDATE.c.handle)
            .join(CANDIDATE, CANDIDATE.c.campaign_id == CAMPAIGN.c.id)
            .where(CANDIDATE.c.stage.in_(stages), CAMPAIGN.c.archived_at.is_(None))
            .order_by(CANDIDATE.c.handle)
        )
        with reading(self._engine) as connection:
            found = _grouped(connection.execute(rows))
        return {slug: tuple(handle for (handle,) in handles) for slug, handles in found.items()}

    def note(self, slug: str, handle: str, text: str, by: str) -> None:
        """Write a note about a candidate.

        Raises  BadValue  an empty or endless note; NotFound
        """
        clean = _clean(text)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            self._note(connection, key, self._known(connection, slug, key, handle), "note", clean, by)

    def tag(self, slug: str, handle: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Give a candidate tags, or take some away.

        Raises  BadValue, NotFound
        """
        new, gone = sorted({_tag(t) for t in add}), sorted({_tag(t) for t in remove})
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            name = self._known(connection, slug, key, handle)
            for tag in new:
                row = {"campaign_id": key, "handle": name, "tag": tag}
                connection.execute(upsert(connection, TAG).values(**row).on_conflict_do_nothing())
            connection.execute(sa.delete(TAG).where(TAG.c.campaign_id == key, TAG.c.handle == name, TAG.c.tag.in_(gone)))

    def apply(self, slug: str, handle: str, message: str) -> None:
        """An application by a creator: new on the list, or found before; further along, only the message is kept.

        Raises  BadValue, NotFound
        """
        name, clean = handle_of(handle), message.replace("\x00", "").strip()[:_LONGEST]
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            mine = (CANDIDATE.c.campaign_id == key, CANDIDATE.c.handle == name)
            stage = connection.execute(sa.select(CANDIDATE.c.stage).where(*mine)).scalar()
            if stage in (None, "found"):
                self._move(connection, key, name, "applied", f"@{name}")
            self._note(connection, key, name, "application", clean, f"@{name}")

    def list(self, slug: str) -> list[Candidate]:
        """Everybody on the list, by stage, then name.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            key = key_of(connection, slug)
            rows = connection.execute(sa.select(CANDIDATE).where(CANDIDATE.c.campaign_id == key)).all()
            tags = _grouped(connection.execute(sa.select(TAG.c.handle, TAG.c.tag).where(TAG.c.campaign_id == key).order_by(TAG.c.tag)))
            mine = sa.select(CANDIDATE.c.handle).where(CANDIDATE.c.campaign_id == key)
            elsewhere = _grouped(connection.execute(_elsewhere(key, mine)))
            events = _grouped(connection.execute(_events(key)))
        found = [_candidate(row, tags, events, elsewhere) for row in rows]
        return sorted(found, key=lambda c: (STAGES.index(c.stage), c.handle))

    def one(self, slug: str, handle: str) -> Candidate:
        """One candidate.

        Raises  BadValue, NotFound
        """
        name = handle_of(handle)
        known = {c.handle: c for c in self.list(slug)}
        _require(slug, name, {h: c.stage for h, c in known.items()})
        return known[name]

    def recorded(self) -> dict[str, tuple[str, ...]]:
        """By campaign: the candidates whose followers are read every day, from short-listing on."""
        rows = (
            sa.select(CAMPAIGN.c.slug, CANDIDATE.c.handle)
            .join(CANDIDATE, CANDIDATE.c.campaign_id == CAMPAIGN.c.id)
            .where(CANDIDATE.c.stage.in_(RECORDED))
            .order_by(CANDIDATE.c.handle)
        )
        found: dict[str, tuple[str, ...]] = {}
        with reading(self._engine) as connection:
            for slug, handle in connection.execute(rows):
                found[slug] = (*found.get(slug, ()), handle)
        return found

    def _known(self, connection: sa.Connection, slug: str, key: int, handle: str) -> str:
        name = handle_of(handle)
        rows = connection.execute(sa.select(CANDIDATE.c.handle, CANDIDATE.c.stage).where(CANDIDATE.c.campaign_id == key))
        _require(slug, name, {row.handle: row.stage for row in rows})
        return name

    def _move(self, connection: sa.Connection, key: int, handle: str, stage: str, by: str) -> None:
        now = self._clock.now()
        insert = upsert(connection, CANDIDATE).values(campaign_id=key, handle=handle, stage=stage, since=now, added_at=now)
        connection.execute(insert.on_conflict_do_update(index_elements=["campaign_id", "handle"], set_={"stage": stage, "since": now}))
        self._note(connection, key, handle, "stage", stage, by)
        if stage in MEMBERS:
            connection.execute(upsert(connection, CREATOR).values(campaign_id=key, handle=handle).on_conflict_do_nothing())

    def _note(self, connection: sa.Connection, key: int, handle: str, what: str, text: str, by: str) -> None:
        row = {"campaign_id": key, "handle": handle, "what": what, "text": text, "by": by, "at": self._clock.now()}
        connection.execute(sa.insert(EVENT).values(**row))


def stage_of(stage: str) -> str:
    """One of the stages, as it is written everywhere.

    Raises  BadValue
    Example stage_of("Short-listed") -> "short-listed"
    """
    clean = stage.strip().lower().replace("_", "-").replace("shortlisted", "short-listed")
    if clean not in STAGES:
        raise BadValue(f"unknown stage '{stage}'.", field="stage", value=stage, hint=did_you_mean(clean, STAGES))
    return clean


def _require(slug: str, handle: str, there: Mapping[str, str]) -> None:
    if handle not in there:
        hint = did_you_mean(handle, there) if len(there) <= 1000 else ""
        add = f"Add them: hexameter candidate add {slug} {handle}."
        raise NotFound(
            f"'{handle}' is not a candidate of campaign '{slug}'.",
            field="creator",
            value=handle,
            hint=hint if hint.startswith("Did") else add,
        )


def _elsewhere(key: int, handles: sa.Select[Any]) -> sa.Select[Any]:
    return (
        sa.select(CANDIDATE.c.handle, CAMPAIGN.c.slug, CANDIDATE.c.stage, CANDIDATE.c.since)
        .join(CAMPAIGN, CAMPAIGN.c.id == CANDIDATE.c.campaign_id)
        .where(CANDIDATE.c.campaign_id != key, CANDIDATE.c.handle.in_(handles))
        .order_by(CANDIDATE.c.since.desc(), CAMPAIGN.c.slug)
    )


def _events(key: int) -> sa.Select[Any]:
    """Of everybody on a campaign's list: what happened there and in the campaigns before it."""
    mine = sa.select(CANDIDATE.c.handle).where(CANDIDATE.c.campaign_id == key)
    return (
        sa.select(EVENT.c.handle, CAMPAIGN.c.slug, EVENT.c.what, EVENT.c.text, EVENT.c.by, EVENT.c.at)
        .join(CAMPAIGN, CAMPAIGN.c.id == EVENT.c.campaign_id)
        .where(EVENT.c.handle.in_(mine))
        .order_by(EVENT.c.at, EVENT.c.id)
    )


def _grouped(rows: Iterable[sa.Row[Any]]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(tuple(row)[1:])
    return found


def _candidate(row: sa.Row[Any], *parts: Mapping[str, list[tuple[Any, ...]]]) -> Candidate:
    tags, events, elsewhere = (part.get(row.handle, []) for part in parts)
    return Candidate(
        handle=row.handle,
        stage=row.stage,
        since=row.since,
        added_at=row.added_at,
        tags=tuple(tag for (tag,) in tags),
        history=tuple(Event(*event) for event in events),
        elsewhere=tuple((slug, stage, since) for slug, stage, since in elsewhere),
    )


def _tag(text: str) -> str:
    clean = " ".join(text.replace("\x00", "").split()).casefold()
    if not 1 <= len(clean) <= 50:
        raise BadValue(f"'{text[:60]}' is not a tag; expected 1 to 50 signs.", field="tag", value=text[:60])
    return clean


def _clean(text: str) -> str:
    clean = text.replace("\x00", "").strip()
    if not 1 <= len(clean) <= _LONGEST:
        raise BadValue(f"The note has {len(clean)} signs; expected 1 to {_LONGEST:,}.", field="note")
    return clean
