"""What could not be read, from when to when and why: shown beside the numbers it concerns. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.tables import CAMPAIGN, CREATOR
from hexameter.campaigns.tracking.tables import ACCOUNT, GAP
from hexameter.contracts.spelling import handle_of

Reason = Literal["outage", "quota", "rate", "revoked", "scope", "refused", "offline", "gone"]
EVERYTHING = ""  # the subject of a gap that concerns all that an API reads


def of_account(account_id: int) -> str:
    """The subject: what is read for a connected account."""
    return f"account:{account_id}"


def of_creator(handle: str) -> str:
    """The subject: what is read of a creator by handle.

    Example of_creator("Lea") -> "@lea"
    """
    return f"@{handle_of(handle)}"


def of_campaign(slug: str) -> str:
    """The subject: what is looked for on behalf of a campaign."""
    return f"campaign:{slug}"


@dataclass(frozen=True)
class Gap:
    """A time without readings. `to_at` None: it still goes on; `times`: how often it was met, last at `last_at`."""

    id: int
    api: str
    kind: str
    subject: str
    reason: Reason
    sentence: str
    from_at: datetime
    last_at: datetime
    times: int
    to_at: datetime | None


class Gaps:
    """The gaps this desk knows."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def open(self, api: str, kind: str, subject: str, reason: Reason, sentence: str, at: datetime) -> None:
        """A gap begins, or goes on: met again while open, it is the same gap.

        In      subject   as `of_account`, `of_creator`, `of_campaign` name it; EVERYTHING
                sentence  what a manager is told; the newest stands
                at        when reading failed
        """
        begun = {"api": api, "kind": kind, "subject": subject, "reason": reason, "from_at": at, "last_at": at, "times": 1}
        with writing(self._engine) as connection:
            insert = upsert(connection, GAP).values(sentence=sentence, **begun)
            new = insert.excluded
            again = insert.on_conflict_do_update(
                index_elements=["api", "kind", "subject", "reason"],
                index_where=sa.text("to_at IS NULL"),
                set_={
                    "last_at": sa.case((new.last_at > GAP.c.last_at, new.last_at), else_=GAP.c.last_at),
                    "from_at": sa.case((new.from_at < GAP.c.from_at, new.from_at), else_=GAP.c.from_at),
                    "times": GAP.c.times + 1,
                    "sentence": new.sentence,
                },
            )
            connection.execute(again)

    def close(self, api: str, kind: str, subject: str, at: datetime, reasons: Iterable[Reason] | None = None) -> int:
        """Reading works again: the open gaps end, whatever their reason unless `reasons` says which.

        Out     how many were open
        """
        conditions = [GAP.c.api == api, GAP.c.kind == kind, GAP.c.subject == subject, GAP.c.to_at.is_(None)]
        if reasons is not None:
            conditions.append(GAP.c.reason.in_(list(reasons)))
        with writing(self._engine) as connection:
            return connection.execute(sa.update(GAP).where(*conditions).values(to_at=at)).rowcount

    def list(
        self,
        campaign: str | None = None,
        creator: str | None = None,
        from_at: datetime | None = None,
        to_at: datetime | None = None,
        *,
        only_open: bool = False,
    ) -> list[Gap]:
        """Gaps that touch [from_at, to_at), oldest first.

        In      campaign  those of the campaign, of its creators and their accounts (of every account when it takes any creator),
                          and those that concern everything
                creator   those of the creator and their accounts, and those that concern everything
        """
        with reading(self._engine) as connection:
            conditions = list(_within(from_at, to_at))
            if only_open:
                conditions.append(GAP.c.to_at.is_(None))
            if campaign is not None:
                conditions.append(_about(connection, _creators(connection, campaign), of_campaign(campaign)))
            if creator is not None:
                conditions.append(_about(connection, [handle_of(creator)]))
            rows = connection.execute(sa.select(GAP).where(*conditions).order_by(GAP.c.from_at, GAP.c.id)).mappings()
            return [Gap(**row) for row in rows]


def _within(from_at: datetime | None, to_at: datetime | None) -> Iterable[sa.ColumnElement[bool]]:
    if from_at is not None:
        yield sa.or_(GAP.c.to_at.is_(None), GAP.c.to_at > from_at)
    if to_at is not None:
        yield GAP.c.from_at < to_at


def _creators(connection: sa.Connection, campaign: str) -> list[str] | None:
    handles = sa.select(CREATOR.c.handle).join(CAMPAIGN, CAMPAIGN.c.id == CREATOR.c.campaign_id).where(CAMPAIGN.c.slug == campaign)
    return list(connection.execute(handles).scalars()) or None


def _about(connection: sa.Connection, handles: list[str] | None, *subjects: str) -> sa.ColumnElement[bool]:
    """Gaps of these subjects, of these creators (None: of any), and of everything."""
    known = [EVERYTHING, *subjects]
    if handles is None:
        return sa.or_(GAP.c.subject.in_(known), GAP.c.subject.like("account:%"), GAP.c.subject.like("@%"))
    accounts = connection.execute(sa.select(ACCOUNT.c.id).where(ACCOUNT.c.handle.in_(handles))).scalars()
    return GAP.c.subject.in_([*known, *(f"@{h}" for h in handles), *(of_account(i) for i in accounts)])
