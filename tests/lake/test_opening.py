"""Homes that cannot be used are refused with one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from deltalake import DeltaTable, Field, Schema
from deltalake.schema import PrimitiveType

from hexameter.contracts.tables import BY_NAME
from hexameter.errors import Unusable
from tests.lake.rows import info, lake_at, world


def test_a_lake_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    (lake.path / "hexameter-lake.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(Unusable, match="newer version of Hexameter.*Update"):
        lake_at(lake.path)


def test_a_table_that_only_a_newer_delta_can_read_is_refused(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info(), world())
    first = lake.path / "post" / "_delta_log" / f"{0:020}.json"
    told = first.read_text()
    first.write_text(told.replace('"minReaderVersion":1', '"minReaderVersion":9'))
    with pytest.raises(Unusable, match="newer version of Hexameter"):
        lake_at(lake.path).snapshot()
    first.write_text(told.replace('"minWriterVersion":2', '"minWriterVersion":9'))
    with pytest.raises(Unusable, match="newer version of Hexameter"):
        lake_at(lake.path).store(info("b2"), world(posts=90))


def test_a_table_with_a_column_that_is_not_known_yet_is_not_written(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    lake.store(info(), world())
    DeltaTable(str(lake.path / "post")).alter.add_columns([Field("mood", PrimitiveType("string"))])
    with pytest.raises(Unusable, match="newer version of Hexameter.*mood"):
        lake_at(lake.path).store(info("b2"), world(posts=90))


def test_a_column_that_this_version_brings_is_added_to_an_older_lake(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    fields = [f for f in Schema.from_arrow(BY_NAME["post"].schema).fields if f.name != "region"]
    DeltaTable.create(str(lake.path / "post"), Schema(fields), partition_by=["month"])
    lake.store(info(), world())
    assert "region" in {f.name for f in DeltaTable(str(lake.path / "post")).schema().fields}


def test_a_marker_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    (lake.path / "hexameter-lake.json").write_text("")
    with pytest.raises(Unusable, match="cannot be understood"):
        lake_at(lake.path)


def test_a_home_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "lake", tmp_path / "file", Path("/proc/hexameter/lake"), Path("/sys/hexameter")):
        with pytest.raises(Unusable, match=str(path)):
            lake_at(path)


def test_an_empty_lake_has_no_versions(tmp_path: Path) -> None:
    lake = lake_at(tmp_path / "lake")
    assert lake.snapshot().versions == {}
    assert lake.batches().num_rows == 0
    assert lake.maintain() == {"post_latest": 0, "creator_day": 0, "hashtag_day": 0}
    assert lake.compact() == {}
    assert lake.vacuum() == {}
    assert lake.erase_creator(handles=["nobody"]) == {}
    assert lake.history("post") == []
