"""The one door to the numbers: an engine, a pinned lake, a scope and an instant become the six KPIs as one JSON-ready object.

It reads no settings, no clock and no desk: what they say comes in as `Options`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hexameter.contracts.records import Money, Period, RateCard, Scope

if TYPE_CHECKING:
    from hexameter.contracts.protocols import Engine, Snapshot


@dataclass(frozen=True)
class Options:
    """How to measure, beside what.

    tz                 zone of the default period when the scope has no window and no period is given
    source_order       sources in order of trust
    band               recommended posts a day, lowest and highest
    qualified_seconds  threshold of a qualified view
    money, rate_card   costs, revenues, price list of media value (None: no media value)
    posts, creators, hashtags   add these breakdowns
    explain            add the SQL of each KPI and the posts left out with the reason
    """

    tz: str = "UTC"
    source_order: tuple[str, ...] = ()
    band: tuple[int, int] = (1, 3)
    qualified_seconds: float = 5.0
    money: Money = field(default_factory=Money)
    rate_card: RateCard | None = None
    posts: bool = False
    creators: bool = False
    hashtags: bool = False
    explain: bool = False


def measure(
    engine: Engine,
    snapshot: Snapshot,
    scope: Scope,
    as_of: datetime,
    *,
    period: Period | None = None,
    known_at: datetime | None = None,
    options: Options | None = None,
) -> dict[str, Any]:
    """The six KPIs of a scope, as of an instant.

    In      period    None: the campaign's window, else from the first post's local day to as_of's
            known_at  only rows the lake knew then (None: all)
    Out     period, sources, precision, n, n_excluded, videos, views, engagement_rate, interactions, followers, hashtag; when asked
            posts, creators, hashtags (lists), explain ({kpi: sql} and left_out posts)
    Raises  BadValue  mixed currencies without a dated rate, or a zone that does not exist
    """
    raise NotImplementedError
