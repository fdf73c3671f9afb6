"""What the brand's token opens: TikTok One, Discovery and ads reporting, as TIKTOK.md C2 to C4, F7 and F8 have them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hexameter.standin.server.business_oauth import ADVERTISER_IDS
from hexameter.standin.server.ledger import Quotas
from hexameter.standin.server.tiktok_one import ACCOUNT_ID, CAMPAIGN_ID
from hexameter.standin.server.tokens import Credentials
from tests.standin.server.stand import APPS, BACK, BUSINESS, WORLD, Stand, opened

PLENTY = Quotas(app_second=0, app_minute=0)


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with opened(quotas=PLENTY) as running:
        yield running


@pytest.fixture(scope="module")
def headers(stand: Stand) -> dict[str, str]:
    return stand.advertiser()


def _one(stand: Stand, headers: dict[str, str], path: str, **query: Any) -> dict[str, Any]:
    return stand.business(f"/tto/{path}/", headers, tto_tcm_account_id=ACCOUNT_ID, **query)


def _report(stand: Stand, headers: dict[str, str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        window = {"start_date": "2025-07-01", "end_date": "2025-07-20", "page": len(rows) // 20 + 1, "page_size": 20}
        data = _one(stand, headers, "tcm/report", campaign_id=CAMPAIGN_ID, **window)["data"]
        rows += data["videos"]
        if data["page_info"]["page"] >= data["page_info"]["total_page"]:
            return rows


def test_a_token_opens_the_brands_account(stand: Stand, headers: dict[str, str]) -> None:
    keys = {"app_id": APPS.business_id, "secret": APPS.business_secret}
    assert stand.business("/tto/oauth2/tcm/", headers, **keys)["data"] == {"tto_tcm_account_ids": [ACCOUNT_ID]}
    assert _one(stand, headers, "oauth2/info")["data"]["account_name"] == WORLD.brand
    assert stand.business("/tto/tcm/campaign/", headers, tto_tcm_account_id="1")["code"] == 40001


def test_an_advertiser_may_refuse_and_a_code_is_good_once(stand: Stand) -> None:
    asked = {"app_id": APPS.business_id, "redirect_uri": BACK, "state": "s1"}
    assert "Continue" in stand.http.get("/portal/auth", params=asked).text
    back = httpx.URL(stand.http.post("/portal/auth", params=asked, data={"decision": "deny"}).headers["location"]).params
    assert back["error"] == "access_denied" and back["state"] == "s1"
    code = httpx.URL(stand.http.post("/portal/auth", params=asked).headers["location"]).params["auth_code"]
    body = {"app_id": APPS.business_id, "secret": APPS.business_secret, "auth_code": code}
    codes = [stand.http.post(f"{BUSINESS}/oauth2/access_token/", json=body).json()["code"] for _ in range(2)]
    assert codes == [0, 40110]
    assert stand.http.post(f"{BUSINESS}/oauth2/access_token/", json={**body, "secret": "x"}).json()["code"] == 40001


def test_a_report_is_the_truth_in_strings_with_both_parts(stand: Stand, headers: dict[str, str]) -> None:
    rows, truth = _report(stand, headers), stand.truth()
    names = {"views": "video_views", "likes": "likes", "comments": "comments", "shares": "shares", "saves": "favorites"}
    assert len(rows) > 20 and {r["video_info"]["video_id"] for r in rows} == {
        str(p["post_id"]) for p in WORLD.posts(stand.clock.now()).to_pylist() if p["kind"] in ("tagged", "misspelt", "untagged")
    }
    for row in rows:
        true = truth[row["video_info"]["video_id"]]
        assert {n: row[m] for n, m in names.items()} == {n: str(true[n]) for n in names}
        assert row["video_views_paid"] == str(true["views_paid"])
        assert all(int(row[m]) == int(row[f"{m}_organic"]) + int(row[f"{m}_paid"]) for m in (*names.values(), "reach"))


def test_a_report_has_both_shapes_of_sources_and_a_date_for_never(stand: Stand, headers: dict[str, str]) -> None:
    rows = _report(stand, headers)
    assert {type(r["video_views_by_source"]) for r in rows} == {dict, list}
    assert all((r["video_boosted_date"] == "1970-01-01") == (r["video_views_paid"] == "0" and r["ad_cost"] == "0") for r in rows)
    assert {r["video_boosted_date"] == "1970-01-01" for r in rows} == {True, False}
    assert all(r["engagement_rate"].endswith("%") for r in rows)


def test_days_of_a_report_add_up(stand: Stand, headers: dict[str, str]) -> None:
    row = max(_report(stand, headers), key=lambda r: int(r["video_views_paid"]))
    for name in ("video_views_paid", "video_views_organic"):
        assert sum(int(d[name]) for d in row["daily_stats"]) == int(row[name])


def test_a_campaign_lists_its_creators_and_posts(stand: Stand, headers: dict[str, str]) -> None:
    (campaign,) = _one(stand, headers, "tcm/campaign")["data"]["campaigns"]
    booked = [h for h, b in zip(stand.platform.handles(stand.platform.second), WORLD.cast.booked, strict=True) if b]
    assert campaign["handle_names"] == booked and campaign["video_ids"] == [r["video_info"]["video_id"] for r in _report(stand, headers)]
    infos = _one(stand, headers, "tcm/campaign/link/status", campaign_id=CAMPAIGN_ID)["data"]["video_infos"]
    assert [i["video_id"] for i in infos] == campaign["video_ids"] and {i["status"] for i in infos} == {"APPROVE"}


def test_a_creators_card_is_public(stand: Stand, headers: dict[str, str]) -> None:
    card = _one(stand, headers, "tcm/creator/public", handle_name=stand.busiest)["data"]
    (mine,) = [c for c in WORLD.creators(stand.clock.now()).to_pylist() if c["handle"] == stand.busiest]
    assert (card["creator_id"], card["followers_count"], card["videos_count"]) == (
        mine["creator_id"],
        mine["followers"],
        mine["videos_total"],
    )
    posts: list[dict[str, Any]] = []
    while len(posts) % 50 == 0:
        query = {"handle_name": stand.busiest, "limit": 50, "cursor": len(posts)}
        posts += _one(stand, headers, "tcm/creator/public/video/list", **query)["data"]["posts"]
    assert {p["video_id"]: p["video_views"] for p in posts} == {i: r["views"] for i, r in stand.truth(stand.busiest).items()}
    assert _one(stand, headers, "tcm/creator/public", handle_name="nobody.at.all")["code"] == 40002
    asked = json.dumps([stand.busiest, "nobody.at.all"])
    assert [s["status"] for s in _one(stand, headers, "tcm/creator/status/get", handle_names=asked)["data"]["onboarding_status"]][
        1
    ] == "INVALID"


def _ads(stand: Stand, headers: dict[str, str], **query: Any) -> dict[str, Any]:
    asked = {
        "advertiser_id": ADVERTISER_IDS[0],
        "report_type": "BASIC",
        "data_level": "AUCTION_AD",
        "dimensions": '["ad_id","stat_time_day"]',
    }
    window = {
        "start_date": "2025-07-01",
        "end_date": "2025-07-20",
        "metrics": '["spend","video_play_actions","tiktok_item_id","conversion","cpm"]',
    }
    return stand.business("/report/integrated/get/", headers, **{**asked, **window, "page_size": 1000, **query})


def test_ads_by_day_add_up_to_the_paid_views(stand: Stand, headers: dict[str, str]) -> None:
    rows, paid = _ads(stand, headers)["data"]["list"], {}
    for row in rows:
        post = row["metrics"]["tiktok_item_id"]
        paid[post] = paid.get(post, 0) + int(row["metrics"]["video_play_actions"])
        assert row["dimensions"]["stat_time_day"].endswith(" 00:00:00") and row["metrics"]["conversion"] == "-"
        assert all(isinstance(v, str) for v in row["metrics"].values())
    truth = {i: r["views_paid"] for i, r in stand.truth().items() if r["views_paid"]}
    assert truth and truth.items() <= paid.items()


def test_ads_of_a_whole_window_cost_what_their_days_cost(stand: Stand, headers: dict[str, str]) -> None:
    def cost(**query: Any) -> float:
        return sum(float(r["metrics"]["spend"]) for r in _ads(stand, headers, **query)["data"]["list"])

    whole = cost(dimensions='["ad_id"]')
    assert whole > 0 and cost() == pytest.approx(whole)
    assert cost(data_level="AUCTION_CAMPAIGN", dimensions='["campaign_id"]') == pytest.approx(whole)
    assert cost(dimensions='["ad_id","stat_time_hour"]', start_date="2025-07-08", end_date="2025-07-08") == pytest.approx(
        cost(start_date="2025-07-08", end_date="2025-07-08")
    )


def test_a_report_is_paged(stand: Stand, headers: dict[str, str]) -> None:
    whole = _ads(stand, headers)["data"]["list"]
    pages = [_ads(stand, headers, page=p, page_size=5)["data"] for p in range(1, -(-len(whole) // 5) + 1)]
    assert [r for p in pages for r in p["list"]] == whole
    assert pages[0]["page_info"] == {"page": 1, "page_size": 5, "total_number": len(whole), "total_page": len(pages)}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"end_date": "2025-07-31"}, "max time span is 30 days when use stat_time_day"),
        ({"dimensions": '["ad_id","stat_time_hour"]'}, "max time span is 1 days when use stat_time_hour"),
        ({"dimensions": '["ad_id"]', "start_date": "2024-07-01"}, "max time span is 365 days"),
        ({"dimensions": "ad_id"}, "dimensions: Not a valid"),
        ({"metrics": '["views"]'}, "metrics: Not a valid choice: views."),
        ({"data_level": "AUCTION_ADGROUP"}, "data_level ADGROUP takes adgroup_id"),
        ({"page_size": 1001}, "page_size"),
    ],
)
def test_a_report_that_breaks_a_rule_is_refused(stand: Stand, headers: dict[str, str], query: dict[str, Any], said: str) -> None:
    refused = _ads(stand, headers, **query)
    assert refused["code"] == 40002 and said in refused["message"]


def test_another_advertiser_is_refused_and_an_own_one_may_have_no_ads(stand: Stand, headers: dict[str, str]) -> None:
    assert _ads(stand, headers, advertiser_id="1")["code"] == 40001
    assert _ads(stand, headers, advertiser_id=ADVERTISER_IDS[1])["data"]["list"] == []


def _trends(stand: Stand, headers: dict[str, str], **query: Any) -> dict[str, Any]:
    return stand.business("/discovery/trending_list/", headers, advertiser_id=ADVERTISER_IDS[0], **{"discovery_type": "HASHTAG", **query})


def test_hashtags_are_ranked_by_views(stand: Stand, headers: dict[str, str]) -> None:
    data = _trends(stand, headers, country_code="FR", date_range="30DAY")["data"]
    rows = data["list"]
    assert [r["rank_position"] for r in rows] == list(range(1, len(rows) + 1))
    assert [r["views"] for r in rows] == sorted((r["views"] for r in rows), reverse=True)
    assert {type(r["rank_change"]) for r in rows} == {int, str} and {
        r["rank_change"] for r in rows if isinstance(r["rank_change"], str)
    } == {"NEW"}
    assert all(len(r["trending_history"]) == 30 and len(r["top_country_list"]) == 5 for r in rows)
    assert data["filter_info"]["date_range"] == "30DAY" and WORLD.hashtag in [r["hashtag_name"] for r in rows]


def test_few_views_a_day_are_not_told(stand: Stand, headers: dict[str, str]) -> None:
    daily = [d["views_daily"] for r in _trends(stand, headers, date_range="120DAY")["data"]["list"] for d in r["trending_history"]]
    assert None in daily and min(d for d in daily if d is not None) >= 1_000


def test_a_hashtag_has_details_and_posts(stand: Stand, headers: dict[str, str]) -> None:
    mine = next(r for r in _trends(stand, headers)["data"]["list"] if r["hashtag_name"] == WORLD.hashtag)
    query = {"advertiser_id": ADVERTISER_IDS[0]}
    detail = stand.business("/discovery/detail/", headers, **query, hashtag_id=mine["hashtag_id"])["data"]
    assert detail["hashtag_status"] == "ONLINE" and detail["views"] == mine["views"]
    ids = json.dumps([mine["hashtag_id"]])
    (found,) = stand.business("/discovery/video_list/", headers, **query, hashtag_ids=ids)["data"]["list"]
    assert len(found["top_video_list"]) == 20 and all(v["video_id"] in stand.truth() for v in found["top_video_list"])


@pytest.mark.parametrize("query", [{"discovery_type": "SOUND"}, {"country_code": "XX"}, {"date_range": "2DAY"}])
def test_trends_that_do_not_exist_are_refused(stand: Stand, headers: dict[str, str], query: dict[str, str]) -> None:
    assert _trends(stand, headers, **query)["code"] == 40002


def test_discovery_is_for_those_on_the_list() -> None:
    with opened(credentials=Credentials(discovery_allowed=False)) as stand:
        assert _trends(stand, stand.advertiser())["code"] == 40001


def test_an_advertisers_token_has_no_end_until_it_is_revoked() -> None:
    with opened(quotas=PLENTY) as stand:
        headers = stand.advertiser()
        stand.wait(days=400)
        assert _trends(stand, headers)["code"] == 0
        assert stand.platform.tokens.revoke("advertiser", -1) == 1
        assert _trends(stand, headers)["code"] == 40105
