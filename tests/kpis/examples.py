"""Hand-worked examples as data: lake rows, a scope, an instant, and the figures they must give. Every engine runs the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from hexameter.contracts.records import Cost, Money, Period, Revenue, Scope
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
    return {"post_id": post_id, "creator_id": f"@{creator}", "captured_at": captured_at} | named | more


def followers(captured_at: str, count: int | None, creator: str = "lea", **more: Any) -> dict[str, Any]:
    return {"creator_id": f"@{creator}", "handle": creator, "captured_at": captured_at, "followers": count} | more


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

ONE_DAY = Period(date(2025, 7, 5), date(2025, 7, 5), "UTC")
ALL = Scope(kind="all", id="all")
TAG = Scope(kind="hashtag", id="glowday", hashtags=frozenset({"glowday"}))
AUGUST = at("2025-08-01T00:00")
BREAKDOWNS = Options(posts=True, creators=True, hashtags=True)
NO_AUDIENCE: list[dict[str, Any]] = []

LATE_SNAPSHOT = Example(
    name="late_snapshot: a reading after as_of is not seen, one at as_of is",
    lake=lake(
        [post("A", "2025-07-05T10:00")],
        [
            reading("A", "2025-07-06T00:00", 100, 10, 0, 0),
            reading("A", "2025-07-08T00:00", 150, 20, 0, 0),
            reading("A", "2025-07-08T00:00:01", 999, 99, 9, 9),
        ],
        [followers("2025-07-09T00:00", 50)],
    ),
    scope=GLOWDAY,
    as_of=at("2025-07-08T00:00"),
    expected={
        "views.total": 150,
        "interactions.likes": 20,
        "views.per_hour": 50 / 48,
        "engagement_rate.by_followers_pct.n": 0,
        "videos.days": 8,
    },
)

PARTIAL = Example(
    name="partial_reading: counters by themselves are the newest read; a rate takes one whole reading",
    lake=lake(
        [post("A", "2025-07-05T10:00")],
        [reading("A", "2025-07-06T00:00", 1_000, 80, 10, 10), reading("A", "2025-07-07T00:00", 2_000, None, None, 20)],
        NO_AUDIENCE,
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    options=BREAKDOWNS,
    expected={
        "views.total": 2_000,
        "interactions.likes": 80,
        "interactions.shares": 20,
        "interactions.interactions": 110,
        "engagement_rate.by_views_pct.mean": 10.0,
        "posts.0.views": 2_000,
        "posts.0.captured_at": "2025-07-07T00:00:00Z",
        "interactions.cumulative.5.interactions": 100,
        "interactions.cumulative.6.interactions": 110,
        "interactions.cumulative.4.likes": None,
    },
)

SOURCE_TIE = Example(
    name="source_tie: at one instant exact beats rounded, then the source named first, then the name",
    lake=lake(
        [post("A", "2025-07-05T10:00"), post("B", "2025-07-05T11:00"), post("C", "2025-07-05T12:00")],
        [
            reading("A", "2025-07-06T00:00", 1_776_621, source="zz"),
            reading("A", "2025-07-06T00:00", 1_800_000, source="aa", precision="rounded", views_rounding=50_000),
            reading("B", "2025-07-06T00:00", 11, source="zz"),
            reading("B", "2025-07-06T00:00", 10, source="aa"),
            reading("C", "2025-07-06T00:00", 20, source="cc"),
            reading("C", "2025-07-06T00:00", 21, source="bb"),
        ],
        NO_AUDIENCE,
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    options=Options(source_order=("zz",), posts=True),
    expected={"posts.0.views": 1_776_621, "posts.1.views": 11, "posts.2.views": 21, "views.rounding_high": 1_776_653, "precision": "exact"},
)

DOUBLE = Example(
    name="fan_out: doubled descriptions, readings, followers and pairs change nothing",
    lake=lake(
        [post("A", "2025-07-05T10:00"), post("A", "2025-07-05T10:00"), post("A", "2025-07-05T10:00", hashtags=("glowday", "summer"))],
        [reading("A", "2025-07-06T00:00", 100, 6, 3, 1), reading("A", "2025-07-06T00:00", 100, 6, 3, 1)],
        [
            followers("2025-07-01T00:00", 90),
            followers("2025-07-01T00:00", 90),
            followers("2025-07-06T00:00", 99),
            followers("2025-07-06T00:00", 99),
        ],
        creator=[{"creator_id": "@lea", "handle": "lea"}, {"creator_id": "@lea", "handle": "lea"}],
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    options=BREAKDOWNS,
    expected={
        "videos.videos": 1,
        "views.total": 100,
        "views.per_hour": None,
        "interactions.interactions": 10,
        "followers.net": 9,
        "hashtag.potential_reach": 99,
        "hashtag.co_hashtags": [{"hashtag": "summer", "videos": 1, "views": 100}],
        "engagement_rate.by_followers_pct.mean": 10.0,
    },
)

PARIS = Period(date(2026, 3, 23), date(2026, 3, 29), "Europe/Paris")
TIME_ZONE_EDGE = Example(
    name="time_zone_edge: local days decide, also in the week of 23 hours",
    lake=lake(
        [
            post("early", "2026-03-22T22:59:59"),
            post("first", "2026-03-22T23:00"),
            post("last", "2026-03-29T21:59:59"),
            post("late", "2026-03-29T22:00"),
        ],
        [reading(p, "2026-04-02T00:00", n) for p, n in (("early", 1), ("first", 10), ("last", 100), ("late", 1000))],
        [followers("2026-03-29T21:30", 7), followers("2026-03-22T23:00", 5), followers("2026-03-29T22:30", 1000)],
    ),
    scope=LEA,
    as_of=at("2026-04-02T00:00"),
    period=PARIS,
    expected={
        "videos.videos": 2,
        "videos.per_day": 2 / 7,
        "videos.active_days": 2,
        "views.total": 110,
        "videos.longest_silence_days": (7 * 24 * 3600 - 3600 - 1) / 86400,
        "followers.net": 2,
        "followers.daily.0.day": "2026-03-23",
        "followers.daily.1.day": "2026-03-29",
        "hashtag.weekly.0.week": "2026-03-23",
        "hashtag.weekly.0.videos": 2,
        "hashtag.first_seen": "2026-03-22T23:00:00Z",
    },
)

AUTUMN = Example(
    name="time_zone_edge: the day of 25 hours in New York is one day",
    lake=lake(
        [post("a", "2026-11-01T04:00"), post("b", "2026-11-02T04:59:59"), post("c", "2026-11-02T05:00")],
        [reading(p, "2026-11-05T00:00", 10) for p in "abc"],
        NO_AUDIENCE,
    ),
    scope=LEA,
    as_of=at("2026-11-05T00:00"),
    period=Period(date(2026, 11, 1), date(2026, 11, 1), "America/New_York"),
    expected={"videos.videos": 2, "videos.per_day": 2.0, "videos.active_days": 1, "hashtag.weekly.0.week": "2026-10-26"},
)

GAINED = Example(
    name="gained: end minus start; 0 at the start for a new post; null for an older post not read by then",
    lake=lake(
        [post("old", "2025-06-20T00:00"), post("unread", "2025-06-21T00:00"), post("new", "2025-07-05T06:00")],
        [
            reading("old", "2025-07-04T00:00", 100),
            reading("old", "2025-07-05T12:00", 130),
            reading("old", "2025-07-09T00:00", 900),
            reading("unread", "2025-07-05T12:00", 500),
            reading("new", "2025-07-05T12:00", 40),
        ],
        NO_AUDIENCE,
    ),
    scope=LEA,
    as_of=AUGUST,
    period=ONE_DAY,
    expected={
        "views.gained": 70,
        "views.gained_n": 2,
        "views.gained_n_excluded": 1,
        "views.total": 40,
        "videos.videos": 1,
        "hashtag.videos_before": 0,
    },
)

FALLING = Example(
    name="counters_never_summed: a running total that falls is a fall, nothing is clamped",
    lake=lake(
        [post("A", "2025-07-05T00:00")],
        [
            reading("A", "2025-07-05T10:00", 100, 50, 0, 0),
            reading("A", "2025-07-06T10:00", 90, 200, 0, 0),
            reading("A", "2025-07-07T10:00", 95, 40, 0, 0),
        ],
        NO_AUDIENCE,
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    expected={
        "views.total": 95,
        "views.per_hour": 5 / 24,
        "interactions.likes": 40,
        "interactions.cumulative.4.likes": 50,
        "interactions.cumulative.5.likes": 200,
        "interactions.cumulative.30.likes": 40,
        "engagement_rate.by_views_pct.mean": 4000 / 95,
    },
)

BASIS = Example(
    name="basis: followers at publication, else the earliest after, else null",
    lake=lake(
        [
            post("A", "2025-07-05T00:00", creator="ann"),
            post("B", "2025-07-10T00:00", creator="ann"),
            post("C", "2025-07-10T00:00", creator="bob"),
            post("D", "2025-07-10T00:00", creator="cat"),
        ],
        [reading(p, "2025-07-12T00:00", 0, 10, 10, 0, creator=c) for p, c in (("A", "ann"), ("B", "ann"), ("C", "bob"), ("D", "cat"))],
        [
            followers("2025-07-10T00:00", 100, "ann"),
            followers("2025-07-11T00:00", 1, "ann"),
            followers("2025-07-31T00:00", 1, "ann"),
            followers("2025-07-10T00:00", 0, "bob"),
        ],
    ),
    scope=TAG,
    as_of=AUGUST,
    period=JULY,
    options=BREAKDOWNS,
    expected={
        "posts.0.basis": "after_post",
        "posts.0.by_followers_pct": 20.0,
        "posts.1.basis": "at_post",
        "posts.1.by_followers_pct": 20.0,
        "posts.2.by_followers_pct": None,
        "posts.2.reasons.by_followers_pct": "followers is 0",
        "posts.3.basis": None,
        "posts.3.reasons.by_followers_pct": "the creator's followers were not read",
        "engagement_rate.by_followers_pct.n": 2,
        "engagement_rate.by_followers_pct.n_excluded": 2,
        "engagement_rate.by_followers_pct.basis.after_post": 1,
        "engagement_rate.by_views_pct.mean": None,
        "engagement_rate.by_views_pct.pooled": None,
        "followers.start": 100,
        "followers.net": -99,
        "followers.measured_since": "2025-07-10T00:00:00Z",
        "followers.n": 1,
        "followers.n_excluded": 2,
        "hashtag.creators": 3,
        "hashtag.potential_reach": 1,
        "hashtag.potential_reach_n_excluded": 1,
        "hashtag.share_of_top_creator_pct": None,
        "creators.2.followers.net": None,
    },
)

NOTHING = Example(
    name="undefined_is_null: no post at all",
    lake=lake([], [], []),
    scope=GLOWDAY,
    as_of=AUGUST,
    options=Options(posts=True, creators=True, hashtags=True, explain=True),
    expected={
        "videos.videos": 0,
        "videos.per_day": 0.0,
        "videos.activity": "inactive",
        "videos.longest_silence_days": 31.0,
        "videos.median_gap_hours": None,
        "views.total": None,
        "views.mean": None,
        "views.max": None,
        "views.n": 0,
        "engagement_rate.by_views_pct.mean": None,
        "interactions.likes": None,
        "interactions.mean_per_post": None,
        "followers.net": None,
        "followers.n": 0,
        "followers.n_excluded": 1,
        "hashtag.videos": 0,
        "hashtag.creators": 0,
        "hashtag.views": None,
        "hashtag.rank": None,
        "posts": [],
        "sources": [],
    },
)

BEFORE_PERIOD = Example(
    name="as_of before the period: no day has begun",
    lake=lake([post("A", "2025-06-05T00:00")], [reading("A", "2025-06-06T00:00", 5)], NO_AUDIENCE),
    scope=GLOWDAY,
    as_of=at("2025-06-10T00:00"),
    expected={"videos.videos": 0, "videos.days": 0, "videos.per_day": None, "videos.longest_silence_days": None},
)

SCOPE_RULE = Example(
    name="scope: creator and window and (hashtag or mention), plus by hand, minus excluded",
    lake=lake(
        [
            post("tagged", "2025-07-02T00:00"),
            post("mentioning", "2025-07-03T00:00", hashtags=(), mentions=["brand"]),
            post("neither", "2025-07-04T00:00", hashtags=("glowdays",)),
            post("outside", "2025-06-30T23:59:59"),
            post("stranger", "2025-07-05T00:00", creator="max"),
            post("hand", "2025-09-01T00:00", creator="zoe", hashtags=()),
            post("barred", "2025-07-06T00:00"),
            post("unread", "2025-07-07T00:00"),
        ],
        [
            *(reading(p, "2025-09-02T00:00", 1) for p in ("tagged", "mentioning", "neither", "outside", "barred")),
            reading("stranger", "2025-09-02T00:00", 1, creator="max"),
            reading("hand", "2025-09-02T00:00", 1, creator="zoe"),
        ],
        [followers("2025-08-31T00:00", 10, "zoe")],
    ),
    scope=Scope(
        kind="campaign",
        id="glowday",
        handles=frozenset({"lea"}),
        hashtags=frozenset({"glowday"}),
        mentions=frozenset({"brand"}),
        window=JULY,
        included=frozenset({"hand", "missing"}),
        excluded=frozenset({"barred"}),
    ),
    as_of=at("2025-09-03T00:00"),
    options=Options(posts=True, explain=True),
    expected={
        "videos.videos": 3,
        "posts.0.post_id": "tagged",
        "posts.1.post_id": "mentioning",
        "posts.2.post_id": "hand",
        "posts.2.in_scope": "by hand",
        "posts.2.followers": 10,
        "views.gained": None,
        "explain.left_out.scope": [
            {"post_id": "barred", "creator": None, "why": "excluded by hand"},
            {"post_id": "missing", "creator": None, "why": "added by hand, but not in the period or not read by then"},
        ],
    },
)

ALIASES = Example(
    name="identity: a handle and the one numeric id it is linked to are one creator; a handle with two owners is nobody's",
    lake=lake(
        [
            post("1", "2025-07-02T00:00"),
            post("2", "2025-07-03T00:00", creator_id="77"),
            post("3", "2025-07-04T00:00", creator="max"),
            post("4", "2025-07-05T00:00", creator="max", creator_id="88"),
        ],
        [reading(p, "2025-07-31T00:00", 1, 1, 0, 0) for p in "1234"],
        [followers("2025-07-01T00:00", 10), followers("2025-07-20T00:00", 30, creator_id="77")],
        creator=[
            {"creator_id": "@lea", "handle": "lea"},
            {"creator_id": "77", "handle": "lea", "first_seen_at": "2025-07-03T00:00"},
            {"creator_id": "77", "handle": "lea.new", "first_seen_at": "2025-07-09T00:00"},
            {"creator_id": "@max", "handle": "max"},
            {"creator_id": "88", "handle": "max"},
            {"creator_id": "99", "handle": "max"},
        ],
    ),
    scope=TAG,
    as_of=AUGUST,
    period=JULY,
    options=BREAKDOWNS,
    expected={
        "hashtag.creators": 3,
        "posts.0.creator_id": "77",
        "posts.0.by_followers_pct": 10.0,
        "posts.1.by_followers_pct": 10.0,
        "posts.2.creator_id": "@max",
        "posts.3.creator_id": "88",
        "followers.start": 10,
        "followers.net": 20,
        "hashtag.potential_reach": 30,
        "creators.0.creator": "lea.new",
        "creators.0.videos.videos": 2,
    },
)

KNOWN_AT = Example(
    name="known_at: rows the lake learned of later are not seen",
    lake=lake(
        [
            post("A", "2025-07-05T00:00"),
            post("A", "2025-07-05T00:00", hashtags=("other",), first_seen_at="2025-07-30T00:00", ingested_at="2025-09-01T00:00"),
        ],
        [reading("A", "2025-07-06T00:00", 5), reading("A", "2025-07-07T00:00", 6, ingested_at="2025-09-01T00:00")],
        NO_AUDIENCE,
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    known_at=at("2025-08-15T00:00"),
    expected={"views.total": 5},
)

DESCRIPTIONS = Example(
    name="descriptions: attribute by attribute the newest not after as_of, else the earliest after it",
    lake=lake(
        [
            post("edited", "2025-07-05T00:00", first_seen_at="2025-07-05T01:00"),
            post("edited", "2025-07-05T00:00", hashtags=("other",), first_seen_at="2025-07-06T00:00"),
            post("edited", "2025-07-05T00:00", first_seen_at="2025-09-06T00:00"),
            {"post_id": "silent", "creator_id": "@lea", "first_seen_at": at("2025-07-07T00:00")},
            post("silent", "2025-07-06T00:00", first_seen_at="2025-08-20T00:00"),
            post("silent", "2025-06-06T00:00", hashtags=("other",), first_seen_at="2025-08-21T00:00"),
        ],
        [reading("edited", "2025-07-06T00:00", 5), reading("silent", "2025-07-07T00:00", 6)],
        NO_AUDIENCE,
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    expected={"videos.videos": 1, "views.total": 6},
)

TREND = Example(
    name="trend: views at seven days double from post to post; posts without a reading by then keep their place",
    lake=lake(
        [post(f"p{n}", f"2025-07-0{n + 1}T00:00") for n in range(7)],
        [
            *(reading(f"p{n}", f"2025-07-{n + 8:02}T00:00", 2**n - 1) for n in range(7) if n != 3),
            *(reading(f"p{n}", "2025-07-25T00:00", 50_000) for n in range(7)),
        ],
        NO_AUDIENCE,
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    expected={
        "videos.views_trend_pct_per_post": 100.0,
        "videos.views_trend_n": 6,
        "videos.activity": "daily",
        "videos.median_gap_hours": 24.0,
        "videos.days_in_recommended_band_pct": 700 / 31,
        "videos.longest_silence_days": 25.0,
    },
)

QUALIFIED = Example(
    name="qualified_views: from the retention curve, else the advertiser's 6 seconds, else null",
    lake=lake(
        [
            post("curve", "2025-07-02T00:00"),
            post("ads", "2025-07-03T00:00"),
            post("none", "2025-07-04T00:00"),
            post("short", "2025-07-05T00:00"),
        ],
        [
            reading("curve", "2025-07-20T00:00", 1_000, reach=800, likes=8, comments=0, shares=0, views_paid=400),
            reading("ads", "2025-07-20T00:00", 1_000, views_6s=70),
            reading("none", "2025-07-20T00:00", 1_000),
            reading("short", "2025-07-20T00:00", 1_000),
        ],
        NO_AUDIENCE,
        retention=[
            {"post_id": "curve", "captured_at": "2025-07-10T00:00", "second": 5.0, "share": 0.9},
            *(
                {"post_id": "curve", "captured_at": "2025-07-20T00:00", "second": s, "share": v}
                for s, v in ((0.0, 1.0), (4.0, 0.6), (6.0, 0.4), (4.0, 0.6))
            ),
            {"post_id": "curve", "captured_at": "2025-08-20T00:00", "second": 5.0, "share": 0.1},
            {"post_id": "short", "captured_at": "2025-07-20T00:00", "second": 3.0, "share": 0.6},
        ],
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    options=BREAKDOWNS,
    expected={
        "posts.0.qualified_views": 500.0,
        "posts.0.by_reach_pct": 1.0,
        "posts.1.qualified_views": 70.0,
        "posts.1.qualified_basis": "6s",
        "posts.2.qualified_views": None,
        "posts.3.qualified_views": None,
        "views.qualified_views": 570.0,
        "views.qualified_n": 2,
        "views.qualified_n_excluded": 2,
        "views.views_paid": 400,
        "views.views_organic": 600,
        "views.total": 4_000,
    },
)

ROUNDED = Example(
    name="precision: totals and rates carry the worst case of rounded counters",
    lake=lake(
        [post("A", "2025-07-05T00:00"), post("B", "2025-07-06T00:00")],
        [
            reading("A", "2025-07-07T00:00", 541_200, 21_900, 454, 742, precision="rounded", views_rounding=50, likes_rounding=50),
            reading("B", "2025-07-07T00:00", 1_000, 90, 5, 5),
        ],
        [followers("2025-07-01T00:00", 304_900, precision="rounded", followers_rounding=50), followers("2025-07-31T00:00", 305_200)],
    ),
    scope=GLOWDAY,
    as_of=AUGUST,
    expected={
        "precision": "mixed",
        "views.rounding_low": 542_150,
        "views.rounding_high": 542_250,
        "interactions.rounding_low": 23_096 + 100 - 50,
        "interactions.rounding_high": 23_096 + 100 + 50,
        "engagement_rate.by_views_pct.rounding_low": ((23_096 - 50) / 541_250 * 100 + 10) / 2,
        "engagement_rate.by_views_pct.rounding_high": ((23_096 + 50) / 541_150 * 100 + 10) / 2,
        "followers.net": 300,
        "followers.rounding_low": 250,
        "followers.rounding_high": 350,
    },
)

HASHTAG_GROWTH = Example(
    name="hashtag: growth against the days before, weeks, co-hashtags, rank, the top creator's share",
    lake=lake(
        [
            post("A", "2025-06-20T00:00", hashtags=("glowday",)),
            post("B", "2025-07-01T00:00", hashtags=("glowday", "summer")),
            post("C", "2025-07-07T00:00", creator="max", hashtags=("glowday", "summer", "beauty")),
        ],
        [
            reading("A", "2025-06-25T00:00", 200),
            reading("A", "2025-07-20T00:00", 700),
            reading("B", "2025-07-20T00:00", 100),
            reading("C", "2025-07-20T00:00", 300, creator="max"),
        ],
        [followers("2025-06-01T00:00", 10), followers("2025-06-02T00:00", 20, "max")],
    ),
    scope=TAG,
    as_of=AUGUST,
    period=JULY,
    options=BREAKDOWNS,
    expected={
        "hashtag.videos": 2,
        "hashtag.videos_before": 1,
        "hashtag.views_before": 200,
        "hashtag.growth_videos_pct": 100.0,
        "hashtag.growth_views_pct": 100.0,
        "hashtag.weekly": [
            {"week": "2025-06-30", "videos": 1, "views": 100, "interactions": None},
            {"week": "2025-07-07", "videos": 1, "views": 300, "interactions": None},
        ],
        "hashtag.rank": 1,
        "hashtag.co_hashtags": [{"hashtag": "summer", "videos": 2, "views": 400}, {"hashtag": "beauty", "videos": 1, "views": 300}],
        "hashtag.share_of_top_creator_pct": 75.0,
        "hashtag.potential_reach": 30,
        "hashtags.0.rank": 1,
        "hashtags.2.hashtag": "beauty",
        "hashtags.2.rank": 3,
        "hashtags.2.potential_reach": 20,
    },
)

RETURNS = Example(
    name="return: refunds, another currency at a dated rate, cost by creator",
    lake=lake(_PUBLISHED, _NEWEST, _LEA_FOLLOWERS),
    scope=GLOWDAY,
    as_of=AUGUST,
    options=Options(
        creators=True,
        money=Money(
            currency="EUR",
            costs=(Cost(30_000, "EUR", handle="lea"), Cost(10_000, "USD", kind="boost")),
            revenues=(Revenue(60_000, "EUR"), Revenue(-2_000, "EUR")),
            rates={"USD": (0.9, date(2025, 7, 1))},
        ),
    ),
    expected={
        "hashtag.cost_minor": 39_000,
        "hashtag.cpv": 390 / 33_000,
        "hashtag.cost_per_video": 97.5,
        "hashtag.revenue_minor": 58_000,
        "hashtag.roi_pct": 190 / 390 * 100,
        "hashtag.roas": 580 / 390,
        "hashtag.media_value": None,
        "creators.0.return.cpm": 300 / 33_000 * 1000,
        "hashtag.rates": {"USD": {"rate": 0.9, "date": "2025-07-01"}},
    },
)

FREE = Example(
    name="return: cost 0 gives no cost figure, but is shown",
    lake=lake(_PUBLISHED, _NEWEST, _LEA_FOLLOWERS),
    scope=GLOWDAY,
    as_of=AUGUST,
    options=Options(money=Money(currency="EUR", costs=(Cost(0, "EUR"),), revenues=(Revenue(5_000, "EUR"),)), rate_card=SKEEPERS),
    expected={
        "hashtag.cost_minor": 0,
        "hashtag.cpm": None,
        "hashtag.cpe": None,
        "hashtag.roi_pct": None,
        "hashtag.roas": None,
        "hashtag.media_value_roi_pct": None,
        "hashtag.revenue": 50.0,
    },
)

DEFAULT_PERIOD = Example(
    name="period left out: from the first post's local day to as_of's",
    lake=lake(
        [post("A", "2025-07-01T22:30"), post("B", "2025-07-03T00:00")],
        [reading("A", "2025-07-03T01:00", 1), reading("B", "2025-07-03T01:00", 2)],
        NO_AUDIENCE,
    ),
    scope=LEA,
    as_of=at("2025-07-03T23:00"),
    options=Options(tz="Europe/Paris"),
    expected={"period": {"from": "2025-07-02", "to": "2025-07-04", "tz": "Europe/Paris"}, "videos.videos": 2, "videos.per_day": 2 / 3},
)

JUMP = Example(
    name="anomalies: a jump out of the line, up and down, with its day",
    lake=lake(
        [],
        [],
        [followers(f"2025-07-{n:02}T12:00", 10_000 + 10 * n + n % 3 + (2_000 if 20 <= n < 25 else 0)) for n in range(1, 31)],
    ),
    scope=LEA,
    as_of=AUGUST,
    period=JULY,
    expected={
        "followers.anomalies.0.day": "2025-07-20",
        "followers.anomalies.0.direction": "up",
        "followers.anomalies.1.day": "2025-07-25",
        "followers.anomalies.1.net": -2_000 + 10 - 24 % 3 + 25 % 3,
        "followers.measured_since": "2025-07-01T12:00:00Z",
        "followers.net": 290 + 30 % 3 - 1,
    },
)

ONE_POST = Example(
    name="scope post: one post is rare, and all its own",
    lake=lake(_PUBLISHED, _NEWEST, _LEA_FOLLOWERS),
    scope=Scope(kind="post", id="A"),
    as_of=AUGUST,
    expected={"videos.videos": 1, "videos.activity": "rare", "views.total": 20_000, "followers.net": 1_000, "period.from": "2025-07-05"},
)

BIG = Example(
    name="whole numbers stay exact beyond 2^53",
    lake=lake(
        [post("A", "2025-07-05T00:00"), post("B", "2025-07-06T00:00")],
        [reading("A", "2025-07-07T00:00", 2**53 + 1), reading("B", "2025-07-07T00:00", 2**62)],
        NO_AUDIENCE,
    ),
    scope=ALL,
    as_of=AUGUST,
    period=JULY,
    options=Options(posts=True),
    expected={"views.total": 2**62 + 2**53 + 1, "posts.0.views": 2**53 + 1, "views.max": 2**62},
)

EXAMPLES: tuple[Example, ...] = (
    WORKED,
    LATE_SNAPSHOT,
    PARTIAL,
    SOURCE_TIE,
    DOUBLE,
    TIME_ZONE_EDGE,
    AUTUMN,
    GAINED,
    FALLING,
    BASIS,
    NOTHING,
    BEFORE_PERIOD,
    SCOPE_RULE,
    ALIASES,
    KNOWN_AT,
    DESCRIPTIONS,
    TREND,
    QUALIFIED,
    ROUNDED,
    HASHTAG_GROWTH,
    RETURNS,
    FREE,
    DEFAULT_PERIOD,
    JUMP,
    ONE_POST,
    BIG,
)
