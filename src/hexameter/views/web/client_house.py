"""A workspace as a client sees it: the campaigns that were shared, read only, their money only where it was shared too.

What is not named here is not there: a verb that pages begin to use stays closed to clients until somebody opens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.errors import NotFound

# Verbs that say nothing about any campaign.
_COMMON = frozenset({"settings", "clock", "definitions", "kpi_list", "formats"})
MONEY = frozenset(
    [
        "cost",
        "cost_minor",
        "cpm",
        "cpv",
        "cpe",
        "cost_per_video",
        "revenue",
        "revenue_minor",
        "roi_pct",
        "roas",
        "media_value",
        "media_value_roi_pct",
        "costs",
        "orders",
        "revenues",
        "spend",
        "spend_minor",
        "fee",
        "fees",
    ]
)


class ClientHouse:
    """The verbs a client may use.

    In  house   the workspace
        shared  slug of each shared campaign, and whether its costs are shown
    """

    def __init__(self, house: Any, shared: Mapping[str, bool]) -> None:
        self._house = house
        self._shared = shared
        self.campaigns = _Campaigns(self)

    def __getattr__(self, name: str) -> Any:
        if name not in _COMMON:
            raise NotFound("There is no such page.")
        return getattr(self._house, name)

    def version_of(self, campaign: str | None = None) -> str:
        """As the house's, of a shared campaign."""
        return str(self._house.version_of(self._seen(campaign)))

    def version_at_once(self, campaign: str | None = None) -> str | None:
        """As the house's, of a shared campaign."""
        known: str | None = self._house.version_at_once(self._seen(campaign))
        return known

    def kpis(self, **ask: Any) -> dict[str, Any]:
        """As the house's, of a shared campaign."""
        slug = self._seen(ask.get("campaign"))
        return dict(self._told(slug, self._house.kpis(**ask)))

    def explain(self, kpi: str, **ask: Any) -> dict[str, Any]:
        """As the house's, of a shared campaign."""
        slug = self._seen(ask.get("campaign"))
        return dict(self._told(slug, self._house.explain(kpi, **ask)))

    def gaps(self, campaign: str | None = None, **about: Any) -> list[dict[str, Any]]:
        """As the house's, of a shared campaign."""
        found: list[dict[str, Any]] = self._house.gaps(campaign=self._seen(campaign), **about)
        return found

    def descriptions(self, post_ids: Any) -> dict[str, dict[str, Any]]:
        """As the house's: pages ask it about posts of a campaign they show."""
        found: dict[str, dict[str, Any]] = self._house.descriptions(post_ids)
        return found

    def shown(self, archived: bool) -> list[dict[str, Any]]:
        """The shared campaigns; archived ones only when asked for."""
        return [self._told(c["slug"], c) for c in self._house.campaigns.list(archived) if c["slug"] in self._shared]

    def one(self, slug: str) -> dict[str, Any]:
        """One shared campaign.

        Raises  NotFound  it is not shared, or not there: which of the two is not said
        """
        found = {**self._house.campaigns.show(self._seen(slug)), "warnings": []}  # they name other campaigns
        return dict(self._told(slug, found))

    def _seen(self, slug: str | None) -> str:
        if slug is None or slug not in self._shared:
            raise NotFound("There is no such page.")
        return slug

    def _told(self, slug: str | None, document: Any) -> Any:
        return document if slug is not None and self._shared.get(slug) else without_money(document)


class _Campaigns:
    """The desk's reading verbs."""

    def __init__(self, house: ClientHouse) -> None:
        self._of = house

    def list(self, archived: bool = False) -> list[dict[str, Any]]:
        """The shared campaigns."""
        return self._of.shown(archived)

    def show(self, slug: str) -> dict[str, Any]:
        """One of them."""
        return self._of.one(slug)


def without_money(document: Any) -> Any:
    """A document in which every figure about money is empty; lists of costs and orders are empty lists.

    Example without_money({"views": 3, "cost": 5.0, "costs": [1]}) -> {"views": 3, "cost": None, "costs": []}
    """
    if isinstance(document, Mapping):
        return {k: ([] if isinstance(v, list | tuple) else None) if k in MONEY else without_money(v) for k, v in document.items()}
    if isinstance(document, list | tuple):
        return [without_money(part) for part in document]
    return document
