"""The Display API: an authorised creator's own profile and public videos. It shows no saves and nobody else's posts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from hexameter.standin.server.answers import Refusal
from hexameter.standin.server.asked import fields_of, invalid, whole
from hexameter.standin.server.faults import chance
from hexameter.standin.server.gate import Call, Endpoint
from hexameter.standin.server.ledger import Quotas, Rule
from hexameter.standin.server.paging import newest_before
from hexameter.standin.server.platform import Places

_USER_SCOPES = {
    "user.info.basic": ("open_id", "union_id", "avatar_url", "avatar_url_100", "avatar_large_url", "display_name"),
    "user.info.profile": ("bio_description", "profile_deep_link", "is_verified", "username"),
    "user.info.stats": ("follower_count", "following_count", "likes_count", "video_count"),
}
_SCOPE_OF = {name: scope for scope, names in _USER_SCOPES.items() for name in names}
_COUNTERS = ("like_count", "comment_count", "share_count", "view_count")
_VIDEO_FIELDS = (
    *("id", "create_time", "cover_image_url", "share_url", "video_description", "duration", "height", "width", "title", "embed_html"),
    *("embed_link", *_COUNTERS, "is_aigc"),
)


def endpoints(quotas: Quotas) -> tuple[Endpoint, ...]:
    """Its three addresses, 600 requests a minute each."""

    def rule(name: str) -> tuple[Rule, ...]:
        return (Rule(f"display.{name}.minute", quotas.display_minute, 60),)

    return (
        Endpoint("display.user_info", "GET", "/v2/user/info/", user_info, app="display", rules=rule("user_info")),
        Endpoint("display.video_list", "POST", "/v2/video/list/", video_list, ("video.list",), "display", rule("video_list")),
        Endpoint("display.video_query", "POST", "/v2/video/query/", video_query, ("video.list",), "display", rule("video_query")),
    )


def user_info(call: Call) -> dict[str, Any]:
    """GET /v2/user/info/: the fields asked for, each within its scope."""
    names = fields_of(call, _SCOPE_OF)
    lacking = sorted({_SCOPE_OF[n] for n in names} - call.access.scopes)
    if lacking:
        raise Refusal("scope_not_authorized", f"The user did not authorize the scope required: {', '.join(lacking)}.", 401)
    profile, handle = call.platform.profile(call.creator, call.second), call.platform.handles(call.second)[call.creator]
    consent = call.access.consent
    found = {
        "open_id": consent.open_id if consent else "",
        "union_id": f"union-{call.platform.world.cast.creator_id[call.creator]}",
        **dict.fromkeys(("avatar_url", "avatar_url_100", "avatar_large_url"), f"https://p16-sign-va.tiktokcdn.com/{call.creator}.jpeg"),
        "display_name": call.platform.written(call.creator, call.second).title(),
        "bio_description": f"{handle} · simulated",
        "profile_deep_link": f"https://www.tiktok.com/@{handle}",
        "is_verified": call.creator % 11 == 0,
        "username": handle,
        "follower_count": profile["followers"],
        "following_count": profile["following"],
        "likes_count": profile["likes_total"],
        "video_count": profile["videos_total"],
    }
    return {"user": {name: found[name] for name in names}}


def video_list(call: Call) -> dict[str, Any]:
    """POST /v2/video/list/: newest first, before a cursor in milliseconds."""
    names, count = fields_of(call, _VIDEO_FIELDS), whole(call.body, "max_count", 10, 20)
    cursor = whole(call.body, "cursor", 0, least=0) or None
    page = newest_before(call, cursor, count)
    return {"videos": _videos(call, page.places, names), "cursor": page.cursor, "has_more": page.has_more}


def video_query(call: Call) -> dict[str, Any]:
    """POST /v2/video/query/: up to 20 ids; those of others and those that are gone are left out without a word."""
    names, filters = fields_of(call, _VIDEO_FIELDS), call.body.get("filters")
    ids = filters.get("video_ids") if isinstance(filters, dict) else None
    if not isinstance(ids, list) or not ids or len(ids) > 20 or not all(isinstance(i, str) and i.isdecimal() for i in ids):
        raise invalid("filters.video_ids: 1 to 20 ids as strings")
    places = [place for i in dict.fromkeys(ids) if (place := call.platform.by_id.get(int(i))) is not None]
    own = [place for place in places if call.platform.world.works.creator[place] == call.creator]
    seen = call.platform.visible(np.array(own, np.int64), call.second)
    if call.platform.faults.hits("reordered_rows", call.number):
        seen = seen[::-1]
    return {"videos": _videos(call, seen, names)}


def _videos(call: Call, places: Places, names: Iterable[str]) -> list[dict[str, Any]]:
    counts = {name: values.tolist() for name, values in call.platform.counts(places, call.second).items()}
    handle, faults = call.platform.handles(call.second)[call.creator], call.platform.faults
    bare = faults.omitted_fields > 0 and chance(faults.seed, "omitted", call.number) < faults.omitted_fields
    rows = []
    for i, place in enumerate(places.tolist()):
        video = {**_video(call, place, handle), **_counters(counts, i)}
        rows.append({name: video[name] for name in names if name in video and not (bare and name in _COUNTERS and not video[name])})
    return rows


def _counters(counts: dict[str, list[int]], i: int) -> dict[str, int]:
    return {
        "like_count": counts["likes"][i],
        "comment_count": counts["comments"][i],
        "share_count": counts["shares"][i],
        "view_count": counts["views"][i],
    }


def _video(call: Call, place: int, handle: str) -> dict[str, Any]:
    works = call.platform.world.works
    post_id, caption, address = str(works.post_id[place]), str(works.caption[place])[:150], call.platform.url(place, handle)
    lasting = {} if works.photo[place] else {"duration": int(works.seconds[place])}
    return {
        "id": post_id,
        "create_time": int(works.published[place]),
        "cover_image_url": f"https://p16-sign-va.tiktokcdn.com/cover/{post_id}?x-expires={call.second + 21_600}",
        "share_url": f"{address}?utm_campaign=tt4d_open_api&utm_source={call.platform.credentials.client_key}",
        "video_description": caption,
        **lasting,
        "height": 1024,
        "width": 576,
        "title": caption,
        "embed_html": f'<blockquote class="tiktok-embed" data-video-id="{post_id}"></blockquote>',
        "embed_link": f"https://www.tiktok.com/player/v1/{post_id}?utm_campaign=tt4d_open_api",
        "is_aigc": place % 29 == 0,
    }
