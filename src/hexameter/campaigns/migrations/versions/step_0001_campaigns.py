"""Campaigns with their hashtags, mentions, creators, costs, posts decided by hand, orders; exchange rates. It fills in no data."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("from_day", sa.Date, nullable=False),
        sa.Column("to_day", sa.Date, nullable=False),
        sa.Column("tz", sa.Text, nullable=False),
        sa.Column("currency", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("slug", name="uq_campaign_slug"),
        sa.CheckConstraint("from_day <= to_day", name="ck_campaign_window"),
    )
    _belongings()
    _money()


def _owner() -> sa.Column[int]:
    return sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False)


def _belongings() -> None:
    for table, column in (("campaign_hashtag", "hashtag"), ("campaign_mention", "handle"), ("campaign_creator", "handle")):
        key = sa.PrimaryKeyConstraint("campaign_id", column, name=f"pk_{table}")
        op.create_table(table, _owner(), sa.Column(column, sa.Text, nullable=False), key)
    op.create_table(
        "campaign_post",
        _owner(),
        sa.Column("post_id", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "post_id", name="pk_campaign_post"),
        sa.CheckConstraint("decision IN ('include', 'exclude')", name="ck_campaign_post_decision"),
    )


def _money() -> None:
    op.create_table(
        "campaign_cost",
        sa.Column("id", sa.Integer, primary_key=True),
        _owner(),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("handle", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('fee', 'product', 'boost')", name="ck_campaign_cost_kind"),
        sa.CheckConstraint("amount_minor >= 0", name="ck_campaign_cost_amount"),
    )
    op.create_index("ix_campaign_cost_campaign_id", "campaign_cost", ["campaign_id"])
    op.create_table(
        "campaign_order",
        _owner(),
        sa.Column("order_id", sa.Text, nullable=False),
        sa.Column("amount_minor", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("handle", sa.Text),
        sa.Column("code", sa.Text),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "order_id", name="pk_campaign_order"),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("from_currency", sa.Text, nullable=False),
        sa.Column("to_currency", sa.Text, nullable=False),
        sa.Column("dated", sa.Date, nullable=False),
        sa.Column("rate", sa.Float, nullable=False),
        sa.Column("source", sa.Text),
        sa.PrimaryKeyConstraint("from_currency", "to_currency", "dated", name="pk_exchange_rate"),
        sa.CheckConstraint("rate > 0", name="ck_exchange_rate_rate"),
    )
