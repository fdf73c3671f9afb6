"""One campaign from its template to its end, in a real browser, through the stand-in TikTok; what the pages show is what the verbs say."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hexameter.main import App, Rehearsal, open_app
from hexameter.services.tracking.runner import Tracker
from hexameter.standin.files.apify import write_apify
from hexameter.standin.playing import Play, play
from hexameter.standin.server.faults import Faults
from hexameter.standin.stage import Stage
from hexameter.views.web.serving import address_of, listen
from tests.browser.conftest import Site, own_account, sign_in, visiting
from tests.browser.test_pages import barriers

STAGE = Stage(7, 14, datetime(2025, 7, 20, 12, tzinfo=UTC))
CHOSEN = ("ivy_eats", "maya.paris", "manon.beauty")  # of the simulated world: the first misspells the hashtag once
STEP = timedelta(hours=24)
DESK = "/campaigns/glowday/desk"


@contextlib.contextmanager
def opened(home: Path) -> Iterator[tuple[App, Play, Any]]:
    """A home in a simulated world, its pages served in this process, so that both live by the one clock that is driven."""
    with listen("127.0.0.1", 0) as free:
        address = address_of(free)
    port = int(address.rpartition(":")[2])
    with play(STAGE, Faults()) as there, open_app(str(home)) as plain:
        settings = {**plain.settings, **there.settings, "public_url": address}
        with Rehearsal(settings, there.clock) as app:
            stop, listening, told = threading.Event(), threading.Event(), {}

            def started(said: dict[str, Any]) -> None:
                told.update(said)
                listening.set()

            server = threading.Thread(target=app.serve, args=("127.0.0.1", port), kwargs={"track": False, "started": started, "stop": stop})
            server.start()
            try:
                assert listening.wait(30)
                yield app, there, told
            finally:
                stop.set()
                server.join(30)
            assert not server.is_alive()


def test_from_the_template_to_done(chromium: Any, tmp_path: Path) -> None:
    with opened(tmp_path / "home") as (app, there, told), visiting(chromium) as visitor:
        page, site = visitor.page, Site(tmp_path / "home", told["address"], told["first_run"], None)  # type: ignore[arg-type]
        own_account(page, told["first_run"])
        _a_template_becomes_the_brief(app, page, site.address)
        app.collect([write_apify(STAGE.world, there.clock.now(), tmp_path)])
        _three_are_ranked_with_reasons(app, page, site.address)
        links = _invited_by_link(app, page, site.address)
        for handle, link in links.items():
            _says_yes_and_connects(chromium, app, link, handle)
        page.goto("about:blank")  # an open page asks again and again
        _days_go_by(app, there)
        page.context.clear_cookies()  # Marie comes back on another day
        sign_in(page, site)
        _a_misspelt_tag_is_included(app, page, site.address)
        _broken_clauses_are_flagged(app, page, site.address)
        _the_bell_tells_of_it(app, page, site.address)
        _orders_become_a_return(app, page, site.address, tmp_path)
        _the_best_is_reused(chromium, app, there, page, site, links)
        _done(app, page, site.address)


def _a_template_becomes_the_brief(app: App, page: Any, address: str) -> None:
    app.campaigns.create("Spring", hashtags=["spring"], from_day="2025-04-01", to_day="2025-04-30", tz=STAGE.tz)
    words = {"goal": "Show the morning routine", "hashtags": "glowday", "disclosure": "yes", "deliverables": "1 video"}
    app.briefs.write("spring", words)
    app.briefs.save_template("routine", "spring")
    page.goto(f"{address}/campaigns/new")
    days = {"from": STAGE.from_day.isoformat(), "to": STAGE.to_day.isoformat()}
    for name, value in {"name": "Glowday", "hashtags": "#glowday", "tz": STAGE.tz, "currency": "EUR", **days}.items():
        page.fill(f"[name={name}]", value)
    page.click("main button.primary")
    page.wait_for_url(f"{address}/campaigns/glowday")
    page.goto(f"{address}{DESK}/brief")
    page.select_option("[name=template]", "routine")
    page.click("text=Use it")
    page.wait_for_selector("#preview")
    assert "Show the morning routine" in page.inner_text("section[aria-labelledby=preview]")
    assert app.briefs.show("glowday")["brief"]["hashtags"] == ("glowday",)


def _three_are_ranked_with_reasons(app: App, page: Any, address: str) -> None:
    page.goto(f"{address}{DESK}/find")
    ranked = app.insights.affinity("Show the morning routine", ["glowday"], None, 50)["creators"]
    rows = page.locator("tr[data-creator]")
    assert [rows.nth(at).get_attribute("data-creator") for at in range(rows.count())] == [c["creator"] for c in ranked]
    by_name = {c["creator"]: c for c in ranked}
    assert barriers(page) == []
    for handle in CHOSEN:
        row = page.locator(f"tr[data-creator='{handle}']")
        assert float(row.locator("data").get_attribute("value")) == by_name[handle]["score"]
        assert "; ".join(by_name[handle]["why"]) in row.inner_text() and by_name[handle]["why"]
        row.locator("button").click()
        page.wait_for_function("handle => !document.querySelector(`tr[data-creator='${handle}'] button`)", arg=handle)
    assert app.candidates.list("glowday")["counts"]["short-listed"] == 3


def _invited_by_link(app: App, page: Any, address: str) -> dict[str, str]:
    links = {}
    for handle in CHOSEN:
        page.goto(f"{address}{DESK}/candidates")
        page.locator(f"tr:has(a[href='/creators/{handle}'])").get_by_text("Invite by a link").click()
        links[handle] = page.inner_text("section[role=status] code")
    assert app.candidates.list("glowday")["counts"]["invited"] == 3
    return links


def _says_yes_and_connects(chromium: Any, app: App, link: str, handle: str) -> None:
    with visiting(chromium) as creator:
        page = creator.page
        page.goto(link)
        assert "Show the morning routine" in page.inner_text("main")
        assert barriers(page) == []
        with page.expect_download() as taken:
            page.click("text=Download as PDF")
        assert taken.value.path().read_bytes() == app.briefs.pdf("glowday", handle) and taken.value.path().read_bytes()[:5] == b"%PDF-"
        page.click("button[value=yes]")
        page.wait_for_selector("p.good")
        page.click("text=Connect TikTok")
        page.fill("[name=handle]", handle)
        page.click("button[value=allow]")
        page.wait_for_selector(f"text=Thank you, @{handle}")
    assert app.candidates.show("glowday", handle)["stage"] == "briefed"  # the page they come back to shows the brief


def _days_go_by(app: App, there: Play) -> None:
    tracker = Tracker(app, workers=1, every=STEP)
    while there.clock.now() < STAGE.now:
        began = there.clock.now()
        tracker.once()
        there.clock.advance(max(min(began + STEP, STAGE.now) - there.clock.now(), timedelta(0)))
    assert app.kpis(campaign="glowday")["videos"]["videos"] > 5


def _a_misspelt_tag_is_included(app: App, page: Any, address: str) -> None:
    before = app.kpis(campaign="glowday")["videos"]["videos"]
    (missed,) = [f for f in app.insights.audit("glowday")["findings"] if f["kind"] == "near_miss_hashtag"]
    assert missed["post_id"] in STAGE.slips()
    page.goto(f"{address}{DESK}/audit")
    row = page.locator(f"tr[data-post='{missed['post_id']}']")
    assert missed["evidence"] in row.inner_text() and "misspelt hashtag" in row.inner_text()
    assert barriers(page) == []
    row.locator("button.primary").click()
    page.wait_for_selector(f"tr[data-post='{missed['post_id']}']", state="detached")
    page.goto(f"{address}/campaigns/glowday")
    assert float(page.locator("#videos .figure data").get_attribute("value")) == before + 1


def _broken_clauses_are_flagged(app: App, page: Any, address: str) -> None:
    checked = app.clauses("glowday")
    failed = [post for post in checked["posts"] if post["result"] == "fail"]
    assert failed and checked["compliance_pct"] is not None
    page.goto(f"{address}{DESK}/brief")
    said = page.inner_text("section[aria-labelledby=checks]")
    for post in failed:
        evidence = next(f["evidence"] for f in post["findings"] if f["result"] == "fail")
        assert evidence in said


def _the_bell_tells_of_it(app: App, page: Any, address: str) -> None:
    app.alerts.send()  # what the tracker does every quarter of an hour
    missing = [a for a in app.alerts.list("marie", unread=True) if a["kind"] == "missing_disclosure"]
    assert missing
    page.goto(address)
    assert page.inner_text(".bell .badge [aria-hidden]") == str(app.alerts.unread("marie"))
    page.click(".bell")
    row = page.locator(f"tr[data-alert='{missing[0]['id']}']")
    assert missing[0]["sentence"] in row.inner_text() and "Missing disclosure" in row.inner_text()
    assert barriers(page) == []
    row.locator("button").click()
    page.wait_for_selector(f"tr[data-alert='{missing[0]['id']}']", state="detached")
    assert page.inner_text(".bell .badge [aria-hidden]") == str(app.alerts.unread("marie"))


def _orders_become_a_return(app: App, page: Any, address: str, folder: Path) -> None:
    page.goto(f"{address}{DESK}/money")
    page.fill("[name=amount]", "600.00")
    page.fill("[name=currency]", "EUR")
    page.click("button:has-text('Record')")
    page.wait_for_url(f"{address}{DESK}/money")
    page.fill("section[aria-labelledby=codes] [name=code]", "MAYA10")
    page.fill("section[aria-labelledby=codes] [name=creator]", "maya.paris")
    page.click("text=Add the code")
    page.wait_for_selector("section[aria-labelledby=codes] li code")
    day = (STAGE.from_day + timedelta(days=5)).isoformat()
    lines = [
        "order_id,amount,currency,ordered_at,code,refund_of",
        f"A1,900.00,EUR,{day}T10:00Z,MAYA10,",
        f"A2,120.00,EUR,{day}T11:00Z,MAYA10,",
    ]
    lines += [f"A3,20.00,EUR,{day}T12:00Z,,A2", f"A4,5.00,EUR,{day}T12:00Z,NOBODY,", f"A1,900.00,EUR,{day}T10:00Z,MAYA10,"]
    (folder / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    page.set_input_files("[name=file]", str(folder / "orders.csv"))
    page.click("button:has-text('Import orders')")
    page.wait_for_selector("#outcome")
    total = app.selling.money("glowday")["total"]
    assert (total["cost"], total["revenue"]) == (600.0, 1000.0)  # 900 + 120 - 20; the order without a known code is nobody's
    shown = [float(value) for value in page.eval_on_selector_all("section[aria-labelledby=return] data", "all => all.map((d) => d.value)")]
    assert shown[:4] == [total["cost"], total["revenue"], total["roi_pct"], total["roas"]]
    assert total["roi_pct"] == pytest.approx(100 * 400 / 600)


def _the_best_is_reused(chromium: Any, app: App, there: Play, page: Any, site: Site, links: dict[str, str]) -> None:
    queue = app.insights.reuse("glowday")["posts"]
    page.goto(f"{site.address}{DESK}/reuse")
    rows = page.locator("tr[data-post]")
    assert [rows.nth(at).get_attribute("data-post") for at in range(rows.count())] == [post["post_id"] for post in queue]
    assert barriers(page) == []
    best = next(post for post in queue if post["state"] == "ready")
    row = page.locator(f"tr[data-post='{best['post_id']}']")
    assert float(row.locator("data").first.get_attribute("value")) == best["low"]
    row.get_by_text("Note that it was asked for").click()
    page.wait_for_selector(f"tr[data-post='{best['post_id']}']:has-text('asked')")
    with visiting(chromium) as creator:
        creator.page.goto(links[best["creator"]])
        creator.page.fill("section[aria-labelledby=code] [name=post]", best["post_id"])
        creator.page.fill("section[aria-labelledby=code] [name=code]", "#spark-code-of-the-test")
        creator.page.click("text=Give the code")
        creator.page.wait_for_selector("p.good")
    there.clock.advance(timedelta(days=5, hours=1))
    page.goto(f"{site.address}{DESK}/reuse")
    assert row.locator("[data-days]").get_attribute("data-days") == "24"
    page.goto(f"{site.address}{DESK}/rights")
    page.click("text=It runs now")
    page.wait_for_selector("text=It stopped")
    assert app.rights.list("glowday")[0]["in_use"] and "#spark-code" not in page.content()


def _done(app: App, page: Any, address: str) -> None:
    """Their posts moved them to posted; what they owe is ticked off, and that moves them to done."""
    assert app.candidates.list("glowday")["counts"]["posted"] == 3
    for handle in CHOSEN:
        page.goto(f"{address}{DESK}/candidates")
        row = page.locator(f"tr[id='{handle}']")
        assert "A post counts in the campaign." in row.inner_text()
        page.goto(f"{address}{DESK}/deliverables")
        page.fill("[name=creator]", handle)
        page.click("button:has-text('Note what is owed')")
        owed = page.locator(f"tr:has-text('@{handle}')")
        with page.expect_navigation():
            owed.get_by_text("Tick off").click()
        page.goto(f"{address}{DESK}/candidates")
        assert "done" in row.locator("td >> nth=1").inner_text() and "Everything owed is done (1)." in row.inner_text()
    assert app.candidates.list("glowday")["counts"]["done"] == 3
