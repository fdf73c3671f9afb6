"""Posts that people bring: addresses handed in, files dropped into the folder, and the inbox, by the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.tracking.stage import SLUG, Stage, addresses, small_world, staged
from tests.views.homes import hexameter


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A home and its TikTok; the command line finds both by settings in the environment."""
    with staged(tmp_path, small_world(6, booked=3), early=timedelta(0)) as running:
        running.clock.advance(timedelta(days=4))
        running.book()
        running.connect(running.booked[0])
        for name, value in addresses(running.url, running.platform.credentials).items():
            monkeypatch.setenv(f"HEXAMETER_{name.upper()}", value)
        monkeypatch.setenv("HEXAMETER_NOW", running.clock.now().isoformat())
        yield running


def untagged(stage: Stage) -> str:
    """A post of the connected creator, in the campaign's window, that no hashtag finds."""
    works, own = stage.world.works, stage.platform.by_creator[stage.booked_place(stage.booked[0])]
    seen = stage.platform.visible(own, stage.platform.second)
    plain = [p for p in seen if stage.world.hashtag not in [str(t) for t in works.hashtags[p]]]
    return str(works.post_id[max(plain, key=lambda p: int(np.int64(works.published[p])))])


def test_a_post_handed_in_is_read_reviewed_and_counts_once_included(stage: Stage) -> None:
    home, post = stage.app.home, untagged(stage)
    address = f"https://www.tiktok.com/@{stage.booked[0]}/video/{post}?is_from_webapp=1"
    assert hexameter("track", "--once", "--json", home=home).status == 0
    before = hexameter("kpis", "--campaign", SLUG, "--json", home=home).document["videos"]["videos"]
    handed = hexameter("hand-in", SLUG, address, "--by", "lea", "--json", home=home)
    assert (handed.status, handed.document["post_id"]) == (0, post)
    short = hexameter("hand-in", SLUG, "https://vm.tiktok.com/ZMabcdef/", "--json", home=home)
    assert (short.status, short.document["post_id"]) == (0, None)
    (there,) = [p for p in hexameter("inbox", SLUG, "--json", home=home).document["posts"] if p["post_id"] == post]
    assert (there["state"], there["via"]) == ("review", "hand")
    assert hexameter("inbox", SLUG, "--json", home=home).document["to_open"][0]["address"].startswith("https://vm.")
    assert hexameter("campaign", "include", SLUG, post, "--why", "hashtag forgotten", home=home).status == 0
    assert hexameter("track", "--once", "--json", home=home).status == 0
    (there,) = [p for p in hexameter("inbox", SLUG, "--json", home=home).document["posts"] if p["post_id"] == post]
    assert (there["state"], there["why"]) == ("included", "hashtag forgotten")
    after = hexameter("kpis", "--campaign", SLUG, "--json", home=home).document["videos"]["videos"]
    assert after == before + 1
    assert hexameter("campaign", "exclude", SLUG, post, "--why", "not ours", home=home).status == 0
    counts = hexameter("inbox", SLUG, "--json", home=home).document["counts"]
    assert (counts["included"], counts["excluded"]) == (0, 1)


def test_an_address_that_is_none_is_refused_in_a_sentence(stage: Stage) -> None:
    refused = hexameter("hand-in", SLUG, "https://example.org/video/1", "--json", home=stage.app.home)
    assert refused.status != 0 and refused.error["message"] and "Traceback" not in refused.err


def test_a_file_dropped_into_the_folder_is_taken_in_by_the_next_pass(stage: Stage) -> None:
    home = stage.app.home
    folder = home / "inbox"
    folder.mkdir()
    sheet = "post_id,creator,published_at,captured_at,caption,views,likes,comments,shares\n"
    row = "7523537000000000001,someone,2025-07-02T18:00Z,2025-07-04T12:00Z,A #glowday,20000,1500,100,60\n"
    (folder / "counts.csv").write_text(sheet + row, encoding="utf-8")
    (folder / "broken.csv").write_text("nothing,of\nuse,here\n", encoding="utf-8")
    for name in ("counts.csv", "broken.csv"):
        os.utime(folder / name, (1, 1))  # not being copied any more
    done = hexameter("track", "--once", "--json", home=home)
    files = {f["file"]: f for f in done.document["files"]}
    assert files["counts.csv"]["read"] == 1 and "error" in files["broken.csv"]
    assert (folder / "imported" / "counts.csv").exists()
    assert (folder / "refused" / "broken.csv.why.txt").read_text(encoding="utf-8")
    again = hexameter("track", "--once", "--json", home=home)
    assert again.document["files"] == []
    assert stage.rows("select views from post_snapshot where post_id = '7523537000000000001'") == [{"views": 20000}]
