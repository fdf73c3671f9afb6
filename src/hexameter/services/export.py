"""Tables of the lake and breakdowns of the KPIs leave as files. Text that a spreadsheet would run as a formula is made harmless."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.dataset as pa_dataset
import pyarrow.parquet as pq

from hexameter.contracts.spelling import instant_text
from hexameter.contracts.tables import BY_NAME
from hexameter.errors import BadValue, DamagedLake, did_you_mean
from hexameter.services.asking import Ask
from hexameter.services.measure import measure
from hexameter.services.whole import whole_or_nothing

if TYPE_CHECKING:
    from hexameter.services.house import House

BREAKDOWNS = ("posts", "creators", "hashtags")
KINDS = ("csv", "tsv", "parquet", "ndjson", "xlsx")
Writer = Callable[[Path, pa.Schema, Iterator[pa.RecordBatch]], int]

# A spreadsheet runs a cell that begins so, even behind blanks or a semicolon (FAULTS.md item 46); a number stays a number.
_FORMULA = r"^[\s;,\x00]*[=+\-@\t\r\n＝＋－＠]|^[\t\r\n]"
_NUMBER = r"^[+\-]?\d+([.,]\d+)?([eE][+\-]?\d+)?%?$"


def table_of(what: str, ask: Ask, house: House, engine: str | None = None) -> pa.Table:
    """A lake table by its name, or the breakdown `posts`, `creators` or `hashtags` of a question.

    Raises  BadValue  neither
    """
    if what in BREAKDOWNS:
        asked = replace(ask, posts=what == "posts", creators=what == "creators", hashtags=what == "hashtags")
        rows = measure(asked, house, engine)[what]
        return _flat_table(rows)
    schema, batches = _lake_table(what, house)
    return pa.Table.from_batches(batches, schema=schema)


def export(
    what: str,
    ask: Ask,
    house: House,
    path: Path,
    *,
    kind: str | None = None,
    engine: str | None = None,
    write_xlsx: Writer | None = None,
) -> dict[str, Any]:
    """Write a lake table or a breakdown to a file, whole or not at all. A lake table of any size needs little memory.

    In      kind        csv, tsv, parquet, ndjson or xlsx; None: by the file's ending
            write_xlsx  how a workbook is written; it belongs to a view
    Out     what, path, kind, rows, columns, bytes
    Raises  BadValue    an unknown table or kind; Unusable  the file cannot be written
    """
    kind = _kind(path, kind, write_xlsx is not None)
    if what in BREAKDOWNS:
        table = table_of(what, ask, house, engine)
        schema, batches = table.schema, iter(table.to_batches(max_chunksize=50_000))
    else:
        schema, batches = _lake_table(what, house)
    with whole_or_nothing(path) as partial:
        rows = _writer(kind, write_xlsx)(partial, schema, batches)
        size = partial.stat().st_size
    return {"what": what, "path": str(path), "kind": kind, "rows": rows, "columns": list(schema.names), "bytes": size}


def write_file(path: Path, kind: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> int:
    """Write batches as csv, tsv, parquet or ndjson, whole or not at all; how many rows.

    Raises  BadValue  another kind; Unusable  the file cannot be written
    """
    word = _kind(path, kind, False)
    with whole_or_nothing(path) as partial:
        return _writer(word, None)(partial, schema, batches)


def harmless(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch for a spreadsheet: lists become words with blanks between, text that looks like a formula gets an apostrophe in front.

    Example harmless of "=1+1" is "'=1+1"; "-5" stays "-5"
    """
    return pa.RecordBatch.from_arrays([_harmless(column) for column in batch.columns], names=batch.schema.names)


def _harmless(column: pa.Array) -> pa.Array:
    if pa.types.is_list(column.type):
        column = pc.binary_join(column.cast(pa.list_(pa.string())), " ")
    if not pa.types.is_string(column.type):
        return column
    risky = pc.and_(pc.match_substring_regex(column, _FORMULA), pc.invert(pc.match_substring_regex(column, _NUMBER)))
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(risky, quoted, column)


