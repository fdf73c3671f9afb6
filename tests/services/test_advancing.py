"""Candidates move on by themselves, with the reason kept, never back, never against a person's word."""

from __future__ import annotations

import pytest

from hexameter.errors import Conflict
from hexameter.main import App
from tests.services.conftest import Write
from tests.services.test_working import POSTS, glow

__all__ = ["glow"]


def _stage(app: App, handle: str) -> str:
    return str(app.candidates.show("glow", handle)["stage"])


def test_who_opens_the_brief_is_briefed_once_they_accepted(glow: App) -> None:
    glow.campaigns.create("later", from_day="2026-07-01", to_day="2026-07-31", hashtags=["later"])
    token = glow.doors.invite("later", "tom")["path"].removeprefix("/c/")
    glow.doors.portal(token, "here")
    glow.doors.accept(token, "here")
    glow.doors.portal(token, "here")
    assert glow.candidates.show("later", "tom")["stage"] == "accepted"  # there is no brief to see yet
    glow.briefs.write("later", {"goal": "Show it"})
    glow.doors.portal(token, "here")
    tom = glow.candidates.show("later", "tom")
    assert tom["stage"] == "briefed" and tom["led"]["rule"] == "opened" and tom["history"][-1]["by"] == "hexameter"
    assert tom["led"]["why"] == "The creator opened the page with the brief."


def test_an_invited_creator_is_not_taken_for_one_who_accepted(glow: App) -> None:
    glow.briefs.write("glow", {"goal": "Show it"})
    token = glow.doors.invite("glow", "lea")["path"].removeprefix("/c/")
    glow.doors.portal(token, "here")
    glow.campaigns.include("glow", ["7523537000000000001"])
    assert _stage(glow, "lea") == "invited"


def test_a_post_that_counts_moves_its_creator_and_the_first_is_the_reason(app: App, write: Write) -> None:
    app.campaigns.create("glow", from_day="2025-07-01", to_day="2025-07-31", hashtags=["glowday"], creators=["lea", "mia"])
    app.candidates.add("glow", ["lea"], stage="accepted")
    app.candidates.add("glow", ["mia"], stage="declined")
    app.collect([write("posts.csv", POSTS)])
    lea = app.candidates.show("glow", "lea")
    assert lea["stage"] == "posted" and lea["led"] == {
        "rule": "posted",
        "about": "7523537000000000001",
        "why": "Post 7523537000000000001 counts in the campaign.",
    }
    assert _stage(app, "mia") == "declined"


def test_all_done_is_done_and_an_undone_move_is_not_made_again(glow: App) -> None:
    glow.candidates.add("glow", ["lea"], stage="briefed")
    owed = [glow.deliverables.add("glow", "lea", what)["deliverables"] for what in ("1 video", "1 story")][-1]
    glow.deliverables.finish(owed[0]["number"], "7523537000000000001")
    assert _stage(glow, "lea") == "posted"
    glow.deliverables.finish(owed[1]["number"])
    lea = glow.candidates.show("glow", "lea")
    assert lea["stage"] == "done" and lea["led"]["why"] == "Everything owed is done (2)."
    assert glow.candidates.undo("glow", "lea", "anna")["stage"] == "posted"
    assert glow.candidates.show("glow", "lea")["history"][-1]["by"] == "anna"
    glow.deliverables.finish(owed[1]["number"])
    assert _stage(glow, "lea") == "posted"
    with pytest.raises(Conflict, match="@lea was not moved by a rule last"):
        glow.candidates.undo("glow", "lea")


def test_nobody_is_moved_back_or_out_of_a_decline(glow: App) -> None:
    glow.candidates.add("glow", ["lea"], stage="done")
    glow.candidates.move("glow", ["lea"], "accepted", "anna")  # a person's word
    glow.candidates.add("glow", ["mia"], stage="accepted")
    glow.candidates.move("glow", ["mia"], "declined", "anna")
    number = glow.deliverables.add("glow", "mia", "1 video")["deliverables"][0]["number"]
    glow.deliverables.finish(number)
    assert (_stage(glow, "lea"), _stage(glow, "mia")) == ("accepted", "declined")


def test_the_tracker_moves_them_too(glow: App) -> None:
    glow.candidates.add("glow", ["lea"], stage="accepted")
    glow.track_once()
    assert _stage(glow, "lea") == "posted"


def test_an_import_stands_whatever_the_desk_says_and_makes_none(app: App, write: Write) -> None:
    assert app.collect([write("posts.csv", POSTS)])["read"] and not app.has_desk
    (app.home / "desk.sqlite").write_bytes(b"no database at all" * 100)
    assert app.collect([write("posts.csv", POSTS)])["stored"]["post_snapshot"] == 0
