"""The stand-in as a process of its own, driven through /_control/ as a kill test drives it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.standin.server.stand import APPS, BACK, opened


@pytest.fixture(scope="module")
def outside() -> Iterator[httpx.Client]:
    command = [sys.executable, "-m", "hexameter.standin.server", "--creators", "12", "--booked", "4", "--now", "2025-07-20T12:00:00+00:00"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["client_key"] == APPS.client_key and said["business_url"] == f"{said['url']}/open_api/v1.3"
        with httpx.Client(base_url=said["url"], timeout=20) as http:
            yield http
        process.terminate()
        assert process.wait(20) == 0


def _do(http: httpx.Client, door: str, **given: Any) -> Any:
    return http.post(f"/_control/{door}", json=given).json()


def _login(http: httpx.Client, handle: str) -> dict[str, str]:
    asked = {
        "client_key": APPS.client_key,
        "scope": "user.info.basic,user.info.profile,video.list",
        "response_type": "code",
        "redirect_uri": BACK,
    }
    back = http.post("/v2/auth/authorize/", params=asked, data={"handle": handle}).headers["location"]
    form = {"client_key": APPS.client_key, "client_secret": APPS.client_secret, "grant_type": "authorization_code", "redirect_uri": BACK}
    code = httpx.URL(back).params["code"]
    return {"Authorization": f"Bearer {http.post('/v2/oauth/token/', data={**form, 'code': code}).json()['access_token']}"}


def _ids(http: httpx.Client, headers: dict[str, str]) -> list[str]:
    data = http.post("/v2/video/list/", params={"fields": "id"}, json={"max_count": 20}, headers=headers).json()["data"]
    return [v["id"] for v in data["videos"]]


def _handles(http: httpx.Client) -> list[str]:
    return [a["handle"] for a in http.get("/_control/accounts").json()["accounts"]]


def test_time_is_driven_from_outside(outside: httpx.Client) -> None:
    start = datetime.fromisoformat(outside.get("/_control/clock").json()["now"])
    assert _do(outside, "clock", seconds=90)["now"] == "2025-07-20T12:01:30+00:00"
    assert _do(outside, "clock", to="2025-07-20T13:00:00+00:00")["now"] == "2025-07-20T13:00:00+00:00"
    assert "backwards" in _do(outside, "clock", to=start.isoformat())["error"]


def test_the_truth_and_the_ledger_can_be_read(outside: httpx.Client) -> None:
    handle = _handles(outside)[-1]
    listed = _ids(outside, _login(outside, handle))
    truth = outside.get("/_control/truth").json()
    assert listed and set(listed) <= {r["post_id"] for r in truth["readings"] if r["handle"] == handle}
    ledger = outside.get("/_control/ledger").json()
    assert ledger["counts"]["display.video_list.minute"] >= 1 and ledger["exceeded"] == {}


def test_an_account_may_be_renamed_and_revoked(outside: httpx.Client) -> None:
    handle = _handles(outside)[-2]
    headers = _login(outside, handle)
    assert _do(outside, "rename", handle=handle, to="somebody.else") == {"handle": "somebody.else"}
    assert "taken" in _do(outside, "rename", handle=_handles(outside)[0], to="somebody.else")["error"]
    user = outside.get("/v2/user/info/", params={"fields": "username"}, headers=headers).json()["data"]["user"]
    assert user == {"username": "somebody.else"}
    assert _do(outside, "revoke", handle="somebody.else") == {"ended": 1}
    assert outside.post("/v2/video/list/", params={"fields": "id"}, json={}, headers=headers).status_code == 401


def test_a_post_may_be_deleted(outside: httpx.Client) -> None:
    headers = _login(outside, _handles(outside)[-1])
    post = _ids(outside, headers)[0]
    _do(outside, "delete", post_id=post)
    assert post not in _ids(outside, headers)
    assert post not in {r["post_id"] for r in outside.get("/_control/truth").json()["readings"]}


def test_faults_may_be_set(outside: httpx.Client) -> None:
    assert _do(outside, "faults", storm=1.0)["storm"] == 1.0 == outside.get("/_control/faults").json()["storm"]
    assert outside.post("/v2/oauth/token/", data={}).status_code == 500
    assert "unknown fault hail" in _do(outside, "faults", hail=1)["error"]
    assert _do(outside, "faults")["storm"] == 0


def test_it_may_go_by_the_machines_own_time() -> None:
    command = [sys.executable, "-m", "hexameter.standin.server", "--creators", "6", "--booked", "2", "--live"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with httpx.Client(base_url=json.loads(process.stdout.readline())["url"], timeout=20) as http:
            instants = [datetime.fromisoformat(http.get("/_control/clock").json()["now"]) for _ in range(2)]
            assert instants[0] < instants[1] <= datetime.now(UTC)
            assert "driven" in _do(http, "clock", seconds=1)["error"]
            assert http.get("/_control/truth").json()["readings"]
        process.terminate()
        assert process.wait(20) == 0


def test_without_leave_there_is_no_control() -> None:
    with opened() as stand:
        assert stand.http.get("/_control/clock").status_code == 404


def test_an_address_without_its_last_slash_does_not_exist() -> None:
    with opened() as stand:
        assert stand.http.get("/v2/user/info", params={"fields": "open_id"}).status_code == 404
