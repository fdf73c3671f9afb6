"""The desk's drawers: one for each kind of thing that is kept, opened when first needed. What is in them is each drawer's business."""

from __future__ import annotations

from functools import cached_property

import sqlalchemy as sa

from hexameter.campaigns.alerts.outbox import Outbox
from hexameter.campaigns.alerts.raised import Alerts
from hexameter.campaigns.alerts.subscriptions import Subscriptions
from hexameter.campaigns.briefs.shelf import Briefs
from hexameter.campaigns.candidates.pipeline import Pipeline
from hexameter.campaigns.deliverables.owed import Deliverables
from hexameter.campaigns.doors.links import Doors
from hexameter.campaigns.editing import Editing
from hexameter.campaigns.people import People
from hexameter.campaigns.pulse import Pulse
from hexameter.campaigns.rights.ledger import Rights
from hexameter.campaigns.selling.cards import Cards
from hexameter.campaigns.selling.shop import Shop
from hexameter.campaigns.tracking.accounts import Accounts
from hexameter.campaigns.tracking.chores import Chores
from hexameter.campaigns.tracking.connecting import Connects
from hexameter.campaigns.tracking.gaps import Gaps
from hexameter.campaigns.tracking.inbox import Inbox
from hexameter.campaigns.tracking.jobs import Jobs
from hexameter.campaigns.tracking.links import Links
from hexameter.campaigns.tracking.quota import Quota
from hexameter.campaigns.tracking.rules import Rules
from hexameter.campaigns.tracking.vault import Vault
from hexameter.campaigns.tracking.watched import WatchedPosts
from hexameter.contracts.protocols import Clock


class Drawers:
    """Everything the desk holds beside its campaigns."""

    def __init__(self, engine: sa.Engine, clock: Clock, vault: Vault) -> None:
        self._engine = engine
        self._clock = clock
        self.pulse = Pulse(engine)  # whether anything changed
        self._vault = vault

    def check_key(self) -> None:
        """Make sure that secrets can be sealed.

        Raises  Unusable, BadValue  see tracking.vault
        """
        self._vault.check()

    @cached_property
    def editing(self) -> Editing:
        """Changes of a campaign as a whole, and its goals."""
        return Editing(self._engine)

    @cached_property
    def accounts(self) -> Accounts:
        """Connected accounts, their tokens and the log of consent."""
        return Accounts(self._engine, self._clock, self._vault)

    @cached_property
    def connecting(self) -> Connects:
        """Requests to connect an account."""
        return Connects(self._engine, self._clock, self._vault)

    @cached_property
    def quota(self) -> Quota:
        """What was spent of each limit."""
        return Quota(self._engine)

    @cached_property
    def jobs(self) -> Jobs:
        """What is to be read."""
        return Jobs(self._engine, self._clock)

    @cached_property
    def gaps(self) -> Gaps:
        """What could not be read, and why."""
        return Gaps(self._engine)

    @cached_property
    def rules(self) -> Rules:
        """Each campaign's finding rule."""
        return Rules(self._engine, self._clock)

    @cached_property
    def inbox(self) -> Inbox:
        """Found posts and handed-in addresses."""
        return Inbox(self._engine, self._clock)

    @cached_property
    def chores(self) -> Chores:
        """When things were last read."""
        return Chores(self._engine)

    @cached_property
    def links(self) -> Links:
        """Which campaign of TikTok One a campaign is."""
        return Links(self._engine)

    @cached_property
    def watched(self) -> WatchedPosts:
        """Posts that are read again and again."""
        return WatchedPosts(self._engine)

    @cached_property
    def people(self) -> People:
        """People with an account here, and their sessions."""
        return People(self._engine)

    @cached_property
    def alerts(self) -> Alerts:
        """What people should know, and who has read it."""
        return Alerts(self._engine)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """Who is told what, and where."""
        return Subscriptions(self._engine, self._vault)

    @cached_property
    def outbox(self) -> Outbox:
        """What is on its way to them."""
        return Outbox(self._engine)

    @cached_property
    def briefs(self) -> Briefs:
        """Briefs, their versions and templates."""
        return Briefs(self._engine, self._clock)

    @cached_property
    def candidates(self) -> Pipeline:
        """Who may work on a campaign."""
        return Pipeline(self._engine, self._clock)

    @cached_property
    def deliverables(self) -> Deliverables:
        """What creators owe."""
        return Deliverables(self._engine, self._clock)

    @cached_property
    def rights(self) -> Rights:
        """Which posts may run as ads."""
        return Rights(self._engine, self._clock, self._vault)

    @cached_property
    def doors(self) -> Doors:
        """Links for people without an account."""
        return Doors(self._engine, self._clock)

    @cached_property
    def shop(self) -> Shop:
        """Promo codes, tracked links, orders."""
        return Shop(self._engine, self._clock)

    @cached_property
    def cards(self) -> Cards:
        """Price lists for media value."""
        return Cards(self._engine, self._clock)
