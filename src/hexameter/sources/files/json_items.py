"""Items out of JSON of any envelope, as frames of text columns. It knows no format: paths come from the caller, nothing is interpreted.

Arrays and NDJSON stream; a single object that wraps its items is read whole and may weigh no more than the shape's limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import duckdb
import polars as pl
import pyarrow as pa

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile

ENVELOPE_LIMIT = 64 * 1024 * 1024  # taking it apart needs about 14 times as much memory
ITEM_LIMIT = 16 * 1024 * 1024
CHUNK_ITEMS = 50_000
_MEMORY = "3GB"


@dataclass(frozen=True)
class Shape:
    """Where a format keeps its items and what to take from each.

    items   places of the items inside a wrapping object, the first that exists counts ('itemList[*]'); none: the object is the item
    fields  column -> paths, the first non-empty text counts ('author.uniqueId')
    lists   column -> paths of lists of text ('hashtags[*].name'); an empty list stays a list, an absent one is null
    outer   column -> paths in the wrapping object ('extra.now')
    dotted  keys may hold the dots themselves ('authorMeta.name' as one key)
    strict  no items where none of the places exists, instead of the object itself
    limit   bytes that one wrapping object may have
    """

    items: tuple[str, ...] = ()
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    outer: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dotted: bool = False
    strict: bool = False
    limit: int = ENVELOPE_LIMIT


def read_items(sample: FileSample, shape: Shape, chunk: int = CHUNK_ITEMS) -> Iterator[pl.DataFrame]:
    """The items of a JSON or NDJSON file, in order, as frames of text.

    Out     row (int64, 1 = first item) · whole (bool: the line was valid JSON) · the shape's columns, text or list of text
    Raises  BadFile  not JSON, cut short, an item over ITEM_LIMIT or a wrapping object over the shape's limit
    """
    source, parameter = _source(sample, shape.limit)
    query = _query(source, shape)
    start = 0
    with closing(duckdb.connect()) as connection:
        connection.execute(f"SET memory_limit='{_MEMORY}'; SET threads=1")  # a second one doubles the memory and saves no time
        try:
            for batch in connection.sql(query, params=[parameter]).to_arrow_reader(chunk):
                frame = pl.DataFrame(pl.from_arrow(batch))
                yield frame.with_row_index("row", offset=start + 1).with_columns(pl.col("row").cast(pl.Int64))
                start += frame.height
        except (duckdb.Error, pa.ArrowException, OSError) as problem:  # errors met while streaming come through Arrow
            raise BadFile(_sentence(sample, str(problem))) from problem


def _source(sample: FileSample, limit: int) -> tuple[str, str]:
    opening = sample.head.lstrip("\ufeff \t\r\n")[:1]
    if sample.kind == "json" and opening != "[":
        return "SELECT CAST(? AS JSON) AS o", _whole_text(sample, limit)
    path = re.sub(r"([\[*?])", r"[\1]", str(sample.path))  # the reader takes these as wildcards
    how = "array" if sample.kind == "json" else "newline_delimited"
    skip = ", ignore_errors=true" if how == "newline_delimited" else ""
    # the reader's own limit is where it starts to grow its buffer: it lets items of up to twice that size pass
    checked = f"CASE WHEN strlen(json) > {ITEM_LIMIT} THEN error('maximum_object_size') ELSE json END"
    return f"SELECT {checked} AS o FROM read_json_objects(?, format='{how}', maximum_object_size={ITEM_LIMIT}{skip})", path


def _whole_text(sample: FileSample, limit: int) -> str:
    size = sample.path.stat().st_size
    if size > limit:
        raise BadFile(
            f"'{sample.name}' is one JSON object of {size:,} bytes; at most {limit:,} can be read.",
            hint="Split it, or save the list inside it as NDJSON (one item a line).",
        )
    try:
        return sample.path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BadFile(f"'{sample.name}' is not UTF-8 text: {problem.reason} at byte {problem.start}.") from problem


def _sentence(sample: FileSample, problem: str) -> str:
    where = re.search(r"at byte \d+(?: in [a-z/]+ \d+)?", problem)
    place = f" ({where.group(0)})" if where else ""
    if "maximum_object_size" in problem:
        return f"'{sample.name}' holds an item of more than {ITEM_LIMIT:,} bytes{place}; no post is that long. Nothing was stored."
    if "Malformed JSON" in problem:
        return f"'{sample.name}' is not valid JSON{place}: it may be cut short. Save or export it again. Nothing was stored."
    return f"'{sample.name}' cannot be read as JSON: {problem.splitlines()[0]} Nothing was stored."


def _query(source: str, shape: Shape) -> str:
    """Each document is parsed four times at most, whatever the number of paths: every call to a JSON function parses its document anew."""
    outer, places, fields, heads = _Paths(), _Paths(), _Paths(), _Paths()
    columns = [f"{fields.first(paths, 'v', shape.dotted)} AS {_name(c)}" for c, paths in shape.fields.items()]
    columns += [f"{outer.first(paths, 'w', False)} AS {_name(c)}" for c, paths in shape.outer.items()]
    columns += [f"{_list(paths, heads, shape.dotted)} AS {_name(c)}" for c, paths in shape.lists.items()]
    items = _items(shape, places)
    return f"""
        WITH top AS ({source}),
        looked AS (SELECT o, {outer.call("json_extract_string", "o")} AS w, {places.call("json_type", "o")} AS t FROM top),
        item AS (SELECT w, unnest({items}) AS i FROM looked),
        taken AS (SELECT w, i, {fields.call("json_extract_string", "i")} AS v, {heads.call("json_extract", "i")} AS h FROM item)
        SELECT {", ".join(["i IS NOT NULL AS whole", *columns])} FROM taken"""


class _Paths:
    """Collects the paths of one call and knows each one's position in its answer, a list."""

    def __init__(self) -> None:
        self._paths: list[str] = []

    def first(self, wanted: Sequence[str], held: str, dotted: bool) -> str:
        places = [f"nullif({held}[{self.place(p)}], '')" for path in wanted for p in _spellings(path, dotted)]
        return f"coalesce({', '.join(places)})"

    def place(self, path: str) -> int:
        if path not in self._paths:
            self._paths.append(path)
        return self._paths.index(path) + 1

    def call(self, function: str, document: str) -> str:
        return f"{function}({document}, [{', '.join(map(_quote, self._paths))}])" if self._paths else "NULL"


