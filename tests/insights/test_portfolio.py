"""Portfolios against every subset, and clause effects against planted ones."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from hexameter.insights.clause_effects import effects
from hexameter.insights.portfolio import Offer, choose


def test_the_best_of_all_subsets_is_chosen() -> None:
    chance = np.random.default_rng(0)
    offers = [Offer(f"c{at}", int(chance.integers(10, 60)), float(chance.integers(5, 90)), tier="ab"[at % 2]) for at in range(10)]
    sets = [s for size in range(11) for s in combinations(offers, size)]
    fit = [s for s in sets if sum(o.price_minor for o in s) <= 150 and sum(o.tier == "a" for o in s) >= 3]
    found = choose(offers, 150, {"a": (3, 10)})
    assert found["expected"] == pytest.approx(max(sum(o.expected for o in s) for s in fit)) and found["cost_minor"] <= 150
    assert found["low"] < found["expected"] < found["high"]


def test_caution_prefers_the_surer_creator() -> None:
    offers = [Offer("bold", 100, 120, doubt=1.5), Offer("sure", 100, 100, doubt=0.1)]
    assert [choose(offers, 100, caution=c)["creators"][0]["creator"] for c in (0.0, 1.0)] == ["bold", "sure"]


def test_what_cannot_be_is_said() -> None:
    offers = [Offer("a", 80, 10, tier="micro"), Offer("b", 90, 10, tier="micro")]
    assert "at least 170 minor units; the budget is 100 minor units" in choose(offers, 100, {"micro": (2, 2)})["why"]
    assert "there are 0" in choose(offers, 100, {"mega": (1, 2)})["why"]
    assert choose([], 100)["verdict"] == "infeasible"


def test_a_clause_effect_is_within_creators() -> None:
    chance = np.random.default_rng(1)
    creator = np.repeat(np.arange(20), 20)
    passed = (chance.random(400) < 0.3 + 0.02 * creator).astype(float)  # larger creators pass more often
    level = creator * 0.3 + 0.3 * passed + chance.normal(0, 0.5, 400)
    nothing = (chance.random(400) < 0.5).astype(float)
    found = {row["clause"]: row for row in effects(level, creator, {"product": passed, "music": nothing, "rare": np.arange(400) < 5})}
    assert found["product"]["verdict"] == "better" and found["product"]["low_pct"] <= 35 <= found["product"]["high_pct"]
    assert found["music"]["low_pct"] < found["music"]["high_pct"] and found["rare"]["verdict"] == "not enough data"


def test_asking_of_twenty_clauses_that_do_nothing_rarely_finds_one() -> None:
    found = 0
    for seed in range(100):
        chance = np.random.default_rng(seed)
        creator = np.repeat(np.arange(8), 15)
        clauses = {f"c{at}": (chance.random(120) < 0.5).astype(float) for at in range(20)}
        said = effects(creator * 0.5 + chance.normal(0, 0.6, 120), creator, clauses)
        found += any(row["verdict"] in ("better", "worse") for row in said)
    assert found <= 11  # of 100, five expected; without the correction some sixty


def test_one_clause_asked_alone_has_the_usual_interval() -> None:
    """Two creators, ten posts each way: levels 1 and 0 apart by exactly one, scattered by 0.1 about it; t of 37 degrees is 2.0262."""
    creator, passed = np.repeat([0, 1], 20), np.tile([1.0, 0.0], 20)
    level = 5.0 * creator + passed + np.tile([0.1, 0.1, -0.1, -0.1], 10)
    (found,) = effects(level, creator, {"only": passed})
    half = 2.0262 * np.sqrt(40 * 0.01 / 37 / 10)
    assert found["low_pct"] == pytest.approx(100 * np.expm1(1 - half), rel=1e-3)
    two = effects(level, creator, {"only": passed, "also": 1 - passed})
    assert two[1]["low_pct"] < found["low_pct"] and two[0]["verdict"] == "worse"
