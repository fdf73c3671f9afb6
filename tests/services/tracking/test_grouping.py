"""Posts become requests: the newest of a route together, the others in batches, best first, none twice."""

from __future__ import annotations

import numpy as np

from hexameter.services.tracking.columns import NEWEST, POSTS
from hexameter.services.tracking.grouping import group
from tests.services.tracking.worlds import posts_of, routes_of

YES = np.ones(5, bool)


def test_the_newest_go_with_the_listing_and_the_rest_by_worth() -> None:
    posts, routes = posts_of([5.0, 4.0, 3.0, 2.0, 1.0], [1.0] * 5), routes_of(batch=np.array([2]))
    groups = group(posts, routes, YES, ~YES, np.array([1.0, 9.0, 2.0, 50.0, 50.0]), np.zeros(1))
    assert groups.of_post.tolist() == [2, 1, 1, 0, 0]
    assert groups.kind.tolist() == [NEWEST, POSTS, POSTS]
    assert groups.total(np.ones(5)).tolist() == [2.0, 2.0, 1.0]
    assert groups.least(np.arange(5.0)).tolist() == [3.0, 1.0, 0.0]


def test_a_batch_goes_first_where_old_posts_are_worth_more_than_listing() -> None:
    posts, routes = posts_of([5.0, 4.0, 3.0, 2.0, 1.0], [1.0] * 5), routes_of(batch=np.array([2]))
    groups = group(posts, routes, YES, ~YES, np.array([90.0, 80.0, 3.0, 2.0, 1.0]), np.array([5.0]))
    assert groups.of_post.tolist() == [1, 1, 2, 2, 3]


def test_what_is_due_comes_before_worth() -> None:
    posts, routes = posts_of([5.0, 4.0, 3.0, 2.0, 1.0], [1.0] * 5), routes_of(batch=np.array([2]))
    groups = group(posts, routes, YES, np.array([True, False, False, False, False]), np.array([0.0, 1.0, 2.0, 9.0, 9.0]), np.array([5.0]))
    assert groups.of_post[0] == 1
    assert groups.kind[1] == POSTS


def test_posts_that_count_nowhere_fill_places_of_a_listing_only() -> None:
    posts, routes = posts_of([5.0, 4.0, 3.0, 2.0, 1.0], [1.0] * 5), routes_of(batch=np.array([2]))
    counts = np.array([True, False, False, False, True])
    groups = group(posts, routes, counts, ~YES, counts * 1.0, np.array([9.0]))
    assert groups.of_post.tolist() == [1, -1, -1, 0, 0]
