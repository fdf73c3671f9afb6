"""The queue of posts worth boosting: order, states and words."""

from __future__ import annotations

from typing import Any

from hexameter.insights.ad_reuse import ranked


def post(name: str, **more: Any) -> dict[str, Any]:
    known = {"post_id": name, "creator": "lea", "age_hours": 200.0, "views": 50_000, "followers": 10_000, "lift": 3.0, "low": 1.4, "n": 12}
    return {**known, **more}


def test_the_lower_bound_ranks_not_the_lift() -> None:
    found = ranked([post("loud", lift=9.0, low=0.8), post("sure", lift=2.0, low=1.5)])
    assert [(r["post_id"], r["rank"], r["state"]) for r in found] == [("sure", 1, "ready"), ("loud", 2, "ready")]
    assert found[0]["reasons"][0] == "at least 1.5 times the creator's own level at the same age (about 2.0)"
    assert found[0]["beyond_followers"] == 5.0 and "5.0 views a follower" in found[0]["reasons"][1]


def test_young_small_unmeasured_and_blocked_posts_wait() -> None:
    found = ranked(
        [
            post("young", age_hours=47.9),
            post("small", views=999),
            post("alone", low=None, lift=None),
            post("refused", rights="refused"),
            post("failed", clauses_failed=["disclosure"], music_cleared=False),
            post("unread", views=None, followers=None),
        ]
    )
    states = {r["post_id"]: r["state"] for r in found}
    assert states == {
        "young": "too early",
        "small": "too early",
        "unread": "too early",
        "alone": "no baseline",
        "refused": "blocked",
        "failed": "blocked",
    }
    assert all(r["rank"] is None for r in found)
    assert next(r for r in found if r["post_id"] == "failed")["reasons"][:2] == ["clause failed: disclosure", "music not cleared for ads"]
    assert next(r for r in found if r["post_id"] == "unread")["beyond_followers"] is None
