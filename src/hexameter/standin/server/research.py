"""The Research API's video query: archive lag, search ids, short and empty pages, absent zeros. It serves no people and no comments."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hexameter.standin.chance import stream
from hexameter.standin.server.asked import fields_of, invalid, whole
from hexameter.standin.server.conditions import days_of, matching
from hexameter.standin.server.faults import Faults, chance
from hexameter.standin.server.gate import Call, Endpoint
from hexameter.standin.server.ledger import Quotas, Rule
from hexameter.standin.server.people import comments, followers, following, user_info
from hexameter.standin.server.platform import Places

VIDEO_FIELDS = (
    *("id", "video_description", "create_time", "region_code", "share_count", "view_count", "like_count", "comment_count", "music_id"),
    *("hashtag_names", "username", "effect_ids", "playlist_id", "voice_to_text", "is_stem_verified", "favorites_count"),
    *("video_duration", "hashtag_info_list", "sticker_info_list", "effect_info_list", "video_mention_list", "video_label", "video_tag"),
)
_KEPT_SECONDS = 3_600
_NOBODY = -1


@dataclass
class Search:
    """What a search_id stands for: its query, the places of its rows (-1: nothing to show there), how often it was asked for."""

    asked: str
    places: Places
    until: float
    refusals: int


def endpoints(quotas: Quotas) -> tuple[Endpoint, ...]:
    """The video query and its sisters; they share one budget a day, followers and following another."""
    day, people = Rule("research.day", quotas.research_day), Rule("research.followers.day", quotas.followers_day)

    def one(name: str, path: str, answer: Any, rule: Rule) -> Endpoint:
        return Endpoint(f"research.{name}", "POST", f"/v2/research/{path}/", answer, ("research.data.basic",), "client", (rule,))

    return (
        one("video_query", "video/query", video_query, day),
        one("user_info", "user/info", user_info, day),
        one("comments", "video/comment/list", comments, day),
        one("followers", "user/followers", followers, people),
        one("following", "user/following", following, people),
    )


def video_query(call: Call) -> dict[str, Any]:
    """POST /v2/research/video/query/."""
    names, body = fields_of(call, VIDEO_FIELDS), call.body
    count, cursor = whole(body, "max_count", 20, 100), whole(body, "cursor", 0, least=0)
    search_id = body.get("search_id")
    asked = json.dumps({name: body.get(name) for name in ("query", "start_date", "end_date")}, sort_keys=True)
    if body.get("is_random"):
        return _random(call, names, count)
    if search_id:
        search = _resumed(call, str(search_id), asked)
    else:
        search = Search(asked, _places(call, count), call.platform.now() + _KEPT_SECONDS, call.platform.faults.refused_search_attempts)
        search_id = _keep(call, search)
    part = search.places[cursor : cursor + count]
    rows = _shown(call, part[part != _NOBODY], names)
    if call.platform.faults.hits("reordered_rows", call.number):
        rows = [rows[i] for i in np.random.default_rng(call.number).permutation(len(rows))]
    has_more = cursor + count < len(search.places)
    return {"videos": rows, "cursor": cursor + len(part), "has_more": has_more, "search_id": search_id}


def _resumed(call: Call, search_id: str, asked: str) -> Search:
    search = call.platform.searches.get(search_id)
    if not isinstance(search, Search) or call.platform.now() >= search.until:
        raise invalid(f"Search Id {search_id} is invalid or expired")
    if search.asked != asked:
        raise invalid(f"Search Id {search_id} is invalid or expired: it belongs to another query")
    if search.refusals:
        search.refusals -= 1
        raise invalid(f"Search Id {search_id} is invalid or expired")
    return search


def _keep(call: Call, search: Search) -> str:
    search_id = str(
        7_000_000_000_000_000_000 + int(chance(call.platform.world.seed, "search", call.number) * 10**17) * 10 + call.number % 10
    )
    call.platform.remember(search_id, search)
    return search_id


def _archived(call: Call) -> Places:
    start, end = days_of(call.body)
    platform, works = call.platform, call.platform.world.works
    end = min(end, call.second - int(platform.lags.archive * 3600) + 1)
    found = np.arange(int(np.searchsorted(works.published, start)), int(np.searchsorted(works.published, end)))
    return matching(platform, call.body, found, _then(call))


def _places(call: Call, count: int) -> Places:
    found = _archived(call)
    return spoilt_places(call.platform.faults, found[np.argsort(-call.platform.world.works.post_id[found])], count)


def spoilt_places(faults: Faults, places: Places, count: int) -> Places:
    """A list of rows as faults lay it out over its pages: every row is in it, and stays where it is for the whole search.

    In      places  of the rows, in order
            count   rows a page
    Out     the same with -1 where a page shows nothing, some rows moved, some twice
    """
    rng = stream(faults.seed, f"search:{len(places)}:{count}")
    listed = places.copy()
    if faults.reordered_rows and len(listed):
        # By up to 30 places, so that some rows change their page.
        listed = listed[
            np.argsort(np.arange(len(listed)) + np.where(rng.random(len(listed)) < faults.reordered_rows, 30, 0), kind="stable")
        ]
    if faults.duplicate_rows and len(listed):
        again = np.flatnonzero(rng.random(len(listed)) < faults.duplicate_rows / 5)
        listed = np.insert(listed, np.minimum(again + 15, len(listed)), listed[again])
    if faults.short_pages and len(listed):
        before = rng.geometric(max(1 - faults.short_pages, 0.05), len(listed)) - 1
        listed = np.insert(listed, np.repeat(np.arange(len(listed)), before), _NOBODY)
    if faults.empty_pages and rng.random() < faults.empty_pages:
        listed = np.insert(listed, [min(count, len(listed))] * count, _NOBODY)
    return listed


def _random(call: Call, names: Iterable[str], count: int) -> dict[str, Any]:
    found = call.platform.visible(_archived(call), call.second)
    chosen = np.random.default_rng(call.number).permutation(found)[:count]
    return {"videos": _shown(call, chosen, names), "cursor": count, "has_more": False, "search_id": ""}


def _then(call: Call) -> int:
    return call.second - int(call.platform.lags.research_counters * 3600)


def _shown(call: Call, places: Places, names: Iterable[str]) -> list[dict[str, Any]]:
    platform, names = call.platform, list(names)
    seen = platform.visible(places, call.second)
    counts = {name: values.tolist() for name, values in platform.counts(seen, _then(call)).items()}
    rows = [{**_video(call, int(place)), **{key: counts[source][i] for key, source in _COUNTERS}} for i, place in enumerate(seen)]
    bare = platform.faults.omit_zero
    return [{name: row[name] for name in names if name in row and (row[name] or not bare)} for row in rows]


_COUNTERS = (
    ("view_count", "views"),
    ("like_count", "likes"),
    ("comment_count", "comments"),
    ("share_count", "shares"),
    ("favorites_count", "saves"),
)


def _video(call: Call, place: int) -> Mapping[str, Any]:
    platform, works = call.platform, call.platform.world.works
    creator, caption, tags = int(works.creator[place]), str(works.caption[place]), [str(t) for t in works.hashtags[place]]
    disclosed = works.kind[place] in ("tagged", "misspelt", "untagged") and "ad" in tags
    return {
        "id": int(works.post_id[place]),
        "video_description": caption,
        "create_time": int(works.published[place]),
        "region_code": platform.country(creator),
        "music_id": int(works.music_id[place]),
        "hashtag_names": tags,
        "username": platform.written(creator, call.second),
        "effect_ids": [],
        "voice_to_text": "",
        "is_stem_verified": False,
        "video_duration": int(works.seconds[place]),
        "hashtag_info_list": [{"hashtag_id": int(platform.trends.tag_id(t)), "hashtag_description": ""} for t in tags],
        "sticker_info_list": [],
        "effect_info_list": [],
        "video_mention_list": [word[1:] for word in caption.split() if word.startswith("@")],
        "video_tag": {"type": 1, "number": 1} if disclosed else {},
    }
