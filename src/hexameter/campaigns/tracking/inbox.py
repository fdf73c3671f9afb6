"""Found posts, campaign by campaign, and addresses handed in. What a person decided is in `campaign_post` and always wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.rows import hold, one
from hexameter.campaigns.tables import CAMPAIGN, POST
from hexameter.campaigns.tracking.tables import FOUND, HANDED_IN
from hexameter.contracts.protocols import Clock
from hexameter.contracts.spelling import handle_of, is_short_link, post_id_of
from hexameter.errors import NotFound

InboxState = Literal["auto", "review", "included", "excluded"]
STATES: tuple[InboxState, ...] = ("auto", "review", "included", "excluded")
_DECIDED: dict[str | None, InboxState] = {"include": "included", "exclude": "excluded"}
HAND = "hand"  # `via` of a post that a person named


@dataclass(frozen=True)
class Found:
    """A post that a source found for a campaign.

    In      via      the source's name, or HAND
            matched  why it was found, in words: the rule's terms
            state    `auto`: it counts by the campaign's rules; `review`: a person should look
    """

    post_id: str
    handle: str | None
    via: str
    matched: str
    state: Literal["auto", "review"]


@dataclass(frozen=True)
class InboxPost:
    """A post in the inbox. `why` is a decision's reason; `found_at` that of the decision when nothing found the post."""

    post_id: str
    handle: str | None
    found_at: datetime
    via: str
    matched: str
    state: InboxState
    why: str | None


@dataclass(frozen=True)
class HandedIn:
    """An address somebody handed in; `post_id` None: a short link, to be opened by hand."""

    id: int
    address: str
    post_id: str | None
    by: str
    at: datetime


