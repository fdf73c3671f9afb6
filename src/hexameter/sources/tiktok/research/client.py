"""The Research API: queries in windows, the search_id that is refused when fresh, and profiles. It parses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hexameter.contracts.tracking import Job, Line, Page
from hexameter.errors import Outage
from hexameter.sources.tiktok.asks import Answer, Ask
from hexameter.sources.tiktok.bodies import is_true, list_at, number_of, word_of
from hexameter.sources.tiktok.items import id_of, issued_at
from hexameter.sources.tiktok.operator import OperatorSource
from hexameter.sources.tiktok.paging import Patience, days_of, groups, windows
from hexameter.sources.tiktok.research import limits
from hexameter.sources.tiktok.research.parse import read_profile, read_videos
from hexameter.sources.tiktok.sheet import Sheet
from hexameter.sources.tiktok.transport import SearchIdRefused

_VIDEO = (
    "id,video_description,create_time,region_code,share_count,view_count,like_count,comment_count,music_id,hashtag_names,username,"
    "favorites_count,video_duration,video_mention_list,video_tag"
)
_USER = "display_name,is_verified,follower_count,following_count,likes_count,video_count"
_PAGE = 100
_DAYS = 30
_TRIES = 5  # with a refused search_id, 5 seconds longer each time (TIKTOK.md A3)
_RESTARTS = 2
_SPREAD = timedelta(days=20)  # posts of one query by id: a held draft may come out days after its id was made


@dataclass
class _Walk:
    """Where the reading of one window is."""

    query: Mapping[str, Any]
    first: date
    last: date
    cursor: int | None = None
    search_id: str = ""
    restarts: int = 0
    seen: set[str] = field(default_factory=set)

    @property
    def days(self) -> str:
        """The window in words: a search_id is good for the same query and days only."""
        return f"{self.first:%Y%m%d}-{self.last:%Y%m%d}"

    def body(self) -> dict[str, Any]:
        """The request for the next page: the same query, with what the last answer said to go on with."""
        body = {"query": self.query, "start_date": f"{self.first:%Y%m%d}", "end_date": f"{self.last:%Y%m%d}", "max_count": _PAGE}
        return body | ({"cursor": self.cursor} if self.cursor else {}) | ({"search_id": self.search_id} if self.search_id else {})

    def restart(self) -> None:
        """From the window's first page again, without the search_id that is not known."""
        self.cursor, self.search_id, self.restarts = None, "", self.restarts + 1


