"""Random small campaigns for hypothesis: a few posts of two creators, readings with holes, ties and falls. Shapes only, no expectations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from hexameter.contracts.records import Period

START = datetime(2025, 6, 28, tzinfo=UTC)
ZONES = ("UTC", "America/New_York", "Asia/Kolkata")
counters = st.one_of(st.none(), st.integers(0, 3), st.integers(0, 100_000))
moments = st.integers(0, 20 * 24).map(lambda h: START + timedelta(hours=h))


@st.composite
def readings(draw: st.DrawFn, post_id: str, creator: str) -> list[dict[str, Any]]:
    # one row a (captured_at, source): the lake's key; ties between sources are wanted
    keys = draw(st.lists(st.tuples(moments, st.sampled_from(("apify", "csv"))), max_size=4, unique=True))
    rows = []
    for captured_at, source in keys:
        row: dict[str, Any] = {"post_id": post_id, "creator_id": f"@{creator}", "captured_at": captured_at, "source": source}
        row |= {name: draw(counters) for name in ("views", "likes", "comments", "shares")}
        row["precision"] = draw(st.sampled_from(("exact", "rounded")))
        rows.append(row)
    return rows


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Rows of post, post_snapshot and creator_snapshot."""
    posts, snapshots, audience = [], [], []
    for n in range(draw(st.integers(1, 5))):
        creator = draw(st.sampled_from(("ann", "bob")))
        tags = draw(st.sampled_from((["glowday"], ["glowday", "x"], ["x"])))
        published = draw(moments)
        posts.append({"post_id": f"p{n}", "creator_id": f"@{creator}", "handle": creator, "published_at": published, "hashtags": tags})
        snapshots += draw(readings(f"p{n}", creator))
    for creator in ("ann", "bob"):
        for moment in draw(st.lists(moments, max_size=4, unique=True)):
            count = draw(st.one_of(st.just(0), st.integers(1, 10**6)))
            audience.append({"creator_id": f"@{creator}", "handle": creator, "captured_at": moment, "followers": count})
    return {"post": posts, "post_snapshot": snapshots, "creator_snapshot": audience}


periods = st.builds(
    lambda first, days, zone: Period(date(2025, 6, 28) + timedelta(days=first), date(2025, 6, 28) + timedelta(days=first + days), zone),
    st.integers(0, 8),
    st.integers(0, 8),
    st.sampled_from(ZONES),
)
