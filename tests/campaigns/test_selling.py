"""To whom an order is owed, by hand; codes, links and clicks as the desk keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk
from hexameter.campaigns.selling.attribution import Owner, Sale, Touch, credit_of
from hexameter.errors import BadValue, Conflict, NotFound

AT = datetime(2025, 7, 20, 12, tzinfo=UTC)
JUNE, AUGUST = datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC)
LEA, MIA = Owner("glow", "lea", JUNE, AUGUST), Owner("glow", "mia", JUNE, AUGUST)
CODES, LINKS = {"lea10": [LEA]}, {"kl": LEA, "km": MIA}


def sale(codes: tuple[str, ...] = (), *touches: Touch) -> Sale:
    return Sale("o-1", 10_000, "EUR", AT, codes, touches)


def days_before(days: float) -> datetime:
    return AT - timedelta(days=days)


@pytest.mark.parametrize(
    ("asked", "owed"),
    [
        (sale(("LEA10",), Touch("km", days_before(1))), ("lea", "code")),  # a creator's code beats another's link
        (sale((), Touch("km", days_before(1))), ("mia", "link")),
        (sale((), Touch("km", days_before(5)), Touch("kl", days_before(6))), ("mia", "link")),  # the last touch
        (sale((), Touch("km", days_before(5)), Touch("kl")), ("lea", "link")),  # one without a time led to the order
        (sale((), Touch("km", days_before(30))), ("mia", "link")),
        (sale((), Touch("km", days_before(30.001))), None),
        (sale((), Touch("km", AT + timedelta(hours=1))), None),  # touched after the order
        (sale(("OTHER",), Touch("kl", days_before(2))), ("lea", "link")),  # a code of nobody leaves the link
        (sale(("OTHER",), Touch("zz", days_before(2))), None),
        (sale(), None),
    ],
)
def test_the_rule(asked: Sale, owed: tuple[str, str] | None) -> None:
    credit = credit_of(asked, CODES, LINKS)
    assert (None if credit is None else (credit.handle, credit.by)) == owed


def test_a_code_used_again_is_of_the_campaign_that_runs() -> None:
    later = Owner("autumn", "zoe", AT - timedelta(days=1), AT + timedelta(days=30))
    old = Owner("spring", "tom", datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))
    for owners in ([later, LEA, old], [old, LEA, later]):
        credit = credit_of(sale(("LEA10",)), {"lea10": owners}, {})
        assert credit is not None and (credit.campaign, credit.handle) == ("autumn", "zoe")


@pytest.fixture
def glow(desk: Desk) -> Desk:
    desk.create(Draft("glow", "2025-07-01", "2025-07-31", currency="EUR", tz="Asia/Tokyo"))
    desk.create(Draft("autumn", "2025-09-01", "2025-09-30", currency="EUR"))
    return desk


def test_an_order_is_owed_once_over_all_campaigns(glow: Desk) -> None:
    glow.shop.add_code("glow", " LEA10 ", "lea")
    first = glow.shop.record([sale(("LEA10",))])[0]
    assert first.outcome == "recorded" and first.credit is not None and first.credit.handle == "lea"
    glow.shop.add_code("autumn", "LEA10", "zoe")
    assert [r.outcome for r in glow.shop.record([sale(("LEA10",)), sale(("LEA10",))])] == ["known", "known"]
    assert [o.order_id for o in glow.campaign("glow").orders] == ["o-1"] and glow.campaign("autumn").orders == ()
    with pytest.raises(Conflict, match="'o-1' is already recorded with another amount"):
        glow.shop.record([Sale("o-1", 9_000, "EUR", AT, ("LEA10",))])
    back = Sale("o-1-r", -4_000, "EUR", AT, refund_of="o-1")
    assert [r.outcome for r in glow.shop.record([back, back])] == ["recorded", "known"]
    assert [r.outcome for r in glow.shop.record([Sale("o-9-r", -1, "EUR", AT, refund_of="o-9")])] == ["nobody's"]
    assert sorted((o.amount_minor, o.handle, o.code) for o in glow.campaign("glow").orders) == [
        (-4000, "lea", "lea10"),
        (10000, "lea", "lea10"),
    ]
    glow.forget(["lea"])
    assert {(o.handle, o.code) for o in glow.campaign("glow").orders} == {(None, None)} and glow.shop.codes("glow") == []
    with glow._engine.connect() as connection:
        assert set(connection.execute(sa.text("SELECT word FROM shop_sale")).scalars()) == {""}


def test_a_code_has_one_owner_in_a_campaign(glow: Desk) -> None:
    glow.shop.add_code("glow", "LEA10", "lea")
    assert glow.shop.add_code("glow", "lea10", "lea").code == "lea10"
    with pytest.raises(Conflict, match="code 'lea10' is @lea's in campaign 'glow'"):
        glow.shop.add_code("glow", "LEA10", "mia")
    with pytest.raises(BadValue, match="is not a promo code"):
        glow.shop.add_code("glow", "two words")


def test_a_link_counts_days_and_nobody(glow: Desk) -> None:
    link = glow.shop.add_link("glow", "https://shop.example.com/x?a=1&utm_source=ig", "lea")
    query = parse_qs(urlsplit(link.destination).query)
    assert query == {
        "a": ["1"],
        "utm_source": ["ig"],
        "utm_medium": ["creator"],
        "utm_campaign": ["glow"],
        "utm_term": ["lea"],
        "utm_content": [link.code],
    }
    assert glow.shop.add_link("glow", "https://shop.example.com/x?a=1&utm_source=ig", "lea").code == link.code
    assert glow.shop.add_link("glow", "https://shop.example.com/x?a=1&utm_source=ig", "mia").code != link.code
    assert [glow.shop.follow(link.code) for _ in range(3)] == [link.destination] * 3
    kept = next(known for known in glow.shop.links("glow") if known.code == link.code)
    assert kept.days == (("2025-08-01", 3),) and kept.clicks == 3  # the desk's clock stands at midnight UTC: morning in Tokyo
    with glow._engine.connect() as connection:
        assert set(connection.execute(sa.text("SELECT * FROM tracked_link_day")).keys()) == {"code", "day", "clicks"}
    glow.shop.close_link(link.code)
    assert glow.shop.follow(link.code) is None and glow.shop.follow("never") is None and glow.shop.follow("x" * 9999) is None
    with pytest.raises(NotFound):
        glow.shop.close_link(link.code)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "shop.example.com",
        "https://",
        "https://u:p@shop.example.com",
        "https://a\\b",
        "ftp://a.b",
        "",
    ],
)
def test_a_link_leads_to_the_web_only(glow: Desk, address: str) -> None:
    with pytest.raises(BadValue, match="is not an address of a shop"):
        glow.shop.add_link("glow", address)


def test_price_lists_have_versions(glow: Desk) -> None:
    first = glow.cards.save("Ours", "eur", {"per_like": 0.05}, "media plan", "anna")
    assert glow.cards.save("ours", "EUR", {"per_like": 0.05}, "media plan", "anna") == first
    second = glow.cards.save("ours", "EUR", {"per_like": 0.06}, "media plan", "bert")
    assert (first.version, second.version) == ("1", "2") and glow.cards.find("OURS") == second
    assert glow.cards.find("ours@1") == first and glow.cards.find("ours@9") is None and glow.cards.find("ours@x") is None
    with pytest.raises(BadValue, match="needs a source"):
        glow.cards.save("theirs", "EUR", {}, " ", "anna")
    with pytest.raises(BadValue, match="expected a price"):
        glow.cards.save("theirs", "EUR", {"per_like": float("nan")}, "x", "anna")
