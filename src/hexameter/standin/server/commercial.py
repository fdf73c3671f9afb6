"""The Commercial Content API: disclosed paid partnerships in the European Economic Area. It shows no counters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from hexameter.standin.server.asked import fields_of, invalid, whole
from hexameter.standin.server.faults import chance
from hexameter.standin.server.gate import Call, Endpoint
from hexameter.standin.server.ledger import Quotas, Rule
from hexameter.standin.server.platform import Places

_FIELDS = ("id", "create_timestamp", "create_date", "label", "brand_names", "creator", "videos")
_EEA = (
    *("AT", "BE", "BG", "HR", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
_EARLIEST = date(2022, 10, 1)


def endpoints(quotas: Quotas) -> tuple[Endpoint, ...]:
    """Its one address."""
    path = "/v2/research/adlib/commercial_content/query/"
    rules = (Rule("commercial.day", quotas.commercial_day),)
    return (Endpoint("commercial.query", "POST", path, query, ("research.adlib.basic",), "client", rules),)


def query(call: Call) -> dict[str, Any]:
    """POST /v2/research/adlib/commercial_content/query/: pages by search_id alone, each page naming the next."""
    names, count, filters = fields_of(call, _FIELDS), whole(call.body, "max_count", 10, 50), call.body.get("filters")
    if not isinstance(filters, dict):
        raise invalid("filters is required")
    start, end = _range(filters)
    asked, offset = json.dumps(filters, sort_keys=True), 0
    if call.body.get("search_id"):
        found = call.platform.searches.get(f"c{call.body['search_id']}")
        if found is None or found[0] != asked:
            raise invalid(f"Search Id {call.body['search_id']} is invalid or expired")
        # The posts of the first page's moment: what is new since then would move every offset.
        offset, places = found[1], found[2]
    else:
        places = _matching(call, filters, start, end)
    part = places[offset : offset + count]
    has_more, search_id = offset + count < len(places), str(10**15 + int(chance(call.platform.world.seed, "ad", call.number) * 10**15))
    call.platform.remember(f"c{search_id}", (asked, offset + count, places))
    shown = [_content(call, int(place)) for place in _thinned(call, part)]
    more: bool | str = ("true" if has_more else "false") if call.platform.faults.has_more_text else has_more
    return {"commercial_contents": [{n: row[n] for n in names} for row in shown], "has_more": more, "search_id": search_id}


def _thinned(call: Call, part: Places) -> Places:
    found: Places = call.platform.visible(part, call.second)
    if call.platform.faults.hits("reordered_rows", call.number):
        found = found[::-1]
    return found


def _range(filters: Mapping[str, Any]) -> tuple[int, int]:
    window = filters.get("content_published_date_range")
    try:
        first, last = (datetime.strptime(window[name], "%Y%m%d").replace(tzinfo=UTC) for name in ("min", "max"))  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        raise invalid("content_published_date_range is invalid: min and max as YYYYMMDD") from None
    if first.date() <= _EARLIEST or last < first:
        raise invalid("content_published_date_range is invalid: min is after 20221001, max not before min")
    return int(first.timestamp()), int(last.timestamp()) + 86_400


def _matching(call: Call, filters: Mapping[str, Any], start: int, end: int) -> Places:
    country, names = filters.get("creator_country_code", "ALL"), filters.get("creator_usernames")
    if country != "ALL" and country not in _EEA:
        raise invalid(f"creator_country_code is invalid: {country}")
    if names is not None and (not isinstance(names, list) or not all(isinstance(n, str) for n in names)):
        raise invalid("creator_usernames is invalid: expected a list of strings")
    platform, works = call.platform, call.platform.world.works
    published = works.published[platform.for_brand]
    window = platform.for_brand[(published >= start) & (published < min(end, call.second + 1))]
    wanted = None if not names else {platform.creator(n, call.second) for n in names}
    kept = [
        place
        for place in window.tolist()
        if "ad" in works.hashtags[place]
        and (c := platform.country(int(works.creator[place]))) in _EEA
        and country in ("ALL", c)
        and (wanted is None or int(works.creator[place]) in wanted)
    ]
    return np.array(kept[::-1], np.int64)


def _content(call: Call, place: int) -> dict[str, Any]:
    platform, works = call.platform, call.platform.world.works
    creator, published = int(works.creator[place]), int(works.published[place])
    post = int(works.post_id[place])
    return {
        "id": f"v09044g40000c{post:x}",
        "create_date": f"{datetime.fromtimestamp(published, UTC):%Y%m%d}",
        "create_timestamp": published,
        "label": "Paid partnership" if post % 5 else "Promotional content",
        "brand_names": [platform.world.brand.title()],
        "creator": {"username": platform.written(creator, call.second)},
        "videos": [
            {
                "id": post,
                "status": "active",
                "url": platform.url(place, platform.handles(call.second)[creator]),
                "cover_image_url": f"https://p16-sign-va.tiktokcdn.com/cover/{post}",
            }
        ],
    }
