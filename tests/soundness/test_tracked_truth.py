"""With every fault on, what the tracker stored is what really was: no reading lost, doubled or made up, every gap with its reason."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pytest

from hexameter.standin.server.faults import Faults
from hexameter.standin.server.platform import Lags
from tests.tracking.stage import SLUG, Stage, Truth, small_world, staged

DAYS = int(os.environ.get("HEXAMETER_TEST_DAYS", "6"))  # of the campaign, every fault on
LAG = timedelta(hours=7)


@dataclass
class Lived(Stage):
    """A stage with what its posts went through: when each could be seen, and which one was deleted."""

    seen: dict[str, list[datetime]] = field(default_factory=dict)
    deleted: str = ""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """The campaign's days and some hours with every fault on, then two passes in peace."""
    world = small_world(DAYS, renamed=1, private_share=0.15)
    faults = Faults.every(seed=3, share=0.03)
    lags = Lags(research_counters=LAG.total_seconds() / 3600)
    home = tmp_path_factory.mktemp("home")
    with staged(home, world, Faults(nul_usernames=0.3, seed=3), lags=lags, research=True) as begun:
        running = Lived(begun.app, begun.clock, begun.platform, begun.url)
        running.book()
        for number, handle in enumerate(running.booked[:-1]):  # the last is read by the Research API
            running.connect(handle, "accounts" if number % 3 == 0 else "display")
        running.connect(world.brand, "advertiser")
        running.platform.faults = faults
        while running.clock.now().timestamp() < world.window[1] + 43_200:
            running.live(timedelta(hours=12))
            note_seen(running)
            if running.clock.now().timestamp() >= world.window[0] + 4 * 86_400 and running.seen and not running.deleted:
                running.deleted = oldest_found(running)
                running.platform.delete([running.platform.by_id[int(running.deleted)]])
        running.platform.faults = Faults(nul_usernames=0.3, seed=3)
        running.clock.advance(timedelta(hours=13))
        running.once()
        running.clock.advance(timedelta(hours=13))
        running.once()
        yield running


def note_seen(stage: Lived) -> None:
    """Which of the campaign's posts could be seen every twelve hours."""
    world = stage.world
    (tagged,) = np.nonzero([world.hashtag in [str(t) for t in tags] for tags in world.works.hashtags])
    inside = tagged[(world.works.published[tagged] >= world.window[0]) & (world.works.published[tagged] < world.window[1])]
    booked = [stage.booked_place(h) for h in stage.booked[:-1]]
    for place in stage.platform.visible(inside[np.isin(world.works.creator[inside], booked)], stage.platform.second):
        stage.seen.setdefault(str(world.works.post_id[place]), []).append(stage.clock.now())


def oldest_found(stage: Lived) -> str:
    return min(p["post_id"] for p in stage.app.inbox.list(SLUG)["posts"])


def test_every_reading_of_a_post_is_the_truth_at_its_instant(stage: Lived) -> None:
    rows = stage.rows("select * from post_snapshot")
    assert {r["source"] for r in rows} == {"display", "accounts", "research", "ads"}
    assert Truth(stage.platform).wrong_posts(rows, {"research": LAG}) == {}


def test_every_reading_of_a_profile_is_the_truth_at_its_instant(stage: Lived) -> None:
    rows = stage.rows("select * from creator_snapshot")
    assert {r["source"] for r in rows} == {"display", "accounts", "research"}
    names = {c.account.creator_id: c.account.handle for c in stage.app.desk.accounts.all()}
    assert Truth(stage.platform).wrong_profiles(rows, names) == {}


@pytest.mark.parametrize("table, key", [("post_snapshot", "post_id"), ("creator_snapshot", "creator_id")])
def test_no_reading_is_stored_twice(stage: Lived, table: str, key: str) -> None:
    assert stage.rows(f"select {key}, captured_at, source, count(*) n from {table} group by all having count(*) > 1") == []


def test_every_post_of_the_campaign_is_found(stage: Lived) -> None:
    seen = {post for post, times in stage.seen.items() if len(times) > 2}
    found = {p["post_id"] for p in stage.app.inbox.list(SLUG)["posts"] if p["state"] == "auto"}
    assert len(seen) > 5
    assert seen <= found


def test_every_failed_job_left_a_gap_with_its_reason_and_the_gaps_ended(stage: Lived) -> None:
    gaps = stage.app.desk.gaps.list()
    failures = sum(p["jobs"].get("waiting", 0) + p["jobs"].get("failed", 0) for p in stage.passes)
    tried = [g for g in gaps if g.reason not in ("gone", "offline")]
    assert failures > 0
    assert sum(g.times for g in tried) == failures
    assert all(g.sentence and g.from_at <= g.last_at and (g.to_at is None or g.to_at >= g.last_at) for g in gaps)
    assert [(g.api, g.kind, g.subject, g.reason) for g in tried if g.to_at is None] == []


def test_a_deleted_post_is_read_no_more_and_a_gap_says_so(stage: Lived) -> None:
    post = stage.deleted
    gaps = [g for g in stage.app.desk.gaps.list() if g.kind == f"post {post}"]
    (last,) = stage.rows(f"select max(captured_at) as last from post_snapshot where post_id = '{post}' and source <> 'ads'")
    # a page that left the post out while it was there is a gap too, and over; the last one is the deletion
    assert gaps and {g.reason for g in gaps} == {"gone"}
    assert gaps[-1].to_at is None and all(g.to_at is not None for g in gaps[:-1])
    # what only the Research API had read of it is gone too, as its terms ask
    assert last["last"] is None or last["last"] < gaps[-1].from_at


def test_no_limit_was_ever_exceeded(stage: Lived) -> None:
    assert stage.platform.ledger.exceeded() == {}


def test_a_handle_with_nul_or_changed_names_one_creator(stage: Lived) -> None:
    rows = stage.rows("select distinct creator_id, handle from creator where creator_id like 'open:%'")
    owners = Counter(r["handle"] for r in rows)
    assert max(owners.values()) <= 2  # the same person by Display and Accounts at most
    assert not [r for r in rows if "\0" in (r["handle"] or "")]
