"""What goes wrong in a browser: bad files, a full disk, a lake of tomorrow, nothing to show. Each page whole, each with its sentence.

A directory cannot be uploaded. Hostile texts are in test_pages.py.
"""

from __future__ import annotations

import gzip
import io
import json
import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hexameter.main import open_app
from tests.browser.conftest import NOW, Site, Visitor, own_account, serving, sign_in, visiting
from tests.views.homes import fill

HEAD = "post_id,creator,published_at,captured_at,views\n"
ROW = "7523537000000000091,zoe,2025-06-05T18:00Z,2025-06-30T12:00Z,20000\n"
QUIET: dict[str, Any] = {"java_script_enabled": False}


def _zipped(name: str, content: bytes, link: bool = False) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name)
        member.compress_type = zipfile.ZIP_DEFLATED
        if link:
            member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, content)
    return held.getvalue()


# name, content, what else the form says, what the page then says
BAD: dict[str, tuple[str, bytes, dict[str, str], str]] = {
    "unknown format": ("x.csv", b"a,b\n1,2\n", {}, "Name its columns with “Taken for”, like “Taken for: views”"),
    "missing column": ("x.csv", b"handle,captured_at,views\nlea,2025-07-31T12:00Z,3\n", {}, "Found, as csv: handle"),
    "missing capture time": ("x.csv", b"post_id,creator,views\n7523537000000000091,lea,3\n", {}, "captured_at"),
    "empty file": ("x.csv", b"", {}, "empty"),
    "binary": ("x.csv", bytes(range(256)) * 16, {}, "binary"),
    "truncated gzip": ("x.csv.gz", gzip.compress((HEAD + ROW * 500).encode())[:60], {}, "cut short"),
    "zip bomb": ("x.zip", _zipped("x.csv", b"\0" * 300_000_000), {}, "times"),
    "symbolic link in a zip": ("x.zip", _zipped("x.csv", b"/etc/passwd", link=True), {}, "symbolic link"),
    "a very long line": ("x.csv", (HEAD + ROW).encode() + b"9" * 70_000_000, {}, "line"),
    "missing column, nearly there": (
        "x.csv",
        b"post_idd,captured_at,views\n1,2025-07-31T12:00Z,3\n",
        {"format": "table"},
        "Did you mean 'post_idd'? Then: “Taken for: post_id”",
    ),
    "Excel-damaged ids": ("x.csv", (HEAD + ROW.replace("7523537000000000091", "7.52354E+18")).encode(), {}, "7.52354E+18"),
    "a negative counter": ("x.csv", (HEAD + ROW.replace("20000", "-5")).encode(), {}, "a counter cannot be negative"),
    "no such time zone": ("x.csv", (HEAD + ROW).encode(), {"tz": "Europe/Pariss"}, "Europe/Paris"),
}