class Inbox:
    """The found posts of this desk."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def found(self, slug: str, posts: Iterable[Found], at: datetime | None = None) -> int:
        """Note found posts; found again, only `state`, `matched` and a handle not known before are taken over, never a decision.

        In      at  when they were found; None: now
        Out     how many are new
        Raises  NotFound
        """
        each = {post.post_id: post for post in posts}
        with writing(self._engine) as connection:
            return _note(connection, hold(connection, slug), each.values(), at or self._clock.now())

    def hand_in(self, slug: str, address: str, by: str, instead_of: int | None = None) -> HandedIn:
        """Take a post's address from a creator or a manager: it goes to review; a short link waits to be opened by hand.

        In      address     or a post's id
                by          who handed it in
                instead_of  the number of the short link that was opened to get this address
        Raises  BadValue  neither an address of TikTok's nor an id; NotFound
        """
        text, now = address.strip(), self._clock.now()
        post_id = None if is_short_link(text) else post_id_of(text)
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            if instead_of is not None:
                mine = (HANDED_IN.c.campaign_id == key, HANDED_IN.c.id == instead_of, HANDED_IN.c.post_id.is_(None))
                if not connection.execute(sa.delete(HANDED_IN).where(*mine)).rowcount:
                    raise NotFound(f"campaign '{slug}' has no short link number {instead_of} to open.", field="instead_of")
            insert = upsert(connection, HANDED_IN).values(campaign_id=key, address=text, post_id=post_id, by=by, at=now)
            connection.execute(insert.on_conflict_do_nothing())
            if post_id is not None:
                known = connection.execute(sa.select(FOUND.c.post_id).where(FOUND.c.campaign_id == key, FOUND.c.post_id == post_id))
                if known.first() is None:
                    _note(connection, key, [Found(post_id, _handle_in(text), HAND, f"handed in by {by}", "review")], now)
            row = connection.execute(sa.select(HANDED_IN).where(HANDED_IN.c.campaign_id == key, HANDED_IN.c.address == text)).one()
        return _handed(row)

    def handed_in(self, slug: str, to_open: bool = False) -> list[HandedIn]:
        """What was handed in, oldest first; only short links to open by hand when asked.

        Raises  NotFound
        """
        statement = sa.select(HANDED_IN).join(CAMPAIGN, CAMPAIGN.c.id == HANDED_IN.c.campaign_id).where(CAMPAIGN.c.slug == slug)
        if to_open:
            statement = statement.where(HANDED_IN.c.post_id.is_(None))
        with reading(self._engine) as connection:
            one(connection, slug)
            return [_handed(row) for row in connection.execute(statement.order_by(HANDED_IN.c.id))]

    def list(self, slug: str, state: InboxState | None = None) -> list[InboxPost]:
        """The campaign's found and decided posts, newest first; in one state, or all.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            one(connection, slug)
            rows = connection.execute(_everything(slug)).all()
        posts = (_post(row) for row in rows)
        return sorted((p for p in posts if state in (None, p.state)), key=lambda p: (p.found_at, p.post_id), reverse=True)

    def states(self, slug: str) -> dict[str, tuple[InboxState, str | None]]:
        """Of every found or decided post its state and handle: `list` for the planner, which looks at tens of thousands.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            one(connection, slug)
            every = _everything(slug).subquery()
            wanted = sa.select(every.c.post_id, every.c.handle, every.c.state, every.c.decision)
            rows = connection.execute(wanted).all()
        return {post_id: (_DECIDED.get(decision, state), handle) for post_id, handle, state, decision in rows}

    def counts(self, slug: str) -> dict[InboxState, int]:
        """How many posts are in each state.

        Raises  NotFound
        """
        posts = self.list(slug)
        return {state: sum(1 for p in posts if p.state == state) for state in STATES}


def _note(connection: sa.Connection, key: int, posts: Iterable[Found], at: datetime) -> int:
    rows = [{"campaign_id": key, "found_at": at, **vars(post)} for post in posts]
    if not rows:
        return 0
    before = _count(connection, key)
    insert = upsert(connection, FOUND)
    new = insert.excluded
    change = {"state": new.state, "matched": new.matched, "handle": sa.func.coalesce(FOUND.c.handle, new.handle)}
    connection.execute(insert.on_conflict_do_update(index_elements=["campaign_id", "post_id"], set_=change), rows)
    return _count(connection, key) - before


def _count(connection: sa.Connection, key: int) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(FOUND).where(FOUND.c.campaign_id == key)).scalar_one())


def _everything(slug: str) -> sa.CompoundSelect[Any]:
    """Found posts with the decision about them, and decided posts that nothing found."""
    key = sa.select(CAMPAIGN.c.id).where(CAMPAIGN.c.slug == slug).scalar_subquery()
    same = sa.and_(POST.c.campaign_id == FOUND.c.campaign_id, POST.c.post_id == FOUND.c.post_id)
    found = (
        sa.select(
            FOUND.c.post_id, FOUND.c.handle, FOUND.c.found_at, FOUND.c.via, FOUND.c.matched, FOUND.c.state, POST.c.decision, POST.c.why
        )
        .select_from(FOUND.outerjoin(POST, same))
        .where(FOUND.c.campaign_id == key)
    )
    by_hand = sa.select(
        POST.c.post_id,
        sa.null().label("handle"),
        POST.c.decided_at,
        sa.literal(HAND),
        sa.literal(""),
        sa.literal("review"),
        POST.c.decision,
        POST.c.why,
    ).where(POST.c.campaign_id == key, ~sa.exists().where(same))
    return sa.union_all(found, by_hand)


def _post(row: sa.Row[Any]) -> InboxPost:
    return InboxPost(row.post_id, row.handle, row.found_at, row.via, row.matched, _state_of(row), row.why)


def _state_of(row: sa.Row[Any]) -> InboxState:
    found: InboxState = _DECIDED.get(row.decision, row.state)
    return found


def _handed(row: sa.Row[Any]) -> HandedIn:
    return HandedIn(row.id, row.address, row.post_id, row.by, row.at)


def _handle_in(address: str) -> str | None:
    """The handle in a long address; None for a bare id."""
    return handle_of(address) if "/@" in address and "tiktok.com/" in address else None
