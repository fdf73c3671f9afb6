"""Every verb over one home, by name: what views call. Each stands in a module of its own; nothing of it is written here.

No verb is imported before it is used: `hexameter --help` must answer at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading

    import pyarrow as pa

    from hexameter.contracts.protocols import Progress
    from hexameter.services.alerts.subscribing import AlertsOf
    from hexameter.services.briefs import BriefsOf
    from hexameter.services.campaign import Campaigns
    from hexameter.services.candidates import CandidatesOf
    from hexameter.services.connecting import Connections
    from hexameter.services.deliverables import DeliverablesOf
    from hexameter.services.doors import DoorsOf
    from hexameter.services.house import House
    from hexameter.services.inbox import InboxOf
    from hexameter.services.insights import Insights
    from hexameter.services.rights import RightsOf
    from hexameter.services.selling import SellingOf
    from hexameter.services.upkeep import Upkeep
else:
    House = object  # a protocol's read-only properties would stand in the way of the parts themselves


class Verbs(House):
    """The verbs; who inherits them brings the parts of a `services.house.House`. Answers are JSON-ready unless they say otherwise."""

    def collect(
        self, paths: Iterable[str | Path], *, rejects: str | Path | None = None, progress: Progress | None = None, **wishes: Any
    ) -> dict[str, Any]:
        """Import files; the words of `wishes` are the fields of services.collect.Wishes."""
        from hexameter.services.advancing import advance_after_import
        from hexameter.services.collect import Wishes, collect

        done = collect([Path(p) for p in paths], Wishes(**wishes), self, None if rejects is None else Path(rejects), progress)
        advance_after_import(self)
        return done

    def preview(self, path: str | Path, **wishes: Any) -> dict[str, Any]:
        """A file as it would be imported: services.preview."""
        from hexameter.services.collect import Wishes
        from hexameter.services.preview import preview

        return preview(Path(path), Wishes(**wishes), self)

    def undo(self, batch: str) -> dict[str, Any]:
        """Take an import back: services.undo."""
        from hexameter.services.undo import undo

        return undo(batch, self)

    def formats(self) -> list[dict[str, str]]:
        """The formats there are: name, title, help, example, limits."""
        from hexameter.services.collect import describe_formats

        return describe_formats(self.files)

    def kpis(self, *, engine: str | None = None, **ask: Any) -> dict[str, Any]:
        """The six KPIs; the words of `ask` are the fields of services.asking.Ask."""
        from hexameter.services.asking import Ask
        from hexameter.services.measure import measure

        return measure(Ask(**ask), self, engine)

    def explain(self, kpi: str, *, engine: str | None = None, **ask: Any) -> dict[str, Any]:
        """One KPI with its definition, SQL, receipt and the posts left out."""
        from hexameter.services.asking import Ask
        from hexameter.services.explain import explain

        return explain(kpi, Ask(**ask), self, engine)

    def kpi_list(self) -> list[dict[str, str]]:
        """The KPIs there are: kpi, title, unit, formula, source."""
        from hexameter.services.explain import describe_kpis

        return describe_kpis()

    def definitions(self) -> list[dict[str, Any]]:
        """Other houses' engagement rates: name, title, formula, statistic, source, confirmed, note."""
        from hexameter.services.explain import describe_definitions

        return describe_definitions()

    def version_of(self, campaign: str | None = None) -> str:
        """What a shown number depends on, as one short text: services.standing."""
        from hexameter.services.standing import version_of

        return version_of(self, campaign)

    def version_at_once(self, campaign: str | None = None) -> str | None:
        """The same when it is known without reading anything, else None."""
        from hexameter.services.standing import version_at_once

        return version_at_once(self, campaign)

    def gaps(self, **about: Any) -> list[dict[str, Any]]:
        """Times that could not be read: campaign, creator, since."""
        from hexameter.services.standing import gaps_of

        return gaps_of(self, **about)

    def descriptions(self, post_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Posts in their own words, by id."""
        from hexameter.services.readings import descriptions

        return descriptions(self, post_ids)

    def readings(self, post: str, as_of: str | datetime | None = None) -> list[dict[str, Any]]:
        """Every reading of a post, newest first."""
        from hexameter.services.readings import readings

        return readings(self, post, as_of)

    def tables(self) -> list[dict[str, Any]]:
        """The lake's tables with their columns."""
        from hexameter.services.browse import describe_tables

        return describe_tables()

    def browse(self, table: str, **wishes: Any) -> dict[str, Any]:
        """One page of a lake table: q, sort, order, page."""
        from hexameter.services.browse import browse

        return browse(self, table, **wishes)

    def take(self, table: str, path: Path, kind: str, **wishes: Any) -> int:
        """A lake table's rows as a file: q, columns, sort, order."""
        from hexameter.services.browse import take

        return take(self, table, path, kind, **wishes)

    def search(self, words: str) -> dict[str, Any]:
        """Campaigns, creators, hashtags and posts by name, id or address."""
        from hexameter.services.search import search

        return search(self, words)

    def rising(self, as_of: str | datetime | None = None) -> dict[str, Any]:
        """Hashtags in lists read from the platform, and those rising in the lake."""
        from hexameter.services.trending import rising

        return rising(self, as_of)

    def sql(self, text: str, *, limit: int | None = None, engine: str | None = None) -> pa.Table:
        """A read-only question over the lake's tables; the answer is an Arrow table."""
        from hexameter.services.query import query

        return query(text, self, limit=limit, engine=engine)

    def table(self, what: str, *, engine: str | None = None, **ask: Any) -> pa.Table:
        """A lake table by name, or a breakdown of the KPIs (posts, creators, hashtags) of the question `ask`, as Arrow."""
        from hexameter.services.asking import Ask
        from hexameter.services.export import table_of

        return table_of(what, Ask(**ask), self, engine)

    @cached_property
    def campaigns(self) -> Campaigns:
        """The desk's verbs: create, show, list, add, remove, include, exclude, cost, order, archive."""
        from hexameter.services.campaign import Campaigns

        return Campaigns(self)

    def goals(self, campaign: str, as_of: str | None = None) -> dict[str, Any]:
        """A campaign's goals as they stand: target, value, pace."""
        from hexameter.services.goals import standing

        return standing(campaign, self, as_of)

    @cached_property
    def insights(self) -> Insights:
        """What to do about the numbers: best_time, forecast, reuse, audit, affinity, portfolio, portfolio_test, clause_effects."""
        from hexameter.services.insights import Insights

        return Insights(self)

    @cached_property
    def upkeep(self) -> Upkeep:
        """The care of the lake: compact, maintain, vacuum, erase, history."""
        from hexameter.services.upkeep import Upkeep

        return Upkeep(self)

    @cached_property
    def connections(self) -> Connections:
        """Connected accounts: begin, complete, answer, end."""
        from hexameter.services.connecting import Connections

        return Connections(self)

    @cached_property
    def inbox(self) -> InboxOf:
        """Found posts: list, hand_in, rule, link."""
        from hexameter.services.inbox import InboxOf

        return InboxOf(self)

    @cached_property
    def alerts(self) -> AlertsOf:
        """What people are told: list, read, subscribe, send, deliveries, retry."""
        from hexameter.services.alerts.subscribing import AlertsOf

        return AlertsOf(self)

    @cached_property
    def briefs(self) -> BriefsOf:
        """Briefs: write, show, versions, preview, templates."""
        from hexameter.services.briefs import BriefsOf

        return BriefsOf(self)

    def clauses(self, campaign: str, as_of: str | datetime | None = None) -> dict[str, Any]:
        """Every found post against the clauses of its brief, and the campaign's compliance."""
        from hexameter.services.clauses import clauses

        return clauses(self, campaign, as_of)

    @cached_property
    def candidates(self) -> CandidatesOf:
        """Who may work on a campaign: list, add, move, note, tag, import_file."""
        from hexameter.services.candidates import CandidatesOf

        return CandidatesOf(self)

    @cached_property
    def deliverables(self) -> DeliverablesOf:
        """What creators owe: list, add, hand_in, comment, approve, finish, reminders."""
        from hexameter.services.deliverables import DeliverablesOf

        return DeliverablesOf(self)

    @cached_property
    def rights(self) -> RightsOf:
        """Which posts may run as ads: list, ask, grant, refuse, use, code, expiring."""
        from hexameter.services.rights import RightsOf

        return RightsOf(self)

    @cached_property
    def selling(self) -> SellingOf:
        """What was earned: codes, links, orders, price lists, money."""
        from hexameter.services.selling import SellingOf

        return SellingOf(self)

    @cached_property
    def doors(self) -> DoorsOf:
        """Links for people without an account: make, invite, list, revoke; portal and application."""
        from hexameter.services.doors import DoorsOf

        return DoorsOf(self)

    def track_once(self) -> dict[str, Any]:
        """One pass of the tracker."""
        from hexameter.services.tracking.runner import Tracker

        return Tracker(self).once()

    def track(self, stop: threading.Event, each: Callable[[dict[str, Any]], None] | None = None) -> None:
        """Pass after pass until `stop` is set; `each` gets what every pass did."""
        from hexameter.services.tracking.runner import Tracker

        Tracker(self).keep_on(stop, each)

    def list_sources(self) -> dict[str, Any]:
        """TikTok's APIs, the connected accounts, and what cannot be read now."""
        from hexameter.services.sources import sources

        return sources(self)

    def quota(self) -> list[dict[str, Any]]:
        """What is left of each limit."""
        from hexameter.services.sources import quota

        return quota(self)

    def reparse(self, batch: str | None = None) -> dict[str, Any]:
        """Kept answers of TikTok read again, of one batch or of all."""
        from hexameter.services.sources import reparse

        return reparse(self, batch)

    def status(self) -> dict[str, Any]:
        """What is in the home."""
        from hexameter.services.status import status

        return status(self)

    def doctor(self) -> dict[str, Any]:
        """Whether everything needed is there and works."""
        from hexameter.services.doctor import check

        return check(self)
