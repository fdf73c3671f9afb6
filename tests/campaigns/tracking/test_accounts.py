"""Accounts are remembered once, their tokens sealed; of two refreshes at once one wins; consent is logged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hexameter.campaigns.desk import Desk
from hexameter.errors import NotFound, Outage, Revoked, Unusable
from tests.campaigns.conftest import NOW
from tests.campaigns.tracking.conftest import DrivenClock, Workers, grant


def test_an_account_is_remembered_with_its_grant(open_desk: Callable[[], Desk]) -> None:
    made = open_desk().accounts.remember("display", "@Lea", grant(), "glow-day")
    assert (made.handle, made.creator_id, made.scopes) == ("lea", "open:afd97af1", {"user.info.basic", "video.list"})
    again = open_desk()
    assert again.accounts.grant(made.id) == grant() and again.accounts.of("LEA") == [made]
    (there,) = again.accounts.all()
    assert (there.account, there.status, there.since, there.handles) == (made, "active", NOW, (("lea", NOW),))


def test_connected_again_it_is_the_same_account(desk: Desk, clock: DrivenClock) -> None:
    first = desk.accounts.remember("display", "lea", grant())
    clock.move(days=1)
    again = desk.accounts.remember("display", "somebody", grant(n=2, scopes=("user.info.basic",)))
    assert (again.id, again.handle, again.creator_id) == (first.id, "lea", first.creator_id)
    assert desk.accounts.grant(first.id) == grant(n=2, scopes=("user.info.basic",))
    assert [(c.what, c.who, sorted(c.scopes)) for c in desk.accounts.consents(first.id)] == [
        ("granted", "lea", ["user.info.basic", "video.list"]),
        ("changed", "lea", ["user.info.basic"]),
    ]


def test_a_person_has_one_creator_id(desk: Desk, clock: DrivenClock) -> None:
    display = desk.accounts.remember("display", "lea", grant())
    business = desk.accounts.remember("accounts", "lea", grant("b-1"), creator_id=None)
    assert business.creator_id == display.creator_id == "open:afd97af1"
    assert desk.accounts.remember("display", "mia", grant("m-1"), creator_id="6812").creator_id == "6812"
    assert desk.accounts.remember("accounts", "mia", grant("m-2")).creator_id == "6812"
    # within one login an open_id is a person: whoever has the name now is somebody else
    assert desk.accounts.remember("display", "lea", grant("z-1")).creator_id == "open:z-1"
    assert desk.accounts.remember("display", "lea", grant("y-1"), creator_id="open:z-1").creator_id == "open:y-1"
    clock.move(days=1)
    assert desk.accounts.renamed(display.id, "Lea.Paris").creator_id == "open:afd97af1"
    assert desk.accounts.remember("display", "lea", grant(n=3), creator_id="99").creator_id == "open:afd97af1"
    assert desk.accounts.stands(display.id).handles == (("lea", NOW), ("lea.paris", clock.now()))
    assert desk.accounts.renamed(display.id, "lea.paris") == desk.accounts.get(display.id)
    assert len(desk.accounts.stands(display.id).handles) == 2


def test_a_login_by_somebody_else_than_asked_is_theirs(desk: Desk, clock: DrivenClock) -> None:
    lea = desk.accounts.remember("display", "lea", grant(), creator_id="6812")
    other = desk.accounts.remember("accounts", "lea", grant("m-1"))
    assert other.creator_id == "6812"
    proved = desk.accounts.proved(other.id, "mia")
    assert (proved.handle, proved.creator_id) == ("mia", "open:m-1") and desk.accounts.of("lea") == [lea]
    assert desk.accounts.stands(other.id).handles == (("mia", NOW),) and desk.accounts.consents(other.id)[0].who == "mia"
    clock.move(days=2)
    assert desk.accounts.proved(other.id, "mia.two").creator_id == "open:m-1"  # by now it is a change of name
    assert [h for h, _ in desk.accounts.stands(other.id).handles] == ["mia", "mia.two"]


def test_accounts_without_a_handle_are_nobody_s_twins(desk: Desk) -> None:
    first = desk.accounts.remember("advertiser", "", grant("adv-1"))
    second = desk.accounts.remember("accounts", "", grant("b-1"))
    assert first.creator_id != second.creator_id


def test_of_two_refreshes_one_is_kept(desk: Desk) -> None:
    account = desk.accounts.remember("display", "lea", grant())
    assert desk.accounts.store_grant(account.id, grant(n=2), replaces=grant().refresh_token)
    assert not desk.accounts.store_grant(account.id, grant(n=3), replaces=grant().refresh_token)
    assert desk.accounts.grant(account.id) == grant(n=2)
    assert desk.accounts.store_grant(account.id, grant(n=3, scopes=("video.list",)), replaces=grant(n=2).refresh_token)
    assert desk.accounts.consents()[-1].what == "changed" and desk.accounts.get(account.id).scopes == {"video.list"}


def test_revoked_consent_is_told_and_logged(desk: Desk, clock: DrivenClock) -> None:
    account = desk.accounts.remember("display", "lea", grant())
    at = clock.move(hours=1)
    assert desk.accounts.revoked(account.id, "TikTok refused the token.")
    assert not desk.accounts.revoked(account.id, "TikTok refused the token.")
    with pytest.raises(Revoked, match="connection of @lea has been revoked: TikTok refused the token. Ask .* hexameter connect lea"):
        desk.accounts.grant(account.id)
    stands = desk.accounts.stands(account.id)
    assert (stands.status, stands.why, stands.since) == ("revoked", "TikTok refused the token.", at)
    assert [(c.what, c.at, c.why) for c in desk.accounts.consents()][-1] == ("revoked", at, "TikTok refused the token.")
    assert desk.accounts.all("active") == []
    desk.accounts.remember("display", "lea", grant(n=2))
    assert desk.accounts.stands(account.id).status == "active" and desk.accounts.consents()[-1].what == "granted"


def test_a_late_refusal_does_not_end_a_newer_consent(desk: Desk) -> None:
    account = desk.accounts.remember("display", "lea", grant())
    desk.accounts.remember("display", "lea", grant(n=2))
    assert not desk.accounts.revoked(account.id, "refused", replaces=grant().access_token)
    assert desk.accounts.grant(account.id) == grant(n=2)
    assert desk.accounts.expired(account.id, "a year is over.", replaces=grant(n=2).access_token)
    with pytest.raises(Revoked, match="has run out: a year is over"):
        desk.accounts.grant(account.id)
    assert not desk.accounts.store_grant(account.id, grant(n=3), replaces=grant(n=2).refresh_token)


def test_an_unknown_account(desk: Desk) -> None:
    for ask in (desk.accounts.get, desk.accounts.grant, lambda i: desk.accounts.renamed(i, "x"), lambda i: desk.accounts.revoked(i, "")):
        with pytest.raises(NotFound, match="no connected account number 7"):
            ask(7)


def test_no_token_reaches_the_file_or_a_repr(tmp_path: Path, clock: DrivenClock) -> None:
    desk = Desk(tmp_path, clock)
    account = desk.accounts.remember("display", "lea", grant())
    desk.accounts.store_grant(account.id, grant(n=2), replaces=grant().refresh_token)
    desk.connecting.begin("display", "lea", None, "http://127.0.0.1/", "VERIFIER-secret")
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert b"afd97af1" in files["desk.sqlite-wal"]  # what is written is looked at
    assert not [name for name, data in files.items() for secret in (b"ACCESS", b"REFRESH", b"VERIFIER") if secret in data]
    assert "ACCESS" not in repr((desk.accounts.grant(account.id), desk.accounts.all()))
    desk.close()


def test_a_grant_is_bound_to_its_account(tmp_path: Path, clock: DrivenClock) -> None:
    import sqlalchemy as sa

    from hexameter.campaigns.database import open_database, writing

    desk = Desk(tmp_path, clock)
    lea, mia = (desk.accounts.remember("display", name, grant(name)) for name in ("lea", "mia"))
    engine = open_database(tmp_path)
    with writing(engine) as connection:
        connection.execute(sa.text(f"UPDATE account SET sealed_grant = (SELECT sealed_grant FROM account WHERE id = {mia.id})"))
    engine.dispose()
    with pytest.raises(Unusable, match="sealed for something else"):
        desk.accounts.grant(lea.id)
    desk.close()


_REFRESHER = """
for account in desk.accounts.all():
    account = account.account
    with desk.accounts.refreshing(account.id):
        old = desk.accounts.grant(account.id)
        if old.access_token == "act.ACCESS-afd97af1-1":
            n = 2
            print("refreshed", flush=True)
            fresh = Grant("act.NEW", old.access_expires_at, "rft.NEW", None, old.scopes, old.open_id)
            assert desk.accounts.store_grant(account.id, fresh, replaces=old.refresh_token)
    print(desk.accounts.grant(account.id).access_token)
