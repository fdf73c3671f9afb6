"""A campaign's hashtag before it is used: names that may suit, and whether somebody uses it already. It decides nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hexameter.contracts.spelling import day_of, hashtag_of
from hexameter.errors import UserError

if TYPE_CHECKING:
    from hexameter.services.house import House

SUGGESTED = 4
_LONGEST = 30
_SMALL_WORDS = frozenset(
    re.findall(r"\w+", "a an and au aux d de des du et for in l la le les of on the to un une y el los las der die das")
)


def suggestions(name: str, house: House, year: int) -> list[str]:
    """Hashtags made of a campaign's name that nobody uses yet, shortest first; [] for a name without letters.

    In      year  for a hashtag of this year's campaign
    """
    made = candidates(name, year)
    free = {found["hashtag"] for found in usage(made, house) if found["verdict"] == "free"}
    return [tag for tag in made if tag in free][:SUGGESTED]


def candidates(name: str, year: int) -> list[str]:
    """Hashtags made of a name, plain letters and digits, whether used or not.

    Example candidates("Été à la mer", 2026) -> ["etemer", "etealamer", "etemer26", "etealamer26", "etemer2026", "myetemer"]
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", plain)
    big = "".join(word for word in words if word not in _SMALL_WORDS and len(word) > 1)[:_LONGEST]
    whole = "".join(words)[:_LONGEST]
    if not whole:
        return []
    stem = big or whole
    made = [stem, whole, f"{stem}{year % 100:02d}", f"{whole}{year % 100:02d}", f"{stem}{year}", f"my{stem}"]
    return list(dict.fromkeys(tag for tag in made if not tag.isdigit()))


def usage(
    tags: Iterable[str], house: House, *, from_day: str | None = None, to_day: str | None = None, besides: str | None = None
) -> list[dict[str, Any]]:
    """Who uses hashtags already: active campaigns, and posts the lake holds.

    In      from_day, to_day  the window asked about: campaigns that ended before it or begin after it do not take the hashtag
            besides           a campaign that may have it: the one being changed
    Out     hashtag, campaigns (slug, name, from, to, overlaps), posts, creators, first_day, last_day, verdict:
            taken (an active campaign in these days has it), seen (posts or another campaign carry it), free
    Null    first_day, last_day: no post carries it
    Raises  BadValue  what is no hashtag, or no day
    """
    wanted = list(dict.fromkeys(hashtag_of(tag) for tag in tags))
    if not wanted:
        return []
    window = None if not (from_day and to_day) else (day_of(from_day, "from"), day_of(to_day, "to"))
    today = house.clock.now().date()
    lake = _in_lake(wanted, house)
    out = []
    active = [c for c in house.desk.campaigns() if c.slug != besides and (window is not None or c.period.to_day >= today)]
    for tag in wanted:
        holders = [
            {
                "slug": c.slug,
                "name": c.name,
                "from": c.period.from_day.isoformat(),
                "to": c.period.to_day.isoformat(),
                "overlaps": window is None or (c.period.from_day <= window[1] and window[0] <= c.period.to_day),
            }
            for c in active
            if tag in c.hashtags
        ]
        seen = lake.get(tag, {"posts": 0, "creators": 0, "first_day": None, "last_day": None})
        taken = any(holder["overlaps"] for holder in holders)
        verdict = "taken" if taken else "seen" if seen["posts"] or holders else "free"
        out.append({"hashtag": tag, "campaigns": holders, **seen, "verdict": verdict})
    return out


def usable(tags: Iterable[str]) -> tuple[list[str], list[str]]:
    """Hashtags apart from what is none, and why it is none."""
    good, wrong = [], []
    for tag in tags:
        try:
            good.append(hashtag_of(tag))
        except UserError as problem:
            wrong.append(problem.message)
    return good, wrong


def _in_lake(tags: list[str], house: House) -> dict[str, dict[str, Any]]:
    """Posts, creators and days of hashtags, of those that some post carries."""
    engine, snapshot = house.engine(), house.lake.snapshot()
    try:
        posts = engine.table(snapshot, "post")
        carried = posts.select("post_id", "creator_id", "published_at", hashtag=posts.hashtags.unnest())
        carried = carried.filter(carried.hashtag.isin(tags)).group_by("hashtag")
        rows = engine.fetch(
            carried.aggregate(
                posts=lambda t: t.post_id.nunique(),
                creators=lambda t: t.creator_id.nunique(),
                first_day=lambda t: t.published_at.min(),
                last_day=lambda t: t.published_at.max(),
            )
        ).to_pylist()
    finally:
        engine.release()
    days = ("first_day", "last_day")
    return {row.pop("hashtag"): {**row, **{d: None if row[d] is None else row[d].date().isoformat() for d in days}} for row in rows}
