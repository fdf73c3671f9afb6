"""What every engine must answer alike: types, absent tables, and the traps on which engines are known to differ. No KPI here."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from ibis import _

from hexameter.contracts.protocols import Engine
from hexameter.contracts.tables import BY_NAME, TABLES
from hexameter.engines.duckdb import DuckdbEngine
from hexameter.engines.registry import ENGINES, open_engine
from hexameter.engines.spark import SparkEngine
from hexameter.errors import BadValue, DamagedLake
from tests.kpis.lakes import FolderSnapshot, table

BIG = 2**62


@pytest.fixture(scope="module", params=[kind.name for kind in ENGINES])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine of the registry; Spark's is the run's one cluster."""
    if request.param == "spark":
        yield request.getfixturevalue("spark_engine")
        return
    opened = open_engine(request.param)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def forgotten(engine: Engine) -> Iterator[None]:
    yield
    engine.release()


def readings(engine: Engine) -> ir.Table:
    """Two posts; A's latest saves were not read, and two of its readings share an instant."""
    first, second = datetime(2025, 7, 1), datetime(2025, 7, 2, 6, 30, 0, 250_000)
    rows = {
        "post_id": pa.array(["A", "A", "A", "B"]),
        "captured_at": pa.array([first, second, second, first], pa.timestamp("us")),
        "order_key": pa.array([0, 1, 2, 0], pa.int64()),
        "views": pa.array([10, 20, 30, None], pa.int64()),
        "saves": pa.array([5, None, None, None], pa.int64()),
        "rate": pa.array([1.5, 0.0, None, None], pa.float64()),
    }
    return engine.small("readings", pa.table(rows))


def only(engine: Engine, expression: ir.Table) -> dict[str, Any]:
    (row,) = engine.fetch(expression).to_pylist()
    return row


def posts(engine: Engine, expression: ir.Table) -> dict[str, Any]:
    """The column `out` by post_id."""
    return {row["post_id"]: row["out"] for row in engine.fetch(expression).to_pylist()}


# one row a trap: its name, the expression as KPIs must write it, and `out` of post A and post B
BY_POST = {
    "latest_that_was_read": (lambda t: t.saves.argmax(t.order_key, where=t.saves.notnull()), 5, None),
    "tie_on_the_instant_goes_to_order_key": (lambda t: t.views.argmax(t.order_key, where=t.views.notnull()), 30, None),
    "sum_of_nothing_is_null": (lambda t: t.views.sum(), 60, None),
    "mean_of_nothing_is_null": (lambda t: t.rate.mean(), 0.75, None),
    "ratio_by_zero_is_null": (lambda t: t.views.min().cast("float64") / t.rate.min().nullif(0), None, None),
    "whole_numbers_divide_to_a_real": (lambda t: t.views.max().cast("float64") / t.views.min(), 3.0, None),
    "median_between": (lambda t: t.rate.median(), 0.75, None),
    "quantile_type_7": (lambda t: t.views.cast("float64").quantile(0.25), 15.0, None),
    "count_of_a_condition": (lambda t: t.count(where=t.views > 10), 2, 0),
    "count_leaves_out_null": (lambda t: t.saves.count(), 1, 0),
    "distinct_leaves_out_null": (lambda t: t.captured_at.nunique(), 2, 1),
    "maximum_of_instants": (lambda t: t.captured_at.max(), datetime(2025, 7, 2, 6, 30, 0, 250_000), datetime(2025, 7, 1)),
    "whole_seconds": (lambda t: t.captured_at.max().delta(t.captured_at.min(), unit="second"), 109_800, 0),
    "any_over_null": (lambda t: (t.views > 20).any(), True, None),
    "natural_logarithm": (lambda t: (t.views.max().cast("float64") + 1).ln(), math.log(31), None),
}


