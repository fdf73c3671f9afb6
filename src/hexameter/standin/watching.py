"""How simulated posts are watched: reach, watch time, retention, where views came from, who saw them. It counts no views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.chance import stream
from hexameter.standin.posts import Posts

SOURCES = ("For You", "Follow", "Sound", "Personal Profile", "Search", "Others", "Direct Message")
AGES = ("18-24", "25-34", "35-44", "45-54", "55+")
GENDERS = ("Female", "Male", "Other")
_COUNTRIES = ("FR", "BE", "CH", "US", "DE", "ES", "IT", "CA", "GB", "MA")
_CITIES = ("Paris", "Lyon", "Marseille", "Bruxelles", "New York", "Toulouse", "Lille", "Genève", "Nantes", "Montréal")


@dataclass(frozen=True)
class Watching:
    """One entry a post. A viewer leaves at a constant rate: the share still there after s seconds is completion ** (s / duration)."""

    reach_share: NDArray[np.float64]
    completion: NDArray[np.float64]
    average_seconds: NDArray[np.float64]
    new_viewers: NDArray[np.float64]
    not_followers: NDArray[np.float64]
    new_followers: NDArray[np.float64]
    sources: NDArray[np.float64]
    women: NDArray[np.float64]


def draw_watching(seed: int, posts: Posts) -> Watching:
    """How each post is watched; a photo post has no watch time (0)."""
    rng = stream(seed, "watching")
    count = len(posts.post_id)
    completion = rng.uniform(0.03, 0.5, count)
    lasting = posts.seconds / -np.log(completion)
    return Watching(
        reach_share=rng.uniform(0.7, 0.95, count),
        completion=completion,
        average_seconds=lasting * (1 - completion),
        new_viewers=rng.uniform(0.5, 0.95, count),
        not_followers=rng.uniform(0.4, 0.97, count),
        new_followers=rng.uniform(0.0002, 0.004, count),
        sources=rng.dirichlet(np.array([14, 3, 0.5, 1.5, 1, 0.5, 0.3]), count) if count else np.zeros((0, len(SOURCES))),
        women=rng.uniform(0.35, 0.85, count),
    )


def reach(watching: Watching, which: NDArray[np.int64], views: NDArray[np.int64]) -> NDArray[np.int64]:
    """Unique viewers behind some views."""
    found: NDArray[np.int64] = np.floor(views * watching.reach_share[which]).astype(np.int64)
    return found


def retention(watching: Watching, place: int, seconds: int) -> list[tuple[int, float]]:
    """The share of viewers still there after each second of one post, from 0 on."""
    if not seconds:
        return []
    return [(s, round(float(watching.completion[place]) ** (s / seconds), 4)) for s in range(seconds + 1)]


def audience(watching: Watching, place: int) -> dict[str, list[tuple[str, float]]]:
    """Who saw one post: genders, countries, cities and types, each as shares; genders and types sum to 1.

    Out     genders, ages, countries, cities, types: lists of (name, share)
    """
    women = round(float(watching.women[place]), 4)
    new, strangers = (round(float(v[place]), 4) for v in (watching.new_viewers, watching.not_followers))
    shares = np.sort(stream(place, "audience").dirichlet(np.full(12, 0.7)))[::-1].round(4)
    ages = stream(place, "ages").dirichlet(np.array([5, 4, 2, 1, 0.6])).round(4)
    return {
        "genders": list(zip(GENDERS, (women, round(0.98 - women, 4), 0.02), strict=True)),
        "ages": [(name, float(share)) for name, share in zip(AGES, ages, strict=True)],
        "countries": [(name, float(share)) for name, share in zip(_COUNTRIES, shares, strict=False)],
        "cities": [(name, float(share / 2)) for name, share in zip(_CITIES, shares, strict=False)],
        "types": [
            ("NEW_VIEWER", new),
            ("RETURN_VIEWER", round(1 - new, 4)),
            ("FOLLOWER_PERCENT", round(1 - strangers, 4)),
            ("NON_FOLLOWER_PERCENT", strangers),
        ],
    }


def named(pairs: list[tuple[str, float]], key: str) -> list[dict[str, Any]]:
    """Shares as the API writes them.

    Example named([("FR", 0.5)], "country") -> [{"country": "FR", "percentage": 0.5}]
    """
    return [{key: name, "percentage": share} for name, share in pairs]