"""


def test_processes_that_refresh_at_once_refresh_once(desk: Desk, workers: Callable[[str, int], Workers]) -> None:
    desk.accounts.remember("display", "lea", grant())
    several = workers(_REFRESHER, 3)
    several.go()
    lines = [line for said in several.said() for line in said]
    assert sorted(lines) == ["act.NEW"] * 3 + ["refreshed"]


def test_a_refresh_that_died_is_not_waited_for(desk: Desk, workers: Callable[[str, int], Workers]) -> None:
    account = desk.accounts.remember("display", "lea", grant())
    holding = workers(f"with desk.accounts.refreshing({account.id}):\n    print('in', flush=True)\n    sys.stdin.readline()", 1)
    holding.go()
    (process,) = holding.all
    assert process.stdout is not None and process.stdout.readline() == "in\n"
    with pytest.raises(Outage, match="busy with 'refresh of account"), desk.accounts.refreshing(account.id, patience=0):
        raise AssertionError("held by another")
    process.kill()
    process.wait()
    with desk.accounts.refreshing(account.id, patience=0):
        pass


def test_logins_of_one_person_at_once_mint_one_id(desk: Desk, workers: Callable[[str, int], Workers]) -> None:
    code = """
import os
grant = Grant("a", None, "r", None, frozenset(), str(os.getpid()))
for login in ("display", "accounts", "advertiser"):
    desk.accounts.remember(login, "lea", Grant("a", None, "r", None, frozenset(), "me"))
"""
    several = workers(code, 3)
    several.go()
    several.said()
    assert len(desk.accounts.all()) == 3 and len({c.account.creator_id for c in desk.accounts.all()}) == 1
