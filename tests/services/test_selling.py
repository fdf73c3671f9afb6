"""Every money figure by hand: two currencies at their days' rates, refunds, a code and a link on one order, an order twice, zero cost."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hexameter.errors import BadValue, MissingColumn
from hexameter.main import App, open_app
from tests.services.conftest import Write

SECRET = "shop-secret-for-tests"
POSTS = """post_id,creator,published_at,captured_at,caption,views,likes,comments,shares
A,lea,2025-07-05T18:00Z,2025-07-31T12:00Z,#glow,20000,1500,100,60
B,mia,2025-07-12T19:00Z,2025-07-31T12:00Z,#glow,5000,300,12,8
"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    settings = {"now": "2025-08-01T00:00:00Z", "shop_secret": SECRET}
    with open_app(str(tmp_path / "home"), overrides=settings, environment={}) as opened:
        yield opened


@pytest.fixture
def glow(app: App, write: Write) -> App:
    app.collect([write("posts.csv", POSTS)])
    app.campaigns.create("glow", from_day="2025-07-01", to_day="2025-07-31", hashtags=["glow"], creators=["lea", "mia"], currency="EUR")
    app.selling.add_code("glow", "LEA10", "lea")
    app.campaigns.set_rate("USD", "EUR", "2025-07-01", "0.90")
    app.campaigns.set_rate("USD", "EUR", "2025-07-15", "0.95")
    return app


def test_the_return_by_hand(glow: App, write: Write) -> None:
    link = glow.selling.add_link("glow", "https://shop.example.com/", "mia")["code"]
    glow.campaigns.add_cost("glow", "500", creator="lea")
    glow.campaigns.add_cost("glow", "100", currency="USD", kind="product", creator="mia")  # on 1 August: 95.00 EUR
    orders = f"""order_id,amount,currency,ordered_at,code,link,touched_at,refund_of
o-1,100.00,EUR,2025-07-05T10:00Z,LEA10,{link},2025-07-05T09:00Z,
o-2,50.00,USD,2025-07-10T10:00Z,,https://go.example.com/go/{link},2025-07-09T09:00Z,
o-2r,20.00,USD,2025-07-20T10:00Z,,,,o-2
o-1,100.00,EUR,2025-07-05T10:00Z,LEA10,,,
o-3,70.00,EUR,2025-07-06T10:00Z,,,,
o-4,12x,EUR,2025-07-06T10:00Z,LEA10,,,
"""
    path = write("orders.csv", orders)
    done = glow.selling.import_orders(path, "glow")
    assert {n: done[n] for n in ("read", "recorded", "known", "nobodys", "rejected")} == {
        "read": 6,
        "recorded": 3,
        "known": 1,
        "nobodys": 1,
        "rejected": 1,
    }
    assert (done["rejects"][0]["row"], done["rejects"][0]["value"]) == (6, "12x")
    assert glow.selling.import_orders(path, "glow")["recorded"] == 0
    found = glow.selling.money("glow")
    assert json.loads(json.dumps(found)) == found
    # cost 500 + 100 USD x 0.95 = 595; revenue 100 (lea: her code beats mia's link) + 50 USD x 0.90 - 20 USD x 0.95 = 126
    total = found["total"]
    assert (total["cost"], total["revenue"], total["currency"]) == (pytest.approx(595.0), pytest.approx(126.0), "EUR")
    assert total["roi_pct"] == pytest.approx((126 - 595) / 595 * 100) and total["roas"] == pytest.approx(126 / 595)
    assert total["cpm"] == pytest.approx(595 / 25_000 * 1000) and total["cpv"] == pytest.approx(595 / 25_000)
    assert total["cpe"] == pytest.approx(595 / (1660 + 320)) and total["cost_per_video"] == pytest.approx(297.5)
    by = {c["creator"]: c for c in found["creators"]}
    assert (by["lea"]["cost"], by["lea"]["revenue"], by["lea"]["roi_pct"]) == (pytest.approx(500), pytest.approx(100), pytest.approx(-80))
    assert (by["mia"]["cost"], by["mia"]["revenue"]) == (pytest.approx(95), pytest.approx(45 - 19))
    assert {o["order_id"]: (o["by"], o["handle"]) for o in found["orders"]} == {
        "o-1": ("code", "lea"),
        "o-2": ("link", "mia"),
        "o-2r": ("link", "mia"),
    }


def test_no_cost_is_no_return(glow: App) -> None:
    glow.campaigns.add_order("glow", "o-1", "80", creator="lea")
    for cost in (None, "0"):
        if cost is not None:
            glow.campaigns.add_cost("glow", cost)
        total = glow.selling.money("glow")["total"]
        assert (total["revenue"], total["roi_pct"], total["roas"], total["cpm"]) == (80.0, None, None, None)


