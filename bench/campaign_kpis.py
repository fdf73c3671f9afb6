"""All six KPIs of a campaign of 200 posts, warm: ours, hand-written DuckDB SQL and pandas over the same files of one lake.

All three give the same figures, which is checked before any of them is timed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from bench import by_pandas, handwritten, world
from hexameter.contracts.records import Cost, DataFile, Money, Period, Scope
from hexameter.engines.registry import open_engine
from hexameter.kpis.measuring import Options, measure
from hexameter.kpis.rate_cards import SKEEPERS
from hexameter.lake.pinned import PinnedSnapshot
from hexameter.lake.store import Lake

AS_OF = datetime(2025, 3, 1, tzinfo=UTC)
TABLES = ("post", "post_snapshot", "creator_snapshot")


class Clock:
    """Stands still, so that two lakes of one size are alike."""

    def now(self) -> datetime:
        """The bench's instant."""
        return datetime(2026, 1, 1, tzinfo=UTC)


def lake_of(folder: Path, readings: int) -> Lake:
    """A compacted lake of so many readings; made once and kept."""
    lake = Lake.open(folder / f"lake-{readings}", Clock())
    if "batch" not in lake.snapshot().versions:
        lake.store(world.batch(readings), world.chunks(readings))
        lake.compact()
    return lake


def compare(folder: Path, readings: int, runs: int = 15, pandas_too: bool = False) -> dict[str, Any]:
    """Median milliseconds of the three, warm, taking turns; and what the query plan says was read."""
    lake = lake_of(folder, readings)
    engine, con = open_engine("duckdb"), duckdb.connect()
    con.execute("set threads = 2; set parquet_metadata_cache = true")
    where = _where(lake.snapshot())
    contestants: dict[str, Callable[[], Any]] = {
        "ours": lambda: ask(engine, lake.snapshot()),
        "handwritten": lambda: handwritten.run(con, where),
    }
    figures = {name: run() for name, run in contestants.items()}
    _check(figures["ours"], figures["handwritten"])
    times = _in_turns(contestants, runs)
    if pandas_too:
        files = {name: [f.path for f in lake.snapshot().files(name)] for name in TABLES}
        _check(figures["ours"], by_pandas.run(files, where))
        times["pandas"] = _in_turns({"pandas": lambda: by_pandas.run(files, where)}, 5)["pandas"]
    return {"readings": readings, **{f"{name}_ms": found * 1000 for name, found in times.items()}, **_read(lake, con, where)}


def ask(engine: Any, snapshot: PinnedSnapshot) -> dict[str, Any]:
    """The campaign's six KPIs."""
    window = Period(date.fromisoformat(world.CAMPAIGN_FROM), date.fromisoformat(world.CAMPAIGN_TO), "UTC")
    scope = Scope("campaign", world.TAG, handles=frozenset(world.campaign_handles()), hashtags=frozenset({world.TAG}), window=window)
    money = Money(currency="EUR", costs=(Cost(50_000, "EUR"),))
    return measure(engine, snapshot, scope, AS_OF, options=Options(money=money, rate_card=SKEEPERS))


def _in_turns(contestants: dict[str, Callable[[], Any]], runs: int) -> dict[str, float]:
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    return {name: median(found) for name, found in seconds.items()}


def _where(snapshot: PinnedSnapshot) -> dict[str, Any]:
    """What the analyst fills in: the month's partition of the posts and readings, the whole of the small table, literal ids."""
    month = world.CAMPAIGN_FROM[:7]
    kept = {name: [f for f in snapshot.files(name) if f"month={month}" in f.path or name == "creator_snapshot"] for name in TABLES}
    creators = ", ".join(f"'90{c}'" for c in range(world.CAMPAIGN_CREATORS))
    last = (date.fromisoformat(world.CAMPAIGN_TO).toordinal() - date.fromisoformat(world.CAMPAIGN_FROM).toordinal()) + 1
    return {
        **{name: _literal(files) for name, files in kept.items()},
        "creators": creators,
        "start": world.CAMPAIGN_FROM,
        "end": str(date.fromordinal(date.fromisoformat(world.CAMPAIGN_TO).toordinal() + 1)),
        "as_of": f"{AS_OF:%Y-%m-%d %H:%M:%S}",
        "tag": world.TAG,
        "days": last,
    }


def _literal(files: Iterable[DataFile]) -> str:
    return "[" + ", ".join(f"'{f.path}'" for f in files) + "]"


def _check(ours: dict[str, Any], theirs: dict[str, list[tuple[Any, ...]]]) -> None:
    """They must say the same before any is timed."""
    differing = {what: pair for what, pair in _pairs(ours, theirs).items() if not _same(*pair)}
    assert not differing, differing


