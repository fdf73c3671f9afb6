"""The tables of briefs, as SQLAlchemy describes them. A migration makes them."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.tables import METADATA, Instant

BRIEF = sa.Table(
    "brief_version",
    METADATA,
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False),
    sa.Column("handle", sa.Text, nullable=False),  # "": the campaign's own, for every creator without one
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("why", sa.Text),
    sa.PrimaryKeyConstraint("campaign_id", "handle", "version"),
    sa.CheckConstraint("version >= 1", name="version"),
)

TEMPLATE = sa.Table(
    "brief_template",
    METADATA,
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("name", "version"),
    sa.CheckConstraint("version >= 1", name="version"),
)
