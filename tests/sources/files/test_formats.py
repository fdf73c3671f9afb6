"""Every format recognises its own example and no other's; the real samples import under the right one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.sources.files.reading import SAMPLES, read_file

from hexameter.contracts.protocols import Format
from hexameter.contracts.records import ImportOptions
from hexameter.errors import UnknownFormat
from hexameter.sources.files.formats import FORMATS, detect
from hexameter.sources.files.opening import open_file

OPTIONS = ImportOptions(captured_at=datetime(2026, 2, 28, 12, tzinfo=UTC), creator="creator_a")

# file -> format, rows read, readings by table; the rest of `read` is rejected
WANTED: dict[str, tuple[str, int, dict[str, int]]] = {
    "apify/clockworks_profile_2023-09.json": ("apify", 5, {"post_snapshot": 5}),
    "apify/clockworks_profile_2025-07.json": ("apify", 10, {"post_snapshot": 10}),
    "creative_center/hashtag_list.json": ("creative_center", 1, {"hashtag_snapshot": 1}),
    "download_your_data/user_data_tiktok_2026-02.json": ("download_your_data", 9, {"creator_snapshot": 1}),
    "drawrowfly/collector_2020-12.json": ("drawrowfly", 15, {"post_snapshot": 15}),
    "raw_web_items/itemlist_2024-12.json": ("web_items", 1, {"post_snapshot": 1}),
    "raw_web_items/items_2021-08.json": ("web_items", 10, {"post_snapshot": 10}),
    "research_api/api_comments_response.json": ("research_api", 6, {}),
    "research_api/api_videos_response_page_1_of_2.json": ("research_api", 27, {"post_snapshot": 27}),
    "research_api/api_videos_response_page_2_of_2.json": ("research_api", 27, {"post_snapshot": 27}),
    "research_api/api_videos_response_unicode_with_null_bytes.json": ("research_api", 1, {"post_snapshot": 1}),
    "tiktok_studio/account_365d/Content.csv": ("tiktok_studio", 13, {"post_snapshot": 13}),
    "tiktok_studio/account_365d/Content_2.csv": ("tiktok_studio", 12, {"post_snapshot": 12}),
    "tiktok_studio/account_365d/Content_3.csv": ("tiktok_studio", 6, {"post_snapshot": 6}),
    "tiktok_studio/account_365d/Content_4.csv": ("tiktok_studio", 12, {"post_snapshot": 12}),
    "tiktok_studio/account_365d/FollowerActivity.csv": ("tiktok_studio", 168, {"audience": 168}),
    "tiktok_studio/account_365d/FollowerGender.csv": ("tiktok_studio", 3, {"audience": 3}),
    "tiktok_studio/account_365d/FollowerHistory.csv": ("tiktok_studio", 365, {"creator_snapshot": 365}),
    "tiktok_studio/account_365d/FollowerTopTerritories.csv": ("tiktok_studio", 11, {"audience": 11}),
    "tiktok_studio/account_365d/Overview.csv": ("tiktok_studio", 365, {"account_day": 365}),
    "tiktok_studio/account_365d/Viewers.csv": ("tiktok_studio", 365, {"account_day": 365}),
    "tiktok_studio/overview_7d/Overview.xlsx": ("tiktok_studio", 7, {"account_day": 7}),
    "tiktok_studio/overview_7d/Overview_en_7d.csv": ("tiktok_studio", 7, {"account_day": 7}),
    "tiktok_studio/overview_7d/Overview_es_7d.csv": ("tiktok_studio", 7, {"account_day": 7}),
}
NO_DATA = {"research_api/LICENSE.MIT", "research_api/example-query.json"}
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not on this machine")


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda f: f.name)
def test_a_format_recognises_its_own_example_alone(fmt: Format, tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text(fmt.example, encoding="utf-8")
    with open_file(path) as opened:
        [sample] = opened.samples
        matching = [f.name for f in FORMATS if f.matches(sample)]
        assert matching[0] == fmt.name
        assert set(matching) <= {fmt.name, "table"}, "tables with clear headers may fit the canonical table, too"
        assert detect(sample).name == fmt.name
    read = read_file(path, OPTIONS)
    assert read.rejected == 0 and sum(len(rows) for rows in read.readings.values()) == read.read > 0


@needs_samples
@pytest.mark.parametrize("name", WANTED)
def test_a_real_sample_imports_under_its_format(name: str) -> None:
    wanted, count, readings = WANTED[name]
    read = read_file(SAMPLES / name, OPTIONS)
    assert read.format == wanted
    assert (read.read, {t: len(rows) for t, rows in read.readings.items()}) == (count, readings)
    assert read.rejected == count - sum(readings.values())


@needs_samples
def test_no_sample_is_forgotten() -> None:
    found = {str(p.relative_to(SAMPLES)) for p in SAMPLES.glob("*/**/*") if p.is_file()}
    assert found == set(WANTED) | NO_DATA


@needs_samples
def test_the_query_is_no_data() -> None:
    with pytest.raises(UnknownFormat, match="a query for the Research API, not an answer"):
        read_file(SAMPLES / "research_api" / "example-query.json", OPTIONS)
