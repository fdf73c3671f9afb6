"""Every source against the stand-in, over real HTTP, from the consent page to the lake's rows: what is read is the world's own truth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest
from tests.sources.tiktok.scripted import PATIENT
from tests.standin.server.stand import APPS, LOCAL, NOW, WORLD, Stand, opened

from hexameter.contracts.tracking import Account, Grant, Job, Limit, Login, LoginName, Page
from hexameter.errors import HexameterError, Retryable, Revoked, ScopeMissing
from hexameter.sources.tiktok.registry import OpenLogins, OpenSources, open_logins, open_sources
from hexameter.standin.server.faults import Faults

COUNTERS = ("views", "likes", "comments", "shares", "saves")


class HouseLine:
    """A line that keeps one grant, renews it by its login, and lets the stand-in's own clock pass."""

    def __init__(self, stand: Stand, login: Login | None = None, grant: Grant | None = None):
        self.stand, self.login, self.grant = stand, login, grant
        self.renewals = 0
        self.sent: dict[str, list[datetime]] = {}

    def now(self) -> datetime:
        return self.stand.clock.now()

    def token(self) -> str:
        assert self.grant is not None
        return self.grant.access_token

    def renewed(self, refused: str) -> str:
        assert self.grant is not None and self.login is not None
        if self.grant.access_token == refused:
            self.grant = self.login.refresh(self.grant, self.now())
            self.renewals += 1
        return self.grant.access_token

    def spend(self, limits: Iterable[Limit]) -> None:
        """Waits until every limit has room, as a patient house would."""
        for limit in limits:
            times = self.sent.setdefault(limit.name, [])
            if not limit.daily and len(times) >= limit.requests:
                free_at = times[-limit.requests] + timedelta(seconds=limit.seconds)
                self.wait(max(0.0, (free_at - self.now()).total_seconds()))
            times.append(self.now())

    def limited(self, limits: Iterable[Limit], until: datetime) -> None:
        self.wait(max(0.0, (until - self.now()).total_seconds()))

    def wait(self, seconds: float) -> None:
        self.stand.clock.advance(timedelta(seconds=seconds))


@dataclass
class House:
    """The sources and logins, led to a stand-in by settings alone."""

    stand: Stand
    sources: OpenSources
    logins: OpenLogins

    def line(self, name: LoginName | None = None, handle: str = "", ticked: str | None = None) -> tuple[Account | None, HouseLine]:
        """An account connected by its login's link, and a line for it."""
        if name is None:
            return None, HouseLine(self.stand)
        login = self.logins[name]
        verifier = login.verifier()
        form = {"handle": handle} | ({} if ticked is None else {"ticked": ticked})
        answer = httpx.post(login.link("s1", LOCAL, verifier), data=form)
        back = httpx.URL(answer.headers["location"]).params
        assert back["state"] == "s1"
        grant = login.exchange(back.get("auth_code") or back["code"], LOCAL, verifier, self.stand.clock.now())
        account = Account(1, name, grant.open_id, handle, f"open:{grant.open_id}", grant.scopes, grant.also)
        return account, HouseLine(self.stand, login, grant)

    def pages(self, job: Job, line: HouseLine) -> list[Page]:
        """A job read to its end; what may pass is asked for again, from where it was."""
        found: list[Page] = []
        for _ in range(200):
            try:
                for page in self.sources[job.api].read(job, line):
                    found.append(page)
                    job = Job(**{**vars(job), "resume": page.resume})
                return found
            except Retryable:
                line.wait(60)
                if found and job.resume is None:
                    return found
        raise AssertionError("it never ended")


@contextmanager
def house_of(**other: Any) -> Iterator[House]:
    with opened(**other) as stand:
        url = str(stand.http.base_url).rstrip("/")
        settings = {
            "tiktok_api_url": url,
            "tiktok_business_url": f"{url}/open_api/v1.3",
            "tiktok_auth_url": url,
            "tiktok_client_key": APPS.client_key,
            "tiktok_client_secret": APPS.client_secret,
            "tiktok_research_key": APPS.research_key,
            "tiktok_research_secret": APPS.research_secret,
            "tiktok_business_id": APPS.business_id,
            "tiktok_business_secret": APPS.business_secret,
        }
        sources, logins = (
            open_sources(settings, bounds=PATIENT, chance=Random(1).random),
            open_logins(settings, wait=lambda seconds: None, bounds=PATIENT),
        )
        try:
            yield House(stand, sources, logins)
        finally:
            sources.close()
            logins.close()


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with house_of() as opened_house:
        yield opened_house


def rows(pages: list[Page], table: str = "post_snapshot") -> list[dict[str, Any]]:
    assert [p.chunk.rejects.to_pylist() for p in pages if p.chunk.rejects.num_rows] == []
    return [r for p in pages for part in (p.chunk.readings, p.chunk.beside) if table in part for r in part[table].to_pylist()]


