"""Every fault of TIKTOK.md F and FAULTS.md 14 to 17 over a real connection: what it looks like, and that it is seeded."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from hexameter.standin.server.faults import AFTER, BEFORE, Faults, chance, faults_from
from hexameter.standin.server.ledger import Quotas
from tests.standin.server.stand import NOW, WORLD, Stand, opened

PLENTY = Quotas(display_minute=0, accounts_minute=0, app_second=0, app_minute=0, research_day=0)


def _met(fault: str, **other: Any) -> httpx.Response:
    """Display's answer when a fault meets every request."""
    with opened() as stand:
        headers = stand.display()
        stand.platform.faults = Faults(**{fault: 1.0}, **other)
        return stand.videos(headers)


@pytest.mark.parametrize(("fault", "patience"), [("rate_limited", None), ("rate_limited_retry_after", "7")])
def test_patience_is_asked_for_with_and_without_a_time(fault: str, patience: str | None) -> None:
    answer = _met(fault)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limit_exceeded")
    assert answer.headers.get("retry-after") == patience


def test_a_500_has_the_platforms_words() -> None:
    answer = _met("storm")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")


def test_a_504_is_html() -> None:
    answer = _met("gateway_timeout")
    assert answer.status_code == 504 and answer.headers["content-type"].startswith("text/html") and answer.content.startswith(b"<html>")


def test_a_body_may_be_cut_in_the_middle() -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        _met("cut_body")


def test_a_slow_body_outlasts_a_clients_patience_or_arrives_whole() -> None:
    with opened() as stand:
        headers = stand.display()
        whole = stand.videos(headers).json()["data"]
        stand.platform.faults = Faults(slow_body=1, slow_seconds=0.01)
        assert stand.videos(headers).json()["data"] == whole
        stand.platform.faults = Faults(slow_body=1, slow_seconds=10_000)
        with pytest.raises(httpx.ReadTimeout):
            stand.http.get("/v2/user/info/", params={"fields": "display_name"}, headers=headers, timeout=0.2)


def test_json_may_be_no_json() -> None:
    answer = _met("invalid_json")
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_html_and_nothing_may_come_with_status_200() -> None:
    html, empty = _met("html_200"), _met("empty_200")
    assert (html.status_code, html.content[:6]) == (200, b"<html>") and (empty.status_code, empty.content) == (200, b"")


def test_an_error_may_hide_in_a_200() -> None:
    answer = _met("error_in_200")
    assert answer.status_code == 200 and answer.json()["error"]["code"] == "internal_error" and answer.json()["data"] == {}


def test_a_token_may_die_between_two_pages() -> None:
    with opened() as stand:
        grant = stand.exchange(stand.consent()["code"])
        headers = {"Authorization": f"Bearer {grant['access_token']}"}
        cursor = stand.videos(headers).json()["data"]["cursor"]
        stand.platform.faults = Faults(token_expired=1)
        assert _code(stand.videos(headers, cursor=cursor)) == (401, "access_token_invalid")
        stand.platform.faults = Faults()
        assert _code(stand.videos(headers, cursor=cursor)) == (401, "access_token_invalid"), "it stays dead"
        fresh = stand.token(grant_type="refresh_token", refresh_token=grant["refresh_token"]).json()["access_token"]
        assert stand.videos({"Authorization": f"Bearer {fresh}"}, cursor=cursor).status_code == 200


def test_a_withdrawn_consent_cannot_be_refreshed() -> None:
    with opened() as stand:
        grant = stand.exchange(stand.consent()["code"])
        stand.platform.faults = Faults(revoked=1)
        assert _code(stand.videos({"Authorization": f"Bearer {grant['access_token']}"})) == (401, "access_token_invalid")
        stand.platform.faults = Faults()
        assert stand.token(grant_type="refresh_token", refresh_token=grant["refresh_token"]).json()["error"] == "invalid_grant"
        assert stand.videos(stand.display()).status_code == 200, "a new consent opens it again"


def test_a_day_spent_by_others_stays_spent_until_midnight() -> None:
    with opened() as stand:
        headers = stand.research()
        stand.platform.faults = Faults(daily_limited=1)
        assert _code(stand.query(headers)) == (429, "daily_quota_limit_exceeded")
        assert stand.platform.tokens.accesses and stand.videos(_display_without_faults(stand)).status_code == 200, (
            "Display has no such limit"
        )
        stand.platform.faults = Faults()
        stand.wait(hours=11, minutes=59)
        assert _code(stand.query(stand.research())) == (429, "daily_quota_limit_exceeded")
        stand.wait(minutes=1)
        assert stand.query(stand.research()).status_code == 200


def _display_without_faults(stand: Stand) -> dict[str, str]:
    faults, stand.platform.faults = stand.platform.faults, Faults()
    headers = stand.display()
    stand.platform.faults = faults
    return headers


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("rate_limited", {40100}),
        ("storm", {50000, 50002, 51305, 60001, 40700, 40200, 40201, 40202, 40016}),
        ("token_expired", {40105}),
        ("error_in_200", {50000}),
    ],
)
def test_the_business_api_says_it_in_codes_with_status_200(fault: str, codes: set[int]) -> None:
    with opened(quotas=PLENTY) as stand:
        grant = stand.accounts_grant()
        stand.platform.faults = Faults(**{fault: 1.0})
        headers = {"Access-Token": grant["access_token"]}
        assert {stand.business("/business/get/", headers, business_id=grant["open_id"])["code"] for _ in range(40)} == codes


def test_an_advertisers_token_never_expires_early() -> None:
    with opened(quotas=PLENTY) as stand:
        headers = stand.advertiser()
        stand.platform.faults = Faults(token_expired=1)
        asked = {"advertiser_id": "7100000000000000001", "discovery_type": "HASHTAG"}
        assert stand.business("/discovery/trending_list/", headers, **asked)["code"] == 0


