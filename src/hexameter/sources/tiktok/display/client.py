"""The Display API: requests and paging, for a creator who connected by Login Kit. It parses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hexameter.contracts.tracking import Job, Limit, Line, Page
from hexameter.sources.tiktok.asks import Ask
from hexameter.sources.tiktok.display import limits
from hexameter.sources.tiktok.display.parse import read_profile, read_videos
from hexameter.sources.tiktok.listing import PAGE, named_posts, newest_first
from hexameter.sources.tiktok.sheet import Sheet
from hexameter.sources.tiktok.source import Source, granted, owner_of

_VIDEO = "id,create_time,share_url,video_description,title,duration,like_count,comment_count,share_count,view_count"
_COUNTS = "follower_count,following_count,likes_count,video_count"


class Display(Source):
    """A creator's own profile and public posts."""

    name = "display"
    title = "TikTok Display API"
    help = "A creator's own profile and public posts with views, likes, comments and shares, once the creator has connected by Login Kit."
    limits_text = (
        "No saves, reach, watch time or audience; no history; captions are cut at 150 characters. Posts that the creator does not own, "
        "deleted and private ones are left out by TikTok without a word. 600 requests a minute for each of the three endpoints, for all "
        "creators together."
    )
    login = "display"
    kinds = {
        "profile": "the account's followers and totals",
        "newest": "the account's posts, newest first, back to a time",
        "posts": "up to 20 of the account's posts a request, by id",
    }
    scopes = {
        "profile": frozenset({"user.info.basic", "user.info.stats"}),
        "newest": frozenset({"video.list"}),
        "posts": frozenset({"video.list"}),
    }
    limits = limits.LIMITS
    needs = ("tiktok_client_key", "tiktok_client_secret")

    def pages(self, job: Job, line: Line) -> Iterator[Page]:
        """The job's pages."""
        return {"profile": self._profile, "newest": self._newest, "posts": self._posts}[job.kind](job, line)

    def parsed(self, answer: Mapping[str, Any], sheet: Sheet) -> None:
        """An answer of any of the three endpoints."""
        (read_profile if sheet.context["kind"] == "profile" else read_videos)(answer, sheet)

    def _profile(self, job: Job, line: Line) -> Iterator[Page]:
        # the username needs a permission of its own; without it, asking for it would be refused
        fields = _COUNTS + (",username" if granted(job, "user.info.profile") else "")
        ask = Ask(
            "open",
            "GET",
            "/v2/user/info/",
            f"the profile of {owner_of(job)}",
            params={"fields": f"open_id,display_name,{fields}"},
            limits=(limits.USER_INFO,),
            owner=owner_of(job),
        )
        answer = self.asked(ask, line)
        yield self.page(answer.body, self.context(job, line), None)

    def _newest(self, job: Job, line: Line) -> Iterator[Page]:
        def ask(cursor: int | None) -> Ask:
            body = {"max_count": PAGE} | ({} if cursor is None else {"cursor": cursor})
            return self._videos(job, "/v2/video/list/", body, limits.VIDEO_LIST)

        return newest_first(self, job, line, ask)

    def _posts(self, job: Job, line: Line) -> Iterator[Page]:
        def ask(ids: Sequence[str]) -> Ask:
            return self._videos(job, "/v2/video/query/", {"filters": {"video_ids": list(ids)}}, limits.VIDEO_QUERY)

        return named_posts(self, job, line, ask)

    def _videos(self, job: Job, path: str, body: Mapping[str, Any], limit: Limit) -> Ask:
        return Ask(
            "open",
            "POST",
            path,
            f"posts of {owner_of(job)}",
            params={"fields": _VIDEO},
            body=body,
            limits=(limit,),
            listed="videos",
            owner=owner_of(job),
        )
