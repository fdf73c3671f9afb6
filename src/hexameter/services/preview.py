"""A file looked at before it is imported: its format, what its columns are taken for, its first rows as stored. It stores nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.contracts.spelling import instant_text
from hexameter.errors import HexameterError
from hexameter.services.collect import PLAIN_TABLE, Wishes, chosen_format, options_of
from hexameter.services.present import NoProgress

if TYPE_CHECKING:
    import pyarrow as pa

    from hexameter.contracts.records import FileSample
    from hexameter.services.house import House

_ROWS, _COLUMNS, _LONGEST = 5, 60, 80


def preview(path: Path, wishes: Wishes, house: House) -> dict[str, Any]:
    """The first of what an import would do.

    Out     format, title (None: not recognised), columns [{column, field, examples}] (fields only for plain tables), fields (those a
            column may be mapped to), tables {table: {columns, rows}}, rejects, problem {message, hint} when it could not be imported so
    Raises  UserError  it cannot be opened at all
    """
    options = options_of(wishes, house)
    with house.files.open(path) as opened:
        sample = opened.samples[0]
        shown: dict[str, Any] = {
            "members": len(opened.samples),
            "format": None,
            "title": None,
            "tables": {},
            "rejects": [],
            "problem": None,
        }
        mapped: Mapping[str, str] = {}
        try:
            form = chosen_format(sample, options, house.files)
            shown |= {"format": form.name, "title": form.title}
            mapped = house.files.mapping(sample, options.columns) if form.name == PLAIN_TABLE else {}
            chunk = next(iter(form.read(sample, options, NoProgress())), None)
            if chunk is not None:
                shown["tables"] = {name: _first(rows) for name, rows in chunk.readings.items() if rows.num_rows}
                shown["rejects"] = chunk.rejects.slice(0, _ROWS).to_pylist()
        except HexameterError as problem:
            shown["problem"] = {"message": problem.message, "hint": problem.hint}
        fixable = shown["format"] in (None, PLAIN_TABLE) and bool(sample.columns)
        by_column = {column: field for field, column in mapped.items()}
        examples = _examples(sample)
        columns = [{"column": c, "field": by_column.get(c), "examples": examples.get(c, [])} for c in sample.columns[:_COLUMNS]]
        return {**shown, "columns": columns, "fields": list(house.files.fields) if fixable else []}


def _first(rows: pa.Table) -> dict[str, Any]:
    few = rows.slice(0, _ROWS)
    names = [name for name in few.column_names if few[name].null_count < few.num_rows]
    return {"columns": names, "rows": [[_text(row[name]) for name in names] for row in few.to_pylist()]}


def _text(value: Any) -> str | None:
    if value is None:
        return None
    said = instant_text(value) if hasattr(value, "tzinfo") else ", ".join(value) if isinstance(value, list) else str(value)
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"


def _examples(sample: FileSample) -> dict[str, list[str]]:
    """The first values of each column, as the file spells them; none for files that are not text."""
    if sample.kind not in ("csv", "tsv"):
        return {}
    first = sample.head.partition("\n")[0]
    separator = max((",", ";", "\t", "|"), key=first.count)
    try:
        rows = [row for _, row in zip(range(_ROWS + 1), csv.reader(io.StringIO(sample.head), delimiter=separator), strict=False)]
    except csv.Error:
        return {}
    return {name: [_text(row[i]) or "" for row in rows[1:4] if i < len(row)] for i, name in enumerate(sample.columns)}
