"""CSV and its kin cut into records: quotes, ragged lines, blocks."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.files.reading import read_file

from hexameter.sources.files import delimited
from hexameter.sources.files.cells import ROW


def cut(path: Path, content: str) -> tuple[list[tuple[object, ...]], list[tuple[int, str]]]:
    path.write_bytes(content.encode())
    names = delimited.header_of(content)
    pieces = list(delimited.records(path, content, names, names))
    frame = pl.concat([p[0] for p in pieces]) if pieces else pl.DataFrame({ROW: []})
    broken = [(row, why) for p in pieces for row, why in p[1].select("row", "why").iter_rows()]
    return frame.select(ROW, *names).rows() if pieces else [], broken


@pytest.mark.parametrize(
    ("head", "sign"),
    [
        ("a,b,c\n1,2,3", ","),
        ("a;b;c\n1;2,5;3", ";"),
        ("a\tb\n1\t2", "\t"),
        ("a|b\n1|2", "|"),
        ('"x,y,z,w";b;c\n1;2;3', ";"),
        ("sep=;\na;b\n", ";"),
        ('"sep=\t"\r\na\tb\n', "\t"),
        ("one\n1\n", ","),
    ],
)
def test_the_sign_between_cells(head: str, sign: str) -> None:
    assert delimited.separator_of(head) == sign


def test_header_names_are_made_distinct() -> None:
    assert delimited.header_of('views,"views",,  a \x00 b \n1,2,3,4\n') == ("views", "views (2)", "column 3", "a b")
    assert delimited.header_of('sep=,\n"a\nb",c\n1,2\n') == ("a b", "c")
    assert delimited.header_of("\n\na,b\n1,2\n") == ("a", "b")


def test_quotes_newlines_and_blank_lines(tmp_path: Path) -> None:
    rows, broken = cut(tmp_path / "f", 'a,b,c\n1,"x\ny, ""q""",3\n\n4,,"6"\r\n   \n7,8,9')
    assert rows == [(1, "1", 'x\ny, "q"', "3"), (2, "4", None, "6"), (3, "7", "8", "9")]
    assert broken == []


def test_a_ragged_line_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    rows, broken = cut(tmp_path / "f", "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,\n13,14,")
    assert rows == [(1, "1", "2", "3"), (4, "10", "11", "12"), (5, "13", "14", None)]
    assert broken == [
        (2, "the row has 2 cells, the header has 3; it may be cut short"),
        (3, "the row has 4 cells, the header has 3; it may be cut short"),
    ]


def test_a_stray_quote_costs_at_most_its_row(tmp_path: Path) -> None:
    rows, broken = cut(tmp_path / "f", 'a,b\n1,5" long\n2,x\n3,y\n')
    assert [r[0] for r in rows] + [b[0] for b in broken] == [1, 2, 3]
    assert rows[-1] == (3, "3", "y")


def test_a_quote_that_never_closes_is_one_refused_row(tmp_path: Path) -> None:
    rows, broken = cut(tmp_path / "f", 'a,b\n1,2\n"3,4\n5,6\n')
    assert rows == [(1, "1", "2")]
    assert [b[0] for b in broken] == [2]


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert cut(tmp_path / "f", "a,b\n") == ([], [])


def test_a_last_cell_that_is_often_blank_is_not_ragged(tmp_path: Path) -> None:
    rows, broken = cut(tmp_path / "f", 'a,b\n1,\n"x,y",\n3,4\n')
    assert rows == [(1, "1", None), (2, "x,y", None), (3, "3", "4")]
    assert broken == []


CELLS = st.text(alphabet=st.sampled_from('ab1 ,;"\n\r\u00e9😀'), max_size=6)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=12), st.sampled_from([",", ";", "\t", "|"]), st.integers(8, 64))
def test_blocks_end_where_records_end(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], sign: str, size: int) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=sign, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("a", "b"), *rows])
    path = tmp_path_factory.mktemp("blocks") / "f"
    path.write_bytes(text.getvalue().encode())
    blocks = list(delimited.blocks(path, size))
    assert b"".join(blocks) == path.read_bytes()
    parts = [list(csv.reader(io.StringIO(b.decode(), newline=""), delimiter=sign)) for b in blocks]
    assert [tuple(r) for part in parts for r in part] == [("a", "b"), *rows]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_what_a_spreadsheet_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([("a", "b"), *rows])
    found, broken = cut(tmp_path_factory.mktemp("read") / "f", text.getvalue())
    assert [tuple(c or "" for c in r[1:]) for r in found] == rows
    assert broken == []


def test_plain_numbers_are_read_as_numbers_and_all_others_as_they_are_written() -> None:
    kinds = {"v": pl.Int64(), "d": pl.Float64()}
    cutter = delimited.Cutter(["id", "v", "d"], ["id", "v", "d"], ",", kinds)
    plain, _ = cutter.cut(b"a,1,1.5\nb,,\n")
    assert plain.select("v", "d").rows() == [(1, 1.5), (None, None)]
    spelt, _ = cutter.cut(b"c,-05,2\nd,541.2K,3\n")  # refused later, and then shown as the file has it
    assert spelt.select(ROW, "v", "d").rows() == [(3, "-05", "2"), (4, "541.2K", "3")]
    after, broken = cutter.cut(b"e,7,inf\n")
    assert after.select(ROW, "v", "d").rows() == [(5, "7", "inf")] and broken.is_empty()
    ragged, broken = cutter.cut(b"f,7\n")
    assert ragged.is_empty() and broken["row"].to_list() == [6]


def test_a_counter_that_turns_into_text_later_in_the_file_is_still_a_number(tmp_path: Path) -> None:
    path, long = tmp_path / "readings.csv", "x" * 2_000  # more than one block
    lines = [f"{i},lea,2025-07-01,{long},{i}" for i in range(1, 10_000)]
    more = [f"10000,lea,2025-07-01,{long},541.2K", "10001,lea,2025-07-01,,-07"]
    path.write_text("\n".join(["post_id,creator,captured_at,caption,views", *lines, *more]))
    found = read_file(path)
    assert (found.posts[41]["views"], found.posts[-1]["views"], found.posts[-1]["views_rounding"]) == (42, 541_200, 50)
    assert [(r["row"], r["value"]) for r in found.rejects] == [(10_001, "-07")]