@pytest.mark.parametrize("trap", BY_POST)
def test_traps_by_group(engine, trap):
    build, a, b = BY_POST[trap]
    t = readings(engine)
    found = posts(engine, t.group_by("post_id").agg(out=build(t)))
    assert found == {"A": pytest.approx(a, rel=1e-12) if isinstance(a, float) else a, "B": b}
    assert [type(v) for v in found.values()] == [type(found["A"]), type(found["B"])]


def test_a_count_over_no_rows_is_zero_and_a_sum_null(engine):
    t = readings(engine).filter(_.post_id == "none")
    answer = only(
        engine, t.agg(rows=t.count(), some=t.count(where=t.views > 1), total=t.views.sum(), middle=t.views.median(), share=t.rate.mean())
    )
    assert answer == {"rows": 0, "some": 0, "total": None, "middle": None, "share": None}


def test_a_total_beyond_int64_is_an_error_never_a_wrong_number(engine):
    t = engine.small("huge", pa.table({"views": pa.array([BIG, BIG, BIG], pa.int64())}))
    with pytest.raises(BadValue, match="larger than"):
        engine.fetch(t.agg(total=t.views.sum()))
    assert only(engine, t.limit(1).agg(total=t.views.sum())) == {"total": BIG}


def test_null_order_is_said_not_assumed(engine):
    t = readings(engine)
    first = engine.fetch(t.order_by(ibis.asc(t.views, nulls_first=True)).select("views"))["views"].to_pylist()
    last = engine.fetch(t.order_by(ibis.desc(t.views)).select("views"))["views"].to_pylist()
    assert first == [None, 10, 20, 30]
    assert last == [30, 20, 10, None]


@pytest.mark.parametrize(("share", "expected"), [(0.25, 3_750.0), (0.5, 6_500.0), (0.75, 11_000.0), (0.0, 0.0), (1.0, 20_000.0)])
def test_quantiles_interpolate_linearly(engine, share, expected):
    t = engine.small("views", pa.table({"views": pa.array([20_000, None, 5_000, 0, 8_000], pa.int64())}))
    assert only(engine, t.agg(out=t.views.cast("float64").quantile(share))) == {"out": expected}


def test_no_nan_comes_out_of_a_guarded_ratio(engine):
    t = engine.small("pairs", pa.table({"a": pa.array([0.0, 1.0, None]), "b": pa.array([0.0, 0.0, 2.0])}))
    ratio = t.mutate(out=t.a / t.b.nullif(0.0))
    assert engine.fetch(ratio.select("out"))["out"].to_pylist() == [None, None, None]
    assert only(engine, ratio.agg(n=ratio.out.count(), high=ratio.out.max())) == {"n": 0, "high": None}


def test_words_compare_as_they_are(engine):
    """Case folding is done in Python before the lake; engines fold differently, so they only compare."""
    words = ["i\u0307stanbul", "istanbul", "e\u0301", "\u00e9", "stra\u00dfe", "strasse", "\u65e5\u672c", "\U0001f3ac"]
    t = engine.small("words", pa.table({"word": pa.array(words)}))
    found = engine.fetch(t.group_by("word").agg(n=t.count()).order_by("word"))
    assert found["word"].to_pylist() == sorted(words, key=str.encode)
    assert set(found["n"].to_pylist()) == {1}
    assert only(engine, t.filter(t.word == "\u00e9").agg(n=_.count())) == {"n": 1}


def test_least_and_greatest_pass_over_null(engine):
    t = readings(engine)
    both = t.group_by("post_id").agg(out=ibis.greatest(t.views.min(), t.saves.max()))
    assert posts(engine, both) == {"A": 10, "B": None}