class Research(OperatorSource):
    """Public posts and profiles, for researchers."""

    name = "research"
    title = "TikTok Research API"
    help = (
        "Research credentials only: TikTok gives them to non-commercial researchers, not to creators, advertisers or other commercial "
        "users. Any public post by hashtag or id, with views, likes, comments, shares and saves, and any public profile by handle."
    )
    limits_text = (
        "1,000 requests a UTC day for the whole organisation. New posts appear up to 48 hours late, view counts may lag up to 10 days, so "
        "today is never complete. No reach or watch time. Counters that are zero are left out by TikTok and stay unread. Hashtags are "
        "matched loosely by TikTok and exactly by Hexameter."
    )
    kinds = {
        "search": "public posts with a hashtag, over a window of publication",
        "posts": "up to 100 public posts a request, by id",
        "profile": "a public profile, by handle",
    }
    scopes = dict.fromkeys(kinds, frozenset({"research.data.basic"}))
    limits = limits.LIMITS

    def pages(self, job: Job, line: Line) -> Iterator[Page]:
        """The job's pages."""
        return {"search": self._search, "posts": self._posts, "profile": self._profile}[job.kind](job, line)

    def parsed(self, answer: Mapping[str, Any], sheet: Sheet) -> None:
        """Posts, or a profile."""
        (read_profile if sheet.context["kind"] == "profile" else read_videos)(answer, sheet)

    def _search(self, job: Job, line: Line) -> Iterator[Page]:
        first, last = days_of(job.since, job.until, line.now(), _DAYS - 1)
        conditions = [_condition("hashtag_name", job.words)]
        if job.country:
            conditions.append(_condition("region_code", [job.country.upper()]))
        walks = [_Walk({"and": conditions}, begin, end) for begin, end in windows(first, last, _DAYS)] if job.words else []
        yield from self._walked(job, line, walks, hashtags=",".join(job.words))

    def _posts(self, job: Job, line: Line) -> Iterator[Page]:
        today = line.now().astimezone(UTC).date()
        walks = []
        for first, last, ids in _by_window(job.posts, today):
            walks += [_Walk({"and": [_condition("video_id", part)]}, first, last) for _, part in groups(ids, _PAGE)]
        yield from self._walked(job, line, walks)

    def _profile(self, job: Job, line: Line) -> Iterator[Page]:
        handle = (job.handle or "").removeprefix("@").lower()
        ask = Ask(
            "open",
            "POST",
            "/v2/research/user/info/",
            f"the profile of @{handle}",
            params={"fields": _USER},
            body={"username": handle},
            limits=limits.LIMITS,
        )
        answer = self.asked(ask, line)
        yield self.page(answer.body, self.context(job, line), None)

    def _walked(self, job: Job, line: Line, walks: Sequence[_Walk], **more: str) -> Iterator[Page]:
        """Every window's pages. A window never hands its cursor or search_id on to the next."""
        resume = job.resume or {}
        start = number_of(resume.get("window")) or 0
        for place, walk in enumerate(walks[start:], start):
            if place == start and resume.get("days") == walk.days:
                walk.cursor, walk.search_id = number_of(resume.get("cursor")), word_of(resume.get("search_id"))
            following = {"window": place + 1} if place + 1 < len(walks) else None
            patience = Patience("the search of the Research API")
            more_to_come = True
            while more_to_come:
                answer = self._next(job, line, walk)
                rows = list_at(answer.data, "videos")
                ids = [found for row in rows if isinstance(row, Mapping) and (found := id_of(row.get("id") or row.get("video_id")))]
                again = ",".join(i for i in dict.fromkeys(ids) if i in walk.seen)
                walk.seen.update(ids)
                # a short or empty page is no end: deleted and private posts are dropped from pages
                more_to_come = bool(is_true(answer.data.get("has_more")))
                walk.cursor = number_of(answer.data.get("cursor"))
                walk.search_id = word_of(answer.data.get("search_id")) or walk.search_id
                here = {"window": place, "days": walk.days, "cursor": walk.cursor, "search_id": walk.search_id}
                yield self.page(answer.body, self.context(job, line, seen=again, **more), here if more_to_come else following)
                if more_to_come:
                    patience.step((walk.restarts, walk.cursor or 0), len(rows))

    def _next(self, job: Job, line: Line, walk: _Walk) -> Answer:
        """The window's next page, past the known bug: a search_id may be refused for some seconds after it was given."""
        while True:
            for attempt in range(1, _TRIES + 2):
                try:
                    return self.asked(_query(job, walk), line)
                except SearchIdRefused:
                    pass
                if attempt <= _TRIES:
                    line.wait(5.0 * attempt)
            if walk.restarts >= _RESTARTS or not (walk.search_id or walk.cursor):
                raise Outage("TikTok keeps refusing the search id it gave. The next reading begins the search again.")
            walk.restart()


def _query(job: Job, walk: _Walk) -> Ask:
    what = f"posts with #{' or #'.join(job.words)}" if job.kind == "search" else "posts by id"
    return Ask(
        "open",
        "POST",
        "/v2/research/video/query/",
        what,
        params={"fields": _VIDEO},
        body=walk.body(),
        limits=limits.LIMITS,
        listed="videos",
    )


def _condition(name: str, values: Sequence[str]) -> dict[str, Any]:
    """EQ takes exactly one value; values are always a list of text."""
    return {"operation": "EQ" if len(values) == 1 else "IN", "field_name": name, "field_values": list(values)}


def _by_window(ids: Sequence[str], today: date) -> Iterator[tuple[date, date, list[str]]]:
    """Ids in groups that one query's 30 days can hold, by the time in the id; a post may come out up to ten days after it."""
    dated = sorted((issued_at(i) or datetime.combine(today, datetime.min.time(), UTC), i) for i in dict.fromkeys(ids))
    while dated:
        first = dated[0][0]
        near = [i for at, i in dated if at < first + _SPREAD]
        yield min(first.date(), today), min(first.date() + timedelta(days=_DAYS - 1), today), near
        dated = dated[len(near) :]
