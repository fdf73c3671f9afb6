"""Rows for drawing out of a measured document: one a day, one an age, one a post. It draws nothing.

A running total is taken from the newest reading of each post, never summed over time. A day without any reading is a day without a
value: what was not read is not drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
_HALF_A_MICROSECOND = 0.5e-6 / 3600  # in hours: instants have whole ones, so none is mistaken for its neighbour
AGES_HOURS = (6, 12, 24, 48, 72, 120, 168, 240, 336, 504, 720)


def days_of(period: Mapping[str, str], as_of: str) -> list[date]:
    """The local days of a period that have begun by an instant.

    Example days_of({"from": "2025-07-01", "to": "2025-07-31", "tz": "UTC"}, "2025-07-02T01:00:00Z") -> [date(2025, 7, 1), date(2025, 7, 2)]
    """
    first, last = date.fromisoformat(period["from"]), date.fromisoformat(period["to"])
    today = instant(as_of).astimezone(ZoneInfo(period["tz"])).date()
    return [first + timedelta(days=n) for n in range((min(last, today) - first).days + 1)]


def unfinished_day(period: Mapping[str, str], as_of: str) -> date | None:
    """The local day of `as_of`, when it lies in the period and is not over.

    Example unfinished_day({"from": "2025-07-01", "to": "2025-07-31", "tz": "UTC"}, "2025-07-02T01:00:00Z") -> date(2025, 7, 2)
    """
    today = instant(as_of).astimezone(ZoneInfo(period["tz"])).date()
    return today if date.fromisoformat(period["from"]) <= today <= date.fromisoformat(period["to"]) else None


def views_by_day(document: Mapping[str, Any]) -> list[Row]:
    """The posts' views at the end of each local day, summed over the posts: day, views, posts, read.

    In      document  of `services.measure`, with posts and curves
    Out     one row a day that has begun, and on to the last reading: counters grow after a period is over;
            posts: how many are in the sum; read: readings of that day
    Null    views: no post was read that day
    """
    period, as_of = document["period"], document["as_of"]
    curves = [_curve(post) for post in document["posts"] if post.get("published_at") and post.get("curve")]
    newest = max((published + timedelta(hours=ages[-1]) for published, ages, _ in curves), default=None)
    last = date.fromisoformat(period["to"]) if newest is None else newest.astimezone(ZoneInfo(period["tz"])).date()
    longer = {**period, "to": max(period["to"], last.isoformat())}
    ends = [(day, min(_end_of(day, period["tz"]), instant(as_of))) for day in days_of(longer, as_of)]
    rows, before = [], 0
    for day, end in ends:
        places = [bisect_right(ages, (end - published).total_seconds() / 3600 + _HALF_A_MICROSECOND) for published, ages, _ in curves]
        known = [views[place - 1] for place, (_, _, views) in zip(places, curves, strict=True) if place]
        read = sum(places) - before  # readings up to the end of this day, less those up to the end of the day before
        rows.append({"day": day.isoformat(), "views": sum(known) if read else None, "posts": len(known), "read": read})
        before += read
    return rows


def posts_by_day(document: Mapping[str, Any]) -> list[Row]:
    """How many posts were published on each local day: day, posts."""
    zone = ZoneInfo(document["period"]["tz"])
    found = Counter(instant(post["published_at"]).astimezone(zone).date() for post in document["posts"] if post.get("published_at"))
    return [{"day": day.isoformat(), "posts": found[day]} for day in days_of(document["period"], document["as_of"])]


def views_by_age(document: Mapping[str, Any], ages: Sequence[int] = AGES_HOURS) -> list[Row]:
    """Each post's views at the same ages: post_id, creator, age_hours, views; a post has rows for ages it has reached and been read by."""
    as_of = instant(document["as_of"])
    return [row for post in document["posts"] if post.get("published_at") for row in _ages(post, as_of, ages)]


def median_by_age(rows: Sequence[Mapping[str, Any]], fewest: int = 5) -> list[Row]:
    """The median of `views_by_age` rows at each age: age_hours, views, n; ages that fewer posts have reached are left out.

    Example median_by_age([{"age_hours": 24, "views": 4}, {"age_hours": 24, "views": 8}], 2) -> [{"age_hours": 24, "views": 6.0, "n": 2}]
    """
    by_age: dict[int, list[int]] = {}
    for row in rows:
        by_age.setdefault(row["age_hours"], []).append(row["views"])
    return [{"age_hours": age, "views": median(views), "n": len(views)} for age, views in sorted(by_age.items()) if len(views) >= fewest]


