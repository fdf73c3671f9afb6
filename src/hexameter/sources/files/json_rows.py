"""Flat JSON records, one a line or in one array, as bounded frames. It interprets no value: lists and objects stay JSON text.

DuckDB parses: it takes any mixture of types in one key, and holds little. Items in envelopes are `json_items`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing

import duckdb
import polars as pl
import pyarrow as pa

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile
from hexameter.sources.files.cells import REJECTS, ROW, no_rejects

ITEM_LIMIT = 64 * 1024 * 1024
_MEMORY = "700MB"
_OBJECT_SIZE = ITEM_LIMIT // 2  # DuckDB reads into a buffer of twice that, and refuses what does not fit in it


def records(sample: FileSample, wanted: Sequence[str], rows: int) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, int]]:
    """Every record: frame with `row`, the lines that are no JSON object as rejects, bytes of the texts.

    In      wanted  keys, or dotted paths into objects
            rows    of a frame, at most
    Raises  BadFile  not JSON, cut short, or a record of more than ITEM_LIMIT bytes
    """
    start = 1
    with closing(duckdb.connect()) as connection:
        connection.execute(f"SET memory_limit='{_MEMORY}'; SET threads=1")
        try:
            for batch in connection.sql(_query(sample, wanted), params=[_literal_path(sample)]).to_arrow_reader(rows):
                frame = _numbered(pl.DataFrame(pl.from_arrow(batch)), start)
                start += frame.height
                yield *_split(frame, wanted), int(batch.nbytes)
        except (duckdb.Error, pa.ArrowException, OSError) as problem:  # errors met while streaming come through Arrow
            raise BadFile(_sentence(sample, str(problem))) from problem


def _numbered(frame: pl.DataFrame, start: int) -> pl.DataFrame:
    return frame.with_columns(pl.int_range(start, start + frame.height, dtype=pl.Int64).alias(ROW))


def _literal_path(sample: FileSample) -> str:
    return re.sub(r"([\[*?])", r"[\1]", str(sample.path))  # DuckDB takes these for wildcards


def _query(sample: FileSample, wanted: Sequence[str]) -> str:
    """A read_json with one typed column a top-level key, and the paths below them taken out."""
    keys: dict[str, bool] = {}  # top-level key -> something below it is wanted
    for path in wanted:
        key, _, below = path.partition(".")
        keys[key] = keys.get(key, False) or bool(below)
    struct = ", ".join(f"{_quoted(k)}: '{'JSON' if below else 'VARCHAR'}'" for k, below in keys.items())
    array = sample.head.lstrip("\ufeff \t\r\n").startswith("[")
    how = "newline_delimited" if sample.kind == "ndjson" else "array" if array else "unstructured"
    skip = ", ignore_errors=true" if how == "newline_delimited" else ""
    taken = ", ".join(f"{_taken(path, keys)} AS {_name(path)}" for path in wanted)
    return f"SELECT {taken} FROM read_json(?, format='{how}', records=true, maximum_object_size={_OBJECT_SIZE}, columns={{{struct}}}{skip})"


def _taken(path: str, keys: dict[str, bool]) -> str:
    key, _, below = path.partition(".")
    if not keys[key]:
        return _name(key)
    place = "$" + "".join(f'."{part}"' for part in below.split(".") if part)
    return f"({_name(key)} ->> {_quoted(place)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _split(frame: pl.DataFrame, wanted: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Lines that are not a JSON object, or hold nothing we know, come as rows of nulls."""
    first = frame[wanted[0]]
    if not first.null_count():
        return frame, no_rejects()
    empty = frame.select(pl.all_horizontal(pl.col(wanted).is_null())).to_series()
    if not empty.any():
        return frame, no_rejects()
    why = "the line is no JSON object with any of the columns; it may be cut short"
    broken = frame.filter(empty).select(ROW, field=pl.lit(""), value=pl.lit(""), why=pl.lit(why))
    return frame.filter(~empty), broken.select(pl.col(c).cast(t) for c, t in REJECTS.items())


def _sentence(sample: FileSample, problem: str) -> str:
    where = re.search(r"at byte \d+(?: in [a-z/]+ \d+)?", problem)
    place = f" ({where.group(0)})" if where else ""
    if "maximum_object_size" in problem:
        return _too_long(sample, place)
    if "Malformed JSON" in problem:
        return f"'{sample.name}' is not valid JSON{place}: it may be cut short. Save or export it again."
    return f"'{sample.name}' cannot be read as JSON: {problem.splitlines()[0][:200]}"


def _too_long(sample: FileSample, place: str) -> str:
    return f"'{sample.name}' holds a record of more than 64 MiB{place}; no post is that long."