def test_media_value_stands_apart_and_keeps_its_version(glow: App) -> None:
    glow.selling.save_card("ours", "EUR", "media plan", per_1000_views=10.0)
    glow.selling.save_card("ours", "EUR", "media plan", per_1000_views=20.0)
    new, old = (glow.selling.money("glow", name)["worth"] for name in ("ours", "ours@1"))
    assert (new["media_value"], old["media_value"]) == (pytest.approx(500.0), pytest.approx(250.0))
    assert old["rate_card"] == {"name": "ours", "version": "1", "source": "media plan"}
    assert glow.selling.money("glow", "ours")["total"]["revenue"] is None
    with pytest.raises(BadValue, match="is a preset's name"):
        glow.selling.save_card("skeepers", "EUR", "me", per_like=1.0)
    with pytest.raises(BadValue, match="unknown rate card 'theirs'"):
        glow.selling.money("glow", "theirs")


def shopify(**changes: Any) -> bytes:
    order = {
        "id": 450789469,
        "created_at": "2025-07-10T11:00:00-04:00",
        "currency": "USD",
        "total_price": "199.00",
        "email": "buyer@example.com",
        "financial_status": "paid",
        "discount_codes": [{"code": "lea10", "amount": "10.00", "type": "percentage"}],
        "landing_site": "/x?utm_content=nothing",
        "refunds": [],
    }
    return json.dumps(order | changes).encode()


def signed(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_a_shops_webhook(glow: App) -> None:
    body = shopify()
    assert glow.selling.shopify(body, signed(body))["recorded"] == 1
    assert glow.selling.shopify(body, signed(body))["known"] == 1  # delivered again
    back = {"id": 509562969, "created_at": "2025-07-16T09:00:00Z"}
    paid = [{"kind": "refund", "status": "success", "amount": "41.94", "currency": "USD"}, {"kind": "sale", "amount": "9"}]
    with_refund = shopify(refunds=[{**back, "transactions": paid}])
    assert [o["outcome"] for o in glow.selling.shopify(with_refund, signed(with_refund), "orders/updated")["orders"]] == [
        "known",
        "recorded",
    ]
    alone = json.dumps({**back, "order_id": 450789469, "transactions": paid[:1]}).encode()
    assert glow.selling.shopify(alone, signed(alone), "refunds/create")["known"] == 1
    # 199.00 USD x 0.90 - 41.94 USD x 0.95
    assert glow.selling.money("glow")["total"]["revenue"] == pytest.approx(199 * 0.90 - 41.94 * 0.95)
    assert "buyer@example.com" not in (glow.home / "desk.sqlite").read_bytes().decode("latin-1")


def test_an_order_that_was_never_paid_is_taken_back(glow: App) -> None:
    first, void = shopify(), shopify(cancelled_at="2025-07-10T16:00:00Z", financial_status="voided")
    for body in (first, void, void):
        glow.selling.shopify(body, signed(body))
    assert glow.selling.money("glow")["total"]["revenue"] == pytest.approx(0.0)


def test_a_link_in_the_landing_page_is_a_touch(glow: App) -> None:
    link = glow.selling.add_link("glow", "https://shop.example.com/", "mia")["code"]
    body = shopify(discount_codes=[], landing_site=f"/x?utm_content={link}")
    (order,) = glow.selling.shopify(body, signed(body))["orders"]
    assert order["credit"] == {"campaign": "glow", "creator": "mia", "by": "link", "word": link}


def test_an_unsigned_order_is_refused(glow: App) -> None:
    body = shopify()
    for signature in ("", signed(body, "other"), signed(body + b" "), "é"):
        with pytest.raises(BadValue, match="not signed by the shop"):
            glow.selling.shopify(body, signature)
    for junk in (b"", b"[]", b"{}", b"\xff", json.dumps({"id": 1}).encode()):
        with pytest.raises(BadValue, match="not an order"):
            glow.selling.shopify(junk, signed(junk))
    glow.settings["shop_secret"] = ""  # type: ignore[index]
    with pytest.raises(BadValue, match="not signed"):
        glow.selling.shopify(body, signed(body, ""))


def test_shopifys_own_export(glow: App, write: Write) -> None:
    text = """Name,Email,Financial Status,Currency,Subtotal,Total,Discount Code,Created at,Refunded Amount
#1001,b@example.com,paid,EUR,90,100.00,LEA10,2025-07-15 10:00:00 +0200,25.00
#1001,b@example.com,,,,,,2025-07-15 10:00:00 +0200,
"""
    done = glow.selling.import_orders(write("export.csv", text))
    assert (done["recorded"], done["rejected"]) == (2, 0)
    assert glow.selling.money("glow")["total"]["revenue"] == pytest.approx(75.0)
    with pytest.raises(MissingColumn, match="No column holds the amount"):
        glow.selling.import_orders(write("other.csv", "order_id,x\n1,2\n"))
