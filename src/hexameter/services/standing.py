"""What a shown number depends on, as one short text: when it stands, so do the numbers. And what could not be read. It measures nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from hexameter.campaigns.desk import Desk
from hexameter.contracts.records import DEFINITIONS_VERSION
from hexameter.contracts.spelling import instant_text

if TYPE_CHECKING:
    from hexameter.services.house import House


def version_of(house: House, campaign: str | None = None) -> str:
    """A digest of definitions, settings, lake version and, for a campaign, everything decided about it and what could not be read.

    Raises  NotFound  an unknown campaign
    """
    decided = "" if campaign is None else _decided(house.desk, campaign)
    parts = (DEFINITIONS_VERSION, sorted(house.settings.items()), sorted(house.lake.snapshot().versions.items()), decided)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


# What was decided about campaigns, by desk and name, with the desk's pulse before it was read.
_READ: WeakKeyDictionary[Desk, dict[str, tuple[int, str]]] = WeakKeyDictionary()


def _decided(desk: Desk, slug: str) -> str:
    """A digest of a campaign, the exchange rates and the gaps; read again only after the desk changed."""
    beat, known = desk.pulse.beat(), _READ.setdefault(desk, {})
    if beat is not None and slug in known and known[slug][0] == beat:
        return known[slug][1]
    decided = (desk.campaign(slug), desk.rates(), desk.gaps.list(campaign=slug))
    digest = hashlib.sha256(repr(decided).encode()).hexdigest()
    if beat is not None:
        known[slug] = (beat, digest)
    return digest


def gaps_of(house: House, campaign: str | None = None, creator: str | None = None, since: datetime | None = None) -> list[dict[str, Any]]:
    """Times in which a campaign or a creator could not be read, oldest first.

    Out  api, reason, sentence, from_at, to_at (None: it still goes on), times
    """
    found = house.desk.gaps.list(campaign=campaign, creator=creator, from_at=since)
    return [
        {
            "api": gap.api,
            "reason": gap.reason,
            "sentence": gap.sentence,
            "from_at": instant_text(gap.from_at),
            "to_at": None if gap.to_at is None else instant_text(gap.to_at),
            "times": gap.times,
        }
        for gap in found
    ]
