"""A scraper's run over the simulated world: clockworks' field set of 2025, public (rounded) counters, the time in the file's name."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from hexameter.standin.world import World


def write_apify(world: World, at: datetime, folder: Path) -> Path:
    """Every watched post as an item, in a file named as the service names its downloads.

    Out     the file; its name carries `at`
    """
    which = world.watched(at)
    posts, counts = world.describe(which).to_pylist(), world.readings(at, rounded=True, which=which).to_pylist()
    fans = dict(zip(*(world.creators(at)[name].to_pylist() for name in ("handle", "followers")), strict=True))
    items = [_item(post, reading, fans[post["handle"]]) for post, reading in zip(posts, counts, strict=True)]
    path = folder / f"dataset_tiktok-scraper_{at:%Y-%m-%d_%H-%M-%S}-000.json"
    path.write_text(json.dumps(items, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _item(post: dict[str, Any], reading: dict[str, Any], fans: int) -> dict[str, Any]:
    published: datetime = post["published_at"]
    return {
        "id": post["post_id"],
        "text": post["caption"],
        "createTime": int(published.timestamp()),
        "createTimeISO": f"{published:%Y-%m-%dT%H:%M:%S}.000Z",
        "isAd": False,
        "authorMeta": {
            "id": post["creator_id"],
            "name": post["handle"],
            "profileUrl": f"https://www.tiktok.com/@{post['handle']}",
            "nickName": post["handle"],
            "verified": False,
            "privateAccount": False,
            "fans": fans,
        },
        "musicMeta": {"musicId": post["music_id"]},
        "webVideoUrl": post["url"],
        "mediaUrls": [],
        "videoMeta": {"height": 1024, "width": 576, "duration": post["duration_seconds"] or 0},
        "diggCount": reading["likes"],
        "shareCount": reading["shares"],
        "playCount": reading["views"],
        "collectCount": reading["saves"],
        "commentCount": reading["comments"],
        "mentions": [word for word in post["caption"].split() if word.startswith("@")],
        "hashtags": [{"name": tag} for tag in post["hashtags"]],
        "isSlideshow": post["media_type"] == "photo",
        "isPinned": False,
        "isSponsored": False,
        "input": post["handle"],
        "fromProfileSection": "videos",
    }
