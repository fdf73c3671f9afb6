"""What must not change a number, and what must change it in a known way, on random small campaigns."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.contracts.records import Period, Scope
from hexameter.engines.duckdb import DuckdbEngine
from hexameter.kpis.measuring import Options, measure
from tests.kpis.lakes import FolderSnapshot, table
from tests.kpis.worlds import moments, periods, worlds

World = dict[str, list[dict[str, Any]]]
TAG = Scope(kind="hashtag", id="glowday", hashtags=frozenset({"glowday"}))
ENGINE = DuckdbEngine(threads=1)
FEW = settings(max_examples=6, deadline=None)


def figures(world: World, as_of: datetime, period: Period, files: int = 1, keep_seq: bool = False) -> dict[str, Any]:
    lake = {name: table(name, rows) for name, rows in world.items()}
    options = Options(posts=True, creators=True, hashtags=True)
    with tempfile.TemporaryDirectory() as folder:
        return measure(ENGINE, FolderSnapshot(Path(folder), lake, files), TAG, as_of, period=period, options=options)


def leaves(found: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(found, list):
        for place, value in enumerate(found):
            yield from leaves(value, f"{path}.{place}")
    else:
        yield path, found


def numbered(world: World) -> World:
    """The same rows, each with its place in the batch written down, so that shuffling them is only shuffling."""
    return {name: [{**row, "seq": n} for n, row in enumerate(rows)] for name, rows in world.items()}


@FEW
@given(world=worlds(), period=periods, as_of=moments, data=st.data())
def test_order_and_doubles_and_files_change_nothing(world: World, period: Period, as_of: datetime, data: st.DataObject) -> None:
    rows = numbered(world)
    shuffled = {name: data.draw(st.permutations([*found, *found])) for name, found in rows.items()}
    assert figures(rows, as_of, period) == figures(shuffled, as_of, period, files=2)


@FEW
@given(world=worlds(), period=periods, as_of=moments, days=st.integers(1, 800))
def test_whole_days_change_nothing_but_dates(world: World, period: Period, as_of: datetime, days: int) -> None:
    # whole weeks, so that posts stay in the same week; UTC, where every day has 24 hours
    shift = timedelta(days=7 * days)
    here = Period(period.from_day, period.to_day, "UTC")
    there = Period(period.from_day + shift, period.to_day + shift, "UTC")
    moved = {
        name: [{k: v + shift if isinstance(v, datetime) else v for k, v in row.items()} for row in rows] for name, rows in world.items()
    }
    before = {path: value for path, value in leaves(figures(world, as_of, here)) if not isinstance(value, str)}
    after = {path: value for path, value in leaves(figures(moved, as_of + shift, there)) if not isinstance(value, str)}
    assert before == after


@FEW
@given(world=worlds(), period=periods, as_of=moments, times=st.integers(2, 9))
def test_scaled_counters_scale_totals_and_leave_rates(world: World, period: Period, as_of: datetime, times: int) -> None:
    counters = ("views", "likes", "comments", "shares", "followers")
    scaled = {
        name: [{k: v * times if k in counters and v is not None else v for k, v in row.items()} for row in rows]
        for name, rows in world.items()
    }
    before, after = figures(world, as_of, period), figures(scaled, as_of, period)
    for rate in ("by_views_pct", "by_followers_pct"):
        for name in ("mean", "median", "pooled", "n"):
            one, two = before["engagement_rate"][rate][name], after["engagement_rate"][rate][name]
            assert two == (one if one is None else pytest.approx(one, rel=1e-12))
    for kpi, names in (("views", ("total", "max", "gained")), ("interactions", ("likes", "interactions")), ("followers", ("start", "net"))):
        for name in names:
            one = before[kpi][name]
            assert after[kpi][name] == (None if one is None else one * times)


@FEW
@given(world=worlds(), period=periods, as_of=moments)
def test_nothing_read_later_is_seen(world: World, period: Period, as_of: datetime) -> None:
    earlier = {name: [r for r in rows if r.get("captured_at", as_of) <= as_of] for name, rows in world.items()}
    assert figures(earlier, as_of, period) == figures(world, as_of, period)


@FEW
@given(world=worlds(), period=periods, as_of=moments)
def test_no_nan_and_no_counter_larger_than_what_was_read(world: World, period: Period, as_of: datetime) -> None:
    found = figures(world, as_of, period)
    assert all(math.isfinite(value) for _, value in leaves(found) if isinstance(value, float))
    read = [r["views"] for r in world["post_snapshot"] if r["views"] is not None]
    assert (found["views"]["total"] or 0) <= max(read, default=0) * len(world["post"])
    assert found["videos"]["videos"] == found["views"]["n"] + found["views"]["n_excluded"] == len(found["posts"])


@FEW
@given(world=worlds(), as_of=st.just(datetime(2025, 7, 20, tzinfo=UTC)), cut=st.integers(0, 8))
def test_periods_side_by_side_hold_every_post_once(world: World, as_of: datetime, cut: int) -> None:
    first, last = datetime(2025, 6, 26).date(), datetime(2025, 7, 20).date()
    middle = first + timedelta(days=8 + cut)
    whole, left, right = (
        figures(world, as_of, Period(a, b, "America/New_York"))["views"]
        for a, b in ((first, last), (first, middle), (middle + timedelta(days=1), last))
    )
    assert whole["n"] == left["n"] + right["n"]
    assert (whole["total"] or 0) == (left["total"] or 0) + (right["total"] or 0)