def by_hour(document: Mapping[str, Any]) -> list[Row]:
    """The median views of the posts published in each local hour of the week: weekday (0 Monday), hour, n, views.

    Views at the age of seven days, so that old posts do not win by their age; a post that is younger, or whose views were not read by
    then, is not in it. Hours without such a post have no row.
    """
    zone, as_of = ZoneInfo(document["period"]["tz"]), instant(document["as_of"])
    hours: dict[tuple[int, int], list[int]] = {}
    for post in document["posts"]:
        if post.get("published_at") and post.get("views_7d") is not None:
            published = instant(post["published_at"])
            if as_of - published >= timedelta(days=7):
                local = published.astimezone(zone)
                hours.setdefault((local.weekday(), local.hour), []).append(post["views_7d"])
    return [{"weekday": d, "hour": h, "n": len(v), "views": median(v)} for (d, h), v in sorted(hours.items())]


def rates(document: Mapping[str, Any], names: Iterable[str] = ("by_views_pct", "by_followers_pct")) -> list[Row]:
    """Each post's engagement rates: post_id, creator, formula, rate; a post without the rate has no row."""
    return [
        {"post_id": post["post_id"], "creator": post.get("creator"), "formula": name, "rate": post[name]}
        for name in names
        for post in document["posts"]
        if post.get(name) is not None
    ]


def complete_days(rows: Sequence[Mapping[str, Any]], name: str) -> list[Row]:
    """A daily series of several creators, with the days on which not all of them were read left empty (they would look like a fall)."""
    fullest = max((row.get("n") or 0 for row in rows), default=0)
    by_day = {str(row["day"])[:10]: row[name] if (row.get("n") or fullest) == fullest else None for row in rows}
    if not by_day:
        return []
    first, last = date.fromisoformat(min(by_day)), date.fromisoformat(max(by_day))
    days = ((first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1))
    return [{"day": day, name: by_day.get(day)} for day in days]


def followers_known(document: Mapping[str, Any]) -> list[Row]:
    """The followers of all creators together as known by the end of each day: day, followers, read.

    Each creator's newest reading by that day, from the first day on which every creator with readings had one: a creator who joins the
    sum later would look like growth, one not read that day like a loss. `read`: creators read on the day itself.
    Null    followers: nobody was read that day
    """
    series = [{row["day"]: row["followers"] for row in (c.get("followers") or {}).get("daily") or ()} for c in document["creators"]]
    series = [days for days in series if days]
    if not series:
        return []
    first, last = max(min(days) for days in series), max(max(days) for days in series)
    newest = [days[max(day for day in days if day <= first)] for days in series]
    rows = []
    for n in range((date.fromisoformat(last) - date.fromisoformat(first)).days + 1):
        day = (date.fromisoformat(first) + timedelta(days=n)).isoformat()
        read = sum(day in days for days in series)
        newest = [days.get(day, before) for days, before in zip(series, newest, strict=True)]
        rows.append({"day": day, "followers": sum(newest) if read else None, "read": read})
    return rows


def instant(text: str) -> datetime:
    """An instant out of a document."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _curve(post: Mapping[str, Any]) -> tuple[datetime, list[float], list[int]]:
    """When a post was published, the ages in hours at which it was read, its views then."""
    return instant(post["published_at"]), [age for age, _ in post["curve"]], [views for _, views in post["curve"]]


def _ages(post: Mapping[str, Any], as_of: datetime, ages: Sequence[int]) -> Iterator[Row]:
    points = post.get("curve") or []
    lived = (as_of - instant(post["published_at"])).total_seconds() / 3600
    hours = [age for age, _ in points]
    for age in ages:
        upto = bisect_right(hours, age)
        if age <= lived and upto:
            yield {"post_id": post["post_id"], "creator": post.get("creator"), "age_hours": age, "views": points[upto - 1][1]}


def _end_of(day: date, tz: str) -> datetime:
    after = day + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(tz)).astimezone(UTC) - timedelta(microseconds=1)
