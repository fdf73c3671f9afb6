"""One simulated creator's TikTok Studio export: FollowerHistory and Content, in Studio's own spelling. It exports no audience."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from hexameter.contracts.records import local_midnight
from hexameter.standin.world import World


def write_studio(world: World, handle: str, taken: datetime, days: int, path: Path) -> Path:
    """The zip a creator downloads: followers of the last days, and the posts that did best. Dates are of the world's zone, without year.

    In      handle  whose
            taken   when it was downloaded; the newest day in it is the day before
            days    how far back it goes
    """
    (place,) = np.nonzero(world.cast.handle == handle)[0]
    taken = taken.astimezone(ZoneInfo(world.tz))
    last = taken.date() - timedelta(days=1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in (
            ("FollowerHistory.csv", _history(world, int(place), last, days)),
            ("Content.csv", _content(world, int(place), taken)),
        ):
            member = zipfile.ZipInfo(name, taken.timetuple()[:6])
            archive.writestr(member, "\ufeff" + "\n".join(_quoted(line) for line in lines))
    return path


def _history(world: World, place: int, last: date, days: int) -> Iterable[Sequence[str]]:
    yield "Date", "Followers", "Difference in followers from previous day"
    before: int | None = None
    for back in range(days - 1, -1, -1):
        day = last - timedelta(days=back)
        end = local_midnight(day + timedelta(days=1), world.tz) - timedelta(seconds=1)
        count = int(world.cast.followers_at(int(end.timestamp()))[place])
        yield _date(day), str(count), str(count - before) if before is not None else "0"
        before = count


def _content(world: World, place: int, taken: datetime) -> Iterable[Sequence[str]]:
    yield "Time", "Video title", "Video link", "Post time", "Total likes", "Total comments", "Total shares", "Total views"
    which = world.public(taken)
    which = which[world.works.creator[which] == place]
    posts, counts = world.describe(which).to_pylist(), world.readings(taken, which=which).to_pylist()
    best = sorted(zip(posts, counts, strict=True), key=lambda pair: -pair[1]["views"])[:12]
    for post, reading in best:
        figures = (str(reading[name]) for name in ("likes", "comments", "shares", "views"))
        yield _date(taken.date()), post["caption"], post["url"], _date(post["published_at"].astimezone(taken.tzinfo).date()), *figures


def _date(day: date) -> str:
    return f"{day:%B} {day.day}"


def _quoted(cells: Sequence[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
