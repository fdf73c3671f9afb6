"""Tokens, workspaces and limits: stolen, ended, revoked, other people's; cookies, other sites, too many requests."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from hexameter.campaigns.access.api_tokens import ApiTokens
from hexameter.errors import BadValue, NotFound
from hexameter.main import open_app
from hexameter.views.api.patience import Patience
from tests.views.api.conftest import PASSWORD, Api, is_problem, served
from tests.views.homes import fill, hexameter


def test_the_database_opens_no_door(api: Api) -> None:
    secret = api.secrets["manager", "write"]
    with sqlite3.connect(api.app.home / "desk.sqlite") as desk:
        kept = desk.execute("SELECT digest, begins FROM api_token").fetchall()
    assert secret not in {word for row in kept for word in row}
    digest = next(d for d, begins in kept if secret.startswith(begins))
    for stolen in (digest, f"hx_{digest}", secret[:-1], secret + "x", secret.upper(), "hx_", "x" * 5000):
        is_problem(api.ask("GET", "/campaigns", stolen), 401)


def test_an_ended_token_opens_nothing(api: Api) -> None:
    later = ApiTokens(api.app.desk.people._engine, lambda: datetime.now(UTC) + timedelta(days=91))
    assert api.app.desk.people.tokens.of(api.secrets["analyst", "read"]) is not None
    assert later.of(api.secrets["analyst", "read"]) is None
    past = ApiTokens(api.app.desk.people._engine, lambda: datetime.now(UTC) - timedelta(days=2))
    _, secret = past.make("analyst", "main", "old", days=1)
    is_problem(api.ask("GET", "/campaigns", secret), 401)


def test_a_revoked_token_opens_nothing_at_once(api: Api) -> None:
    token, secret = api.app.desk.people.tokens.make("analyst", "main", "short")
    assert api.ask("GET", "/campaigns", secret).status_code == 200
    api.app.desk.people.tokens.revoke(token.id, "analyst")
    is_problem(api.ask("GET", "/campaigns", secret), 401)


def test_a_token_does_what_its_maker_may_today_and_goes_with_them(api: Api) -> None:
    people = api.app.desk.people
    people.invitations.accept(people.invitations.invite("main", "manager", "owner"), "paul", "Paul", PASSWORD)
    token, secret = people.tokens.make("paul", "main", "job", "write")
    assert api.ask("PATCH", "/campaigns/glowday", secret, json={"name": "glowday"}).status_code == 200
    people.members.change_role("main", token.person_id, "analyst", "owner")
    is_problem(api.ask("PATCH", "/campaigns/glowday", secret, json={"name": "glowday"}), 403)
    people.members.remove("main", token.person_id, "owner")
    is_problem(api.ask("GET", "/campaigns", secret), 401)
    assert all(t.id != token.id for t in people.tokens.list())


def test_two_workspaces_with_the_same_ids_do_not_see_each_other(api: Api) -> None:
    ours, theirs = (api.ask("GET", "/campaigns/glowday", (who, "write")) for who in ("manager", "stranger"))
    assert '"amount_minor": 50000' in ours.text and "77700" not in ours.text
    assert '"amount_minor": 77700' in theirs.text and "50000" not in theirs.text
    assert api.ask("POST", "/campaigns/glowday/links", ("manager", "write"), json={"destination": "https://a.example/"}).status_code == 201
    assert api.ask("GET", "/campaigns/glowday/links", ("stranger", "read")).json()["items"] == []


def test_a_client_sees_shared_campaigns_without_their_money_and_nothing_else(api: Api) -> None:
    hidden = ["--hashtag", "#other", "--from", "2025-07-01", "--to", "2025-07-31"]
    assert hexameter("campaign", "create", "hidden", *hidden, home=api.app.home).status == 0
    who = ("client", "read")
    assert [c["slug"] for c in api.ask("GET", "/campaigns", who).json()["items"]] == ["glowday"]
    told = api.ask("GET", "/campaigns/glowday/kpis", who).json()
    assert told["hashtag"]["cost_minor"] is None and told["views"]["total"] is not None
    assert api.ask("GET", "/campaigns/glowday", who).json()["costs"] == []
    for path in ("/campaigns/hidden", "/campaigns/hidden/kpis", "/campaigns/nosuch", "/campaigns/hidden/posts"):
        is_problem(api.ask("GET", path, who), 404)
    tag = api.ask("GET", "/campaigns/glowday/kpis", ("owner", "read"), params={"as_of": "2025-08-01T00:00:00Z"}).headers["etag"]
    told = api.ask("GET", "/campaigns/glowday/kpis", who, params={"as_of": "2025-08-01T00:00:00Z"}, headers={"if-none-match": tag})
    assert told.status_code == 200 and told.headers["etag"] != tag


def test_a_session_of_the_pages_opens_nothing_here(api: Api) -> None:
    session = api.app.desk.people.log_in("owner", PASSWORD, "test")
    is_problem(api.ask("GET", "/campaigns", None, headers={"cookie": f"hx_session={session}"}), 401)
    is_problem(api.ask("GET", "/campaigns", session), 401)


def test_no_other_site_is_let_in(api: Api) -> None:
    answer = api.ask("OPTIONS", "/campaigns", None, headers={"origin": "https://evil.example", "access-control-request-method": "GET"})
    is_problem(answer, 405)
    answer = api.ask("GET", "/campaigns", headers={"origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "set-cookie" not in answer.headers


def test_a_token_for_nobody_or_for_too_long_is_not_made(api: Api) -> None:
    tokens = api.app.desk.people.tokens
    with pytest.raises(NotFound, match="nobody called 'nosuch'"):
        tokens.make("nosuch", "main", "x")
    with pytest.raises(NotFound):
        tokens.make("stranger", "main", "x")
    for how in ({"days": 0}, {"days": 10_000}, {"scope": "all"}):
        with pytest.raises(BadValue):
            tokens.make("owner", "main", "x", **how)
    with pytest.raises(BadValue):
        tokens.make("owner", "main", " \0 ")


def test_a_bucket_fills_by_itself() -> None:
    clock = [0.0]
    patience = Patience(2, lambda: clock[0])
    patience.take("a")
    patience.take("a")
    with pytest.raises(HTTPException) as refused:
        patience.take("a")
    assert refused.value.headers == {"retry-after": "30"}
    patience.take("b")
    clock[0] = 30.0
    patience.take("a")


def test_too_many_requests_are_told_when_to_go_on(tmp_path: Path) -> None:
    told = {"now": "2025-08-01T00:00:00Z", "api_requests_per_minute": "3"}
    with open_app(str(fill(tmp_path / "home", tmp_path)), overrides=told) as app, served(app) as address:
        app.desk.people.add_owner("owner", "owner", PASSWORD)
        _, secret = app.desk.people.tokens.make("owner", "main", "t")
        here = Api(app, address)
        answers = [here.ask("GET", "/definitions", secret) for _ in range(6)]
        here.client.close()
        late = [answer for answer in answers if answer.status_code != 200]
        assert late and is_problem(late[0], 429)["what"].startswith("More than 3 requests")
        assert int(late[0].headers["retry-after"]) >= 1
