"""What the pages ask beside the numbers: when they stand still, how they changed, single posts and their readings."""

from __future__ import annotations

from pathlib import Path

import pytest

from hexameter.errors import BadValue, NotFound
from hexameter.main import open_app
from hexameter.services.comparing import changes, earlier
from tests.views.homes import fill


def test_a_version_changes_with_what_numbers_depend_on(tmp_path: Path) -> None:
    with open_app(str(fill(tmp_path / "home", tmp_path))) as app:
        first = app.version_of("glowday")
        assert app.version_of("glowday") == first != app.version_of()
        app.campaigns.exclude("glowday", ["7523537000000000001"], "a test")
        decided = app.version_of("glowday")
        more = tmp_path / "more.csv"
        more.write_text("post_id,creator,captured_at,views\n7523537000000000001,lea,2025-07-31T13:00Z,20001\n", encoding="utf-8")
        app.collect([more])
        assert len({first, decided, app.version_of("glowday")}) == 3
        with pytest.raises(NotFound):
            app.version_of("nosuch")


def test_a_version_is_known_at_once_only_while_nothing_moved(tmp_path: Path) -> None:
    home = fill(tmp_path / "home", tmp_path)
    with open_app(str(home)) as app:
        assert app.version_at_once("glowday") is None  # nobody asked yet
        assert app.version_of("glowday") == app.version_at_once("glowday")
        app.campaigns.exclude("glowday", ["7523537000000000001"], "a test")
        assert app.version_at_once("glowday") is None
        assert app.version_of("glowday") == app.version_at_once("glowday")
        more = tmp_path / "more.csv"
        more.write_text("post_id,creator,captured_at,views\n7523537000000000001,lea,2025-07-31T13:00Z,20001\n", encoding="utf-8")
        with open_app(str(home)) as elsewhere:  # as another process
            elsewhere.collect([more])
        assert app.version_at_once("glowday") is None and app.lake.at_rest() is None
        assert app.version_of("glowday") == app.version_at_once("glowday")
        assert app.lake.at_rest() == app.lake.snapshot().versions


def test_descriptions_and_readings_of_a_post(tmp_path: Path) -> None:
    with open_app(str(fill(tmp_path / "home", tmp_path))) as app:
        assert app.descriptions(["7523537000000000001", "1"])["7523537000000000001"]["caption"] == "A #glowday"
        assert app.descriptions([]) == {}
        (reading,) = app.readings("7523537000000000001")
        assert (reading["views"], reading["source"], reading["origin"]) == (20000, "csv", "worked.csv")
        assert app.readings("7523537000000000001", "2025-07-31T00:00:00Z") == []
        with pytest.raises(BadValue):
            app.readings("../etc/passwd")
        assert app.gaps(campaign="glowday") == []


def test_an_empty_lake_has_neither(tmp_path: Path) -> None:
    with open_app(str(tmp_path / "home")) as app:
        assert (app.descriptions(["7523537000000000001"]), app.readings("7523537000000000001")) == ({}, [])


def test_the_period_before_is_as_long() -> None:
    document = {"period": {"from": "2025-07-08", "to": "2025-07-14"}, "as_of": "2025-08-01T00:00:00Z"}
    assert earlier(document, True) == {"from_day": "2025-07-01", "to_day": "2025-07-07", "as_of": "2025-08-01T00:00:00Z"}
    assert earlier(document, False) == {"as_of": "2025-07-25T00:00:00Z"}


@pytest.mark.parametrize(
    ("now", "before", "delta", "pct"), [(6, 4, 2, 50.0), (6, 0, 6, None), (None, 4, None, None), (6, None, None, None), (2, -4, 6, None)]
)
def test_a_change_is_null_where_it_means_nothing(now: int | None, before: int | None, delta: int | None, pct: float | None) -> None:
    found = changes({"views": {"total": now}}, {"views": {"total": before}})["views"]
    assert (found["delta"], found["pct"]) == (delta, pct)
