"""What creators owe: drafts, comments, approvals, due days. It sends no reminder; it says which are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from hexameter.campaigns.database import reading, writing
from hexameter.campaigns.deliverables.tables import COMMENT, DELIVERABLE, DRAFT
from hexameter.campaigns.rows import hold, key_of
from hexameter.campaigns.tables import CAMPAIGN
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import handle_of, post_id_of
from hexameter.errors import BadValue, Conflict, NotFound

State = Literal["owed", "draft", "changes", "approved", "done"]
STATES: tuple[State, ...] = ("owed", "draft", "changes", "approved", "done")
SOON = timedelta(days=3)
_LONGEST = 5_000


@dataclass(frozen=True)
class Draft:
    """One draft that was handed in: a link, or a file kept under its digest."""

    id: int
    link: str | None
    file_name: str | None
    file_sha256: str | None
    file_bytes: int | None
    by: str
    at: datetime


@dataclass(frozen=True)
class Comment:
    """One remark about a deliverable."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Deliverable:
    """One thing a creator owes. `state`: owed, draft (waits for a look), changes (asked for), approved (may be posted), done."""

    id: int
    campaign: str
    handle: str
    what: str
    due_at: datetime | None
    state: State
    post_id: str | None
    done_at: datetime | None
    drafts: tuple[Draft, ...]
    comments: tuple[Comment, ...]

    @property
    def files(self) -> frozenset[str]:
        """The digests of its drafts' files."""
        return frozenset(draft.file_sha256 for draft in self.drafts if draft.file_sha256)

    def timing(self, now: datetime) -> str:
        """done, late, due (within three days), later, or open (no day was set)."""
        if self.state == "done":
            return "done"
        if self.due_at is None:
            return "open"
        return "late" if self.due_at < now else "due" if self.due_at < now + SOON else "later"


