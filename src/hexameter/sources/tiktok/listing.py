"""Lists of posts as the Display and Accounts APIs page them: newest first by a cursor in ms, or by id. It knows no endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from hexameter.contracts.tracking import Job, Line, Page
from hexameter.sources.tiktok.asks import Answer, Ask
from hexameter.sources.tiktok.bodies import is_true, list_at, number_of
from hexameter.sources.tiktok.items import moment_of, whole_of
from hexameter.sources.tiktok.paging import Patience, groups
from hexameter.sources.tiktok.source import Source, owner_of

PAGE = 20  # posts a request, in both APIs
_FIRST_MS = 10**11


def newest_first(source: Source, job: Job, line: Line, ask: Callable[[int | None], Ask]) -> Iterator[Page]:
    """Pages of an account's posts, newest first, until one reaches further back than `job.since`.

    In      ask  the request for the posts before a cursor; None: the newest

    Raises  Outage  the list goes round in circles
    """
    cursor = number_of((job.resume or {}).get("cursor"))
    if cursor is None and job.until is not None:
        cursor = int(job.until.timestamp() * 1000)
    patience = Patience(f"the list of {owner_of(job)}'s posts")
    while True:
        answer = source.asked(ask(cursor), line)
        following = number_of(answer.data.get("cursor"))
        more = is_true(answer.data.get("has_more")) and not _reaches_back(answer, job)
        cursor = cursor if following is None else following
        yield source.page(answer.body, source.context(job, line), {"cursor": cursor} if more else None)
        if not more:
            return
        patience.step(cursor or 0, len(list_at(answer.data, "videos")))


def named_posts(source: Source, job: Job, line: Line, ask: Callable[[Sequence[str]], Ask]) -> Iterator[Page]:
    """Pages of named posts, up to 20 a request; those that TikTok leaves out are gone, private or another's."""
    done = number_of((job.resume or {}).get("done")) or 0
    for first, ids in groups(job.posts[done:], PAGE):
        answer = source.asked(ask(ids), line)
        after = done + first + len(ids)
        resume = {"done": after} if after < len(job.posts) else None
        yield source.page(answer.body, source.context(job, line, posts=",".join(ids)), resume)


def _reaches_back(answer: Answer, job: Job) -> bool:
    """Whether all that follows is older than asked for.

    The cursor says so: it is an instant, and what follows lies before it. Rows do not: a pinned post comes first and may be old.
    Where the cursor is no instant, a page on which every post is older is the last.
    """
    if job.since is None:
        return False
    cursor = number_of(answer.data.get("cursor"))
    reached = moment_of(cursor) if cursor is not None and cursor > _FIRST_MS else None
    if reached is not None:
        return reached < job.since
    numbers = [whole_of(row.get("create_time")) for row in list_at(answer.data, "videos") if isinstance(row, Mapping)]
    moments = [moment for number in numbers if number is not None and (moment := moment_of(number))]
    return bool(moments) and max(moments) < job.since
