"""Briefs, candidates, deliverables, rights and links as the desk keeps them, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from hexameter.campaigns.briefs.brief import Brief, brief_of, brief_text, changed, clauses_of
from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk
from hexameter.campaigns.doors.links import FAILURES, Closed, TooMany
from hexameter.errors import BadValue, Conflict, NotFound
from tests.campaigns.conftest import NOW

POST = "7527623000473079054"


@pytest.fixture
def glow(desk: Desk) -> Desk:
    desk.create(Draft("glow", "2025-07-01", "2025-07-31", hashtags=("glowday",), mentions=("brand",)))
    desk.create(Draft("autumn", "2025-09-01", "2025-09-30"))
    return desk


def test_a_brief_is_never_overwritten(glow: Desk) -> None:
    first = glow.briefs.write("glow", {"goal": "Show it"}, "anna")
    assert (first.version, first.brief.hashtags, first.brief.mentions, first.brief.from_day) == (1, ("glowday",), ("brand",), "2025-07-01")
    assert glow.briefs.write("glow", {"goal": "Show it"}, "anna") == first
    second = glow.briefs.write("glow", {"min_seconds": "15", "forbidden": "cheap\ncure"}, "bert", why="shorter")
    assert (second.version, second.brief.goal, second.made_by, second.made_at) == (2, "Show it", "bert", NOW)
    assert [v.brief.forbidden for v in glow.briefs.versions("glow")] == [(), ("cheap", "cure")]
    back = glow.briefs.write("glow", {}, "anna", version=1)
    assert (back.version, back.brief) == (3, first.brief)
    with pytest.raises(NotFound, match="no version 9; the newest is 3"):
        glow.briefs.current("glow", version=9)


def test_a_tailored_brief_is_its_creators_only(glow: Desk) -> None:
    glow.briefs.write("glow", {"goal": "Show it"}, "anna")
    own = glow.briefs.write("glow", {"message": "In the morning"}, "anna", creator="@Lea")
    assert (own.handle, own.version, own.brief.goal) == ("lea", 1, "Show it")
    assert glow.briefs.current("glow", "lea").brief.message == "In the morning"
    assert glow.briefs.current("glow", "mia").brief.message == "" and glow.briefs.tailored("glow") == ["lea"]
    glow.forget(["lea"])
    assert glow.briefs.tailored("glow") == []


def test_templates_have_versions_and_start_a_brief(glow: Desk) -> None:
    glow.briefs.save_template("summer", Brief(goal="Sun"), "anna")
    assert glow.briefs.save_template("summer", Brief(goal="More sun"), "anna").version == 2
    assert glow.briefs.write("glow", {"music": "7"}, "anna", template="summer").brief == Brief(goal="More sun", music="7")
    with pytest.raises(NotFound, match="unknown template 'sumer'. Did you mean summer?"):
        glow.briefs.write("glow", {}, "anna", template="sumer")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"goals": "x"}, "a brief has no 'goals'. Did you mean goal?"),
        ({"min_seconds": "x"}, "min_seconds is 'x'; expected seconds"),
        ({"min_seconds": "nan"}, "expected seconds"),
        ({"min_seconds": 30, "max_seconds": 15}, "above max_seconds"),
        ({"from_day": "2025-08-01", "to_day": "2025-07-01"}, "after to_day"),
        ({"links": "javascript:alert(1)"}, "is not a link"),
        ({"hashtags": "glow day"}, "is not a hashtag"),
        ({"disclosure": "perhaps"}, "expected yes or no"),
        ({"deliverables": "video | soon"}, "'soon' is not a day|' soon' is not a day"),
        ({"goal": "x" * 5001}, "at most 5,000"),
    ],
)
def test_a_wrong_brief_is_refused(words: dict[str, object], message: str) -> None:
    with pytest.raises(BadValue, match=message):
        changed(Brief(), words)


def test_clauses_are_data() -> None:
    brief = Brief(hashtags=("glowday",), mentions=("brand",), min_seconds=15, music="7", from_day="2025-07-01", forbidden=("cheap",))
    assert [(c.id, c.operator, c.value) for c in clauses_of(brief) if c.kind != "disclosure"] == [
        ("hashtag:glowday", "has", ("glowday",)),
        ("mention:brand", "has", ("brand",)),
        ("duration", "between", ("15", "")),
        ("window", "between", ("2025-07-01", "")),
        ("music", "is", ("7",)),
        ("forbidden", "lacks", ("cheap",)),
    ]
    assert brief_of(brief_text(brief)) == brief


def test_candidates_move_with_their_history(glow: Desk) -> None:
    assert glow.candidates.add("glow", ["@Lea", "mia"], "anna") == 2
    assert glow.candidates.add("glow", ["lea"], "anna") == 0
    assert glow.candidates.move("glow", ["lea"], "Short_listed", "anna", "good mornings") == ["lea"]
    assert glow.candidates.recorded() == {"glow": ("lea",)} and glow.campaign("glow").creators == ()
    assert glow.candidates.move("glow", ["lea", "mia"], "accepted", "bert") == ["lea", "mia"]
    assert glow.campaign("glow").creators == ("lea", "mia")
    assert glow.candidates.move("glow", ["lea"], "accepted", "bert") == []
    glow.candidates.tag("glow", "lea", ["Skin care", "paris"], [])
    glow.candidates.add("autumn", ["lea"], "anna")
    lea = glow.candidates.one("autumn", "lea")
    assert [(e.campaign, e.what, e.text, e.by) for e in lea.history] == [
        ("glow", "stage", "found", "anna"),
        ("glow", "stage", "short-listed", "anna"),
        ("glow", "note", "good mornings", "anna"),
        ("glow", "stage", "accepted", "bert"),
        ("autumn", "stage", "found", "anna"),
    ]
    assert lea.elsewhere == (("glow", "accepted", NOW),) and glow.candidates.one("glow", "lea").tags == ("paris", "skin care")
    with pytest.raises(NotFound, match="'leaa' is not a candidate of campaign 'glow'. Did you mean lea?"):
        glow.candidates.note("glow", "leaa", "x", "anna")
    with pytest.raises(BadValue, match="unknown stage 'acepted'. Did you mean accepted?"):
        glow.candidates.move("glow", ["lea"], "acepted", "anna")
    glow.forget(["lea"])
    assert [c.handle for c in glow.candidates.list("glow")] == ["mia"] and glow.candidates.list("autumn") == []


def test_an_application_moves_nobody_back(glow: Desk) -> None:
    glow.candidates.apply("glow", "zoe", "I love it")
    assert glow.candidates.one("glow", "zoe").stage == "applied"
    glow.candidates.move("glow", ["zoe"], "invited", "anna")
    glow.candidates.apply("glow", "zoe", "again")
    zoe = glow.candidates.one("glow", "zoe")
    assert zoe.stage == "invited" and [e.text for e in zoe.history if e.what == "application"] == ["I love it", "again"]


def test_a_deliverable_goes_from_draft_to_done(glow: Desk) -> None:
    due = NOW + timedelta(days=2)
    owed = glow.deliverables.add("glow", "lea", [("2 videos", due), ("1 story", None)])
    assert [(d.what, d.state, d.timing(NOW)) for d in owed] == [("2 videos", "owed", "due"), ("1 story", "owed", "open")]
    assert glow.deliverables.add("glow", "lea", [("2 videos", due)]) == owed
    number = owed[0].id
    with pytest.raises(Conflict, match="has no draft yet"):
        glow.deliverables.approve(number, "anna")
    assert glow.deliverables.hand_in(number, "@lea", "https://drive.example.com/1").state == "draft"
    assert glow.deliverables.comment(number, "Show the label", "anna", ask_changes=True).state == "changes"
    assert glow.deliverables.hand_in(number, "@lea", "https://drive.example.com/2").state == "draft"
    done = glow.deliverables.approve(number, "anna")
    assert (done.state, len(done.drafts), [c.text for c in done.comments]) == ("approved", 2, ["Show the label", "Approved."])
    assert [d.id for d in glow.deliverables.pressing()] == [number]
    assert done.timing(due + timedelta(seconds=1)) == "late"
    finished = glow.deliverables.finish(number, f"https://www.tiktok.com/@lea/video/{POST}")
    assert (finished.state, finished.post_id, finished.timing(due + timedelta(days=9))) == ("done", POST, "done")
    assert glow.deliverables.pressing() == []
    with pytest.raises(Conflict, match="is done already"):
        glow.deliverables.hand_in(number, "@lea", "https://drive.example.com/3")
    with pytest.raises(NotFound, match="no deliverable number"):
        glow.deliverables.hand_in(owed[1].id, "@mia", "https://drive.example.com/3", creator="mia")
    for wrong in ("javascript:alert(1)", "drive.example.com/1", "https://a b"):
        with pytest.raises(BadValue, match="is not a link"):
            glow.deliverables.hand_in(owed[1].id, "@lea", wrong)


def test_a_right_ends_and_its_code_is_sealed(glow: Desk) -> None:
    glow.rights.ask("glow", POST, "anna", "lea")
    right = glow.rights.grant("glow", POST, "@lea", code="#SparkCode1234", days=30)
    assert (right.state, right.handle, right.has_code, right.days_left(NOW), right.usable(NOW)) == ("granted", "lea", True, 30, True)
    assert right.days_left(NOW + timedelta(days=29, hours=1)) == 0 and right.days_left(NOW + timedelta(days=31)) == -1
    assert not right.usable(NOW + timedelta(days=30)) and glow.rights.code("glow", POST) == "#SparkCode1234"
    with glow._engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT sealed_code FROM ad_right")).scalar_one()
    assert "SparkCode" not in kept
    assert glow.rights.ask("glow", POST, "anna").state == "granted"
    assert glow.rights.use("glow", POST, "anna").in_use
    assert glow.rights.expiring(timedelta(days=7)) == [] and len(glow.rights.expiring(timedelta(days=31))) == 1
    ended = glow.rights.refuse("glow", POST, "anna", ended=True)
    assert (ended.state, ended.has_code, ended.in_use) == ("ended", False, False)
    with pytest.raises(BadValue, match="may not run as an ad now: its right is ended"):
        glow.rights.use("glow", POST, "anna")
    with pytest.raises(BadValue, match="would end before it begins"):
        glow.rights.grant("glow", POST, "anna", valid_until=datetime(2025, 7, 1, tzinfo=UTC))
    with pytest.raises(BadValue) as refused:
        glow.rights.grant("glow", POST, "anna", code="no blanks allowed")
    assert "no blanks allowed" not in str(refused.value)


def test_a_link_opens_until_it_ends_or_is_revoked(glow: Desk) -> None:
    token = glow.doors.make("glow", "portal", "anna", "@Lea")
    assert len(token) == 22 and token != glow.doors.make("glow", "portal", "anna", "lea")
    passed = glow.doors.enter(token, "portal", "1.2.3.4")
    assert (passed.campaign, passed.handle) == ("glow", "lea")
    with glow._engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT * FROM door_link")).all()
    assert token not in str(rows)
    assert glow.doors.revoke("glow", creator="lea") == 2 and glow.doors.revoke("glow", creator="lea") == 0
    said = {str(_refused(glow, attempt)) for attempt in (token, "x" * 22, "")}
    assert len(said) == 1


def test_an_ended_link_and_one_for_another_purpose_answer_alike(glow: Desk) -> None:
    ended = glow.doors.make("glow", "portal", "anna", "lea", timedelta(microseconds=1))
    for at in glow.doors.list("glow"):
        assert at.expires_at > NOW
    with glow._engine.begin() as connection:
        connection.execute(sa.text("UPDATE door_link SET expires_at = :at"), {"at": "2025-07-31 23:59:59"})
    apply = glow.doors.make("glow", "apply", "anna")
    assert {str(_refused(glow, ended)), str(_refused(glow, apply))} == {str(_refused(glow, "never"))}
    assert glow.doors.enter(apply, "apply", "a").handle is None


def test_guessing_is_slowed_for_the_one_who_guesses(glow: Desk) -> None:
    token = glow.doors.make("glow", "portal", "anna", "lea")
    for n in range(FAILURES):
        with pytest.raises(Closed):
            glow.doors.enter(f"guess-{n}", "portal", "6.6.6.6")
    with pytest.raises(TooMany):
        glow.doors.enter(token, "portal", "6.6.6.6")
    assert glow.doors.enter(token, "portal", "1.2.3.4").handle == "lea"


def _refused(desk: Desk, token: str) -> Exception:
    with pytest.raises(Closed) as refused:
        desk.doors.enter(token, "portal", "1.2.3.4")
    return refused.value
