"""Alerts, who has read them, who is told, and what is on its way. It fills in no data."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("raised_at", moment, nullable=False),
        sa.UniqueConstraint("key", name="uq_alert_key"),
    )
    op.create_index("ix_alert_raised_at", "alert", ["raised_at"])
    op.create_table(
        "alert_read",
        sa.Column("alert_id", sa.Integer, sa.ForeignKey("alert.id", name="fk_alert_read_alert_id", ondelete="CASCADE"), nullable=False),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("read_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "reader", name="pk_alert_read"),
    )
    op.create_table(
        "alert_subscription",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("secret", sa.Text),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("tz", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("from_alert", sa.Integer, nullable=False),
        sa.UniqueConstraint("channel", "target", "campaign", name="uq_alert_subscription_channel_target_campaign"),
        sa.CheckConstraint("channel IN ('email', 'webhook')", name="ck_alert_subscription_channel"),
        sa.CheckConstraint("digest IN ('none', 'daily', 'weekly')", name="ck_alert_subscription_digest"),
    )
    op.create_table(
        "alert_delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "subscription_id",
            sa.Integer,
            sa.ForeignKey("alert_subscription.id", name="fk_alert_delivery_subscription_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("alert_id", sa.Integer, sa.ForeignKey("alert.id", name="fk_alert_delivery_alert_id", ondelete="CASCADE")),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next_at", moment, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("ended_at", moment),
        sa.UniqueConstraint("subscription_id", "key", name="uq_alert_delivery_subscription_id_key"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="ck_alert_delivery_state"),
    )
    op.create_index("ix_alert_delivery_state_next_at", "alert_delivery", ["state", "next_at"])