def _pairs(ours: dict[str, Any], theirs: dict[str, list[tuple[Any, ...]]]) -> dict[str, tuple[Any, Any]]:
    """What each of them says of the same figures."""
    v, e, i, f, h = (theirs[name][0] for name in ("views", "engagement_rate", "interactions", "followers", "hashtag"))
    rates, days = ours["engagement_rate"], ours["interactions"]["cumulative"]
    by_day = [d for d in theirs["interactions_by_day"] if str(d[0]) <= world.CAMPAIGN_TO]
    figures = ("mean", "median", "pooled", "n")
    videos = ("videos", "per_day", "active_days", "median_gap_hours", "longest_silence_days", "days_in_recommended_band_pct", "activity")
    views = (
        "total",
        "mean",
        "median",
        "p25",
        "p75",
        "max",
        "n",
        "n_excluded",
        "rounding_low",
        "rounding_high",
        "gained",
        "gained_n",
        "per_hour",
    )
    counted = ("likes", "comments", "shares", "interactions", "mean_per_post", "median_per_post", "n")
    grown = ("start", "end", "net", "growth_pct", "per_day", "n", "rounding_low", "rounding_high")
    brought = ("videos", "creators", "views", "interactions", "potential_reach", "potential_reach_n")
    return {
        "videos": ([ours["videos"][n] for n in videos], theirs["videos"][0]),
        "trend": ([ours["videos"][n] for n in ("views_trend_pct_per_post", "views_trend_n")], theirs["trend"][0]),
        "views": ([ours["views"][n] for n in views], v[:13]),
        "by_views": ([rates["by_views_pct"][n] for n in figures], e[:4]),
        "by_followers": ([rates["by_followers_pct"][n] for n in figures], e[7:11]),
        "intervals": (
            [(rates[n]["low"], rates[n]["high"]) for n in ("by_views_pct", "by_followers_pct", "by_reach_pct")],
            theirs["intervals"],
        ),
        "rounding": ([rates["by_views_pct"][n] for n in ("rounding_low", "rounding_high")], e[5:7]),
        "interactions": ([ours["interactions"][n] for n in counted], i[:7]),
        "last day": ([days[-1][n] for n in ("likes", "comments", "shares", "interactions")], by_day[-1][1:]),
        "creators": ([c["interactions"] for c in ours["interactions"]["creators"]], [c[2] for c in theirs["creators"]]),
        "followers": ([ours["followers"][n] for n in grown], f[:8]),
        "daily": ([(d["followers"], d["n"]) for d in ours["followers"]["daily"]], [d[1:] for d in theirs["followers_daily"]]),
        "jumps": (len(ours["followers"]["anomalies"]), len(theirs["jumps"])),
        "hashtag": ([ours["hashtag"][n] for n in brought], h[:6]),
        "return": ([ours["hashtag"][n] for n in ("cpm", "cpv", "cpe", "cost_per_video", "media_value")], h[8:13]),
        "weekly": ([(w["videos"], w["views"], w["interactions"]) for w in ours["hashtag"]["weekly"]], [w[1:] for w in theirs["weekly"]]),
    }


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and other is not None:
        return abs(one - float(other)) <= 1e-9 * max(1.0, abs(one))
    return bool(one == other)


def _read(lake: Lake, con: duckdb.DuckDBPyConnection, where: dict[str, Any]) -> dict[str, Any]:
    """How little the plan reads: files kept of all, and rows the scan hands on of all rows."""
    from hexameter.contracts.records import Keep

    snapshot = lake.snapshot()
    ids = frozenset(f"90{c}" for c in range(world.CAMPAIGN_CREATORS))
    posts = frozenset(r[0] for r in con.execute("select post_id from posts").fetchall())
    every, kept = snapshot.files("post_snapshot"), snapshot.files("post_snapshot", Keep(creator_ids=ids, post_ids=posts))
    plan = con.execute(
        f"explain analyze select count(*), sum(views) from read_parquet({_literal(kept)}) where creator_id in ({where['creators']})"
    ).fetchall()[0][1]
    groups = con.execute(f"select count(distinct (file_name, row_group_id)) from parquet_metadata({_literal(kept)})").fetchall()[0][0]
    scanned = re.findall(r"([\d,]+) rows", plan)
    return {
        "files": f"{len(kept)} of {len(every)}",
        "rows_in_files": sum(f.rows for f in kept),
        "row_groups": groups,
        "rows_out_of_scan": scanned[-1] if scanned else "?",
        "plan": _scan_of(plan),
    }


def _scan_of(plan: str) -> list[str]:
    """What the plan says of the scan, without its frame and without this machine's folders."""
    lines = [re.sub(r"[│┃╭╮╰╯─┒┎┚┖┰┱]+", " ", line).strip() for line in plan.splitlines()]
    told = [
        re.split(r"\s{2,}", line)[0]
        for line in lines
        if line.startswith(("Function", "Projections: creator", "optional", "Total Files", "Row Groups"))
    ]
    return [re.sub(r"\S*/(?=month=)", "", line) for line in told]
