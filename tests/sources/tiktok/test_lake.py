"""What every source hands over can be stored, and stored again without doubling: the lake takes each shape as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.sources.tiktok.scripted import NOW, Server
from tests.sources.tiktok.shapes import ANSWERS, context_of

from hexameter.contracts.records import BatchInfo
from hexameter.lake.store import Lake
from hexameter.sources.tiktok.registry import open_sources
from hexameter.standin.clock import DrivenClock

SOURCES = open_sources(Server("http://127.0.0.1:9").settings)


@pytest.mark.parametrize("api", list(SOURCES))
def test_the_lake_takes_what_a_source_reads(api: str, tmp_path: Path) -> None:
    for place in (p for p in ANSWERS if p[0] == api):
        lake = Lake.open(tmp_path / place[1], DrivenClock(NOW))
        chunk = SOURCES[api].parse(json.dumps(ANSWERS[place]).encode(), context_of(*place))  # type: ignore[index]
        once, twice = (lake.store(BatchInfo(mark * 64, api, place[1], "0" * 64), [chunk]) for mark in "ab")
        for outcome in (once, twice):
            assert (outcome.read, outcome.rejected, outcome.conflicts) == (1, 0, 0)
        assert once.stored and once.duplicates == 0
        assert not any(twice.stored.values()) and twice.duplicates == 1
