"""The Accounts API: a consenting account's profile, days and posts with saves, reach, watch time and audience."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from hexameter.standin.accounts import daily, days_between
from hexameter.standin.server.answers import Refusal
from hexameter.standin.server.asked import counted, listed, needed, parsed, wrong
from hexameter.standin.server.faults import chance
from hexameter.standin.server.gate import Call, Endpoint
from hexameter.standin.server.ledger import Quotas, Rule
from hexameter.standin.server.paging import newest_before
from hexameter.standin.server.platform import Places
from hexameter.standin.watching import SOURCES, audience, named, reach, retention

DAY = 86_400
_OLDEST = timedelta(days=60)
_PROFILE_SCOPES = {
    "is_business_account": "user.account.type",
    "profile_image": "user.info.basic",
    "display_name": "user.info.basic",
    "username": "user.info.username",
    **dict.fromkeys(("profile_deep_link", "bio_description", "is_verified"), "user.info.profile"),
    **dict.fromkeys(("following_count", "followers_count", "total_likes", "videos_count"), "user.info.stats"),
}
_CLICKS = ("phone_number_clicks", "lead_submissions", "app_download_clicks", "email_clicks", "address_clicks")
_DAILY = (
    *("video_views", "unique_video_views", "profile_views", "likes", "comments", "shares", *_CLICKS, "bio_link_clicks"),
    *("daily_total_followers", "daily_new_followers", "daily_lost_followers", "followers_count", "audience_activity", "engaged_audience"),
)
_AUDIENCE = {"audience_ages": "ages", "audience_genders": "genders", "audience_countries": "countries", "audience_cities": "cities"}
_BASIC = (
    *("item_id", "media_type", "is_ad", "caption", "share_url", "embed_url", "thumbnail_url", "create_time", "video_duration"),
    *("video_views", "likes", "comments", "shares", "favorites"),
)
_IDLE = ("reach", "total_time_watched", "average_time_watched", "full_video_watched_rate", "video_view_retention", "impression_sources")
_INSIGHTS = (
    *(*_IDLE, "engagement_likes", "new_followers", "profile_views", "website_clicks", *_CLICKS),
    *("audience_genders", "audience_countries", "audience_cities", "audience_types"),
)
_AGES_OUT = 365 * DAY


def endpoints(quotas: Quotas) -> tuple[Endpoint, ...]:
    """Its two addresses, 40 requests a minute for each account."""

    def one(name: str, path: str, answer: Any, scopes: tuple[str, ...]) -> Endpoint:
        own = (Rule(f"accounts.{name}.minute", quotas.accounts_minute, 60),)
        return Endpoint(f"accounts.{name}", "GET", path, answer, scopes, "accounts", app_rules(quotas), own)

    return (
        one("business_get", "/business/get/", business_get, ()),
        one("video_list", "/business/video/list/", video_list, ("video.list",)),
    )


def app_rules(quotas: Quotas) -> tuple[Rule, ...]:
    """What all requests of the business app share."""
    return (
        Rule("business.app.second", quotas.app_second, 1),
        Rule("business.app.minute", quotas.app_minute, 60),
        Rule("business.app.day", quotas.app_day),
    )


def business_get(call: Call) -> dict[str, Any]:
    """GET /business/get/: the profile now, its days, its audience."""
    _own(call)
    names = _known(listed(call, "fields", ["display_name", "profile_image"]), (*_PROFILE_SCOPES, *_DAILY, *_AUDIENCE))
    needs = {_PROFILE_SCOPES.get(n, "user.insights") for n in names}
    if lacking := sorted(needs - call.access.scopes):
        raise Refusal(40001, f"No permission to operate. Required scope: {', '.join(lacking)}.")
    found = {name: value for name, value in _profile(call).items() if name in names}
    asked = [n for n in names if n in _DAILY]
    if asked:
        found["metrics"] = _days(call, asked)
    crowd = audience(call.platform.world.watching, int(call.platform.by_creator[call.creator][0])) if _has_posts(call) else {}
    for name in (n for n in names if n in _AUDIENCE and crowd):
        key = {"cities": "city_name"}.get(_AUDIENCE[name], _AUDIENCE[name].removesuffix("s").replace("countrie", "country"))
        found[name] = named(crowd[_AUDIENCE[name]], key)
    return found


def _has_posts(call: Call) -> bool:
    return len(call.platform.by_creator[call.creator]) > 0


def _profile(call: Call) -> dict[str, Any]:
    counts, handle = call.platform.profile(call.creator, call.second), call.platform.handles(call.second)[call.creator]
    return {
        "is_business_account": registered(call.creator),
        "profile_image": f"https://p16-sign-va.tiktokcdn.com/{call.creator}.jpeg",
        "username": handle,
        "profile_deep_link": f"https://www.tiktok.com/@{handle}",
        "display_name": call.platform.written(call.creator, call.second).title(),
        "bio_description": "simulated",
        "is_verified": call.creator % 11 == 0,
        "following_count": counts["following"],
        "followers_count": counts["followers"],
        "total_likes": counts["likes_total"],
        "videos_count": counts["videos_total"],
    }


def registered(creator: int) -> bool:
    """Whether an account is a registered business account: a fifth of them are.

    Example registered(5) -> True
    """
    return creator % 5 == 0


def _days(call: Call, names: list[str]) -> list[dict[str, Any]]:
    today = datetime.fromtimestamp(call.second, UTC).date()
    first, last = _date(call, "start_date", today - timedelta(days=7)), _date(call, "end_date", today - timedelta(days=1))
    if last < first or last > today:
        raise wrong("end_date: Must not be before start_date nor after today.")
    if today - first > _OLDEST:
        raise wrong("start_date: The maximum look-back is 60 days.")
    rows = daily(call.platform.world, call.creator, call.platform.by_creator[call.creator], days_between(first, last))
    extra = dict.fromkeys((*_CLICKS, "bio_link_clicks"), 0)
    return [{"date": r["date"], **{n: {**extra, **r}[n] for n in names if _measured(call, r["date"])}} for r in rows]


def _measured(call: Call, day: str) -> bool:
    end = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() + DAY
    return call.second >= end + call.platform.lags.account_days * 3600


def _date(call: Call, name: str, default: date) -> date:
    try:
        return date.fromisoformat(call.query[name]) if name in call.query else default
    except ValueError:
        raise wrong(f"{name}: Not a valid date. Expected YYYY-MM-DD.") from None


def video_list(call: Call) -> dict[str, Any]:
    """GET /business/video/list/: newest first, before a cursor in milliseconds."""
    _own(call)
    names = _known(listed(call, "fields", ["item_id"]), (*_BASIC, *_INSIGHTS))
    if "item_id" not in names:
        raise wrong("fields: Must include item_id.")
    if any(n in _INSIGHTS for n in names) and "video.insights" not in call.access.scopes:
        raise Refusal(40001, "No permission to operate. Required scope: video.insights.")
    count, cursor = counted(call, "max_count", 10, 20), call.query.get("cursor", "")
    if cursor and not cursor.isdecimal():
        raise wrong("cursor: Not a valid integer.")
    page = newest_before(call, int(cursor) if cursor else None, count, _filtered(call))
    return {"videos": _videos(call, page.places, names), "cursor": page.cursor, "has_more": page.has_more}


def _filtered(call: Call) -> list[int] | None:
    filters = parsed(call, "filters")
    if filters is None:
        return None
    if not isinstance(filters, dict):
        raise wrong("filters: Not a valid object.")
    places, ids = call.platform.by_creator[call.creator].tolist(), filters.get("video_ids")
    if ids is not None and (not isinstance(ids, list) or not all(isinstance(i, str) for i in ids)):
        raise wrong("filters.video_ids: Not a valid list of strings.")
    wanted = None if ids is None else {call.platform.by_id.get(int(i)) for i in ids if i.isdecimal()}
    starts = call.platform.world.curves.boost_from
    return [p for p in places if (wanted is None or p in wanted) and (not filters.get("ad_post_only") or int(starts[p]) <= call.second)]


def _videos(call: Call, places: Places, names: list[str]) -> list[dict[str, Any]]:
    platform, published = call.platform, call.platform.world.works.published[places]
    then = np.minimum(call.second - int(platform.lags.accounts_counters * 3600), published + _AGES_OUT)
    counts, before = platform.counts(places, then), platform.counts(places, then - 7 * DAY)
    idle = ((counts["views"] == before["views"]) & (published < then - 7 * DAY)).tolist()
    reached = reach(platform.world.watching, places, counts["views"]).tolist()
    lists, handle = {name: values.tolist() for name, values in counts.items()}, platform.handles(call.second)[call.creator]
    bare = chance(platform.faults.seed, "omitted", call.number) < platform.faults.omitted_fields
    rows = []
    for i, place in enumerate(places.tolist()):
        video = {**_basic(call, place, handle), **_counters(lists, i)}
        if any(n in _INSIGHTS for n in names):
            video |= _insights(call, place, lists["views"][i], reached[i], idle[i])
        rows.append({n: video[n] for n in names if n in video and not (bare and video[n] == 0 and n in _COUNTED)})
    return rows


_COUNTED = ("video_views", "likes", "comments", "shares", "favorites")


def _counters(counts: Mapping[str, list[int]], i: int) -> dict[str, int]:
    return {name: counts[source][i] for name, source in zip(_COUNTED, ("views", "likes", "comments", "shares", "saves"), strict=True)}


def _basic(call: Call, place: int, handle: str) -> dict[str, Any]:
    works, post_id = call.platform.world.works, str(call.platform.world.works.post_id[place])
    lasting = {} if works.photo[place] else {"video_duration": float(works.seconds[place])}
    return {
        "item_id": post_id,
        "media_type": "PHOTO" if works.photo[place] else "VIDEO",
        "is_ad": int(call.platform.world.curves.boost_from[place]) <= call.second,
        "caption": str(works.caption[place]),
        "share_url": f"{call.platform.url(place, handle)}?utm_campaign=tt4d_open_api&utm_source={call.platform.credentials.business_id}",
        "embed_url": f"https://www.tiktok.com/embed/v2/{post_id}",
        "thumbnail_url": f"https://p16-sign-va.tiktokcdn.com/cover/{post_id}?x-expires={call.second + 21_600}",
        "create_time": str(works.published[place]),
        **lasting,
    }


def _insights(call: Call, place: int, views: int, reached: int, idle: bool) -> dict[str, Any]:
    watching, seconds = call.platform.world.watching, int(call.platform.world.works.seconds[place])
    found: dict[str, Any] = {"new_followers": int(views * watching.new_followers[place])}
    if registered(call.creator):
        found |= {"profile_views": views // 80, "website_clicks": views // 400, **dict.fromkeys(_CLICKS, 0)}
    if idle:
        return found
    crowd, average = audience(watching, place), float(watching.average_seconds[place])
    found |= {
        "reach": reached,
        "impression_sources": named(list(zip(SOURCES, watching.sources[place].round(4).tolist(), strict=True)), "impression_source"),
        "audience_genders": named(crowd["genders"], "gender"),
        "audience_countries": named(crowd["countries"], "country"),
        "audience_cities": named(crowd["cities"], "city_name"),
        "audience_types": named(crowd["types"], "type"),
    }
    if seconds:
        curve = [{"second": str(second), "percentage": share} for second, share in retention(watching, place, seconds)]
        found |= {
            "total_time_watched": round(views * average, 3),
            "average_time_watched": round(average, 3),
            "full_video_watched_rate": round(float(watching.completion[place]), 4),
            "video_view_retention": curve,
            "engagement_likes": curve[:1],
        }
    return found


def _own(call: Call) -> None:
    consent = call.access.consent
    if needed(call, "business_id") != (consent.open_id if consent else ""):
        raise Refusal(40001, "No permission to operate on this business_id.")


def _known(names: list[Any], known: tuple[str, ...]) -> list[str]:
    strange = [str(n) for n in names if n not in known]
    if strange or not names:
        raise wrong(f"fields: Not a valid choice: {', '.join(strange) or '[]'}.")
    return list(names)