@pytest.fixture(scope="module")
def worn(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A home with what is hard to show: an empty campaign, a creator without followers, a post without views, a source that is down."""
    folder = tmp_path_factory.mktemp("worn")
    home = fill(folder / "home", folder)
    (folder / "bare.csv").write_text(
        "post_id,creator,published_at,captured_at,caption,views,likes\n"
        "7523537000000000066,tom,2025-07-06T18:00Z,2025-07-31T12:00Z,Never read #glowday,,3\n",
        encoding="utf-8",
    )
    with open_app(str(home), overrides={"now": NOW}) as app:
        app.collect([folder / "bare.csv"])
        app.campaigns.create("Empty", hashtags=["nothing"], from_day="2025-07-01", to_day="2025-07-31")
        app.campaigns.create("Tom", hashtags=["glowday"], creators=["tom"], from_day="2025-07-01", to_day="2025-07-31")
    with serving(home) as site:
        with visiting(chromium, **QUIET) as visitor:
            assert site.first_run
            own_account(visitor.page, site.first_run)
        yield site


def test_a_bad_upload_of_each_kind(chromium: Any, worn: Site, tmp_path: Path) -> None:
    with visiting(chromium, **QUIET) as visitor:
        page, wrong = visitor.page, []
        sign_in(page, worn)
        for kind, (name, content, wishes, expected) in BAD.items():
            file = tmp_path / name
            file.write_bytes(content)
            page.goto(f"{worn.address}/import")
            page.set_input_files("[name=files]", str(file))
            page.click("main details summary")
            for field, value in wishes.items():
                (page.select_option if field == "format" else page.fill)(f"[name={field}]", value)
            page.click("form[action='/import'] button.primary")
            page.wait_for_url("**/import/jobs/*")
            while page.locator("[aria-busy]").count():
                page.reload()
            said = " ".join(page.locator("[role=alert], main tbody").all_inner_texts())
            whole = page.locator("nav[aria-label=Main]").count() and page.locator("h1").count() and "</html>" in page.content()
            wrong += [] if whole and name in page.inner_text("main") else [f"{kind}: the page is not whole"]
            wrong += [] if expected in said and str(tmp_path) not in said and "hexameter-" not in said else [f"{kind}: it says “{said}”"]
        page.goto(f"{worn.address}/creators/zoe")
        assert "no such" in page.inner_text("main").casefold() or page.locator("#posts tbody tr").count() == 0, "nothing was stored"
        assert not wrong, "\n".join(wrong)


def test_a_period_that_ends_before_it_begins(chromium: Any, worn: Site) -> None:
    with visiting(chromium, **QUIET) as visitor:
        page = visitor.page
        sign_in(page, worn)
        assert page.goto(f"{worn.address}/campaigns/glowday?from=2025-07-20&to=2025-07-01").status == 400
        assert "2025-07-20" in page.inner_text("main") and page.locator("nav[aria-label=Main]").count()
        page.goto(f"{worn.address}/campaigns/new")
        for name, value in {"name": "Backwards", "hashtags": "#x", "from": "2025-07-20", "to": "2025-07-01"}.items():
            page.fill(f"[name={name}]", value)
        page.click("main button.primary")
        assert "2025-07-20" in page.inner_text("[role=alert]")
        assert page.input_value("[name=name]") == "Backwards", "what was typed stays"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/campaigns/empty", "No post of this campaign has been read yet"),
        ("/creators/tom", "No follower reading yet"),
        ("/posts/7523537000000000066", "Its views have not been read"),
        ("/campaigns/tom", "no post had its views read"),
    ],
)
def test_what_was_not_read_is_said(chromium: Any, worn: Site, path: str, said: str) -> None:
    with visiting(chromium) as visitor:
        page = visitor.page
        sign_in(page, worn)
        assert page.goto(worn.address + path).status == 200
        assert said in page.inner_text("main")
        assert "None" not in page.inner_text("main") and "nan" not in page.inner_text("main").split()
        for place in page.locator("[data-chart]").all():
            place.scroll_into_view_if_needed()
            page.wait_for_selector(f"[data-name={place.get_attribute('data-name')}][data-drawn]")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a limit on another process is Linux' own")
def test_a_full_disk(chromium: Any, tmp_path: Path) -> None:
    import resource

    rows = "".join(f"75235370000{n:08d},zoe,2025-06-05T18:00Z,2025-06-30T12:00Z,{n * 7919 % 99991}\n" for n in range(40_000))
    with serving(tmp_path / "home") as site, visiting(chromium, **QUIET) as visitor:
        page = visitor.page
        assert site.first_run
        own_account(page, site.first_run)
        hard = resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE)[1]
        (tmp_path / "many.csv").write_text(HEAD + rows, encoding="utf-8")
        page.goto(f"{site.address}/import")
        page.set_input_files("[name=files]", str(tmp_path / "many.csv"))
        resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE, (1_200_000, hard))  # no file may be longer
        page.click("form[action='/import'] button.primary")
        page.wait_for_selector("h1")
        assert "The disk is full" in page.inner_text("main")
        assert page.locator("nav[aria-label=Main]").count()
        resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE, (1, hard))
        page.goto(f"{site.address}/campaigns/new")
        for name, value in {"name": "New", "hashtags": "#x", "from": "2025-07-01", "to": "2025-07-20"}.items():
            page.fill(f"[name={name}]", value)
        page.click("main button.primary")
        said = page.inner_text("p.error[role=alert]")
        assert "Free some space" in said or "free some space" in said, said
        assert "Nothing was changed. Whoever runs this server has to mend that." in said
        assert page.input_value("[name=name]") == "New", "what was typed stays"
        resource.prlimit(site.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        page.goto(f"{site.address}/import")
        assert page.locator("section[aria-labelledby=last]").count() == 0, "nothing was stored"
        _told_as_unusable(visitor)


def test_a_lake_of_a_newer_version(chromium: Any, tmp_path: Path) -> None:
    home = fill(tmp_path / "home", tmp_path)
    with serving(home) as site, visiting(chromium, **QUIET) as visitor:
        assert site.first_run
        own_account(visitor.page, site.first_run)
    (home / "lake" / "hexameter-lake.json").write_text(json.dumps({"format": 99}), encoding="utf-8")
    with serving(home) as site, visiting(chromium, **QUIET) as visitor:
        page = visitor.page
        sign_in(page, site)
        for path in ("/", "/campaigns/glowday", "/import", "/explore/post"):
            page.goto(site.address + path)
            assert "newer version of Hexameter" in page.inner_text("main"), path
            assert page.locator("nav[aria-label=Main]").count(), path
        _told_as_unusable(visitor)


def _told_as_unusable(visitor: Visitor) -> None:
    """The browser notes the status of such a page, as it should be."""
    assert any("status of 503" in line for line in visitor.said)
    visitor.said[:] = [line for line in visitor.said if "status of 503" not in line]
