"""The tables of alerts, as SQLAlchemy describes them."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.tables import METADATA, Instant

ALERT = sa.Table(
    "alert",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("campaign", sa.Text),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
    sa.Column("raised_at", Instant, nullable=False),
    sa.Index(None, "raised_at"),
)

ALERT_READ = sa.Table(
    "alert_read",
    METADATA,
    sa.Column("alert_id", sa.Integer, sa.ForeignKey("alert.id", ondelete="CASCADE"), nullable=False),
    sa.Column("reader", sa.Text, nullable=False),
    sa.Column("read_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("alert_id", "reader"),
)

SUBSCRIPTION = sa.Table(
    "alert_subscription",
    METADATA,
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
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("from_alert", sa.Integer, nullable=False),
    sa.UniqueConstraint("channel", "target", "campaign"),
    sa.CheckConstraint("channel IN ('email', 'webhook')", name="channel"),
    sa.CheckConstraint("digest IN ('none', 'daily', 'weekly')", name="digest"),
)

DELIVERY = sa.Table(
    "alert_delivery",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subscription_id", sa.Integer, sa.ForeignKey("alert_subscription.id", ondelete="CASCADE"), nullable=False),
    sa.Column("alert_id", sa.Integer, sa.ForeignKey("alert.id", ondelete="CASCADE")),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
    sa.Column("last_error", sa.Text),
    sa.Column("ended_at", Instant),
    sa.UniqueConstraint("subscription_id", "key"),
    sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
    sa.Index(None, "state", "next_at"),
)
