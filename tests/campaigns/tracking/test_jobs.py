"""Each job is done by one runner at a time, and none is lost with its runner."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hexameter.campaigns.desk import Desk
from hexameter.campaigns.tracking.jobs import LEASE_SECONDS, Pass
from hexameter.campaigns.tracking.leases import is_dead, new_holder
from hexameter.campaigns.tracking.payload import job_of, job_text, key_of
from hexameter.campaigns.tracking.watched import Watched
from hexameter.contracts.tracking import Account, Job
from tests.campaigns.conftest import NOW
from tests.campaigns.tracking.conftest import DrivenClock, Workers, grant

WALL = datetime(2030, 1, 1, tzinfo=UTC)  # the machine's clock has nothing to do with the house's
ELSEWHERE = "other-machine|1|boot/1|abc"


def listing(tag: str) -> Job:
    return Job(api="research", kind="hashtag", words=(tag,))


def planned(desk: Desk, *keys: str, at: datetime = NOW) -> int:
    return desk.jobs.plan(at, [(key, listing(key)) for key in keys])


def test_a_job_is_the_same_as_json_and_back() -> None:
    account = Account(4, "display", "o", "lea", "open:o")
    job = Job(
        "display", "videos", account, ("1", "2"), "lea", ("é",), NOW, NOW + timedelta(microseconds=1), "FR", {"cursor": 10**16, "a": [1]}
    )
    assert job_of(job_text(job), '{"cursor": 10000000000000000, "a": [1]}', {4: account}) == job
    assert job_of(job_text(listing("x")), None, {}) == listing("x")
    assert key_of(job) == key_of(Job(**{**vars(job), "resume": None})) != key_of(listing("x"))


def test_jobs_are_handed_out_in_their_order_with_their_account(desk: Desk) -> None:
    account = desk.accounts.remember("display", "lea", grant())
    videos = Job("display", "videos", account, resume={"cursor": 5})
    assert desk.jobs.plan(NOW, [("b", listing("b")), ("v", videos), ("a", listing("a"))]) == 3
    desk.accounts.renamed(account.id, "lea.paris")
    first, second, third = desk.jobs.lease("me", 10, WALL)
    assert [j.key for j in (first, second, third)] == ["b", "v", "a"] and first.attempt == 1 and first.pass_at == NOW
    assert first.job == listing("b") and second.job.resume == {"cursor": 5}
    assert second.job.account == desk.accounts.get(account.id) and second.job.account.handle == "lea.paris"
    assert desk.jobs.lease("you", 10, WALL) == []


def test_a_pass_planned_again_adds_only_what_is_new(desk: Desk) -> None:
    assert planned(desk, "a", "b") == 2 and planned(desk, "a", "b") == 0
    (a,) = desk.jobs.lease("me", 1, WALL)
    desk.jobs.done([a.id])
    assert planned(desk, "a", "b", "c") == 1
    assert desk.jobs.unfinished() == [Pass(NOW, 3, 2)] and desk.jobs.last_pass() == NOW
    assert [j.key for j in desk.jobs.lease("me", 9, WALL)] == ["b", "c"]
    assert desk.jobs.counts() == {"waiting": 0, "leased": 2, "done": 1, "failed": 0}
    assert desk.jobs.plan(NOW + timedelta(hours=1), []) == 0 and desk.jobs.last_pass() == NOW + timedelta(hours=1)


def test_a_pass_to_come_is_not_due(desk: Desk, clock: DrivenClock) -> None:
    planned(desk, "a", at=NOW + timedelta(hours=1))
    assert desk.jobs.lease("me", 1, WALL) == [] and desk.jobs.due(NOW) == 0 and desk.jobs.next_due() == NOW + timedelta(hours=1)
    clock.move(hours=1)
    assert desk.jobs.due(clock.now()) == 1 and len(desk.jobs.lease("me", 1, WALL)) == 1


def test_a_silent_runner_elsewhere_loses_its_jobs_when_the_lease_ends(desk: Desk) -> None:
    planned(desk, "a")
    (mine,) = desk.jobs.lease(ELSEWHERE, 1, WALL)
    soon = WALL + timedelta(seconds=LEASE_SECONDS - 1)
    assert desk.jobs.lease("you", 1, soon) == []
    assert desk.jobs.renew(ELSEWHERE, soon) == 1
    assert desk.jobs.lease("you", 1, WALL + timedelta(seconds=LEASE_SECONDS)) == []
    (again,) = desk.jobs.lease("you", 1, soon + timedelta(seconds=LEASE_SECONDS))
    assert (again.id, again.attempt) == (mine.id, 2)
    assert desk.jobs.renew(ELSEWHERE, soon) == 0
    assert not desk.jobs.progress(mine.id, {"cursor": 1}, holder=ELSEWHERE)
    assert not desk.jobs.failed(mine.id, "late", NOW, holder=ELSEWHERE)
    assert desk.jobs.progress(mine.id, {"cursor": 2}, holder="you")


def test_progress_is_where_the_next_one_goes_on(desk: Desk) -> None:
    planned(desk, "a")
    (job,) = desk.jobs.lease("me", 1, WALL)
    assert desk.jobs.progress(job.id, {"cursor": 20}, posts=[Watched("7", "@lea", "research", NOW)])
    assert desk.watched.table().num_rows == 1
    assert desk.jobs.release("me") == 1
    (again,) = desk.jobs.lease("you", 1, WALL)
    assert again.job.resume == {"cursor": 20} and again.attempt == 2


def test_a_failed_job_waits_or_is_given_up(desk: Desk, clock: DrivenClock) -> None:
    planned(desk, "a", "b")
    a, b = desk.jobs.lease("me", 2, WALL)
    assert desk.jobs.failed(a.id, "TikTok did not answer.", NOW + timedelta(minutes=5)) and desk.jobs.failed(b.id, "gone")
    assert desk.jobs.lease("me", 2, WALL) == [] and desk.jobs.unfinished() == [Pass(NOW, 2, 1)]
    clock.move(minutes=5)
    assert [(j.key, j.attempt) for j in desk.jobs.lease("me", 2, WALL)] == [("a", 2)]
    assert desk.jobs.counts() == {"waiting": 0, "leased": 1, "done": 0, "failed": 1}


def test_done_once_and_its_posts_noted_with_it(desk: Desk) -> None:
    planned(desk, "a", "b")
    ids = [j.id for j in desk.jobs.lease("me", 2, WALL)]
    assert desk.jobs.done(ids, [Watched("7", "@lea", "research", NOW, read=True, views=10)]) == 2
    assert desk.jobs.done(ids) == 0 and desk.jobs.unfinished() == []
    assert desk.watched.table()["last_views"].to_pylist() == [10]


def test_old_finished_passes_are_dropped_and_unfinished_kept(desk: Desk) -> None:
    planned(desk, "a")
    desk.jobs.done([j.id for j in desk.jobs.lease("me", 1, WALL)])
    planned(desk, "b", at=NOW + timedelta(hours=1))
    planned(desk, "c", at=NOW + timedelta(days=3))
    assert sum(desk.jobs.counts().values()) == 2
    assert [p.pass_at for p in desk.jobs.unfinished()] == [NOW + timedelta(hours=1), NOW + timedelta(days=3)]


def test_a_holder_is_dead_when_its_process_is(desk: Desk) -> None:
    me = new_holder()
    place, pid, started, own = me.split("|")
    assert not is_dead(me) and int(pid) == os.getpid()
    assert is_dead(f"{place}|{pid}|another-start|{own}")  # the number was given to another process
    assert not is_dead(ELSEWHERE) and not is_dead("me")


def test_a_named_lease_has_one_holder(desk: Desk) -> None:
    assert desk.jobs.hold("planner", "me", 60) and desk.jobs.hold("planner", "me", 60)
    assert not desk.jobs.hold("planner", "you", 60) and desk.jobs.hold("watcher", "you", 60)
    desk.jobs.let_go("planner", "you")
    assert not desk.jobs.hold("planner", "you", 60)
    desk.jobs.let_go("planner", "me")
    assert desk.jobs.hold("planner", "you", -1) and desk.jobs.hold("planner", "me", 60)  # the first had ended


_RUNNER = """
from hexameter.campaigns.tracking.leases import new_holder
me = new_holder()
while jobs := desk.jobs.lease(me, 3):
    for job in jobs:
        print(job.key, flush=True)
    desk.jobs.done([job.id for job in jobs])
