"""From nothing to trusted numbers in the browser: account, campaign, an agency's file mended, tiles, receipts, readings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.browser import agency
from tests.browser.conftest import NOW, Site, own_account, serving, visiting

FIGURES = {
    "videos": ("videos", "videos"),
    "views": ("views", "total"),
    "engagement_rate": ("engagement_rate", "by_views_pct", "mean"),
    "interactions": ("interactions", "interactions"),
    "followers": ("followers", "net"),
    "hashtag": ("hashtag", "views"),
}
COUNTED = {"engagement_rate": ("engagement_rate", "by_views_pct")}  # whose n the tile shows; elsewhere the KPI's own
# Words of the page's address, and the same question to the command line.
QUESTIONS: tuple[tuple[str, list[str]], ...] = (
    ("", []),
    (
        "from=2025-07-05&to=2025-07-24&tz=America%2FNew_York&as_of=2025-07-20T12%3A00%3A00Z",
        ["--from", "2025-07-05", "--to", "2025-07-24", "--tz", "America/New_York", "--as-of", "2025-07-20T12:00:00Z"],
    ),
)


def test_first_run_campaign_import_tiles_receipts_posts_readings(chromium: Any, tmp_path: Path) -> None:
    file = agency.write(tmp_path / "Suivi <été> «vert».csv")
    with serving(tmp_path / "home") as site, visiting(chromium) as visitor:
        page = visitor.page
        assert site.first_run
        own_account(page, site.first_run)
        _open_campaign(page, site)
        _import_step_by_step(page, site, file)
        for words, flags in QUESTIONS:
            page.goto(f"{site.address}/campaigns/ete-vert{'?' if words else ''}{words}")
            told = _asked(site, flags)
            _tiles_are(page, told)
            _receipts_are(page, told)
            _posts_are(page, told)
            _readings_are_the_files(page, told)


def _open_campaign(page: Any, site: Site) -> None:
    page.click("text=New campaign")
    for name, value in {"name": "Été vert", "hashtags": "#étévert", "from": "2025-07-01", "to": "2025-07-31"}.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=tz]", "Europe/Paris")
    page.click("main button.primary")
    page.wait_for_url(f"{site.address}/campaigns/ete-vert")
    assert "No post of this campaign has been read yet" in page.inner_text("main")


def _import_step_by_step(page: Any, site: Site, file: Path) -> None:
    page.click("main .hint a.primary")
    page.set_input_files("[name=files]", str(file))
    page.click("main summary")
    page.fill("[name=tz]", "Europe/Paris")
    page.click("button[formaction='/import/look']")
    page.wait_for_url("**/import/look/*")
    assert page.inner_text("main section h2").startswith(f"{file.name} read as Table")
    chosen = page.get_by_label(f"Taken for: {agency.NEEDS_MAPPING}")
    assert chosen.input_value() == "", "nobody can know what this column holds"
    assert page.get_by_label("Taken for: Créatrice").input_value() == "creator"
    chosen.select_option("views")
    page.click("text=Look again")
    page.wait_for_load_state()
    first = agency.readings()[0]
    assert f"{first.views}" in page.inner_text(f"[aria-label='post_snapshot: {file.name}'] tbody tr >> nth=0").split("\t")
    page.click("main button.primary")
    page.wait_for_url("**/import/jobs/*")
    page.wait_for_selector(".outcome")
    facts = page.inner_text(".outcome").split("\n")
    said = dict(zip(facts[::2], facts[1::2], strict=True))
    read = len(agency.readings())
    assert (said["Rows read"], said["Already there"], said["Left out"]) == (str(read + 2), "1", "1")
    assert "a counter cannot be negative" in page.inner_text("main tbody")
    with page.expect_download() as download:
        page.click("text=Download all rows left out")
    (left_out,) = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert {name: json.loads(left_out)[name] for name in ("row", "field", "value")} == {"row": read + 2, "field": "likes", "value": "-12"}


def _asked(site: Site, flags: list[str]) -> dict[str, Any]:
    """What a process of its own prints over the same home, while the server runs."""
    words = [sys.executable, "-m", "hexameter", "--home", str(site.home), "kpis", "--campaign", "ete-vert", "--posts", "--json", *flags]
    done = subprocess.run(words, check=True, capture_output=True, text=True, env={**os.environ, "HEXAMETER_NOW": NOW})
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _tiles_are(page: Any, told: dict[str, Any]) -> None:
    for kpi, path in FIGURES.items():
        value = _at(told, path)
        figure = page.locator(f"#{kpi} .figure data")
        assert float(figure.get_attribute("value")) == value, kpi
        assert _same_to_the_digit(figure.inner_text(), value), f"{kpi}: {figure.inner_text()!r} is not {value!r}"


def _receipts_are(page: Any, told: dict[str, Any]) -> None:
    """Each tile's slip, and the page behind it; then back."""
    for kpi in FIGURES:
        counted = _at(told, COUNTED.get(kpi, (kpi,)))
        n, left = counted.get("n", told["receipt"]["n"]), counted.get("n_excluded", told["receipt"]["n_excluded"])
        page.click(f"#{kpi} summary")
        slip = page.inner_text(f"#{kpi} .receipt")
        assert f"n {n:,}, {left:,} left out" in slip, kpi
        assert f"post_snapshot {told['receipt']['lake_version']['post_snapshot']}" in slip and "campaign ete-vert" in slip
        page.click(f"#{kpi} .links a >> nth=1")
        page.wait_for_url(f"**/campaigns/ete-vert/receipts/{kpi}?*")
        whole = page.inner_text("main dl")
        assert told["as_of"] in (page.get_attribute("main dl time", "datetime") or "")
        assert told["period"]["tz"] in whole and "csv" in whole
        assert page.locator("section[aria-labelledby=sql] details").count() >= 1
        page.click(".crumbs a")
        page.wait_for_selector("#posts")
        assert page.inner_text(f"#{kpi} .figure data")
        page.go_back()
        page.go_back()
        page.wait_for_selector(f"#{kpi} .figure")


