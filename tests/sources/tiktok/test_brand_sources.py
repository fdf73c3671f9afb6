"""What a brand's login reads: TikTok One's report and card, ads by day and in total, trends of Discovery."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.sources.tiktok.scripted import BRAND, Asked, Say, bad, good

from hexameter.contracts.tracking import Job
from hexameter.errors import Refused

SINCE, UNTIL = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)


def told(**more: Any) -> dict[str, Any]:
    return {
        "video_info": {"video_id": "7527623000473079054", "create_time": "1752661320"},
        "creator_info": {"handle_name": "Lea", "display_name": "Léa"},
        "video_views": "20000",
        "video_views_organic": "15000",
        "video_views_paid": "5000",
        "likes": 1500,
        "shares": "60",
        "favorites_organic": "30",
        "favorites_paid": "4",
        "reach": "18000",
        "video_completion_rate": "12.3%",
        "video_boosted_date": "1970-01-01",
        **more,
    }


def campaigns(asked: Asked) -> Say:
    """Two TikTok One accounts; campaign c1 of two pages belongs to the second."""
    if asked.path.endswith("/tto/oauth2/tcm/"):
        return Say(good({"tto_tcm_account_ids": ["a", 8]}))
    if asked.query["tto_tcm_account_id"] == "a":
        return bad(40002, "campaign does not belong to the account")
    page = int(asked.query["page"])
    return Say(good({"videos": [told()], "page_info": {"page": page, "page_size": 20, "total_number": 2, "total_page": 2}}))


def test_a_campaigns_posts_with_paid_views(script) -> None:
    reading = script(campaigns)
    pages = reading.pages(Job("tiktok_one", "report", BRAND, words=("c1", "c2"), since=SINCE, until=UNTIL))
    assert [p.resume for p in pages] == [
        {"campaign": 0, "account": "8", "page": 2},
        {"campaign": 1},
        {"campaign": 1, "account": "8", "page": 2},
        None,
    ]
    [row] = pages[0].chunk.readings["post_snapshot"].to_pylist()
    wanted = {"creator_id": "@lea", "views": 20000, "views_paid": 5000, "likes": 1500, "comments": None, "saves": 34, "reach": 18000}
    assert {k: row[k] for k in wanted} == wanted and row["full_watch_pct"] == 12.3
    [post] = pages[0].chunk.beside["post"].to_pylist()
    assert (post["handle"], post["published_at"]) == ("lea", datetime(2025, 7, 16, 10, 22, tzinfo=UTC))
    assert "creator_id" not in pages[0].context
    query = reading.server.asked[-1].query
    assert (query["start_date"], query["end_date"], query["campaign_id"]) == ("2026-08-01", "2026-10-04", "c2")


def test_a_killed_report_goes_on_where_it_was(script) -> None:
    reading = script(campaigns)
    job = Job("tiktok_one", "report", BRAND, words=("c1", "c2"), resume={"campaign": 1, "account": "8", "page": 2})
    assert len(reading.pages(job)) == 1
    assert [a.query.get("page") for a in reading.server.asked] == [None, "2"]


def test_a_campaign_that_no_account_knows_is_refused(script) -> None:
    with pytest.raises(Refused, match="does not belong"):
        script(good({"tto_tcm_account_ids": ["a"]}), bad(40002, "campaign does not belong")).pages(
            Job("tiktok_one", "report", BRAND, words=("c9",))
        )


def test_a_creators_card(script) -> None:
    card = {"creator_id": "99", "handle_name": "Lea", "followers_count": "10400", "likes_count": 5, "videos_count": 3}
    [page] = script(good({"tto_tcm_account_ids": ["8"]}), good(card)).pages(Job("tiktok_one", "profile", BRAND, handle="@Lea"))
    [row] = page.chunk.readings["creator_snapshot"].to_pylist()
    assert (row["creator_id"], row["handle"], row["followers"], row["following"]) == ("@lea", "lea", 10400, None)


def ad(ad_id: str, day: str | None = None, **metrics: Any) -> dict[str, Any]:
    return {"dimensions": {"ad_id": ad_id} | ({"stat_time_day": f"{day} 00:00:00"} if day else {}), "metrics": metrics}


def report(*rows: Any, page: int = 1, of: int = 1) -> dict[str, Any]:
    return good({"list": list(rows), "page_info": {"page": page, "page_size": 1000, "total_number": len(rows), "total_page": of}})


def test_ads_by_day_in_minor_units(script) -> None:
    figures = {"spend": "12.34", "currency": "EUR", "impressions": "5120", "video_play_actions": "3100", "video_watched_2s": "-"}
    rows = [
        ad("17", "2026-10-01", **figures, tiktok_item_id="7527623000473079054"),
        ad("18", "2026-10-01", **(figures | {"spend": "1234.567", "currency": "JPY"}), tiktok_item_id="-"),
        ad("19", "2026-10-01", **(figures | {"currency": "-"})),
        ad("20", "2026-13-01", **figures),
        {"dimensions": [], "metrics": None},
    ]
    pages = script(report(*rows)).pages(Job("ads", "daily", BRAND, since=datetime(2026, 10, 1, tzinfo=UTC), until=UNTIL))
    chunk = pages[0].chunk
    first, second = chunk.readings["paid_day"].to_pylist()
    wanted = {"day": date(2026, 10, 1), "post_id": "7527623000473079054", "spend_minor": 1234, "currency": "EUR", "views": 3100}
    assert {k: first[k] for k in wanted} == wanted and first["views_2s"] is None
    assert (second["spend_minor"], second["post_id"]) == (1235, None)
    assert (chunk.read, chunk.rejected) == (5, 3)


def test_ads_by_day_in_windows_of_thirty_days_for_every_advertiser(script) -> None:
    reading = script(report())
    pages = reading.pages(Job("ads", "daily", BRAND, since=SINCE, until=UNTIL))
    asked = [(a.query["advertiser_id"], a.query["start_date"], a.query["end_date"]) for a in reading.server.asked]
    stretches = [("2026-08-01", "2026-08-30"), ("2026-08-31", "2026-09-29"), ("2026-09-30", "2026-10-04")]
    assert asked == [(who, *days) for who in ("701", "702") for days in stretches]
    assert json.loads(reading.server.asked[0].query["dimensions"]) == ["ad_id", "stat_time_day"]
    assert pages[2].resume == {"advertiser": "702", "from": "2026-08-01", "page": 1} and pages[-1].resume is None
    reading.pages(Job("ads", "daily", BRAND, since=SINCE, until=UNTIL, resume=pages[3].resume))
    assert len(reading.server.asked) == 6 + 2


def test_paid_views_of_a_post_are_summed_over_ads_pages_and_advertisers(script) -> None:
    def answer(asked: Asked) -> Say:
        page = int(asked.query["page"])
        if asked.query["advertiser_id"] == "702":
            return Say(report(ad("30", video_play_actions="1", tiktok_item_id="111111")))
        if page == 1:
            rows = [
                ad("17", video_play_actions="100", tiktok_item_id="111111"),
                ad("18", video_play_actions="7", tiktok_item_id="222222"),
                ad("19", video_play_actions="50", tiktok_item_id="-"),
            ]
            return Say(report(*rows, page=1, of=2))
        rows = [
            ad("20", video_play_actions="11", tiktok_item_id="111111"),
            ad("21", video_play_actions="x", tiktok_item_id="222222"),
            ad("22", video_play_actions="-", tiktok_item_id="333333"),
        ]
        return Say(report(*rows, page=2, of=2))

    reading = script(answer)
    [page] = reading.pages(Job("ads", "total", BRAND, since=SINCE, until=UNTIL))
    rows = page.chunk.readings["post_snapshot"].select(["post_id", "views_paid", "views", "source"]).to_pylist()
    assert rows == [{"post_id": "111111", "views_paid": 112, "views": None, "source": "ads"}]
    assert page.chunk.rejected == 2, "half a sum is no number, and an ad that says nothing is not 0"
    assert reading.sources["ads"].parse(page.body, page.context) == page.chunk


def test_trends_of_a_country(script) -> None:
    rows = [
        {"hashtag_name": "#GlowDay", "rank_position": 1, "rank_change": "NEW", "views": "19583705445", "posts": 2886791},
        {"hashtag_name": "fun", "rank_position": 2, "views": None, "posts": -1},
        {"rank_position": 3},
    ]
    reading = script(good({"filter_info": {}, "list": rows}))
    [page] = reading.pages(Job("discovery", "trends", BRAND, country="fr"))
    [row] = page.chunk.readings["hashtag_snapshot"].to_pylist()
    wanted = {"hashtag": "glowday", "country": "FR", "views": 19583705445, "posts": 2886791, "rank": 1}
    assert {k: row[k] for k in wanted} == wanted
    assert (page.chunk.read, page.chunk.rejected) == (3, 2)
    assert reading.server.asked[0].query["country_code"] == "FR"
