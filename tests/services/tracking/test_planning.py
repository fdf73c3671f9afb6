"""The planner: promises first, gain next, never over a limit; and it learns from what it reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.services.tracking.columns import Buckets, Plan, Posts, Profiles, Routes
from hexameter.services.tracking.planning import plan
from tests.services.tracking.worlds import DAY, HOUR, NO_PROFILES, NOW, one_bucket, posts_of, routes_of


def _plan(posts: Posts, routes: Routes, buckets: Buckets, profiles: Profiles = NO_PROFILES, **more: Any) -> Plan:
    return plan(posts, routes, profiles, buckets, **{"now": NOW, "until_next": 60.0} | more)


def test_one_listing_reads_what_is_due_and_finds_new_posts() -> None:
    made = _plan(posts_of([23.999, 50.0], [5.0, 2.5]), routes_of(), one_bucket(10))
    assert [(r.route, r.kind, r.posts, r.promised) for r in made.requests] == [("account-0", "newest", ("900", "901"), "age or end")]
    assert made.spent == {"day": 1}
    assert made.unseen.tolist() == [0.0, 0.0]


def test_a_due_post_that_no_listing_shows_is_asked_for_by_its_id() -> None:
    ages = [float(h) for h in range(200, 225)]
    read = [0.1] * 24 + [30.0]
    made = _plan(posts_of(ages, read), routes_of(listed=0.1), one_bucket(50))
    (only,) = made.requests
    assert only.kind == "posts" and "924" in only.posts and len(only.posts) <= 20 and only.promised


def test_a_route_without_a_listing_is_read_by_ids_in_its_own_batches() -> None:
    posts = posts_of([100.0 + i for i in range(130)], [25.0] * 130)
    made = _plan(posts, routes_of(lists=np.array([False]), batch=np.array([100])), one_bucket(50))
    assert sorted(len(r.posts) for r in made.requests) == [30, 100]
    assert {r.kind for r in made.requests} == {"posts"}


def test_what_found_no_room_is_told() -> None:
    posts = posts_of([300.0, 300.0, 300.0], [60.0, 60.0, 60.0], route=np.arange(3), last_views=np.array([10.0, 1e7, 1e3]))
    made = _plan(posts, routes_of(3, until=np.full(3, NOW - 49 * DAY)), one_bucket(1, routes=3))
    assert [r.posts for r in made.requests] == [("901",)], "the one of most gain"
    assert made.late.tolist() == [0, 2]
    assert (made.unseen[[0, 2]] > 0).all() and made.unseen[1] == 0
    assert made.next_due.max() <= NOW + DAY, "when the bucket is filled again"


def test_fixed_ages_come_before_gain() -> None:
    posts = posts_of([23.999, 40.0], [5.0, 10.0], route=np.arange(2), last_views=np.array([10.0, 1e7]))
    assert [r.posts for r in _plan(posts, routes_of(2), one_bucket(1, routes=2)).requests] == [("900",)]


def test_requests_are_kept_back_for_ages_that_come_before_the_bucket_is_filled() -> None:
    posts = posts_of([18.0, 300.0], [5.0, 20.0], route=np.arange(2), last_views=np.array([10.0, 1e7]))
    assert not _plan(posts, routes_of(2), one_bucket(1, routes=2)).requests
    assert _plan(posts, routes_of(2), one_bucket(1, lasts=60.0, routes=2)).requests


def test_profiles_are_read_daily_whoever_has_posts() -> None:
    profiles = Profiles(np.array(["lea", "ines", "maya"]), np.zeros(3, np.int64), np.array([NOW - DAY, NOW - HOUR, np.nan]))
    made = _plan(posts_of([], []), routes_of(listed=0.1), one_bucket(5), profiles)
    assert sorted(r.creator for r in made.requests if r.kind == "profile") == ["lea", "maya"]
    tight = _plan(posts_of([], []), routes_of(listed=0.1), one_bucket(1), profiles)
    assert len(tight.late_profiles) == 1


def test_a_boost_is_read_sooner_and_a_settled_post_later() -> None:
    before = np.array([200.0, 960.0, 1_000.0])
    posts = posts_of([120.0] * 3, [1.0] * 3, route=np.arange(3), previous_at=np.full(3, NOW - 13 * HOUR), previous_views=before)
    made = _plan(posts, routes_of(3, until=np.full(3, NOW - 49 * DAY)), one_bucket(8, routes=3))
    assert not made.requests
    assert made.unseen[0] > 5 * made.unseen[1] > 5 * made.unseen[2]
    assert made.next_due[0] < made.next_due[1] <= made.next_due[2]


def test_it_sleeps_until_the_next_promise_when_nothing_moves() -> None:
    posts = posts_of([400.0], [3.0], last_views=np.array([0.0]))
    quiet = routes_of(until=np.array([NOW - 40 * DAY]))
    made = _plan(posts, quiet, one_bucket(100))
    assert not made.requests
    assert made.next_due[0] == pytest.approx(NOW + 21 * HOUR, abs=120)


def test_it_does_not_wake_again_and_again_for_what_a_limit_cannot_pay() -> None:
    posts = posts_of([300.0] * 8, [60.0] * 8, route=np.arange(8))
    made = _plan(posts, routes_of(8, listed=60.0), one_bucket(2, routes=8))
    assert len(made.late) >= 6
    assert (made.next_due >= NOW + 60).all()


def test_nothing_to_watch_gives_an_empty_plan() -> None:
    none = routes_of(0)
    made = _plan(posts_of([], []), none, one_bucket(5, routes=0))
    assert (made.requests, made.next_due.tolist(), made.spent) == ((), [], {"day": 0})


def test_ended_and_forgotten_posts_are_left_alone() -> None:
    posts = posts_of([400.0], [300.0], keep_until=np.array([NOW - HOUR]))
    assert not _plan(posts, routes_of(until=np.array([NOW - 40 * DAY])), one_bucket(5)).requests


def test_no_new_post_is_looked_for_before_the_campaign_starts() -> None:
    early = routes_of(since=np.array([NOW + DAY]), listed_at=np.array([np.nan]))
    assert not _plan(posts_of([], []), early, one_bucket(5)).requests


def _drawn(seed: int, creators: int, number: int) -> tuple[Posts, Routes, Profiles, Buckets]:
    rng = np.random.default_rng(seed)
    ages, read = rng.uniform(0.1, 900, number), rng.uniform(0, 60, number)
    read = np.where(rng.random(number) < 0.1, np.nan, np.minimum(read, ages))
    posts = posts_of(
        ages.tolist(),
        read.tolist(),
        route=rng.integers(0, creators, number),
        weight=rng.choice([0.0, 1.0, 2.0], number),
        end=NOW + rng.uniform(-20, 20, number) * DAY,
    )
    posts = replace(posts, previous_at=posts.last_at - HOUR, previous_views=posts.last_views * rng.uniform(0.2, 1.1, number))
    profiles = Profiles(np.arange(creators).astype(str), np.arange(creators), NOW - rng.uniform(0, 40, creators) * HOUR)
    who = np.tile(np.arange(creators), 3)
    buckets = Buckets(
        np.array(["minute", "day", "own"]),
        rng.integers(0, 12, 3),
        np.array([60.0, 30_000.0, 900.0]),
        np.concatenate([who, who, [0, 0]]),
        np.concatenate([np.repeat([0, 1, 2], creators)] * 2 + [[0, 1]]),
        np.concatenate([np.zeros(len(who)), np.ones(len(who)), [2, 2]]).astype(np.int64),
    )
    return posts, routes_of(creators, listed=float(rng.uniform(0, 40))), profiles, buckets


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), creators=st.integers(1, 6), number=st.integers(0, 120))
def test_no_bucket_is_ever_asked_for_more_than_it_has(seed: int, creators: int, number: int) -> None:
    posts, routes, profiles, buckets = _drawn(seed, creators, number)
    made = _plan(posts, routes, buckets, profiles)
    names = routes.key.tolist()
    spent = {name: 0 for name in buckets.name.tolist()}
    for request in made.requests:
        assert len(request.posts) <= 20
        mine = (buckets.use_route == names.index(request.route)) & (buckets.use_kind == ("newest", "posts", "profile").index(request.kind))
        for bucket in buckets.use_bucket[mine].tolist():
            spent[str(buckets.name[bucket])] += 1
    assert made.spent == spent
    assert all(spent[str(name)] <= left for name, left in zip(buckets.name, buckets.left.tolist(), strict=True))
    read = [post for request in made.requests for post in request.posts]
    assert len(read) == len(set(read))
    assert np.isfinite(made.unseen).all() and (made.unseen >= 0).all() and not np.isnan(made.next_due).any()


def test_the_same_columns_give_the_same_plan() -> None:
    first, again = (_plan(*_drawn(4, 5, 100)[:2], _drawn(4, 5, 100)[3]) for _ in range(2))
    assert first.requests == again.requests
    assert first.next_due.tolist() == again.next_due.tolist()
