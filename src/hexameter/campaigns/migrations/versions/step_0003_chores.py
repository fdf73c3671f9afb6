"""When things were last read, and which campaign of TikTok One a campaign is. It fills in no data."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "chore",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "campaign_link",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False),
        sa.Column("tiktok_one_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "tiktok_one_id"),
    )