def _flat_table(rows: list[dict[str, Any]]) -> pa.Table:
    """Objects as one row each: parts of parts are columns with a point (`by_views_pct.mean`), lists of objects are JSON text."""
    flat = [dict(_flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    return pa.table({name: pa.array([row.get(name) for row in flat]) for name in names})


def _flat(row: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, list) and any(not isinstance(part, str) for part in value):
            yield f"{before}{name}", json.dumps(value, ensure_ascii=False)
        else:
            yield f"{before}{name}", value


def _lake_table(what: str, house: House) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    if what not in BY_NAME:
        known = [*BREAKDOWNS, *BY_NAME]
        raise BadValue(f"unknown table '{what}'. Known: {', '.join(known)}.", field="table", value=what, hint=_near(what, known))
    stored = BY_NAME[what].schema
    schema = pa.schema([f for f in stored if f.name != "month"])
    files = [file.path for file in house.lake.snapshot().files(what)]
    return schema, _batches(files, schema)


def _batches(files: list[str], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    if not files:
        return
    try:
        yield from pa_dataset.dataset(files, schema=schema, format="parquet").to_batches(
            batch_size=50_000, batch_readahead=2, fragment_readahead=1
        )
    except (OSError, pa.ArrowInvalid) as problem:
        raise DamagedLake(f"a file of the lake is missing or cannot be read: {problem}.", hint="Restore it from a backup.") from problem


def _kind(path: Path, kind: str | None, xlsx: bool) -> str:
    word = (kind or path.suffix.lstrip(".")).lower()
    word = {"jsonl": "ndjson", "pq": "parquet"}.get(word, word)
    if word not in KINDS or (word == "xlsx" and not xlsx):
        hint = f"Expected one of {', '.join(KINDS)}, as the file's ending or with --kind."
        raise BadValue(f"'{word or path.name}' is not a kind of file to export to.", field="kind", value=word, hint=hint)
    return word


def _writer(kind: str, write_xlsx: Writer | None) -> Writer:
    if kind == "xlsx":
        assert write_xlsx is not None
        return lambda path, schema, batches: write_xlsx(path, schema, (harmless(b) for b in batches))
    return {"csv": _csv(","), "tsv": _csv("\t"), "parquet": _parquet, "ndjson": _ndjson}[kind]


def csv_of(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """Columns at hand as CSV for a spreadsheet, formulas made harmless.

    Example csv_of({"caption": ["=1+1"], "views": [None]}) -> b'"caption","views"\\n\'=1+1,\\n'
    """
    out = pa.BufferOutputStream()
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    _csv(",")(out, table.schema, iter(table.to_batches()))
    return bytes(out.getvalue())


def _csv(delimiter: str) -> Callable[[Any, pa.Schema, Iterator[pa.RecordBatch]], int]:
    def write(place: Any, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> int:
        rows = 0
        flat = pa.schema([pa.field(f.name, pa.string() if pa.types.is_list(f.type) else f.type) for f in schema])
        options = pa_csv.WriteOptions(delimiter=delimiter, quoting_style="needed")
        with pa_csv.CSVWriter(str(place) if isinstance(place, Path) else place, flat, write_options=options) as out:
            for batch in batches:
                out.write_batch(harmless(batch).cast(flat))
                rows += batch.num_rows
        return rows

    return write


def _parquet(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> int:
    rows = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as out:
        for batch in batches:
            out.write_batch(batch)
            rows += batch.num_rows
    return rows


def _ndjson(path: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> int:
    def plain(value: Any) -> str:
        return instant_text(value) if hasattr(value, "hour") else str(value)

    rows = 0
    with path.open("w", encoding="utf-8") as out:
        for batch in batches:
            out.writelines(json.dumps(row, default=plain, ensure_ascii=False) + "\n" for row in batch.to_pylist())
            rows += batch.num_rows
    return rows


def _near(word: str, known: list[str]) -> str:
    hint = did_you_mean(word, known)
    return hint if hint.startswith("Did") else ""
