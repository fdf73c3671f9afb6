"""Hand-worked examples as data: lake rows, a scope, an instant, and the figures they must give. Every engine runs the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from hexameter.contracts.records import Cost, Money, Period, Scope
from hexameter.kpis.measuring import Options
from hexameter.kpis.rate_cards import SKEEPERS
from tests.kpis.lakes import at, table


@dataclass(frozen=True)
class Example:
    """One hand-worked case.

    `lake` maps a table's name to rows in the contract's stored schema. `expected` maps a dotted path into `measure`'s object
    ("engagement_rate.by_views_pct.mean", "posts.0.views") to its value; floats agree to 1e-9.
    """

    name: str
    lake: Mapping[str, pa.Table]
    scope: Scope
    as_of: datetime
    expected: Mapping[str, Any]
    period: Period | None = None
    known_at: datetime | None = None
    options: Options = field(default_factory=Options)


JULY = Period(date(2025, 7, 1), date(2025, 7, 31), "UTC")
GLOWDAY = Scope(kind="campaign", id="glowday", handles=frozenset({"lea"}), hashtags=frozenset({"glowday"}), window=JULY)
LEA = Scope(kind="creator", id="lea", handles=frozenset({"lea"}))


def post(post_id: str, published_at: str, creator: str = "lea", hashtags: tuple[str, ...] = ("glowday",), **more: Any) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "creator_id": f"@{creator}",
        "handle": creator,
        "published_at": published_at,
        "hashtags": list(hashtags),
        **more,
    }


def reading(post_id: str, captured_at: str, *counters: int | None, creator: str = "lea", **more: Any) -> dict[str, Any]:
    """Counters in the order views, likes, comments, shares."""
    named = dict(zip(("views", "likes", "comments", "shares"), counters, strict=False))
    return {"post_id": post_id, "creator_id": f"@{creator}", "captured_at": captured_at, **named, **more}


def followers(captured_at: str, count: int | None, creator: str = "lea", **more: Any) -> dict[str, Any]:
    return {"creator_id": f"@{creator}", "handle": creator, "captured_at": captured_at, "followers": count, **more}


def lake(
    posts: list[dict[str, Any]], readings: list[dict[str, Any]], audience: list[dict[str, Any]], **more: list[dict[str, Any]]
) -> dict[str, pa.Table]:
    """A lake of these rows; `creator` pairs are added from every row that has both."""
    pairs = sorted({(row["creator_id"], row["handle"]) for row in [*posts, *audience] if row.get("handle")})
    out = {
        "post": table("post", posts),
        "post_snapshot": table("post_snapshot", readings),
        "creator_snapshot": table("creator_snapshot", audience),
    }
    out["creator"] = table("creator", [{"creator_id": i, "handle": h} for i, h in pairs])
    return out | {name: table(name, rows) for name, rows in more.items()}


_PUBLISHED = [
    post("A", "2025-07-05T18:00"),
    post("B", "2025-07-12T19:00"),
    post("C", "2025-07-20T07:00"),
    post("D", "2025-07-21T07:00"),
]
_NEWEST = [
    reading("A", "2025-07-31T12:00", 20_000, 1_500, 100, 60),
    reading("B", "2025-07-31T12:00", 5_000, 300, 12, 8),
    reading("C", "2025-07-31T12:00", 0, 2, 0, 0),
    reading("D", "2025-07-31T12:00", 8_000, 400, None, 10),
]
_LEA_FOLLOWERS = [followers("2025-07-01T00:00", 10_000), followers("2025-07-10T00:00", 10_400), followers("2025-07-31T00:00", 11_000)]

WORKED = Example(
    name="worked_example",
    lake=lake(_PUBLISHED, _NEWEST, _LEA_FOLLOWERS),
    scope=GLOWDAY,
    as_of=at("2025-08-01T00:00"),
    options=Options(money=Money(currency="EUR", costs=(Cost(50_000, "EUR"),)), rate_card=SKEEPERS),
    expected={
        "videos.videos": 4,
        "videos.per_day": 4 / 31,
        "views.total": 33_000,
        "views.mean": 8_250.0,
        "views.median": 6_500.0,
        "views.p25": 3_750.0,
        "views.p75": 11_000.0,
        "views.max": 20_000,
        "views.n": 4,
        "views.n_excluded": 0,
        "engagement_rate.by_views_pct.mean": 7.35,
        "engagement_rate.by_views_pct.median": 7.35,
        "engagement_rate.by_views_pct.pooled": 7.92,
        "engagement_rate.by_views_pct.n": 2,
        "engagement_rate.by_views_pct.n_excluded": 2,
        "engagement_rate.by_views_pct.low": None,
        "engagement_rate.by_followers_pct.mean": (16 + 3 + 2 / 104) / 3,
        "engagement_rate.by_followers_pct.median": 3.0,
        "engagement_rate.by_followers_pct.pooled": 1914 / 30800 * 100,
        "engagement_rate.by_followers_pct.n": 3,
        "engagement_rate.by_followers_pct.n_excluded": 1,
        "engagement_rate.by_reach_pct.mean": None,
        "engagement_rate.by_reach_pct.n": 0,
        "engagement_rate.by_reach_pct.n_excluded": 4,
        "interactions.likes": 2_202,
        "interactions.comments": 112,
        "interactions.shares": 78,
        "interactions.interactions": 1_982,
        "interactions.n": 3,
        "interactions.n_excluded": 1,
        "interactions.saves": None,
        "followers.start": 10_000,
        "followers.end": 11_000,
        "followers.net": 1_000,
        "followers.growth_pct": 10.0,
        "followers.per_day": 1_000 / 30,
        "hashtag.videos": 4,
        "hashtag.creators": 1,
        "hashtag.views": 33_000,
        "hashtag.potential_reach": 11_000,
        "hashtag.cost_minor": 50_000,
        "hashtag.currency": "EUR",
        "hashtag.cpm": 500 / 33_000 * 1000,
        "hashtag.cpe": 500 / 1_982,
        "hashtag.roi_pct": None,
        "hashtag.media_value": 953.95,
    },
)

EXAMPLES: tuple[Example, ...] = (WORKED,)
