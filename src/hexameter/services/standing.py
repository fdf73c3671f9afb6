"""What a shown number depends on, as one short text: when it stands, so do the numbers. And what could not be read. It measures nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from hexameter.campaigns.desk import Desk
from hexameter.contracts.records import DEFINITIONS_VERSION
from hexameter.services.tracking.telling import gaps_shown

if TYPE_CHECKING:
    from hexameter.services.house import House


def version_of(house: House, campaign: str | None = None) -> str:
    """A digest of definitions, settings, price lists, lake version and, for a campaign, what was decided about it and could not be read.

    Raises  NotFound  an unknown campaign
    """
    return _digest(house, house.lake.snapshot().versions, _decided(house.desk, campaign))


def version_at_once(house: House, campaign: str | None = None) -> str | None:
    """The same without reading anything; None: lake or desk moved, ask `version_of`. Quick enough for an event loop."""
    beat, known = house.desk.pulse.beat(), _READ.get(house.desk, {}).get(campaign)
    if beat is None or known is None or known[0] != beat:
        return None
    versions = house.lake.at_rest()
    return None if versions is None else _digest(house, versions, known[1])


def _digest(house: House, lake: Mapping[str, int], decided: str) -> str:
    settings = house.settings
    parts = (DEFINITIONS_VERSION, sorted(settings.items()), _written(settings["rate_card"]), sorted(lake.items()), decided)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


# What was decided about campaigns, by desk and name, with the desk's pulse before it was read. None: what concerns every question.
_READ: WeakKeyDictionary[Desk, dict[str | None, tuple[int, str]]] = WeakKeyDictionary()


def _decided(desk: Desk, slug: str | None) -> str:
    """A digest of what the desk says about a question; read again only after the desk changed."""
    beat, known = desk.pulse.beat(), _READ.setdefault(desk, {})
    if beat is not None and slug in known and known[slug][0] == beat:
        return known[slug][1]
    decided = (desk.cards.list(), () if slug is None else _about(desk, slug))
    digest = hashlib.sha256(repr(decided).encode()).hexdigest()
    if beat is not None:
        known[slug] = (beat, digest)
    return digest


def _about(desk: Desk, slug: str) -> tuple[Any, ...]:
    """A campaign, the exchange rates, the gaps, and what of the other campaigns it is warned about."""
    others = [(other.slug, other.period, other.hashtags) for other in desk.campaigns()]
    return (desk.campaign(slug), desk.rates(), desk.gaps.list(campaign=slug), others)


def _written(card: str) -> tuple[int, int] | None:
    """When a price list that is a file was written, and its size; None for one that is none."""
    try:
        found = os.stat(Path(card).expanduser()) if card.endswith(".toml") else None
    except OSError:
        return None
    return None if found is None else (found.st_mtime_ns, found.st_size)


def gaps_of(house: House, campaign: str | None = None, creator: str | None = None, since: datetime | None = None) -> list[dict[str, Any]]:
    """Times in which a campaign or a creator could not be read, oldest first.

    Out  api, reason, who (@handle, "" when it concerns no single creator), sentence, from_at, to_at (None: it still goes on), times
    """
    found = gaps_shown(house.desk, campaign=campaign, creator=creator, from_at=since)
    return [{name: gap[name] for name in ("api", "reason", "who", "sentence", "from_at", "to_at", "times")} for gap in found]
