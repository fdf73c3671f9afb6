"""What a campaign probably missed: misspelt hashtags, posts without the tag, posts just outside the window, and an estimate of those never
seen. It includes nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from hexameter.contracts.sentences import Sentence
from hexameter.contracts.spelling import instant_text
from hexameter.insights.near_tags import near

METHOD, VERSION = "capture_audit", "1"
EDGE = timedelta(hours=36)  # no two zones lie farther apart than 26 hours; the rest is for posts made the evening before
ZONES_APART = timedelta(hours=14)
_Z = 1.96


@dataclass(frozen=True)
class Wanted:
    """What the campaign looks for: hashtags (NFC + casefold), mentions, its creators' handles and ids, its window; what it has."""

    hashtags: frozenset[str]
    mentions: frozenset[str]
    creators: frozenset[str]
    start_at: datetime
    end_at: datetime
    counted: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


def findings(posts: Sequence[Mapping[str, Any]], wanted: Wanted) -> list[dict[str, Any]]:
    """Posts that may belong to the campaign and are not in it, the surest first.

    In      posts   post_id, creator (handle), creator_id, published_at (aware), hashtags, mentions
    Out     post_id, creator, published_at, kind (near_miss_hashtag, outside_window, no_hashtag), evidence (words), action {verb, post_id}
    Example a post of a booked creator with #glwoday in the window -> near_miss_hashtag, "#glwoday for #glowday: two letters exchanged"
    """
    found = []
    for post in posts:  # posts of the campaign's creators or with a tag like its own: hundreds
        said = None if post["post_id"] in wanted.counted | wanted.excluded else _finding(post, wanted)
        if said:
            kind, evidence, sure = said
            at = None if post["published_at"] is None else instant_text(post["published_at"])
            action = {"verb": "include", "post_id": post["post_id"]}
            row = {"post_id": post["post_id"], "creator": post["creator"], "published_at": at, "kind": kind, "evidence": evidence}
            found.append((-sure, at or "", {**row, "action": action}))
    return [row for _, _, row in sorted(found, key=lambda f: (f[0], f[1], f[2]["post_id"]))]


def _finding(post: Mapping[str, Any], wanted: Wanted) -> tuple[str, str, int] | None:
    tags, at = set(post["hashtags"] or ()), post["published_at"]
    booked = not wanted.creators or bool({post["creator"], post["creator_id"]} & wanted.creators)
    carries = bool(tags & wanted.hashtags or set(post["mentions"] or ()) & wanted.mentions)
    beyond = _beyond(at, wanted)
    if at is None or not booked:
        return None
    if carries and beyond is not None:
        return ("outside_window", beyond, 2) if beyond else None
    missed = [(tag, right, why) for tag in sorted(tags) for right in sorted(wanted.hashtags) if (why := near(tag, right))]
    if missed and not carries:
        return None if beyond == "" else ("near_miss_hashtag", _misspelt(*missed[0], beyond), 3)
    if not carries and beyond is None and wanted.creators and (wanted.hashtags or wanted.mentions):
        return "no_hashtag", Sentence("a creator of the campaign posted in its window without its hashtag or mention"), 1
    return None


def _misspelt(tag: str, right: str, why: str, beyond: str | None) -> Sentence:
    if beyond:
        return Sentence("#{tag} for #{right}: {why}; {beyond}", tag=tag, right=right, why=why, beyond=beyond)
    return Sentence("#{tag} for #{right}: {why}", tag=tag, right=right, why=why)


