"""The planner against equal spacing and fixed age steps with as many requests, in a small simulated campaign: it errs less."""

from __future__ import annotations

import pytest
from bench.planner import BUDGETS, matched
from bench.rehearsing import rehearse, stage_of
from bench.schedules import age_steps, equal_spacing, planned


@pytest.mark.parametrize("budget", BUDGETS)
def test_the_total_of_a_campaign_errs_less_than_by_either_schedule(budget: str) -> None:
    stage = stage_of(seed=5, creators=24, booked=12, days=10, step=3_600.0)
    ours = rehearse(stage, planned(stage, BUDGETS[budget]))
    others = [
        matched(lambda scale: rehearse(stage, equal_spacing(stage, scale)), ours.requests),
        matched(lambda scale: rehearse(stage, age_steps(stage, scale, 6.0)), ours.requests),
    ]
    assert ours.requests <= round(BUDGETS[budget] * stage.creators) * 10
    assert all(other.requests >= 0.97 * ours.requests for other in others), "the schedules may ask as often"
    assert ours.error < 0.95 * min(other.error for other in others), (ours, others)


def test_a_rehearsal_repeats_itself() -> None:
    stage = stage_of(seed=5, creators=12, booked=5, days=3, step=3_600.0)
    assert rehearse(stage, planned(stage, 4.0)) == rehearse(stage, planned(stage, 4.0))
