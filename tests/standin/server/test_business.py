"""The Accounts API as TIKTOK.md C, C1 and F6 have it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hexameter.standin.server.ledger import Quotas
from hexameter.standin.server.platform import Lags
from tests.standin.server.stand import APPS, BUSINESS, WORLD, Stand, opened

PLENTY = Quotas(app_second=0, app_minute=0)
COUNTERS = ("video_views", "likes", "comments", "shares", "favorites")
INSIGHTS = ("reach", "total_time_watched", "average_time_watched", "full_video_watched_rate", "impression_sources", "audience_types")


@pytest.fixture
def stand() -> Iterator[Stand]:
    with opened(quotas=PLENTY) as running:
        yield running


def _login(stand: Stand, handle: str = "", **other: Any) -> tuple[dict[str, str], str]:
    grant = stand.accounts_grant(handle, **other)
    return {"Access-Token": grant["access_token"]}, grant["open_id"]


def _list(stand: Stand, *fields: str, login: Any = None, **query: Any) -> dict[str, Any]:
    headers, open_id = login or _login(stand)
    return stand.business("/business/video/list/", headers, business_id=open_id, fields=json.dumps(("item_id", *fields)), **query)


def _all(stand: Stand, *fields: str, handle: str = "", **query: Any) -> list[dict[str, Any]]:
    login, rows, cursor, more = _login(stand, handle), [], {}, True
    while more:
        data = _list(stand, *fields, login=login, **query, **cursor)["data"]
        rows += data["videos"]
        cursor, more = {"cursor": data["cursor"]}, data["has_more"]
    return rows


def test_all_pages_together_are_the_truth(stand: Stand) -> None:
    names = dict(zip(COUNTERS, ("views", "likes", "comments", "shares", "saves"), strict=True))
    truth = stand.truth(stand.busiest)
    rows = _all(stand, *COUNTERS, max_count=6)
    assert {r["item_id"]: {names[n]: r[n] for n in COUNTERS} for r in rows} == {
        i: {n: t[n] for n in names.values()} for i, t in truth.items()
    }
    assert len(rows) == len(truth)


def test_times_are_strings_and_media_types_are_named(stand: Stand) -> None:
    rows = [
        r
        for handle in stand.platform.handles(stand.platform.second)[:12]
        for r in _all(stand, "create_time", "media_type", "video_duration", handle=handle)
    ]
    assert all(r["create_time"].isdecimal() and int(r["item_id"]) >> 32 == int(r["create_time"]) for r in rows)
    assert {r["media_type"] for r in rows} == {"VIDEO", "PHOTO"}
    assert all(isinstance(r["video_duration"], float) for r in rows if r["media_type"] == "VIDEO")


def test_a_page_has_ten_unless_asked_and_never_more_than_twenty(stand: Stand) -> None:
    assert len(_list(stand)["data"]["videos"]) == 10
    assert _list(stand, max_count=21)["code"] == 40002


def test_ids_may_be_named(stand: Stand) -> None:
    wanted = list(stand.truth(stand.busiest))[:2]
    filters = json.dumps({"video_ids": [*wanted, next(i for i in stand.truth() if i not in stand.truth(stand.busiest))]})
    assert {v["item_id"] for v in _list(stand, filters=filters)["data"]["videos"]} == set(wanted)


def test_spark_ads_may_be_asked_for_alone(stand: Stand) -> None:
    place = int(next(p for p in stand.platform.ads.posts if WORLD.curves.boost_from[p] <= stand.platform.second < WORLD.works.gone[p]))
    handle = stand.platform.handles(stand.platform.second)[int(WORLD.works.creator[place])]
    rows = _all(stand, "is_ad", handle=handle, filters='{"ad_post_only":true}')
    assert str(WORLD.works.post_id[place]) in {r["item_id"] for r in rows} and all(r["is_ad"] for r in rows)


def test_watch_time_and_reach_fit_together(stand: Stand) -> None:
    rows = [r for r in _all(stand, *COUNTERS, *INSIGHTS, "video_view_retention", "video_duration") if "average_time_watched" in r]
    assert len(rows) > 5
    for r in rows:
        assert 0 < r["reach"] <= r["video_views"]
        assert r["total_time_watched"] == pytest.approx(r["average_time_watched"] * r["video_views"], rel=1e-3)
        assert r["average_time_watched"] < r["video_duration"]
        assert r["video_view_retention"][0] == {"second": "0", "percentage": 1.0}
        assert r["video_view_retention"][-1]["percentage"] == pytest.approx(r["full_video_watched_rate"], abs=1e-3)
        assert sum(s["percentage"] for s in r["impression_sources"]) == pytest.approx(1, abs=1e-3)


def test_insights_vanish_when_a_post_gained_no_view_for_a_week(stand: Stand) -> None:
    stand.wait(days=60)
    rows, quiet = [], 0
    before = {r["post_id"]: r["views"] for r in WORLD.readings(stand.clock.now() - timedelta(days=7)).to_pylist()}
    for handle in stand.platform.handles(stand.platform.second)[:6]:
        rows += _all(stand, "video_views", *INSIGHTS, handle=handle)
    for r in rows:
        idle = r["video_views"] == before[r["item_id"]]
        quiet += idle
        assert ("reach" in r) != idle and "video_views" in r
    assert 0 < quiet < len(rows)


def test_counters_may_be_a_day_behind() -> None:
    with opened(quotas=PLENTY, lags=Lags(accounts_counters=36)) as stand:
        then = {r["post_id"]: r["views"] for r in WORLD.readings(stand.clock.now() - timedelta(hours=36)).to_pylist()}
        assert all(r["video_views"] == then.get(r["item_id"], 0) for r in _all(stand, "video_views"))


def _profile(stand: Stand, *fields: str, login: Any = None, **query: Any) -> dict[str, Any]:
    headers, open_id = login or _login(stand)
    return stand.business("/business/get/", headers, business_id=open_id, fields=json.dumps(fields), **query)


def test_a_profile_is_the_worlds(stand: Stand) -> None:
    data = _profile(stand, "username", "followers_count", "following_count", "total_likes", "videos_count")["data"]
    (mine,) = [c for c in WORLD.creators(stand.clock.now()).to_pylist() if c["handle"] == stand.busiest]
    assert [data[n] for n in ("followers_count", "following_count", "total_likes", "videos_count")] == [
        mine[n] for n in ("followers", "following", "likes_total", "videos_total")
    ]
    assert len(data["metrics"]) == 7, "followers_count gives the days too"


def test_days_add_up_to_what_the_posts_gained(stand: Stand) -> None:
    metrics = _profile(stand, "video_views", "followers_count", "daily_total_followers", start_date="2025-07-05", end_date="2025-07-12")[
        "data"
    ]["metrics"]
    creator = stand.platform.creator(stand.busiest, stand.platform.second)
    own = stand.platform.by_creator[creator]
    first, last = 1_751_673_600, 1_752_364_800
    before, after = (int(stand.platform.counts(own[WORLD.works.published[own] <= s], s)["views"].sum()) for s in (first, last))
    assert [m["date"] for m in metrics] == [f"2025-07-{d:02d}" for d in range(5, 13)]
    assert sum(m["video_views"] for m in metrics) == after - before
    totals = [m["followers_count"] for m in metrics]
    assert [m["daily_total_followers"] for m in metrics][1:] == [b - a for a, b in zip(totals, totals[1:], strict=False)]


def test_the_last_two_days_are_blank(stand: Stand) -> None:
    metrics = _profile(stand, "video_views", "likes")["data"]["metrics"]
    assert [m["date"] for m in metrics] == [f"2025-07-{d}" for d in range(13, 20)]
    assert [len(m) for m in metrics] == [3, 3, 3, 3, 3, 1, 1]


def test_the_look_back_ends_after_sixty_days(stand: Stand) -> None:
    assert _profile(stand, "likes", start_date="2025-05-21", end_date="2025-05-22")["code"] == 0
    refused = _profile(stand, "likes", start_date="2025-05-20", end_date="2025-05-22")
    assert refused["code"] == 40002 and "60 days" in refused["message"]


@pytest.mark.parametrize(
    "fields", ["item_id,likes", '["likes"]', '["item_id","saves"]', '"item_id"'], ids=["no JSON", "no item_id", "unknown", "no list"]
)
def test_arrays_are_json_with_known_names(stand: Stand, fields: str) -> None:
    headers, open_id = _login(stand)
    assert stand.business("/business/video/list/", headers, business_id=open_id, fields=fields)["code"] == 40002


def test_the_token_goes_into_its_own_header(stand: Stand) -> None:
    headers, open_id = _login(stand)
    for wrong in ({}, {"Authorization": f"Bearer {headers['Access-Token']}"}, {"Access-Token": "x"}):
        assert stand.business("/business/get/", wrong, business_id=open_id)["code"] == 40105


def test_another_account_is_not_opened(stand: Stand) -> None:
    headers, _ = _login(stand)
    assert stand.business("/business/get/", headers, business_id="someone-else")["code"] == 40001


def test_what_was_not_granted_is_refused(stand: Stand) -> None:
    login = _login(stand, scopes="user.info.basic,video.list")
    assert _list(stand, "likes", login=login)["code"] == 0
    assert _list(stand, "reach", login=login)["code"] == 40001
    refused = _profile(stand, "followers_count", login=login)
    assert refused["code"] == 40001 and "user.info.stats" in refused["message"]


def test_forty_requests_a_minute_for_each_account_and_address(stand: Stand) -> None:
    login, other = _login(stand), _login(stand, stand.platform.handles(stand.platform.second)[0])
    assert {_list(stand, login=login)["code"] for _ in range(40)} == {0}
    assert _list(stand, login=login)["code"] == 40100
    assert _list(stand, login=other)["code"] == _profile(stand, "username", login=login)["code"] == 0
    stand.wait(seconds=60)
    assert _list(stand, login=login)["code"] == 0


def test_the_app_has_limits_of_its_own() -> None:
    with opened() as stand:
        login = _login(stand)
        codes = [_list(stand, login=login)["code"] for _ in range(11)]
        assert codes == [0] * 10 + [40100]
        assert _list(stand, login=login)["message"] == "App reaches the QPS limit."
        stand.wait(seconds=1)
        assert _list(stand, login=login)["code"] == 0


def test_tokens_are_refreshed_described_and_revoked(stand: Stand) -> None:
    grant = stand.accounts_grant()
    keys = {"client_id": APPS.business_id, "client_secret": APPS.business_secret}

    def post(path: str, **body: Any) -> dict[str, Any]:
        found: dict[str, Any] = stand.http.post(f"{BUSINESS}{path}", json=body).json()
        return found

    renewed = post("/tt_user/oauth2/refresh_token/", **keys, grant_type="refresh_token", refresh_token=grant["refresh_token"])["data"]
    again = post("/tt_user/oauth2/refresh_token/", **keys, grant_type="refresh_token", refresh_token=grant["refresh_token"])
    assert renewed["open_id"] == grant["open_id"] and again["code"] == 40105
    described = post("/tt_user/token_info/get/", app_id=APPS.business_id, access_token=renewed["access_token"])["data"]
    assert described["creator_id"] == grant["open_id"] and described["scope"] == grant["scope"]
    assert post("/tt_user/oauth2/revoke/", **keys, access_token=renewed["access_token"])["code"] == 0
    assert _profile(stand, "username", login=({"Access-Token": renewed["access_token"]}, grant["open_id"]))["code"] == 40105


def test_a_token_ends_by_the_clock(stand: Stand) -> None:
    login = _login(stand)
    stand.wait(hours=2)
    assert _list(stand, login=login)["code"] == 40105