def test_windows_and_joins_agree(engine):
    t = readings(engine)
    ordered = ibis.window(group_by="post_id", order_by="order_key")
    step = t.mutate(out=t.views - t.views.lag().over(ordered), place=ibis.row_number().over(ordered))
    assert sorted(engine.fetch(step.select("post_id", "place", "out")).to_pylist(), key=str) == [
        {"post_id": "A", "place": 0, "out": None},
        {"post_id": "A", "place": 1, "out": 10},
        {"post_id": "A", "place": 2, "out": 10},
        {"post_id": "B", "place": 0, "out": None},
    ]
    twins = t.filter(t.saves.isnull()).left_join(readings(engine), ["saves"])
    assert engine.fetch(twins.select("post_id")).num_rows == 3  # null joins nothing


def test_instants_keep_their_microseconds_and_days_are_utc(engine):
    moments = [datetime(2025, 3, 30, 1, 59, 59, 999_999), datetime(2025, 10, 26, 23, 30), datetime(1999, 12, 31, 23, 59, 59, 1)]
    t = engine.small("moments", pa.table({"at": pa.array(moments, pa.timestamp("us"))}))
    found = engine.fetch(t.mutate(day=t["at"].date(), late=t["at"] >= datetime(2025, 10, 26, 23, 30)).order_by("at"))
    assert found["at"].to_pylist() == sorted(moments)
    assert found["day"].to_pylist() == [date(1999, 12, 31), date(2025, 3, 30), date(2025, 10, 26)]
    assert found["late"].to_pylist() == [False, False, True]


def test_answers_have_one_set_of_types(engine):
    kinds = {
        "text": pa.string(),
        "count": pa.int64(),
        "real": pa.float64(),
        "flag": pa.bool_(),
        "day": pa.date32(),
        "at": pa.timestamp("us"),
    }
    kinds["words"] = pa.list_(pa.string())
    schema = pa.schema(list(kinds.items()))
    row = {
        "text": "a\nb'c",
        "count": 2**53 + 1,
        "real": 0.1,
        "flag": False,
        "day": date(2025, 7, 1),
        "at": datetime(2025, 7, 1, 1),
        "words": ["x", None],
    }
    rows = pa.Table.from_pylist([row, dict.fromkeys(kinds), {**row, "words": []}], schema=schema)
    t = engine.small("all_types", rows)
    found = engine.fetch(t)
    assert found.schema == schema
    assert sorted(found.to_pylist(), key=str) == sorted(rows.to_pylist(), key=str)
    made = engine.fetch(t.agg(n=t.count(), total=t["count"].sum(), one=ibis.literal(1), mean=t["count"].mean(), last=t.day.max()))
    assert made.schema == pa.schema(
        [("n", pa.int64()), ("total", pa.int64()), ("one", pa.int64()), ("mean", pa.float64()), ("last", pa.date32())]
    )


POSTS = [
    {"post_id": "7506832683333013149", "creator_id": "@lea", "published_at": "2025-07-05T18:00", "hashtags": ["glowday", "été"]},
    {"post_id": "2", "creator_id": "@max", "published_at": "2025-07-05T18:00:00.000001", "duration_seconds": 12.5, "is_ad": True},
    {"post_id": "3", "creator_id": None, "published_at": None, "hashtags": []},
]


@pytest.mark.parametrize("folder", ["plain", "a b#c%20[2025]{x}*?é"])
def test_lake_tables_read_as_they_were_written(engine, tmp_path, folder):
    snapshot = FolderSnapshot(tmp_path / folder, {"post": table("post", POSTS)}, files=2)
    t = engine.table(snapshot, "post")
    found = engine.fetch(t).sort_by("post_id")
    assert "month" not in found.column_names
    assert found["post_id"].to_pylist() == ["2", "3", "7506832683333013149"]
    assert found["published_at"].to_pylist() == [datetime(2025, 7, 5, 18, 0, 0, 1), None, datetime(2025, 7, 5, 18)]
    assert found["hashtags"].to_pylist() == [None, [], ["glowday", "été"]]
    assert found.schema.field("published_at").type == pa.timestamp("us")


