"""Creative Center's hashtag lists: counts of a country, not the normalised trend."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.sources.files.reading import read_json

from hexameter.contracts.records import ImportOptions
from hexameter.errors import MissingCaptureTime

AT = datetime(2025, 3, 1, tzinfo=UTC)


def page(*tags: dict[str, Any]) -> dict[str, Any]:
    return {"code": 0, "msg": "OK", "data": {"pagination": {"page": 1}, "list": list(tags)}}


SUMMER: dict[str, Any] = {
    "hashtag_id": "4100",
    "hashtag_name": "Summer",
    "country_info": {"id": "US", "value": "United States"},
    "trend": [{"time": 1740787200, "value": 0.38}],
    "publish_cnt": 2886791,
    "video_views": 19583705445,
    "rank": 1,
}


def test_a_hashtag_is_a_reading_of_its_country(tmp_path: Path) -> None:
    read = read_json(tmp_path, page(SUMMER), ImportOptions(captured_at=AT))
    assert read.format == "creative_center"
    assert read.readings["hashtag_snapshot"] == [
        {
            "hashtag": "summer",
            "country": "US",
            "captured_at": AT,
            "source": "creative_center",
            "views": 19583705445,
            "posts": 2886791,
            "rank": 1,
        }
    ]


def test_a_bad_row_is_left_out(tmp_path: Path) -> None:
    read = read_json(tmp_path, page(SUMMER, {**SUMMER, "video_views": -1}, {**SUMMER, "hashtag_name": ""}), ImportOptions(captured_at=AT))
    assert [(r["row"], r["field"]) for r in read.rejects] == [(2, "views"), (3, "hashtag")]
    assert (read.read, read.rejected) == (3, 2)


def test_the_trend_is_not_the_time_of_capture(tmp_path: Path) -> None:
    with pytest.raises(MissingCaptureTime):
        read_json(tmp_path, page(SUMMER))
