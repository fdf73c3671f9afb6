"""The planner's columns from what the desk remembers, and its requests as jobs. It decides nothing about what is worth reading."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from hexameter.contracts.tracking import COUNTERS_ONLY, Api, ApiSource, Job, Limit
from hexameter.services.tracking.columns import KINDS, Buckets, Floats, Plan, Posts, Profiles, Routes
from hexameter.services.tracking.fields import RESEARCH, Route, Watch

if TYPE_CHECKING:
    import pyarrow as pa

    from hexameter.campaigns.tracking.quota import QuotaState

_BATCH = {"display": 20, "accounts": 20, "research": 100}
_MICRO = 1e6
_WAITED_FOR, _PASS_SECONDS = 60, 600.0  # the longest window that is waited for; how long the requests of a pass may take
_BREAKDOWNS_EVERY = timedelta(hours=23)
_REVIEWED = 0.5  # what a found post weighs that nobody has included yet


@dataclass(frozen=True)
class Agenda:
    """The planner's input, with the routes and profiles its answer refers to."""

    posts: Posts
    routes: Routes
    profiles: Profiles
    by_key: Mapping[str, Route]
    broken_down_at: Mapping[str, datetime]


def agenda(
    watched: Iterable[Watch],
    posts: pa.Table,
    counted: Mapping[str, Mapping[str, float]],
    done_at: Mapping[str, datetime],
) -> Agenda:
    """Everything that can be read, as columns.

    In      posts    the desk's watched posts (`WatchedPosts.table`)
            counted  by campaign: post_id -> what the post weighs there; posts of no campaign fill places in listings only
            done_at  when each listing and profile was last read, by `listing_name` and `profile_name`
    """
    campaigns = list(watched)
    routes = _routes(campaigns)
    place = {route.key: i for i, route in enumerate(routes)}
    profiles = sorted({(route.key, handle) for w in campaigns for handle, route in w.routes.items() if route is not None})
    return Agenda(
        posts=_posts(posts, campaigns, counted, routes, place),
        routes=_route_columns(routes, campaigns, done_at),
        profiles=Profiles(
            creator_id=_words([handle for _, handle in profiles]),
            route=_places([place[key] for key, _ in profiles]),
            read_at=_seconds([done_at.get(profile_name(key, handle)) for key, handle in profiles]),
        ),
        by_key={route.key: route for route in routes},
        broken_down_at={r.key: done_at[breakdowns_name(r.key)] for r in routes if breakdowns_name(r.key) in done_at},
    )


def buckets(
    routes: Sequence[Route],
    sources: Mapping[Api, ApiSource],
    states: Iterable[QuotaState],
    cap: int | None,
    now: datetime,
    until_next: float,
) -> Buckets:
    """How much of each limit one pass may spend, for every route and kind of request.

    In      until_next  seconds until the next pass
    """
    used = {state.bucket: state for state in states}
    names: dict[str, int] = {}
    left: list[int] = []
    lasts: list[float] = []
    uses: list[tuple[int, int, int]] = []
    for at, route in enumerate(routes):
        for limit in (*sources[route.api].limits, *_own(route.api, cap)):
            bucket = limit.bucket(route.account)
            if bucket not in names:
                names[bucket] = len(names)
                left.append(_left(limit, used.get(bucket), now, until_next))
                lasts.append(_until_midnight(now) if limit.daily else max(float(limit.seconds), until_next))
            uses += [(at, kind, names[bucket]) for kind in range(len(KINDS))]
    columns = np.array(uses, np.int64).reshape(-1, 3)
    return Buckets(_words(list(names)), _places(left), np.array(lasts, float), *(columns[:, i].copy() for i in range(3)))


def jobs(plan: Plan, made: Agenda, back_to: datetime | None, now: datetime) -> list[Job]:
    """The plan's requests as jobs, in their order. Retention and audience come along once a day.

    In      back_to  the earliest start of a watched campaign: how far back the first listing of an account goes
    """
    listed = dict(zip(made.routes.key.tolist(), made.routes.listed_at.tolist(), strict=True))
    found = []
    for request in plan.requests:
        route = made.by_key[request.route]
        if request.kind == "profile":
            found.append(Job(route.api, "profile", route.account, handle=request.creator))
        elif request.kind == "newest":
            last = listed[request.route]
            words = _words_of(route, made, now)
            since = back_to if np.isnan(last) else _instant(last)
            found.append(Job(route.api, "newest", route.account, posts=request.posts, words=words, since=since))
        else:
            moments = [_instant(m) for m in _published(made, request.posts)]
            since, until = (min(moments), max(moments) + timedelta(seconds=1)) if moments else (None, None)
            words = _words_of(route, made, now)
            found.append(Job(route.api, "posts", route.account, posts=request.posts, words=words, since=since, until=until))
    return found


def breakdowns_name(route_key: str) -> str:
    """Under which name the time is remembered at which a route's posts were last read with retention and audience."""
    return f"breakdowns:{route_key}"


def listing_name(route_key: str) -> str:
    """Under which name the time of a route's latest listing is remembered."""
    return f"newest:{route_key}"


def profile_name(route_key: str, handle: str) -> str:
    """Under which name the time of a creator's latest profile is remembered: an account has one owner; a handle stays out of it."""
    return (
        f"profile:{route_key}" if route_key != RESEARCH.key else f"profile:{route_key}:{hashlib.sha256(handle.encode()).hexdigest()[:16]}"
    )


