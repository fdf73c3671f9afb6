"""Ads reporting: requests and paging, for a connected advertiser account. It parses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tracking import Job, Line, Page
from hexameter.errors import Outage
from hexameter.sources.tiktok.ads import limits
from hexameter.sources.tiktok.ads.parse import METRICS, TOTALS, joined, read_days, read_totals
from hexameter.sources.tiktok.asks import Answer
from hexameter.sources.tiktok.bodies import list_at, number_of
from hexameter.sources.tiktok.business import BusinessSource, advertisers_of, get, more_pages
from hexameter.sources.tiktok.paging import Patience, days_of, windows
from hexameter.sources.tiktok.sheet import Sheet

_PAGE = 1000
_DAYS = 30  # TikTok's longest stretch by day
_YEAR = 365  # and without days
_EASTMOST = timedelta(hours=14)
_BYTES = 128 * 2**20  # the pages of one report of totals, kept together


class Ads(BusinessSource):
    """An advertiser's reports."""

    name = "ads"
    title = "TikTok ads reporting"
    help = (
        "What each ad of a connected advertiser cost and delivered a day, and how many views of each boosted post (Spark Ad) were paid "
        "for: that splits a post's views into organic and paid."
    )
    limits_text = (
        "Days are the advertiser's own; recent ones are still corrected by TikTok. Paid views of a post are those of the connected "
        "advertisers' ads, over the window asked for. Ads that show no post count as cost only. 10 requests a second, 600 a minute and "
        "864,000 a day for the whole app."
    )
    login = "advertiser"
    kinds = {
        "daily": "each ad's cost and delivery by day",
        "total": "the paid views of each post, over all its ads",
    }
    scopes = dict.fromkeys(kinds, frozenset())
    limits = limits.LIMITS

    def pages(self, job: Job, line: Line) -> Iterator[Page]:
        """The job's pages."""
        return {"daily": self._daily, "total": self._total}[job.kind](job, line)

    def parsed(self, answer: Mapping[str, Any], sheet: Sheet) -> None:
        """A page of days, or a whole report of totals."""
        (read_totals if sheet.context["kind"] == "total" else read_days)(answer, sheet)

    def _daily(self, job: Job, line: Line) -> Iterator[Page]:
        """By advertiser, stretch of days and page; where a killed job was is three words."""
        resume = dict(job.resume or {})
        steps = list(_stretches(job, line.now(), _DAYS, back=_DAYS - 1))
        start = next((i for i, (a, f, _) in enumerate(steps) if (a, f.isoformat()) == (resume.get("advertiser"), resume.get("from"))), 0)
        for place in range(start, len(steps)):
            advertiser, first, last = steps[place]
            page = (number_of(resume.get("page")) or 1) if place == start else 1
            patience = Patience(f"the report of advertiser {advertiser}")
            while True:
                answer = self._asked(job, line, (advertiser, first, last), page, by_day=True)
                more = more_pages(answer, page)
                page += 1
                following = steps[place + 1] if place + 1 < len(steps) else None
                here = {"advertiser": advertiser, "from": first.isoformat(), "page": page}
                there = {"advertiser": following[0], "from": following[1].isoformat(), "page": 1} if following else None
                yield self.page(answer.body, self.context(job, line, advertiser=advertiser), here if more else there)
                if not more:
                    break
                patience.step(page, len(list_at(answer.data, "list")))

    def _total(self, job: Job, line: Line) -> Iterator[Page]:
        """One page made of all the report's pages: the ads of one post may stand on several, and only their sum is a number."""
        bodies: list[bytes] = []
        moments: list[str] = []
        # a total is as of its instant, whenever it was planned, and the advertiser's own day may have begun already
        for advertiser, first, last in _stretches(replace(job, until=None), line.now() + _EASTMOST, _YEAR, back=_YEAR - 1):
            patience, page, more = Patience(f"the report of advertiser {advertiser}"), 1, True
            while more:
                answer = self._asked(job, line, (advertiser, first, last), page, by_day=False)
                bodies.append(answer.body)
                moments.append(instant_text(line.now()))
                if sum(map(len, bodies)) > _BYTES:
                    raise Outage(f"the report of advertiser {advertiser} is larger than {_BYTES:,} bytes. Ask for a shorter window.")
                more = more_pages(answer, page)
                page += 1
                if more:
                    patience.step(page, len(list_at(answer.data, "list")))
        yield self.page(joined(bodies), self.context(job, line, pages_at=",".join(moments)), None)

    def _asked(self, job: Job, line: Line, stretch: tuple[str, date, date], page: int, *, by_day: bool) -> Answer:
        advertiser, first, last = stretch
        params = {
            "advertiser_id": advertiser,
            "report_type": "BASIC",
            "data_level": "AUCTION_AD",
            "dimensions": ["ad_id", "stat_time_day"] if by_day else ["ad_id"],
            "metrics": METRICS if by_day else TOTALS,
            "start_date": first.isoformat(),
            "end_date": last.isoformat(),
            "page": page,
            "page_size": _PAGE,
        }
        return self.asked(get(job, "/report/integrated/get/", f"the report of advertiser {advertiser}", params, listed="list"), line)


def _stretches(job: Job, now: datetime, days: int, back: int) -> Iterator[tuple[str, date, date]]:
    """Every advertiser with every stretch of days, each at most as long as TikTok takes."""
    first, last = days_of(job.since, job.until, now, back)
    for advertiser in advertisers_of(job):
        for begin, end in windows(first, last, days):
            yield advertiser, begin, end
