"""Rules and found posts of campaigns: what a person decided stays decided."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk
from hexameter.campaigns.tracking.inbox import Found
from hexameter.errors import BadValue, NotFound
from tests.campaigns.conftest import NOW
from tests.campaigns.tracking.conftest import DrivenClock

POST = "https://www.tiktok.com/@Lea/video/7527623000473079054?lang=fr"
SHORT = "https://vm.tiktok.com/ZMabc123/"


@pytest.fixture
def glow(desk: Desk) -> str:
    return desk.create(Draft("Glow", "2025-07-01", "2025-07-31", hashtags=("glow",), mentions=("brand",), creators=("lea",)))[0].slug


def found(post_id: str, state: str = "review", **more: str) -> Found:
    values = {"handle": "lea", "via": "display", "matched": "#glow", "state": state} | more
    return Found(post_id, **values)  # type: ignore[arg-type]


def test_a_campaign_s_rule_is_its_hashtags_until_it_has_one(desk: Desk, glow: str) -> None:
    assert str(desk.rules.of(glow)) == "#glow OR @brand"
    assert str(desk.rules.set(glow, "#Glow not ad")) == "#glow AND NOT ad"
    assert str(desk.rules.of(glow)) == "#glow AND NOT ad"
    desk.rules.set(glow, "serum")
    assert str(desk.rules.of(glow)) == "serum" and str(desk.rules.unset(glow)) == "#glow OR @brand"
    with pytest.raises(BadValue, match="at position 5"):
        desk.rules.set(glow, "#a (")
    for ask in (desk.rules.of, desk.rules.unset, lambda slug: desk.rules.set(slug, "#a")):
        with pytest.raises(NotFound, match="Did you mean glow"):
            ask("gloww")


def test_a_campaign_of_creators_alone_takes_their_every_post(desk: Desk) -> None:
    desk.create(Draft("All", "2025-07-01", "2025-07-31", creators=("lea",)))
    desk.create(Draft("None", "2025-07-01", "2025-07-31"))
    assert desk.rules.of("all").matches("x") == (True, ()) and desk.rules.of("none").matches("x") == (False, ())


def test_found_posts_are_listed_by_state(desk: Desk, glow: str, clock: DrivenClock) -> None:
    assert desk.inbox.found(glow, [found("1", "auto"), found("2"), found("3")]) == 3
    desk.decide(glow, ["2", "9"], "include", "ours")
    desk.decide(glow, ["3"], "exclude")
    states = {p.post_id: (p.state, p.via, p.why) for p in desk.inbox.list(glow)}
    assert states == {
        "1": ("auto", "display", None),
        "2": ("included", "display", "ours"),
        "3": ("excluded", "display", None),
        "9": ("included", "hand", "ours"),
    }
    assert desk.inbox.counts(glow) == {"auto": 1, "review": 0, "included": 2, "excluded": 1}
    assert [p.post_id for p in desk.inbox.list(glow, "included")] == ["9", "2"]


def test_a_post_found_again_keeps_its_decision_and_its_first_finding(desk: Desk, glow: str, clock: DrivenClock) -> None:
    desk.inbox.found(glow, [found("1", handle=None), found("2")])
    desk.decide(glow, ["2"], "exclude", "not ours")
    clock.move(hours=1)
    assert desk.inbox.found(glow, [found("1", "auto", matched="@brand", via="research"), found("2", "auto"), found("3")]) == 1
    three, two, one = desk.inbox.list(glow)
    assert (one.state, one.matched, one.via, one.handle, one.found_at) == ("auto", "@brand", "display", "lea", NOW)
    assert (two.state, two.why) == ("excluded", "not ours") and three.found_at == NOW + timedelta(hours=1)
    desk.decide(glow, ["2"], "rules")
    assert desk.inbox.list(glow, "auto")[0].post_id == "2"


def test_an_address_handed_in_goes_to_review(desk: Desk, glow: str) -> None:
    handed = desk.inbox.hand_in(glow, POST, "lea")
    assert handed.post_id == "7527623000473079054" and desk.inbox.hand_in(glow, f" {POST} ", "mia") == handed
    (post,) = desk.inbox.list(glow, "review")
    assert (post.handle, post.via, post.matched) == ("lea", "hand", "handed in by lea")


def test_handing_in_does_not_send_a_found_post_back(desk: Desk, glow: str) -> None:
    desk.inbox.found(glow, [found("7527623000473079054", "auto")])
    desk.inbox.hand_in(glow, POST, "lea")
    assert desk.inbox.counts(glow) == {"auto": 1, "review": 0, "included": 0, "excluded": 0}


def test_a_short_link_waits_to_be_opened(desk: Desk, glow: str) -> None:
    short = desk.inbox.hand_in(glow, SHORT, "lea")
    assert short.post_id is None and desk.inbox.handed_in(glow, to_open=True) == [short] and desk.inbox.list(glow) == []
    opened = desk.inbox.hand_in(glow, POST, "lea", instead_of=short.id)
    assert desk.inbox.handed_in(glow) == [opened] and desk.inbox.handed_in(glow, to_open=True) == []
    with pytest.raises(NotFound, match="has no short link number"):
        desk.inbox.hand_in(glow, POST, "lea", instead_of=short.id)


def test_what_is_no_address_leaves_nothing(desk: Desk, glow: str) -> None:
    with pytest.raises(BadValue, match="neither a post's id nor its address"):
        desk.inbox.hand_in(glow, "https://example.org/video/7527623000473079054", "lea")
    for ask in (desk.inbox.list, desk.inbox.handed_in, lambda slug: desk.inbox.hand_in(slug, POST, "x"), lambda s: desk.inbox.found(s, [])):
        with pytest.raises(NotFound, match="unknown campaign 'nope'"):
            ask("nope")
    assert desk.inbox.handed_in(glow) == []
