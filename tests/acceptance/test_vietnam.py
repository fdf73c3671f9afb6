"""The real two-crawl data set through the command line against plain pandas, to 1e-9. Skipped where ../shared is absent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance import pandas_oracle as oracle

DATA = Path(__file__).parents[3] / "shared" / "data" / "vietnam_2025"
FIRST, SECOND = DATA / "crawl_2025-05.csv", DATA / "recrawl_2025-06.csv"
BEFORE, AFTER = "2025-05-30T00:00:00Z", "2025-06-07T00:00:00Z"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="../shared is not here; the real data set stays outside the project")


def hexameter(home: Path, *words: str) -> dict:
    command = [sys.executable, "-m", "hexameter", *words, "--json", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"}, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> tuple[Path, dict, dict]:
    home = tmp_path_factory.mktemp("vietnam")
    return home, hexameter(home, "import", str(FIRST)), hexameter(home, "import", str(SECOND))


def agree(ours: dict, theirs: dict) -> None:
    for name, value in theirs.items():
        assert ours[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name


def check(ours: dict, theirs: dict) -> None:
    for name in ("videos", "views", "interactions"):
        agree(ours[name], theirs[name])
    for name in ("by_views_pct", "by_followers_pct"):
        agree(ours["engagement_rate"][name], theirs[name])


def test_every_reading_is_accounted_for(lake):
    _, first, second = lake
    assert (first["read"], first["stored"]["post_snapshot"], first["duplicates"], first["rejected"]) == (10_102, 10_102, 0, 0)
    assert (second["read"], second["stored"]["post_snapshot"], second["duplicates"], second["rejected"]) == (2_409, 2_408, 0, 1)
    assert [r["field"] for r in second["rejects"]] == ["shares"]
    assert second["rejects"][0]["value"] == "Share"


def test_the_same_files_again_store_nothing(lake):
    home, _, _ = lake
    again = hexameter(home, "import", str(SECOND))
    assert set(again["stored"].values()) == {0}
    assert (again["duplicates"], again["rejected"]) == (2_408, 1)


@pytest.mark.parametrize("as_of", [BEFORE, AFTER])
def test_whole_set(lake, as_of):
    rows = oracle.load(FIRST, SECOND)
    check(hexameter(lake[0], "kpis", "--all", "--as-of", as_of), oracle.figures(rows, as_of))


@pytest.mark.parametrize("as_of", [BEFORE, AFTER])
@pytest.mark.parametrize("tag", ["fyp", "bts"])
def test_hashtag(lake, tag, as_of):
    rows = oracle.load(FIRST, SECOND)
    carried = rows[rows.hashtags.map(lambda h: tag in h)]
    ours = hexameter(lake[0], "kpis", "--hashtag", tag, "--as-of", as_of)
    check(ours, oracle.figures(carried, as_of, rows))
    newest = rows[rows.captured_at <= as_of].dropna(subset=["followers"]).groupby("creator").followers.last()
    assert ours["hashtag"]["potential_reach"] == newest.reindex(carried[carried.captured_at <= as_of].creator.unique()).sum()


def test_creator(lake):
    rows = oracle.load(FIRST, SECOND)
    busiest = rows.groupby("creator").post_id.nunique().idxmax()
    ours = hexameter(lake[0], "kpis", "--creator", busiest, "--as-of", AFTER)
    check(ours, oracle.figures(rows[rows.creator == busiest], AFTER))
    agree(ours["followers"], oracle.follower_growth(rows[rows.creator == busiest], "2020-01-01T00:00Z", AFTER))


def test_gained_and_followers_between_the_crawls(lake):
    rows = oracle.load(FIRST, SECOND)
    ours = hexameter(lake[0], "kpis", "--all", "--from", "2025-05-30", "--to", "2025-06-06", "--as-of", AFTER)
    agree(ours["views"], oracle.gained(rows, BEFORE, AFTER))
    agree(ours["followers"], oracle.follower_growth(rows, BEFORE, AFTER))
