"""The tables of selling, as SQLAlchemy describes them. A migration makes them; orders themselves are `campaign_order`."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.tables import METADATA, Instant


def _campaign() -> sa.Column[int]:
    return sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False)


CODE = sa.Table(
    "promo_code",
    METADATA,
    _campaign(),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("handle", sa.Text),
    sa.Column("made_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "code"),
    sa.Index(None, "code"),
)

LINK = sa.Table(
    "tracked_link",
    METADATA,
    sa.Column("code", sa.Text, primary_key=True),
    _campaign(),
    sa.Column("handle", sa.Text),
    sa.Column("destination", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Index(None, "campaign_id"),
)

LINK_DAY = sa.Table(
    "tracked_link_day",
    METADATA,
    sa.Column("code", sa.Text, sa.ForeignKey("tracked_link.code", ondelete="CASCADE"), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("clicks", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("code", "day"),
)

SALE = sa.Table(
    "shop_sale",
    METADATA,
    sa.Column("order_id", sa.Text, primary_key=True),
    _campaign(),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("touched_at", Instant),
    sa.Column("refund_of", sa.Text),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.CheckConstraint("by IN ('code', 'link')", name="by"),
    sa.Index(None, "campaign_id"),
)

CARD = sa.Table(
    "rate_card",
    METADATA,
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("per_1000_views", sa.Float, nullable=False),
    sa.Column("per_like", sa.Float, nullable=False),
    sa.Column("per_comment", sa.Float, nullable=False),
    sa.Column("per_share", sa.Float, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("name", "version"),
)
