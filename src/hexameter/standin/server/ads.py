"""Ads reporting: one advertiser's basic reports, every number a string. It knows no audience report and no asynchronous task."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from hexameter.standin.advertising import CAMPAIGN_ID
from hexameter.standin.server.answers import Refusal
from hexameter.standin.server.asked import counted, listed, needed, parsed, wrong
from hexameter.standin.server.business import app_rules
from hexameter.standin.server.business_oauth import ADVERTISER_IDS
from hexameter.standin.server.gate import Call, Endpoint
from hexameter.standin.server.ledger import Quotas
from hexameter.standin.server.platform import Platform

_LEVELS = {"AD": "ad_id", "ADGROUP": "adgroup_id", "CAMPAIGN": "campaign_id", "ADVERTISER": "advertiser_id"}
_TIMES = {"stat_time_day": timedelta(days=1), "stat_time_hour": timedelta(hours=1)}
_COUNTED = {
    "impressions": "impressions",
    "reach": "reach",
    "clicks": "clicks",
    "video_play_actions": "plays",
    "video_watched_2s": "watched_2s",
    "video_watched_6s": "watched_6s",
    "video_views_p25": "p25",
    "video_views_p50": "p50",
    "video_views_p75": "p75",
    "video_views_p100": "p100",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
}
_RATIOS = ("frequency", "cpm", "cpc", "ctr", "engagement_rate")
_NAMES = ("tiktok_item_id", "currency", "campaign_name", "adgroup_name", "ad_name")
_NEVER = (
    *("conversion", "cost_per_conversion", "result", "average_video_play", "average_video_play_per_user", "engaged_view"),
    *("engaged_view_15s", "follows", "profile_visits"),
)
METRICS = ("spend", "engagements", *_COUNTED, *_RATIOS, *_NAMES, *_NEVER)
Group = tuple[str, str]
_Sum = tuple[list[int], dict[str, int]]


def endpoints(quotas: Quotas) -> tuple[Endpoint, ...]:
    """Its one address."""
    return (Endpoint("ads.report", "GET", "/report/integrated/get/", report, app="advertiser", rules=app_rules(quotas)),)


def report(call: Call) -> dict[str, Any]:
    """GET /report/integrated/get/: ads grouped by id and by day or hour, in the advertiser's time zone."""
    _check_advertiser(call)
    level, dimensions = _shape(call)
    metrics = listed(call, "metrics", ["spend", "impressions"])
    if strange := [str(m) for m in metrics if m not in METRICS]:
        raise wrong(f"metrics: Not a valid choice: {', '.join(strange)}.")
    unit = next((d for d in dimensions if d in _TIMES), "")
    first, last = _dates(call, unit)
    page, size = counted(call, "page", 1), counted(call, "page_size", 10, 1_000)
    own = _wanted(call)
    found = _grouped(call, [] if call.query.get("advertiser_id") == ADVERTISER_IDS[1] else own, level, unit, first, last)
    rows = [_row(call, group, ads, sums, dimensions, metrics) for group, (ads, sums) in sorted(found.items())]
    part = rows[(page - 1) * size : page * size]
    info = {"page": page, "page_size": size, "total_number": len(rows), "total_page": -(-len(rows) // size)}
    return {"list": part, "page_info": info}


def _check_advertiser(call: Call) -> None:
    given = listed(call, "advertiser_ids", []) or [needed(call, "advertiser_id")]
    if len(given) > 5 or not set(given) <= set(ADVERTISER_IDS):
        raise Refusal(40001, f"No permission to operate advertiser {', '.join(map(str, given))}.")


def _shape(call: Call) -> tuple[str, list[str]]:
    if needed(call, "report_type") != "BASIC":
        raise wrong("report_type: Only BASIC is served.")
    name = needed(call, "data_level").removeprefix("AUCTION_")
    if name not in _LEVELS:
        raise wrong(f"data_level: Not a valid choice: {name}.")
    dimensions = [str(d) for d in listed(call, "dimensions")]
    ids = [d for d in dimensions if d in _LEVELS.values()]
    if ids != [_LEVELS[name]] or [d for d in dimensions if d not in _LEVELS.values() and d not in _TIMES]:
        raise wrong(f"dimensions: data_level {name} takes {_LEVELS[name]} and stat_time_day or stat_time_hour.")
    return _LEVELS[name], dimensions


def _dates(call: Call, unit: str) -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(needed(call, name)) for name in ("start_date", "end_date"))
    except ValueError:
        raise wrong("start_date, end_date: Not a valid date. Expected YYYY-MM-DD.") from None
    most, when = {"stat_time_day": (30, " when use stat_time_day"), "stat_time_hour": (1, " when use stat_time_hour")}.get(unit, (365, ""))
    if last < first or (last - first).days + 1 > most:
        raise wrong(f"max time span is {most} days{when}")
    return first, last


def _wanted(call: Call) -> list[int]:
    kept = list(range(len(call.platform.ads.posts)))
    for condition in parsed(call, "filtering") or []:
        value = condition.get("filter_value", "") if isinstance(condition, dict) else ""
        name = condition.get("field_name") if isinstance(condition, dict) else None
        if name not in ("ad_ids", "adgroup_ids", "campaign_ids"):
            raise wrong(f"filtering: Not a valid field_name: {name}.")
        kept = [ad for ad in kept if f'"{_identity(call.platform, ad, name.removesuffix("s"))}"' in str(value)]
    return kept


def _identity(platform: Platform, ad: int, level: str) -> str:
    return {
        "ad_id": platform.ads.ad_id(ad),
        "adgroup_id": platform.ads.adgroup_id(ad),
        "campaign_id": CAMPAIGN_ID,
        "advertiser_id": ADVERTISER_IDS[0],
    }[level]


def _grouped(call: Call, own: list[int], level: str, unit: str, first: date, last: date) -> dict[Group, _Sum]:
    found: dict[Group, _Sum] = defaultdict(lambda: ([], defaultdict(int)))
    ads, names = np.array(own, np.int64), {ad: _identity(call.platform, ad, level) for ad in own}
    for start, end in _slots(call, unit, first, last):
        when = datetime.fromtimestamp(start, ZoneInfo(call.platform.world.tz)).strftime("%Y-%m-%d %H:%M:%S") if unit else ""
        parts = call.platform.ads.delivered(ads, start, end)
        for i in np.flatnonzero(parts["plays"]).tolist():
            whose, sums = found[names[own[i]], when]
            whose.append(own[i])
            for name, values in parts.items():
                sums[name] += int(values[i])
    return found


def _slots(call: Call, unit: str, first: date, last: date) -> list[tuple[int, int]]:
    """Spans of the report as Unix seconds, none later than the present. A day is the advertiser's own: 23 to 25 hours long."""
    zone = ZoneInfo(call.platform.world.tz)

    def midnight(day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())

    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    spans = [(midnight(day), midnight(day + timedelta(days=1))) for day in days]
    if unit == "stat_time_hour":
        spans = [(hour, hour + 3600) for start, end in spans for hour in range(start, end, 3600)]
    elif not unit:
        spans = [(spans[0][0], spans[-1][1])]
    return [(start, min(end, call.second)) for start, end in spans if start < call.second]


def _row(call: Call, group: Group, ads: list[int], sums: dict[str, int], dimensions: list[str], metrics: list[str]) -> dict[str, Any]:
    identity, when = group
    values = {**_figures(sums), **_named(call, ads)}
    return {
        "dimensions": {d: when if d in _TIMES else identity for d in dimensions},
        "metrics": {name: values.get(name, "-") for name in metrics},
    }


def _figures(sums: dict[str, int]) -> dict[str, str]:
    spend, engaged = sums["spend"] / 100, sums["likes"] + sums["comments"] + sums["shares"]

    def ratio(above: float, below: float, times: float = 1.0) -> str:
        return f"{above / below * times:.2f}" if below else "-"

    return {
        "spend": f"{spend:.2f}",
        "engagements": str(engaged),
        **{name: str(sums[source]) for name, source in _COUNTED.items()},
        "frequency": ratio(sums["impressions"], sums["reach"]),
        "cpm": ratio(spend, sums["impressions"], 1000),
        "cpc": ratio(spend, sums["clicks"]),
        "ctr": ratio(sums["clicks"], sums["impressions"], 100),
        "engagement_rate": ratio(engaged, sums["impressions"], 100),
    }


def _named(call: Call, ads: list[int]) -> dict[str, str]:
    world = call.platform.world
    found = {"currency": "EUR", "campaign_name": f"{world.brand} {world.hashtag}"}
    if len(set(ads)) == 1:
        post = int(world.works.post_id[call.platform.ads.posts[ads[0]]])
        found |= {"tiktok_item_id": str(post), "ad_name": f"Spark {post}"}
    return found