def _words_of(route: Route, made: Agenda, now: datetime) -> tuple[str, ...]:
    last = made.broken_down_at.get(route.key)
    return (COUNTERS_ONLY,) if last is not None and now - last < _BREAKDOWNS_EVERY else ()


def _published(made: Agenda, ids: Iterable[str]) -> list[float]:
    wanted = np.isin(made.posts.post_id, np.array(list(ids)))
    return [float(p) for p in made.posts.published[wanted]]


def _routes(campaigns: Sequence[Watch]) -> list[Route]:
    found = {route.key: route for w in campaigns for route in (*w.routes.values(), w.anyone) if route is not None}
    return [found[key] for key in sorted(found)]


def _route_columns(routes: Sequence[Route], campaigns: Sequence[Watch], done_at: Mapping[str, datetime]) -> Routes:
    since = {r.key: np.nan for r in routes}
    until = dict(since)
    for watch in campaigns:
        for route in watch.routes.values():
            if route is not None and route.account is not None:
                start, end = watch.hunt.window.start_at.timestamp(), watch.hunt.window.end_at.timestamp()
                since[route.key] = np.fmin(since[route.key], start)
                until[route.key] = np.fmax(until[route.key], end)
    return Routes(
        key=_words([r.key for r in routes]),
        batch=_places([_BATCH[r.api] for r in routes]),
        lists=np.array([r.account is not None for r in routes], bool),
        listed_at=_seconds([done_at.get(listing_name(r.key)) for r in routes]),
        since=np.array([since[r.key] for r in routes], float),
        until=np.array([until[r.key] for r in routes], float),
    )


def _posts(
    rows: pa.Table,
    campaigns: Sequence[Watch],
    counted: Mapping[str, Mapping[str, float]],
    routes: Sequence[Route],
    place: Mapping[str, int],
) -> Posts:
    """Posts that some route can read; what a post weighs is summed over the campaigns that count it."""
    of_creator = {route.account.creator_id: place[route.key] for route in routes if route.account is not None}
    fallback = place.get(RESEARCH.key, -1)
    route = np.array([of_creator.get(c, fallback) for c in rows["creator_id"].to_pylist()], np.int64).reshape(-1)
    ids = np.array(rows["post_id"].to_pylist(), dtype=np.str_).reshape(-1)
    weight, end, keep = _weighed(ids, campaigns, counted)
    stamps = {name: _column(rows, name) for name in ("published_at", "last_read_at", "before_at")}
    views = {name: rows[name].cast("float64").to_numpy(zero_copy_only=False) for name in ("last_views", "before_views")}
    there = (route >= 0) & np.isfinite(stamps["published_at"])
    return Posts(
        post_id=ids[there],
        route=route[there],
        weight=weight[there],
        published=stamps["published_at"][there],
        last_at=np.where(np.isnan(views["last_views"]), np.nan, stamps["last_read_at"])[there],
        last_views=views["last_views"][there],
        previous_at=stamps["before_at"][there],
        previous_views=views["before_views"][there],
        end=end[there],
        keep_until=keep[there],
    )


def _weighed(
    ids: np.ndarray[Any, Any], campaigns: Sequence[Watch], counted: Mapping[str, Mapping[str, float]]
) -> tuple[Floats, Floats, Floats]:
    where = {post_id: i for i, post_id in enumerate(ids.tolist())}
    weight, end, keep = np.zeros(len(ids)), np.full(len(ids), np.nan), np.full(len(ids), -np.inf)
    for watch in sorted(campaigns, key=lambda w: w.end, reverse=True):  # the nearest end is written last
        shares = counted.get(watch.campaign.slug, {})
        known = [(where[post_id], share) for post_id, share in shares.items() if share > 0 and post_id in where]
        at = _places([place for place, _ in known])
        weight[at] += [share for _, share in known]
        end[at] = watch.end.timestamp()
        keep[at] = np.maximum(keep[at], watch.keep_until.timestamp())
    return weight, np.where(np.isnan(end), 0.0, end), keep


def weight_of(state: str) -> float:
    """What a post of the inbox weighs in its campaign's numbers.

    Example weight_of("review") -> 0.5
    """
    return {"auto": 1.0, "included": 1.0, "review": _REVIEWED}.get(state, 0.0)


def _own(api: Api, cap: int | None) -> tuple[Limit, ...]:
    return () if cap is None else (Limit(f"{api}.own_day", cap, 86_400, daily=True),)


def _left(limit: Limit, state: QuotaState | None, now: datetime, until_next: float) -> int:
    """Requests that one pass may send. A runner waits for windows of a minute or less, so that several of them lie in a pass."""
    if state is not None and state.limited_until is not None and state.limited_until > now:
        return 0
    if limit.seconds <= _WAITED_FOR and not limit.daily:
        return int(limit.requests * max(min(until_next, _PASS_SECONDS) / limit.seconds, 1.0))
    return limit.requests if state is None else max(0, limit.requests - state.used)


def _until_midnight(now: datetime) -> float:
    return 86_400.0 - (now.timestamp() % 86_400.0)


def _column(rows: pa.Table, name: str) -> Floats:
    micros = rows[name].cast("int64").cast("float64").to_numpy(zero_copy_only=False)
    return np.asarray(micros / _MICRO, float)


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(moments: Sequence[datetime | None]) -> Floats:
    return np.array([np.nan if m is None else m.timestamp() for m in moments], float)


def _words(items: Sequence[str]) -> np.ndarray[Any, np.dtype[np.str_]]:
    return np.array(list(items), dtype=np.str_).reshape(-1)


def _places(items: Sequence[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array(list(items), np.int64).reshape(-1)