def _posts_are(page: Any, told: dict[str, Any]) -> None:
    posts = {post["post_id"]: post for post in told["posts"]}
    rows = page.locator("#posts tbody tr")
    assert rows.count() == len(posts) == told["videos"]["videos"]
    views = [int(cell.replace(",", "").lstrip("~")) for cell in page.locator("#posts tbody td:nth-child(4)").all_inner_texts()]
    assert views == sorted((post["views"] for post in posts.values()), reverse=True)


def _readings_are_the_files(page: Any, told: dict[str, Any]) -> None:
    by_then = [r for r in agency.readings() if r.captured_at <= datetime.fromisoformat(told["as_of"])]
    of_it = max(([r for r in by_then if r.post_id == post["post_id"]] for post in told["posts"]), key=len)
    assert len(of_it) > 1
    page.click(f"#posts tbody th a[href*='{of_it[0].post_id}']")
    page.wait_for_selector("#readings tbody tr")
    assert page.inner_text("h1") == of_it[0].caption
    shown = [
        (row.locator("time").get_attribute("datetime"), [int(v.get_attribute("value")) for v in row.locator("data").all()])
        for row in page.locator("#readings tbody tr").all()
    ]
    assert shown == [
        (f"{r.captured_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", [r.views, r.likes, r.comments, r.shares]) for r in reversed(of_it)
    ]
    assert "Suivi <été> «vert».csv" in page.inner_text("#readings")


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        document = document[part]
    return document


def _same_to_the_digit(shown: str, value: float) -> bool:
    """Whether a number as the page writes it is the value, rounded to the digits written.

    Example _same_to_the_digit("7.23 %", 7.2345) -> True
    """
    digits = shown.strip("+~\u202f% ").replace(",", "")
    places = len(digits.partition(".")[2])
    return digits == f"{value:.{places}f}" and (isinstance(value, int) or places > 0)