def folded(post: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(tag.casefold() for tag in post["hashtags"]))


def is_true(found: list[dict[str, Any]], house: House, counters: Iterable[str], *, omitted: bool = False) -> None:
    """Each row is the world's truth at the instant it was read; a field that was left out is unknown, and must have been 0."""
    for row in found:
        truth = vars(WORLD.truth(row["post_id"], row["captured_at"]))
        for counter in counters:
            assert row[counter] == truth[counter] or (omitted and row[counter] is None and truth[counter] == 0), (counter, row, truth)


def test_display_reads_every_post_as_it_is(house: House) -> None:
    handle = house.stand.busiest
    account, line = house.line("display", handle)
    found = rows(house.pages(Job("display", "newest", account), line))
    assert {r["post_id"] for r in found} == set(house.stand.truth(handle)) and len(found) > 20
    is_true(found, house, COUNTERS[:4])
    ids = tuple(r["post_id"] for r in found)
    again = rows(house.pages(Job("display", "posts", account, posts=(*ids[:22], "7000000000000000001")), line))
    assert [r["post_id"] for r in again] == list(ids[:22]) or {r["post_id"] for r in again} == set(ids[:22])
    [profile] = rows(house.pages(Job("display", "profile", account), line), "creator_snapshot")
    creator = house.stand.platform.creator(handle, house.stand.platform.second)
    assert creator is not None
    assert profile["followers"] == house.stand.platform.profile(creator, house.stand.platform.second)["followers"]
    assert profile["handle"] == handle
    since = NOW - timedelta(days=10)
    recent = rows(house.pages(Job("display", "newest", account, since=since), line))
    posts = {r["post_id"] for r in rows(house.pages(Job("display", "newest", account), line), "post") if r["published_at"] >= since}
    assert posts <= {r["post_id"] for r in recent} and len(recent) < len(found)


def test_descriptions_are_the_worlds(house: House) -> None:
    handle = house.stand.busiest
    account, line = house.line("accounts", handle)
    told = {r["post_id"]: r for r in rows(house.pages(Job("accounts", "newest", account), line), "post")}
    known = {r["post_id"]: r for r in WORLD.posts(NOW).to_pylist()}
    for post_id, row in told.items():
        wanted = known[post_id]
        assert row["hashtags"] == folded(wanted)
        same = ("caption", "published_at", "media_type", "url")
        assert {k: row[k] for k in same} == {k: wanted[k] for k in same}


def test_accounts_adds_saves_reach_and_days(house: House) -> None:
    handle = house.stand.busiest
    account, line = house.line("accounts", handle)
    pages = house.pages(Job("accounts", "newest", account), line)
    found = rows(pages)
    assert {r["post_id"] for r in found} == set(house.stand.truth(handle))
    is_true(found, house, COUNTERS)
    assert any(r["reach"] for r in found) and all(r["reach"] is None or r["reach"] <= r["views"] for r in found)
    assert rows(pages, "retention") and {r["dimension"] for r in rows(pages, "audience")} >= {"gender", "country", "city"}
    account_pages = house.pages(Job("accounts", "profile", account), line)
    assert len(rows(account_pages, "account_day")) >= 4
    assert {r["dimension"] for r in rows(account_pages, "audience")} >= {"age", "gender", "country"}
    some = rows(house.pages(Job("accounts", "posts", account, posts=tuple(r["post_id"] for r in found[:5])), line))
    assert len(some) == 5


def test_research_finds_the_campaigns_hashtag(house: House) -> None:
    _, line = house.line()
    since, until = NOW - timedelta(days=45), NOW
    found = rows(house.pages(Job("research", "search", words=(WORLD.hashtag,), since=since, until=until), line))
    archived = NOW - timedelta(hours=48)
    public = house.stand.truth()
    known = [r for r in WORLD.posts(NOW).to_pylist() if r["post_id"] in public and WORLD.hashtag in folded(r)]
    wanted = {r["post_id"] for r in known if since.date() <= r["published_at"].date() and r["published_at"] <= archived}
    assert {r["post_id"] for r in found} == wanted and len(wanted) > 20
    is_true(found, house, COUNTERS, omitted=True)
    named = rows(house.pages(Job("research", "posts", posts=tuple(sorted(wanted))), line))
    assert {r["post_id"] for r in named} == wanted
    [profile] = rows(house.pages(Job("research", "profile", handle=house.stand.busiest), line), "creator_snapshot")
    assert profile["creator_id"] == f"@{house.stand.busiest}"


