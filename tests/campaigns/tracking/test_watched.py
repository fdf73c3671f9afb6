"""The planner's memory of posts comes to the same whatever is said twice, late or in pieces."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexameter.campaigns.desk import Desk
from hexameter.campaigns.tracking.watched import SCHEMA, Watched
from tests.campaigns.conftest import NOW
from tests.campaigns.tracking.conftest import DrivenClock


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def reading(hours: float, views: int | None, post_id: str = "7", **more: Any) -> Watched:
    return Watched(post_id, "open:o", "display", at(hours), read=True, views=views, **more)


def seen(hours: float, post_id: str = "7") -> Watched:
    return Watched(post_id, "open:o", "display", at(hours))


def row(desk: Desk) -> dict[str, Any]:
    (only,) = desk.watched.table(gone=True).to_pylist()
    return dict(only)


def readings(desk: Desk) -> tuple[Any, ...]:
    return tuple(row(desk)[name] for name in ("last_read_at", "last_views", "before_at", "before_views"))


def test_nothing_is_an_empty_table(desk: Desk) -> None:
    assert desk.watched.table() == SCHEMA.empty_table()


def test_a_post_is_seen_then_read(desk: Desk) -> None:
    desk.watched.upsert([seen(0)])
    assert readings(desk) == (None, None, None, None) and row(desk)["published_at"] is None
    desk.watched.upsert([reading(1, 10, account_id=3, published_at=at(-1))])
    assert readings(desk) == (at(1), 10, None, None)
    desk.watched.upsert([reading(2, 30)])
    assert readings(desk) == (at(2), 30, at(1), 10)
    assert row(desk) | {"first_seen_at": at(0), "published_at": at(-1), "account_id": 3, "api": "display"} == row(desk)
    assert desk.watched.table().schema.equals(SCHEMA) and desk.watched.table()["last_read_at"].type == pa.timestamp("us", tz="UTC")


def test_said_again_or_late_nothing_changes(desk: Desk) -> None:
    desk.watched.upsert([reading(1, 10), reading(2, 30)])
    before = row(desk)
    desk.watched.upsert([reading(2, 31), reading(1, 9), seen(1.5)])
    assert row(desk) == before


def test_views_that_were_not_read_are_not_zero(desk: Desk) -> None:
    desk.watched.upsert([reading(1, 10)])
    desk.watched.upsert([reading(2, None)])
    assert readings(desk) == (at(2), None, at(1), 10)
    desk.watched.upsert([reading(3, 30)])
    assert readings(desk) == (at(3), 30, at(1), 10)


def test_a_gone_post_may_come_back(desk: Desk) -> None:
    desk.watched.upsert([reading(1, 10)])
    assert desk.watched.gone(["7", "unknown"], at(2), "private") == 1 and desk.watched.gone(["7"], at(3), "deleted") == 0
    assert desk.watched.table().num_rows == 0 and (row(desk)["gone_at"], row(desk)["why"]) == (at(2), "private")
    desk.watched.upsert([seen(1.5)])
    assert row(desk)["gone_at"] == at(2)
    desk.watched.upsert([seen(4)])
    assert desk.watched.table().num_rows == 1 and row(desk)["why"] is None
    assert desk.watched.forget(["7"]) == 1 and desk.watched.table(gone=True).num_rows == 0


def test_a_large_campaign_is_noted_and_read_back(desk: Desk) -> None:
    posts = [reading(1, i, f"{i:06}", account_id=i % 9) for i in range(60_000)]
    desk.watched.upsert(posts)
    desk.watched.upsert([reading(2, i + 5, f"{i:06}") for i in range(0, 60_000, 2)])
    table = desk.watched.table()
    assert table["last_views"].to_pylist()[:4] == [5, 1, 7, 3] and table.num_rows == 60_000


@pytest.mark.parametrize("url", [""], ids=["sqlite"], indirect=False)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(5)))
def test_the_newest_readings_win_in_order(tmp_path_factory: pytest.TempPathFactory, url: str, order: list[int]) -> None:
    """However readings arrive, the last is the newest of them and `before` is an older one."""
    desk = Desk(tmp_path_factory.getbasetemp() / "watched", DrivenClock())
    desk.watched.forget(["7"])
    desk.watched.upsert([seen(0)])
    for n in order:
        desk.watched.upsert([reading(n, n * 10)])
    last_at, last, before_at, before = readings(desk)
    assert (last_at, last) == (at(4), 40)
    assert (before_at is None) == (order[0] == 4) and (before_at is None or (before_at < last_at and before < last))
    desk.close()
