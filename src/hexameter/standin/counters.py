"""Simulated counters: saturating views, engagement that follows them, likes withdrawn, boosts paid. It knows no captions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.chance import stream
from hexameter.standin.creators import DAY, Creators
from hexameter.standin.posts import FOREVER, Posts
from hexameter.standin.tiers import TIERS

Counts = NDArray[np.int64]
# How the engagement of a post splits, and the saves beside it.
_LIKES, _COMMENTS, _SHARES, _SAVES = 0.90, 0.04, 0.06, 0.07
# A paid view engages less than an organic one.
_PAID_ENGAGES = 0.2


@dataclass(frozen=True)
class Curves:
    """The law of each post: N(t) = eventual (1 - exp(-(t / tau) ** beta)) organic views at age t, and what follows from it."""

    eventual: NDArray[np.float64]
    tau: NDArray[np.float64]
    beta: NDArray[np.float64]
    likes: NDArray[np.float64]
    comments: NDArray[np.float64]
    shares: NDArray[np.float64]
    saves: NDArray[np.float64]
    withdrawn_at: Counts
    withdrawn: NDArray[np.float64]
    boost_from: Counts
    boost_until: Counts
    boost_views: NDArray[np.float64]


def draw_curves(seed: int, creators: Creators, posts: Posts) -> Curves:
    """The law of every post: heavy-tailed views by tier, engagement rates by tier, a few withdrawals and boosts."""
    rng = stream(seed, "curves")
    count = len(posts.post_id)
    tier = creators.tier[posts.creator]
    base = creators.followers[posts.creator, np.clip((posts.published - creators.first_second) // DAY, 0, creators.followers.shape[1] - 1)]
    taste = rng.lognormal(0, 0.4, len(creators.tier))[posts.creator]
    engaged = np.array([t.engagement_pct for t in TIERS])[tier] / 100 * rng.lognormal(0, 0.35, count)
    split = rng.dirichlet(np.array([_LIKES, _COMMENTS, _SHARES]) * 60, count) if count else np.zeros((0, 3))
    eventual = base * np.array([t.views_of_followers for t in TIERS])[tier] * taste * rng.lognormal(0, 1.0, count)
    boosted = np.isin(posts.kind, ("tagged", "misspelt")) & (rng.random(count) < 0.12)
    boost_from = np.where(boosted, posts.published + rng.integers(DAY, 4 * DAY, count), FOREVER)
    return Curves(
        eventual=eventual,
        tau=rng.lognormal(np.log(40), 0.5, count) * 3600,
        beta=rng.uniform(0.55, 0.85, count),
        likes=engaged * split[:, 0],
        comments=engaged * split[:, 1],
        shares=engaged * split[:, 2],
        saves=engaged * _SAVES * rng.lognormal(0, 0.4, count),
        withdrawn_at=np.where(rng.random(count) < 0.06, posts.published + rng.integers(2 * DAY, 10 * DAY, count), FOREVER),
        withdrawn=rng.uniform(0.02, 0.15, count),
        boost_from=boost_from,
        boost_until=np.where(boosted, boost_from + rng.integers(2 * DAY, 5 * DAY, count), FOREVER),
        boost_views=np.where(boosted, eventual * rng.uniform(0.5, 2.0, count), 0.0),
    )


def count_at(curves: Curves, posts: Posts, which: NDArray[np.int64], second: int | Counts) -> dict[str, Counts]:
    """The exact counters of some posts at an instant.

    In      which   positions of posts, all published by then
            second  Unix second; or one for each post
    Out     views (paid ones included), views_paid, likes, comments, shares, saves
    """
    age = (second - posts.published[which]).astype(float)
    organic = curves.eventual[which] * -np.expm1(-((age / curves.tau[which]) ** curves.beta[which]))
    length = (curves.boost_until - curves.boost_from)[which].astype(float)
    share = np.clip((second - curves.boost_from[which].astype(float)) / np.maximum(length, 1.0), 0.0, 1.0)
    paid = np.floor(curves.boost_views[which] * share)
    organic = np.floor(organic)
    engaging = organic + _PAID_ENGAGES * paid
    kept = np.where(second >= curves.withdrawn_at[which], 1 - curves.withdrawn[which], 1.0)
    found = {
        "views": organic + paid,
        "views_paid": paid,
        "likes": engaging * curves.likes[which] * kept,
        "comments": engaging * curves.comments[which],
        "shares": engaging * curves.shares[which],
        "saves": engaging * curves.saves[which],
    }
    return {name: np.floor(values).astype(np.int64) for name, values in found.items()}


def shown(values: Counts) -> Counts:
    """Counters as a public page shows them: from 10,000 to the nearest hundred, from a million to the nearest hundred thousand.

    Example shown(38884) -> 38900
    """
    exact = np.asarray(values, np.int64)
    step = np.where(exact >= 1_000_000, 100_000, np.where(exact >= 10_000, 100, 1)).astype(np.int64)
    found: Counts = (exact + step // 2) // step * step
    return found
