"""The worked example of KPIS.md section 7 through the services, as of other instants, posts decided by hand, and mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from hexameter.errors import BadValue, HexameterError, NotFound
from hexameter.main import App
from tests.services.conftest import HEADER, Write, figures

EXPECTED = {
    "videos.videos": 4,
    "videos.per_day": 4 / 31,
    "views.total": 33_000,
    "views.mean": 8_250.0,
    "views.median": 6_500.0,
    "views.p25": 3_750.0,
    "views.p75": 11_000.0,
    "views.max": 20_000,
    "views.n": 4,
    "views.n_excluded": 0,
    "interactions.likes": 2_202,
    "interactions.comments": 112,
    "interactions.shares": 78,
    "interactions.interactions": 1_982,
    "interactions.n": 3,
    "interactions.n_excluded": 1,
    "engagement_rate.by_views_pct.mean": 7.35,
    "engagement_rate.by_views_pct.median": 7.35,
    "engagement_rate.by_views_pct.pooled": 7.92,
    "engagement_rate.by_views_pct.n": 2,
    "engagement_rate.by_views_pct.n_excluded": 2,
    "engagement_rate.by_followers_pct.mean": 6.33974358974359,
    "engagement_rate.by_followers_pct.median": 3.0,
    "engagement_rate.by_followers_pct.pooled": 6.214285714285714,
    "engagement_rate.by_followers_pct.n": 3,
    "engagement_rate.by_followers_pct.n_excluded": 1,
    "followers.start": 10_000,
    "followers.end": 11_000,
    "followers.net": 1_000,
    "followers.growth_pct": 10.0,
    "followers.per_day": 1_000 / 30,
    "hashtag.videos": 4,
    "hashtag.creators": 1,
    "hashtag.views": 33_000,
    "hashtag.potential_reach": 11_000,
    "hashtag.cost_minor": 50_000,
    "hashtag.currency": "EUR",
    "hashtag.cpm": 500 / 33_000 * 1000,
    "hashtag.cpe": 500 / 1_982,
    "hashtag.roi_pct": None,
    "hashtag.media_value": 953.95,
}


def test_every_figure_of_the_worked_example(glow: App) -> None:
    found = glow.kpis(campaign="glowday")
    assert dict(zip(EXPECTED, figures(found, *EXPECTED), strict=True)) == {
        path: value if not isinstance(value, float) else pytest.approx(value, rel=1e-9) for path, value in EXPECTED.items()
    }


def test_the_document_says_what_it_is(glow: App) -> None:
    found = glow.kpis(campaign="glowday", posts=True)
    assert found["definitions_version"] == "1"
    assert found["scope"] == {"kind": "campaign", "id": "glowday"}
    assert found["period"] == {"from": "2025-07-01", "to": "2025-07-31", "tz": "UTC"}
    assert found["as_of"] == "2025-08-01T00:00:00Z"
    receipt = found["receipt"]
    assert receipt["sources"] == ["csv"] and receipt["precision"] == "exact" and receipt["engine"] == "duckdb"
    assert receipt["lake_version"]["post_snapshot"] >= 0 and (receipt["n"], receipt["n_excluded"]) == (4, 0)
    by_id = {p["post_id"]: p for p in found["posts"]}
    rates = [by_id[i]["by_views_pct"] for i in "ABCD"]
    assert rates == [pytest.approx(8.3), pytest.approx(6.4), None, None]


@pytest.mark.parametrize(
    "ask",
    [{"creator": "@Lea"}, {"hashtag": "#GlowDay"}, {"all": True}],
    ids=["creator", "hashtag", "all"],
)
def test_every_scope_finds_the_same_posts(glow: App, ask: dict[str, Any]) -> None:
    found = glow.kpis(from_day="2025-07-01", to_day="2025-07-31", **ask)
    assert figures(found, "videos.videos", "views.total", "hashtag.cost_minor") == [4, 33_000, None]


def test_one_post_by_its_address(app: App, write: Write) -> None:
    app.collect([write("one.csv", f"{HEADER}\n7527623000473079054,lea,2025-07-16T10:00Z,2025-07-31T12:00Z,x,,100,1,2,3,\n")])
    found = app.kpis(post="https://www.tiktok.com/@lea/video/7527623000473079054?lang=fr")
    assert figures(found, "scope.id", "videos.videos", "views.total") == ["7527623000473079054", 1, 100]


def test_a_period_left_half_open_is_closed_by_what_is_known(glow: App) -> None:
    assert glow.kpis(all=True)["period"] == {"from": "2025-07-05", "to": "2025-08-01", "tz": "UTC"}
    assert glow.kpis(all=True, to_day="2025-07-12")["period"] == {"from": "2025-07-05", "to": "2025-07-12", "tz": "UTC"}
    assert glow.kpis(all=True, from_day="2025-07-12", as_of="2025-07-31T13:00Z")["period"]["to"] == "2025-07-31"
    assert glow.kpis(campaign="glowday", to_day="2025-07-12")["videos"]["videos"] == 2


def test_as_of_before_and_after_a_second_reading(glow: App, later: App, write: Write) -> None:
    later.collect([write("later.csv", f"{HEADER}\nA,lea,2025-07-05T18:00Z,2025-08-02T12:00Z,Glow,#glowday,25000,1600,110,70,\n")])
    before, after = (glow.kpis(campaign="glowday", as_of=day)["views"]["total"] for day in ("2025-08-01", "2025-08-03"))
    assert (before, after) == (33_000, 38_000)
    early = glow.kpis(campaign="glowday", as_of="2025-07-31T11:59:59Z")
    assert early["videos"]["videos"] == 0 and early["views"]["total"] is None


def test_as_known_at_an_earlier_time(glow: App, later: App, write: Write) -> None:
    later.collect([write("late.csv", f"{HEADER}\nA,lea,2025-07-05T18:00Z,2025-07-31T18:00Z,Glow,#glowday,21000,1500,100,60,\n")])
    known = [later.kpis(campaign="glowday", as_of="2025-08-01", known_at=t)["views"]["total"] for t in ("2025-08-02", None)]
    assert known == [33_000, 34_000]


def test_posts_decided_by_hand(glow: App, later: App, write: Write) -> None:
    misspelt = "E,lea,2025-08-03T10:00Z,2025-08-04T12:00Z,Glow,#glodway,700,1,1,1,"
    stranger = "F,mia,2025-07-10T10:00Z,2025-08-04T12:00Z,Glow,#glowday,900,1,1,1,"
    later.collect([write("more.csv", f"{HEADER}\n{misspelt}\n{stranger}\n")])
    assert later.kpis(campaign="glowday")["videos"]["videos"] == 4
    later.campaigns.include("glowday", ["E", "F"], "hashtag misspelt")
    later.campaigns.exclude("glowday", ["C"], "a repost")
    found = later.kpis(campaign="glowday", posts=True)
    assert sorted(p["post_id"] for p in found["posts"]) == ["A", "B", "D", "E", "F"]
    later.campaigns.undecide("glowday", ["C", "E", "F"])
    assert later.kpis(campaign="glowday")["videos"]["videos"] == 4


def test_the_zone_of_the_campaign_decides_its_edges(app: App, write: Write) -> None:
    row = "G,lea,2025-07-31T22:30Z,2025-08-01T00:00Z,x,#edge,10,1,1,1,"
    app.collect([write("edge.csv", f"{HEADER}\n{row}\n")])
    for tz, videos in (("UTC", 1), ("Europe/Paris", 0), ("America/New_York", 1)):
        made = app.campaigns.create(f"Edge {tz}", from_day="2025-07-01", to_day="2025-07-31", hashtags=["edge"], tz=tz)
        assert app.kpis(campaign=made["slug"])["videos"]["videos"] == videos, tz


def test_revenue_and_rates(glow: App) -> None:
    glow.campaigns.add_order("glowday", "o-1", "1000", currency="USD", creator="lea", ordered_at="2025-07-20T10:00")
    with pytest.raises(BadValue, match="USD"):
        glow.kpis(campaign="glowday")
    glow.campaigns.set_rate("USD", "EUR", "2025-07-20", "0.9", "ECB")
    assert figures(glow.kpis(campaign="glowday"), "hashtag.revenue", "hashtag.roi_pct", "hashtag.roas") == [
        pytest.approx(900.0),
        pytest.approx(80.0),
        pytest.approx(1.8),
    ]
    assert glow.kpis(campaign="glowday", as_of="2025-07-20T09:00")["hashtag"]["revenue"] is None


@pytest.mark.parametrize(
    ("ask", "kind", "message"),
    [
        ({}, BadValue, "Nothing says which posts are meant. Give one of --campaign"),
        ({"all": True, "creator": "lea"}, BadValue, "Both creator and all are given."),
        ({"campaign": "glowdya"}, NotFound, "unknown campaign 'glowdya'. Did you mean glowday?"),
        ({"creator": "leaa"}, NotFound, "unknown creator '@leaa': no imported file mentions it. Did you mean @lea?"),
        ({"hashtag": "glowdy"}, NotFound, "unknown hashtag '#glowdy': no imported file mentions it. Did you mean #glowday?"),
        ({"post": "7527623000473079054"}, NotFound, "unknown post '7527623000473079054': no imported file mentions it. Import a file"),
        ({"post": "https://vm.tiktok.com/ZM123/"}, BadValue, "is a short link"),
        ({"all": True, "from_day": "2025-08-01", "to_day": "2025-07-01"}, BadValue, "from is 2025-08-01, after to, which is 2025-07-01"),
        ({"campaign": "glowday", "from_day": "2025-09-01"}, BadValue, "after to, which is 2025-07-31"),
        ({"all": True, "from_day": "July"}, BadValue, "'July' is not a day"),
        ({"all": True, "tz": "Europe/Pariss"}, BadValue, "Did you mean Europe/Paris?"),
        ({"all": True, "as_of": "yesterday"}, BadValue, "'yesterday' is not a time"),
        ({"all": True, "as_of": "2025-03-30T02:30", "tz": "Europe/Paris"}, BadValue, "does not exist in Europe/Paris"),
        ({"all": True, "known_at": "99"}, BadValue, "'99' is not a time"),
        ({"all": True, "rate_card": "skeeper"}, BadValue, "Did you mean skeepers?"),
        ({"all": True, "rate_card": "nowhere.toml"}, BadValue, "The file cannot be read"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(glow: App, ask: dict[str, Any], kind: type[HexameterError], message: str) -> None:
    with pytest.raises(kind) as refused:
        glow.kpis(**ask)
    assert message in str(refused.value)


@pytest.mark.parametrize(("name", "value"), [("recommended_per_day", "3-1"), ("qualified_view_seconds", "five"), ("timezone", "Mars")])
def test_a_setting_that_cannot_be_is_named(tmp_path: Any, name: str, value: str) -> None:
    from hexameter.main import open_app

    with open_app(str(tmp_path), overrides={name: value}, environment={}) as opened, pytest.raises(BadValue, match=value):
        opened.kpis(all=True)


def test_a_creator_without_posts_is_known(app: App, write: Write) -> None:
    app.collect([write("f.csv", f"{HEADER}\n,mia,,2025-07-01T00:00Z,,,,,,,500\n")])
    found = app.kpis(creator="mia", from_day="2025-07-01", to_day="2025-07-31")
    assert figures(found, "videos.videos", "videos.activity", "followers.net") == [0, "inactive", None]


def test_an_empty_home_says_what_to_do(app: App) -> None:
    assert app.kpis(all=True, from_day="2025-07-01", to_day="2025-07-02")["videos"]["videos"] == 0
    with pytest.raises(NotFound, match="Import a file that holds it: hexameter import FILE"):
        app.kpis(creator="lea")


def test_a_price_list_of_ones_own(glow: App, write: Write) -> None:
    prices = "name='ours'\nversion='7'\ncurrency='EUR'\nper_1000_views=10\nper_like=0\nper_comment=0\nper_share=0\nsource='us'\n"
    found = glow.kpis(campaign="glowday", rate_card=str(write("ours.toml", prices)))
    assert figures(found, "hashtag.media_value", "hashtag.rate_card.name") == [pytest.approx(330.0), "ours"]
    assert glow.kpis(campaign="glowday", rate_card="none")["hashtag"]["media_value"] is None


def test_other_houses_definitions_stand_beside_ours(glow: App) -> None:
    found = glow.kpis(campaign="glowday", definition="modash, hypeauditor")["engagement_rate"]
    assert [d["definition"] for d in found["definitions"]] == ["modash", "hypeauditor"]
    assert found["by_views_pct"]["mean"] == pytest.approx(7.35)
    assert len(glow.kpis(campaign="glowday", definition="all")["engagement_rate"]["definitions"]) == len(glow.definitions())
    with pytest.raises(BadValue, match="unknown definition 'modsh'. Did you mean modash"):
        glow.kpis(campaign="glowday", definition="modsh")


def test_a_creator_never_read_is_pointed_out(glow: App) -> None:
    assert "warnings" not in glow.kpis(campaign="glowday")
    glow.campaigns.add("glowday", "creators", ["leaa"])
    assert glow.kpis(campaign="glowday")["warnings"] == ["No imported file mentions @leaa: check the spelling, or import their posts."]


def test_growth_curves_come_with_the_posts(glow: App) -> None:
    curves = {p["post_id"]: p["curve"] for p in glow.kpis(campaign="glowday", posts=True, curves=True)["posts"]}
    assert curves["A"] == [[pytest.approx(618.0), 20_000]]
