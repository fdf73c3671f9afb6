"""The desk's tables, as SQLAlchemy describes them. The migrations make them; a test checks that both agree."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC instant: SQLite keeps no zone, so it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """To the database."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """From the database."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _owner() -> sa.Column[int]:
    return sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False)


CAMPAIGN = sa.Table(
    "campaign",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("to_day", sa.Date, nullable=False),
    sa.Column("tz", sa.Text, nullable=False),
    sa.Column("currency", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("archived_at", Instant),
    sa.CheckConstraint("from_day <= to_day", name="window"),
)

HASHTAG = sa.Table(
    "campaign_hashtag", METADATA, _owner(), sa.Column("hashtag", sa.Text, nullable=False), sa.PrimaryKeyConstraint("campaign_id", "hashtag")
)

MENTION = sa.Table(
    "campaign_mention", METADATA, _owner(), sa.Column("handle", sa.Text, nullable=False), sa.PrimaryKeyConstraint("campaign_id", "handle")
)

CREATOR = sa.Table(
    "campaign_creator", METADATA, _owner(), sa.Column("handle", sa.Text, nullable=False), sa.PrimaryKeyConstraint("campaign_id", "handle")
)

COST = sa.Table(
    "campaign_cost",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _owner(),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("handle", sa.Text),
    sa.Column("note", sa.Text),
    sa.Column("added_at", Instant, nullable=False),
    sa.CheckConstraint("kind IN ('fee', 'product', 'boost')", name="kind"),
    sa.CheckConstraint("amount_minor >= 0", name="amount"),
    sa.Index(None, "campaign_id"),
)

POST = sa.Table(
    "campaign_post",
    METADATA,
    _owner(),
    sa.Column("post_id", sa.Text, nullable=False),
    sa.Column("decision", sa.Text, nullable=False),
    sa.Column("why", sa.Text),
    sa.Column("decided_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "post_id"),
    sa.CheckConstraint("decision IN ('include', 'exclude')", name="decision"),
)

ORDER = sa.Table(
    "campaign_order",
    METADATA,
    _owner(),
    sa.Column("order_id", sa.Text, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("handle", sa.Text),
    sa.Column("code", sa.Text),
    sa.Column("ordered_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "order_id"),
)

GOAL = sa.Table(
    "campaign_goal",
    METADATA,
    _owner(),
    sa.Column("figure", sa.Text, nullable=False),
    sa.Column("target", sa.Float, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "figure"),
    sa.CheckConstraint("target > 0", name="target"),
)

RATE = sa.Table(
    "exchange_rate",
    METADATA,
    sa.Column("from_currency", sa.Text, nullable=False),
    sa.Column("to_currency", sa.Text, nullable=False),
    sa.Column("dated", sa.Date, nullable=False),
    sa.Column("rate", sa.Float, nullable=False),
    sa.Column("source", sa.Text),
    sa.PrimaryKeyConstraint("from_currency", "to_currency", "dated"),
    sa.CheckConstraint("rate > 0", name="rate"),
)
