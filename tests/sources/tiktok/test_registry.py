"""Every source, whatever it reads: it describes itself, its limits are written down, its kinds are known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.sources.tiktok.scripted import BRAND, BUSINESS, CREATOR, Server, TestLine
from tests.sources.tiktok.shapes import ANSWERS, context_of

from hexameter.contracts.tracking import APIS, LOGINS, Account, ApiSource, Job, Limit, Login
from hexameter.errors import BadValue, Outage, Refused
from hexameter.sources.tiktok.registry import LOGINS as LOGIN_KINDS
from hexameter.sources.tiktok.registry import SOURCES, open_logins, open_sources

SETTINGS = Server("http://127.0.0.1:9").settings
OPEN = open_sources(SETTINGS)
ACCOUNTS: dict[Any, Account | None] = {"display": CREATOR, "accounts": BUSINESS, "advertiser": BRAND, None: None}
each_source = pytest.mark.parametrize("source", OPEN.values(), ids=list(OPEN))


def test_every_api_and_login_of_the_contract_is_there() -> None:
    assert tuple(s.name for s in SOURCES) == APIS == tuple(OPEN)
    assert tuple(k.name for k in LOGIN_KINDS) == LOGINS == tuple(open_logins(SETTINGS))
    protocols: tuple[list[ApiSource], list[Login]] = (list(OPEN.values()), list(open_logins(SETTINGS).values()))
    assert all(protocols)


@each_source
def test_a_source_describes_itself(source: ApiSource) -> None:
    assert source.title.startswith("TikTok") and source.help.endswith(".") and source.limits_text.endswith(".")
    assert source.kinds and all(what and not what.endswith(".") for what in source.kinds.values())
    assert source.scopes.keys() == source.kinds.keys()
    assert source.login is None or source.login in LOGINS


@each_source
def test_a_login_asks_for_every_scope_that_a_kind_needs(source: ApiSource) -> None:
    if source.login is not None:
        asked = set(open_logins(SETTINGS)[source.login].scopes)
        assert set().union(*source.scopes.values()) <= asked


@each_source
def test_limits_are_documented_and_have_names_of_their_own(source: ApiSource) -> None:
    assert source.limits
    for limit in source.limits:
        assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)*\.(second|minute|day)", limit.name)
        assert (
            limit.help and limit.requests > 0 and limit.seconds == {"second": 1, "minute": 60, "day": 86_400}[limit.name.rpartition(".")[2]]
        )
        assert limit.daily == limit.name.endswith(".day")


def test_limits_are_those_of_the_platform() -> None:
    by_name: dict[str, Limit] = {limit.name: limit for source in SOURCES for limit in source.limits}
    minute = {n: v.requests for n, v in by_name.items() if n.startswith("display.")}
    assert len(minute) == 3 and all(590 <= n < 600 for n in minute.values())
    accounts = [v for n, v in by_name.items() if n.startswith("accounts.")]
    assert {v.per for v in accounts} == {"account"} and all(35 <= v.requests < 40 for v in accounts)
    assert accounts[0].bucket(BUSINESS) != accounts[0].bucket(CREATOR)
    assert (by_name["business.second"].requests, by_name["business.minute"].requests) == (6, 595)
    assert by_name["business.day"].requests == 864_000 and by_name["business.day"].bucket(BUSINESS) == "business.day"
    assert by_name["research.day"].requests == by_name["commercial.day"].requests == 1_000


def test_all_of_the_api_for_business_shares_the_apps_limits() -> None:
    business = [s for s in SOURCES if s.name in ("accounts", "tiktok_one", "ads", "discovery")]
    assert all({"business.second", "business.minute", "business.day"} <= {limit.name for limit in s.limits} for s in business)


@each_source
def test_a_source_says_which_settings_it_lacks(source: ApiSource) -> None:
    addresses = {k: v for k, v in SETTINGS.items() if k.endswith("_url")}
    bare = open_sources(addresses)[source.name]
    assert re.fullmatch(r"HEXAMETER_TIKTOK_\w+ and HEXAMETER_TIKTOK_\w+ are not set\.", bare.ready())
    assert source.ready() == ""
    kind = next(iter(source.kinds))
    with pytest.raises(Refused, match="HEXAMETER_TIKTOK"):
        list(bare.read(Job(source.name, kind, ACCOUNTS[source.login]), TestLine()))


@each_source
def test_an_unknown_kind_is_told(source: ApiSource) -> None:
    with pytest.raises(BadValue, match="reads no 'everything'"):
        source.read(Job(source.name, "everything"), TestLine())


@each_source
def test_a_body_that_is_none_is_told(source: ApiSource) -> None:
    with pytest.raises(Outage, match="kept answer"):
        source.parse(b"<html>", context_of(source.name, next(iter(source.kinds))))


@each_source
def test_every_kind_has_a_good_answer_among_the_shapes(source: ApiSource) -> None:
    assert {kind for api, kind in ANSWERS if api == source.name} == set(source.kinds)


def test_research_and_accounts_say_who_may_use_them() -> None:
    assert OPEN["research"].help.startswith("Research credentials only")
    assert "not for discovering or ranking creators" in OPEN["accounts"].help


@pytest.mark.parametrize("address", ["", "open.tiktokapis.com", "ftp://x", "https://"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(BadValue, match="tiktok_api_url"):
        open_sources(SETTINGS | {"tiktok_api_url": address})


def test_no_module_stands_alone() -> None:
    """Each API's folder has the same three drawers."""
    home = Path(__file__).parents[3] / "src" / "hexameter" / "sources" / "tiktok"
    for api in APIS:
        assert {p.name for p in (home / api).glob("*.py")} == {"__init__.py", "client.py", "parse.py", "limits.py"}
