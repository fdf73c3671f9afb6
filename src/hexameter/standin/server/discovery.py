"""Discovery: hashtags that are watched most in a country. The advertiser must be on the allow-list."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hexameter.standin.server.answers import Refusal
from hexameter.standin.server.asked import listed, needed, wrong
from hexameter.standin.server.business import app_rules
from hexameter.standin.server.business_oauth import ADVERTISER_IDS
from hexameter.standin.server.gate import Call, Endpoint
from hexameter.standin.server.ledger import Quotas
from hexameter.standin.trends import COUNTRIES

_RANGES = {"1DAY": 1, "7DAY": 7, "30DAY": 30, "120DAY": 120}
_MOST = 200
_HIDDEN_BELOW = 1_000


def endpoints(quotas: Quotas) -> tuple[Endpoint, ...]:
    """Its three addresses."""
    addresses = (("trending_list", trending_list), ("detail", detail), ("video_list", video_list))
    return tuple(
        Endpoint(f"discovery.{name}", "GET", f"/discovery/{name}/", answer, app="advertiser", rules=app_rules(quotas))
        for name, answer in addresses
    )


def trending_list(call: Call) -> dict[str, Any]:
    """GET /discovery/trending_list/: up to 200 hashtags of a country by views."""
    _allowed(call)
    if needed(call, "discovery_type") != "HASHTAG":
        raise wrong("discovery_type: Must be HASHTAG.")
    country, span = call.query.get("country_code", "US"), call.query.get("date_range", "7DAY")
    if country not in COUNTRIES:
        raise wrong(f"country_code: Not a valid choice: {country}.")
    if span not in _RANGES:
        raise wrong(f"date_range: Not a valid choice: {span}.")
    asked = {"country_code": country, "category_name": call.query.get("category_name", "ALL"), "date_range": span}
    days = _days(call, _RANGES[span])
    before = call.platform.trends.ranked(country, [day - timedelta(days=len(days)) for day in days])[: _MOST // 6]
    ranked = call.platform.trends.ranked(country, days)[:_MOST]
    info = {"advertiser_id": call.query["advertiser_id"], "discovery_type": "HASHTAG", **asked}
    return {"filter_info": info, "list": [_entry(call, tag, country, days, ranked, before) for tag in ranked]}


def detail(call: Call) -> dict[str, Any]:
    """GET /discovery/detail/: one hashtag."""
    _allowed(call)
    country, days = call.query.get("country_code", "US"), _days(call, 7)
    tag = _tag(call, needed(call, "hashtag_id"))
    ranked = call.platform.trends.ranked(country, days)
    ages = [{"age": "18-24", "percentage": 0.55}, {"age": "25-34", "percentage": 0.31}, {"age": "35+", "percentage": 0.14}]
    more = {"hashtag_status": "ONLINE", "audience_insights": {"audience_ages": ages}}
    return {**_entry(call, tag, country, days, ranked, ranked), **more}


def video_list(call: Call) -> dict[str, Any]:
    """GET /discovery/video_list/: up to 20 posts of up to ten hashtags."""
    _allowed(call)
    ids = listed(call, "hashtag_ids")
    if not 1 <= len(ids) <= 10:
        raise wrong("hashtag_ids: 1 to 10 ids.")
    return {"list": [{"hashtag_id": str(i), "top_video_list": _top(call, _tag(call, str(i)))} for i in ids]}


def _top(call: Call, tag: str) -> list[dict[str, str]]:
    platform = call.platform
    seen = platform.visible(platform.tagged(tag), call.second)
    best = seen[(-platform.counts(seen, call.second)["views"]).argsort(kind="stable")][:20]
    names = platform.handles(call.second)
    ids = [(str(platform.world.works.post_id[p]), platform.url(p, names[platform.world.works.creator[p]])) for p in best.tolist()]
    return [{"video_id": i, "embed_url": f"https://www.tiktok.com/embed/v2/{i}", "share_url": url} for i, url in ids]


def _entry(call: Call, tag: str, country: str, days: list[date], ranked: list[str], before: list[str]) -> dict[str, Any]:
    trends, place = call.platform.trends, ranked.index(tag) + 1
    daily = [trends.views(tag, country, day) for day in days]
    posts = sum(trends.posts(tag, country, day) for day in days)
    return {
        "hashtag_id": trends.tag_id(tag),
        "hashtag_name": tag,
        "rank_position": place,
        "rank_change": before.index(tag) + 1 - place if tag in before else "NEW",
        "views": sum(daily),
        "views_global_lifetime": sum(daily) * 400,
        "posts": posts,
        "posts_global_lifetime": posts * 400,
        "top_country_list": trends.countries(tag, days[-1]),
        "trending_history": [
            {"date": day.isoformat(), "rank_position_daily": place, "views_daily": views if views >= _HIDDEN_BELOW else None}
            for day, views in zip(days, daily, strict=True)
        ],
    }


def _days(call: Call, count: int) -> list[date]:
    today = datetime.fromtimestamp(call.second, UTC).date()
    return [today - timedelta(days=i) for i in range(count, 0, -1)]


def _tag(call: Call, hashtag_id: str) -> str:
    for tag in call.platform.trends.tags:
        if call.platform.trends.tag_id(tag) == hashtag_id:
            return tag
    raise wrong(f"hashtag_id: Unknown: {hashtag_id}.")


def _allowed(call: Call) -> None:
    if needed(call, "advertiser_id") not in ADVERTISER_IDS or not call.platform.credentials.discovery_allowed:
        raise Refusal(40001, "The advertiser is not on the allow-list.")
