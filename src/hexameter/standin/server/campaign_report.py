"""One post's metrics in a TikTok One report: totals with their organic and paid parts. It selects no posts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from hexameter.standin.advertising import split_engagement
from hexameter.standin.creators import DAY
from hexameter.standin.posts import FOREVER
from hexameter.standin.server.gate import Call
from hexameter.standin.watching import audience, named, reach, retention

_SOURCES = ("for_you", "following", "sound", "personal_profile", "search", "other", "hashtag")
_NEVER_BOOSTED = "1970-01-01"


def metrics(call: Call, place: int) -> dict[str, Any]:
    """The report's row of one post, lifetime to now. Numbers are strings; rates are percentages like "12.3%"."""
    figures = _figures(call, place)
    whole = {name: str(value) for name, value in figures.items()}
    views, engaged = figures["video_views"], sum(figures[n] for n in ("likes", "comments", "shares"))
    average = float(call.platform.world.watching.average_seconds[place])
    return {
        **_identity(call, place),
        **whole,
        "engagement_count": str(engaged),
        "engagement_rate": _percent(engaged, views),
        "video_completion_rate": f"{float(call.platform.world.watching.completion[place]) * 100:.1f}%",
        "average_view_time": f"{average:.2f}",
        "total_play_time": f"{average * views:.1f}",
        **_watching(call, place, views),
        **_advertised(call, place),
        "anchor_metrics": {"anchor_views": "0", "anchor_clicks": "0", "anchor_unique_views": "0", "anchor_unique_clicks": "0"},
        "daily_stats": _daily(call, place),
    }


def _figures(call: Call, place: int) -> dict[str, int]:
    world, which = call.platform.world, np.array([place])
    counts = call.platform.counts(which, call.second)
    paid = split_engagement(world, which, counts)
    total, part = int(counts["views"][0]), int(counts["views_paid"][0])
    reached, organic = (
        int(reach(world.watching, which, counts["views"])[0]),
        int(reach(world.watching, which, counts["views"] - counts["views_paid"])[0]),
    )
    found = {"video_views": total, "video_views_organic": total - part, "video_views_paid": part}
    for name, source in (("likes", "likes"), ("comments", "comments"), ("shares", "shares"), ("favorites", "saves")):
        whole, bought = int(counts[source][0]), int(paid[source][0])
        found |= {name: whole, f"{name}_organic": whole - bought, f"{name}_paid": bought}
    return found | {"reach": reached, "reach_organic": organic, "reach_paid": reached - organic}


def _identity(call: Call, place: int) -> dict[str, Any]:
    platform, works = call.platform, call.platform.world.works
    post_id, creator = str(works.post_id[place]), int(works.creator[place])
    return {
        "video_info": {
            "video_id": post_id,
            "create_time": str(works.published[place]),
            "embed_url": f"https://www.tiktok.com/embed/v2/{post_id}",
            "thumbnail_url": f"https://p16-sign-va.tiktokcdn.com/cover/{post_id}",
            "authorization_code": "",
        },
        "creator_info": {
            "handle_name": platform.handles(call.second)[creator],
            "display_name": platform.written(creator, call.second).title(),
        },
    }


def _watching(call: Call, place: int, views: int) -> dict[str, Any]:
    watching, seconds = call.platform.world.watching, int(call.platform.world.works.seconds[place])
    crowd, shares = audience(watching, place), watching.sources[place]
    by_source = {name: str(int(views * share)) for name, share in zip(_SOURCES, shares, strict=True)}
    # Both shapes occur in practice (TIKTOK.md C2).
    listed = [{"source": name, "video_views": count} for name, count in by_source.items()]
    stays = float(watching.completion[place])
    return {
        "two_seconds_views": f"{stays ** (2 / seconds) * 100:.1f}%" if seconds else "0",
        "six_seconds_views": f"{stays ** (6 / seconds) * 100:.1f}%" if seconds else "0",
        "video_view_retention": [share for _, share in retention(watching, place, seconds)],
        "video_views_by_source": by_source if place % 2 else listed,
        "audience_gender_distribution": named(crowd["genders"], "gender"),
        "audience_country_distribution": named(crowd["countries"], "country"),
    }


def _advertised(call: Call, place: int) -> dict[str, str]:
    world, ads = call.platform.world, call.platform.ads
    start = int(world.curves.boost_from[place])
    if start == FOREVER or start > call.second:
        nothing = dict.fromkeys(("ad_cost", "ad_impressions", "ad_clicks", "ad_conversions"), "0")
        return {**nothing, "ad_ctr": "0%", "ad_cpm": "0", "ad_cpc": "0", "video_boosted_date": _NEVER_BOOSTED}
    delivered = ads.delivered(np.array([ads.place[place]]), int(world.works.published[place]), call.second)
    part = {name: int(values[0]) for name, values in delivered.items()}
    cost, shown, clicks = part["spend"] / 100, part["impressions"], part["clicks"]
    return {
        "ad_cost": f"{cost:.2f}",
        "ad_impressions": str(shown),
        "ad_clicks": str(clicks),
        "ad_ctr": _percent(clicks, shown),
        "ad_cpm": f"{cost / shown * 1000:.2f}" if shown else "0",
        "ad_cpc": f"{cost / clicks:.2f}" if clicks else "0",
        "ad_conversions": "0",
        "video_boosted_date": f"{datetime.fromtimestamp(start, UTC):%Y-%m-%d}",
    }


def _daily(call: Call, place: int) -> list[dict[str, str]]:
    """What each UTC day of the asked window gained, as far as it has passed."""
    published = int(call.platform.world.works.published[place])
    try:
        first, last = (datetime.fromisoformat(call.query[name]).replace(tzinfo=UTC) for name in ("start_date", "end_date"))
    except ValueError:
        return []
    start = max(int(first.timestamp()), published // DAY * DAY)
    days = np.arange(start, min(int(last.timestamp()) + DAY, call.second), DAY)
    if not len(days):
        return []
    edges = np.append(days, min(int(days[-1]) + DAY, call.second))
    running = call.platform.counts(np.full(len(edges), place), edges)
    views, paid = (np.diff(running[name]).tolist() for name in ("views", "views_paid"))
    return [
        {
            "date": f"{datetime.fromtimestamp(int(day), UTC):%Y-%m-%d}",
            "views": str(views[i]),
            "video_views_organic": str(views[i] - paid[i]),
            "video_views_paid": str(paid[i]),
        }
        for i, day in enumerate(days)
    ]


def _percent(above: int, below: int) -> str:
    return f"{above / below * 100:.2f}%" if below else "0%"
