"""Consent over HTTP, and what becomes of the numbers when tokens die, consent ends or a handle changes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from hexameter.errors import BadValue, Refused, Revoked
from hexameter.services.tracking.line import HouseLine
from hexameter.standin.server.faults import Faults
from hexameter.standin.server.tokens import Lifetimes
from tests.tracking.stage import SLUG, Stage, Truth, small_world, staged

WORLD = small_world(6, booked=3)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with staged(tmp_path, WORLD, early=timedelta(0)) as running:
        running.book()
        running.clock.advance(timedelta(days=2))
        yield running


def test_a_token_that_dies_in_the_middle_of_a_list_costs_no_reading(stage: Stage) -> None:
    handle = max(stage.booked, key=lambda h: len(stage.platform.by_creator[stage.booked_place(h)]))
    stage.connect(handle)
    stage.platform.faults = Faults(token_expired=0.25, short_pages=0.8, seed=1)
    stage.once()
    shown = stage.platform.visible(stage.platform.by_creator[stage.booked_place(handle)], stage.platform.second)
    shown = shown[stage.world.works.published[shown] >= stage.world.window[0]]
    rows = stage.rows("select * from post_snapshot")
    assert len(shown) > 1 and {r["post_id"] for r in rows} >= {str(stage.world.works.post_id[p]) for p in shown}
    assert Truth(stage.platform).wrong_posts(rows) == {}
    ends = stage.platform.ledger.outcomes
    assert ends["display.video_list", "ok"] > 1 and ends["display.video_list", "access_token_invalid"] > 0
    assert stage.app.desk.accounts.all()[0].status == "active"


def test_runners_that_renew_one_token_at_once_rotate_it_once(stage: Stage) -> None:
    stage.connect(stage.booked[0])
    account = stage.app.desk.accounts.all()[0].account
    stage.clock.advance(timedelta(seconds=Lifetimes().access + 60))
    login = stage.app.logins["display"]
    lines = [HouseLine(stage.app.desk, stage.clock, "display", account, login, lambda _: None) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        tokens = set(pool.map(lambda line: line.token(), lines))
    assert len(tokens) == 1
    assert len(stage.platform.tokens.refreshes) == 1  # one was rotated, none is left over
    assert stage.app.desk.accounts.all()[0].status == "active"


def test_a_rotation_whose_answer_is_lost_ends_that_account_only_and_the_manager_is_told(stage: Stage) -> None:
    for handle in stage.booked:
        stage.connect(handle)
    stage.clock.advance(timedelta(seconds=Lifetimes().access + 60))
    stage.platform.faults = Faults(lost_rotation=0.3, seed=5)
    for _ in range(3):
        stage.once()
        stage.platform.faults = Faults()
        stage.clock.advance(timedelta(hours=3))
    ended = [c for c in stage.app.desk.accounts.all() if c.status != "active"]
    assert 0 < len(ended) < len(stage.booked)
    told = [n for p in stage.passes for n in p["notices"]]
    for connected in ended:
        about = [n for n in told if f"@{connected.account.handle}" in n]
        assert about and f"hexameter connect {connected.account.handle}" in about[0]
    lost = stage.passes[-1]["unconnected"][SLUG]
    assert sorted(lost) == sorted(c.account.handle for c in ended)


def test_after_a_revoked_consent_reading_stops_for_that_creator_only(stage: Stage) -> None:
    for handle in stage.booked:
        stage.connect(handle)
    gone, *others = stage.booked
    stage.once()
    before = stage.clock.now()
    stage.clock.advance(timedelta(hours=7))
    stage.platform.tokens.revoke("display", stage.booked_place(gone))
    found = stage.once()
    assert [n for n in found["notices"] if f"@{gone}" in n] == found["notices"] and len(found["notices"]) == 1
    assert [(g["reason"], g["to_at"]) for g in found["gaps"]] == [("revoked", None)] * len(found["gaps"]) and found["gaps"]
    (entry,) = [c for c in stage.app.desk.accounts.all() if c.account.handle == gone]
    assert entry.status == "revoked"
    assert [c.what for c in stage.app.desk.accounts.consents(entry.account.id)] == ["granted", "revoked"]
    requests = stage.platform.ledger.counts()
    stage.clock.advance(timedelta(hours=7))
    stage.once()
    handles = {r["handle"] for r in stage.rows(f"select handle from creator_snapshot where captured_at > '{before:%Y-%m-%d %H:%M:%S}'")}
    assert handles <= set(others)
    assert stage.platform.ledger.counts() != requests  # the others go on
    with pytest.raises(Revoked):
        stage.app.desk.accounts.grant(entry.account.id)


def test_connected_again_after_a_revocation_the_gap_ends_and_the_numbers_go_on(stage: Stage) -> None:
    handle = stage.booked[0]
    stage.connect(handle)
    stage.once()
    stage.platform.tokens.revoke("display", stage.booked_place(handle))
    stage.clock.advance(timedelta(hours=7))
    stage.once()
    stage.clock.advance(timedelta(hours=7))
    stage.connect(handle)
    found = stage.once()
    assert found["gaps"] == []
    assert [g.reason for g in stage.app.desk.gaps.list() if g.to_at == stage.clock.now()]
    assert len(stage.rows("select distinct creator_id from post_snapshot")) == 1


def test_a_changed_handle_keeps_one_creator_and_the_campaigns_numbers(stage: Stage) -> None:
    for handle in stage.booked:
        stage.connect(handle)
    old, new, before = stage.booked[0], "fresh.name", stage.clock.now()
    stage.once()
    stage.clock.advance(timedelta(hours=25))
    stage.platform.rename(stage.booked_place(old), new)
    told = stage.once()["notices"]
    stage.clock.advance(timedelta(days=3))
    stage.once()
    assert told == [f"@{old} is now @{new}; the numbers go on under both names."]
    truth = Truth(stage.platform)
    by_old, by_new = (stage.app.kpis(creator=name) for name in (old, new))
    assert by_old["views"] == by_new["views"] and by_old["followers"] == by_new["followers"]
    assert (by_new["followers"]["n"], by_new["followers"]["start"]) == (1, truth.of_handle(old, before)["followers"])
    assert by_new["followers"]["end"] == truth.of_handle(new, stage.clock.now())["followers"]
    whole = stage.app.kpis(campaign=SLUG)
    found = [p["post_id"] for p in stage.app.inbox.list(SLUG)["posts"] if p["state"] == "auto"]
    now = truth.posts(stage.clock.now())
    assert whole["videos"]["videos"] == len(found)
    assert whole["views"]["total"] == sum(now[p]["views"] for p in found)
    assert len(stage.rows("select distinct creator_id from creator_snapshot")) == len(stage.booked)
    assert whole["followers"]["n"] == len(stage.booked)  # nobody twice


def test_scopes_left_unticked_are_said_and_what_they_cover_is_not_read(stage: Stage) -> None:
    handle = stage.booked[0]
    said = stage.connect(handle, ticked="user.info.basic,user.info.profile,user.info.stats")
    assert said["missing"] == ["the videos and their counters"]
    assert "the campaign's numbers will lack them" in said["message"]
    found = stage.once()
    assert {g["reason"] for g in found["gaps"]} == {"scope"}
    assert stage.rows("select count(*) as n from creator_snapshot") == [{"n": 1}]
    assert [n for n in found["notices"] if "Connect the account again" in n]
    assert stage.platform.ledger.outcomes["display.video_list", "scope_not_authorized"] == 0  # nothing is asked in vain


def test_a_link_opened_by_another_person_is_that_persons_account(stage: Stage) -> None:
    meant, other = stage.booked[0], stage.booked[1]
    link = stage.app.connections.begin(meant, campaign=SLUG)["url"]
    said = stage.app.connections.answer(stage.answer_of(link, other))
    assert said["handle"] == other
    assert f"The link was meant for @{meant}" in said["message"]
    stage.once()
    assert {r["handle"] for r in stage.rows("select handle from creator_snapshot")} == {other}
    assert stage.passes[-1]["unconnected"][SLUG] == sorted(set(stage.booked) - {other})


def test_an_answer_works_once_and_a_refusal_stores_nothing(stage: Stage) -> None:
    link = stage.app.connections.begin(stage.booked[0])["url"]
    address = stage.answer_of(link, stage.booked[0])
    stage.app.connections.answer(address)
    with pytest.raises(BadValue):
        stage.app.connections.answer(address)
    link = stage.app.connections.begin(stage.booked[1])["url"]
    with pytest.raises(Refused, match="did not connect"):
        stage.app.connections.answer(stage.answer_of(link, stage.booked[1], decision="deny"))
    assert [c.account.handle for c in stage.app.desk.accounts.all()] == [stage.booked[0]]
