"""A gap is one row for as long as it lasts, found by whom it concerns."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk
from hexameter.campaigns.tracking.gaps import EVERYTHING, of_account, of_campaign, of_creator
from tests.campaigns.conftest import NOW
from tests.campaigns.tracking.conftest import grant

HOUR = timedelta(hours=1)


def test_a_gap_that_goes_on_is_one(desk: Desk) -> None:
    for n in (1, 0, 2):
        desk.gaps.open("display", "videos", EVERYTHING, "outage", f"TikTok did not answer ({n}).", NOW + n * HOUR)
    (gap,) = desk.gaps.list()
    assert (gap.from_at, gap.last_at, gap.times, gap.to_at, gap.sentence) == (NOW, NOW + 2 * HOUR, 3, None, "TikTok did not answer (2).")
    assert desk.gaps.close("display", "videos", EVERYTHING, NOW + 3 * HOUR) == 1
    assert desk.gaps.close("display", "videos", EVERYTHING, NOW + 4 * HOUR) == 0
    desk.gaps.open("display", "videos", EVERYTHING, "outage", "Again.", NOW + 5 * HOUR)
    assert [(g.times, g.to_at) for g in desk.gaps.list()] == [(3, NOW + 3 * HOUR), (1, None)]
    assert [g.sentence for g in desk.gaps.list(only_open=True)] == ["Again."]


def test_reasons_are_gaps_of_their_own(desk: Desk) -> None:
    for reason in ("quota", "outage"):
        desk.gaps.open("display", "videos", EVERYTHING, reason, reason, NOW)  # type: ignore[arg-type]
    assert desk.gaps.close("display", "videos", EVERYTHING, NOW + HOUR, reasons=["quota"]) == 1
    assert [g.reason for g in desk.gaps.list(only_open=True)] == ["outage"]


def test_gaps_touch_a_period(desk: Desk) -> None:
    desk.gaps.open("display", "videos", EVERYTHING, "outage", "", NOW)
    desk.gaps.close("display", "videos", EVERYTHING, NOW + HOUR)
    assert desk.gaps.list(from_at=NOW + HOUR) == [] and desk.gaps.list(to_at=NOW) == []
    assert len(desk.gaps.list(from_at=NOW, to_at=NOW + HOUR)) == 1


def test_gaps_of_a_campaign_and_of_a_creator(desk: Desk) -> None:
    desk.create(Draft("Glow", "2025-07-01", "2025-07-31", creators=("lea",)))
    desk.create(Draft("Open", "2025-07-01", "2025-07-31", hashtags=("x",)))
    lea, mia = (desk.accounts.remember("display", name, grant(name)) for name in ("lea", "mia"))
    subjects = [EVERYTHING, of_campaign("glow"), of_campaign("open"), of_account(lea.id), of_account(mia.id), of_creator("@Mia")]
    for i, subject in enumerate(subjects):
        desk.gaps.open("display", "videos", subject, "offline", "", NOW + i * HOUR)
    assert [g.subject for g in desk.gaps.list("glow")] == [EVERYTHING, of_campaign("glow"), of_account(lea.id)]
    assert [g.subject for g in desk.gaps.list("open")] == [subjects[i] for i in (0, 2, 3, 4, 5)]
    assert [g.subject for g in desk.gaps.list(creator="mia")] == [subjects[i] for i in (0, 4, 5)]


def test_one_gap_opened_by_many_at_once(open_desk: Callable[[], Desk]) -> None:
    desks = [open_desk() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: desks[i % 4].gaps.open("ads", "report", EVERYTHING, "rate", "", NOW), range(20)))
    assert [g.times for g in desks[0].gaps.list()] == [20]