class Deliverables:
    """The deliverables of this desk."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def add(self, slug: str, creator: str, owed: Iterable[tuple[str, datetime | None]]) -> list[Deliverable]:
        """Note what a creator owes; the very same thing due at the same time is noted once.

        Raises  BadValue, NotFound
        """
        handle, wanted = handle_of(creator), [(_clean(what, "what", 200), due) for what, due in owed]
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            there = {(d.what, d.due_at) for d in _load(connection, DELIVERABLE.c.campaign_id == key, DELIVERABLE.c.handle == handle)}
            now = self._clock.now()
            for what, due in wanted:
                if (what, due) not in there:
                    row = {"campaign_id": key, "handle": handle, "what": what, "due_at": due, "state": "owed", "made_at": now}
                    connection.execute(sa.insert(DELIVERABLE).values(**row))
            return _load(connection, DELIVERABLE.c.campaign_id == key, DELIVERABLE.c.handle == handle)

    def hand_in(
        self,
        number: int,
        by: str,
        link: str | None = None,
        file: tuple[str, str, int] | None = None,
        creator: str | None = None,
        slug: str | None = None,
    ) -> Deliverable:
        """Take a draft; it waits for approval.

        In      file     name, sha256 and size of a file that is kept elsewhere
                creator  only theirs: another's is not found
        Raises  BadValue, NotFound; Conflict  it is done already
        """
        address = None if link is None else draft_link(link)
        if (address is None) == (file is None):
            raise BadValue("A draft is a link or a file.", field="link", hint="Give one of them.")
        with writing(self._engine) as connection:
            found = _held(connection, number, creator, slug)
            if found.state == "done":
                raise Conflict(f"deliverable {number} is done already.", field="number", value=str(number))
            name, digest, size = file or (None, None, None)
            row = {"link": address, "file_name": name, "file_sha256": digest, "file_bytes": size, "by": by, "at": self._clock.now()}
            connection.execute(sa.insert(DRAFT).values(deliverable_id=number, **row))
            connection.execute(sa.update(DELIVERABLE).where(DELIVERABLE.c.id == number).values(state="draft"))
            return _one(connection, number)

    def comment(self, number: int, text: str, by: str, *, ask_changes: bool = False, creator: str | None = None) -> Deliverable:
        """Say something about a deliverable; `ask_changes` sends it back to the creator.

        Raises  BadValue, NotFound
        """
        clean = _clean(text, "text", _LONGEST)
        with writing(self._engine) as connection:
            found = _held(connection, number, creator, None)
            connection.execute(sa.insert(COMMENT).values(deliverable_id=number, text=clean, by=by, at=self._clock.now()))
            if ask_changes and found.state in ("draft", "approved"):
                connection.execute(sa.update(DELIVERABLE).where(DELIVERABLE.c.id == number).values(state="changes"))
            return _one(connection, number)

    def approve(self, number: int, by: str) -> Deliverable:
        """Say that the newest draft may be posted.

        Raises  NotFound; Conflict  there is no draft, or it is done already
        """
        with writing(self._engine) as connection:
            found = _held(connection, number, None, None)
            if not found.drafts or found.state == "done":
                why = "is done already" if found.state == "done" else "has no draft yet"
                raise Conflict(f"deliverable {number} {why}.", field="number", value=str(number))
            if found.state != "approved":
                row = {"text": "Approved.", "by": by, "at": self._clock.now()}
                connection.execute(sa.insert(COMMENT).values(deliverable_id=number, **row))
            connection.execute(sa.update(DELIVERABLE).where(DELIVERABLE.c.id == number).values(state="approved"))
            return _one(connection, number)

    def one(self, number: int, creator: str | None = None, slug: str | None = None) -> Deliverable:
        """One deliverable; with `creator` or `slug`, only when it is theirs.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            return _theirs(_one(connection, number), creator, slug)

    def files(self, handles: Iterable[str] | None = None) -> set[str]:
        """The digests of every draft's file, or of these creators' drafts."""
        statement = sa.select(DRAFT.c.file_sha256).where(DRAFT.c.file_sha256.is_not(None))
        if handles is not None:
            joined = statement.join(DELIVERABLE, DELIVERABLE.c.id == DRAFT.c.deliverable_id)
            statement = joined.where(DELIVERABLE.c.handle.in_(sorted(handles)))
        with reading(self._engine) as connection:
            return set(connection.execute(statement).scalars())

    def finish(self, number: int, post: str | None = None) -> Deliverable:
        """It was delivered, as this post where there is one.

        Raises  BadValue, NotFound
        """
        post_id = None if post is None else post_id_of(post)
        with writing(self._engine) as connection:
            found = _held(connection, number, None, None)
            values = {"state": "done", "post_id": post_id or found.post_id, "done_at": found.done_at or self._clock.now()}
            connection.execute(sa.update(DELIVERABLE).where(DELIVERABLE.c.id == number).values(**values))
            return _one(connection, number)

    def remove(self, number: int) -> None:
        """Take a deliverable away, with its drafts and comments.

        Raises  NotFound
        """
        with writing(self._engine) as connection:
            _held(connection, number, None, None)
            connection.execute(sa.delete(DELIVERABLE).where(DELIVERABLE.c.id == number))

    def pressing(self, within: timedelta = SOON) -> list[Deliverable]:
        """Of campaigns that are not archived: what is late, or due within that time and not done. Reminders are made of these."""
        until = self._clock.now() + within
        with reading(self._engine) as connection:
            return _load(connection, CAMPAIGN.c.archived_at.is_(None), DELIVERABLE.c.state != "done", DELIVERABLE.c.due_at < until)

    def list(self, slug: str, creator: str | None = None) -> list[Deliverable]:
        """What is owed in a campaign, by day, then creator.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            conditions = [DELIVERABLE.c.campaign_id == key_of(connection, slug)]
            if creator is not None:
                conditions.append(DELIVERABLE.c.handle == handle_of(creator))
            return _load(connection, *conditions)


def draft_link(text: str) -> str:
    """An address of the web, as it was given.

    Raises  BadValue
    Example draft_link(" https://drive.example.com/x ") -> "https://drive.example.com/x"
    """
    clean = text.strip()
    if not clean.lower().startswith(("https://", "http://")) or len(clean) > 2000 or any(c.isspace() or ord(c) < 32 for c in clean):
        raise BadValue(f"'{clean[:80]}' is not a link.", field="link", value=clean[:80], hint="Expected like https://example.com/draft.")
    return clean


def _load(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Deliverable]:
    joined = sa.select(DELIVERABLE, CAMPAIGN.c.slug).join(CAMPAIGN, CAMPAIGN.c.id == DELIVERABLE.c.campaign_id)
    rows = connection.execute(joined.where(*conditions)).all()
    mine = sa.select(DELIVERABLE.c.id).join(CAMPAIGN, CAMPAIGN.c.id == DELIVERABLE.c.campaign_id).where(*conditions)
    drafts: dict[int, list[Draft]] = {}
    for row in connection.execute(sa.select(DRAFT).where(DRAFT.c.deliverable_id.in_(mine)).order_by(DRAFT.c.id)):
        part = Draft(row.id, row.link, row.file_name, row.file_sha256, row.file_bytes, row.by, row.at)
        drafts.setdefault(row.deliverable_id, []).append(part)
    comments: dict[int, list[Comment]] = {}
    for row in connection.execute(sa.select(COMMENT).where(COMMENT.c.deliverable_id.in_(mine)).order_by(COMMENT.c.id)):
        comments.setdefault(row.deliverable_id, []).append(Comment(row.text, row.by, row.at))
    found = [_deliverable(row, tuple(drafts.get(row.id, ())), tuple(comments.get(row.id, ()))) for row in rows]
    return sorted(found, key=lambda d: (d.due_at is None, d.due_at, d.handle, d.id))


def _deliverable(row: sa.Row[Any], drafts: tuple[Draft, ...], comments: tuple[Comment, ...]) -> Deliverable:
    return Deliverable(
        id=row.id,
        campaign=row.slug,
        handle=row.handle,
        what=row.what,
        due_at=row.due_at,
        state=row.state,
        post_id=row.post_id,
        done_at=row.done_at,
        drafts=drafts,
        comments=comments,
    )


def _one(connection: sa.Connection, number: int) -> Deliverable:
    found = _load(connection, DELIVERABLE.c.id == number)
    if not found:
        raise NotFound(f"there is no deliverable number {number}.", field="number", value=str(number))
    return found[0]


def _held(connection: sa.Connection, number: int, creator: str | None, slug: str | None) -> Deliverable:
    connection.execute(sa.select(DELIVERABLE.c.id).where(DELIVERABLE.c.id == number).with_for_update())
    return _theirs(_one(connection, number), creator, slug)


def _theirs(found: Deliverable, creator: str | None, slug: str | None) -> Deliverable:
    if (creator is not None and found.handle != creator) or (slug is not None and found.campaign != slug):
        raise NotFound(f"there is no deliverable number {found.id}.", field="number", value=str(found.id))
    return found


def _clean(text: str, field: str, longest: int) -> str:
    clean = text.replace("\x00", "").strip()
    if not 1 <= len(clean) <= longest:
        raise BadValue(f"{field} has {len(clean)} signs; expected 1 to {longest:,}.", field=field)
    return clean
