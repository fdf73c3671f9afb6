"""The tables of candidates, as SQLAlchemy describes them. A migration makes them."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.tables import METADATA, Instant

STAGES = ("found", "applied", "short-listed", "invited", "accepted", "briefed", "posted", "done", "declined")


def _campaign() -> sa.Column[int]:
    return sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False)


CANDIDATE = sa.Table(
    "candidate",
    METADATA,
    _campaign(),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "handle"),
    sa.CheckConstraint(f"stage IN ({', '.join(repr(s) for s in STAGES)})", name="stage"),
    sa.Index(None, "handle"),
)

EVENT = sa.Table(
    "candidate_event",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    _campaign(),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.CheckConstraint("what IN ('stage', 'note', 'application')", name="what"),
    sa.Index(None, "campaign_id", "handle"),
)

TAG = sa.Table(
    "candidate_tag",
    METADATA,
    _campaign(),
    sa.Column("handle", sa.Text, nullable=False),
    sa.Column("tag", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "handle", "tag"),
)
