"""What a campaign missed: near-miss tags, edges, and the estimate of what no route saw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from hexameter.insights.capture_audit import Wanted, findings, unseen
from hexameter.insights.near_tags import distance, near

START, END = datetime(2026, 6, 30, 22, tzinfo=UTC), datetime(2026, 7, 31, 22, tzinfo=UTC)
WANTED = Wanted(frozenset({"glowday"}), frozenset({"glowbrand"}), frozenset({"lea", "tom"}), START, END, excluded=frozenset({"out"}))


def post(
    name: str, creator: str = "lea", at: datetime = START + timedelta(days=3), tags: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    return {
        "post_id": name,
        "creator": creator,
        "creator_id": f"id-{creator}",
        "published_at": at,
        "hashtags": tags,
        "mentions": (),
        **more,
    }


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("glwoday", "two letters exchanged"),
        ("glowdy", "a letter is missing"),
        ("gloowday", "a letter too many"),
        ("glowdat", "one letter differs"),
        ("glowdays", "plural"),
        ("glоwday", "look-alike or invisible characters"),  # Cyrillic o
        ("gl0wday", "look-alike or invisible characters"),
        ("ｇｌｏｗｄａｙ", "look-alike or invisible characters"),
        ("glow\u200bday", "look-alike or invisible characters"),
        ("glow_day", "look-alike or invisible characters"),
        ("glowday", None),
        ("snowboard", None),
        ("glow", None),
    ],
)
def test_a_near_miss_says_what_is_wrong(tag: str, why: str | None) -> None:
    assert near(tag, "glowday") == why


def test_short_tags_are_not_taken_for_each_other() -> None:
    assert near("sun", "son") is None and near("cat", "cats") is None


def test_distance_is_symmetric_and_bounded() -> None:
    assert distance("abcdef", "badcfe") == distance("badcfe", "abcdef") == 3 and distance("a" * 9000, "b") == 3


def test_findings_are_each_with_evidence_and_action() -> None:
    posts = [
        post("near", tags=("glwoday",)),
        post("none"),
        post("early", at=START - timedelta(hours=2), tags=("glowday",)),
        post("long before", at=START - timedelta(days=9), tags=("glowday",)),
        post("stranger", creator="zoe", tags=("glwoday",)),
        post("out", tags=("glwoday",)),
        post("in", tags=("glowday",)),
        post("undated", at=None, tags=("glwoday",)),  # type: ignore[arg-type]
    ]
    found = findings(posts, WANTED)
    assert [(f["post_id"], f["kind"]) for f in found] == [
        ("near", "near_miss_hashtag"),
        ("early", "outside_window"),
        ("none", "no_hashtag"),
    ]
    assert found[0]["evidence"] == "#glwoday for #glowday: two letters exchanged"
    assert found[1]["evidence"] == "2 h 00 min before the window, inside it in another time zone"
    assert all(f["action"] == {"verb": "include", "post_id": f["post_id"]} for f in found)


def test_posts_already_counted_are_no_finding() -> None:
    counted = Wanted(WANTED.hashtags, WANTED.mentions, WANTED.creators, START, END, counted=frozenset({"near"}))
    assert findings([post("near", tags=("glwoday",))], counted) == []


def ids(*numbers: int) -> frozenset[str]:
    return frozenset(map(str, numbers))


def test_chapman_by_hand() -> None:
    found = unseen({"search": ids(*range(60)), "lists": ids(*range(20, 70))})
    assert found["total"] == pytest.approx(61 * 51 / 41 - 1) and found["seen"] == 70
    assert found["low"] >= 70 and found["low"] < found["total"] < found["high"]


def test_one_route_or_no_overlap_cannot_tell() -> None:
    assert unseen({"search": ids(1, 2)})["verdict"] == "cannot be told"
    assert unseen({"search": ids(1, 2), "lists": ids(3)})["verdict"] == "cannot be told"
    assert unseen({})["seen"] == 0


def test_chapmans_interval_holds_the_truth() -> None:
    chance, held = np.random.default_rng(0), 0
    for _ in range(400):
        a, b = (frozenset(map(str, np.flatnonzero(chance.random(300) < p))) for p in (0.6, 0.5))
        found = unseen({"a": a, "b": b})
        held += found["low"] <= 300 <= found["high"]
    assert 0.92 <= held / 400 <= 0.985


def test_three_routes_give_a_lower_bound() -> None:
    chance, said = np.random.default_rng(1), []
    for _ in range(200):
        easy = chance.random(300)  # some posts are harder to see for every route
        said.append(unseen({n: frozenset(map(str, np.flatnonzero(chance.random(300) < easy))) for n in "abc"}))
    assert {s["verdict"] for s in said} == {"lower bound"}
    assert all(s["seen"] <= s["total"] for s in said) and np.mean([s["total"] for s in said]) <= 310
