"""Flat JSON records come as text, each with its number, whatever stands in a key; what is no record is refused by its line."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile
from hexameter.sources.files import json_rows
from hexameter.sources.files.cells import ROW

WANTED = ["id", "caption", "views"]
PLAIN = {"id": "7527623000473079054", "caption": "x", "views": 5}


def read(path: Path, rows: int = 1_000) -> tuple[list[dict[str, object]], list[int]]:
    """The records and the numbers of the lines that are none."""
    sample = FileSample(path=path, name=path.name, kind="ndjson", columns=tuple(WANTED), head="")
    frames, broken = [], []
    for frame, refused, _ in json_rows.records(sample, WANTED, rows):
        frames.append(frame)
        broken += refused[ROW].to_list()
    return pl.concat(frames).to_dicts() if frames else [], broken


def lines(tmp_path: Path, *written: str) -> Path:
    path = tmp_path / "lines [1]*.ndjson"  # signs that DuckDB takes for wildcards
    path.write_text("\n".join(written) + "\n", encoding="utf-8", errors="surrogatepass")
    return path


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("5", "5"),
        ("-5", "-5"),
        ("5.0", "5.0"),
        ("7527623000473079054", "7527623000473079054"),
        ('"7527623000473079000"', "7527623000473079000"),
        ('"541.2K"', "541.2K"),
        ('"12.000"', "12.000"),
        ("true", "true"),
        ('["a", "b"]', '["a","b"]'),
        ('{"a": 1}', '{"a":1}'),
        ('"a \\"b\\" \\\\ \\ud83d\\ude00"', 'a "b" \\ 😀'),
        ("null", None),
    ],
)
def test_a_value_is_the_text_it_was_written_as(tmp_path: Path, written: str, text: str | None) -> None:
    found, broken = read(lines(tmp_path, json.dumps(PLAIN), '{"id": "a", "views": ' + written + "}"))
    assert (found[1]["views"], found[1]["caption"], broken) == (text, None, [])


def test_lines_that_are_no_record_are_refused_by_number(tmp_path: Path) -> None:
    path = lines(tmp_path, json.dumps(PLAIN), "[1]", '{"id": "2"', '{"id": "\\ud83d"}', '{"other": 1}', '{"id": "6"}')
    found, broken = read(path)
    assert [r[ROW] for r in found] == [1, 6] and broken == [2, 3, 4, 5]


def test_a_record_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.ndjson"
    path.write_bytes(b'{"id": "1"}\n{"id": "' + b"x" * (json_rows.ITEM_LIMIT + 1) + b'"}\n')
    with pytest.raises(BadFile, match="more than 64 MiB"):
        read(path)


VALUES = st.one_of(
    st.none(),
    st.integers(-(2**62), 2**62),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.sampled_from(["7527623000473079054", "541.2K", "1e5", "[x]", "{}", "-3", " 7", ""]),
)
RECORDS = st.lists(st.dictionaries(st.sampled_from([*WANTED, "other"]), VALUES, max_size=4), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECORDS)
def test_frames_of_any_size_hold_the_same_rows(tmp_path: Path, records: list[dict[str, object]]) -> None:
    path = lines(tmp_path, json.dumps(PLAIN), *map(json.dumps, records))
    found, broken = read(path)
    assert (found, broken) == read(path, rows=7)
    expected = [{c: None if r.get(c) is None else str(r[c]) for c in WANTED} for r in [PLAIN, *records]]
    whole = [n for n, r in enumerate(expected, start=1) if any(v is not None for v in r.values())]
    assert found == [{**expected[n - 1], ROW: n} for n in whole]
