"""Reads campaigns out of the desk's tables. It changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from hexameter.campaigns.campaign import Campaign, CostLine, Order, PostDecision, Rate
from hexameter.campaigns.goals import Goal
from hexameter.campaigns.tables import CAMPAIGN, COST, CREATOR, GOAL, HASHTAG, MENTION, ORDER, POST, RATE
from hexameter.contracts.records import Period
from hexameter.errors import NotFound, did_you_mean

_Rows = Mapping[int, list[sa.RowMapping]]


def load(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Campaign]:
    """The campaigns that meet the conditions, oldest first."""
    heads = connection.execute(sa.select(CAMPAIGN).where(*conditions).order_by(CAMPAIGN.c.from_day, CAMPAIGN.c.slug)).mappings().all()
    wanted = [head["id"] for head in heads]
    parts = {table.name: _of(connection, table, order, wanted) for table, order in _PARTS}
    return [_campaign(head, {name: rows[head["id"]] for name, rows in parts.items()}) for head in heads]


def load_rates(connection: sa.Connection) -> tuple[Rate, ...]:
    """Every exchange rate, oldest first."""
    rows = connection.execute(sa.select(RATE).order_by(RATE.c.dated, RATE.c.from_currency, RATE.c.to_currency)).mappings()
    return tuple(Rate(**row) for row in rows)


def one(connection: sa.Connection, slug: str) -> Campaign:
    """The campaign of this name.

    Raises  NotFound  with the nearest name
    """
    found = load(connection, CAMPAIGN.c.slug == slug)
    if not found:
        raise _unknown(connection, slug)
    return found[0]


def hold(connection: sa.Connection, slug: str) -> int:
    """The campaign's key; its row is held so that another process's change waits (SQLite holds the whole file anyway).

    Raises  NotFound  with the nearest name
    """
    key = connection.execute(sa.select(CAMPAIGN.c.id).where(CAMPAIGN.c.slug == slug).with_for_update()).scalar()
    if key is None:
        raise _unknown(connection, slug)
    return int(key)


def key_of(connection: sa.Connection, slug: str) -> int:
    """The campaign's key, for reading.

    Raises  NotFound  with the nearest name
    """
    key = connection.execute(sa.select(CAMPAIGN.c.id).where(CAMPAIGN.c.slug == slug)).scalar()
    if key is None:
        raise _unknown(connection, slug)
    return int(key)


def _unknown(connection: sa.Connection, slug: str) -> NotFound:
    known = connection.execute(sa.select(CAMPAIGN.c.slug).order_by(CAMPAIGN.c.created_at.desc()).limit(1000)).scalars().all()
    near = did_you_mean(slug, known)
    hint = near if near.startswith("Did") or len(known) <= 10 else "List them: hexameter campaign list."
    return NotFound(
        f"unknown campaign '{slug}'.", field="campaign", value=slug, hint=hint or "There is none yet: hexameter campaign create."
    )


_PARTS: tuple[tuple[sa.Table, str], ...] = (
    (HASHTAG, "hashtag"),
    (MENTION, "handle"),
    (CREATOR, "handle"),
    (COST, "id"),
    (POST, "post_id"),
    (ORDER, "order_id"),
    (GOAL, "figure"),
)


def _of(connection: sa.Connection, table: sa.Table, order: str, wanted: list[int]) -> _Rows:
    found: dict[int, list[sa.RowMapping]] = defaultdict(list)
    statement = sa.select(table).order_by(table.c[order])
    if len(wanted) <= 500:  # a longer list is slower than reading all, and SQLite bounds the number of parameters
        statement = statement.where(table.c.campaign_id.in_(wanted))
    for row in connection.execute(statement).mappings():
        found[row["campaign_id"]].append(row)
    return found


def _campaign(head: sa.RowMapping, parts: Mapping[str, list[sa.RowMapping]]) -> Campaign:
    return Campaign(
        slug=head["slug"],
        name=head["name"],
        period=Period(head["from_day"], head["to_day"], head["tz"]),
        currency=head["currency"],
        hashtags=tuple(r["hashtag"] for r in parts[HASHTAG.name]),
        mentions=tuple(r["handle"] for r in parts[MENTION.name]),
        creators=tuple(r["handle"] for r in parts[CREATOR.name]),
        costs=tuple(CostLine(**_without(r, "campaign_id", "added_at"), added_on=r["added_at"].date()) for r in parts[COST.name]),
        posts=tuple(PostDecision(**_without(r, "campaign_id")) for r in parts[POST.name]),
        orders=tuple(Order(**_without(r, "campaign_id")) for r in parts[ORDER.name]),
        goals=tuple(Goal(r["figure"], r["target"]) for r in parts[GOAL.name]),
        created_at=head["created_at"],
        archived_at=head["archived_at"],
    )


def _without(row: sa.RowMapping, *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}
