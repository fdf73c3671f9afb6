"""Posts become requests that could be sent: a route's newest, and the others in batches, best first. It decides nothing about sending."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hexameter.services.tracking.columns import NEWEST, POSTS, Flags, Floats, Places, Posts, Routes


@dataclass(frozen=True)
class Groups:
    """One entry a possible request: its route and kind; and of each post the group that would read it (-1: none)."""

    route: Places
    kind: Places
    of_post: Places

    def total(self, values: Floats) -> Floats:
        """Of each group the sum over its posts."""
        held = self.of_post >= 0
        return np.bincount(self.of_post[held], values[held], minlength=len(self.route)).astype(float)

    def least(self, values: Floats) -> Floats:
        """Of each group the lowest over its posts; inf where it has none."""
        held, found = self.of_post >= 0, np.full(len(self.route), np.inf)
        np.minimum.at(found, self.of_post[held], values[held])
        return found


def group(posts: Posts, routes: Routes, counts: Flags, due: Flags, worth: Floats, found: Floats) -> Groups:
    """The requests that each route offers now.

    The first is the listing of the newest, or the batch of the best where that reads more of what is due, or more of worth.
    In      counts  posts that some campaign counts; the others only a listing reads
            due     posts that cannot wait
            worth   of reading each post now
            found   worth of what each route's listing would find
    Out     one listing for each route, in the routes' order, then batches
    """
    count = len(routes.key)
    newest = routes.lists[posts.route] & (_rank(posts.route, -posts.published) < routes.batch[posts.route])
    best = counts & (_rank(posts.route, -worth, ~due, ~counts) < routes.batch[posts.route])
    by_listing, by_batch = (
        (np.bincount(posts.route[some & due], minlength=count), np.bincount(posts.route[some], worth[some], minlength=count))
        for some in (newest, best)
    )
    lists_first = (by_listing[0] > by_batch[0]) | ((by_listing[0] == by_batch[0]) & (by_listing[1] + found >= by_batch[1]))
    listed = newest & lists_first[posts.route]
    rest = np.flatnonzero(counts & ~listed)
    place = _rank(posts.route[rest], -worth[rest], ~due[rest]) // routes.batch[posts.route[rest]]
    pairs, which = np.unique(np.column_stack([posts.route[rest], place]), axis=0, return_inverse=True)
    of_post = np.where(listed, posts.route, -1)
    of_post[rest] = count + which.reshape(-1)
    return Groups(
        route=np.concatenate([np.arange(count), pairs[:, 0]]).astype(np.int64),
        kind=np.repeat(np.array([NEWEST, POSTS], np.int64), [count, len(pairs)]),
        of_post=of_post.astype(np.int64),
    )


def _rank(route: Places, *keys: Floats | Flags) -> Places:
    """Place of each post within its route, lowest key first; the last key weighs most, the position decides between equals."""
    order = np.lexsort((*keys, route))
    ordered = route[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(order) else np.zeros(0, np.int64)
    lengths = np.diff(np.append(starts, len(order)))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return rank
