"""The Accounts API: requests and paging, for a creator or brand who connected by TikTok's own consent page. It parses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from typing import Any

from hexameter.contracts.tracking import COUNTERS_ONLY, Job, Line, Page
from hexameter.sources.tiktok.accounts import limits
from hexameter.sources.tiktok.accounts.parse import read_profile, read_videos
from hexameter.sources.tiktok.asks import Ask
from hexameter.sources.tiktok.business import BusinessSource, get
from hexameter.sources.tiktok.listing import PAGE, named_posts, newest_first
from hexameter.sources.tiktok.paging import days_of
from hexameter.sources.tiktok.sheet import Sheet
from hexameter.sources.tiktok.source import granted, owner_of

_NOW = ["display_name", "followers_count", "following_count", "total_likes", "videos_count"]
_DAYS = [
    "video_views",
    "unique_video_views",
    "profile_views",
    "likes",
    "comments",
    "shares",
    "daily_total_followers",
    "daily_new_followers",
    "daily_lost_followers",
    "audience_activity",
    "audience_ages",
    "audience_genders",
    "audience_countries",
    "audience_cities",
]
_POST = [
    "item_id",
    "create_time",
    "caption",
    "share_url",
    "media_type",
    "is_ad",
    "video_duration",
    "video_views",
    "likes",
    "comments",
    "shares",
    "favorites",
]
_INSIGHTS = ["reach", "average_time_watched", "full_video_watched_rate", "new_followers"]
# Twenty rows and more a post: read now and then, not with every reading of the counters.
_BREAKDOWNS = [
    "video_view_retention",
    "impression_sources",
    "audience_genders",
    "audience_countries",
    "audience_cities",
    "audience_types",
]
_LOOK_BACK = 59  # days before today; TikTok refuses more than 60
_USUAL = 8


class Accounts(BusinessSource):
    """A connected account's own figures, days, audience and posts."""

    name = "accounts"
    title = "TikTok Accounts API"
    help = (
        "Posts of a connected creator or brand with saves, reach, watch time, retention and audience, and the account's days. TikTok "
        "allows it for measuring campaigns of consenting creators only, not for discovering or ranking creators; Hexameter does neither "
        "with it. Posts are measured, never downloaded."
    )
    limits_text = (
        "40 requests a minute for each account and endpoint; 10 a second, 600 a minute and 864,000 a day for the whole app. Insights come "
        "24 to 48 hours late, stop 365 days after publishing and are left out for posts without a view for 7 days: the last value is kept. "
        "Days reach back 60 days and are UTC days; their likes are gross. The owner must have switched on Analytics in the app."
    )
    login = "accounts"
    kinds = {
        "profile": "the account's totals, its days and its followers' audience",
        "newest": "the account's posts, newest first, back to a time",
        "posts": "up to 20 of the account's posts a request, by id",
    }
    scopes = {
        "profile": frozenset({"user.info.basic", "user.info.stats"}),
        "newest": frozenset({"video.list"}),
        "posts": frozenset({"video.list"}),
    }
    limits = limits.LIMITS

    def pages(self, job: Job, line: Line) -> Iterator[Page]:
        """The job's pages."""
        return {"profile": self._profile, "newest": self._newest, "posts": self._posts}[job.kind](job, line)

    def parsed(self, answer: Mapping[str, Any], sheet: Sheet) -> None:
        """An answer of either endpoint."""
        (read_profile if sheet.context["kind"] == "profile" else read_videos)(answer, sheet)

    def _profile(self, job: Job, line: Line) -> Iterator[Page]:
        first, last = days_of(job.since, job.until, line.now(), _USUAL)
        today = line.now().astimezone(UTC).date()
        last = min(last, today - timedelta(days=1))
        first = min(max(first, today - timedelta(days=_LOOK_BACK)), last)
        params = {
            "business_id": _business(job),
            "start_date": first.isoformat(),
            "end_date": last.isoformat(),
            "fields": _NOW
            + (["username"] if granted(job, "user.info.username") else [])
            + (_DAYS if granted(job, "user.insights") else []),
        }
        yield self.one(job, line, get(job, "/business/get/", f"the account of {owner_of(job)}", params, own=(limits.BUSINESS_GET,)))

    def _newest(self, job: Job, line: Line) -> Iterator[Page]:
        return newest_first(self, job, line, lambda cursor: self._videos(job, cursor=cursor))

    def _posts(self, job: Job, line: Line) -> Iterator[Page]:
        return named_posts(self, job, line, lambda ids: self._videos(job, filters={"video_ids": list(ids)}))

    def _videos(self, job: Job, **more: Any) -> Ask:
        insights = _INSIGHTS + ([] if COUNTERS_ONLY in job.words else _BREAKDOWNS)
        fields = _POST + (insights if granted(job, "video.insights") else [])
        params = {"business_id": _business(job), "fields": fields, "max_count": PAGE, **more}
        return get(job, "/business/video/list/", f"posts of {owner_of(job)}", params, own=(limits.VIDEO_LIST,), listed="videos")


def _business(job: Job) -> str:
    return job.account.open_id if job.account else ""
