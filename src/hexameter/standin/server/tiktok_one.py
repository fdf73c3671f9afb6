"""TikTok One: public creator cards and the brand's campaign with its report, organic beside paid. It creates and changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from hexameter.standin.server.answers import Refusal
from hexameter.standin.server.asked import counted, listed, needed, wrong
from hexameter.standin.server.business import app_rules
from hexameter.standin.server.campaign_report import metrics
from hexameter.standin.server.gate import Call, Endpoint
from hexameter.standin.server.ledger import Quotas
from hexameter.standin.server.platform import Platform
from hexameter.standin.tiers import TIERS

ACCOUNT_ID = "7300000000000000001"
CAMPAIGN_ID = "7350000000000000001"


def endpoints(quotas: Quotas) -> tuple[Endpoint, ...]:
    """Its eight addresses."""
    answers = {
        "/tto/oauth2/tcm/": accounts,
        "/tto/oauth2/info/": info,
        "/tto/tcm/creator/public/": creator_public,
        "/tto/tcm/creator/public/video/list/": creator_videos,
        "/tto/tcm/creator/status/get/": creator_status,
        "/tto/tcm/campaign/": campaigns,
        "/tto/tcm/campaign/link/status/": link_status,
        "/tto/tcm/report/": report,
    }
    return tuple(
        Endpoint(f"tiktok_one.{path.strip('/').removeprefix('tto/').replace('/', '_')}", "GET", path, answer, app="advertiser", rules=rules)
        for rules in [app_rules(quotas)]
        for path, answer in answers.items()
    )


def accounts(call: Call) -> dict[str, Any]:
    """GET /tto/oauth2/tcm/: the accounts a token opens."""
    apps = call.platform.credentials
    if needed(call, "app_id") != apps.business_id or needed(call, "secret") != apps.business_secret:
        raise Refusal(40001, "app_id or secret is incorrect.")
    return {"tto_tcm_account_ids": [ACCOUNT_ID]}


def info(call: Call) -> dict[str, Any]:
    """GET /tto/oauth2/info/: the brand's account."""
    _own(call)
    world = call.platform.world
    return {"account_name": world.brand, "timezone": world.tz, "country": "FR", "business_verification_status": "VERIFIED"}


def creator_public(call: Call) -> dict[str, Any]:
    """GET /tto/tcm/creator/public/: a creator's card."""
    _own(call)
    creator = _creator(call, needed(call, "handle_name"))
    platform, handle = call.platform, call.platform.handles(call.second)[creator]
    profile, seen = platform.profile(creator, call.second), platform.visible(platform.by_creator[creator], call.second)
    counts, tier = platform.counts(seen, call.second), TIERS[platform.world.cast.tier[creator]]
    engaged, views = int(sum(counts[name].sum() for name in ("likes", "comments", "shares"))), int(counts["views"].sum())
    return {
        "creator_id": str(platform.world.cast.creator_id[creator]),
        "handle_name": handle,
        "display_name": platform.written(creator, call.second).title(),
        "profile_image": f"https://p16-sign-va.tiktokcdn.com/{creator}.jpeg",
        "bio": "simulated",
        "followers_count": profile["followers"],
        "following_count": profile["following"],
        "likes_count": profile["likes_total"],
        "videos_count": profile["videos_total"],
        "median_views": int(np.median(counts["views"])) if len(seen) else 0,
        "engagement_rate": f"{engaged / views * 100:.2f}%" if views else "0%",
        "creator_price": f"{tier.fee_minor / 100:.2f}",
        "currency": "EUR",
        "country_code": platform.country(creator),
        "industry_labels": [{"label_id": "15", "label_name": "Beauty & Personal Care"}],
        "content_labels": [{"label_id": "7", "label_name": "Lifestyle"}],
    }


def creator_videos(call: Call) -> dict[str, Any]:
    """GET /tto/tcm/creator/public/video/list/: a creator's newest posts."""
    _own(call)
    creator, limit, cursor = _creator(call, needed(call, "handle_name")), counted(call, "limit", 10, 50), call.query.get("cursor", "0")
    platform = call.platform
    seen = platform.visible(platform.by_creator[creator], call.second)[::-1]
    if ids := listed(call, "video_ids", []):
        seen = seen[np.isin(platform.world.works.post_id[seen], [int(i) for i in ids if str(i).isdecimal()])]
    start = int(cursor) if cursor.isdecimal() else 0
    part, end = seen[start : start + limit], start + limit
    return {"posts": [_post(call, int(p)) for p in part], "page_info": {"has_more": end < len(seen), "cursor": end}}


