"""What a kind of alert is, and how one alert of it is written. Which kinds there are: see `rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.alerts.raised import Raised

if TYPE_CHECKING:
    from hexameter.campaigns.campaign import Campaign
    from hexameter.services.house import House


@dataclass(frozen=True)
class Kind:
    """One kind of alert; `sentence` is filled in with the alert's facts. `outlives`: it is looked for long after a campaign's end too."""

    name: str
    title: str
    help: str
    sentence: str
    find: Callable[[House, Campaign | None], Iterator[Raised]]
    outlives: bool = False


def told(kind: str, key: str, campaign: str | None, subject: str, template: str, facts: dict[str, Any]) -> Raised:
    """An alert: its key makes it the same one when it is seen again."""
    return Raised(f"{kind}:{key}", kind, campaign, subject, template.format(**facts), facts)