SPOILT = Faults(seed=1, short_pages=0.3, empty_pages=0.3, duplicate_rows=0.5, reordered_rows=0.5)


def test_spoilt_pages_of_a_creator_still_hold_every_video() -> None:
    with opened(quotas=PLENTY) as stand:
        headers, wanted = stand.display(), set(stand.truth(stand.busiest))
        stand.platform.faults = SPOILT
        seen: Counter[str] = Counter()
        for size in (1, 2, 7, 20):
            pages = stand.all_videos(headers, max_count=size)
            ids = [v["id"] for page in pages for v in page]
            assert set(ids) == wanted and all(len(page) <= size for page in pages)
            seen["twice"] += len(ids) > len(wanted)
            seen["mixed"] += ids != sorted(ids, key=int, reverse=True)
            seen["empty"] += [] in pages[:-1]
            seen["short"] += any(0 < len(page) < size for page in pages[:-1])
        assert all(seen[word] for word in ("twice", "mixed", "empty", "short"))


def test_a_query_by_id_may_come_in_another_order() -> None:
    with opened(faults=Faults(reordered_rows=1)) as stand:
        ids = list(stand.truth(stand.busiest))[:5]
        body = {"filters": {"video_ids": ids}}
        rows = stand.http.post("/v2/video/query/", params={"fields": "id"}, json=body, headers=stand.display()).json()["data"]["videos"]
        assert [v["id"] for v in rows] == ids[::-1]


def test_zeros_may_be_left_out() -> None:
    with opened(quotas=PLENTY) as stand:
        zeros = [r for r in stand.truth().values() if 0 in (r["comments"], r["shares"])]
        creator = zeros[0]["creator_id"]
        handle = stand.platform.handles(stand.platform.second)[stand.platform.world.cast.creator_id.tolist().index(creator)]
        headers = stand.display(handle)
        whole = {v["id"]: v for page in stand.all_videos(headers) for v in page}
        stand.platform.faults = Faults(omitted_fields=1)
        bare = {v["id"]: v for page in stand.all_videos(headers) for v in page}
        assert bare == {i: {k: x for k, x in v.items() if x != 0 or not k.endswith("_count")} for i, v in whole.items()} != whole


def test_a_name_may_hold_a_nul() -> None:
    with opened(faults=Faults(nul_usernames=1)) as stand:
        rows = stand.query(stand.research(), fields="username").json()["data"]["videos"]
        assert all("\0" in v["username"] for v in rows)
        assert {v["username"].replace("\0", "") for v in rows} <= set(stand.platform.handles(stand.platform.second))


def test_likes_fall_where_they_were_withdrawn() -> None:
    works, falls = WORLD.works, WORLD.curves.withdrawn_at
    now = int(NOW.timestamp())
    place = next(p for p in range(len(falls)) if now - 86_400 < falls[p] < now and works.gone[p] > now and WORLD.curves.withdrawn[p] > 0.05)
    with opened(NOW - timedelta(days=1)) as stand:
        handle, post = stand.platform.handles(now)[int(works.creator[place])], str(works.post_id[place])

        def likes() -> int:
            pages = stand.all_videos(stand.display(handle), max_count=20)
            return next(int(v["like_count"]) for page in pages for v in page if v["id"] == post)

        before = likes()
        stand.wait(days=1)
        assert likes() < before


@pytest.mark.parametrize("name", [*BEFORE, *AFTER])
def test_a_fault_comes_as_often_as_asked_and_always_to_the_same_requests(name: str) -> None:
    some, again, other = (Faults(seed=seed, **{name: 0.2}) for seed in (1, 1, 2))
    hits = [n for n in range(20_000) if some.drawn((name,), n)]
    assert hits == [n for n in range(20_000) if again.drawn((name,), n)] != [n for n in range(20_000) if other.drawn((name,), n)]
    assert 0.15 < len(hits) / 20_000 < 0.25


def test_storms_come_in_phases() -> None:
    faults = Faults(storm=0.1, storm_requests=20)
    phases = Counter(n // 20 for n in range(20_000) if faults.drawn(BEFORE, n))
    assert 60 < len(phases) < 140 and sum(phases.values()) / len(phases) > 17


SEED_WITH_A_STORM = next(s for s in range(99) if any(Faults.every(s).storming(n) for n in range(50, 300)))


def test_all_faults_at_once_leave_some_requests_alone() -> None:
    with opened(quotas=PLENTY) as stand:
        headers, faults = stand.display(), Faults.every(seed=SEED_WITH_A_STORM)
        stand.platform.faults = faults
        ends: Counter[str] = Counter()
        for _ in range(400):
            try:
                ends[str(stand.videos(headers, max_count=1).status_code)] += 1
            except httpx.RemoteProtocolError:
                ends["cut"] += 1
            if stand.platform.ledger.outcomes["display.video_list", "access_token_invalid"]:
                stand.platform.ledger.outcomes["display.video_list", "access_token_invalid"] = 0
                headers = _display_without_faults(stand)
                stand.platform.faults = faults
        assert set(ends) == {"200", "401", "429", "500", "504", "cut"} and ends["200"] > 250


def test_an_unknown_fault_is_named() -> None:
    with pytest.raises(ValueError, match="unknown fault hail; known: .*cut_body"):
        faults_from({"hail": 1})


def test_chances_are_even() -> None:
    values = [chance(3, "any", n) for n in range(10_000)]
    assert 0.48 < sum(values) / 10_000 < 0.52 and min(values) < 0.01 and max(values) > 0.99


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
