"""How many views the posts have that are not found yet: posting rates and usual levels, learnt with a prior. It finds nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hexameter.services.tracking.columns import Flags, Floats, Posts, Routes
from hexameter.services.tracking.expecting import DAY, Growth

# Before anything was seen: 0.3 posts a day and creator, believed as much as ten days of one creator.
_POSTS_A_DAY, _BELIEVED_DAYS = 0.3, 10.0
# A creator's own posting is believed half after so many days, its own level half after so many posts.
_OWN_DAYS, _OWN_POSTS = 5.0, 3.0
_VIEWS_AT_A_DAY = 1_000.0
_TYPICAL = 6 * 3_600.0
_GRID: Floats = np.geomspace(60.0, 120 * DAY, 240)


@dataclass(frozen=True)
class Discovery:
    """Of each route: expected unfound views, their worth as an index, and `found` of `rates.interval`; `level` gives views at any age."""

    unfound: Floats
    worth: Floats
    found: Floats
    level: Floats


def discover(posts: Posts, counts: Flags, routes: Routes, growth: Growth, now: float) -> Discovery:
    """What a listing of each route would bring to light.

    In      counts  posts that some campaign counts
    Out     zeros where nothing new counts any more, or the route has no listing
    """
    level = _levels(posts, counts, len(routes.key), growth)
    start = np.where(np.isfinite(routes.listed_at), np.maximum(routes.listed_at, routes.since), routes.since)
    end = np.minimum(now, routes.until)
    counted = routes.lists & np.isfinite(routes.since)
    views_a_second = np.where(counted, _rates(posts, counts, routes, now) / DAY * _weights(posts, counts, routes) * level, 0.0)
    open_ = counted & (start < end)
    once, twice = _integrals(growth)
    longest, shortest = np.where(open_, now - start, 0.0), np.where(open_, now - end, 0.0)
    return Discovery(
        unfound=views_a_second * (_at(once, longest) - _at(once, shortest)),
        worth=views_a_second * (_at(twice, longest) - _at(twice, shortest)),
        found=np.where(
            (routes.since <= now) & (now < routes.until), views_a_second * 3 * _at(twice, np.array([_TYPICAL])) / _TYPICAL**3, 0.0
        ),
        level=level,
    )


def _rates(posts: Posts, counts: Flags, routes: Routes, now: float) -> Floats:
    """Posts a day that count, of each route: gamma prior from all routes together."""
    new = counts & (posts.published >= routes.since[posts.route]) & (posts.published < routes.until[posts.route])
    number = np.bincount(posts.route[new], minlength=len(routes.key))
    heard = np.minimum(np.where(np.isfinite(routes.listed_at), routes.listed_at, routes.since), routes.until)
    days = np.nan_to_num(np.maximum(heard - routes.since, 0.0)) / DAY
    usual = (number.sum() + _POSTS_A_DAY * _BELIEVED_DAYS) / (days.sum() + _BELIEVED_DAYS)
    found: Floats = (number + usual * _OWN_DAYS) / (days + _OWN_DAYS)
    return found


def _weights(posts: Posts, counts: Flags, routes: Routes) -> Floats:
    """Mean weight of a route's posts; where it has none, of all."""
    number = np.bincount(posts.route[counts], minlength=len(routes.key))
    total = np.bincount(posts.route[counts], posts.weight[counts], minlength=len(routes.key))
    usual = total.sum() / number.sum() if number.sum() else 1.0
    return np.where(number > 0, total / np.maximum(number, 1), usual)


def _levels(posts: Posts, counts: Flags, routes: int, growth: Growth) -> Floats:
    """Views of a usual post of each route, as a multiple of the curve: its own mean, shrunken towards everyone's."""
    seen = counts & np.isfinite(posts.last_views)
    age = np.maximum((posts.last_at - posts.published)[seen], 600.0)
    level = posts.last_views[seen] * np.exp(-growth.log_grown(age))
    guess = _VIEWS_AT_A_DAY * float(np.exp(-growth.log_grown(np.array([DAY]))[0]))
    usual = (level.sum() + guess) / (len(level) + 1)
    number = np.bincount(posts.route[seen], minlength=routes)
    total = np.bincount(posts.route[seen], level, minlength=routes)
    found: Floats = (total + _OWN_POSTS * usual) / (number + _OWN_POSTS)
    return found


def _integrals(growth: Growth) -> tuple[Floats, Floats]:
    """Of the curve from 0 to each age of the grid: its integral, and that of age times curve."""
    curve = np.exp(growth.log_grown(_GRID))
    width = np.diff(_GRID)
    parts = [values * np.append(_GRID[0], width) for values in (curve, curve * _GRID)]
    return np.cumsum(parts[0]), np.cumsum(parts[1])


def _at(integral: Floats, age: Floats) -> Floats:
    found: Floats = np.interp(age, np.append(0.0, _GRID), np.append(0.0, integral))
    return found
