"""Changes a campaign as a whole, and its goals. Decisions about posts, costs and orders are the desk's own."""

from __future__ import annotations

import sqlalchemy as sa

from hexameter.campaigns import drafting, goals
from hexameter.campaigns.campaign import Campaign, Draft
from hexameter.campaigns.database import writing
from hexameter.campaigns.rows import hold, one
from hexameter.campaigns.tables import CAMPAIGN, CREATOR, GOAL, HASHTAG, MENTION
from hexameter.errors import BadValue, NotFound, did_you_mean


class Editing:
    """The changes of this desk."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def change(self, slug: str, draft: Draft) -> Campaign:
        """Name, window, zone, currency, hashtags, mentions, creators and goals become those of the draft; its cost is not looked at.

        Raises  BadValue, NotFound
        """
        asked = drafting.check(Draft(**{**vars(draft), "cost": None}))
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            known = one(connection, slug)
            if asked.currency is None and known.currency is not None and (known.costs or known.orders):
                raise BadValue("A campaign with money needs a currency.", field="currency", hint=f"It was {known.currency}.")
            head = {"name": asked.name, "from_day": asked.period.from_day, "to_day": asked.period.to_day, "tz": asked.period.tz}
            connection.execute(sa.update(CAMPAIGN).where(CAMPAIGN.c.id == key).values(**head, currency=asked.currency))
            lists = ((HASHTAG, "hashtag", asked.hashtags), (MENTION, "handle", asked.mentions), (CREATOR, "handle", asked.creators))
            for table, column, words in lists:
                connection.execute(sa.delete(table).where(table.c.campaign_id == key))
                if words:
                    connection.execute(sa.insert(table), [{"campaign_id": key, column: word} for word in words])
            connection.execute(sa.delete(GOAL).where(GOAL.c.campaign_id == key))
            for goal in asked.goals:
                goals.keep(connection, key, goal)
            return one(connection, slug)

    def set_goal(self, slug: str, figure: str, target: str) -> Campaign:
        """Give a figure a target; an earlier one is replaced.

        Raises  BadValue, NotFound
        """
        goal = goals.goal_of(figure, target)
        with writing(self._engine) as connection:
            goals.keep(connection, hold(connection, slug), goal)
            return one(connection, slug)

    def remove_goal(self, slug: str, figure: str) -> Campaign:
        """Take a goal away.

        Raises  BadValue; NotFound when there is none
        """
        name = goals.figure_of(figure).name
        with writing(self._engine) as connection:
            key = hold(connection, slug)
            known = [goal.figure for goal in one(connection, slug).goals]
            if not goals.drop(connection, key, name):
                hint = did_you_mean(name, known) if known else "It has no goals."
                raise NotFound(f"campaign '{slug}' has no goal for {name}.", field="goal", value=figure, hint=hint)
            return one(connection, slug)
