"""Why a number is what it is, questions in SQL, and tables that leave as files."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hexameter.errors import BadValue, HexameterError, Unusable
from hexameter.main import App
from tests.services.conftest import HEADER, Write


def test_a_kpi_is_explained(glow: App) -> None:
    glow.campaigns.exclude("glowday", ["C"], "a repost")
    found = glow.explain("engagement_rate", campaign="glowday")
    assert found["kpi"] == "engagement_rate" and found["formula"] and found["source"] and found["unit"]
    assert found["value"] == glow.kpis(campaign="glowday")["engagement_rate"]
    assert found["receipt"]["n"] == 3 and all("select" in text.lower() for text in found["sql"].values())
    left_out = {(p["post_id"], p["figure"]): p["why"] for p in found["left_out"]}
    assert ("D", "by_views_pct") in left_out and ("A", "by_views_pct") not in left_out
    assert left_out["C", "scope"] == "excluded by hand: a repost"


@pytest.mark.parametrize("kpi", ["videos", "views", "engagement_rate", "interactions", "followers", "hashtag"])
def test_every_kpi_can_be_explained(glow: App, kpi: str) -> None:
    assert glow.explain(kpi, creator="lea")["sql"]


def test_an_unknown_kpi_is_told_with_its_neighbour(glow: App) -> None:
    with pytest.raises(BadValue, match="unknown KPI 'engagment_rate'. Known: videos, .* Did you mean engagement_rate"):
        glow.explain("engagment_rate", campaign="glowday")
    assert [k["kpi"] for k in glow.kpi_list()][0] == "videos"


def test_sql_reads_the_lake_and_nothing_else(glow: App, tmp_path: Path) -> None:
    found = glow.sql("select handle, count(*) as posts from post group by handle")
    assert found.to_pylist() == [{"handle": "lea", "posts": 4}]
    assert glow.sql("select * from post_snapshot", limit=3).num_rows == 3
    assert glow.sql("select * from paid_day").num_rows == 0
    (tmp_path / "secret.csv").write_text("a\n1\n")
    for question in (
        f"select * from read_csv('{tmp_path}/secret.csv')",
        f"select * from read_text('{glow.home}/desk.sqlite')",
        f"copy post to '{tmp_path}/out.csv'",
        "set enable_external_access = true",
        "select 1; select 2",
        "drop view post",
        "attach 'x.db'",
        "selct 1",
        "select vews from post_snapshot",
        "",
    ):
        with pytest.raises(BadValue):
            glow.sql(question)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home", "secret.csv"]


def test_sql_that_is_misspelt_says_what_is_near(glow: App) -> None:
    with pytest.raises(BadValue, match="views"):
        glow.sql("select vews from post_snapshot")


def test_a_lake_table_leaves_in_every_kind(glow: App, tmp_path: Path) -> None:
    for name in ("r.csv", "r.tsv", "r.parquet", "r.ndjson", "r.xlsx"):
        done = glow.export("post_snapshot", tmp_path / name)
        assert done["rows"] == 4 and done["kind"] == name.split(".")[1] and done["bytes"] == (tmp_path / name).stat().st_size
    assert pq.read_table(tmp_path / "r.parquet").num_rows == 4
    assert {json.loads(line)["post_id"] for line in (tmp_path / "r.ndjson").read_text().splitlines()} == set("ABCD")
    with (tmp_path / "r.csv").open() as file:
        assert [row["views"] for row in csv.DictReader(file)] == ["20000", "5000", "0", "8000"]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_breakdown_leaves_too(glow: App, tmp_path: Path) -> None:
    assert glow.export("posts", tmp_path / "posts.csv", campaign="glowday")["rows"] == 4
    assert glow.export("creators", tmp_path / "c.parquet", campaign="glowday")["rows"] == 1
    assert glow.table("hashtags", campaign="glowday").num_rows == 1


FORMULAS = ["=1+1", "+cmd", "@SUM(A1)", "-2+3", "＝1+1", "\t=1", "; =1", " =1"]


def test_text_that_a_spreadsheet_would_run_is_made_harmless(app: App, write: Write, tmp_path: Path) -> None:
    rows = [
        {"post_id": str(i), "creator": "lea", "captured_at": "2025-07-31", "views": i, "caption": text}
        for i, text in enumerate([*FORMULAS, "-5", "a=b"])
    ]
    app.collect([write("f.json", json.dumps(rows))])
    app.export("post", tmp_path / "posts.csv")
    with (tmp_path / "posts.csv").open(encoding="utf-8", newline="") as file:
        captions = {row["post_id"]: row["caption"] for row in csv.DictReader(file)}
    stored = {row["post_id"]: row["caption"] for row in app.sql("select post_id, caption from post").to_pylist()}
    for post_id, caption in captions.items():
        assert caption == (stored[post_id] if stored[post_id] in ("-5", "a=b") else "'" + stored[post_id])
    app.export("post", tmp_path / "posts.xlsx")
    with zipfile.ZipFile(tmp_path / "posts.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("what", "name", "kind", "message"),
    [
        ("pots", "x.csv", BadValue, "unknown table 'pots'. Known: posts, creators"),
        ("post", "x.doc", BadValue, "'doc' is not a kind of file to export to"),
        ("posts", "x.csv", BadValue, "Nothing says which posts are meant"),
        ("post", "nowhere/x.csv", Unusable, "cannot be written"),
    ],
)
def test_a_wrong_export_is_told(glow: App, tmp_path: Path, what: str, name: str, kind: type[HexameterError], message: str) -> None:
    with pytest.raises(kind) as refused:
        glow.export(what, tmp_path / name)
    assert message in str(refused.value)


def test_ids_survive_a_workbook(app: App, write: Write, tmp_path: Path) -> None:
    app.collect([write("one.csv", f"{HEADER}\n7527623000473079054,lea,2025-07-16T10:00Z,2025-07-31T12:00Z,x,,{2**53 + 1},1,2,3,\n")])
    app.export("post_snapshot", tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        text = b"".join(book.read(name) for name in book.namelist())
    assert b"7527623000473079054" in text and str(2**53 + 1).encode() in text
