"""Login Kit's consent and tokens, as TIKTOK.md B1 and F1 have them. No data is read."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import httpx
import pytest

from hexameter.standin.server.faults import Faults
from hexameter.standin.server.tokens import DISPLAY_SCOPES, LIFETIMES_2026, LIFETIMES_OLD, Lifetimes
from tests.standin.server.stand import APPS, BACK, CHALLENGE, LOCAL, VERIFIER, Stand, opened


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with opened() as running:
        yield running


def _pkce(challenge: str = CHALLENGE) -> dict[str, str]:
    return {"redirect_uri": LOCAL, "code_challenge": challenge, "code_challenge_method": "S256"}


def test_an_app_gets_a_token_of_its_own_for_two_hours(stand: Stand) -> None:
    answer = stand.token(client_key=APPS.research_key, client_secret=APPS.research_secret, grant_type="client_credentials")
    body = answer.json()
    assert answer.status_code == 200 and body.pop("access_token").startswith("clt.")
    assert body == {"expires_in": 7200, "token_type": "Bearer"}


def test_a_wrong_secret_is_a_flat_error(stand: Stand) -> None:
    answer = stand.token(client_secret="wrong", grant_type="client_credentials")
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_client" and set(answer.json()) == {"error", "error_description", "log_id"}


def test_the_token_endpoint_takes_a_form_only(stand: Stand) -> None:
    body = {"client_key": APPS.client_key, "client_secret": APPS.client_secret, "grant_type": "client_credentials"}
    assert stand.http.post("/v2/oauth/token/", json=body).json()["error"] == "invalid_request"


def test_an_unknown_grant_type_is_refused(stand: Stand) -> None:
    assert stand.token(grant_type="password").json()["error"] == "unsupported_grant_type"


def test_a_code_becomes_tokens_once(stand: Stand) -> None:
    back = stand.consent()
    assert back["state"] == "s1" and back["scopes"] == ",".join(DISPLAY_SCOPES) and "*0!6" in back["code"]
    first = stand.exchange(back["code"])
    assert first["access_token"].startswith("act.") and first["refresh_token"].startswith("rft.") and first["token_type"] == "Bearer"
    assert first["scope"].split(",") == sorted(DISPLAY_SCOPES) and (first["expires_in"], first["refresh_expires_in"]) == (7200, 15_552_000)
    assert stand.exchange(back["code"])["error"] == "invalid_grant"


def test_the_same_person_has_the_same_open_id_again(stand: Stand) -> None:
    assert stand.exchange(stand.consent()["code"])["open_id"] == stand.exchange(stand.consent()["code"])["open_id"]


def test_a_code_is_for_its_own_redirect_address_and_for_ten_minutes(stand: Stand) -> None:
    assert stand.exchange(stand.consent()["code"], redirect_uri="https://else.example/")["error"] == "invalid_grant"
    late = stand.consent()["code"]
    stand.wait(minutes=10)
    assert stand.exchange(late)["error"] == "invalid_grant"


def test_pkce_is_the_hex_of_sha256(stand: Stand) -> None:
    code = stand.consent(**_pkce())["code"]
    assert "access_token" in stand.exchange(code, redirect_uri=LOCAL, code_verifier=VERIFIER)


@pytest.mark.parametrize("verifier", ["w" * 50, "", "v" * 42, "v" * 129, "é" * 50])
def test_a_verifier_that_does_not_fit_is_refused(stand: Stand, verifier: str) -> None:
    code = stand.consent(**_pkce(hashlib.sha256(verifier.encode()).hexdigest() if verifier[:1] != "w" else CHALLENGE))["code"]
    said = stand.exchange(code, redirect_uri=LOCAL, code_verifier=verifier)
    assert said["error"] == "invalid_request" and said["error_description"] == "Code verifier or code challenge is invalid."


def test_pkce_in_base64url_is_refused(stand: Stand) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    code = stand.consent(**_pkce(challenge))["code"]
    assert stand.exchange(code, redirect_uri=LOCAL, code_verifier=VERIFIER)["error"] == "invalid_request"


def test_a_loopback_address_needs_pkce(stand: Stand) -> None:
    assert stand.consent(redirect_uri=LOCAL)["error"] == "invalid_request"


@pytest.mark.parametrize(
    "address", ["http://hexameter.example/x", "https://a.example/?x=1", "https://a.example/#x", f"https://a.example/{'x' * 512}"]
)
def test_a_redirect_address_that_nobody_registered_goes_nowhere(stand: Stand, address: str) -> None:
    asked = {"client_key": APPS.client_key, "scope": "user.info.basic", "response_type": "code", "redirect_uri": address}
    answer = stand.http.get("/v2/auth/authorize/", params=asked)
    assert answer.status_code == 400 and "redirect_uri" in answer.text


def test_the_consent_page_has_a_box_for_every_scope(stand: Stand) -> None:
    asked = {
        "client_key": APPS.client_key,
        "scope": ",".join(DISPLAY_SCOPES),
        "response_type": "code",
        "redirect_uri": BACK,
        "state": '"><script>',
    }
    for path in ("/v2/auth/authorize/", "/v2/auth/authorize"):
        page = stand.http.get(path, params=asked)
        assert page.status_code == 200 and all(f'value="{scope}"' in page.text for scope in DISPLAY_SCOPES)
        assert "<script>" not in page.text


def test_unticked_scopes_are_not_granted(stand: Stand) -> None:
    back = stand.consent(ticked="user.info.basic,video.list")
    assert back["scopes"] == "user.info.basic,video.list" == stand.exchange(back["code"])["scope"]


def test_a_creator_may_refuse(stand: Stand) -> None:
    assert stand.consent(decision="deny")["error"] == "access_denied"


def test_an_unapproved_scope_refuses_everything(stand: Stand) -> None:
    assert stand.consent(scope="user.info.basic,video.publish")["error"] == "invalid_scope"


def test_a_refresh_token_is_replaced_and_the_old_one_is_dead(stand: Stand) -> None:
    first = stand.exchange(stand.consent()["code"])
    second = stand.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["open_id"] == first["open_id"] and second["refresh_token"] != first["refresh_token"]
    assert stand.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()["error"] == "invalid_grant"
    assert "access_token" in stand.token(grant_type="refresh_token", refresh_token=second["refresh_token"]).json()


@pytest.mark.parametrize("lifetimes", [LIFETIMES_OLD, LIFETIMES_2026], ids=["a day", "two hours"])
def test_tokens_last_as_long_as_they_say(lifetimes: Lifetimes) -> None:
    with opened(lifetimes=lifetimes) as stand:
        grant = stand.exchange(stand.consent()["code"])
        assert (grant["expires_in"], grant["refresh_expires_in"]) == (lifetimes.access, lifetimes.refresh)
        headers = {"Authorization": f"Bearer {grant['access_token']}"}
        stand.wait(seconds=lifetimes.access - 1)
        assert stand.videos(headers).status_code == 200
        stand.wait(seconds=1)
        assert _refused(stand.videos(headers)) == (401, "access_token_invalid")
        stand.wait(seconds=lifetimes.refresh - lifetimes.access)
        assert stand.token(grant_type="refresh_token", refresh_token=grant["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_revoked_consent_ends_both_tokens(stand: Stand) -> None:
    grant = stand.exchange(stand.consent()["code"])
    keys = {"client_key": APPS.client_key, "client_secret": APPS.client_secret, "token": grant["access_token"]}
    answer = stand.http.post("/v2/oauth/revoke/", data=keys)
    assert (answer.status_code, answer.content) == (200, b"")
    assert _refused(stand.videos({"Authorization": f"Bearer {grant['access_token']}"})) == (401, "access_token_invalid")
    assert stand.token(grant_type="refresh_token", refresh_token=grant["refresh_token"]).json()["error"] == "invalid_grant"


def test_errors_may_come_with_status_200() -> None:
    with opened(faults=Faults(oauth_errors_200=True)) as stand:
        answer = stand.token(client_secret="wrong", grant_type="client_credentials")
        assert answer.status_code == 200 and answer.json()["error"] == "invalid_client"


def test_a_lost_rotation_leaves_nothing_to_refresh_with() -> None:
    with opened() as stand:
        grant = stand.exchange(stand.consent()["code"])
        stand.platform.faults = Faults(lost_rotation=1)
        with pytest.raises(httpx.RemoteProtocolError):
            stand.token(grant_type="refresh_token", refresh_token=grant["refresh_token"])
        stand.platform.faults = Faults()
        assert stand.token(grant_type="refresh_token", refresh_token=grant["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_broken_answer_rotates_nothing() -> None:
    with opened() as stand:
        grant = stand.exchange(stand.consent()["code"])
        for fault in ("storm", "gateway_timeout", "invalid_json", "html_200", "empty_200", "error_in_200", "rate_limited"):
            stand.platform.faults = Faults(**{fault: 1.0})
            assert b"access_token" not in stand.token(grant_type="refresh_token", refresh_token=grant["refresh_token"]).content
        stand.platform.faults = Faults()
        assert "access_token" in stand.token(grant_type="refresh_token", refresh_token=grant["refresh_token"]).json()


def _refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]