"""


def test_runners_at_once_share_the_work(desk: Desk, workers: Callable[[str, int], Workers]) -> None:
    keys = [f"k{i:03}" for i in range(100)]
    planned(desk, *keys)
    several = workers(_RUNNER, 3)
    several.go()
    assert sorted(line for said in several.said() for line in said) == keys
    assert desk.jobs.counts()["done"] == 100


_STOPPING = """
from hexameter.campaigns.tracking.leases import new_holder
me = new_holder()
print(len(desk.jobs.lease(me, 5)), desk.jobs.hold("planner", me, 3600), flush=True)
sys.stdin.readline()
"""


def test_a_killed_runner_s_jobs_are_free_at_once(desk: Desk, workers: Callable[[str, int], Workers]) -> None:
    planned(desk, "a", "b")
    running = workers(_STOPPING, 1)
    running.go()
    (process,) = running.all
    assert process.stdout is not None and process.stdout.readline() == "2 True\n"
    assert desk.jobs.lease(new_holder(), 5) == [] and not desk.jobs.hold("planner", new_holder(), 60)
    process.kill()
    process.wait()
    assert [(j.key, j.attempt) for j in desk.jobs.lease(new_holder(), 5)] == [("a", 2), ("b", 2)]
    assert desk.jobs.hold("planner", new_holder(), 60)
