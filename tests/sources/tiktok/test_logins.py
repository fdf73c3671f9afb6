"""The three ways to connect: link, code, fresh tokens, end; and that no secret is told on the way."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.sources.tiktok.scripted import NOW, PATIENT, Asked, Say, Server, bad, good, in_turn, serving

from hexameter.contracts.tracking import Grant, Login, LoginName
from hexameter.errors import Outage, Refused, Revoked
from hexameter.sources.tiktok.registry import LOGINS, open_logins

BACK = "http://127.0.0.1:8686/connect/tiktok/callback"
TOKEN = {
    "open_id": "afd97af1-b87b",
    "scope": "user.info.basic,video.list",
    "access_token": "act.example",
    "expires_in": 7200,
    "refresh_token": "rft.example",
    "refresh_expires_in": 15552000,
    "token_type": "Bearer",
}
OWNER = {k: v for k, v in TOKEN.items() if k != "refresh_expires_in"} | {"refresh_token_expires_in": 31536000}
OLD = Grant("act.old", NOW, "rft.old", NOW + timedelta(days=9), frozenset({"video.list"}), "afd97af1-b87b")
Opened = Callable[..., tuple[Login, Server]]


@pytest.fixture
def login() -> Iterator[Opened]:
    with ExitStack() as stack:

        def opened(name: LoginName, *answers: Say | dict[str, Any]) -> tuple[Login, Server]:
            server = stack.enter_context(serving(in_turn(*(answers or ({},)))))
            logins = open_logins(server.settings, wait=lambda seconds: None, bounds=PATIENT)
            stack.callback(logins.close)
            return logins[name], server

        yield opened


def query_of(link: str) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(urlsplit(link).query).items()}


def test_a_creators_link_carries_the_hex_challenge(login: Opened) -> None:
    kit, server = login("display")
    verifier = kit.verifier()
    assert verifier and re.fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier) and verifier != kit.verifier()
    link = kit.link("state-1", BACK, verifier)
    assert link.startswith(f"{server.url}/v2/auth/authorize/?")
    assert query_of(link) == {
        "client_key": "the-client-key",
        "scope": "user.info.basic,user.info.profile,user.info.stats,video.list",
        "response_type": "code",
        "redirect_uri": BACK,
        "state": "state-1",
        "code_challenge": hashlib.sha256(verifier.encode()).hexdigest(),
        "code_challenge_method": "S256",
    }
    assert "code_challenge" not in kit.link("s", BACK, None) and "secret" not in link


def test_a_creators_code_becomes_a_grant(login: Opened) -> None:
    kit, server = login("display", TOKEN)
    grant = kit.exchange("abc%2A0%216", BACK, "v" * 43, NOW)
    [asked] = server.asked
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.form == {
        "client_key": "the-client-key",
        "client_secret": "the-client-secret",
        "code": "abc*0!6",
        "grant_type": "authorization_code",
        "redirect_uri": BACK,
        "code_verifier": "v" * 43,
    }
    assert (grant.access_token, grant.refresh_token, grant.open_id) == ("act.example", "rft.example", "afd97af1-b87b")
    assert grant.scopes == {"user.info.basic", "video.list"}, "an unticked permission is not there"
    assert (grant.access_expires_at, grant.refresh_expires_at) == (NOW + timedelta(hours=2), NOW + timedelta(days=180))
    assert "act.example" not in repr(grant) and "rft.example" not in repr(grant)


@pytest.mark.parametrize("lifetime", ["86400", 86400, 86400.0])
def test_lifetimes_are_those_of_the_answer(lifetime: Any, login: Opened) -> None:
    grant = login("display", TOKEN | {"expires_in": lifetime})[0].exchange("c", BACK, None, NOW)
    assert grant.access_expires_at == NOW + timedelta(days=1)


def test_fresh_tokens_replace_both(login: Opened) -> None:
    kit, server = login("display", TOKEN | {"refresh_token": "rft.new"})
    grant = kit.refresh(OLD, NOW)
    assert server.asked[0].form["refresh_token"] == "rft.old" and server.asked[0].form["grant_type"] == "refresh_token"
    assert (grant.access_token, grant.refresh_token) == ("act.example", "rft.new")
    kept = login("display", {"access_token": "act.n", "expires_in": 5})[0].refresh(OLD, NOW)
    assert (kept.refresh_token, kept.open_id, kept.scopes, kept.refresh_expires_at) == (
        "rft.old",
        OLD.open_id,
        OLD.scopes,
        OLD.refresh_expires_at,
    )


@pytest.mark.parametrize("status", [200, 400])
def test_a_dead_refresh_token_is_a_revocation(status: int, login: Opened) -> None:
    kit, server = login("display", Say({"error": "invalid_grant", "error_description": "rft.old is invalid or expired."}, status))
    with pytest.raises(Revoked, match="connect again") as raised:
        kit.refresh(OLD, NOW)
    assert "rft.old" not in str(raised.value) and raised.value.__context__ is None
    assert len(server.asked) == 1


def test_our_own_wrong_secret_does_not_revoke_everyone(login: Opened) -> None:
    kit, _ = login("display", {"error": "invalid_client", "error_description": "Client secret is incorrect."})
    with pytest.raises(Refused) as raised:
        kit.refresh(OLD, NOW)
    assert not isinstance(raised.value, Revoked)


def test_without_a_refresh_token_the_consent_has_ended(login: Opened) -> None:
    for name in ("display", "accounts", "advertiser"):
        kit, server = login(name)
        with pytest.raises(Revoked):
            kit.refresh(Grant("act.x", None), NOW)
        assert not server.asked


def test_passing_failures_of_a_login_are_tried_again(login: Opened) -> None:
    kit, server = login("display", Say("<html/>", 504), {"error": "server_error"}, TOKEN)
    assert kit.refresh(OLD, NOW).access_token == "act.example" and len(server.asked) == 3
    with pytest.raises(Outage):
        login("display", Say("", 503))[0].exchange("c", BACK, None, NOW)


def test_an_answer_without_a_token_is_no_grant(login: Opened) -> None:
    with pytest.raises(Outage):
        login("display", {"data": {}})[0].exchange("c", BACK, None, NOW)


def test_a_refused_code_is_told_without_it(login: Opened) -> None:
    told = {"error": "invalid_grant", "error_description": "Authorization code Very*Secret!Code is expired."}
    with pytest.raises(Refused, match="invalid_grant: Authorization code \\*\\*\\* is expired") as raised:
        login("display", told)[0].exchange("Very*Secret!Code", BACK, None, NOW)
    assert "Very*Secret" not in str(raised.value) + repr(raised.value)


def test_a_creator_takes_the_consent_back(login: Opened) -> None:
    kit, server = login("display", Say(b""))
    kit.revoke(OLD)
    assert server.asked[0].path == "/v2/oauth/revoke/"
    assert server.asked[0].form == {"client_key": "the-client-key", "client_secret": "the-client-secret", "token": "act.old"}


def test_an_owners_login(login: Opened) -> None:
    owner, server = login("accounts", good(OWNER))
    assert owner.verifier() is None
    link = owner.link("s", BACK, None)
    assert urlsplit(link).path == "/v2/auth/authorize" and query_of(link)["client_key"] == "the-business-id"
    grant = owner.exchange("code", BACK, None, NOW)
    assert server.asked[0].path == "/open_api/v1.3/tt_user/oauth2/token/"
    assert server.asked[0].json == {
        "client_id": "the-business-id",
        "client_secret": "the-business-secret",
        "grant_type": "authorization_code",
        "auth_code": "code",
        "redirect_uri": BACK,
    }
    assert (grant.open_id, grant.refresh_expires_at) == ("afd97af1-b87b", NOW + timedelta(days=365))
    owner.refresh(grant, NOW)
    owner.revoke(grant)
    assert [a.path.removeprefix("/open_api/v1.3") for a in server.asked[1:]] == [
        "/tt_user/oauth2/refresh_token/",
        "/tt_user/oauth2/revoke/",
    ]
    assert server.asked[2].json["access_token"] == "act.example"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (bad(40105, "Access token is incorrect or has been revoked."), Revoked),
        (bad(40002, "refresh_token is invalid"), Revoked),
        (bad(40002, "client_secret is wrong"), Refused),
        (bad(50000, "busy"), Outage),
    ],
)
def test_an_owners_refusals(answer: Say, kind: type[Exception], login: Opened) -> None:
    with pytest.raises(kind) as raised:
        login("accounts", answer)[0].refresh(OLD, NOW)
    assert type(raised.value) is kind or kind is Refused and not isinstance(raised.value, Revoked)


def test_an_advertisers_login(login: Opened) -> None:
    brand, server = login("advertiser", good({"access_token": "tok", "advertiser_ids": ["701", 702, "701"], "scope": [4, 220]}))
    link = brand.link("s", BACK, None)
    assert link.startswith(f"{server.url}/portal/auth?")
    assert query_of(link) == {"app_id": "the-business-id", "state": "s", "redirect_uri": BACK}
    grant = brand.exchange("code", BACK, None, NOW)
    assert server.asked[0].json == {"app_id": "the-business-id", "secret": "the-business-secret", "auth_code": "code"}
    assert grant == Grant("tok", None, None, None, frozenset({"4", "220"}), "701", ("702",))
    brand.revoke(grant)
    with pytest.raises(Refused, match="names no advertiser"):
        login("advertiser", good({"access_token": "tok", "advertiser_ids": []}))[0].exchange("c", BACK, None, NOW)


@pytest.mark.parametrize("kind", LOGINS, ids=lambda k: k.name)
def test_a_login_says_what_it_lacks(kind: Any) -> None:
    empty = {"tiktok_api_url": "https://a", "tiktok_business_url": "https://b", "tiktok_auth_url": "https://c"}
    lacking = open_logins(empty)[kind.name].ready()
    assert re.fullmatch(r"HEXAMETER_TIKTOK_\w+ and HEXAMETER_TIKTOK_\w+ are not set\.", lacking)
    assert open_logins(Server("http://127.0.0.1:9").settings)[kind.name].ready() == ""


def test_asked_is_what_arrived() -> None:
    assert Asked("POST", "/", {}, {}, b"a=1&b=").form == {"a": "1", "b": ""}
