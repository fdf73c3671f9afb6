"""TikTok One (Creator Marketplace): requests and paging, for a brand that connected its advertiser account. It parses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hexameter.contracts.tracking import Job, Line, Page
from hexameter.errors import Refused, Revoked, ScopeMissing
from hexameter.sources.tiktok.bodies import list_at, number_of, word_of
from hexameter.sources.tiktok.business import BusinessSource, get, more_pages
from hexameter.sources.tiktok.paging import Patience, days_of
from hexameter.sources.tiktok.sheet import Sheet
from hexameter.sources.tiktok.source import owner_of
from hexameter.sources.tiktok.tiktok_one import limits
from hexameter.sources.tiktok.tiktok_one.parse import read_card, read_report

_PAGE = 20  # no upper bound is published; every other list of this API takes 20
_BACK = 30
_Found = tuple[bytes, dict[str, str], dict[str, Any] | None]  # body, context, where the campaign's next page begins


class TikTokOne(BusinessSource):
    """A brand's campaigns on TikTok One."""

    name = "tiktok_one"
    title = "TikTok One"
    help = (
        "The report of a brand's TikTok One campaign: its posts with views, likes, comments, shares, saves and reach, and how many of the "
        "views were paid for; and a creator's public card with followers. The brand connects its advertiser account."
    )
    limits_text = (
        "Only campaigns of the brand's own TikTok One account. The two and six second figures, and completion rates without a percent "
        "sign, are not read: their unit is not documented. 10 requests a second, 600 a minute and 864,000 a day for the whole app."
    )
    login = "advertiser"
    kinds = {
        "report": "the posts of campaigns, by campaign id, organic and paid",
        "profile": "a creator's public card, by handle",
    }
    scopes = dict.fromkeys(kinds, frozenset())
    limits = limits.LIMITS

    def pages(self, job: Job, line: Line) -> Iterator[Page]:
        """The job's pages."""
        return {"report": self._reports, "profile": self._card}[job.kind](job, line)

    def parsed(self, answer: Mapping[str, Any], sheet: Sheet) -> None:
        """A report, or a card."""
        (read_card if sheet.context["kind"] == "profile" else read_report)(answer, sheet)

    def _accounts(self, job: Job, line: Line) -> tuple[str, ...]:
        """The TikTok One accounts that the login may read."""
        secret = self.settings.get("tiktok_business_secret", "")
        params = {"app_id": self.settings.get("tiktok_business_id", ""), "secret": secret}
        ask = get(job, "/tto/oauth2/tcm/", f"the TikTok One accounts of {owner_of(job)}", params)
        answer = self.asked(replace(ask, hidden=(secret,)), line)
        found = tuple(word for raw in list_at(answer.data, "tto_tcm_account_ids") if (word := word_of(raw)))
        if not found:
            raise Refused(f"{owner_of(job)} has no TikTok One account that we may read.")
        return found

    def _reports(self, job: Job, line: Line) -> Iterator[Page]:
        accounts = self._accounts(job, line)
        resume = job.resume or {}
        started = number_of(resume.get("campaign")) or 0
        for place, campaign in enumerate(job.words[started:], started):
            after = {"campaign": place + 1} if place + 1 < len(job.words) else None
            for body, context, following in self._found(job, line, accounts, campaign, resume if place == started else {}):
                yield self.page(body, context, {"campaign": place, **following} if following else after)

    def _found(self, job: Job, line: Line, accounts: tuple[str, ...], campaign: str, resume: Mapping[str, Any]) -> Iterator[_Found]:
        """A campaign's pages: it belongs to one of the accounts, and the others do not know it."""
        refusal: Refused | None = None
        named = word_of(resume.get("account"))
        for account in (named,) if named in accounts else accounts:
            try:
                yield from self._report(job, line, account, campaign, number_of(resume.get("page")) or 1)
                return
            except (Revoked, ScopeMissing):
                raise
            except Refused as problem:
                refusal = problem
        if refusal is not None:
            raise refusal

    def _report(self, job: Job, line: Line, account: str, campaign: str, page: int) -> Iterator[_Found]:
        first, last = days_of(job.since, job.until, line.now(), _BACK)
        what = f"the report of campaign {campaign}"
        patience = Patience(what)
        while True:
            params = {
                "tto_tcm_account_id": account,
                "campaign_id": campaign,
                "start_date": first.isoformat(),
                "end_date": last.isoformat(),
                "page": page,
                "page_size": _PAGE,
            }
            ask = get(job, "/tto/tcm/report/", what, params, listed="videos")
            if job.country:
                ask = replace(ask, headers={"Country-Code": job.country})
            answer = self.asked(ask, line)
            more = more_pages(answer, page)
            page += 1
            # a campaign's posts are the creators', not the brand's: whose they are comes from each row alone
            context = {k: v for k, v in self.context(job, line, campaign=campaign).items() if k not in ("creator_id", "handle")}
            yield answer.body, context, {"account": account, "page": page} if more else None
            if not more:
                return
            patience.step(page, len(list_at(answer.data, "videos")))

    def _card(self, job: Job, line: Line) -> Iterator[Page]:
        handle = (job.handle or "").removeprefix("@").lower()
        account = self._accounts(job, line)[0]
        params = {"tto_tcm_account_id": account, "handle_name": handle}
        yield self.one(job, line, get(job, "/tto/tcm/creator/public/", f"the card of @{handle}", params), creator_id="", handle=handle)
