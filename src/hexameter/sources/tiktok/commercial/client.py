"""The Commercial Content API: requests and paging. It parses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hexameter.contracts.tracking import Job, Line, Page
from hexameter.errors import Outage
from hexameter.sources.tiktok.asks import Ask
from hexameter.sources.tiktok.bodies import is_true, list_at, word_of
from hexameter.sources.tiktok.commercial import limits
from hexameter.sources.tiktok.commercial.parse import read_contents
from hexameter.sources.tiktok.operator import OperatorSource
from hexameter.sources.tiktok.paging import Patience, days_of
from hexameter.sources.tiktok.sheet import Sheet
from hexameter.sources.tiktok.transport import SearchIdRefused

_FIELDS = "id,create_timestamp,create_date,label,brand_names,creator,videos"
_PAGE = 50
_OLDEST = date(2022, 10, 2)  # TikTok: later than 2022-10-01
_BACK = 30


class Commercial(OperatorSource):
    """Disclosed paid partnerships in the EEA."""

    name = "commercial"
    title = "TikTok Commercial Content API"
    help = (
        "Posts that creators in the EEA disclosed as paid partnerships, by creator or country, with their address. It comes with Research "
        "credentials or an application of its own, open to more people than researchers."
    )
    limits_text = (
        "EEA only, without the United Kingdom and Switzerland; from October 2022 on. No counters. 1,000 requests a UTC day are assumed, "
        "as for the Research API."
    )
    kinds = {"partnerships": "posts that some creators (all, where none is named) disclosed as commercial, over a window of publication"}
    scopes = dict.fromkeys(kinds, frozenset({"research.adlib.basic"}))
    limits = limits.LIMITS

    def pages(self, job: Job, line: Line) -> Iterator[Page]:
        """The list's pages, each asked for with the search_id of the one before."""
        first, last = days_of(job.since, job.until, line.now(), _BACK)
        filters: dict[str, Any] = {
            "content_published_date_range": {"min": f"{max(first, _OLDEST):%Y%m%d}", "max": f"{max(last, _OLDEST):%Y%m%d}"},
            "creator_country_code": (job.country or "ALL").upper(),
        }
        if names := [name.removeprefix("@").lower() for name in (*([job.handle] if job.handle else []), *job.words)]:
            filters["creator_usernames"] = names
        search_id = word_of((job.resume or {}).get("search_id"))
        patience = Patience("the list of commercial content")
        fresh = not search_id
        while True:
            try:
                answer = self.asked(_ask({"filters": filters, "max_count": _PAGE} | ({"search_id": search_id} if search_id else {})), line)
            except SearchIdRefused:
                if fresh:
                    raise _lost() from None
                # the id of a job that was put off has expired: from the first page again, whose posts are then told once more
                fresh, search_id = True, ""
                continue
            more = is_true(answer.data.get("has_more"))
            search_id = word_of(answer.data.get("search_id")) or search_id
            yield self.page(answer.body, self.context(job, line), {"search_id": search_id} if more else None)
            if not more:
                return
            rows = list_at(answer.data, "commercial_contents")
            patience.step(tuple(word_of(r.get("id")) for r in rows if isinstance(r, Mapping)) or None, len(rows))

    def parsed(self, answer: Mapping[str, Any], sheet: Sheet) -> None:
        """A page of contents."""
        read_contents(answer, sheet)


def _lost() -> Outage:
    return Outage("TikTok does not know the search id it gave. The next reading begins the list again.")


def _ask(body: Mapping[str, Any]) -> Ask:
    return Ask(
        "open",
        "POST",
        "/v2/research/adlib/commercial_content/query/",
        "commercial content",
        params={"fields": _FIELDS},
        body=body,
        limits=limits.LIMITS,
        listed="commercial_contents",
    )