def test_paid_views_by_ads_and_by_tiktok_one(house: House) -> None:
    brand, line = house.line("advertiser")
    assert brand is not None and brand.also
    since, until = NOW - timedelta(days=40), NOW
    total = rows(house.pages(Job("ads", "total", brand, since=since, until=until + timedelta(days=1)), line))
    assert total
    is_true(total, house, ["views_paid"])
    days = rows(house.pages(Job("ads", "daily", brand, since=since, until=until + timedelta(days=1)), line), "paid_day")
    assert {r["post_id"] for r in days} == {r["post_id"] for r in total} and {r["currency"] for r in days} == {"EUR"}
    for row in total:
        assert sum(r["views"] for r in days if r["post_id"] == row["post_id"]) == row["views_paid"]
    report = rows(house.pages(Job("tiktok_one", "report", brand, words=("7350000000000000001",), since=since, until=until), line))
    is_true(report, house, (*COUNTERS, "views_paid"))
    assert len(report) > 20
    card = rows(house.pages(Job("tiktok_one", "profile", brand, handle=house.stand.busiest), line), "creator_snapshot")
    assert card[0]["followers"] > 0
    trends = rows(house.pages(Job("discovery", "trends", brand, country="FR"), line), "hashtag_snapshot")
    assert trends and all(r["rank"] for r in trends)


def test_commercial_content_is_the_disclosed_posts(house: House) -> None:
    _, line = house.line()
    since = NOW - timedelta(days=19)
    found = rows(house.pages(Job("commercial", "partnerships", since=since, until=NOW), line), "post")
    known = {r["post_id"]: r for r in WORLD.posts(NOW).to_pylist()}
    assert found and all("ad" in known[r["post_id"]]["hashtags"] and r["handle"] == known[r["post_id"]]["handle"] for r in found)


def test_with_every_fault_on_nothing_is_lost_or_made_up() -> None:
    with house_of(faults=Faults.every(seed=3, share=0.03)) as house:
        handle = house.stand.busiest
        for api in ("display", "accounts"):
            account, line = house.line(api, handle)  # type: ignore[arg-type]
            found = rows(house.pages(Job(api, "newest", account), line))  # type: ignore[arg-type]
            assert {r["post_id"] for r in found} >= set(house.stand.truth(handle)), api
            is_true(found, house, COUNTERS[: 4 if api == "display" else 5], omitted=True)
        _, line = house.line()
        found = rows(house.pages(Job("research", "search", words=(WORLD.hashtag,), since=NOW - timedelta(days=45), until=NOW), line))
        known = {r["post_id"]: r for r in WORLD.posts(house.stand.clock.now()).to_pylist()}
        archived = NOW - timedelta(hours=48)
        wanted = {p for p in house.stand.truth() if WORLD.hashtag in folded(known[p]) and known[p]["published_at"] <= archived}
        early = {p for p in wanted if known[p]["published_at"] < datetime(2025, 6, 6, tzinfo=UTC)}
        assert {r["post_id"] for r in found} >= wanted - early
        assert all(WORLD.hashtag in folded(known[r["post_id"]]) for r in found), "the loose match was sorted out"
        is_true(found, house, COUNTERS, omitted=True)
        told = {(r["post_id"], r["captured_at"]): r for r in found}
        assert all(told[r["post_id"], r["captured_at"]] == r for r in found), "what comes twice on a page says the same twice"
        assert len(told) == len({r["post_id"] for r in found}), "and what came on an earlier page is not read again"


def test_a_token_that_dies_between_pages_is_renewed(house: House) -> None:
    account, line = house.line("display", house.stand.busiest)
    pages = house.sources["display"].read(Job("display", "newest", account), line)
    next(pages)
    house.stand.wait(hours=3)
    assert len(list(pages)) > 0 and line.renewals == 1


def test_a_revoked_consent_is_told() -> None:
    with house_of() as house:
        account, line = house.line("display", house.stand.busiest)
        assert line.login is not None and line.grant is not None
        line.login.revoke(line.grant)
        with pytest.raises(Revoked):
            list(house.sources["display"].read(Job("display", "profile", account), line))


def test_an_unticked_permission_is_missing_and_the_rest_goes_on() -> None:
    with house_of() as house:
        account, line = house.line("display", house.stand.busiest, ticked="user.info.basic,user.info.stats")
        assert rows(house.pages(Job("display", "profile", account), line), "creator_snapshot")
        with pytest.raises(ScopeMissing):
            list(house.sources["display"].read(Job("display", "newest", account), line))
        owner, owners_line = house.line("accounts", house.stand.busiest, ticked="user.info.basic,user.info.stats,video.list")
        found = rows(house.pages(Job("accounts", "newest", owner), owners_line))
        assert found and all(r["reach"] is None and r["views"] is not None for r in found)
        assert rows(house.pages(Job("accounts", "profile", owner), owners_line), "creator_snapshot")


def test_every_error_is_one_of_ours() -> None:
    with house_of(faults=Faults(storm=1.0, storm_requests=20)) as house:
        _, line = house.line()
        with pytest.raises(HexameterError):
            list(house.sources["research"].read(Job("research", "profile", handle="nobody"), line))
