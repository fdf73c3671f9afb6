"""The user's own SQL: reads the lake's tables and reaches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hexameter.engines.duckdb_sql import run_sql
from hexameter.errors import BadValue
from tests.kpis.examples import WORKED
from tests.kpis.lakes import FolderSnapshot


@pytest.fixture
def snapshot(tmp_path: Path) -> FolderSnapshot:
    return FolderSnapshot(tmp_path / "lake [1]", WORKED.lake)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("select post_id, max(views) from post_snapshot group by all order by 1", 4),
        ("WITH a AS (SELECT 1) FROM a;", 1),
        ("describe post_snapshot", 25),
        ("show tables", 13),
        ("explain select * from post", 1),
        ("explain analyze select * from post", 1),
        ("from retention", 0),
        ("select unnest(hashtags) from post", 4),
    ],
)
def test_reads(snapshot: FolderSnapshot, text: str, rows: int) -> None:
    assert run_sql(snapshot, text).num_rows == rows


def test_limit(snapshot: FolderSnapshot) -> None:
    assert run_sql(snapshot, "from range(1000000)", limit=7).num_rows == 7


@pytest.mark.parametrize(
    "text",
    [
        "select 1; select 2",
        "",
        "create table x as select 1",
        "drop view post",
        "insert into post select * from post",
        "copy (select 1) to '{folder}/hexameter_out.csv'",
        "explain copy (select 1) to '{folder}/hexameter_out.csv'",
        "explain analyze copy (select 1) to '{folder}/hexameter_out.csv'",
        "explain /* */ analyze copy (select 1) to '{folder}/hexameter_out.csv'",
        "explain (analyze) copy (select 1) to '{folder}/hexameter_out.csv'",
        "attach '{folder}/hexameter_out.db'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "pragma enable_external_access = true",
        "reset lock_configuration",
        "call pragma_version()",
        "export database '{folder}/hexameter_out'",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "select * from read_parquet('{folder}/*.parquet')",
        "select * from read_parquet('https://example.org/a.parquet')",
        "select * from nonsense",
        "select vews from post_snapshot",
        "selekt 1",
        "select * from query('copy (select 1) to ''{folder}/hexameter_out.csv''')",
    ],
)
def test_refused(snapshot: FolderSnapshot, tmp_path: Path, text: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(BadValue) as caught:
        run_sql(snapshot, text.replace("{folder}", str(elsewhere)))
    assert "\n" not in str(caught.value)
    assert not list(elsewhere.iterdir())


def test_message_says_what_was_meant(snapshot: FolderSnapshot) -> None:
    with pytest.raises(BadValue, match="vews.*views"):
        run_sql(snapshot, "select vews from post_snapshot")


def test_limit_must_be_positive(snapshot: FolderSnapshot) -> None:
    with pytest.raises(BadValue, match="limit is 0"):
        run_sql(snapshot, "select 1", limit=0)