@pytest.mark.parametrize("name", [t.name for t in TABLES])
def test_a_table_that_does_not_exist_yet_is_an_empty_one(engine, tmp_path, name):
    t = engine.table(FolderSnapshot(tmp_path, {}), name)
    assert t.columns == tuple(c.name for c in BY_NAME[name].columns if c.name != "month")
    if name == "post":  # one query is enough: they are made alike
        assert engine.fetch(t).num_rows == 0


def test_a_missing_file_is_damage_and_said_so(engine, tmp_path):
    snapshot = FolderSnapshot(tmp_path, {"post": table("post", POSTS)})
    Path(snapshot.files("post")[0].path).unlink()
    with pytest.raises(DamagedLake):
        engine.fetch(engine.table(snapshot, "post"))


def test_what_is_held_does_not_change_and_is_forgotten(engine):
    t = readings(engine)
    held = engine.hold("latest", t.filter(t.views.notnull()).select("post_id", "views"))
    assert only(engine, held.agg(n=held.count(), total=held.views.sum())) == {"n": 3, "total": 60}
    again = engine.hold("above", held.filter(held.views > 10))
    assert only(engine, again.join(t, ["post_id", "views"]).agg(n=_.count())) == {"n": 2}
    engine.release()
    assert only(engine, readings(engine).agg(n=_.count())) == {"n": 4}


def whole_groups(engine: Engine, rows: ir.Table) -> tuple[dict[str, tuple[int, int | None]], pa.Schema]:
    """Of each post: how many readings, and the views that come last."""

    def newest(rows: pa.Table) -> pa.Table:
        found: dict[str, list[int | None]] = {}
        for row in sorted(rows.to_pylist(), key=lambda r: r["order_key"]):
            found.setdefault(row["post_id"], []).append(row["views"])
        counted = [{"post_id": post, "n": len(views), "last": views[-1]} for post, views in found.items()]
        return pa.Table.from_pylist(counted, schema=pa.schema([("post_id", pa.string()), ("n", pa.int64()), ("last", pa.int64())]))

    out = engine.reduce(rows, "post_id", {"newest": newest, "again": newest})
    assert out["newest"].sort_by("post_id") == out["again"].sort_by("post_id")
    return {row["post_id"]: (row["n"], row["last"]) for row in out["newest"].to_pylist()}, out["newest"].schema


def test_groups_are_reduced_whole(engine):
    found, shape = whole_groups(engine, readings(engine))
    assert found == {"A": (3, 30), "B": (1, None)}
    assert whole_groups(engine, readings(engine).filter(_.post_id == "none")) == ({}, shape)


def test_groups_are_reduced_whole_in_parts():
    engine = DuckdbEngine(rows_at_once=2)
    assert whole_groups(engine, readings(engine))[0] == {"A": (3, 30), "B": (1, None)}
    engine.close()


def test_groups_are_reduced_whole_on_the_workers(cluster, spark_engine):
    spread = SparkEngine(cluster.url, small_rows=-1)
    try:
        assert whole_groups(spread, readings(spread))[0] == {"A": (3, 30), "B": (1, None)}
    finally:
        spread.close()


def test_receipts_show_the_query(engine):
    t = readings(engine)
    text = engine.sql(t.filter(t.views > 10))
    assert "SELECT" in text
    assert "10" in text


def test_known_at_compares_instants_of_the_lake(engine, tmp_path):
    rows = [{"post_id": "1", "creator_id": "@a", "captured_at": f"2025-07-0{n}T00:00", "views": n} for n in (1, 2, 3)]
    t = engine.table(FolderSnapshot(tmp_path, {"post_snapshot": table("post_snapshot", rows)}), "post_snapshot")
    as_of = engine.small(
        "as_of", pa.table({"as_of": pa.array([datetime(2025, 7, 2, tzinfo=UTC).replace(tzinfo=None)], pa.timestamp("us"))})
    )
    seen = t.join(as_of, t.captured_at <= as_of.as_of)
    assert only(engine, seen.agg(views=seen.views.max())) == {"views": 2}