def _post(call: Call, place: int) -> dict[str, Any]:
    platform, works = call.platform, call.platform.world.works
    counts = {name: int(v[0]) for name, v in platform.counts(np.array([place]), call.second).items()}
    caption, post_id = str(works.caption[place]), str(works.post_id[place])
    return {
        "video_id": post_id,
        "display_name": platform.written(int(works.creator[place]), call.second).title(),
        "thumbnail_url": f"https://p16-sign-va.tiktokcdn.com/cover/{post_id}",
        "embed_url": f"https://www.tiktok.com/embed/v2/{post_id}",
        "caption": caption,
        "likes": counts["likes"],
        "comments": counts["comments"],
        "shares": counts["shares"],
        "favorites": counts["saves"],
        "video_views": counts["views"],
        "create_time": int(works.published[place]),
        "caption_hashtags": [str(t) for t in works.hashtags[place]],
        "mentioned_accounts": [word[1:] for word in caption.split() if word.startswith("@")],
        "collaboration_status": "COLLABORATED" if works.kind[place] in ("tagged", "misspelt", "untagged") else "NONE",
    }


def creator_status(call: Call) -> dict[str, Any]:
    """GET /tto/tcm/creator/status/get/: who of some creators is on TikTok One."""
    _own(call)

    def status(handle: str) -> str:
        creator = call.platform.creator(handle, call.second)
        return "INVALID" if creator is None else "IN" if call.platform.world.cast.booked[creator] else "NOT_IN"

    return {"onboarding_status": [{"handle_name": h, "status": status(str(h))} for h in listed(call, "handle_names")]}


def campaigns(call: Call) -> dict[str, Any]:
    """GET /tto/tcm/campaign/: the brand's one campaign."""
    _own(call)
    platform, ids = call.platform, listed(call, "campaign_ids", [])
    page, size = counted(call, "page", 1), counted(call, "page_size", 10, 100)
    names = platform.handles(call.second)
    own = {
        "campaign_id": CAMPAIGN_ID,
        "campaign_type": "CAMPAIGN",
        "brand_name": platform.world.brand,
        "campaign_name": f"{platform.world.brand} {platform.world.hashtag}",
        "handle_names": [names[i] for i in np.flatnonzero(platform.world.cast.booked).tolist()],
        "video_ids": [str(platform.world.works.post_id[p]) for p in linked(platform, call.second)],
        "advertiser_ids": ["7100000000000000001"],
        "spark_ads_requested_authorization_days": 30,
        "invite_link": f"https://www.tiktok.com/tto/invite/{CAMPAIGN_ID}",
        "create_time": platform.world.window[0] - 864_000,
        "update_time": min(call.second, platform.world.window[1]),
        "country_codes": ["FR"],
    }
    found = [own] if page == 1 and (not ids or CAMPAIGN_ID in ids) and call.query.get("campaign_type", "CAMPAIGN") == "CAMPAIGN" else []
    return {"campaigns": found, "page_info": _page_info(page, size, 1)}


def link_status(call: Call) -> dict[str, Any]:
    """GET /tto/tcm/campaign/link/status/: the campaign's posts and whether their creators agreed."""
    _own(call)
    _check_campaign(call)
    ids = [str(call.platform.world.works.post_id[p]) for p in linked(call.platform, call.second)]
    agreed = {"status": "APPROVE", "campaign_id": CAMPAIGN_ID, "last_reminded_timestamp": 0, "number_of_requests": 1}
    return {"video_infos": [{"video_id": i, **agreed} for i in ids]}


def report(call: Call) -> dict[str, Any]:
    """GET /tto/tcm/report/: what each of the campaign's posts brought so far; numbers as strings, as they arrive in practice."""
    _own(call)
    _check_campaign(call)
    for name in ("start_date", "end_date"):
        needed(call, name)
    page, size = counted(call, "page", 1), counted(call, "page_size", 10, 50)
    places = linked(call.platform, call.second)
    return {
        "tto_tcm_account_id": ACCOUNT_ID,
        "campaign_id": CAMPAIGN_ID,
        "country_code": call.headers.get("country-code", "FR"),
        "campaign_type": "CAMPAIGN",
        "campaign_channel_type": "TTO",
        "page_info": _page_info(page, size, len(places)),
        "videos": [metrics(call, p) for p in places[(page - 1) * size : page * size]],
    }


def linked(platform: Platform, second: int) -> list[int]:
    """The campaign's posts: what booked creators made for the brand and everyone can see."""
    found: list[int] = platform.visible(platform.for_brand, second).tolist()
    return found


def _page_info(page: int, size: int, total: int) -> dict[str, int]:
    return {"page": page, "page_size": size, "total_number": total, "total_page": -(-total // size)}


def _own(call: Call) -> None:
    if needed(call, "tto_tcm_account_id") != ACCOUNT_ID:
        raise Refusal(40001, "No permission to operate on this tto_tcm_account_id.")


def _creator(call: Call, handle: str) -> int:
    creator = call.platform.creator(handle.removeprefix("@"), call.second)
    if creator is None:
        raise wrong(f"handle_name: No creator of that handle: {handle}.")
    return creator


def _check_campaign(call: Call) -> None:
    if needed(call, "campaign_id") != CAMPAIGN_ID:
        raise wrong(f"campaign_id: Unknown: {call.query['campaign_id']}.")
