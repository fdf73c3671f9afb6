"""Tables of the lake for looking and taking away, names found by a few words, hashtags on the rise: over a real lake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from hexameter.contracts.tables import BY_NAME, TABLES
from hexameter.errors import BadValue, NotFound
from hexameter.main import App, open_app
from tests.views.homes import fill

RISING = """post_id,creator,published_at,captured_at,caption,views,likes,comments,shares
7532000000000000001,tom,2025-07-28T08:00Z,2025-07-31T12:00Z,=cmd #rise,10,1,0,0
7532000000000000002,tom,2025-07-29T08:00Z,2025-07-31T12:00Z,two #rise,20,1,0,0
7529400000000000003,tom,2025-07-21T09:00Z,2025-07-31T12:00Z,old #rise,,1,0,0
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("browse")
    home = fill(folder / "home", folder)
    more = folder / "more.csv"
    more.write_text(RISING, encoding="utf-8")
    with open_app(str(home), overrides={"now": "2025-08-01T00:00:00Z"}) as found:
        found.collect([more])
        yield found


def test_every_table_can_be_looked_at(app: App) -> None:
    for table in TABLES:
        found = app.browse(table.name)
        assert found["total"] >= len(found["rows"]) and found["page"] == 1
        assert all(set(row) == {c.name for c in table.columns if c.name != "month"} for row in found["rows"])


def test_a_table_is_filtered_and_sorted_by_the_engine(app: App) -> None:
    found = app.browse("post_snapshot", q="views>=5000", sort="views", order="asc")
    assert [row["views"] for row in found["rows"]] == [5000, 8000, 20000]
    assert app.browse("post_snapshot", q="post_id=7523537000000000001")["total"] == 1
    assert app.browse("post_snapshot", sort='views"; DROP TABLE x; --', page=99)["page"] == 1
    assert app.browse("post", q="caption:'; --")["total"] == 0
    with pytest.raises(NotFound, match="unknown table"):
        app.browse("post; drop table post")
    with pytest.raises(BadValue, match="no column"):
        app.browse("post", q="veiws>1")


def test_what_is_taken_away_is_what_was_filtered(app: App, tmp_path: Path) -> None:
    csv, parquet = tmp_path / "a.csv", tmp_path / "a.parquet"
    assert app.take("post", csv, "csv", q="caption:#rise", columns=["caption", "post_id"], sort="post_id", order="asc") == 3
    assert pa_csv.read_csv(csv).to_pydict()["caption"] == ["old #rise", "'=cmd #rise", "two #rise"]
    assert app.take("post", parquet, "parquet", q="handle=tom") == 3
    stored = [f for f in BY_NAME["post"].schema if f.name != "month"]
    assert [(f.name, f.type) for f in pq.read_schema(parquet)] == [(f.name, f.type) for f in stored]


def test_names_are_found_by_a_few_words(app: App) -> None:
    assert app.search("glow")["campaigns"] == [{"slug": "glowday", "name": "glowday"}]
    assert app.search("@LE")["creators"] == ["lea"] and app.search("@LE")["hashtags"] == []
    assert app.search("#ris")["hashtags"] == ["rise"]
    assert app.search("https://www.tiktok.com/@tom/video/7532000000000000001")["posts"] == ["7532000000000000001"]
    assert app.search("7532000000000000001")["posts"] == ["7532000000000000001"]
    assert app.search("") == app.search("'; --") == {"campaigns": [], "creators": [], "hashtags": [], "posts": []}


def test_a_hashtag_with_more_posts_than_the_week_before_rises(app: App) -> None:
    rising = app.rising()["rising"]
    assert [(row["hashtag"], row["posts"], row["posts_before"], row["posts_delta"], row["views"]) for row in rising] == [
        ("rise", 2, 1, 1, 30)
    ]
    assert app.rising("2025-07-20T00:00:00Z")["listed"] == []
