"""Each campaign's finding rule, kept as text. What a rule means is the business of `ruling`."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns.campaign import Campaign
from hexameter.campaigns.database import reading, upsert, writing
from hexameter.campaigns.rows import hold, one
from hexameter.campaigns.tables import CAMPAIGN
from hexameter.campaigns.tracking.ruling import Rule, any_of, parse_rule
from hexameter.campaigns.tracking.tables import RULE
from hexameter.contracts.protocols import Clock


class Rules:
    """The finding rules of this desk."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def of(self, slug: str) -> Rule:
        """The campaign's rule; without one of its own, any of its hashtags or mentions; without those, every post of its creators.

        Raises  NotFound
        """
        with reading(self._engine) as connection:
            campaign = one(connection, slug)
            own = sa.select(RULE.c.text).join(CAMPAIGN, CAMPAIGN.c.id == RULE.c.campaign_id).where(CAMPAIGN.c.slug == slug)
            text = connection.execute(own).scalar()
        return default_rule(campaign) if text is None else parse_rule(text)

    def set(self, slug: str, text: str) -> Rule:
        """Give a campaign a rule of its own.

        Raises  BadValue  with the position and what was expected there; NotFound
        """
        rule, now = parse_rule(text), self._clock.now()
        with writing(self._engine) as connection:
            insert = upsert(connection, RULE).values(campaign_id=hold(connection, slug), text=str(rule), set_at=now)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["campaign_id"], set_={"text": insert.excluded.text, "set_at": now})
            )
        return rule

    def unset(self, slug: str) -> Rule:
        """Take the campaign's own rule away: its hashtags and mentions decide again.

        Raises  NotFound
        """
        with writing(self._engine) as connection:
            connection.execute(sa.delete(RULE).where(RULE.c.campaign_id == hold(connection, slug)))
            return default_rule(one(connection, slug))


def default_rule(campaign: Campaign) -> Rule:
    """What a campaign takes when nobody gave it a rule (KPIS.md section 0.9)."""
    return any_of(campaign.hashtags, campaign.mentions) or Rule(None, otherwise=bool(campaign.creators))
