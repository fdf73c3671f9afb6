"""The tables of deliverables, as SQLAlchemy describes them. A migration makes them."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.tables import METADATA, Instant

DELIVERABLE = sa.Table(
    "deliverable",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("post_id", sa.Text),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.CheckConstraint("state IN ('owed', 'draft', 'changes', 'approved', 'done')", name="state"),
    sa.Index(None, "campaign_id", "handle"),
)

DRAFT = sa.Table(
    "deliverable_draft",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("deliverable_id", sa.Integer, sa.ForeignKey("deliverable.id", ondelete="CASCADE"), nullable=False),
    sa.Column("link", sa.Text),
    sa.Column("file_name", sa.Text),
    sa.Column("file_sha256", sa.Text),
    sa.Column("file_bytes", sa.BigInteger),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "deliverable_id"),
)

COMMENT = sa.Table(
    "deliverable_comment",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("deliverable_id", sa.Integer, sa.ForeignKey("deliverable.id", ondelete="CASCADE"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index(None, "deliverable_id"),
)
