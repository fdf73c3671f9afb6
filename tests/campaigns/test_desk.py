"""What the desk keeps and refuses, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from hexameter.campaigns.campaign import Draft
from hexameter.campaigns.desk import Desk
from hexameter.errors import BadValue, Conflict, NotFound
from tests.campaigns.conftest import NOW


def glow(**changes: object) -> Draft:
    values: dict[str, object] = {
        "name": "Glow Day",
        "from_day": "2025-07-01",
        "to_day": "2025-07-31",
        "hashtags": ("#GlowDay",),
        "creators": ("@Lea",),
    }
    return Draft(**(values | changes))  # type: ignore[arg-type]


def test_a_campaign_is_kept_in_one_form(open_desk: Callable[[], Desk]) -> None:
    made, new = open_desk().create(glow(mentions=("@Glow.Brand",), cost="1 200,50", currency="eur", tz="Europe/Paris"))
    again = open_desk().campaign("glow-day")
    assert new and again == made
    assert (again.hashtags, again.mentions, again.creators) == (("glowday",), ("glow.brand",), ("lea",))
    assert (again.period.from_day, again.period.to_day, again.period.tz) == (date(2025, 7, 1), date(2025, 7, 31), "Europe/Paris")
    assert [(c.amount_minor, c.currency, c.kind, c.handle) for c in again.costs] == [(120050, "EUR", "fee", None)]
    assert again.created_at == NOW and again.archived_at is None


def test_the_same_campaign_twice_is_one(desk: Desk) -> None:
    first, _ = desk.create(glow())
    second, new = desk.create(glow(hashtags=("GLOWDAY", "glowday")))
    assert not new and second == first
    with pytest.raises(Conflict, match="'glow-day' is already there"):
        desk.create(glow(to_day="2025-08-31"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"from_day": "2025-08-01"}, "from is 2025-08-01, after to, which is 2025-07-31"),
        ({"to_day": "31/07/2025"}, "'31/07/2025' is not a day. Expected year-month-day"),
        ({"tz": "Europe/Pariss"}, "'Europe/Pariss' is not a time zone. Did you mean Europe/Paris?"),
        ({"tz": "paris"}, "Did you mean Europe/Paris?"),
        ({"hashtags": ("glow day",)}, "'glow day' is not a hashtag"),
        ({"creators": ("lea!",)}, "'lea!' is not a TikTok handle"),
        ({"cost": "500"}, "cost is 500, in no currency"),
        ({"cost": "500", "currency": "ERU"}, "'ERU' is not a currency"),
        ({"cost": "-5", "currency": "EUR"}, "it cannot be negative"),
        ({"name": " "}, "A campaign needs a name"),
    ],
)
def test_a_wrong_draft_leaves_nothing_behind(desk: Desk, changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadValue) as refused:
        desk.create(glow(**changes))
    assert message in str(refused.value)
    assert desk.campaigns() == []


def test_an_unknown_campaign_is_told_with_its_neighbour(desk: Desk) -> None:
    with pytest.raises(NotFound, match="hexameter campaign create"):
        desk.campaign("glow")
    desk.create(glow())
    for ask in (desk.campaign, desk.archive, lambda slug: desk.add(slug, "creators", ["x"])):
        with pytest.raises(NotFound, match="unknown campaign 'glowday'. Did you mean glow-day?"):
            ask("glowday")


def test_creators_and_hashtags_come_and_go(desk: Desk) -> None:
    desk.create(glow())
    assert desk.add("glow-day", "creators", ["@Mia", "https://www.tiktok.com/@Zoe?lang=fr", "lea"]).creators == ("lea", "mia", "zoe")
    assert desk.remove("glow-day", "creators", ["ZOE"]).creators == ("lea", "mia")
    with pytest.raises(NotFound, match="no 'miaa' among its creators. Did you mean mia"):
        desk.remove("glow-day", "creators", ["miaa"])
    assert desk.add("glow-day", "hashtags", ["#Été"]).hashtags == ("glowday", "été")
    assert desk.add("glow-day", "mentions", ["@brand"]).scope.mentions == {"brand"}


def test_posts_are_decided_by_hand(desk: Desk) -> None:
    desk.create(glow())
    desk.decide("glow-day", ["https://www.tiktok.com/@lea/video/7527623000473079054?x=1"], "include", "hashtag misspelt")
    after = desk.decide("glow-day", ["7527623000473079055", "7527623000473079054"], "exclude", "not ours")
    assert after.scope.excluded == {"7527623000473079054", "7527623000473079055"} and not after.scope.included
    assert {p.why for p in after.posts} == {"not ours"}
    assert len(desk.decide("glow-day", ["7527623000473079055"], "rules").posts) == 1


def test_costs_and_orders(desk: Desk) -> None:
    desk.create(glow())
    with pytest.raises(BadValue, match="has no currency yet"):
        desk.add_cost("glow-day", "500")
    desk.add_cost("glow-day", "500", "EUR", creator="lea", kind="product", note="parcel\x00")
    both = desk.add_cost("glow-day", "80.5")
    assert [(c.amount_minor, c.kind, c.handle, c.note) for c in both.costs] == [
        (50000, "product", "lea", "parcel"),
        (8050, "fee", None, None),
    ]
    with pytest.raises(NotFound, match="Did you mean lea?"):
        desk.add_cost("glow-day", "1", creator="leaa")
    assert len(desk.remove_cost("glow-day", both.costs[0].id).costs) == 1
    with pytest.raises(NotFound, match="no cost number 999"):
        desk.remove_cost("glow-day", 999)
    with pytest.raises(BadValue, match="'fees' is not a kind of cost. Did you mean fee?"):
        desk.add_cost("glow-day", "1", kind="fees")


def test_an_order_counts_once(desk: Desk) -> None:
    desk.create(glow(currency="EUR"))
    early, late = datetime(2025, 7, 3, tzinfo=UTC), datetime(2025, 7, 20, tzinfo=UTC)
    desk.add_order("glow-day", "o-1", "99.90", creator="lea", code="LEA10", ordered_at=early)
    desk.add_order("glow-day", "o-1", "99.90", creator="lea", code="LEA10", ordered_at=early)
    known = desk.add_order("glow-day", "o-1-refund", "-99.90", ordered_at=late)
    assert [o.amount_minor for o in known.orders] == [9990, -9990]
    assert [r.amount_minor for r in known.money(until=datetime(2025, 7, 10, tzinfo=UTC)).revenues] == [9990]
    with pytest.raises(Conflict, match="another amount"):
        desk.add_order("glow-day", "o-1", "1")


def test_rates_are_dated(desk: Desk) -> None:
    made, _ = desk.create(glow(currency="EUR", cost="10"))
    desk.set_rate("USD", "EUR", "2025-07-01", 0.9)
    desk.set_rate("USD", "EUR", "2025-07-15", 0.8, "ECB")
    desk.set_rate("USD", "EUR", "2025-07-15", 0.85, "ECB")
    money = made.money(desk.rates(), until=datetime(2025, 7, 10, tzinfo=UTC))
    assert money.rates == {"USD": (0.9, date(2025, 7, 1))}
    assert made.money(desk.rates()).rates == {"USD": (0.85, date(2025, 7, 15))}
    with pytest.raises(BadValue, match="expected a number above 0"):
        desk.set_rate("USD", "EUR", "2025-07-15", 0.0)


def test_archived_campaigns_are_listed_on_request(desk: Desk) -> None:
    desk.create(glow())
    assert desk.archive("glow-day").archived_at == NOW
    assert desk.campaigns() == [] and [c.slug for c in desk.campaigns(archived=True)] == ["glow-day"]
    assert desk.archive("glow-day", archived=False).archived_at is None


def test_a_campaign_without_any_rule_takes_only_posts_added_by_hand(desk: Desk) -> None:
    bare, _ = desk.create(glow(hashtags=(), creators=()))
    assert bare.scope.handles == frozenset()
    tagged, _ = desk.create(glow(name="Tagged", creators=()))
    assert tagged.scope.handles is None


def test_a_forgotten_creator_leaves_sums_only(desk: Desk) -> None:
    desk.create(glow(currency="EUR", creators=("lea", "mia"), mentions=("lea",)))
    desk.add_cost("glow-day", "500", creator="lea", note="Lea's fee")
    desk.add_order("glow-day", "o-1", "10", creator="lea", code="LEA10")
    desk.decide("glow-day", ["7527623000473079054"], "include", "by Lea")
    counts = desk.forget(["lea"], ["7527623000473079054"])
    left = desk.campaign("glow-day")
    assert counts == {"campaign_creator": 1, "campaign_mention": 1, "campaign_cost": 1, "campaign_order": 1, "campaign_post": 1}
    assert left.creators == ("mia",) and left.mentions == () and left.posts == ()
    assert [(c.amount_minor, c.handle, c.note) for c in left.costs] == [(50000, None, None)]
    assert [(o.handle, o.code) for o in left.orders] == [(None, None)]


def test_desks_create_the_same_campaign_at_once(open_desk: Callable[[], Desk]) -> None:
    desks = [open_desk() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda d: d.create(glow(cost="5", currency="EUR"))[1], desks))
    assert sorted(made) == [False, False, False, True]
    assert len(desks[0].campaign("glow-day").costs) == 1


def test_changes_made_at_once_are_all_kept(open_desk: Callable[[], Desk]) -> None:
    desks = [open_desk() for _ in range(4)]
    desks[0].create(glow())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda i: desks[i % 4].add("glow-day", "creators", [f"c{i}", "everyone"]), range(12)))
    assert len(desks[0].campaign("glow-day").creators) == 14
