"""Best time's interval is as sure as it says, it finds what is there, and it names nothing where there is nothing."""

from __future__ import annotations

import numpy as np

from hexameter.insights.best_time import best_time
from hexameter.insights.week_windows import Window
from tests.insights.weeks import gain_of, week

PLANTED = Window((1, 2, 3), 18, 3)


def test_worlds_without_a_best_time_name_none() -> None:
    """One false alarm in forty is what is promised; two of twenty would come by chance in one run of eleven, three in eighty."""
    said = [best_time(week(310_000 + seed, 600))["verdict"] for seed in range(20)]
    assert said.count("no time stands out") >= 18


def test_a_planted_window_is_found_and_intervals_hold_what_named_windows_gain() -> None:
    """From hardly findable to plain: named windows hold their own true gain, and those named in plain sight overlap the planted one."""
    held, named, plain = 0, 0, 0
    for gain, posts in ((0.3, 1500), (0.5, 2000)):
        for seed in range(10):
            posted = week(320_000 + seed, posts, gain=gain)
            effect = np.log1p(gain) * np.isin(posted.cell, PLANTED.cells)
            for best in best_time(posted)["windows"][:1]:
                cells = Window(tuple(best["days"]), best["cell"] % 24, best["hours"]).cells
                named += 1
                plain += gain == 0.5 and bool(set(cells) & set(PLANTED.cells))
                held += best["low_pct"] <= gain_of(posted, effect, cells) <= best["high_pct"]
    assert plain >= 9 and named >= 10
    assert held >= named - 2
