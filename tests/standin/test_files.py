"""The simulated files have the shapes of real ones (TIKTOK.md's descriptions of D1 and D4). How they are read is tested in services."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hexameter.standin.files.apify import write_apify
from hexameter.standin.stage import Delivery, Stage

STAGE = Stage(seed=2, days=10, now=datetime(2026, 3, 2, 6, 30, tzinfo=UTC))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Delivery]:
    return {d.what.split(",")[0]: d for d in STAGE.deliver(tmp_path_factory.mktemp("files"))}


def test_studio_quotes_every_cell_and_writes_dates_without_a_year(files: dict[str, Delivery]) -> None:
    delivery = files["a creator's TikTok Studio export"]
    assert delivery.creator == STAGE.connected
    with zipfile.ZipFile(delivery.path) as archive:
        assert archive.namelist() == ["FollowerHistory.csv", "Content.csv"]
        text = archive.read("FollowerHistory.csv").decode("utf-8")
    assert text.startswith('\ufeff"Date","Followers","Difference in followers from previous day"\n"February 13",') and not text.endswith(
        "\n"
    )
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert len(rows) == 17 and rows[-1][0] == "March 1"
    assert [int(b[1]) - int(a[1]) for a, b in zip(rows, rows[1:], strict=False)] == [int(r[2]) for r in rows[1:]]


def test_a_scraper_names_its_file_by_the_run_and_rounds(tmp_path: Path) -> None:
    path = write_apify(STAGE.world, STAGE.now, tmp_path)
    assert path.name == "dataset_tiktok-scraper_2026-03-02_06-30-00-000.json"
    items = json.loads(path.read_text(encoding="utf-8"))
    assert all(item["playCount"] % 100 == 0 for item in items if item["playCount"] >= 10_000)
    assert all(int(item["id"]) >> 32 == item["createTime"] for item in items)
    assert all(
        {"authorMeta", "diggCount", "shareCount", "commentCount", "collectCount", "hashtags", "webVideoUrl"} <= item.keys()
        for item in items
    )


def test_nothing_is_read_after_the_present(files: dict[str, Delivery]) -> None:
    runs = [d.path.name for name, d in files.items() if name.startswith("a scraper's run")]
    times = [datetime.strptime(name, "dataset_tiktok-scraper_%Y-%m-%d_%H-%M-%S-%f.json").replace(tzinfo=UTC) for name in runs]
    with files["a sheet typed by hand"].path.open(encoding="utf-8") as file:
        times += [datetime.fromisoformat(row["captured_at"]) for row in csv.DictReader(file)]
    assert len(runs) == 2 and max(times) <= STAGE.now


def test_the_campaign_is_whole_days_up_to_yesterday() -> None:
    assert (STAGE.from_day.isoformat(), STAGE.to_day.isoformat()) == ("2026-02-20", "2026-03-01")


def test_a_stage_is_the_same_again(tmp_path: Path) -> None:
    again = Stage(seed=2, days=10, now=STAGE.now)
    assert list(again.orders()) == list(STAGE.orders())
    one, two = ([d.path.read_bytes() for d in s.deliver(tmp_path / str(n))] for n, s in enumerate((STAGE, again)))
    assert one == two
