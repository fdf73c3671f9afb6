"""Lines of JSON read at polars' speed say exactly what DuckDB reads, or are left to it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexameter.contracts.records import FileSample
from hexameter.sources.files import json_rows
from hexameter.sources.files.cells import ROW
from hexameter.sources.files.json_lines import Lines, blocks
from hexameter.sources.files.numbers import NumberKinds

NUMERIC: NumberKinds = {"views": pl.Int64(), "length": pl.Float64()}
WANTED = ["id", "caption", "views", "length"]
PLAIN = {"id": "7527623000473079054", "caption": "x", "views": 5, "length": 1.5}


def frame(*lines: str) -> pl.DataFrame | None:
    return Lines(WANTED, NUMERIC).frame("\n".join(lines).encode("utf-8", "surrogatepass"))


def test_plain_lines_are_typed_and_missing_keys_are_null() -> None:
    found = frame(json.dumps(PLAIN), "", '{"id": "a2", "other": {"views": 7}}')
    assert found is not None
    assert found.rows() == [("7527623000473079054", "x", 5, 1.5), ("a2", None, None, None)]
    assert found.schema == {"id": pl.String, "caption": pl.String, "views": pl.Int64, "length": pl.Float64}


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 7.52E18}',  # an id that lost its last digits
        '{"id": 7520000000000000000.0}',
        '{"id": 1e5}',
        '{"id": 1.1130904128355776e-90}',
        '{"id": 4.3965363790027945e18}',
        '{"caption": ["a", "b"]}',
        '{"caption": {"a": 1.50}}',
        '{"views": "541.2K"}',
        '{"views": 5.0}',
        '{"views": -5}',
        '{"views": true}',
        '{"length": -1.50}',
        '{"length": "1:05"}',
        '{"caption": "\\ud83d"}',
        '{"id": "1"',
        "[1]",
    ],
)
def test_what_polars_would_spell_otherwise_is_left_to_duckdb(line: str) -> None:
    assert frame(json.dumps(PLAIN), line) is None


@pytest.mark.parametrize("value", ["[ad] hello", "{x}", "1.5", "1e5", "123", "a \\ b", "😀"])
def test_text_that_looks_like_something_else_is_text(value: str) -> None:
    found = frame(json.dumps(PLAIN), json.dumps({"id": "1", "caption": value}))
    assert found is not None and found["caption"][1] == value


@pytest.mark.parametrize("line", ['{"id":"7527623000473079000"}', '{"other": {"id": 1}, "id" : "7527623000473079000"}'])
def test_a_round_id_is_text_where_it_was_written_as_text(line: str) -> None:
    found = frame(json.dumps(PLAIN), line)
    assert found is not None and found["id"][1] == "7527623000473079000"


@pytest.mark.parametrize("line", ['{"other": {"id": "7527623000473079000"}, "id": 7527623000473079e3}', '{"id": 7527623000473079000}'])
def test_a_round_id_that_was_no_text_is_left_to_duckdb(line: str) -> None:
    assert frame(json.dumps(PLAIN), line) is None


def test_a_line_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"{}\n" + b"x" * (20 << 20))
    assert [len(b) for b in blocks(path, 64 << 20)] == [3, 20 << 20]
    with pytest.raises(ValueError, match="too long"):
        list(blocks(path, 16 << 20))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(1e15, 2e19),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.sampled_from(["7527623000473079054", "541.2K", "1e5", "[x]", "{}", "-3", " 7", ""]),
    st.lists(st.one_of(st.integers(), st.text("ab", max_size=2), st.floats(allow_nan=False, allow_infinity=False)), max_size=2),
    st.dictionaries(st.sampled_from(["id", "views", "z"]), st.integers(), max_size=2),
)
KEYS = st.sampled_from([*WANTED, "Views", "other"])
RAW = st.sampled_from(
    ["", "  ", "{}", "[1]", "5", "not json", '{"id": "1"', '{"id": NaN}', '{"id": 1.50e3}', '{"id": "\\ud800"}', '{"views": 07}']
)
LINES = st.lists(
    st.one_of(st.dictionaries(KEYS, VALUES, max_size=4).map(json.dumps), st.just(json.dumps(PLAIN)), RAW), min_size=1, max_size=5
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_any_lines_are_read_as_duckdb_reads_them(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "lines.ndjson"
    path.write_text("\n".join([json.dumps(PLAIN), *lines]) + "\n")
    sample = FileSample(path=path, name="lines.ndjson", kind="ndjson", columns=tuple(WANTED), head="")
    found = list(json_rows.records(sample, WANTED, 1_000, NUMERIC))
    expected = list(json_rows.records(sample, [*WANTED, "no.such"], 1_000))  # a path below a key: DuckDB reads the whole file
    assert rows(found) == rows(expected)
    assert [b[ROW].to_list() for _, b, _ in found] == [b[ROW].to_list() for _, b, _ in expected]


def rows(found: list[tuple[pl.DataFrame, pl.DataFrame, int]]) -> list[tuple[object, ...]]:
    """With numbers as numbers, whether they came as such or as text."""
    return [
        (row[ROW], row["id"], row["caption"], *(_number(row[c]) for c in NUMERIC)) for f, _, _ in found for row in f.iter_rows(named=True)
    ]


def _number(value: object) -> object:
    try:
        return float(str(value))
    except ValueError:
        return value
