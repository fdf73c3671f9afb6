"""What the simulated world knows beyond public counters: changes, watch time, account days, ads, trends. It stands alone: no server."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from hexameter.standin.accounts import daily, days_between
from hexameter.standin.advertising import Advertising, split_engagement
from hexameter.standin.counters import count_at
from hexameter.standin.posts import FOREVER
from hexameter.standin.trends import COUNTRIES, Trends
from hexameter.standin.watching import audience, reach, retention
from hexameter.standin.world import World

STILL = World(seed=7)
MOVED = World(seed=7, renamed=4, private_share=0.1)
END = datetime(2025, 7, 31, 22, tzinfo=UTC)


def test_a_world_with_changes_is_otherwise_the_same() -> None:
    assert MOVED.works.post_id.tolist() == STILL.works.post_id.tolist()
    assert MOVED.curves.eventual.tolist() == STILL.curves.eventual.tolist()
    assert STILL.posts(END)["handle"].to_pylist() == STILL.describe(STILL.public(END))["handle"].to_pylist()


def test_booked_creators_change_their_handle_during_the_campaign_and_keep_their_number() -> None:
    before, after = (MOVED.creators(at) for at in (datetime(2025, 7, 1, tzinfo=UTC), END))
    new = [(b, a) for b, a in zip(before.to_pylist(), after.to_pylist(), strict=True) if b["handle"] != a["handle"]]
    assert len(new) == 4 and all(b["booked"] and a["handle"] == f"{b['handle']}.new" and a["creator_id"] == b["creator_id"] for b, a in new)
    handles = {p["creator_id"]: p["handle"] for p in MOVED.posts(END).to_pylist()}
    assert all(handles[a["creator_id"]] == a["handle"] for _, a in new if a["creator_id"] in handles)


def test_a_private_post_comes_back() -> None:
    spells = MOVED.changes
    place = int(((spells.private_from != FOREVER) & (MOVED.works.gone == FOREVER)).argmax())
    post, start, end = str(MOVED.works.post_id[place]), int(spells.private_from[place]), int(spells.private_until[place])
    seen = [post in MOVED.readings(datetime.fromtimestamp(s, UTC))["post_id"].to_pylist() for s in (start - 1, start, end - 1, end)]
    assert seen == [True, False, False, True]
    assert [MOVED.truth(post, datetime.fromtimestamp(s, UTC)).public for s in (start - 1, start, end)] == [True, False, True]


def test_a_viewer_leaves_at_a_constant_rate() -> None:
    watching = STILL.watching
    place = int(STILL.works.seconds.argmax())
    seconds = int(STILL.works.seconds[place])
    curve = retention(watching, place, seconds)
    shares = [share for _, share in curve]
    assert len(curve) == seconds + 1 and shares[0] == 1 and shares == sorted(shares, reverse=True)
    assert np.trapezoid(shares) == pytest.approx(watching.average_seconds[place], rel=0.01)
    assert retention(watching, place, 0) == []


def test_an_audience_is_made_of_shares() -> None:
    crowd = audience(STILL.watching, 3)
    for name in ("genders", "ages"):
        assert sum(share for _, share in crowd[name]) == pytest.approx(1, abs=1e-3)
    assert sum(share for _, share in crowd["types"]) == pytest.approx(2)
    assert len(crowd["countries"]) == len(crowd["cities"]) == 10


def test_reach_is_at_most_the_views() -> None:
    which = np.arange(50)
    views = count_at(STILL.curves, STILL.works, which, int(END.timestamp()))["views"]
    assert (reach(STILL.watching, which, views) <= views).all()


def test_days_add_up_and_likes_of_a_day_never_fall() -> None:
    creator = int(STILL.cast.tier.argmax())
    own = np.flatnonzero(STILL.works.creator == creator)
    rows = daily(STILL, creator, own, days_between(date(2025, 7, 1), date(2025, 7, 20)))
    ends = [datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 7, 21, tzinfo=UTC)]
    seconds = [int(e.timestamp()) for e in ends]
    totals = [int(count_at(STILL.curves, STILL.works, own[STILL.works.published[own] <= s], s)["views"].sum()) for s in seconds]
    followers = [int(STILL.cast.followers_at(s)[creator]) for s in seconds]
    assert sum(r["video_views"] for r in rows) == totals[1] - totals[0]
    assert sum(r["daily_total_followers"] for r in rows) == followers[1] - followers[0]
    assert all(r["daily_new_followers"] - r["daily_lost_followers"] == r["daily_total_followers"] for r in rows)
    assert min(r["likes"] for r in rows) >= 0 and [r["date"] for r in rows][::19] == ["2025-07-01", "2025-07-20"]


def _delivered(ads: Advertising, ad: int, start: int, end: int) -> dict[str, int]:
    return {name: int(values[0]) for name, values in ads.delivered(np.array([ad]), start, end).items()}


def test_an_ad_delivers_the_paid_views_of_its_post_whatever_the_days_are() -> None:
    ads, end = Advertising(STILL), int(END.timestamp())
    assert len(ads.posts) > 0
    for ad, post in enumerate(ads.posts):
        start = int(STILL.works.published[post])
        whole = _delivered(ads, ad, start, end)
        parts = [_delivered(ads, ad, s, min(s + 86_400, end)) for s in range(start, end, 86_400)]
        assert {n: sum(p[n] for p in parts) for n in whole} == whole
        assert whole["plays"] == int(count_at(STILL.curves, STILL.works, np.array([post]), end)["views_paid"][0])
        assert whole["p25"] >= whole["p50"] >= whole["p75"] >= whole["p100"] and whole["spend"] >= 0
    assert len({ads.ad_id(i) for i in range(len(ads.posts))}) == len(ads.posts)


def test_paid_engagement_is_a_part_of_it_all() -> None:
    which = np.arange(len(STILL.works.post_id))
    second = int((END + timedelta(days=20)).timestamp())
    counts = count_at(STILL.curves, STILL.works, which, second)
    paid = split_engagement(STILL, which, counts)
    for name, values in paid.items():
        assert (values <= counts[name]).all() and (values[counts["views_paid"] == 0] == 0).all()
    assert paid["likes"].sum() > 0


def test_trends_are_the_same_for_everyone_and_the_campaigns_hashtag_rises() -> None:
    trends, again = (Trends(7, "glowday", STILL.window) for _ in range(2))
    days = days_between(date(2025, 7, 10), date(2025, 7, 16))
    assert trends.ranked("FR", days) == again.ranked("FR", days) != trends.ranked("US", days)
    assert trends.views("glowday", "FR", date(2025, 7, 16)) > 100 * trends.views("glowday", "FR", date(2025, 5, 1))
    assert len({trends.tag_id(t) for t in trends.tags}) == len(trends.tags)
    assert len(trends.countries("fyp", days[0])) == 5 < len(COUNTRIES)
