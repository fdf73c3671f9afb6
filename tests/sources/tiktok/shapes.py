"""Good answers of every API, in the shapes of the specification, with the context that parses them. Seeds of the hostile ones."""

from __future__ import annotations

from typing import Any

from tests.sources.tiktok.scripted import good, ok
from tests.sources.tiktok.test_accounts import ACCOUNT, INSIGHTS, POST
from tests.sources.tiktok.test_brand_sources import ad, report, told
from tests.sources.tiktok.test_display import video
from tests.sources.tiktok.test_operator_sources import video as research_video

_CONTENT = {
    "create_timestamp": 1788300000,
    "label": "Paid partnership",
    "creator": {"username": "joe"},
    "videos": [{"id": 19384729204821234, "url": "https://www.tiktok.com/@joe/video/19384729204821234"}],
}
_TREND = {"hashtag_name": "glowday", "rank_position": 1, "views": 5, "posts": 6}
_AD = {"spend": "12.34", "currency": "EUR", "video_play_actions": "3100", "tiktok_item_id": "7527623000473079054"}
_USER = {"follower_count": 1, "following_count": 2, "likes_count": 3, "video_count": 4}

# (api, kind) -> an answer with one thing to read
ANSWERS: dict[tuple[str, str], dict[str, Any]] = {
    ("display", "profile"): ok({"user": _USER | {"username": "lea"}}),
    ("display", "newest"): ok({"videos": [video("7527623000473079054", duration=12)], "cursor": 5, "has_more": False}),
    ("display", "posts"): ok({"videos": [video("7527623000473079054")]}),
    ("accounts", "profile"): good(ACCOUNT),
    ("accounts", "newest"): good({"videos": [POST | INSIGHTS], "cursor": 5, "has_more": False}),
    ("accounts", "posts"): good({"videos": [POST]}),
    ("tiktok_one", "report"): good({"videos": [told()], "page_info": {"page": 1, "total_page": 1}}),
    ("tiktok_one", "profile"): good({"handle_name": "lea", "followers_count": 5}),
    ("ads", "daily"): report(ad("17", "2026-10-01", **_AD)),
    ("ads", "total"): {"pages": [report(ad("17", **_AD))]},
    ("discovery", "trends"): good({"list": [_TREND]}),
    ("research", "search"): ok({"videos": [research_video(7527623000473079054)], "cursor": 5, "has_more": False, "search_id": "7"}),
    ("research", "posts"): ok({"videos": [research_video(7527623000473079054)]}),
    ("research", "profile"): ok(_USER),
    ("commercial", "partnerships"): ok({"commercial_contents": [_CONTENT], "has_more": "false", "search_id": "7"}),
}


def context_of(api: str, kind: str) -> dict[str, str]:
    """What a page of that kind would carry."""
    own = {"display": "open:open-1", "accounts": "open:biz-1", "ads": "open:701"}
    known = {"api": api, "kind": kind, "captured_at": "2026-11-01T12:00:00Z", "creator_id": own.get(api, ""), "handle": "lea"}
    more = {"hashtags": "glowday"} if kind == "search" else {"country": "FR"} if kind == "trends" else {}
    return {k: v for k, v in (known | more).items() if v}