def _beyond(at: datetime | None, wanted: Wanted) -> str | None:
    """How far outside the window, in words; "" when too far to matter, None when inside."""
    if at is None or wanted.start_at <= at < wanted.end_at:
        return None
    off = wanted.start_at - at if at < wanted.start_at else at - wanted.end_at
    if off > EDGE:
        return ""
    minutes = int(off.total_seconds() // 60)
    how_far = {"hours": minutes // 60, "minutes": minutes % 60}
    if off <= ZONES_APART:
        if at < wanted.start_at:
            return Sentence("{hours} h {minutes:02d} min before the window, inside it in another time zone", **how_far)
        return Sentence("{hours} h {minutes:02d} min after the window, inside it in another time zone", **how_far)
    if at < wanted.start_at:
        return Sentence("{hours} h {minutes:02d} min before the window", **how_far)
    return Sentence("{hours} h {minutes:02d} min after the window", **how_far)


def unseen(routes: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """How many posts no route has seen, from how the routes overlap.

    Two routes: Chapman's estimate with Seber's variance, log-normal interval. Three or more: Chao's lower bound, which stays one when some
    posts are harder to see. Routes must find posts independently (a search and creators' lists do; an import made of the search does not).

    In      routes  post ids each route found
    Out     verdict ("estimate", "lower bound", "cannot be told"), why, seen, total, unseen, low, high (95 percent), method
    Source  Chapman 1951; Seber 1970; Chao 1987
    Example routes of 60 and 50 posts, 40 of them the same -> total 74.9, 4.9 unseen
    """
    used = {name: ids for name, ids in routes.items() if ids}
    seen = len(frozenset().union(*used.values())) if used else 0
    out = {
        "routes": {name: len(ids) for name, ids in sorted(used.items())},
        "seen": seen,
        "total": None,
        "unseen": None,
        "low": None,
        "high": None,
    }
    if len(used) < 2:
        return {
            **out,
            "verdict": "cannot be told",
            "why": Sentence("One way of finding posts cannot tell what it misses; two independent ones can."),
            "method": None,
        }
    times = np.bincount(np.unique([p for ids in used.values() for p in sorted(ids)], return_counts=True)[1], minlength=3)
    if times[2:].sum() == 0:
        return {
            **out,
            "verdict": "cannot be told",
            "why": Sentence("No post was found by two routes, so their overlap says nothing."),
            "method": None,
        }
    if len(used) == 2:
        a, b = (len(ids) for ids in used.values())
        return {**out, **_chapman(a, b, int(times[2]), seen), "verdict": "estimate", "method": "Chapman"}
    return {**out, **_chao(times, len(used), seen), "verdict": "lower bound", "method": "Chao"}


def _chapman(a: int, b: int, both: int, seen: int) -> dict[str, Any]:
    total = (a + 1) * (b + 1) / (both + 1) - 1
    variance = (a + 1) * (b + 1) * (a - both) * (b - both) / ((both + 1) ** 2 * (both + 2))
    why = Sentence("{both} of the posts were found both ways, if the ways are independent.", both=both)
    return _interval(total, variance, seen) | {"why": why}


def _chao(times: np.ndarray[Any, Any], routes: int, seen: int) -> dict[str, Any]:
    one, two, share = float(times[1]), float(times[2]), (routes - 1) / routes
    missing = share * one * (one - 1) / (2 * (two + 1))  # bias-corrected: holds also when none was found twice
    ratio = one / max(two, 1.0)
    variance = max(two, 1.0) * (share * ratio**2 / 2 + share**2 * ratio**3 + share**2 * ratio**4 / 4)
    why = Sentence("{one} posts were found by one route alone, {two} by exactly two.", one=int(one), two=int(two))
    return _interval(seen + missing, variance, seen) | {"why": why}


def _interval(total: float, variance: float, seen: int) -> dict[str, Any]:
    """Log-normal about what is missing, so that it never says fewer than were seen."""
    missing = max(total - seen, 0.0)
    if missing == 0:
        return {"total": float(seen), "unseen": 0.0, "low": float(seen), "high": float(seen)}
    factor = float(np.exp(_Z * np.sqrt(np.log1p(variance / missing**2))))
    return {"total": total, "unseen": missing, "low": seen + missing / factor, "high": seen + missing * factor}
