"""Tables of pages: what the address says of order, filter, columns and page, and what leaves as a file."""

from __future__ import annotations

import csv
import io

from hexameter.views.web.address import Address
from hexameter.views.web.table import Column, Table, attachment, file_asked, table
from tests.views.web.conftest import Web

COLUMNS = (
    Column("name", "Name"),
    Column("views", "Views", "count"),
    Column("rate.mean", "Rate", "percent"),
    Column("note", "Note", shown=False),
)
ROWS = [
    {"name": "=1+1", "views": 5, "rate": {"mean": 1.5}, "note": "+2"},
    {"name": "léa", "views": None, "rate": {"mean": None}, "note": ""},
    {"name": "Tom", "views": 70, "rate": None, "note": "a"},
]


def _table(**words: str) -> Table:
    return table(ROWS, COLUMNS, Address("/x", {name.replace("__", "_"): value for name, value in words.items()}), name="t", sort="views")


def _names(shown: Table) -> list[str]:
    return [row["name"] for row in shown.rows]


def test_what_was_not_read_comes_last_whichever_the_order() -> None:
    assert _names(_table()) == ["Tom", "=1+1", "léa"]
    assert _names(_table(sort="views", order="asc")) == ["=1+1", "Tom", "léa"]
    assert _names(_table(sort="rate.mean"))[0] == "=1+1"
    assert _names(_table(sort="nosuch")) == ["Tom", "=1+1", "léa"]


def test_columns_are_remembered_in_the_address() -> None:
    shown = _table(columns="note,views", q="o")
    assert [c.name for c in shown.visible] == ["views", "note"]
    assert shown.head(COLUMNS[1]) == "/x?columns=note%2Cviews&q=o&sort=views&order=asc#t"
    assert [c.name for c in _table(columns="nosuch").visible] == ["name", "views", "rate.mean"]


def test_a_filter_that_cannot_be_understood_is_said_and_shows_nothing() -> None:
    shown = _table(q="veiws>1")
    assert shown.problem is not None and shown.problem.hint == "Did you mean views?" and not shown.rows
    assert _names(_table(q="views>1 tom")) == ["Tom"]


def test_a_hundred_thousand_rows_are_cut_into_pages() -> None:
    rows = [{"name": f"creator {n}", "views": n, "rate": None, "note": ""} for n in range(100_000)]
    shown = table(rows, COLUMNS, Address("/x", {"page": "2000", "q": "creator"}), name="t", sort="views")
    assert (shown.total, shown.pages, shown.first, shown.last) == (100_000, 2000, 99_951, 100_000)
    assert [row["views"] for row in shown.rows] == list(range(49, -1, -1))


def test_a_file_holds_every_row_of_the_filter_and_no_formula() -> None:
    answer = file_asked(Address("/x", {"file": "t.csv"}), _table(file="t.csv"), named="../léa\r\n")
    assert answer is not None and answer.headers["content-disposition"] == 'attachment; filename=".._l_a_-t.csv"'
    rows = list(csv.reader(io.StringIO(bytes(answer.body).decode())))
    assert rows == [["name", "views", "rate.mean"], ["Tom", "70", ""], ["'=1+1", "5", "1.5"], ["léa", "", ""]]
    assert file_asked(Address("/x", {"file": "other.csv"}), _table()) is None
    assert attachment("a", "", "csv") == 'attachment; filename="a.csv"'


def test_a_creators_posts_leave_as_filtered(web: Web) -> None:
    answer = web.owner.get("/creators/lea?as_of=2025-08-01&q=views>=5000&sort=views&columns=post_id&columns=views&file=posts.csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["views", "post_id"]
    assert [row[0] for row in rows[1:]] == ["20000", "8000", "5000"]
    assert answer.headers["content-disposition"] == 'attachment; filename="lea-posts.csv"'
