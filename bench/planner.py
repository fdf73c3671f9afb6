"""The planner against equal spacing and fixed age steps, at the same number of requests: mean error of a campaign's total views.

`python -m bench.planner` prints the table. It asserts no time and no gain.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from bench.rehearsing import Outcome, Stage, rehearse, stage_of
from bench.schedules import age_steps, equal_spacing, planned
from hexameter.services.tracking.columns import Buckets, Posts, Profiles, Routes
from hexameter.services.tracking.planning import plan

# Requests a day for each connected creator, all from one bucket.
BUDGETS = {"tight": 1.5, "middle": 4.0, "generous": 16.0}
SEEDS = (7, 11, 19)
# What somebody without a planner might choose for finding new posts, in hours; the best of them is reported.
LISTINGS = (1.0, 6.0, 24.0)


@dataclass(frozen=True)
class Row:
    """One budget over all seeds: requests of each policy, and its error as a share of the mean true total, in percent."""

    budget: str
    a_day: float
    requests: tuple[float, float, float]
    error: tuple[float, float, float]
    error_pct: tuple[float, float, float]
    worst_gain_pct: tuple[float, float]
    worlds: int


def compare(seeds: Iterable[int] = SEEDS, workers: int = 2, **world: Any) -> list[Row]:
    """The three policies at the three budgets."""
    with ProcessPoolExecutor(workers) as pool:
        each = list(pool.map(partial(one_world, **world), seeds))
    return [_row(name, a_day, [runs[name] for runs in each]) for name, a_day in BUDGETS.items()]


def one_world(seed: int, **world: Any) -> dict[str, tuple[Outcome, Outcome, Outcome]]:
    """The outcomes of ours, equal spacing and age steps in one simulated world, by budget."""
    stage, found = stage_of(seed, **world), {}
    for name, a_day in BUDGETS.items():
        found[name] = three(stage, a_day)
        _say(f"{name}, seed {seed}: " + ", ".join(f"{o.requests} requests {o.error:,.0f}" for o in found[name]))
    return found


def three(stage: Stage, a_day: float) -> tuple[Outcome, Outcome, Outcome]:
    """Ours, and the two baselines with as many requests."""
    ours = rehearse(stage, planned(stage, a_day))
    equal = matched(lambda scale: rehearse(stage, equal_spacing(stage, scale)), ours.requests)
    steps = [matched(lambda scale, every=every: rehearse(stage, age_steps(stage, scale, every)), ours.requests) for every in LISTINGS]
    return ours, equal, min(steps, key=lambda o: o.error)


def matched(run: Callable[[float], Outcome], requests: int, rounds: int = 12) -> Outcome:
    """The run whose number of requests comes nearest, at best a hundredth more.

    In      run  of a factor that stretches all intervals: requests go about as its inverse
    """
    low, high, scale, found = 1e-3, 1e3, 1.0, None
    for _ in range(rounds):
        tried = run(scale)
        if found is None or abs(tried.requests - requests) < abs(found.requests - requests):
            found = tried
        if requests <= tried.requests <= 1.01 * requests:
            return tried
        low, high = (scale, high) if tried.requests > requests else (low, scale)
        scale *= tried.requests / (1.004 * requests)
        if not low < scale < high:
            scale = float(np.sqrt(low * high))
    assert found is not None
    return found


def _row(name: str, a_day: float, runs: list[tuple[Outcome, Outcome, Outcome]]) -> Row:
    mean = [float(np.mean([run[i].error for run in runs])) for i in range(3)]
    share = [float(np.mean([100 * run[i].error / run[i].truth for run in runs])) for i in range(3)]
    sent = [float(np.mean([run[i].requests for run in runs])) for i in range(3)]
    worst = [min(100 * (1 - run[0].error / run[i].error) for run in runs) for i in (1, 2)]
    return Row(
        name,
        a_day,
        (sent[0], sent[1], sent[2]),
        (mean[0], mean[1], mean[2]),
        (share[0], share[1], share[2]),
        (worst[0], worst[1]),
        len(runs),
    )


def lines(rows: list[Row], speed: dict[str, float] | None = None) -> list[str]:
    """The section of bench/RESULTS.md."""
    found = ["## Planner", ""]
    found += ["Mean absolute error of a campaign's total views over its 30 days, every post held at its last reading, posts not found yet"]
    found += [f"counted as missing. Mean of {rows[0].worlds if rows else 0} simulated worlds with 40 connected creators who post for the"]
    found += [
        "campaign some 300 times; one post in eight is boosted. All policies read 20 posts a request and may list a creator's newest;"
    ]
    found += [
        "the two baselines are stretched to as many requests as ours. Ours keeps promises too (ages, end, daily); they make none.",
        "",
    ]
    found += [
        "| budget | requests: ours / equal / age steps | ours | equal spacing | fixed age steps | gain on equal | gain on age steps |"
    ]
    found += ["|---|--:|--:|--:|--:|--:|--:|"]
    for r in rows:
        gains = [f"{100 * (1 - r.error[0] / r.error[i]):.0f} % (least {r.worst_gain_pct[i - 1]:.0f} %)" for i in (1, 2)]
        errors = [f"{e:,.0f} ({p:.2f} %)" for e, p in zip(r.error, r.error_pct, strict=True)]
        sent = " / ".join(f"{n:,.0f}" for n in r.requests)
        found.append(f"| {r.budget}, {r.a_day:g} a creator and day | {sent} | {' | '.join(errors)} | {' | '.join(gains)} |")
    if speed:
        found += [
            "",
            "A pass over {creators:,.0f} creators and {posts:,.0f} posts takes {seconds:.2f} processor seconds (budget 2 s);".format(
                **speed
            ),
        ]
        found += ["it asks for {requests:,.0f} requests.".format(**speed)]
    return [*found, ""]


def pass_speed(creators: int = 1_000, posts: int = 60_000, runs: int = 5) -> dict[str, float]:
    """Processor seconds of one pass at full size: median of some runs."""
    given = _large(creators, posts)
    took = []
    for _ in range(runs):
        start = time.process_time()
        made = plan(*given, now=60 * 86_400.0, until_next=60.0)
        took.append(time.process_time() - start)
    return {"creators": creators, "posts": posts, "seconds": float(np.median(took)), "requests": len(made.requests)}


def _large(creators: int, posts: int) -> tuple[Posts, Routes, Profiles, Buckets]:
    """Sixty days of posts of so many creators, read some hours ago: a minute of Display's limit and a day's allowance."""
    rng, now, day = np.random.default_rng(3), 60 * 86_400.0, 86_400.0
    published = np.sort(rng.uniform(0, now - 7_200, posts))
    last = np.maximum(now - rng.uniform(600, day, posts), published + 600)
    earlier = np.maximum(last - rng.uniform(3_600, day, posts), published + 300)
    size = rng.lognormal(9, 1.5, posts)
    views = [np.floor(size * (1 - np.exp(-(((at - published) / (2 * day)) ** 0.7)))) for at in (last, earlier)]
    whole = np.full(posts, 1.0)
    watched = Posts(
        post_id=np.arange(posts).astype(str), route=rng.integers(0, creators, posts), weight=whole, published=published,
        last_at=last, last_views=views[0], previous_at=earlier, previous_views=views[1], end=whole * 90 * day, keep_until=whole * 400 * day,
    )  # fmt: skip
    each = np.full(creators, 1.0)
    routes = Routes(
        key=np.arange(creators).astype(str), batch=np.full(creators, 20), lists=each > 0,
        listed_at=now - rng.uniform(0, day, creators), since=0 * each, until=each * 90 * day,
    )  # fmt: skip
    profiles = Profiles(np.arange(creators).astype(str), np.arange(creators), now - rng.uniform(0, 1.1 * day, creators))
    who = np.tile(np.arange(creators), 4)
    buckets = Buckets(
        name=np.array(["list", "query", "user", "day"]), left=np.array([600, 600, 600, 40_000]), 
        lasts=np.array([60.0, 60.0, 60.0, day / 2]),
        use_route=who, use_kind=np.repeat([0, 1, 2, 0], creators), use_bucket=np.repeat([0, 1, 2, 3], creators),
    )  # fmt: skip
    return watched, routes, profiles, buckets


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")


def main() -> None:
    """Print the section as markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.planner")
    parser.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS))
    parser.add_argument("--speed-only", action="store_true")
    asked = parser.parse_args()
    speed = pass_speed()
    rows = [] if asked.speed_only else compare(asked.seeds)
    sys.stdout.write("\n".join(lines(rows, speed)) + "\n")


if __name__ == "__main__":
    main()
