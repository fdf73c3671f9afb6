"""When things were last read, and links to TikTok One."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk
from hexameter.errors import BadValue, NotFound
from hexameter.main import StoodClock

NOW = datetime(2025, 7, 4, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, StoodClock(NOW))


def test_a_chore_is_remembered_at_its_latest(desk: Desk) -> None:
    desk.chores.done(["a", "b"], NOW)
    desk.chores.done(["a"], NOW + timedelta(hours=1))
    desk.chores.done(["a"], NOW - timedelta(days=1))
    assert desk.chores.all() == {"a": NOW + timedelta(hours=1), "b": NOW}


def test_a_campaign_is_linked_once(desk: Desk) -> None:
    desk.create(Draft("Glow", "2025-07-01", "2025-07-31"))
    for _ in range(2):
        desk.links.add("glow", "1234")
    desk.links.add("glow", "99")
    assert desk.links.all() == {"glow": ("1234", "99")}
    desk.links.remove("glow", "99")
    assert desk.links.all() == {"glow": ("1234",)}
    with pytest.raises(BadValue):
        desk.links.add("glow", "x1")
    with pytest.raises(NotFound):
        desk.links.add("glo", "1")
