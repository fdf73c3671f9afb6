"""A sheet of the simulated world as somebody keeps it by hand, with two slips. It draws nothing new."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hexameter.standin.world import World

_COLUMNS = (
    *("post_id", "creator", "published_at", "captured_at", "caption", "duration_seconds"),
    *("views", "likes", "comments", "shares", "saves", "followers"),
)


def write_sheet(world: World, at: datetime, path: Path) -> int:
    """Six readings as somebody typed them from the app: counts like 541.2K, one that is no number, and one id that Excel has rounded.

    Out     rows written
    """
    rows = _readings(world, at).slice(0, 6).to_pylist()
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(("post_id", "creator", "captured_at", "views", "likes", "comments", "shares"))
        for number, row in enumerate(rows):
            post_id = f"{int(row['post_id']):.5E}" if number == 4 else row["post_id"]
            views = "12x" if number == 2 else _typed(row["views"])
            sheet.writerow((post_id, row["creator"], row["captured_at"], views, _typed(row["likes"]), row["comments"], row["shares"]))
    return len(rows)


def _readings(world: World, at: datetime) -> pa.Table:
    which = world.watched(at)
    posts, counts = world.describe(which), world.readings(at, which=which)
    followers = world.cast.followers_at(int(at.timestamp()))[world.works.creator[which]]
    found = {
        **{name: posts[name] for name in ("post_id", "caption", "duration_seconds")},
        **{name: counts[name] for name in ("views", "likes", "comments", "shares", "saves")},
        "creator": posts["handle"],
        "published_at": _iso(posts["published_at"]),
        "captured_at": _iso(counts["captured_at"]),
        "followers": pa.array(followers),
    }
    return pa.table({name: found[name] for name in _COLUMNS})


def _iso(instants: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.strftime(pc.cast(instants, pa.timestamp("s", tz="UTC"), safe=False), format="%Y-%m-%dT%H:%M:%SZ")


def _typed(count: int) -> str:
    if count >= 1_000_000:
        return f"{count / 1_000_000:.1f}M"
    return f"{count / 1000:.1f}K" if count >= 10_000 else str(count)
