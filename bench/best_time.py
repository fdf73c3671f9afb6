"""Best time to post in simulated worlds: how often a planted window is found, beside what could be known, and whether intervals hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from tests.insights.weeks import gain_of, week

from hexameter.insights.best_time import best_time
from hexameter.insights.own_level import kept_of, scores_of
from hexameter.insights.week_windows import FALSE_ALARM, Window, search, sums_of, windows

SHAPES = {"3 h": Window((1,), 18, 3), "9 h": Window((1, 2, 3), 18, 3), "9 h in a row": Window((5,), 10, 9)}
GAINS = (0.2, 0.5, 1.0)
POSTS = (1000, 2000, 4000)


def world(seed: int, posts: int, shape: str, gain: float) -> dict[str, Any]:
    """One world's answer: found, right (overlaps what was planted), the oracles' answers; and whether the interval holds what the named
    window truly gains (own, of every window named) and what was planted (covered, of the right ones)."""
    window = SHAPES[shape]
    posted = week(seed, posts, gain=gain, window=tuple(window.cells))
    best = best_time(posted)["windows"][:1]
    right = [b for b in best if _cells(b) & set(window.cells)]
    placed, shaped = oracles(posted, window)
    covered = sum(b["low_pct"] <= 100 * gain <= b["high_pct"] for b in right)
    effect = np.log1p(gain) * np.isin(posted.cell, window.cells)
    own = sum(b["low_pct"] <= gain_of(posted, effect, sorted(_cells(b))) <= b["high_pct"] for b in best)
    return {"found": len(best), "own": own, "right": len(right), "covered": covered, "placed": placed, "shaped": shaped}


def oracles(posted: Any, window: Window) -> tuple[bool, bool]:
    """Whether a likelihood-ratio test finds the window: one that knows its place and shape, and one that knows its shape alone."""
    scores = scores_of(posted, kept_of(posted))
    sums = sums_of(scores, None)
    every, _ = windows()
    alike = [at for at, w in enumerate(every) if w.hours == window.hours and len(w.days) == len(window.days)]
    place = next(at for at in alike if every[at].cells == window.cells)
    return tuple(search(scores, sums, None, np.random.default_rng(0), only).p <= FALSE_ALARM for only in ([place], alike))  # type: ignore[return-value]


def _cells(found: dict[str, Any]) -> set[int]:
    return set(Window(tuple(found["days"]), found["cell"] % 24, found["hours"]).cells)


def compare(worlds: int = 25, gains: Sequence[float] = GAINS, posts: Sequence[int] = POSTS) -> list[dict[str, Any]]:
    """One row a shape, gain and number of posts: the counts of `world` over so many worlds."""
    out = []
    for shape in SHAPES:
        for gain in gains:
            for n in posts:
                total: Counter[str] = Counter()
                for seed in range(worlds):
                    total.update(world(70_000 + seed, n, shape, gain))
                out.append({"shape": shape, "gain": gain, "posts": n, "worlds": worlds, **total})
    return out


def silent(worlds: int = 200, posts: int = 400) -> int:
    """Of so many worlds without a window, those in which none is named."""
    return sum(not best_time(week(50_000 + seed, posts))["windows"] for seed in range(worlds))


def lines(rows: list[dict[str, Any]], quiet: tuple[int, int]) -> list[str]:
    """The section of the results page."""
    head = [
        "## Best time to post",
        "",
        "Simulated posts of 20 creators with habits, levels and trends, one in twenty taking off; a window is planted.",
        "Found: named and overlapping the planted one. The ceilings are likelihood-ratio tests at the same false alarm (2.5 %):",
        "one knows the window's shape, one its place too. Held: of all windows named, right or wrong, the 95 % interval holds what that",
        "window truly gains; and, of the right ones, the planted gain. These worlds set no constant of the method.",
        "",
        _said(rows),
        "",
        f"Worlds without a window that name none: {quiet[0]} of {quiet[1]}.",
        "",
        "| window | gain | posts | worlds | found | ceiling: shape known | shape and place known | found elsewhere "
        "| held its own gain | held the planted gain |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return [*head, *(_row(r) for r in rows), ""]


def _said(rows: list[dict[str, Any]]) -> str:
    found, right, own, covered = (sum(r.get(key, 0) for r in rows) for key in ("found", "right", "own", "covered"))
    if not right:
        return "No window was named."
    held = f"their own gain in {own} of {found} ({100 * own / found:.0f} %), the planted one in {covered} of {right}"
    return f"In all, intervals held {held} ({100 * covered / right:.0f} %)."


def _row(r: dict[str, Any]) -> str:
    worlds = r["worlds"]
    shares = [f"{100 * r.get(key, 0) / worlds:.0f} %" for key in ("right", "shaped", "placed")]
    right = r.get("right", 0)
    found = r.get("found", 0)
    wrong, own, covered = found - right, f"{r.get('own', 0)} of {found}", f"{r.get('covered', 0)} of {right}"
    cells = (r["shape"], f"+{100 * r['gain']:.0f} %", f"{r['posts']:,}", str(worlds), *shares, str(wrong), own, covered)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    import sys

    quiet = int(sys.argv[2])
    sys.stdout.write("\n".join(lines(compare(int(sys.argv[1])), (silent(quiet), quiet))) + "\n")
