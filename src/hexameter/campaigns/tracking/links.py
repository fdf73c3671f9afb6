"""Which campaign of TikTok One a campaign here is. It asks no platform."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.rows import hold
from hexameter.campaigns.tables import CAMPAIGN, METADATA
from hexameter.errors import BadValue

LINK = sa.Table(
    "campaign_link",
    METADATA,
    sa.Column("campaign_id", sa.Integer, sa.ForeignKey("campaign.id", ondelete="CASCADE"), nullable=False),
    sa.Column("tiktok_one_id", sa.Text, nullable=False),
    sa.PrimaryKeyConstraint("campaign_id", "tiktok_one_id"),
)


class Links:
    """The links of this desk."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, slug: str, tiktok_one_id: str) -> None:
        """Link a campaign; said twice, it is linked once.

        Raises  BadValue  the id is no number; NotFound
        """
        if not tiktok_one_id.isdecimal():
            raise BadValue(
                f"'{tiktok_one_id}' is not a campaign's id in TikTok One.", field="tiktok_one", value=tiktok_one_id, hint="Expected digits."
            )
        with writing(self._engine) as connection:
            row = {"campaign_id": hold(connection, slug), "tiktok_one_id": tiktok_one_id}
            connection.execute(upsert(connection, LINK).values(**row).on_conflict_do_nothing())

    def remove(self, slug: str, tiktok_one_id: str) -> None:
        """Take a link away; one that is not there stays away.

        Raises  NotFound
        """
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            connection.execute(sa.delete(LINK).where(LINK.c.campaign_id == key, LINK.c.tiktok_one_id == tiktok_one_id))

    def all(self) -> dict[str, tuple[str, ...]]:
        """Ids in TikTok One by campaign."""
        rows = (
            sa.select(CAMPAIGN.c.slug, LINK.c.tiktok_one_id).join(LINK, LINK.c.campaign_id == CAMPAIGN.c.id).order_by(LINK.c.tiktok_one_id)
        )
        found: dict[str, tuple[str, ...]] = {}
        with reading(self._engine) as connection:
            for slug, one in connection.execute(rows):
                found[slug] = (*found.get(slug, ()), one)
        return found
