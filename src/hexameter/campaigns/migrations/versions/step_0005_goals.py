"""Goals of campaigns. It fills in no data."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "campaign_goal",
        sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False),
        sa.Column("figure", sa.Text, nullable=False),
        sa.Column("target", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "figure", name="pk_campaign_goal"),
        sa.CheckConstraint("target > 0", name="ck_campaign_goal_target"),
    )
