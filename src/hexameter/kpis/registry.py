"""The six KPIs in the order of KPIS.md. A KPI not in this tuple does not exist."""

from __future__ import annotations

from hexameter.contracts.protocols import Kpi
from hexameter.kpis.engagement_rate import EngagementRate
from hexameter.kpis.followers import Followers
from hexameter.kpis.hashtag import Hashtag
from hexameter.kpis.interactions import Interactions
from hexameter.kpis.videos import Videos
from hexameter.kpis.views import Views

KPIS: tuple[Kpi, ...] = (Videos(), Views(), EngagementRate(), Interactions(), Followers(), Hashtag())
