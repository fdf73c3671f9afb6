"""The Python API: the example of docs/notebook.md as it stands, conversions that lose nothing, HTML that escapes everything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import hexameter
from hexameter.errors import NotFound
from hexameter.views.notebook.frames import Rows
from hexameter.views.notebook.home import Home
from hexameter.views.notebook.markup import said, table_html
from hexameter.views.notebook.numbers import Numbers
from tests.views.homes import AS_OF, WORKED

PAGE = Path(__file__).parents[3] / "docs" / "notebook.md"
HOSTILE = '<script>alert("x")</script>\u202e\x1b[2J'


@pytest.fixture(scope="module")
def home(worked: Path) -> Iterator[Home]:
    with hexameter.open(str(worked)) as opened:
        yield opened


@pytest.fixture(scope="module")
def numbers(home: Home) -> Numbers:
    return home.campaign("glowday").kpis(as_of=AS_OF, posts=True)


def test_the_example_of_the_page_runs_and_gives_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("readings.csv").write_text(WORKED, encoding="utf-8")
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(compile(found[1], str(PAGE), "exec"), names)
    assert names["numbers"].views.total == 33000
    assert names["numbers"].engagement_rate.by_views_pct.mean == pytest.approx(7.35)
    assert names["numbers"].receipt["sources"] == ["csv"]


def test_figures_are_attributes_and_null_is_none(numbers: Numbers) -> None:
    assert numbers.videos.videos == numbers["videos"]["videos"] == 4
    assert numbers.hashtag.roi_pct is None
    assert numbers.as_of == AS_OF
    with pytest.raises(AttributeError, match="Did you mean total?"):
        _ = numbers.views.totl
    assert "total" in dir(numbers.views)
    assert repr(numbers).startswith("<KPIs of campaign glowday, 2025-07-01 to 2025-07-31 (UTC): Videos produced 4, Views 33,000")


def test_the_same_figures_in_every_shape(numbers: Numbers) -> None:
    arrow, pandas, polars = numbers.to_arrow(), numbers.to_pandas(), numbers.to_polars()
    for name, value in (("views.total", 33000), ("hashtag.cpm", 500 / 33), ("followers.net", 1000)):
        assert arrow[name].to_pylist() == [pytest.approx(value)]
        assert pandas[name][0] == pytest.approx(value)
        assert polars[name].to_list() == [pytest.approx(value)]
    assert arrow["hashtag.roi_pct"].to_pylist() == [None]
    assert polars["hashtag.roi_pct"].null_count() == 1
    assert numbers.to_dict()["views"]["total"] == 33000


def test_rows_keep_nulls_and_whole_numbers(home: Home) -> None:
    rows = home.sql("select views, comments from post_snapshot order by post_id")
    assert rows.to_dict()[3] == {"views": 8000, "comments": None}
    assert str(rows.to_pandas()["comments"].dtype) == "Int64"
    assert rows.to_pandas()["comments"].isna().tolist() == [False, False, False, True]
    assert rows.to_polars()["comments"].to_list() == [100, 12, 0, None]
    assert len(rows) == len(list(rows)) == 4
    assert pa.table(rows)["views"].to_pylist() == [20000, 5000, 0, 8000]


def test_breakdowns_and_tables(home: Home) -> None:
    campaign = home.campaign("glowday")
    assert campaign.posts(as_of=AS_OF).to_polars()["views"].to_list() == [20000, 5000, 0, 8000]
    assert [row["creator"] for row in campaign.creators(as_of=AS_OF)] == ["lea"]
    assert [row["hashtag"] for row in campaign.hashtags(as_of=AS_OF)] == ["glowday"]
    assert len(home.table("creator_snapshot")) == 3
    assert [c["slug"] for c in home.campaigns()] == ["glowday"]


def test_every_scope_sees_the_same_posts(home: Home) -> None:
    scopes = (home.creator("@Lea"), home.hashtag("#GlowDay"), home.all())
    assert [scope.kpis(as_of=AS_OF).views.total for scope in scopes] == [33000] * 3
    assert home.post("7523537000000000001").kpis(as_of=AS_OF).views.total == 20000


def test_a_mistake_is_an_error_with_its_sentence(home: Home) -> None:
    with pytest.raises(NotFound, match="Did you mean glowday?"):
        home.campaign("glowdy").kpis()


def test_the_table_in_a_notebook_has_numbers_and_receipt(numbers: Numbers, home: Home) -> None:
    shown = numbers._repr_html_()
    for part in ("campaign glowday", "<td>33,000</td>", "<td>7.35 %</td>", "n 2, 2 left out", "Sources: csv", "As of 2025-08-01T00:00:00Z"):
        assert part in shown
    assert "<td>—</td>" in shown
    assert "4 rows" in home.table("post")._repr_html_()


def test_nothing_from_outside_becomes_markup() -> None:
    shown = Rows(pa.table({f"a{HOSTILE}": [HOSTILE, None]}), HOSTILE)._repr_html_()
    shown += table_html(HOSTILE, [HOSTILE], [[HOSTILE]], [HOSTILE])
    shown += Numbers({"scope": {"kind": "creator", "id": HOSTILE}, "receipt": {"sources": [HOSTILE]}})._repr_html_()
    assert "<script" not in shown and "\x1b" not in shown and "\u202e" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(("value", "text"), [(None, "—"), (0, "0"), (True, "yes"), (0.25227, "0.2523"), ([1, None], "1, —")])
def test_values_as_text(value: Any, text: str) -> None:
    assert said(value) == text