def _items(shape: Shape, places: _Paths) -> str:
    cases = []
    for place in shape.items:
        holder = _json_path(place.removesuffix("[*]").removesuffix(".*"))
        kinds = "('ARRAY', 'NULL')" if place.endswith("[*]") else "('OBJECT')"  # a list that is null is an empty one
        cases.append(f"WHEN t[{places.place(holder)}] IN {kinds} THEN {_wrapped(place)}")
    otherwise = "[]" if shape.strict else "[o]"
    return f"CASE {' '.join(cases)} ELSE {otherwise} END" if cases else "[o]"


def _wrapped(place: str) -> str:
    extracted = f"json_extract(o, {_quote(_json_path(place))})"
    return extracted if place.endswith(("*]", ".*")) else f"[{extracted}]"


def _list(wanted: Sequence[str], heads: _Paths, dotted: bool) -> str:
    cases = []
    for path in wanted:
        head, _, rest = path.partition("[*]")
        inner = "$[*]" + (_json_path(rest.lstrip("."))[1:] if rest else "")
        for spelling in _spellings(head, dotted):
            held = f"h[{heads.place(spelling)}]"
            taken = f"json_extract_string({held}, {_quote(inner)})"
            cases.append(f"WHEN starts_with({held}, '[') THEN list_filter({taken}, lambda x: x IS NOT NULL AND x <> '')")
    return f"CASE {' '.join(cases)} END"


def _spellings(path: str, dotted: bool) -> list[str]:
    return [_json_path(path), f'$."{path}"'] if dotted and "." in path else [_json_path(path)]


def _json_path(path: str) -> str:
    """'data.videos[*]' -> '$."data"."videos"[*]'; a part in double quotes keeps its dots: '"webpage.video".item'."""
    parts = re.findall(r'"[^"]+"|[^."]+', path)
    steps = [
        p if p.startswith('"') else p if p == "*" else f'"{p.removesuffix("[*]")}"' + ("[*]" if p.endswith("[*]") else "") for p in parts
    ]
    return "$" + "".join(f".{step}" for step in steps)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column + '"'
