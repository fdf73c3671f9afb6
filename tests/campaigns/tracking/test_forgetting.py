"""An erased creator is nowhere on the desk any more; everybody else still is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk
from hexameter.campaigns.tracking.gaps import EVERYTHING, of_account, of_creator
from hexameter.campaigns.tracking.inbox import Found
from hexameter.campaigns.tracking.watched import Watched
from hexameter.contracts.tracking import Job, Limit
from tests.campaigns.conftest import NOW
from tests.campaigns.tracking.conftest import DrivenClock, grant

ZOE, HERS = "zanzibar.marker", "7527623000473079054"


def furnish(desk: Desk) -> None:
    """Two creators in every table."""
    desk.create(Draft("Glow", "2025-07-01", "2025-07-31", hashtags=("glow",), creators=(ZOE, "mia")))
    for name in (ZOE, "mia"):
        account = desk.accounts.remember("display", name, grant(f"open-{name}"), "glow")
        limit = Limit("minute", 9, 60, per="account")
        desk.quota.spend([(limit.bucket(account), limit)], NOW)
        desk.connecting.begin("display", name, "glow", "http://127.0.0.1/", "v")
        by_hand = Job("research", "profile", handle=name)
        desk.jobs.plan(NOW, [(name, Job("display", "videos", account)), (f"{name} by hand", by_hand)])
        desk.gaps.open("display", "videos", of_account(account.id), "revoked", f"@{name} took consent back.", NOW)
        desk.gaps.open("research", "profile", of_creator(name), "gone", "Gone.", NOW)
    desk.jobs.plan(NOW, [("posts", Job("research", "posts", posts=(HERS, "1")))])
    desk.gaps.open("display", "videos", EVERYTHING, "quota", f"Not read: @{ZOE}, @mia.", NOW)
    desk.gaps.open("research", f"post {HERS}", EVERYTHING, "gone", "Deleted or private.", NOW)
    desk.rules.set("glow", f"#glow OR @{ZOE} OR @mia")
    desk.inbox.found("glow", [Found(HERS, ZOE, "display", "#glow", "auto"), Found("1", "mia", "display", f"@{ZOE}", "auto")])
    desk.inbox.hand_in("glow", f"https://www.tiktok.com/@{ZOE}/video/7527623000473079055", ZOE)
    desk.inbox.hand_in("glow", "https://www.tiktok.com/@mia/video/7527623000473079056", "mia")
    desk.watched.upsert([Watched(HERS, f"open:open-{ZOE}", "display", NOW), Watched("1", "open:open-mia", "display", NOW)])


def test_nothing_of_an_erased_creator_is_left(desk: Desk) -> None:
    furnish(desk)
    counts = desk.forget([ZOE])
    assert counts["account"] == 1 and counts["watched_post"] == 1
    assert [c.account.handle for c in desk.accounts.all()] == ["mia"]
    assert [(c.what, c.who) for c in desk.accounts.consents()] == [("granted", "mia"), ("erased", None)]
    assert [s.bucket for s in desk.quota.state(NOW)] == ["minute:display:open-mia"]
    jobs = desk.jobs.lease("me", 99)
    assert [(j.key, j.job.posts) for j in jobs] == [("mia", ()), ("mia by hand", ()), ("posts", ("1",))]
    assert [(g.subject[:1], g.sentence) for g in desk.gaps.list()] == [
        ("a", "@mia took consent back."),
        ("@", "Gone."),
        ("", "A creator erased since was concerned."),
    ]
    assert str(desk.rules.of("glow")) == "#glow OR @mia"
    assert {p.post_id: p.matched for p in desk.inbox.list("glow")} == {"1": "", "7527623000473079056": "handed in by mia"}
    assert [h.by for h in desk.inbox.handed_in("glow")] == ["mia"]
    assert desk.watched.table()["post_id"].to_pylist() == ["1"]
    assert desk.forget([ZOE]) == {}


def test_an_erased_name_is_not_left_in_the_files(tmp_path: Path, clock: DrivenClock) -> None:
    desk = Desk(tmp_path, clock)
    furnish(desk)
    account = desk.accounts.of(ZOE)[0]
    desk.accounts.renamed(account.id, "zanzibar.two")
    (job, *_) = desk.jobs.lease("me", 1)
    desk.jobs.failed(job.id, f"@{ZOE} is gone", NOW)
    desk.forget(["zanzibar.two"])
    desk.close()
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert not [(name, word) for name, data in left.items() for word in (b"zanzibar", HERS.encode()) if word in data]


def test_a_name_taken_over_is_its_new_owner_s(desk: Desk, clock: DrivenClock) -> None:
    """Lea became lea.paris and somebody else is lea now: who erases one leaves the other."""
    first = desk.accounts.remember("display", "lea", grant("first"))
    clock.move(days=1)
    desk.accounts.renamed(first.id, "lea.paris")
    second = desk.accounts.remember("display", "lea", grant("second"))
    assert second.creator_id == "open:second"
    desk.watched.upsert([Watched("1", first.creator_id, "display", NOW), Watched("2", second.creator_id, "display", NOW)])
    desk.forget(["lea"])
    assert [c.account.handle for c in desk.accounts.all()] == ["lea.paris"] and desk.watched.table()["post_id"].to_pylist() == ["1"]
    third = desk.accounts.remember("display", "lea", grant("third"))
    assert third.id not in (first.id, second.id)  # an erased account's number is not given again
    desk.forget(["lea.paris"])
    assert desk.accounts.of("lea") == [third]


def test_another_login_of_the_same_person_goes_too(desk: Desk, clock: DrivenClock) -> None:
    first = desk.accounts.remember("display", "lea", grant("first"))
    desk.accounts.remember("accounts", "lea", grant("second"))
    desk.accounts.renamed(first.id, "lea.paris")
    clock.move(seconds=timedelta(days=1).total_seconds())
    desk.forget(["lea.paris"])
    assert desk.accounts.all() == [] and [c.what for c in desk.accounts.consents()] == ["erased"]
