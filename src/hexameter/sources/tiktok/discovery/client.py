"""Discovery: the request for trending hashtags, for a connected advertiser account. It parses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hexameter.contracts.tracking import Job, Line, Page
from hexameter.sources.tiktok.business import BusinessSource, get
from hexameter.sources.tiktok.discovery import limits
from hexameter.sources.tiktok.discovery.parse import read_trends
from hexameter.sources.tiktok.sheet import Sheet

_PERIOD = "7DAY"
_COUNTRY = "US"


class Discovery(BusinessSource):
    """Trending hashtags by country."""

    name = "discovery"
    title = "TikTok Discovery"
    help = (
        "Up to 200 trending hashtags of a country with their rank, views and posts of the last 7 days, for a connected advertiser account."
    )
    limits_text = (
        "TikTok switches it on for chosen apps only. Views and posts are those of 7 days and one country, not totals. No more than 200 "
        "hashtags: one that is not listed is unknown, not zero. 10 requests a second, 600 a minute and 864,000 a day for the whole app."
    )
    login = "advertiser"
    kinds = {"trends": "the trending hashtags of a country"}
    scopes = dict.fromkeys(kinds, frozenset())
    limits = limits.LIMITS

    def pages(self, job: Job, line: Line) -> Iterator[Page]:
        """The one page there is."""
        country = (job.country or _COUNTRY).upper()
        params = {
            "advertiser_id": job.account.open_id if job.account else "",
            "discovery_type": "HASHTAG",
            "country_code": country,
            "date_range": _PERIOD,
        }
        ask = get(job, "/discovery/trending_list/", f"trending hashtags of {country}", params, listed="list")
        yield self.one(job, line, ask, country=country, creator_id="", handle="")

    def parsed(self, answer: Mapping[str, Any], sheet: Sheet) -> None:
        """A list of trends."""
        read_trends(answer, sheet)
