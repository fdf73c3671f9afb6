"""What the APIs for Business share: how parameters are written, and the app's own limits. It knows no endpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hexameter.contracts.tracking import Job, Limit, Line, Page
from hexameter.sources.tiktok.asks import Answer, Ask
from hexameter.sources.tiktok.bodies import is_true, number_of, object_at
from hexameter.sources.tiktok.source import Source, owner_of

_RULE = "an app of the Basic tier, all of TikTok's API for Business together: 10 requests a second, 600 a minute, 864,000 a day"
# Four requests may be on their way at once, and those that we sent in two seconds then arrive in one: so many are left free.
APP_LIMITS = (
    Limit("business.second", 6, 1, help=f"{_RULE}; 6 a second are used"),
    Limit("business.minute", 595, 60, help=f"{_RULE}; 595 a minute are used"),
    Limit("business.day", 864_000, 86_400, daily=True, help=_RULE),
)


def get(job: Job, path: str, what: str, params: Mapping[str, Any], *, own: tuple[Limit, ...] = (), listed: str = "") -> Ask:
    """A GET of the API for Business: lists and objects among the parameters are written as JSON, absent ones left out.

    In      own  limits of the endpoint, spent beside the app's
    """
    written = {k: _written(v) for k, v in params.items() if v not in (None, "", [], {})}
    return Ask("business", "GET", path, what, params=written, limits=(*own, *APP_LIMITS), listed=listed, owner=owner_of(job))


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def more_pages(answer: Answer, page: int) -> bool:
    """Whether a numbered page is followed by another, by `page_info`: has_more, total_page, or total_number and page_size."""
    info = object_at(answer.data, "page_info")
    if info.get("has_more") is not None:
        return bool(is_true(info.get("has_more")))
    total = number_of(info.get("total_page"))
    if total is None:
        number, size = number_of(info.get("total_number")), number_of(info.get("page_size"))
        total = -(-number // size) if number is not None and size else page
    return page < total


class BusinessSource(Source):
    """An API for Business read for one advertiser account or creator."""

    needs = ("tiktok_business_id", "tiktok_business_secret")

    def one(self, job: Job, line: Line, ask: Ask, **more: str) -> Page:
        """A request that has no second page."""
        answer = self.asked(ask, line)
        return self.page(answer.body, self.context(job, line, **more), None)


def advertisers_of(job: Job) -> tuple[str, ...]:
    """The advertiser accounts a login stands for, its first one first."""
    account = job.account
    return (account.open_id, *(a for a in account.also if a != account.open_id)) if account else ()
